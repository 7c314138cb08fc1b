//! `median_rank`: the median place.

use super::ballots::{self, LOWER_BETTER, unranked};
use super::standing::{ALTERNATIVE, N, by_score};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "median_rank",
    summary: "Median place over ballots",
    details: "Weighted median of places, halfway between the lower and the upper median. Tied alternatives take the mean of \
their places. Unranked alternatives share the places below, or with `unranked => 'skip'` only ballots that rank \
an alternative count for it. NULL without weight. One row per ballot and alternative; equal ranks are ties, \
alternatives without a row or with a NULL rank are unranked, rows with a NULL ballot or alternative are left \
out. The alternatives are those of the group. All that share the lowest median win.",
    formula: "score = (lower + upper weighted median of places) / 2",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[
        Opt::choice(
            "unranked",
            &["below", "skip"],
            "below",
            "on ballots that do not rank an alternative it shares the places below the ranked ones, or they do not count for it",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; equal values share a rank"),
        ALTERNATIVE,
        Out::float("score", "median place; 1 is first"),
        Out::bool("winner", "whether none is lower"),
        N,
    ]),
    citations: &["Bassett & Persky (1999). Robust voting. Public Choice 99."],
    example: Example {
        sql: on_ballots!(
            "SELECT alternative, score, winner FROM median_rank(v, weight => n) ORDER BY alternative"
        ),
        result: "alternative,score,winner\nx,3.0,false\ny,2.0,true\nz,2.0,true\n",
    },
    calls: &[
        "SELECT * FROM median_rank(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), by => grp)",
        "SELECT * FROM median_rank(t, ballot => item, alternative => annotator, score => value, unranked => 'skip')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = ballots::read(rows, options)?;
    let ranks = ballots.profile.median_rank(unranked(options)?);
    let best = ranks
        .iter()
        .flatten()
        .copied()
        .fold(f64::INFINITY, f64::min);
    Ok(by_score(&ballots.names, &ranks, true, |id| {
        let mine = ranks.get(id).copied().flatten();
        vec![
            mine.is_some_and(|rank| rank == best).into(),
            ballots.n.get(id).copied().into(),
        ]
    }))
}
