//! `somers_d`: an asymmetric rank correlation.

use super::two_columns::{DEPENDENT, X, Y, directed};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "somers_d",
    summary: "Somers' D: rank association that leaves out pairs tied on the independent side",
    details: "Rows with a NULL are dropped. NULL when the independent side is constant. With a yes/no x, D of y \
given x is 2 AUC - 1. Cost grows as n log n.",
    formula: "(C - D) / (pairs not tied on the independent side)",
    errors: "a NaN",
    params: &[X, Y],
    options: &[DEPENDENT],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Somers (1962). A new asymmetric measure of association for ordinal variables. Am. Sociol. Rev. \
27, 799-811.",
    ],
    example: Example {
        sql: "SELECT round(somers_d(x, y), 6) AS y_given_x, round(somers_d(x, y, dependent => 'x'), 6) AS x_given_y \
FROM (VALUES (1, 2), (2, 1), (3, 3), (4, 4), (4, 5)) AS t(x, y)",
        result: "y_given_x,x_given_y\n0.777778,0.7\n",
    },
    calls: &[
        "SELECT * FROM somers_d(t, by => grp)",
        "SELECT * FROM somers_d(t, x => value, dependent => 'x')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let d = directed(rows, options)?.somers_d().map(|d| d.d);
    Ok(Output::Value(d.into()))
}
