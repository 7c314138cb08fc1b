//! `tie_calibrated_accuracy`: pairwise accuracy with the best threshold for ties.

use super::two_columns::{X, Y};
use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::functions::state::rows::Column;
use crate::stats::correlation::tie_calibrated;

pub(super) static FUNCTION: Function = Function {
    name: "tie_calibrated_accuracy",
    summary: "Pairwise accuracy of a score that ties where it differs little, with the best threshold",
    details: "x is the measure, y is judged by it: a pair of rows is right when both sides order it alike or both tie, and \
y ties where it differs by no more than the threshold. The threshold is the smallest one with the highest accuracy. With \
`item` pairs are taken within items, and the accuracy is the mean over items with two rows or more; without it over all \
pairs. Rows with a NULL are dropped. NULL with the reason in `detail` without a pair. Time grows with the number of pairs.",
    formula: "max over e >= 0 of the mean over items of (C + T_xy) / pairs, y tied where |y - y'| <= e",
    errors: "a NaN or an infinite number; more than 50,000,000 pairs",
    params: &[
        X,
        Y,
        Param::label("item", "pairs are within this; NULL drops the row").optional(),
    ],
    options: &[],
    ordered: false,
    returns: Returns::Record(&[
        Out::float("estimate", "the best accuracy; NULL where undefined"),
        Out::float(
            "threshold",
            "the smallest threshold with it, in the unit of y",
        ),
        Out::float("at_zero", "accuracy where y ties only where it is equal"),
        Out::int("n_pairs", "pairs compared"),
        Out::int("n_items", "items with a pair; 1 without `item`"),
        Out::int("n_single", "items with one row, left out"),
        Out::int("n", "rows used"),
        Out::int("n_null", "rows left out for a NULL"),
        Out::text("detail", "why the estimate is NULL; NULL when it is not"),
    ]),
    citations: &[
        "Deutsch, Foster & Freitag (2023). Ties matter: meta-evaluating modern metrics with pairwise accuracy and tie \
calibration. EMNLP, 12914-12929.",
    ],
    example: Example {
        sql: "SELECT round(estimate, 4) AS accuracy, threshold, round(at_zero, 4) AS at_zero, n_items FROM \
tie_calibrated_accuracy((SELECT * FROM (VALUES ('i1', 1, 10), ('i1', 1, 12), ('i1', 3, 40), ('i2', 2, 20), ('i2', 2, 21), \
('i2', 5, 60)) AS t(item, x, y)), item => item)",
        result: "accuracy,threshold,at_zero,n_items\n1.0,2.0,0.6667,2\n",
    },
    calls: &[
        "SELECT * FROM tie_calibrated_accuracy(t, by => grp)",
        "SELECT * FROM tie_calibrated_accuracy(t, x => value, item => item)",
        "SELECT * FROM tie_calibrated_accuracy(t, y => value, item => system_a)",
    ],
    body: Body::Unsorted(accuracy),
};

fn accuracy(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let (mut x, mut y) = (rows.numbers(0).to_vec(), rows.numbers(1).to_vec());
    let mut groups = vec![0; rows.len];
    if let Some(Column::Labels(_, ids)) = rows.columns.get(2) {
        let kept = |i: &usize| ids[*i] != MISSING;
        let kept: Vec<usize> = (0..rows.len).filter(kept).collect();
        x = kept.iter().map(|i| x[*i]).collect();
        y = kept.iter().map(|i| y[*i]).collect();
        groups = kept.iter().map(|i| ids[*i]).collect();
    }
    let found = tie_calibrated(&groups, &x, &y).map_err(|e| Fault::new(e.to_string()))?;
    let n_null = rows.n_null + (rows.len - groups.len()) as u64;
    let why = match (found, groups.len()) {
        (Some(_), _) => None,
        (None, 0) => Some("no rows"),
        (None, _) => Some("no item has two rows to compare"),
    };
    Ok(Output::Record(vec![
        found.map(|f| f.accuracy).into(),
        found.map(|f| f.threshold).into(),
        found.map(|f| f.accuracy_at_zero).into(),
        found.map_or(0, |f| f.pairs).into(),
        found.map_or(0, |f| f.groups).into(),
        found.map_or(0, |f| f.single).into(),
        groups.len().into(),
        n_null.into(),
        why.map(str::to_owned).into(),
    ]))
}
