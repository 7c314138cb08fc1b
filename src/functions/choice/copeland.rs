//! `copeland`: pairwise victories.

use super::ballots::LOWER_BETTER;
use super::ballots::fault;
use super::standing::{ALTERNATIVE, RANK, WINNER, by_score, won};
use super::tournament;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "copeland",
    summary: "Copeland: pairwise victories",
    details: "A pairwise tie is worth `tie_points` (Copeland 1/2, Llull 1). Pairs that nobody compares are ties. All that \
share the highest score win. Ballots (`ballot`, `alternative`, `rank` or `score`) or comparisons (`system_a`, \
`system_b`, `outcome`): a table with columns of these names needs no mapping, and ballots go before comparisons. \
A ranked alternative is over those ranked lower and over the unranked; ties prefer nobody.",
    formula: "score = wins + tie_points * ties",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[
        Opt::number("tie_points", 0.0, 1.0, 0.5, "what a pairwise tie is worth"),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[
        RANK,
        ALTERNATIVE,
        Out::float("score", "points"),
        WINNER,
        Out::int("wins", "alternatives that it beats"),
        Out::int("ties", "alternatives that it ties with"),
        Out::int("losses", "alternatives that beat it"),
    ]),
    citations: &[
        "Copeland (1951). A \"reasonable\" social welfare function. University of Michigan.",
        "Faliszewski, Hemaspaandra, Hemaspaandra & Rothe (2009). Llull and Copeland voting computationally resist bribery \
and constructive control. JAIR 35.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM copeland(v, weight => n)"),
        result: "rank,alternative,score,winner,wins,ties,losses\n1,y,2.0,true,2,0,0\n2,z,1.0,false,1,0,1\n3,x,0.0,false,0,0,2\n",
    },
    calls: &[
        "SELECT * FROM copeland(t, by => grp)",
        "SELECT * FROM copeland(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM copeland(t, by => grp, tie_points => 1)",
        "SELECT * FROM copeland(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), tie_points => 1)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let result = input.pairwise.copeland_with(options.number("tie_points")?);
    let result = result.map_err(fault)?;
    let records = input.pairwise.records();
    let scores: Vec<Option<f64>> = result.scores.iter().copied().map(Some).collect();
    Ok(by_score(&input.names, &scores, false, |id| {
        let record = records.get(id).copied().unwrap_or_default();
        let mut row: Vec<Value> = vec![won(&result.winners, id).into()];
        row.extend(record.map(Value::from));
        row
    }))
}
