//! `mean_ci`: the mean with Student's interval.

use super::common::{ESTIMATE, LEVEL, estimate};
use crate::functions::prelude::*;
use crate::stats::testing::mean_interval;

pub(super) static FUNCTION: Function = Function {
    name: "mean_ci",
    summary: "Mean with its standard error and Student's interval",
    details: "Rows with a NULL are dropped. NULL without rows; with one row the mean alone. Sums are exact, so the \
order of the rows does not matter.",
    formula: "mean -+ t s / sqrt(n), t with n - 1 degrees of freedom",
    errors: "a NaN",
    params: &[Param::number("x", "the number; NULL drops the row")],
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Record(ESTIMATE),
    citations: &["Student (1908). The probable error of a mean. Biometrika 6, 1-25."],
    example: Example {
        sql: "SELECT * FROM (VALUES (2), (4), (4), (6)) AS t(x) |> CALL mean_ci() |> SELECT estimate, \
round(stderr, 6) AS stderr, round(lower, 6) AS lower, round(upper, 6) AS upper, n",
        result: "estimate,stderr,lower,upper,n\n4.0,0.816497,1.401543,6.598457,4\n",
    },
    calls: &["SELECT * FROM mean_ci(t, by => grp, level => 0.9)"],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let test = mean_interval(rows.numbers(0), options.number("level")?);
    Ok(estimate(test, rows.n_null))
}
