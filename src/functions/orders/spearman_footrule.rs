//! `spearman_footrule`: how far alternatives move between two orders.

use super::two_orders::{NORMALIZE, X, Y, distance};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "spearman_footrule",
    summary: "Places that alternatives move between two orders, summed",
    details: "One row per alternative with its ranks in the two orders; ranks are made anew from the order among the rows, \
ties at the mean of their places. Rows with a NULL on either side are dropped. 0 for a single row; normalized NULL below two rows.",
    formula: "sum of |rank_x - rank_y|; normalized: over floor(n^2 / 2)",
    errors: "a NaN",
    params: &[X, Y],
    options: &[NORMALIZE],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Diaconis & Graham (1977). Spearman's footrule as a measure of disarray. JRSS B 39, 262-268.",
    ],
    example: Example {
        sql: "SELECT spearman_footrule(x, y) AS d, spearman_footrule(x, y, normalize => true) AS share FROM \
(VALUES (1, 2), (2, 1), (3, 4), (4, 3)) AS t(x, y)",
        result: "d,share\n4.0,0.5\n",
    },
    calls: &[
        "SELECT * FROM spearman_footrule(t, by => grp)",
        "SELECT * FROM spearman_footrule(t, normalize => true)",
    ],
    body: Body::Unsorted(value),
};

fn value(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let d = distance(rows, 0.5)?;
    Ok(Output::Value(if options.flag("normalize")? {
        d.footrule_normalized.into()
    } else {
        d.footrule.into()
    }))
}
