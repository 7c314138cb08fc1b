//! `spearman`: correlation of ranks.

use super::two_columns::{X, Y, pairs};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "spearman",
    summary: "Spearman's rank correlation of two columns",
    details: "Rows with a NULL on either side are dropped. Ties get their average rank. NULL below two rows or when a \
side is constant.",
    formula: "Pearson's correlation of the average ranks",
    errors: "a NaN",
    params: &[X, Y],
    options: &[],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Spearman (1904). The proof and measurement of association between two things. Am. J. Psychol. 15, 72-101.",
    ],
    example: Example {
        sql: "SELECT round(spearman(x, y), 6) AS rho FROM (VALUES (1, 2), (2, 1), (3, 3), (4, 4), (4, 5)) AS t(x, y)",
        result: "rho\n0.872082\n",
    },
    calls: &["SELECT * FROM spearman(t, by => grp)"],
    body: Body::Unsorted(rho),
};

fn rho(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    Ok(Output::Value(
        pairs(rows)?.spearman(0.95).map(|s| s.rho).into(),
    ))
}
