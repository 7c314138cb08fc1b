//! `lin_ccc_detail`: concordance of two measurements, with its interval.

use super::measurements::{X, Y, pairs};
use super::options::{LEVEL, undefined_record};
use crate::functions::prelude::*;
use crate::stats::agreement;

const COLUMNS: &[Out] = &[
    Out::float(
        "estimate",
        "concordance correlation, -1 to 1; NULL where undefined",
    ),
    Out::float("pearson", "Pearson's correlation (precision)"),
    Out::float("bias_correction", "estimate / pearson (accuracy)"),
    Out::float("stderr", "standard error"),
    Out::float("lower", "lower limit"),
    Out::float("upper", "upper limit"),
    Out::int("n", "pairs"),
    Out::int("n_null", "rows left out for a NULL"),
    Out::text("reason", "why there is no estimate: no_pairs, no_variation"),
];

pub(super) static FUNCTION: Function = Function {
    name: "lin_ccc_detail",
    summary: "Concordance correlation of two measurements of the same things, with its interval",
    details: "Rows with a NULL on either side are dropped. 1 when all pairs lie on the line y = x: unlike a correlation \
it counts shifts and scales as disagreement. The interval is on Fisher's z scale, from three pairs on. \
Undefined is NULL with a reason.",
    formula: "ccc = 2 s_xy / (s_xx + s_yy + (mean x - mean y)^2), moments with 1/n",
    errors: "an infinite number",
    params: &[X, Y],
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Lin (1989). A concordance correlation coefficient to evaluate reproducibility. Biometrics 45, 255-268.",
        "Lin (2000). A note on the concordance correlation coefficient. Biometrics 56, 324-325.",
    ],
    example: Example {
        sql: "SELECT round(estimate, 6) AS ccc, round(pearson, 6) AS pearson, n, reason FROM lin_ccc_detail((SELECT * \
FROM (VALUES (1, 2), (2, 2), (3, 4)) AS t(x, y)))",
        result: "ccc,pearson,n,reason\n0.666667,0.866025,3,\n",
    },
    calls: &["SELECT * FROM lin_ccc_detail(t, by => grp, level => 0.9)"],
    body: Body::Unsorted(ccc),
};

fn ccc(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let n_null = Value::from(rows.n_null);
    let got = agreement::lin_ccc(&pairs(rows)?, options.number("level")?);
    Ok(match got {
        Err(e) => return undefined_record(COLUMNS, &[("n_null", n_null)], &e),
        Ok(c) => Output::Record(vec![
            c.ccc.into(),
            c.pearson.into(),
            c.bias_correction.into(),
            c.stderr.into(),
            c.lower.into(),
            c.upper.into(),
            c.n.into(),
            n_null,
            Value::Text(None),
        ]),
    })
}
