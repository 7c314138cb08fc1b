//! `cronbach_alpha_detail`: internal consistency of questions, with its interval.

use super::measurements::{By, MEASUREMENTS, REPEATS, read};
use super::options::{LEVEL, undefined_record};
use crate::functions::prelude::*;

const COLUMNS: &[Out] = &[
    Out::float("estimate", "alpha, at most 1; NULL where undefined"),
    Out::float("lower", "lower limit"),
    Out::float("upper", "upper limit"),
    Out::int("n", "annotators who answered every item"),
    Out::int("n_items", "items"),
    Out::int(
        "n_incomplete",
        "annotators left out because an item is missing",
    ),
    Out::text(
        "reason",
        "why there is no estimate: no_data, no_pairs, no_variation",
    ),
];

pub(super) static FUNCTION: Function = Function {
    name: "cronbach_alpha_detail",
    summary: "Internal consistency of several questions answered by the same people, with Feldt's interval",
    details: "Items are the questions, annotators the people; only people who answered every question count (listwise \
deletion). Reverse the negatively worded questions first. Undefined is NULL with a reason.",
    formula: "alpha = k / (k - 1) (1 - sum of the questions' variances / variance of the totals); limits 1 - (1 - alpha) F",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a number that is not finite",
    params: MEASUREMENTS,
    options: &[LEVEL, REPEATS],
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Cronbach (1951). Coefficient alpha and the internal structure of tests. Psychometrika 16, 297-334.",
        "Feldt, Woodruff & Salih (1987). Statistical inference for coefficient alpha. Applied Psychological \
Measurement 11, 93-103.",
    ],
    example: Example {
        sql: "SELECT round(estimate, 6) AS alpha, n, n_items, reason FROM cronbach_alpha_detail((SELECT * FROM (VALUES \
(1,'p',1), (2,'p',2), (1,'q',2), (2,'q',2), (1,'r',3), (2,'r',5)) AS t(item, annotator, value)))",
        result: "alpha,n,n_items,reason\n0.857143,3,2,\n",
    },
    calls: &[
        "SELECT * FROM cronbach_alpha_detail(t, item => annotator, annotator => item)",
        "SELECT * FROM cronbach_alpha_detail(t, annotator => system_a, item => grp, value => y, repeats => 'mean', \
level => 0.9)",
    ],
    body: Body::Unsorted(alpha),
};

fn alpha(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let matrix = read(rows, options, By::Annotator)?;
    let level = options.number("level")?;
    let dropped = Value::from(matrix.as_ref().map_or(0, |m| m.dropped_items()));
    Ok(match matrix.and_then(|m| m.cronbach_alpha(level)) {
        Err(e) => return undefined_record(COLUMNS, &[("n_incomplete", dropped)], &e),
        Ok(a) => Output::Record(vec![
            a.alpha.into(),
            a.lower.into(),
            a.upper.into(),
            a.n_rows.into(),
            a.n_columns.into(),
            dropped,
            Value::Text(None),
        ]),
    })
}
