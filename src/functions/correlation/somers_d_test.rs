//! `somers_d_test`: Somers' D with p-value and interval.

use super::two_columns::{DEPENDENT, X, Y, association, directed};
use crate::functions::prelude::*;
use crate::functions::significance::common::{LEVEL, TEST, record};
use crate::stats::correlation::Coefficient;

pub(super) static FUNCTION: Function = Function {
    name: "somers_d_test",
    summary: "Somers' D with its p-value and interval",
    details: "Rows with a NULL are dropped. The p-value is normal with the error under no association, the interval \
normal with the error of the estimate, clipped to -1..1. NULL with the reason in `detail` where undefined.",
    formula: "D as in somers_d; `statistic` is the standard error of the estimate",
    errors: "a NaN",
    params: &[X, Y],
    options: &[DEPENDENT, LEVEL],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Somers (1962). A new asymmetric measure of association for ordinal variables. Am. Sociol. Rev. \
27, 799-811.",
        "Goodman & Kruskal (1972). Measures of association for cross classifications IV. JASA 67, 415-421.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 2), (1, 1), (2, 1), (2, 3), (3, 3), (3, 2)) AS t(x, y) |> CALL \
somers_d_test() |> SELECT round(estimate, 6) AS d, round(statistic, 6) AS stderr, round(lower, 6) AS lower, \
round(upper, 6) AS upper",
        result: "d,stderr,lower,upper\n0.416667,0.19245,0.039471,0.793862\n",
    },
    calls: &[
        "SELECT * FROM somers_d_test(t, by => grp)",
        "SELECT * FROM somers_d_test(t, x => value, dependent => 'x', level => 0.9)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let pairs = directed(rows, options)?;
    let test = association(rows, &pairs, Coefficient::SomersD, options)?;
    Ok(record(test, rows.n_null))
}
