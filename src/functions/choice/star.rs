//! `star`: score, then automatic runoff.

use super::ballots::{self, GRADES, LOWER_BETTER};
use super::standing::{ALTERNATIVE, RANK, WINNER, by_score, won};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "star",
    summary: "STAR: score, then automatic runoff",
    details: "Of the two alternatives with the highest sums of scores, the one that more weight scores higher wins; a tied \
runoff goes to the higher sum. An alternative without a score on a ballot gets nothing there and is below all \
scored ones. Where several tie for the runoff every choice is followed: all that win under some choice win. Sums \
are correctly rounded; ties of sums are ties of the rounded sums. `rank` is by the sum. One row per ballot and \
alternative; rows with a NULL ballot, alternative or score are left out. The alternatives are those of the \
group.",
    formula: "finalists: highest two sums of weight * score; winner: more weight scores it higher",
    errors: ballots::ERRORS,
    params: GRADES,
    options: &[LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[
        RANK,
        ALTERNATIVE,
        Out::float("score", "weighted sum of scores"),
        Out::bool("finalist", "whether it can be in the runoff"),
        WINNER,
        Out::int("n", "ballots that score it"),
    ]),
    citations: &[
        "Wolk, Quinn & Ogren (2023). STAR voting, equality of voice, and voter satisfaction. Constitutional Political \
Economy 34.",
    ],
    example: Example {
        sql: "WITH v(ballot, alternative, score) AS (VALUES (1,'x',5), (1,'y',0), (1,'z',1), (2,'x',5), (2,'y',0), (2,'z',1), (3,'x',3), (3,'y',4), (3,'z',0), (4,'x',3), (4,'y',4), (4,'z',0), (5,'x',3), (5,'y',4), (5,'z',0)) SELECT * FROM star(v)",
        result: "rank,alternative,score,finalist,winner,n\n1,x,19.0,true,false,5\n2,y,12.0,true,true,5\n3,z,2.0,false,false,5\n",
    },
    calls: &[
        "SELECT * FROM star(t, ballot => item, alternative => annotator, score => value, weight => CAST(length(item) AS DOUBLE), by => grp)",
        "SELECT * FROM star(t, ballot => item, alternative => annotator, score => x, lower_better => true)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = ballots::scores(rows, options)?;
    let result = input.grades.star();
    let totals: Vec<Option<f64>> = result.totals.iter().map(|t| Some(t * input.sign)).collect();
    Ok(by_score(input.names, &totals, input.sign < 0.0, |id| {
        vec![
            won(&result.finalists, id).into(),
            won(&result.winners, id).into(),
            input.n.get(id).copied().into(),
        ]
    }))
}
