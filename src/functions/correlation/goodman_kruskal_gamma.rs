//! `goodman_kruskal_gamma`: rank correlation over untied pairs.

use super::two_columns::{X, Y, pairs};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "goodman_kruskal_gamma",
    summary: "Goodman and Kruskal's gamma: rank association over untied pairs",
    details: "Rows with a NULL are dropped. NULL when every pair is tied on a side. Cost grows as n log n.",
    formula: "(C - D) / (C + D)",
    errors: "a NaN",
    params: &[X, Y],
    options: &[],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Goodman & Kruskal (1954). Measures of association for cross classifications. JASA 49, 732-764.",
    ],
    example: Example {
        sql: "SELECT round(goodman_kruskal_gamma(x, y), 6) AS gamma FROM (VALUES (1, 2), (2, 1), (3, 3), (4, 4), \
(4, 5)) AS t(x, y)",
        result: "gamma\n0.777778\n",
    },
    calls: &["SELECT * FROM goodman_kruskal_gamma(t, by => grp)"],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let gamma = pairs(rows)?.goodman_kruskal_gamma();
    Ok(Output::Value(gamma.into()))
}
