//! `cronbach_alpha`: internal consistency of questions.

use super::measurements::{By, MEASUREMENTS, REPEATS, read};
use super::options::coefficient;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "cronbach_alpha",
    summary: "Internal consistency of several questions answered by the same people",
    details: "Items are the questions, annotators the people; only people who answered every question count (listwise \
deletion). Reverse the negatively worded questions first. NULL below two questions or people, or when all \
totals are equal.",
    formula: "alpha = k / (k - 1) (1 - sum of the questions' variances / variance of the totals)",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a number that is not finite",
    params: MEASUREMENTS,
    options: &[REPEATS],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Cronbach (1951). Coefficient alpha and the internal structure of tests. Psychometrika 16, 297-334.",
        "Feldt, Woodruff & Salih (1987). Statistical inference for coefficient alpha. Applied Psychological \
Measurement 11, 93-103.",
    ],
    example: Example {
        sql: "SELECT round(cronbach_alpha(item, annotator, value), 6) AS alpha FROM (VALUES (1,'p',1), (2,'p',2), \
(1,'q',2), (2,'q',2), (1,'r',3), (2,'r',5)) AS t(item, annotator, value)",
        result: "alpha\n0.857143\n",
    },
    calls: &[
        "SELECT * FROM cronbach_alpha(t, item => annotator, annotator => item)",
        "SELECT * FROM cronbach_alpha(t, annotator => system_a, item => grp, value => y, repeats => 'mean')",
    ],
    body: Body::Unsorted(alpha),
};

fn alpha(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let matrix = read(rows, options, By::Annotator)?;
    coefficient(matrix.and_then(|m| m.cronbach_alpha(0.95).map(|a| a.alpha)))
}
