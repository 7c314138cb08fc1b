//! `smith_set`: the smallest set that beats all others.

use super::ballots::LOWER_BETTER;
use super::standing::{ALTERNATIVE, members};
use super::tournament;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "smith_set",
    summary: "Smith set: the smallest set whose members beat everybody outside",
    details: "One row per member. A single member is the Condorcet winner. Ballots (`ballot`, `alternative`, `rank` or \
`score`) or comparisons (`system_a`, `system_b`, `outcome`): a table with columns of these names needs no \
mapping, and ballots go before comparisons. A ranked alternative is over those ranked lower and over the \
unranked; ties prefer nobody.",
    formula: "smallest S with margin(a, b) > 0 for all a in S, b outside",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[ALTERNATIVE]),
    citations: &[
        "Good (1971). A note on Condorcet sets. Public Choice 10.",
        "Smith (1973). Aggregation of preferences with variable electorate. Econometrica 41.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM smith_set(v, weight => n)"),
        result: "alternative\ny\n",
    },
    calls: &[
        "SELECT * FROM smith_set(t, by => grp)",
        "SELECT * FROM smith_set(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let ids = input.pairwise.smith_set();
    Ok(members(&input.names, &ids))
}
