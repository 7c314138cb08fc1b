//! Rows of one table set column by column: for many records of one shape, which
//! costs a fraction of setting them cell by cell.

use arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::FilterBuilder;

use super::Error;
use super::buffer::{Column, is_full};
use super::cells::{Cell, Cells};
use super::row::from_native;
use crate::ingest::native::Native;
use crate::schema::{Table, Type};

/// Rows of one table on their way, set a few at a time so that what is read for one
/// column is still at hand for the next.
///
/// A row with a value that does not fit is unsound: it is left out, for who set it to
/// write by [`super::Row`], which says what is wrong.
pub(in crate::ingest) struct Columns {
    table: &'static Table,
    columns: Vec<Column>,
    /// Whether each column was set for the rows being set.
    set: Vec<bool>,
    /// Whether each row is sound.
    sound: Vec<bool>,
    /// The first of the rows being set.
    first: usize,
    cells: Cells,
}

impl Columns {
    /// How many rows to set together: few enough that what they are read from stays in
    /// the processor's cache from one column to the next.
    pub(in crate::ingest) const FEW: usize = 256;

    /// No rows of `table`.
    pub(in crate::ingest) fn new(table: &'static Table) -> Self {
        let columns = table.columns.iter();
        Self {
            table,
            columns: columns.map(|c| Column::new(c.kind)).collect(),
            set: vec![false; table.columns.len()],
            sound: Vec::new(),
            first: 0,
            cells: Cells::default(),
        }
    }

    /// Begins so many new rows, at most [`Columns::FEW`].
    pub(in crate::ingest) fn begin(&mut self, rows: usize) {
        self.first = self.sound.len();
        self.sound.resize(self.first + rows, true);
        self.set.fill(false);
    }

    /// Sets the column at a place: of each new row the value, as
    /// [`super::Row::native`] takes it, or `None` where the row is unsound.
    pub(in crate::ingest) fn set<'v>(
        &mut self,
        at: usize,
        values: impl Iterator<Item = Option<Native<'v>>>,
    ) {
        let (Some(described), Some(column), Some(set), Some(sound)) = (
            self.table.columns.get(at),
            self.columns.get_mut(at),
            self.set.get_mut(at),
            self.sound.get_mut(self.first..),
        ) else {
            return;
        };
        *set = true;
        let plain = described.kind == Type::Text && described.allowed.is_empty();
        for (value, sound) in values.zip(sound) {
            let cell = match value {
                Some(Native::Text(text)) if plain => {
                    column.push_text(text);
                    continue;
                }
                Some(Native::Null) => match &described.default {
                    Some(default) if described.required => self.cells.text(default),
                    _ => {
                        *sound &= !described.required;
                        Cell::Null
                    }
                },
                Some(value) => {
                    from_native(described, value, &mut self.cells).unwrap_or_else(|_| {
                        *sound = false;
                        Cell::Null
                    })
                }
                None => {
                    *sound = false;
                    Cell::Null
                }
            };
            column.push(cell, &self.cells);
            self.cells.clear();
        }
    }

    /// Sets the column `meta`; `write` appends that of a new row and says whether
    /// there is any.
    pub(in crate::ingest) fn meta(&mut self, mut write: impl FnMut(usize, &mut String) -> bool) {
        let Some(at) = self.table.meta() else { return };
        let (Some(column), Some(set)) = (self.columns.get_mut(at), self.set.get_mut(at)) else {
            return;
        };
        *set = true;
        let mut text = String::new();
        for row in 0..self.sound.len() - self.first {
            text.clear();
            if write(row, &mut text) {
                column.push_text(&text);
            } else {
                column.push_nulls(1);
            }
        }
    }

    /// Sets what nobody set: the name of the dataset, and defaults. Without a
    /// value for a required column other than `later`, no new row is sound.
    pub(in crate::ingest) fn fill(&mut self, dataset: &str, later: usize) {
        let rows = self.sound.len() - self.first;
        for (at, described) in self.table.columns.iter().enumerate() {
            if self.set.get(at) != Some(&false) || at == later {
                continue;
            }
            let same = if at == 0 {
                Some(dataset)
            } else {
                described.default.as_deref()
            };
            let is_text = described.kind == Type::Text;
            match (self.columns.get_mut(at), same) {
                (Some(column), Some(text)) if described.required && is_text => {
                    column.push_same(text, rows);
                }
                (Some(column), _) if !described.required => column.push_nulls(rows),
                _ => self.set(at, std::iter::repeat_n(Some(Native::Null), rows)),
            }
        }
    }

    /// Whether a new row can be written as it is.
    pub(in crate::ingest) fn is_sound(&self, row: usize) -> bool {
        self.sound.get(self.first + row).copied().unwrap_or(false)
    }

    /// Leaves a new row out.
    pub(in crate::ingest) fn leave_out(&mut self, row: usize) {
        if let Some(sound) = self.sound.get_mut(self.first + row) {
            *sound = false;
        }
    }

    /// Whether so many rows from so much text should be handed over together.
    pub(in crate::ingest) const fn are_enough(rows: usize, bytes: usize) -> bool {
        is_full(rows, 4 * bytes)
    }

    /// Makes all rows new ones again.
    pub(in crate::ingest) fn look_at_all(&mut self) {
        self.first = 0;
    }

    /// The sound rows as a batch, if there are any; none are left.
    pub(super) fn finish(&mut self) -> Result<Option<RecordBatch>, Error> {
        let wrong = |e: arrow::error::ArrowError| {
            Error::fatal(format!("a batch of table '{}' ({e})", self.table.name))
        };
        let mut columns: Vec<ArrayRef> = self.columns.iter_mut().map(Column::finish).collect();
        self.first = 0;
        let sound = std::mem::take(&mut self.sound);
        if !sound.iter().all(|sound| *sound) {
            let sound = FilterBuilder::new(&BooleanArray::from(sound))
                .optimize()
                .build();
            for column in &mut columns {
                *column = sound.filter(column).map_err(wrong)?;
            }
        }
        let batch = RecordBatch::try_new(self.table.arrow(), columns).map_err(wrong)?;
        Ok((batch.num_rows() > 0).then_some(batch))
    }

    pub(super) const fn table(&self) -> &'static Table {
        self.table
    }
}
