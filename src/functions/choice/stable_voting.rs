//! `stable_voting`: stable winners.

use super::ballots::LOWER_BETTER;
use super::ballots::fault;
use super::standing::{ALTERNATIVE, members};
use super::tournament;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "stable_voting",
    summary: "Stable Voting: the pair with the largest margin whose first member wins again without the second",
    details: "Pairs (a, b) are tried from the largest margin down, where no Split Cycle defeat of a stands (`simple => true`: \
all pairs); a wins by the first in which it wins again when b is removed. One row per winner: several only when \
equal margins lead to different winners. The sets of alternatives visited can grow exponentially; past about \
10^9 steps the call fails. Ballots (`ballot`, `alternative`, `rank` or `score`) or comparisons (`system_a`, \
`system_b`, `outcome`): a table with columns of these names needs no mapping, and ballots go before comparisons. \
A ranked alternative is over those ranked lower and over the unranked; ties prefer nobody.",
    formula: "SV(A) = a for the largest margin(a, b) with a in SC(A) and a in SV(A without b)",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[
        Opt::flag(
            "simple",
            "whether pairs are tried without regard to Split Cycle defeats",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[ALTERNATIVE]),
    citations: &["Holliday & Pacuit (2023). Stable Voting. Constitutional Political Economy 34."],
    example: Example {
        sql: on_ballots!("SELECT * FROM stable_voting(v, weight => n)"),
        result: "alternative\ny\n",
    },
    calls: &[
        "SELECT * FROM stable_voting(t, by => grp)",
        "SELECT * FROM stable_voting(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM stable_voting(t, by => grp, simple => true)",
        "SELECT * FROM stable_voting(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), simple => true)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let ids = input
        .pairwise
        .stable_voting(options.flag("simple")?)
        .map_err(fault)?;
    Ok(members(&input.names, &ids))
}
