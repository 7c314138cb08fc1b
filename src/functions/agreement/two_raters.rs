//! Two columns of labels as the two-rater functions take them.

use crate::functions::prelude::*;
use crate::stats::agreement::Confusion;

pub(super) const FIRST: Param =
    Param::label("first", "label by the first rater; NULL drops the row");
pub(super) const SECOND: Param =
    Param::label("second", "label by the second rater; NULL drops the row");

/// Distinct labels in canonical order: numbers by value, else by code point.
fn categories(tally: &Tally) -> Vec<String> {
    let mut all: Vec<String> = tally.labels.iter().take(2).flatten().cloned().collect();
    all.sort();
    all.dedup();
    let number = |t: &String| t.parse::<f64>().ok().filter(|x| x.is_finite());
    if all.iter().all(|t| number(t).is_some()) {
        all.sort_by(|a, b| {
            number(a)
                .unwrap_or(0.0)
                .total_cmp(&number(b).unwrap_or(0.0))
        });
    }
    all
}

/// The table of the two raters over places in the sorted categories, and the categories.
pub(super) fn confusion(tally: &Tally) -> (Confusion<usize>, Vec<String>) {
    let all = categories(tally);
    let place = |label: &str| all.iter().position(|c| c == label).unwrap_or(usize::MAX);
    let places: Vec<Vec<usize>> = tally
        .labels
        .iter()
        .take(2)
        .map(|column| column.iter().map(|l| place(l)).collect())
        .collect();
    let at = |column: usize, id: u32| {
        places
            .get(column)
            .and_then(|p| p.get(id as usize))
            .copied()
            .unwrap_or(usize::MAX)
    };
    let mut table = Confusion::new();
    for cell in &tally.cells {
        table.push_tally(
            at(0, cell.key[0]),
            at(1, cell.key[1]),
            &cell.rows,
            cell.rows,
        );
    }
    (table, all)
}
