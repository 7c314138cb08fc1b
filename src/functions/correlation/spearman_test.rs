//! `spearman_test`: Spearman's correlation with p-value and interval.

use super::two_columns::{X, Y, few, pairs, undefined};
use crate::functions::prelude::*;
use crate::functions::significance::common::{LEVEL, TEST, record};
use crate::stats::testing::Test;

pub(super) static FUNCTION: Function = Function {
    name: "spearman_test",
    summary: "Spearman's rank correlation with its p-value and interval",
    details: "Rows with a NULL are dropped. Ties get their average rank. The p-value is that of Student's t with n \
- 2 degrees of freedom. NULL with the reason in `detail` when a side is constant, and limits only from four rows.",
    formula: "t = rho sqrt((n - 2) / (1 - rho^2)); limits tanh(atanh rho -+ z sqrt((1 + rho^2/2) / (n - 3)))",
    errors: "a NaN",
    params: &[X, Y],
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Spearman (1904). The proof and measurement of association between two things. Am. J. Psychol. 15, \
72-101.",
        "Bonett & Wright (2000). Sample size requirements for estimating Pearson, Kendall and Spearman \
correlations. Psychometrika 65, 23-28.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 2), (2, 1), (3, 3), (4, 4), (4, 5)) AS t(x, y) |> CALL spearman_test() |> \
SELECT round(estimate, 6) AS rho, round(p_value, 6) AS p, round(lower, 6) AS lower, round(upper, 6) AS upper",
        result: "rho,p,lower,upper\n0.872082,0.053854,-0.278926,0.994749\n",
    },
    calls: &["SELECT * FROM spearman_test(t, by => grp, level => 0.9)"],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let found = pairs(rows)?.spearman(options.number("level")?);
    let test = found.map_or_else(
        || undefined(rows, "Student t, Bonett-Wright z"),
        |r| Test {
            estimate: Some(r.rho),
            df: r.p_value.map(|_| r.n as f64 - 2.0),
            p_value: r.p_value,
            lower: r.lower,
            upper: r.upper,
            n: r.n,
            method: "Student t, Bonett-Wright z",
            detail: few(r.n),
            ..Test::default()
        },
    );
    Ok(record(test, rows.n_null))
}
