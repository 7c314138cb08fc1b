//! `mean_rank`: the mean place.

use super::ballots::{self, LOWER_BETTER, unranked};
use super::places::{UNRANKED, WINNER, lowest, places_prose};
use super::standing::{ALTERNATIVE, N};
use crate::functions::prelude::*;
use crate::stats::choice::Unranked;

pub(super) static FUNCTION: Function = Function {
    name: "mean_rank",
    summary: "Mean place over ballots",
    details: concat!(places_prose!(), "All that share the lowest mean win."),
    formula: "score = sum weight * place / sum weight",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[UNRANKED, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; equal values share a rank"),
        ALTERNATIVE,
        Out::float("score", "mean place; 1 is first"),
        WINNER,
        N,
    ]),
    citations: &[
        "Friedman (1937). The use of ranks to avoid the assumption of normality implicit in the analysis of variance. \
JASA 32.",
    ],
    example: Example {
        sql: on_ballots!(
            "SELECT alternative, score, winner FROM mean_rank(v, weight => n) ORDER BY alternative"
        ),
        result: "alternative,score,winner\nx,2.111111111111111,false\ny,1.6666666666666667,true\nz,2.2222222222222223,false\n",
    },
    calls: &[
        "SELECT * FROM mean_rank(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), by => grp)",
        "SELECT * FROM mean_rank(t, ballot => item, alternative => annotator, score => value, unranked => 'skip')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = ballots::read(rows, options)?;
    let ranks = match unranked(options)? {
        Unranked::Zero => ballots.profile.mean_rank_where_ranked(),
        Unranked::Below => match ballots.profile.mean_rank() {
            Some(ranks) => ranks.into_iter().map(Some).collect(),
            None => vec![None; ballots.names.len()],
        },
    };
    Ok(lowest(&ballots, &ranks))
}
