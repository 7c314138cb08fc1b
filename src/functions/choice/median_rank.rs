//! `median_rank`: the median place.

use super::ballots::{self, LOWER_BETTER, unranked};
use super::places::{UNRANKED, WINNER, lowest, places_prose};
use super::standing::{ALTERNATIVE, N};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "median_rank",
    summary: "Median place over ballots",
    details: concat!(
        "Weighted median of places, halfway between the lower and the upper median. ",
        places_prose!(),
        "All that share the lowest median win."
    ),
    formula: "score = (lower + upper weighted median of places) / 2",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[UNRANKED, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; equal values share a rank"),
        ALTERNATIVE,
        Out::float("score", "median place; 1 is first"),
        WINNER,
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
    Ok(lowest(&ballots, &ranks))
}
