//! `point_biserial_test`: point-biserial correlation with p-value and interval.

use super::two_columns::{Y, YES, few, undefined, yes};
use crate::functions::prelude::*;
use crate::functions::significance::common::{LEVEL, TEST, record};
use crate::stats::correlation::point_biserial;
use crate::stats::testing::Test;

pub(super) static FUNCTION: Function = Function {
    name: "point_biserial_test",
    summary: "Correlation of a yes/no column with a number, with its p-value and interval",
    details: "Rows with a NULL are dropped. x as in point_biserial. The p-value is that of Student's t, equal to \
the two-sample test with one variance; the interval has Tate's large-sample error and is clipped to -1..1. NULL \
with the reason in `detail` where undefined.",
    formula: "t = r sqrt((n - 2) / (1 - r^2)); variance (1 - r^2)^2 (1 - 3r^2/2 + r^2/(4pq)) / n",
    errors: "x with more than two labels; a NaN",
    params: &[YES, Y],
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Tate (1954). Correlation between a discrete and a continuous variable. Ann. Math. Stat. 25, \
603-607.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (false, 1), (false, 2), (false, 4), (true, 3), (true, 5), (true, 6)) AS t(x, y) \
|> CALL point_biserial_test() |> SELECT round(estimate, 6) AS r, round(p_value, 6) AS p, round(lower, 6) AS lower, \
upper",
        result: "r,p,lower,upper\n0.68313,0.134702,0.309472,1.0\n",
    },
    calls: &[
        "SELECT * FROM point_biserial_test(t, x => y > 1, y => value, by => grp, level => 0.9)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let found = point_biserial(&yes(rows)?, options.number("level")?)
        .map_err(|e| Fault::new(e.to_string()))?;
    let test = found.map_or_else(
        || undefined(rows, METHOD),
        |p| Test {
            estimate: Some(p.r),
            df: p.p_value.map(|_| rows.len as f64 - 2.0),
            p_value: p.p_value,
            lower: p.lower,
            upper: p.upper,
            n: rows.len as u64,
            method: METHOD,
            detail: few(rows.len as u64),
            ..Test::default()
        },
    );
    Ok(record(test, rows.n_null))
}

const METHOD: &str = "Student t, Tate";
