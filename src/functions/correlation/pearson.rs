//! `pearson`: product-moment correlation.

use super::two_columns::{WEIGHT, X, Y, pairs};
use crate::functions::prelude::*;
use crate::stats::correlation::pearson_weighted;

pub(super) static FUNCTION: Function = Function {
    name: "pearson",
    summary: "Pearson's correlation of two columns",
    details: "Rows with a NULL are dropped; so are rows of weight 0. NULL below two rows, when a side is constant \
or infinite. Sums are taken over sorted rows, so the order of the rows does not matter.",
    formula: "r = sum w (x - mx)(y - my) / sqrt(sum w (x - mx)^2 sum w (y - my)^2), with weighted means",
    errors: "a NaN; a weight that is negative or not finite",
    params: &[X, Y, WEIGHT],
    options: &[],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Pearson (1895). Note on regression and inheritance in the case of two parents. Proc. R. Soc. \
Lond. 58, 240-242.",
    ],
    example: Example {
        sql: "SELECT round(pearson(x, y), 6) AS r FROM (VALUES (1, 2), (2, 1), (3, 3), (4, 4), (4, 5)) AS t(x, y)",
        result: "r\n0.848875\n",
    },
    calls: &[
        "SELECT * FROM pearson(t, by => grp)",
        "SELECT * FROM pearson(t, weight => weight)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let weights = rows.numbers(2);
    if weights.is_empty() {
        let r = pairs(rows)?.pearson(0.95).map(|p| p.r);
        return Ok(Output::Value(r.into()));
    }
    let sides = rows.numbers(0).iter().zip(rows.numbers(1)).zip(weights);
    // A weight of NULL is stored as NaN: its row is dropped.
    let weighted: Vec<(f64, f64, f64)> = sides
        .filter(|(_, w)| !w.is_nan())
        .map(|((x, y), w)| (*x, *y, *w))
        .collect();
    let r = pearson_weighted(&weighted).map_err(|e| Fault::new(e.to_string()))?;
    Ok(Output::Value(r.into()))
}
