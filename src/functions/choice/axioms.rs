//! `axioms`: which properties each rule has.

use crate::functions::options::nearest;
use crate::functions::prelude::*;
use crate::stats::choice::{AXIOMS, Property};

pub(super) static FUNCTION: Function = Function {
    name: "axioms",
    summary: "Properties that voting rules have and lack, with counterexamples",
    details: "One row per rule of the input and property. Over ballots that rank all alternatives without ties, with the \
default options of the rule; ties of the rule are followed, so its result is the set of all that win under some choice. \
`counterexample` lists voters and their order, best first: '2 bca' are two voters who put b first, a last; after '=>' \
stands the changed profile (monotonicity) or the second electorate (reinforcement); for clone_independence the last \
letter is the clone to take away. NULL rules are \
skipped. Every counterexample is executed by a test. Every property that holds is tested on random profiles, which proves \
nothing: the proofs are in the literature, and `note` says where they do not cover the rule as it is here.",
    formula: "see the column `meaning`",
    errors: "a rule that the table does not have",
    params: &[Param::label(
        "rule",
        "the name of a rule: a function of this family that takes rankings",
    )],
    options: &[],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("rule", "the rule"),
        Out::text("property", "the property"),
        Out::bool("holds", "whether the rule has it"),
        Out::text("counterexample", "a profile that shows that it does not"),
        Out::text("note", "a remark"),
        Out::text("meaning", "what the property says of the set of winners"),
    ]),
    citations: &[
        "Arrow (1951). Social Choice and Individual Values. Wiley.",
        "Tideman (2006). Collective Decisions and Voting. Ashgate.",
        "Felsenthal & Nurmi (2018). Voting Procedures for Electing a Single Candidate. Springer.",
        "Döring, Brill & Heitzig (2025). The River method. arXiv:2504.14195.",
    ],
    example: Example {
        sql: "WITH v(rule) AS (VALUES ('borda'), ('schulze')) SELECT rule, property, holds, counterexample FROM axioms(v) \
WHERE property IN ('condorcet', 'monotonicity') ORDER BY rule, property",
        result: "rule,property,holds,counterexample\nborda,condorcet,false,\"2 bca, 1 cab\"\nborda,monotonicity,true,\n\
schulze,condorcet,true,\nschulze,monotonicity,true,\n",
    },
    calls: &[
        "SELECT * FROM axioms((SELECT CASE grp WHEN 'g1' THEN 'schulze' ELSE 'instant_runoff' END AS rule FROM t))",
    ],
    body: Body::Unsorted(list),
};

fn list(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let mut table = Vec::new();
    for name in rows.labels(0).0 {
        let Some(known) = AXIOMS.iter().find(|entry| entry.rule == name) else {
            let names: Vec<&str> = AXIOMS.iter().map(|entry| entry.rule).collect();
            let fault = Fault::new(format!("no properties of a rule '{name}' are known"));
            return Err(match nearest(name, names.iter().copied()) {
                Some(near) => fault.hint(format!("did you mean '{near}'?")),
                None => fault.hint(format!("the rules are {}", names.join(", "))),
            });
        };
        for property in Property::ALL {
            let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
            table.push(vec![
                name.clone().into(),
                property.name().into(),
                known.counterexample(property).is_none().into(),
                text(known.counterexample(property)),
                text(known.note(property)),
                property.meaning().into(),
            ]);
        }
    }
    Ok(Output::Table(table))
}
