//! Where two results differ, row by row: what `replay` shows when a digest
//! does not come out again.
//!
//! Both results are totally ordered, so rows are compared by position; cells
//! are compared by the canonical bytes of the result digest, so encodings and
//! batch cuts cause no difference. Rows that merely moved are told apart from
//! rows that exist on one side only by a multiset difference.

use std::collections::BTreeMap;
use std::fmt;

use arrow::array::Array;
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::Result;

use super::digest::{Cells, logical_type};

/// How many differing rows a [`Difference`] lists unless told otherwise.
pub const DEFAULT_ROWS: usize = 10;

/// One cell that came out differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellDifference {
    /// Row position in both results, from 0.
    pub row: usize,
    /// Column name.
    pub column: String,
    /// The value in the expected (recorded) result, as text.
    pub recorded: String,
    /// The value now, as text.
    pub now: String,
}

/// A row that one result has more often than the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDifference {
    /// Position of its first unmatched occurrence, from 0.
    pub row: usize,
    /// Its cells as text, in column order.
    pub cells: Vec<String>,
    /// By how many occurrences.
    pub count: usize,
}

/// The difference of two results. Lists hold the first rows only; the counts
/// are complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Rows in the expected result.
    pub rows_recorded: usize,
    /// Rows in the result now.
    pub rows_now: usize,
    /// Set when the columns differ; rows are not compared then.
    pub columns: Option<String>,
    /// Positions at which the rows differ (positions both results have).
    pub rows_differing: usize,
    /// The differing cells of the first differing rows.
    pub cells: Vec<CellDifference>,
    /// How many rows, counted with multiplicity, are in the expected result only.
    pub rows_only_recorded: usize,
    /// How many rows, counted with multiplicity, are in the result now only.
    pub rows_only_now: usize,
    /// The first rows that are in the expected result only.
    pub only_recorded: Vec<RowDifference>,
    /// The first rows that are in the result now only.
    pub only_now: Vec<RowDifference>,
}

impl Difference {
    /// True when the results are the same in columns, rows and order.
    pub fn is_empty(&self) -> bool {
        self.columns.is_none() && self.rows_recorded == self.rows_now && self.rows_differing == 0
    }

    /// True when both results hold the same rows in another order.
    pub fn is_order_only(&self) -> bool {
        !self.is_empty()
            && self.columns.is_none()
            && self.rows_only_recorded == 0
            && self.rows_only_now == 0
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return write!(f, "no difference in {} rows", self.rows_now);
        }
        if let Some(columns) = &self.columns {
            return write!(f, "{columns}");
        }
        writeln!(
            f,
            "recorded {} rows, now {}; {} differ by position, {} only recorded, {} only now",
            self.rows_recorded,
            self.rows_now,
            self.rows_differing,
            self.rows_only_recorded,
            self.rows_only_now
        )?;
        if self.is_order_only() {
            writeln!(f, "the rows are the same, their order is not")?;
        }
        for cell in &self.cells {
            writeln!(
                f,
                "row {}, {}: recorded {}, now {}",
                cell.row, cell.column, cell.recorded, cell.now
            )?;
        }
        for (label, rows) in [("recorded", &self.only_recorded), ("now", &self.only_now)] {
            for row in rows {
                let cells = row.cells.join(", ");
                writeln!(f, "only {label} ({}×), row {}: {cells}", row.count, row.row)?;
            }
        }
        Ok(())
    }
}

/// Compares a recorded result with the one obtained now, listing at most
/// [`DEFAULT_ROWS`] rows of each kind.
///
/// # Errors
/// Values that have no canonical bytes (unions).
pub fn rows(expected: &[RecordBatch], got: &[RecordBatch]) -> Result<Difference> {
    first_rows(expected, got, DEFAULT_ROWS)
}

/// As [`rows`], with the number of rows to list of each kind.
///
/// # Errors
/// As [`rows`].
pub fn first_rows(
    expected: &[RecordBatch],
    got: &[RecordBatch],
    limit: usize,
) -> Result<Difference> {
    let count = |batches: &[RecordBatch]| batches.iter().map(RecordBatch::num_rows).sum();
    let mut out = Difference {
        rows_recorded: count(expected),
        rows_now: count(got),
        columns: column_difference(expected, got),
        ..Difference::default()
    };
    if out.columns.is_some() {
        return Ok(out);
    }
    let mut left = Rows::new(expected)?;
    let mut right = Rows::new(got)?;
    // Unmatched rows: how often on the left minus on the right, and where first.
    let mut unmatched: BTreeMap<Vec<u8>, Tally> = BTreeMap::new();
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for row in 0..out.rows_recorded.max(out.rows_now) {
        let on_left = left.next(&mut a)?;
        let on_right = right.next(&mut b)?;
        match (on_left, on_right) {
            (Some(_), Some(_)) if a == b => continue,
            (Some(l), Some(r)) => {
                out.rows_differing += 1;
                if out.rows_differing <= limit {
                    cell_differences(row, (&left, l), (&right, r), &mut out.cells)?;
                }
            }
            _ => {}
        }
        if let Some(at) = on_left {
            let tally = unmatched.entry(a.clone()).or_default();
            tally.balance += 1;
            tally.left.get_or_insert((row, at));
        }
        if let Some(at) = on_right {
            let tally = unmatched.entry(b.clone()).or_default();
            tally.balance -= 1;
            tally.right.get_or_insert((row, at));
        }
    }
    let tallies: Vec<Tally> = unmatched.into_values().collect();
    (out.only_recorded, out.rows_only_recorded) =
        one_sided(&left, limit, tallies.iter().map(|t| (t.balance, t.left)))?;
    (out.only_now, out.rows_only_now) =
        one_sided(&right, limit, tallies.iter().map(|t| (-t.balance, t.right)))?;
    Ok(out)
}

