//! `bland_altman`: limits of agreement of two measurements.

use super::measurements::{X, Y, pairs};
use super::options::{LEVEL, undefined_record};
use crate::functions::prelude::*;
use crate::stats::agreement;

const COLUMNS: &[Out] = &[
    Out::float("bias", "mean of x - y; NULL where undefined"),
    Out::float("sd", "standard deviation of x - y"),
    Out::float("stderr", "standard error of the bias"),
    Out::float("lower", "lower limit of the bias"),
    Out::float("upper", "upper limit of the bias"),
    Out::float("limit_lower", "lower limit of agreement"),
    Out::float("limit_upper", "upper limit of agreement"),
    Out::float(
        "limit_stderr",
        "standard error of either limit of agreement",
    ),
    Out::float(
        "outside",
        "share of differences outside the limits of agreement",
    ),
    Out::int("n", "pairs"),
    Out::int("n_null", "rows left out for a NULL"),
    Out::text("reason", "why there is no result: no_pairs"),
];

pub(super) static FUNCTION: Function = Function {
    name: "bland_altman",
    summary: "How far two measurements of the same things are apart: bias and limits of agreement",
    details: "Rows with a NULL on either side are dropped. The limits hold `coverage` of the differences when these are \
normal. Below two pairs everything is NULL with a reason.",
    formula: "bias = mean(x - y); limits of agreement bias -+ z sd; limits of the bias by Student's t; stderr of a limit \
of agreement sd sqrt(1/n + z^2 / (2 (n - 1)))",
    errors: "an infinite number",
    params: &[X, Y],
    options: &[
        LEVEL,
        Opt::number(
            "coverage",
            0.5,
            0.9999,
            0.95,
            "share of the differences between the limits of agreement",
        ),
    ],
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Bland & Altman (1986). Statistical methods for assessing agreement between two methods of clinical \
measurement. Lancet 327, 307-310.",
        "Bland & Altman (1999). Measuring agreement in method comparison studies. Statistical Methods in Medical \
Research 8, 135-160.",
    ],
    example: Example {
        sql: "SELECT bias, round(sd, 6) AS sd, round(limit_lower, 4) AS limit_lower, round(limit_upper, 4) AS \
limit_upper, n FROM bland_altman((SELECT * FROM (VALUES (1, 2), (2, 2), (4, 3), (6, 4)) AS t(x, y)))",
        result: "bias,sd,limit_lower,limit_upper,n\n0.5,1.290994,-2.0303,3.0303,4\n",
    },
    calls: &["SELECT * FROM bland_altman(t, by => grp, level => 0.9, coverage => 0.8)"],
    body: Body::Unsorted(limits),
};

fn limits(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let n_null = Value::from(rows.n_null);
    let (level, coverage) = (options.number("level")?, options.number("coverage")?);
    Ok(
        match agreement::bland_altman(&pairs(rows)?, level, coverage) {
            Err(e) => return undefined_record(COLUMNS, &[("n_null", n_null)], &e),
            Ok(b) => Output::Record(vec![
                b.bias.into(),
                b.sd.into(),
                b.stderr.into(),
                b.lower.into(),
                b.upper.into(),
                b.limit_lower.into(),
                b.limit_upper.into(),
                b.limit_stderr.into(),
                b.outside.into(),
                b.n.into(),
                n_null,
                Value::Text(None),
            ]),
        },
    )
}
