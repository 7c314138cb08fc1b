//! `kendall_w`: concordance of rankings by several annotators.

use super::measurements::{By, MEASUREMENTS, REPEATS, read};
use super::options::coefficient;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "kendall_w",
    summary: "Concordance of the rankings by several annotators",
    details: "Only items that every annotator judged count (listwise deletion). Each annotator's numbers are ranked, ties \
at their average rank. NULL below two items or when every annotator ties everything.",
    formula: "W = 12 S / (m^2 (n^3 - n) - m sum(t^3 - t)), S the squared deviations of the rank sums, m annotators, n \
items, t tied items",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a number that is not finite",
    params: MEASUREMENTS,
    options: &[REPEATS],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Kendall & Babington Smith (1939). The problem of m rankings. Annals of Mathematical Statistics 10, 275-287.",
        "Kendall (1970). Rank Correlation Methods, 4th ed.",
    ],
    example: Example {
        sql: "SELECT round(kendall_w(item, annotator, value), 6) AS w FROM (VALUES (1,'x',1), (2,'x',2), (3,'x',3), \
(1,'y',1), (2,'y',3), (3,'y',2), (1,'z',2), (2,'z',1), (3,'z',3)) AS t(item, annotator, value)",
        result: "w\n0.444444\n",
    },
    calls: &[
        "SELECT * FROM kendall_w(t)",
        "SELECT * FROM kendall_w(t, annotator => grp, item => system_a, value => y, repeats => 'mean')",
    ],
    body: Body::Unsorted(w),
};

fn w(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    coefficient(read(rows, options, By::Item)?.and_then(|m| m.kendall_w().map(|w| w.w)))
}
