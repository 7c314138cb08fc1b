//! `rank_biased_overlap`: agreement of two lists, the top counting most.

use super::two_orders::{X_LIST, Y_LIST, lists};
use crate::functions::prelude::*;
use crate::stats::correlation::rbo;

pub(super) static FUNCTION: Function = Function {
    name: "rank_biased_overlap",
    summary: "Agreement of two ranked lists, the top counting most",
    details: "One row per alternative with its places in the two lists, NULL where a list lacks it; lists may differ in \
length and members. The extrapolated form. NULL when a list is empty.",
    formula: "RBO_ext of Webber et al. (2010), equation 32: mean overlap at depth d weighed (1 - p) p^(d-1)",
    errors: "two rows at one place of a list; a NaN; a list that is not given",
    params: &[X_LIST, Y_LIST],
    options: &[Opt::number(
        "p",
        0.001,
        0.999_999,
        0.9,
        "persistence: the mean depth read is 1 / (1 - p)",
    )],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Webber, Moffat & Zobel (2010). A similarity measure for indefinite rankings. ACM TOIS 28(4), 20.",
    ],
    example: Example {
        // x: a b, y: b a. Overlap 0 at depth 1, 1 at depth 2: (1-p)/p * 1 * p^2 + 1 * p^2 = p.
        sql: "SELECT round(rank_biased_overlap(x, y, p => 0.8), 6) AS rbo FROM (VALUES ('a', 1, 2), ('b', 2, 1)) AS t(item, x, y)",
        result: "rbo\n0.8\n",
    },
    calls: &[
        "SELECT * FROM rank_biased_overlap((SELECT system_a, min(x + y / 1000) AS p1, CASE WHEN system_a > 'system-1' THEN \
min(y + x / 777) END AS p2 FROM t GROUP BY system_a), x => p1, y => p2, p => 0.7)",
    ],
    body: Body::Unsorted(overlap),
};

fn overlap(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (x, y) = lists(rows)?;
    let value = rbo(&x, &y, options.number("p")?).map_err(|e| Fault::new(e.to_string()))?;
    Ok(Output::Value(value.into()))
}
