//! `point_biserial`: correlation of a yes/no column with a number.

use super::two_columns::{Y, YES, yes};
use crate::functions::prelude::*;
use crate::stats::correlation::point_biserial;

pub(super) static FUNCTION: Function = Function {
    name: "point_biserial",
    summary: "Correlation of a yes/no column with a number",
    details: "Rows with a NULL are dropped. x has two labels, the second in order counts as yes (false < true, 0 < \
1, text by code point). NULL with fewer than two labels or a constant y.",
    formula: "Pearson's correlation with yes = 1, no = 0",
    errors: "x with more than two labels; a NaN",
    params: &[YES, Y],
    options: &[],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Tate (1954). Correlation between a discrete and a continuous variable. Ann. Math. Stat. 25, \
603-607.",
    ],
    example: Example {
        sql: "SELECT round(point_biserial(x, y), 6) AS r FROM (VALUES (false, 1), (false, 2), (false, 4), (true, \
3), (true, 5), (true, 6)) AS t(x, y)",
        result: "r\n0.68313\n",
    },
    calls: &["SELECT * FROM point_biserial(t, x => y > 1, y => value, by => grp)"],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let found = point_biserial(&yes(rows)?, 0.95).map_err(|e| Fault::new(e.to_string()))?;
    Ok(Output::Value(found.map(|p| p.r).into()))
}
