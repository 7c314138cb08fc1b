//! `paired_t`: the paired t test.

use super::common::{ALTERNATIVE, LEVEL, TEST, X, Y, alternative, pairs, record};
use crate::functions::prelude::*;
use crate::stats::testing::paired_t;

pub(super) static FUNCTION: Function = Function {
    name: "paired_t",
    summary: "t test of the mean difference of paired rows",
    details: "Rows with a NULL are dropped. NULL with the reason in `detail` below two pairs or when all \
differences are equal.",
    formula: "t = mean(x - y) / (s / sqrt(n)), n - 1 degrees of freedom; `estimate` is the mean difference",
    errors: "a NaN",
    params: &[X, Y],
    options: &[ALTERNATIVE, LEVEL],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &["Student (1908). The probable error of a mean. Biometrika 6, 1-25."],
    example: Example {
        sql: "SELECT * FROM (VALUES (5, 4), (3, 5), (8, 3), (6, 2), (2, 6)) AS t(x, y) |> CALL paired_t() |> SELECT \
round(estimate, 6) AS difference, round(statistic, 6) AS t, df, round(p_value, 6) AS p",
        result: "difference,t,df,p\n0.8,0.466569,4.0,0.665086\n",
    },
    calls: &[
        "SELECT * FROM paired_t(t, by => grp)",
        "SELECT * FROM paired_t(t, alternative => 'greater', level => 0.9)",
        "SELECT * FROM paired_t(t, alternative => 'less')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let test = paired_t(
        &pairs(rows),
        options.number("level")?,
        alternative(options)?,
    );
    Ok(record(test, rows.n_null))
}
