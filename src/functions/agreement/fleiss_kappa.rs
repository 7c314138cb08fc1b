//! `fleiss_kappa`: agreement of several annotators on categories.

use super::judgements::{ANNOTATOR, ITEM, REPEATS, VALUE, coefficient, read};
use crate::functions::prelude::*;
use crate::stats::agreement::{self, Weights};

pub(super) static FUNCTION: Function = Function {
    name: "fleiss_kappa",
    summary: "Agreement of several annotators on categories, beyond chance",
    details: "Items may have different numbers of judgements (Gwet's generalisation): agreement is averaged over the \
items with two or more, marginals over all items, each weighing the same. NULL when no item has two judgements or \
one category was used throughout.",
    formula: "kappa = (p_o - p_e) / (1 - p_e), p_e from the pooled category shares",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count",
    params: &[ITEM, ANNOTATOR, VALUE],
    options: &[REPEATS],
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
    ],
    body: Body::Unsorted(kappa),
};

fn kappa(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    coefficient(
        agreement::fleiss_kappa(&judgements.units, &Weights::None, 0.95).map(|k| k.coefficient),
    )
}
