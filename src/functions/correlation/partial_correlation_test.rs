//! `partial_correlation_test`: partial correlation with p-value and interval.

use super::controls::{CONTROLS, METHOD, partial};
use super::two_columns::{X, Y, few};
use crate::functions::prelude::*;
use crate::functions::significance::common::{LEVEL, TEST, record};
use crate::stats::testing::Test;

pub(super) static FUNCTION: Function = Function {
    name: "partial_correlation_test",
    summary: "Correlation with other columns held fixed, with its p-value and interval",
    details: "As partial_correlation. The p-value is that of Student's t with n - 2 - k degrees of freedom for k \
controls, the interval Fisher's with n - k in place of n. NULL with the reason in `detail` where undefined.",
    formula: "t = r sqrt((n - 2 - k) / (1 - r^2)); limits tanh(atanh r -+ z / sqrt(n - k - 3))",
    errors: "a NaN or an infinite number",
    params: &[X, Y, CONTROLS],
    options: &[METHOD, LEVEL],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Fisher (1924). The distribution of the partial correlation coefficient. Metron 3, 329-332.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 2, 1), (2, 1, 1), (3, 4, 2), (4, 3, 2), (5, 6, 2), (6, 7, 3)) AS t(x, y, c) \
|> CALL partial_correlation_test(controls => (c)) |> SELECT round(estimate, 6) AS r, df, round(p_value, 6) AS p, \
round(lower, 6) AS lower, round(upper, 6) AS upper",
        result: "r,df,p,lower,upper\n0.417836,3.0,0.483908,-0.735606,0.949921\n",
    },
    calls: &[
        "SELECT * FROM partial_correlation_test(t, controls => (value, weight), by => grp)",
        "SELECT * FROM partial_correlation_test(t, controls => (weight), method => 'spearman', level => 0.9)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (found, method) = partial(rows, options)?;
    let level = options.number("level")?;
    let test = found.map_or_else(
        || Test {
            n: rows.len as u64,
            method: "Student t, Fisher z",
            detail: Some("a column is constant or a linear combination of others"),
            ..Test::default()
        },
        |p| {
            let limits = p.limits(method, level);
            Test {
                estimate: Some(p.r),
                df: p.p_value.map(|_| p.n as f64 - 2.0 - p.covariates as f64),
                p_value: p.p_value,
                lower: limits.map(|l| l.0),
                upper: limits.map(|l| l.1),
                n: p.n,
                method: "Student t, Fisher z",
                detail: few(p.n - p.covariates),
                ..Test::default()
            }
        },
    );
    Ok(record(test, rows.n_null))
}
