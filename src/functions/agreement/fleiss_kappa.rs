//! `fleiss_kappa`: agreement of several annotators on categories.

use super::judgements::{JUDGEMENTS, WEIGHTED_ERRORS, value, weighted};
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "fleiss_kappa",
    summary: "Agreement of several annotators on categories, beyond chance",
    details: "Items may have different numbers of judgements: agreement is averaged over the items with two or more, \
marginals over all items, each weighing the same. NULL when no item has two judgements or one category was \
used throughout.",
    formula: "kappa = (p_o - p_e) / (1 - p_e), p_e from the pooled category shares",
    errors: WEIGHTED_ERRORS,
    params: JUDGEMENTS,
    options: &weighted("none"),
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Fleiss (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin 76, 378-382.",
        "Gwet (2014). Handbook of Inter-Rater Reliability, 4th ed.",
    ],
    example: Example {
        sql: "SELECT round(fleiss_kappa(item, annotator, value), 6) AS kappa FROM (VALUES (1,'x','yes'), (1,'y','yes'), \
(2,'x','no'), (2,'y','yes'), (3,'x','no'), (3,'y','no')) AS t(item, annotator, value)",
        result: "kappa\n0.333333\n",
    },
    calls: &[
        "SELECT * FROM fleiss_kappa(t)",
        "SELECT * FROM fleiss_kappa(t, by => grp, repeats => 'keep', annotator => grp)",
        "SELECT * FROM fleiss_kappa(t, by => grp, categories => [1, 2, 3, 4, 5, 6])",
        "SELECT * FROM fleiss_kappa(t, weights => 'linear', distance => 'value')",
        "SELECT * FROM fleiss_kappa(t, weights => 'custom', value => outcome, repeats => 'keep', disagreement => [0, \
1, 1, 2, 1, 0, 2, 1, 1, 2, 0, 1, 2, 1, 1, 0])",
    ],
    body: Body::Unsorted(of),
};

fn of(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    value(rows, options, agreement::fleiss_kappa)
}
