//! One row being written: cells are checked as they are set.

use std::borrow::Cow;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Error, Rows, Short};
use crate::ingest::json;
use crate::schema::{Column, Table, Type};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Text(String),
    Int(i64),
    Float(f64),
    Bool(bool),
    Texts(Vec<String>),
}

impl Cell {
    /// Bytes of text inside.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Texts(list) => list.iter().map(String::len).sum(),
            _ => 8,
        }
    }

    /// The cell in an error.
    pub(super) fn show(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Text(text) => format!("'{text}'"),
            Self::Int(v) => v.to_string(),
            Self::Float(v) => v.to_string(),
            Self::Bool(v) => v.to_string(),
            Self::Texts(list) => format!("{list:?}"),
        }
    }

    /// A digest of several cells, each tagged and length-prefixed.
    pub(super) fn digest<'c>(cells: impl Iterator<Item = &'c Self>) -> Short {
        let mut hasher = Sha256::new();
        let mut put = |tag: u8, bytes: &[u8]| {
            hasher.update([tag]);
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        for cell in cells {
            match cell {
                Self::Null => put(0, &[]),
                Self::Text(text) => put(1, text.as_bytes()),
                Self::Int(v) => put(2, &v.to_be_bytes()),
                Self::Float(v) => put(3, &v.to_bits().to_be_bytes()),
                Self::Bool(v) => put(4, &[u8::from(*v)]),
                Self::Texts(list) => {
                    put(5, &(list.len() as u64).to_be_bytes());
                    for text in list {
                        put(1, text.as_bytes());
                    }
                }
            }
        }
        let mut short = [0; 16];
        for (to, from) in short.iter_mut().zip(hasher.finalize()) {
            *to = from;
        }
        short
    }
}

/// A finished row.
pub(super) struct Staged {
    pub(super) table: &'static Table,
    pub(super) cells: Vec<Cell>,
    pub(super) once: bool,
}

/// Text, or none: what [`Row::text`] takes.
pub trait IntoText<'t> {
    /// The text, `None` for NULL.
    fn into_text(self) -> Option<Cow<'t, str>>;
}

impl<'t> IntoText<'t> for &'t str {
    fn into_text(self) -> Option<Cow<'t, str>> {
        Some(self.into())
    }
}
impl<'t> IntoText<'t> for &'t String {
    fn into_text(self) -> Option<Cow<'t, str>> {
        Some(self.as_str().into())
    }
}
impl<'t> IntoText<'t> for String {
    fn into_text(self) -> Option<Cow<'t, str>> {
        Some(self.into())
    }
}
impl<'t> IntoText<'t> for Cow<'t, str> {
    fn into_text(self) -> Option<Self> {
        Some(self)
    }
}
impl<'t, T: IntoText<'t>> IntoText<'t> for Option<T> {
    fn into_text(self) -> Option<Cow<'t, str>> {
        self.and_then(IntoText::into_text)
    }
}

/// One row being written. Faults are kept and returned by
/// [`Row::finish`], so calls can be chained.
#[must_use = "a row is written by finish()"]
pub struct Row<'r, 'a> {
    rows: &'r mut Rows<'a>,
    table: &'static Table,
    cells: Vec<Cell>,
    meta: serde_json::Map<String, Value>,
    error: Option<Error>,
}

impl<'r, 'a> Row<'r, 'a> {
    pub(super) fn new(rows: &'r mut Rows<'a>, table: &'static Table) -> Self {
        let mut cells = vec![Cell::Null; table.columns.len()];
        if let Some(first) = cells.first_mut() {
            *first = Cell::Text(rows.dataset.clone());
        }
        Self {
            rows,
            table,
            cells,
            meta: serde_json::Map::new(),
            error: None,
        }
    }

