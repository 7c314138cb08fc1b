//! `majority_judgment`: the highest median grade.

use super::ballots::{self, GRADES, LOWER_BETTER, fault};
use super::standing::ALTERNATIVE;
use crate::functions::prelude::*;
use crate::stats::choice::{Judgment, Missing};

pub(super) static FUNCTION: Function = Function {
    name: "majority_judgment",
    summary: "Majority judgment: the highest median grade, ties by taking median grades away",
    details: "The majority grade is the lower median. Of alternatives with the same one, the median grades are taken away one \
after the other until they differ; with weights this is done continuously. Only alternatives with the same \
grades in the same shares share a rank. With `missing => 'worst'` a ballot without a score counts as a grade \
below all others (a NULL `grade` when that is the median), with 'skip' it does not count. One row per ballot and \
alternative; rows with a NULL ballot, alternative or score are left out. The alternatives are those of the \
group.",
    formula: "order by the lower median, then by the medians of what is left",
    errors: ballots::ERRORS,
    params: GRADES,
    options: &[
        Opt::choice(
            "missing",
            &["worst", "skip"],
            "worst",
            "what an alternative gets from a ballot that does not score it",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best"),
        ALTERNATIVE,
        Out::float("grade", "majority grade"),
        Out::float("above", "share of weight with a better grade"),
        Out::float("below", "share of weight with a worse grade"),
        Out::bool("winner", "whether nobody ranks higher"),
        Out::int("n", "ballots that score it"),
    ]),
    citations: &[
        "Balinski & Laraki (2007). A theory of measuring, electing, and ranking. PNAS 104.",
        "Balinski & Laraki (2011). Majority Judgment. MIT Press.",
    ],
    example: Example {
        sql: "WITH v(ballot, alternative, score) AS (VALUES (1,'x',5), (1,'y',0), (1,'z',1), (2,'x',5), (2,'y',0), (2,'z',1), (3,'x',3), (3,'y',4), (3,'z',0), (4,'x',3), (4,'y',4), (4,'z',0), (5,'x',3), (5,'y',4), (5,'z',0)) SELECT * FROM majority_judgment(v)",
        result: "rank,alternative,grade,above,below,winner,n\n1,y,4.0,0.0,0.4,true,5\n2,x,3.0,0.4,0.0,false,5\n3,z,0.0,0.4,0.0,false,5\n",
    },
    calls: &[
        "SELECT * FROM majority_judgment(t, ballot => item, alternative => annotator, score => value, weight => CAST(length(item) AS DOUBLE), by => grp)",
        "SELECT * FROM majority_judgment(t, ballot => item, alternative => annotator, score => value, missing => 'skip', lower_better => true)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = ballots::scores(rows, options)?;
    let missing = match options.text("missing")? {
        "skip" => Missing::Skip,
        _ => Missing::Worst,
    };
    let judgments = input.grades.majority_judgment(missing).map_err(fault)?;
    let mut order: Vec<(usize, Judgment)> = judgments.into_iter().enumerate().collect();
    order.sort_by_key(|(id, judgment)| (judgment.rank, *id));
    let row = |(id, judgment): (usize, Judgment)| {
        vec![
            u64::from(judgment.rank).into(),
            input.names.get(id).cloned().into(),
            judgment.grade.map(|grade| grade * input.sign).into(),
            judgment.above.into(),
            judgment.below.into(),
            (judgment.rank == 1).into(),
            input.n.get(id).copied().into(),
        ]
    };
    Ok(Output::Table(order.into_iter().map(row).collect()))
}
