//! `schwartz_set`: the sets that nobody outside beats.

use super::ballots::LOWER_BETTER;
use super::standing::{ALTERNATIVE, members};
use super::tournament;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "schwartz_set",
    summary: "Schwartz set: the union of the smallest sets that nobody outside beats",
    details: "One row per member. Within the Smith set; smaller only where there are pairwise ties. Ballots (`ballot`, \
`alternative`, `rank` or `score`) or comparisons (`system_a`, `system_b`, `outcome`): a table with columns of \
these names needs no mapping, and ballots go before comparisons. A ranked alternative is over those ranked lower \
and over the unranked; ties prefer nobody.",
    formula: "a is a member when it reaches, by a chain of victories, everybody who reaches it",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[ALTERNATIVE]),
    citations: &["Schwartz (1972). Rationality and the myth of the maximum. Nous 6."],
    example: Example {
        sql: on_ballots!("SELECT * FROM schwartz_set(v, weight => n)"),
        result: "alternative\ny\n",
    },
    calls: &[
        "SELECT * FROM schwartz_set(t, by => grp)",
        "SELECT * FROM schwartz_set(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let ids = input.pairwise.schwartz_set();
    Ok(members(&input.names, &ids))
}
