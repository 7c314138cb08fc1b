//! `kendall_w_detail`: concordance of rankings by several annotators, with its test.

use super::measurements::{By, MEASUREMENTS, REPEATS, read};
use super::options::undefined_record;
use crate::functions::prelude::*;

const COLUMNS: &[Out] = &[
    Out::float("estimate", "W, from 0 to 1; NULL where undefined"),
    Out::float("chi2", "Friedman's chi-square"),
    Out::float("df", "its degrees of freedom"),
    Out::float("p_value", "its upper tail probability"),
    Out::int("n", "items that all annotators judged"),
    Out::int("n_annotators", "annotators"),
    Out::int(
        "n_incomplete",
        "items left out because an annotator is missing",
    ),
    Out::text(
        "reason",
        "why there is no estimate: no_data, no_pairs, no_variation",
    ),
];

pub(super) static FUNCTION: Function = Function {
    name: "kendall_w_detail",
    summary: "Concordance of the rankings by several annotators, with Friedman's test",
    details: "Only items that every annotator judged count (listwise deletion). Each annotator's numbers are ranked, ties \
at their average rank. The test is the large-sample chi-square, too generous below about eight items. \
Undefined is NULL with a reason.",
    formula: "W = 12 S / (m^2 (n^3 - n) - m sum(t^3 - t)), S the squared deviations of the rank sums, m annotators, n \
items, t tied items; chi2 = m (n - 1) W with n - 1 degrees of freedom",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a number that is not finite",
    params: MEASUREMENTS,
    options: &[REPEATS],
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Kendall & Babington Smith (1939). The problem of m rankings. Annals of Mathematical Statistics 10, 275-287.",
        "Kendall (1970). Rank Correlation Methods, 4th ed.",
    ],
    example: Example {
        sql: "SELECT round(estimate, 6) AS w, round(chi2, 6) AS chi2, round(p_value, 6) AS p_value, n, n_annotators FROM \
kendall_w_detail((SELECT * FROM (VALUES (1,'x',1), (2,'x',2), (3,'x',3), (1,'y',1), (2,'y',3), (3,'y',2), \
(1,'z',2), (2,'z',1), (3,'z',3)) AS t(item, annotator, value)))",
        result: "w,chi2,p_value,n,n_annotators\n0.444444,2.666667,0.263597,3,3\n",
    },
    calls: &[
        "SELECT * FROM kendall_w_detail(t)",
        "SELECT * FROM kendall_w_detail(t, annotator => grp, item => system_a, value => y, repeats => 'mean')",
    ],
    body: Body::Unsorted(w),
};

fn w(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let matrix = read(rows, options, By::Item)?;
    let dropped = Value::from(matrix.as_ref().map_or(0, |m| m.dropped_items()));
    Ok(match matrix.and_then(|m| m.kendall_w()) {
        Err(e) => return undefined_record(COLUMNS, &[("n_incomplete", dropped)], &e),
        Ok(w) => Output::Record(vec![
            w.w.into(),
            w.chi2.into(),
            w.df.into(),
            w.p_value.into(),
            w.n_items.into(),
            w.n_raters.into(),
            dropped,
            Value::Text(None),
        ]),
    })
}
