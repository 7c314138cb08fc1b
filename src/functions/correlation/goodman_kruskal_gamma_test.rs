//! `goodman_kruskal_gamma_test`: gamma with p-value and interval.

use super::two_columns::{X, Y, association, pairs};
use crate::functions::prelude::*;
use crate::functions::significance::common::{LEVEL, TEST, record};
use crate::stats::correlation::Coefficient;

pub(super) static FUNCTION: Function = Function {
    name: "goodman_kruskal_gamma_test",
    summary: "Goodman and Kruskal's gamma with its p-value and interval",
    details: "Rows with a NULL are dropped. The p-value is normal with the error under no association, the interval \
normal with the error of the estimate, clipped to -1..1. NULL with the reason in `detail` where undefined.",
    formula: "gamma as in goodman_kruskal_gamma; `statistic` is the standard error of the estimate",
    errors: "a NaN",
    params: &[X, Y],
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Goodman & Kruskal (1954). Measures of association for cross classifications. JASA 49, 732-764.",
        "Goodman & Kruskal (1972). Measures of association for cross classifications IV. JASA 67, 415-421.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 2), (1, 1), (2, 1), (2, 3), (3, 3), (3, 2)) AS t(x, y) |> CALL \
goodman_kruskal_gamma_test() |> SELECT round(estimate, 6) AS gamma, round(statistic, 6) AS stderr, round(lower, 6) \
AS lower, upper",
        result: "gamma,stderr,lower,upper\n0.555556,0.2566,0.052629,1.0\n",
    },
    calls: &["SELECT * FROM goodman_kruskal_gamma_test(t, by => grp, level => 0.9)"],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let test = association(rows, &pairs(rows)?, Coefficient::Gamma, options)?;
    Ok(record(test, rows.n_null))
}
