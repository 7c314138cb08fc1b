//! `partial_correlation`: correlation with other columns held fixed.

use super::controls::{CONTROLS, METHOD, partial};
use super::two_columns::{X, Y};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "partial_correlation",
    summary: "Correlation of two columns with other columns held fixed",
    details: "Rows with a NULL in any column are dropped. NULL when a column is constant, a control is a linear \
combination of the others, or x or y is one of them.",
    formula: "correlation of the residuals of x and y on the controls; method => 'spearman' takes average ranks of \
every column first",
    errors: "a NaN or an infinite number",
    params: &[X, Y, CONTROLS],
    options: &[METHOD],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Fisher (1924). The distribution of the partial correlation coefficient. Metron 3, 329-332.",
    ],
    example: Example {
        sql: "SELECT round(partial_correlation(x, y, controls => (c)), 6) AS r FROM (VALUES (1, 2, 1), (2, 1, 1), \
(3, 4, 2), (4, 3, 2), (5, 6, 2), (6, 7, 3)) AS t(x, y, c)",
        result: "r\n0.417836\n",
    },
    calls: &[
        "SELECT * FROM partial_correlation(t, controls => (value, weight), by => grp)",
        "SELECT partial_correlation(x, y, controls => (weight), method => 'spearman') AS r FROM t",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (found, _) = partial(rows, options)?;
    Ok(Output::Value(found.map(|p| p.r).into()))
}
