//! Rows of one table, buffered in Arrow builders.

use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Float64Builder, Int32Builder, Int64Builder,
    ListBuilder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder, new_null_array,
};
use arrow::datatypes::{DataType, Field};

use super::cells::{Cell, Cells, Place};
use super::{Error, Sink};
use crate::schema::{Table, Type};

/// Rows in a batch.
const MAX_ROWS: usize = 8192;
/// Bytes of text after which a batch is handed over early.
const MAX_BYTES: usize = 32 << 20;

/// Whether so many rows should be handed over.
pub(super) const fn is_full(rows: usize, bytes: usize) -> bool {
    rows >= MAX_ROWS || bytes >= MAX_BYTES
}

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
pub(super) struct Column {
    kind: Type,
    builder: Builder,
    nulls: usize,
}

impl Column {
    pub(super) fn new(kind: Type) -> Self {
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
        Self {
            kind,
            builder,
            nulls: 0,
        }
    }

    /// Appends text to a column of text.
    #[inline]
    pub(super) fn push_text(&mut self, text: &str) {
        self.append_nulls();
        if let Builder::Text(builder) = &mut self.builder {
            builder.append_value(text);
        }
    }

    /// Appends NULLs.
    pub(super) const fn push_nulls(&mut self, count: usize) {
        self.nulls += count;
    }

    /// Appends a cell, whose type was checked when it was set.
    pub(super) fn push(&mut self, cell: Cell, cells: &Cells) {
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

    pub(super) fn finish(&mut self) -> ArrayRef {
        if of_each!(&self.builder, b => b.len()) == 0 && self.nulls <= MAX_ROWS {
            return nulls(self.kind, std::mem::take(&mut self.nulls));
        }
        self.append_nulls();
        // The next batch will need about as much memory: buffers that grow by doubling
        // would keep up to twice what they hold.
        let rows = of_each!(&self.builder, b => b.len());
        if let Builder::Text(builder) = &mut self.builder {
            let bytes = builder.values_slice().len();
            let next = StringBuilder::with_capacity(rows, bytes + bytes / 16);
            return Arc::new(std::mem::replace(builder, next).finish());
        }
        of_each!(&mut self.builder, b => Arc::new(b.finish()))
    }
}

/// So many NULLs, at most [`MAX_ROWS`]: all share their memory, for most columns of
/// most tables hold nothing else.
fn nulls(kind: Type, count: usize) -> ArrayRef {
    static NULLS: Mutex<Vec<(Type, ArrayRef)>> = Mutex::new(Vec::new());
    let mut known = NULLS.lock().unwrap_or_else(PoisonError::into_inner);
    let all = match known.iter().find(|(of, _)| *of == kind) {
        Some((_, all)) => Arc::clone(all),
        None => {
            let all = new_null_array(&kind.arrow(), MAX_ROWS);
            known.push((kind, Arc::clone(&all)));
            all
        }
    };
    all.slice(0, count)
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
        is_full(self.rows, self.bytes)
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
        self.rows = 0;
        self.bytes = 0;
        self.write(batch, sink)
    }

    /// Hands rows to the sink that were never buffered here.
    pub(super) fn write(&mut self, batch: RecordBatch, sink: &mut dyn Sink) -> Result<(), Error> {
        self.written += batch.num_rows() as u64;
        sink.write(self.table, batch)
    }
}
