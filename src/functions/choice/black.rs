//! `black`: Condorcet, else Borda.

use super::ballots::LOWER_BETTER;
use super::standing::{ALTERNATIVE, RANK, WINNER, by_score, won};
use super::tournament;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "black",
    summary: "Black: the Condorcet winner, else the Borda winners",
    details: "The score is Borda's, with ties at the mean of their places; from comparisons it is the margin against all \
others together, which orders alike where all pairs are compared equally often. `decided_by` names the rule that \
chose. `rank` is by the score, so a Condorcet winner need not rank first. Ballots (`ballot`, `alternative`, \
`rank` or `score`) or comparisons (`system_a`, `system_b`, `outcome`): a table with columns of these names needs \
no mapping, and ballots go before comparisons. A ranked alternative is over those ranked lower and over the \
unranked; ties prefer nobody.",
    formula: "Condorcet winner, or argmax of the Borda count",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[
        RANK,
        ALTERNATIVE,
        Out::float("score", "Borda points, or the sum of margins"),
        WINNER,
        Out::text("decided_by", "'condorcet' or 'borda'"),
    ]),
    citations: &[
        "Black (1958). The Theory of Committees and Elections. Cambridge University Press.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM black(v, weight => n)"),
        result: "rank,alternative,score,winner,decided_by\n1,y,12.0,true,condorcet\n2,x,8.0,false,condorcet\n3,z,7.0,false,condorcet\n",
    },
    calls: &[
        "SELECT * FROM black(t, by => grp)",
        "SELECT * FROM black(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let (result, condorcet) = match &input.ballots {
        Some(ballots) => ballots.black(),
        None => input.pairwise.black(),
    };
    let by = if condorcet.is_some() {
        "condorcet"
    } else {
        "borda"
    };
    let scores: Vec<Option<f64>> = result.scores.iter().copied().map(Some).collect();
    Ok(by_score(&input.names, &scores, false, |id| {
        vec![won(&result.winners, id).into(), by.into()]
    }))
}
