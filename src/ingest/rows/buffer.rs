//! Rows of one table, buffered in Arrow builders.

use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Float64Builder, Int32Builder, Int64Builder,
    ListBuilder, RecordBatch, StringArray, StringBuilder, TimestampMicrosecondBuilder,
    new_null_array,
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

/// One column. Most hold one thing: NULL, or the same text in all rows. Such rows are
/// counted, and are one array that batches share; what differs goes to a builder.
pub(super) struct Column {
    kind: Type,
    same: Same,
    /// Rows after those of `same`, and before those that `builder` will take.
    nulls: usize,
    builder: Builder,
}

/// Rows of the same text, the first of a batch.
#[derive(Default)]
struct Same {
    rows: usize,
    text: String,
    /// [`MAX_ROWS`] of the text, once a batch held nothing else.
    all: Option<ArrayRef>,
}

/// Bytes of the longest text that is counted, not copied.
const SHORT: usize = 64;

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
            same: Same::default(),
            nulls: 0,
            builder,
        }
    }

    /// Appends text to a column of text.
    #[inline]
    pub(super) fn push_text(&mut self, text: &str) {
        self.append_counted();
        if let Builder::Text(builder) = &mut self.builder {
            builder.append_value(text);
        }
    }

    /// Appends the same text to so many rows of a column of text.
    pub(super) fn push_same(&mut self, text: &str, rows: usize) {
        let first = self.nulls == 0 && of_each!(&self.builder, b => b.len()) == 0;
        if first && self.same.rows == 0 && self.same.text != text && text.len() <= SHORT {
            self.same.text.replace_range(.., text);
            self.same.all = None;
        }
        if first && self.same.text == text {
            self.same.rows += rows;
        } else {
            (0..rows).for_each(|_| self.push_text(text));
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
        self.append_counted();
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

    /// Appends the rows that were only counted.
    #[inline]
    fn append_counted(&mut self) {
        if self.same.rows > 0
            && let Builder::Text(builder) = &mut self.builder
        {
            let rows = std::mem::take(&mut self.same.rows);
            (0..rows).for_each(|_| builder.append_value(&self.same.text));
        }
        let nulls = std::mem::take(&mut self.nulls);
        if nulls > 0 {
            of_each!(&mut self.builder, b => b.append_nulls(nulls));
        }
    }

    pub(super) fn finish(&mut self) -> ArrayRef {
        if of_each!(&self.builder, b => b.len()) == 0 && self.same.rows + self.nulls <= MAX_ROWS {
            if self.same.rows == 0 {
                return nulls(self.kind, std::mem::take(&mut self.nulls));
            }
            if self.nulls == 0 {
                return self.same.finish();
            }
        }
        self.append_counted();
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

impl Same {
    /// The rows, at most [`MAX_ROWS`], which share their memory with those of other batches.
    fn finish(&mut self) -> ArrayRef {
        let rows = std::mem::take(&mut self.rows);
        let all = self.all.get_or_insert_with(|| {
            let texts = std::iter::repeat_n(&self.text, MAX_ROWS);
            Arc::new(StringArray::from_iter_values(texts))
        });
        all.slice(0, rows)
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
