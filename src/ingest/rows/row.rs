//! One row being written: cells are checked as they are set.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;

use super::cells::{Cell, Cells, Place};
use super::{Error, Rows};
use crate::ingest::json;
use crate::ingest::native::{Native, write_object};
use crate::schema::{self, Column, Table, Type};

/// A finished row.
pub(super) struct Staged {
    pub(super) table: &'static Table,
    pub(super) place: Place,
    /// Whether it is passed over when it was written before.
    pub(super) once: bool,
    /// Whether it says nothing but its name.
    pub(super) named: bool,
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
    place: Place,
    meta: serde_json::Map<String, Value>,
    error: Option<Error>,
}

impl<'r, 'a> Row<'r, 'a> {
    pub(super) fn new(rows: &'r mut Rows<'a>, table: &'static Table) -> Self {
        let place = rows.cells.row(table.columns.len());
        Self {
            rows,
            table,
            place,
            meta: serde_json::Map::new(),
            error: None,
        }
    }

    /// Sets a text column; `None` leaves it NULL.
    pub fn text<'t>(&mut self, column: &str, value: impl IntoText<'t>) -> &mut Self {
        let value = value.into_text();
        self.set(column, &[Type::Text], |c, cells| match value {
            None => Ok(Cell::Null),
            Some(text) => c.check_text(&text).map(|()| cells.text(&text)),
        })
    }

    /// Sets an int32 or int64 column; `None` leaves it NULL.
    pub fn int(&mut self, column: &str, value: impl Into<Option<i64>>) -> &mut Self {
        let value = value.into();
        self.set(column, &[Type::Int32, Type::Int64], |c, _| match value {
            None => Ok(Cell::Null),
            Some(v) => c.check_int(v).map(|()| Cell::Int(v)),
        })
    }

    /// Sets a float64 column; `None` leaves it NULL. NaN and infinities are
    /// errors: a source that knows what they mean says so. -0.0 becomes 0.0.
    pub fn float(&mut self, column: &str, value: impl Into<Option<f64>>) -> &mut Self {
        let value = value.into();
        self.set(column, &[Type::Float64], |c, _| match value {
            None => Ok(Cell::Null),
            Some(v) => c.check_float(v).map(|()| Cell::Float(v + 0.0)),
        })
    }

    /// Sets a bool column; `None` leaves it NULL.
    pub fn bool(&mut self, column: &str, value: impl Into<Option<bool>>) -> &mut Self {
        let value = value.into();
        self.set(column, &[Type::Bool], |_, _| {
            Ok(value.map_or(Cell::Null, Cell::Bool))
        })
    }

    /// Sets a timestamp column, in microseconds since the epoch, UTC.
    pub fn time(&mut self, column: &str, micros: impl Into<Option<i64>>) -> &mut Self {
        let micros = micros.into();
        self.set(column, &[Type::Timestamp], |_, _| {
            Ok(micros.map_or(Cell::Null, Cell::Int))
        })
    }

    /// Sets a list of text.
    pub fn texts<'t, I>(&mut self, column: &str, values: I) -> &mut Self
    where
        I: IntoIterator,
        I::Item: IntoText<'t>,
    {
        let list = values.into_iter().filter_map(IntoText::into_text);
        self.set(column, &[Type::Texts], |_, cells| Ok(cells.list(list)))
    }

    /// Sets a JSON column, in canonical form; JSON null leaves it NULL.
    pub fn json(&mut self, column: &str, value: &Value) -> &mut Self {
        self.set(column, &[Type::Json], |_, cells| {
            Ok(if value.is_null() {
                Cell::Null
            } else {
                cells.written(|out| Native::from(value).write(out))
            })
        })
    }

    /// Sets a column of any type from a native value, which must be of the
    /// column's type or text that reads as it; null leaves it NULL.
    pub fn value(&mut self, column: &str, value: &Value) -> &mut Self {
        match self.table.position(column) {
            Some(at) => self.native(at, value.into()),
            None => self.set(column, &[], |_, _| Ok(Cell::Null)),
        }
    }

    /// As [`Row::value`], the column by its place in the table.
    pub(in crate::ingest) fn native(&mut self, at: usize, value: Native<'_>) -> &mut Self {
        if value.is_null() {
            self.rows.cells.set(self.place, at, Cell::Null);
        } else if let Some(column) = self.table.columns.get(at) {
            match from_native(column, value, &mut self.rows.cells) {
                Ok(cell) => self.rows.cells.set(self.place, at, cell),
                Err((found, expected)) => {
                    self.fail(Error::new(expected).field(&*column.name).found(&found));
                }
            }
        }
        self
    }

    /// Sets the column `meta` from entries sorted by key, NULL ones left out.
    pub(in crate::ingest) fn native_meta(&mut self, entries: &[(&str, Native<'_>)]) -> &mut Self {
        let some = || entries.iter().filter(|(_, value)| !value.is_null());
        for (pair, next) in some().zip(some().skip(1)) {
            if pair.0 == next.0 {
                self.fail(Error::new("one value for each key of meta").field(pair.0));
            }
        }
        if some().next().is_none() {
            return self;
        }
        if let Some(at) = self.table.meta() {
            let cells = &mut self.rows.cells;
            let cell = cells.written(|out| write_object(some().copied(), out));
            cells.set(self.place, at, cell);
        } else {
            self.fail(
                Error::fatal(format!("a column of table '{}'", self.table.name)).found("meta"),
            );
        }
        self
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
        self.end(false, false)
    }

    /// Ends a row that many records repeat, such as the system behind each
    /// response: written when its key is new, passed over when the same row
    /// was written before.
    ///
    /// # Errors
    /// As [`Row::finish`]; and when the key was written with other values.
    pub fn finish_once(&mut self) -> Result<(), Error> {
        self.end(true, false)
    }

    /// As [`Row::finish_once`], for a row that says nothing but its name.
    pub(super) fn finish_named(&mut self) -> Result<(), Error> {
        self.end(true, true)
    }

    fn end(&mut self, once: bool, named: bool) -> Result<(), Error> {
        if !self.meta.is_empty() {
            let meta = Value::Object(std::mem::take(&mut self.meta));
            self.json("meta", &meta);
        }
        for at in required(self.table).iter().copied() {
            if self.rows.cells.cell(self.place, at) != Cell::Null {
                continue;
            }
            let Some(column) = self.table.columns.get(at) else {
                continue;
            };
            if let Some(default) = &column.default {
                let cell = self.rows.cells.text(default);
                self.rows.cells.set(self.place, at, cell);
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
            place: self.place,
            once,
            named,
        })
    }

    fn set(
        &mut self,
        name: &str,
        kinds: &[Type],
        cell: impl FnOnce(&Column, &mut Cells) -> Result<Cell, (String, String)>,
    ) -> &mut Self {
        let Some(at) = self.table.position(name) else {
            self.fail(Error::fatal(format!("a column of table '{}'", self.table.name)).found(name));
            return self;
        };
        let Some(column) = self
            .table
            .columns
            .get(at)
            .filter(|c| kinds.contains(&c.kind))
        else {
            let kind = self.table.columns.get(at).map_or("", |c| c.kind.name());
            let expected = format!(
                "column '{name}' of table '{}' to be set as {kind}",
                self.table.name
            );
            self.fail(Error::fatal(expected));
            return self;
        };
        match cell(column, &mut self.rows.cells) {
            Ok(cell) => self.rows.cells.set(self.place, at, cell),
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

/// The places of the columns that must have a value.
fn required(table: &Table) -> &'static [usize] {
    static REQUIRED: OnceLock<Vec<Vec<usize>>> = OnceLock::new();
    let of = |table: &Table| {
        let columns = table.columns.iter().enumerate();
        columns
            .filter(|(_, c)| c.required)
            .map(|(at, _)| at)
            .collect()
    };
    REQUIRED
        .get_or_init(|| schema::tables().iter().map(of).collect())
        .get(table.index())
        .map_or(&[], Vec::as_slice)
}

/// The cell of a column from a native value; the error is what was found and
/// what was expected.
pub(super) fn from_native(
    column: &Column,
    value: Native<'_>,
    cells: &mut Cells,
) -> Result<Cell, (String, String)> {
    let wrong = |expected: &str| (value.show(), expected.to_owned());
    match column.kind {
        Type::Text => {
            let text = value.text().ok_or_else(|| wrong("text"))?;
            column.check_text(&text).map(|()| cells.text(&text))
        }
        Type::Json => Ok(cells.written(|out| value.write(out))),
        Type::Int32 | Type::Int64 => {
            let v = value.int().ok_or_else(|| wrong("a whole number"))?;
            column.check_int(v).map(|()| Cell::Int(v))
        }
        Type::Float64 => {
            let v = value.float().ok_or_else(|| wrong("a finite number"))?;
            column.check_float(v).map(|()| Cell::Float(v + 0.0))
        }
        Type::Bool => value
            .boolean()
            .map(Cell::Bool)
            .ok_or_else(|| wrong("true or false")),
        Type::Timestamp => value.micros().map(Cell::Int).ok_or_else(|| wrong("a time")),
        Type::Texts => {
            let Native::List(list) = value else {
                return Err(wrong("a list of text"));
            };
            let texts: Option<Vec<Cow<'_, str>>> = list.iter().map(json::text).collect();
            texts
                .map(|texts| cells.list(texts.into_iter()))
                .ok_or_else(|| wrong("a list of text"))
        }
    }
}
