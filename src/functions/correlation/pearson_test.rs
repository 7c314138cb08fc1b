//! `pearson_test`: Pearson's correlation with p-value and interval.

use super::two_columns::{X, Y, few, pairs, undefined};
use crate::functions::prelude::*;
use crate::functions::significance::common::{LEVEL, TEST, record};
use crate::stats::testing::Test;

pub(super) static FUNCTION: Function = Function {
    name: "pearson_test",
    summary: "Pearson's correlation with its p-value and interval",
    details: "Rows with a NULL are dropped. The p-value is that of Student's t with n - 2 degrees of freedom, the \
interval Fisher's. NULL with the reason in `detail` when a side is constant, and limits only from four rows.",
    formula: "t = r sqrt((n - 2) / (1 - r^2)); limits tanh(atanh r -+ z / sqrt(n - 3))",
    errors: "a NaN",
    params: &[X, Y],
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Pearson (1895). Note on regression and inheritance in the case of two parents. Proc. R. Soc. \
Lond. 58, 240-242.",
        "Fisher (1921). On the 'probable error' of a coefficient of correlation deduced from a small sample. Metron \
1, 3-32.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 2), (2, 1), (3, 3), (4, 4), (4, 5)) AS t(x, y) |> CALL pearson_test() |> \
SELECT round(estimate, 6) AS r, round(p_value, 6) AS p, round(lower, 6) AS lower, round(upper, 6) AS upper, n",
        result: "r,p,lower,upper,n\n0.848875,0.068904,-0.133,0.989827,5\n",
    },
    calls: &[
        "SELECT * FROM pearson_test(t, by => grp, level => 0.9)",
        "SELECT grp, pearson_test(x, y) AS r FROM t GROUP BY grp",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let found = pairs(rows)?.pearson(options.number("level")?);
    let test = found.map_or_else(
        || undefined(rows, "Student t, Fisher z"),
        |r| Test {
            estimate: Some(r.r),
            df: r.p_value.map(|_| r.n as f64 - 2.0),
            p_value: r.p_value,
            lower: r.lower,
            upper: r.upper,
            n: r.n,
            method: "Student t, Fisher z",
            detail: few(r.n),
            ..Test::default()
        },
    );
    Ok(record(test, rows.n_null))
}
