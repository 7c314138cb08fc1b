//! `lin_ccc`: concordance of two measurements.

use super::measurements::{X, Y, pairs};
use super::options::coefficient;
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "lin_ccc",
    summary: "Concordance correlation of two measurements of the same things",
    details: "Rows with a NULL on either side are dropped. 1 when all pairs lie on the line y = x: unlike a correlation \
it counts shifts and scales as disagreement. NULL below two pairs or when a side is constant.",
    formula: "ccc = 2 s_xy / (s_xx + s_yy + (mean x - mean y)^2), moments with 1/n",
    errors: "an infinite number",
    params: &[X, Y],
    options: &[],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Lin (1989). A concordance correlation coefficient to evaluate reproducibility. Biometrics 45, 255-268.",
        "Lin (2000). A note on the concordance correlation coefficient. Biometrics 56, 324-325.",
    ],
    example: Example {
        sql: "SELECT round(lin_ccc(x, y), 6) AS ccc FROM (VALUES (1, 2), (2, 2), (3, 4)) AS t(x, y)",
        result: "ccc\n0.666667\n",
    },
    calls: &["SELECT grp, lin_ccc(x, y) AS c FROM t GROUP BY grp"],
    body: Body::Unsorted(ccc),
};

fn ccc(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    coefficient(agreement::lin_ccc(&pairs(rows)?, 0.95).map(|c| c.ccc))
}
