//! `bucklin`: lower the bar until somebody has a majority.

use super::ballots::{self, LOWER_BETTER};
use super::standing::{ALTERNATIVE, N, RANK, WINNER, by_score, won};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "bucklin",
    summary: "Bucklin: the bar is lowered place by place until some alternative has a majority",
    details: "A majority is more than half of the weight of all ballots. Of several alternatives over the bar the one with the \
most weight wins; `majority` marks them all (the simplified rule). Tied alternatives all stand at the best place \
of their tie; unranked ones never count. Where nobody ever has a majority, the last round decides. One row per \
ballot and alternative; equal ranks are ties, alternatives without a row or with a NULL rank are unranked, rows \
with a NULL ballot or alternative are left out. The alternatives are those of the group. All that share the \
highest score win.",
    formula: "score = weight that places it at `round` or above; round = the first with a score > half of all weight",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[
        RANK,
        ALTERNATIVE,
        Out::float(
            "score",
            "weight that places it at the deciding round or above",
        ),
        WINNER,
        Out::bool("majority", "whether that is more than half"),
        Out::int("round", "the deciding round"),
        N,
    ]),
    citations: &[
        "Hoag & Hallett (1926). Proportional Representation. Macmillan.",
        "Erdelyi, Fellows, Rothe & Schend (2015). Control complexity in Bucklin and fallback voting. Journal of Computer \
and System Sciences 81.",
    ],
    example: Example {
        sql: on_ballots!(
            "SELECT alternative, score, winner, majority, round FROM bucklin(v, weight => n) ORDER BY alternative"
        ),
        result: "alternative,score,winner,majority,round\nx,4.0,false,false,2\ny,9.0,true,true,2\nz,5.0,false,true,2\n",
    },
    calls: &[
        "SELECT * FROM bucklin(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), by => grp)",
        "SELECT * FROM bucklin(t, ballot => item, alternative => annotator, score => x)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = ballots::read(rows, options)?;
    let Some(result) = ballots.profile.bucklin() else {
        return Ok(Output::Table(Vec::new()));
    };
    let scores: Vec<Option<f64>> = result.scores.iter().copied().map(Some).collect();
    Ok(by_score(ballots.names, &scores, false, |id| {
        vec![
            won(&result.winners, id).into(),
            won(&result.simplified_winners, id).into(),
            u64::from(result.round).into(),
            ballots.n.get(id).copied().into(),
        ]
    }))
}
