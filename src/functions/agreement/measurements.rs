//! Numbers by item and annotator, as the functions of complete designs take them.

use super::judgements::{ANNOTATOR, ITEM};
use super::options::reason;
use crate::functions::prelude::*;
use crate::stats::agreement::{Matrix, Undefined};
use crate::stats::correlation::Pairs;
use crate::stats::num;

/// The columns.
pub(super) const MEASUREMENTS: &[Param] = &[
    ITEM,
    ANNOTATOR,
    Param::number("value", "the number given; NULL is missing"),
];
/// What repeats count as.
pub(super) const REPEATS: Opt = Opt::choice(
    "repeats",
    &["error", "mean", "lowest", "highest"],
    "error",
    "when one annotator judged one item more than once: an error, their mean, the lowest or the highest",
);

/// Which column makes the rows of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Item,
    Annotator,
}

/// The table of complete rows.
pub(super) fn read(
    rows: &Rows,
    options: &Options,
    by: By,
) -> Result<Result<Matrix, Undefined>, Fault> {
    let (items, item) = rows.labels(0);
    let (annotators, annotator) = rows.labels(1);
    let cells = item.iter().zip(annotator).zip(rows.numbers(2));
    let mut cells: Vec<(u32, u32, f64)> = cells.map(|((i, a), x)| (*i, *a, *x)).collect();
    cells.sort_unstable_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then(x.2.total_cmp(&y.2)));
    let name = |names: &[String], id: u32| names.get(id as usize).cloned().unwrap_or_default();
    if let Some(cell) = cells.iter().find(|cell| !cell.2.is_finite()) {
        return Err(Fault::new(format!(
            "annotator '{}' gave item '{}' the value {}, expected a finite number",
            name(annotators, cell.1),
            name(items, cell.0),
            cell.2
        )));
    }
    let rule = options.text("repeats")?;
    let mut kept = Vec::with_capacity(cells.len());
    for run in cells.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let value = match rule {
            _ if run.len() == 1 => first.2,
            "mean" => {
                let all: Vec<f64> = run.iter().map(|cell| cell.2).collect();
                num::mean(&all).unwrap_or(first.2)
            }
            "lowest" => first.2,
            "highest" => last.2,
            _ => {
                return Err(Fault::new(format!(
                    "annotator '{}' judged item '{}' more than once",
                    name(annotators, first.1),
                    name(items, first.0),
                ))
                .hint("say how repeats count: repeats => 'mean', 'lowest' or 'highest'"));
            }
        };
        kept.push(match by {
            By::Item => (first.0, first.1, value),
            By::Annotator => (first.1, first.0, value),
        });
    }
    match Matrix::from_long(kept) {
        Err(e @ (Undefined::BadValue(_) | Undefined::BadOption(_))) => {
            Err(super::options::fault(&e))
        }
        other => Ok(other),
    }
}

/// Why there is no value, as the last column of a record.
pub(super) fn why(undefined: &Undefined) -> Result<Value, Fault> {
    reason(undefined).map(Value::from)
}

/// One measurement.
pub(super) const X: Param = Param::number("x", "one measurement; NULL drops the row");
/// The other measurement.
pub(super) const Y: Param = Param::number("y", "the other measurement; NULL drops the row");

/// Two measurements of each thing.
pub(super) fn pairs(rows: &Rows) -> Result<Pairs, Fault> {
    Pairs::from_columns(rows.numbers(0), rows.numbers(1)).map_err(|e| Fault::new(e.to_string()))
}
