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
enum Column {
    Text(StringBuilder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    Float64(Float64Builder),
    Bool(BooleanBuilder),
    Timestamp(TimestampMicrosecondBuilder),
    Texts(ListBuilder<StringBuilder>),
}

impl Column {
    fn new(kind: Type) -> Self {
        match kind {
            Type::Text | Type::Json => Self::Text(StringBuilder::new()),
            Type::Int32 => Self::Int32(Int32Builder::new()),
            Type::Int64 => Self::Int64(Int64Builder::new()),
            Type::Float64 => Self::Float64(Float64Builder::new()),
            Type::Bool => Self::Bool(BooleanBuilder::new()),
            Type::Timestamp => {
                Self::Timestamp(TimestampMicrosecondBuilder::new().with_timezone("UTC"))
            }
            Type::Texts => Self::Texts(
                ListBuilder::new(StringBuilder::new()).with_field(Field::new(
                    "item",
                    DataType::Utf8,
                    false,
                )),
            ),
        }
    }

    /// Appends a cell, whose type was checked when it was set.
    fn push(&mut self, cell: Cell, cells: &Cells) {
        match (self, cell) {
            (Self::Text(b), Cell::Text(span)) => b.append_value(cells.get(span)),
            (Self::Text(b), _) => b.append_null(),
            (Self::Int32(b), Cell::Int(v)) => b.append_option(i32::try_from(v).ok()),
            (Self::Int32(b), _) => b.append_null(),
            (Self::Int64(b), Cell::Int(v)) => b.append_value(v),
            (Self::Int64(b), _) => b.append_null(),
            (Self::Float64(b), Cell::Float(v)) => b.append_value(v),
            (Self::Float64(b), _) => b.append_null(),
            (Self::Bool(b), Cell::Bool(v)) => b.append_value(v),
            (Self::Bool(b), _) => b.append_null(),
            (Self::Timestamp(b), Cell::Int(v)) => b.append_value(v),
            (Self::Timestamp(b), _) => b.append_null(),
            (Self::Texts(b), Cell::Texts(from, to)) => {
                for text in cells.texts(from, to) {
                    b.values().append_value(text);
                }
                b.append(true);
            }
            (Self::Texts(b), _) => b.append(false),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(b) => Arc::new(b.finish()),
            Self::Int32(b) => Arc::new(b.finish()),
            Self::Int64(b) => Arc::new(b.finish()),
            Self::Float64(b) => Arc::new(b.finish()),
            Self::Bool(b) => Arc::new(b.finish()),
            Self::Timestamp(b) => Arc::new(b.finish()),
            Self::Texts(b) => Arc::new(b.finish()),
        }
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
