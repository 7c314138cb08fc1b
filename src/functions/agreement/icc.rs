//! `icc`: intraclass correlation.

use super::measurements::{By, MEASUREMENTS, REPEATS, read};
use super::options::coefficient;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "icc",
    summary: "Intraclass correlation of numbers by several annotators",
    details: "Only items that every annotator judged count (listwise deletion). The form says where the annotators come \
from: ICC1 each item has its own, ICC2 all items share a random sample of annotators (absolute agreement), \
ICC3 these annotators only (consistency); with k the reliability of their mean. NULL below two items or \
annotators, or when all values are equal.",
    formula: "ICC1 = (B - W) / (B + (k - 1) W); ICC2 = (B - E) / (B + (k - 1) E + k (J - E) / n); ICC3 = (B - E) / (B + \
(k - 1) E); mean squares B between and W within items, J between annotators, E residual; k annotators, n \
items",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a number that is not finite",
    params: MEASUREMENTS,
    options: &[
        Opt::choice(
            "form",
            &["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"],
            "ICC2",
            "form of Shrout and Fleiss",
        ),
        REPEATS,
    ],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Shrout & Fleiss (1979). Intraclass correlations: uses in assessing rater reliability. Psychological \
Bulletin 86, 420-428.",
        "McGraw & Wong (1996). Forming inferences about some intraclass correlation coefficients. Psychological \
Methods 1, 30-46.",
    ],
    example: Example {
        sql: "SELECT round(icc(item, annotator, value, form => 'ICC1'), 2) AS icc1, round(icc(item, annotator, value), 2) \
AS icc2, round(icc(item, annotator, value, form => 'ICC3'), 2) AS icc3 FROM (VALUES (1,'a',9), (1,'b',2), \
(1,'c',5), (1,'d',8), (2,'a',6), (2,'b',1), (2,'c',3), (2,'d',2), (3,'a',8), (3,'b',4), (3,'c',6), \
(3,'d',8), (4,'a',7), (4,'b',1), (4,'c',2), (4,'d',6), (5,'a',10), (5,'b',5), (5,'c',6), (5,'d',9), \
(6,'a',6), (6,'b',2), (6,'c',4), (6,'d',7)) AS t(item, annotator, value)",
        result: "icc1,icc2,icc3\n0.17,0.29,0.71\n",
    },
    calls: &[
        "SELECT * FROM icc(t)",
        "SELECT * FROM icc(t, value => y, form => 'ICC1k')",
        "SELECT * FROM icc(t, annotator => grp, item => system_a, value => y, repeats => 'mean', form => 'ICC3')",
        "SELECT * FROM icc(t, annotator => grp, item => system_a, value => y, repeats => 'highest', form => 'ICC2k')",
    ],
    body: Body::Unsorted(icc),
};

fn icc(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let form = options.text("form")?;
    let icc = read(rows, options, By::Item)?.and_then(|m| m.icc(0.95));
    coefficient(icc.map(|forms| match form {
        "ICC1" => forms.icc1.icc,
        "ICC3" => forms.icc3.icc,
        "ICC1k" => forms.icc1k.icc,
        "ICC2k" => forms.icc2k.icc,
        "ICC3k" => forms.icc3k.icc,
        _ => forms.icc2.icc,
    }))
}
