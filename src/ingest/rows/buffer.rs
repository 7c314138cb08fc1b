//! Rows of one table, buffered in Arrow builders.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, ListBuilder, RecordBatch,
    StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field};

use super::cells::{Cell, Cells, Place};
use super::{Error, Sink};
use crate::schema::{Table, Type};

/// Rows in a batch.
const MAX_ROWS: usize = 8192;
/// Bytes of text after which a batch is handed over early.
const MAX_BYTES: usize = 32 << 20;

/// A builder of the column's type.
enum Builder {
    Text(StringBuilder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    Float64(Float64Builder),
    Bool(BooleanBuilder),
    Timestamp(TimestampMicrosecondBuilder),
    Texts(ListBuilder<StringBuilder>),
}

/// Calls the same method of whichever builder it is.
macro_rules! of_each {
    ($builder:expr, $b:ident => $call:expr) => {
        match $builder {
            Builder::Text($b) => $call,
            Builder::Int32($b) => $call,
            Builder::Int64($b) => $call,
            Builder::Float64($b) => $call,
            Builder::Bool($b) => $call,
            Builder::Timestamp($b) => $call,
            Builder::Texts($b) => $call,
        }
    };
}

/// One column: most are NULL in most rows, so NULLs are counted and appended together.
struct Column {
    builder: Builder,
    nulls: usize,
}

impl Column {
    fn new(kind: Type) -> Self {
        let builder = match kind {
            Type::Text | Type::Json => Builder::Text(StringBuilder::new()),
            Type::Int32 => Builder::Int32(Int32Builder::new()),
            Type::Int64 => Builder::Int64(Int64Builder::new()),
            Type::Float64 => Builder::Float64(Float64Builder::new()),
            Type::Bool => Builder::Bool(BooleanBuilder::new()),
            Type::Timestamp => {
                Builder::Timestamp(TimestampMicrosecondBuilder::new().with_timezone("UTC"))
            }
            Type::Texts => Builder::Texts(
                ListBuilder::new(StringBuilder::new()).with_field(Field::new(
                    "item",
                    DataType::Utf8,
                    false,
                )),
            ),
        };
        Self { builder, nulls: 0 }
    }

    /// Appends a cell, whose type was checked when it was set.
    fn push(&mut self, cell: Cell, cells: &Cells) {
        if cell == Cell::Null {
            self.nulls += 1;
            return;
        }
        self.append_nulls();
        match (&mut self.builder, cell) {
            (Builder::Text(b), Cell::Text(span)) => b.append_value(cells.get(span)),
            (Builder::Int32(b), Cell::Int(v)) => b.append_option(i32::try_from(v).ok()),
            (Builder::Int64(b), Cell::Int(v)) => b.append_value(v),
            (Builder::Float64(b), Cell::Float(v)) => b.append_value(v),
            (Builder::Bool(b), Cell::Bool(v)) => b.append_value(v),
            (Builder::Timestamp(b), Cell::Int(v)) => b.append_value(v),
            (Builder::Texts(b), Cell::Texts(from, to)) => {
                for text in cells.texts(from, to) {
                    b.values().append_value(text);
                }
                b.append(true);
            }
            _ => self.nulls += 1,
        }
    }

    fn append_nulls(&mut self) {
        let nulls = std::mem::take(&mut self.nulls);
        if nulls > 0 {
            of_each!(&mut self.builder, b => b.append_nulls(nulls));
        }
    }

    fn finish(&mut self) -> ArrayRef {
        self.append_nulls();
        of_each!(&mut self.builder, b => Arc::new(b.finish()))
    }
}

/// Buffered rows of one table.
pub(super) struct Buffer {
    table: &'static Table,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
    written: u64,
}

impl Buffer {
    pub(super) const fn new(table: &'static Table) -> Self {
        Self {
            table,
            columns: Vec::new(),
            rows: 0,
            bytes: 0,
            written: 0,
        }
    }

    pub(super) const fn table(&self) -> &'static Table {
        self.table
    }

    /// Rows handed over so far.
    pub(super) const fn written(&self) -> u64 {
        self.written
    }

    pub(super) const fn is_full(&self) -> bool {
        self.rows >= MAX_ROWS || self.bytes >= MAX_BYTES
    }

    pub(super) fn push(&mut self, cells: &Cells, row: Place) {
        if self.columns.is_empty() {
            self.columns = self
                .table
                .columns
                .iter()
                .map(|c| Column::new(c.kind))
                .collect();
        }
        for (column, cell) in self.columns.iter_mut().zip(cells.cells(row)) {
            self.bytes += cells.bytes(*cell);
            column.push(*cell, cells);
        }
        self.rows += 1;
    }

    /// Hands the rows to the sink.
    pub(super) fn flush(&mut self, sink: &mut dyn Sink) -> Result<(), Error> {
        if self.rows == 0 {
            return Ok(());
        }
        let columns = self.columns.iter_mut().map(Column::finish).collect();
        let batch = RecordBatch::try_new(self.table.arrow(), columns)
            .map_err(|e| Error::fatal(format!("a batch of table '{}' ({e})", self.table.name)))?;
        self.written += self.rows as u64;
        self.rows = 0;
        self.bytes = 0;
        sink.write(self.table, batch)
    }
}
