//! `brennan_prediger`: agreement beyond the chance of equally likely categories.

use super::judgements::{JUDGEMENTS, WEIGHTED_ERRORS, value, weighted};
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "brennan_prediger",
    summary: "Agreement of several annotators beyond the chance of equally likely categories",
    details: "Items may have different numbers of judgements: agreement is averaged over the items with two or more, \
marginals over all items, each weighing the same. NULL when no item has two judgements or one category was \
used throughout. Also known as the S coefficient and Randolph's free-marginal kappa. The number of \
categories counts: list those that nobody used with `categories`.",
    formula: "kappa = (p_o - p_e) / (1 - p_e), p_e = sum(w) / q^2, which is 1/q without weights",
    errors: WEIGHTED_ERRORS,
    params: JUDGEMENTS,
    options: &weighted("none"),
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Brennan & Prediger (1981). Coefficient kappa: some uses, misuses, and alternatives. Educ. Psychol. Meas. \
41, 687-699.",
        "Gwet (2014). Handbook of Inter-Rater Reliability, 4th ed.",
    ],
    example: Example {
        sql: "SELECT round(brennan_prediger(item, annotator, value), 6) AS estimate FROM (VALUES (1,'x',1), (1,'y',1), \
(1,'z',2), (2,'x',2), (2,'y',2), (2,'z',2), (3,'x',3), (3,'y',3), (3,'z',3), (4,'x',1), (4,'y',2), \
(4,'z',3)) AS t(item, annotator, value)",
        result: "estimate\n0.375\n",
    },
    calls: &[
        "SELECT * FROM brennan_prediger(t)",
        "SELECT * FROM brennan_prediger(t, by => grp, repeats => 'keep', annotator => grp)",
        "SELECT * FROM brennan_prediger(t, by => grp, categories => [1, 2, 3, 4, 5, 6])",
        "SELECT * FROM brennan_prediger(t, weights => 'linear', distance => 'value')",
        "SELECT * FROM brennan_prediger(t, weights => 'custom', value => outcome, repeats => 'keep', disagreement => \
[0, 1, 1, 2, 1, 0, 2, 1, 1, 2, 0, 1, 2, 1, 1, 0])",
    ],
    body: Body::Unsorted(of),
};

fn of(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    value(rows, options, agreement::brennan_prediger)
}