/// Batch and row inside it.
type At = (usize, usize);

#[derive(Default)]
struct Tally {
    balance: i64,
    left: Option<(usize, At)>,
    right: Option<(usize, At)>,
}

fn one_sided(
    rows: &Rows<'_>,
    limit: usize,
    tallies: impl Iterator<Item = (i64, Option<(usize, At)>)>,
) -> Result<(Vec<RowDifference>, usize)> {
    let mut total = 0;
    let mut surplus = Vec::new();
    for (balance, first) in tallies {
        if let (Ok(count), Some((row, at))) = (usize::try_from(balance), first)
            && count > 0
        {
            total += count;
            surplus.push((row, at, count));
        }
    }
    surplus.sort_unstable();
    surplus.truncate(limit);
    let listed = surplus
        .into_iter()
        .map(|(row, at, count)| {
            Ok(RowDifference {
                row,
                cells: rows.text(at)?,
                count,
            })
        })
        .collect::<Result<_>>()?;
    Ok((listed, total))
}

fn cell_differences(
    row: usize,
    (left, l): (&Rows<'_>, At),
    (right, r): (&Rows<'_>, At),
    out: &mut Vec<CellDifference>,
) -> Result<()> {
    let (recorded, now) = (left.text(l)?, right.text(r)?);
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for (column, (recorded, now)) in recorded.into_iter().zip(now).enumerate() {
        a.clear();
        b.clear();
        left.cell(l, column, &mut a);
        right.cell(r, column, &mut b);
        if a != b {
            out.push(CellDifference {
                row,
                column: left.column_name(column),
                recorded,
                now,
            });
        }
    }
    Ok(())
}

/// Names and logical types of both sides, when they are not the same. A side
/// without batches has no columns to compare.
fn column_difference(expected: &[RecordBatch], got: &[RecordBatch]) -> Option<String> {
    let describe = |batch: &RecordBatch| -> Vec<String> {
        batch
            .schema_ref()
            .fields()
            .iter()
            .map(|field| {
                let kind = logical_type(field.data_type());
                let kind = kind.unwrap_or_else(|| field.data_type().to_string());
                format!("{} {kind}", field.name())
            })
            .collect()
    };
    let (recorded, now) = (describe(expected.first()?), describe(got.first()?));
    (recorded != now).then(|| {
        format!(
            "the columns differ: recorded ({}), now ({})",
            recorded.join(", "),
            now.join(", ")
        )
    })
}

/// Walks batches row by row.
struct Rows<'a> {
    batches: &'a [RecordBatch],
    cells: Vec<Vec<Cells>>,
    at: At,
}

impl<'a> Rows<'a> {
    fn new(batches: &'a [RecordBatch]) -> Result<Self> {
        let cells = batches
            .iter()
            .map(|batch| batch.columns().iter().map(Cells::new).collect())
            .collect::<Result<_>>()?;
        Ok(Self {
            batches,
            cells,
            at: (0, 0),
        })
    }

    /// Writes the next row's canonical bytes to `out` and says where it is.
    fn next(&mut self, out: &mut Vec<u8>) -> Result<Option<At>> {
        out.clear();
        while let Some(batch) = self.batches.get(self.at.0) {
            if self.at.1 < batch.num_rows() {
                let at = self.at;
                self.at.1 += 1;
                for column in 0..batch.num_columns() {
                    self.cell(at, column, out);
                }
                return Ok(Some(at));
            }
            self.at = (self.at.0 + 1, 0);
        }
        Ok(None)
    }

    fn cell(&self, (batch, row): At, column: usize, out: &mut Vec<u8>) {
        if let Some(cells) = self.cells.get(batch).and_then(|c| c.get(column)) {
            cells.encode(row, 1, out);
        }
    }

    fn column_name(&self, column: usize) -> String {
        self.batches
            .first()
            .and_then(|batch| batch.schema_ref().fields().get(column).cloned())
            .map(|field| field.name().clone())
            .unwrap_or_default()
    }

    fn text(&self, (batch, row): At) -> Result<Vec<String>> {
        let options = FormatOptions::default().with_null("NULL");
        let Some(batch) = self.batches.get(batch) else {
            return Ok(Vec::new());
        };
        batch
            .columns()
            .iter()
            .map(|array| {
                let array: &dyn Array = array.as_ref();
                let formatter = ArrayFormatter::try_new(array, &options)?;
                Ok(formatter.value(row).try_to_string()?)
            })
            .collect()
    }
}

#[cfg(test)]
#[path = "diff_tests.rs"]
mod tests;
