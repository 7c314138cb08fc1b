//! `gwet_ac2`: agreement of several annotators on ordered categories.

use super::judgements::{JUDGEMENTS, WEIGHTED_ERRORS, value, weighted};
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "gwet_ac2",
    summary: "Agreement of several annotators on ordered categories, robust to lopsided ones",
    details: "Items may have different numbers of judgements: agreement is averaged over the items with two or more, \
marginals over all items, each weighing the same. NULL when no item has two judgements or one category was \
used throughout. The number of categories counts: list those that nobody used with `categories`. With \
weights => 'none' it is AC1.",
    formula: "AC2 = (p_o - p_e) / (1 - p_e), p_e = sum(w) sum(p (1 - p)) / (q (q - 1))",
    errors: WEIGHTED_ERRORS,
    params: JUDGEMENTS,
    options: &weighted("quadratic"),
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &["Gwet (2014). Handbook of Inter-Rater Reliability, 4th ed."],
    example: Example {
        sql: "SELECT round(gwet_ac2(item, annotator, value), 6) AS estimate FROM (VALUES (1,'x',1), (1,'y',1), (1,'z',2), \
(2,'x',2), (2,'y',2), (2,'z',2), (3,'x',3), (3,'y',3), (3,'z',3), (4,'x',1), (4,'y',2), (4,'z',3)) AS \
t(item, annotator, value)",
        result: "estimate\n0.52\n",
    },
    calls: &[
        "SELECT * FROM gwet_ac2(t)",
        "SELECT * FROM gwet_ac2(t, by => grp, repeats => 'keep', annotator => grp)",
        "SELECT * FROM gwet_ac2(t, by => grp, categories => [1, 2, 3, 4, 5, 6])",
        "SELECT * FROM gwet_ac2(t, weights => 'linear', distance => 'value')",
        "SELECT * FROM gwet_ac2(t, weights => 'custom', value => outcome, repeats => 'keep', disagreement => [0, 1, \
1, 2, 1, 0, 2, 1, 1, 2, 0, 1, 2, 1, 1, 0])",
    ],
    body: Body::Unsorted(of),
};

fn of(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    value(rows, options, agreement::gwet_ac2)
}
