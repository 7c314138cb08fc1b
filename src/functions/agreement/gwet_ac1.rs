//! `gwet_ac1`: agreement of several annotators, robust to lopsided categories.

use super::judgements::{JUDGEMENTS, REPEATS, value};
use super::options::CATEGORIES;
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "gwet_ac1",
    summary: "Agreement of several annotators beyond chance, robust to lopsided categories",
    details: "Items may have different numbers of judgements: agreement is averaged over the items with two or more, \
marginals over all items, each weighing the same. NULL when no item has two judgements or one category was \
used throughout. The number of categories counts: list those that nobody used with `categories`.",
    formula: "AC1 = (p_o - p_e) / (1 - p_e), p_e = sum(p (1 - p)) / (q - 1) over q categories",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`",
    params: JUDGEMENTS,
    options: &[CATEGORIES, REPEATS],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Gwet (2008). Computing inter-rater reliability and its variance in the presence of high agreement. Br. J. \
Math. Stat. Psychol. 61, 29-48.",
        "Gwet (2014). Handbook of Inter-Rater Reliability, 4th ed.",
    ],
    example: Example {
        sql: "SELECT round(gwet_ac1(item, annotator, value), 6) AS estimate FROM (VALUES (1,'x',1), (1,'y',1), (1,'z',2), \
(2,'x',2), (2,'y',2), (2,'z',2), (3,'x',3), (3,'y',3), (3,'z',3), (4,'x',1), (4,'y',2), (4,'z',3)) AS \
t(item, annotator, value)",
        result: "estimate\n0.381443\n",
    },
    calls: &[
        "SELECT * FROM gwet_ac1(t)",
        "SELECT * FROM gwet_ac1(t, by => grp, repeats => 'keep', annotator => grp)",
        "SELECT * FROM gwet_ac1(t, by => grp, categories => [1, 2, 3, 4, 5, 6])",
    ],
    body: Body::Unsorted(of),
};

fn of(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    value(rows, options, agreement::gwet_ac2)
}