    /// Sets a text column; `None` leaves it NULL.
    pub fn text<'t>(&mut self, column: &str, value: impl IntoText<'t>) -> &mut Self {
        let value = value.into_text();
        self.set(column, &[Type::Text], |c| match value {
            None => Ok(Cell::Null),
            Some(text) => c.check_text(&text).map(|()| Cell::Text(text.into_owned())),
        })
    }

    /// Sets an int32 or int64 column; `None` leaves it NULL.
    pub fn int(&mut self, column: &str, value: impl Into<Option<i64>>) -> &mut Self {
        let value = value.into();
        self.set(column, &[Type::Int32, Type::Int64], |c| match value {
            None => Ok(Cell::Null),
            Some(v) => c.check_int(v).map(|()| Cell::Int(v)),
        })
    }

    /// Sets a float64 column; `None` leaves it NULL. NaN and infinities are
    /// errors: a source that knows what they mean says so. -0.0 becomes 0.0.
    pub fn float(&mut self, column: &str, value: impl Into<Option<f64>>) -> &mut Self {
        let value = value.into();
        self.set(column, &[Type::Float64], |c| match value {
            None => Ok(Cell::Null),
            Some(v) => c.check_float(v).map(|()| Cell::Float(v + 0.0)),
        })
    }

    /// Sets a bool column; `None` leaves it NULL.
    pub fn bool(&mut self, column: &str, value: impl Into<Option<bool>>) -> &mut Self {
        let value = value.into();
        self.set(column, &[Type::Bool], |_| {
            Ok(value.map_or(Cell::Null, Cell::Bool))
        })
    }

    /// Sets a timestamp column, in microseconds since the epoch, UTC.
    pub fn time(&mut self, column: &str, micros: impl Into<Option<i64>>) -> &mut Self {
        let micros = micros.into();
        self.set(column, &[Type::Timestamp], |_| {
            Ok(micros.map_or(Cell::Null, Cell::Int))
        })
    }

    /// Sets a list of text.
    pub fn texts<'t, I>(&mut self, column: &str, values: I) -> &mut Self
    where
        I: IntoIterator,
        I::Item: IntoText<'t>,
    {
        let list = values
            .into_iter()
            .filter_map(|v| v.into_text().map(Cow::into_owned))
            .collect();
        self.set(column, &[Type::Texts], |_| Ok(Cell::Texts(list)))
    }

    /// Sets a JSON column, in canonical form; JSON null leaves it NULL.
    pub fn json(&mut self, column: &str, value: &Value) -> &mut Self {
        self.set(column, &[Type::Json], |_| {
            Ok(if value.is_null() {
                Cell::Null
            } else {
                Cell::Text(json::canonical(value))
            })
        })
    }

    /// Sets a column of any type from a native value, which must be of the
    /// column's type or text that reads as it; null leaves it NULL.
    pub fn value(&mut self, column: &str, value: &Value) -> &mut Self {
        let Some(kind) = self.table.column(column).map(|c| c.kind) else {
            return self.set(column, &[], |_| Ok(Cell::Null));
        };
        self.set(column, &[kind], |c| {
            if value.is_null() {
                return Ok(Cell::Null);
            }
            let wrong = |expected: &str| (json::show(value), expected.to_owned());
            match kind {
                Type::Text => {
                    let text = json::text(value).ok_or_else(|| wrong("text"))?;
                    c.check_text(&text).map(|()| Cell::Text(text.into_owned()))
                }
                Type::Json => Ok(Cell::Text(json::canonical(value))),
                Type::Int32 | Type::Int64 => {
                    let v = json::int(value).ok_or_else(|| wrong("a whole number"))?;
                    c.check_int(v).map(|()| Cell::Int(v))
                }
                Type::Float64 => {
                    let v = json::float(value).ok_or_else(|| wrong("a finite number"))?;
                    c.check_float(v).map(|()| Cell::Float(v + 0.0))
                }
                Type::Bool => json::boolean(value)
                    .map(Cell::Bool)
                    .ok_or_else(|| wrong("true or false")),
                Type::Timestamp => json::micros(value)
                    .map(Cell::Int)
                    .ok_or_else(|| wrong("a time")),
                Type::Texts => {
                    let list = value.as_array().ok_or_else(|| wrong("a list of text"))?;
                    let texts: Option<Vec<String>> = list
                        .iter()
                        .map(|v| json::text(v).map(Cow::into_owned))
                        .collect();
                    texts
                        .map(Cell::Texts)
                        .ok_or_else(|| wrong("a list of text"))
                }
            }
        })
    }

    /// Adds one native value to the column `meta`; null adds nothing.
    pub fn meta(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        if !value.is_null() && self.meta.insert(key.to_owned(), value).is_some() {
            self.fail(Error::new("one value for each key of meta").field(key));
        }
        self
    }

    /// Ends the row.
    ///
    /// # Errors
    /// The first fault of the row: an unknown column, a value of another type
    /// or outside the contract, or a required column without a value.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.end(false)
    }

    /// Ends a row that many records repeat, such as the system behind each
    /// response: written when its key is new, passed over when the same row
    /// was written before.
    ///
    /// # Errors
    /// As [`Row::finish`]; and when the key was written with other values.
    pub fn finish_once(&mut self) -> Result<(), Error> {
        self.end(true)
    }

    fn end(&mut self, once: bool) -> Result<(), Error> {
        if !self.meta.is_empty() {
            let meta = Value::Object(std::mem::take(&mut self.meta));
            self.json("meta", &meta);
        }
        let mut cells = std::mem::take(&mut self.cells);
        for (column, cell) in self.table.columns.iter().zip(&mut cells) {
            if !column.required || *cell != Cell::Null {
                continue;
            }
            if let Some(default) = &column.default {
                *cell = Cell::Text(default.clone());
            } else {
                self.fail(Error::new(format!(
                    "a value in '{}' of table '{}'",
                    column.name, self.table.name
                )));
            }
        }
        if let Some(error) = self.error.take() {
            self.rows.open = false;
            return Err(error);
        }
        self.rows.stage(Staged {
            table: self.table,
            cells,
            once,
        })
    }

    fn set(
        &mut self,
        name: &str,
        kinds: &[Type],
        cell: impl FnOnce(&Column) -> Result<Cell, (String, String)>,
    ) -> &mut Self {
        let Some((column, slot)) = self
            .table
            .columns
            .iter()
            .zip(&mut self.cells)
            .find(|(c, _)| c.name == name)
        else {
            self.fail(Error::fatal(format!("a column of table '{}'", self.table.name)).found(name));
            return self;
        };
        if !kinds.contains(&column.kind) {
            let expected = format!(
                "column '{name}' of table '{}' to be set as {}",
                self.table.name,
                column.kind.name()
            );
            self.fail(Error::fatal(expected));
            return self;
        }
        match cell(column) {
            Ok(cell) => *slot = cell,
            Err((found, expected)) => {
                self.fail(Error::new(expected).field(name).found(&found));
            }
        }
        self
    }

    /// Keeps the first fault.
    fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }
}
