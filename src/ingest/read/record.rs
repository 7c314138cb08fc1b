//! One record of a file, with typed access to its fields.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::block::Block;
use crate::ingest::native::{self, Native};
use crate::ingest::{Error, json};

/// The names of a record's fields, in its order; records share them.
#[derive(Debug, Default)]
pub(crate) struct Names {
    list: Vec<Arc<str>>,
    /// The places of the names in the order of canonical JSON.
    sorted: OnceLock<Vec<usize>>,
}

impl Names {
    pub(super) fn new(list: Vec<Arc<str>>) -> Self {
        Self {
            list,
            sorted: OnceLock::new(),
        }
    }

    /// All names, in order.
    pub(crate) fn list(&self) -> &[Arc<str>] {
        &self.list
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|n| **n == *name)
    }

    fn sorted(&self) -> &[usize] {
        self.sorted.get_or_init(|| {
            let mut sorted: Vec<usize> = (0..self.list.len()).collect();
            sorted.sort_by_key(|at| self.list.get(*at));
            sorted
        })
    }
}

/// One record: fields by name, in the order of the file.
///
/// An empty cell of a CSV file is NULL. Whole numbers too large for 64 bits
/// are kept as text, digit for digit.
#[derive(Debug, Clone)]
pub struct Record {
    file: Arc<str>,
    number: u64,
    names: Arc<Names>,
    fields: Fields,
}

/// The values of a record's fields.
#[derive(Debug, Clone)]
enum Fields {
    Own(Vec<Value>),
    /// In a block from this slot on; as values once somebody asks for them.
    Block(Arc<Block>, usize, OnceCell<Vec<Value>>),
}

impl Record {
    /// A record from its parts; `number` is its line or record, from 1.
    #[must_use]
    pub fn new(file: Arc<str>, number: u64, fields: Vec<(Arc<str>, Value)>) -> Self {
        let (names, values) = fields.into_iter().unzip();
        Self {
            file,
            number,
            names: Arc::new(Names::new(names)),
            fields: Fields::Own(values),
        }
    }

    /// A record whose fields are in `block` from the slot `first` on.
    pub(super) const fn in_block(
        file: Arc<str>,
        number: u64,
        names: Arc<Names>,
        block: Arc<Block>,
        first: usize,
    ) -> Self {
        Self {
            file,
            number,
            names,
            fields: Fields::Block(block, first, OnceCell::new()),
        }
    }

    /// The file, relative to what was handed over.
    #[must_use]
    pub const fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Line or record number in the file, from 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The names of its fields.
    pub(crate) const fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// The value of the field at a place.
    #[inline]
    pub(crate) fn native(&self, at: usize) -> Native<'_> {
        match &self.fields {
            Fields::Own(values) => values.get(at).map_or(Native::Null, Native::from),
            Fields::Block(block, first, _) if at < self.names.list.len() => {
                block.native(first + at)
            }
            Fields::Block(..) => Native::Null,
        }
    }

    fn values(&self) -> &[Value] {
        match &self.fields {
            Fields::Own(values) => values,
            Fields::Block(_, _, values) => values.get_or_init(|| {
                let all = 0..self.names.list.len();
                all.map(|at| self.native(at).to_value()).collect()
            }),
        }
    }

    /// All fields, in the order of the file.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        let names = self.names.list.iter().map(|name| &**name);
        names.zip(self.values())
    }

    /// The field called `name`; `None` when absent or NULL.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let at = self.names.position(name)?;
        self.values().get(at).filter(|v| !v.is_null())
    }

    /// Whether the field is there, NULL or not.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.names.position(name).is_some()
    }

    /// The field called `name`.
    ///
    /// # Errors
    /// When it is absent or NULL.
    pub fn value(&self, name: &str) -> Result<&Value, Error> {
        self.get(name).ok_or_else(|| {
            let error = self.error(name, "a value");
            if self.has(name) {
                return error.found("NULL");
            }
            let names: Vec<&str> = self.names.list.iter().map(|n| &**n).take(40).collect();
            error.hint(format!("the record has: {}", names.join(", ")))
        })
    }

    /// The value at a path of names and list positions, such as
    /// `["conversation", "0", "content"]`; `None` when absent or NULL.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        let mut value = self.get(first)?;
        for step in rest {
            value = match value {
                Value::Object(map) => map.get(*step)?,
                Value::Array(list) => list.get(step.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some(value).filter(|v| !v.is_null())
    }

    /// Text (or a number or bool, as text).
    ///
    /// # Errors
    /// When absent, NULL, a list or an object.
    pub fn text(&self, name: &str) -> Result<Cow<'_, str>, Error> {
        let value = self.value(name)?;
        json::text(value).ok_or_else(|| self.error(name, "text"))
    }

    /// Text, or `None` when absent or NULL.
    ///
    /// # Errors
    /// When a list or an object.
    pub fn opt_text(&self, name: &str) -> Result<Option<Cow<'_, str>>, Error> {
        self.get(name).map(|_| self.text(name)).transpose()
    }

    /// A finite number, or text that is one.
    ///
    /// # Errors
    /// When absent, NULL or anything else; NaN and infinities are refused.
    pub fn float(&self, name: &str) -> Result<f64, Error> {
        json::float(self.value(name)?).ok_or_else(|| self.error(name, "a finite number"))
    }

    /// A finite number, or `None` when absent or NULL.
    ///
    /// # Errors
    /// When anything else.
    pub fn opt_float(&self, name: &str) -> Result<Option<f64>, Error> {
        self.get(name).map(|_| self.float(name)).transpose()
    }

    /// A whole number, or text that is one.
    ///
    /// # Errors
    /// When absent, NULL or anything else.
    pub fn int(&self, name: &str) -> Result<i64, Error> {
        json::int(self.value(name)?).ok_or_else(|| self.error(name, "a whole number of 64 bits"))
    }

    /// A whole number, or `None` when absent or NULL.
    ///
    /// # Errors
    /// When anything else.
    pub fn opt_int(&self, name: &str) -> Result<Option<i64>, Error> {
        self.get(name).map(|_| self.int(name)).transpose()
    }

    /// True or false: a bool, 0 or 1, or the words.
    ///
    /// # Errors
    /// When absent, NULL or anything else.
    pub fn bool(&self, name: &str) -> Result<bool, Error> {
        json::boolean(self.value(name)?).ok_or_else(|| self.error(name, "true or false"))
    }

    /// True or false, or `None` when absent or NULL.
    ///
    /// # Errors
    /// When anything else.
    pub fn opt_bool(&self, name: &str) -> Result<Option<bool>, Error> {
        self.get(name).map(|_| self.bool(name)).transpose()
    }

    /// A list.
    ///
    /// # Errors
    /// When absent, NULL or anything else.
    pub fn list(&self, name: &str) -> Result<&[Value], Error> {
        self.value(name)?
            .as_array()
            .map(Vec::as_slice)
            .ok_or_else(|| self.error(name, "a list"))
    }

    /// An object.
    ///
    /// # Errors
    /// When absent, NULL or anything else.
    pub fn object(&self, name: &str) -> Result<&serde_json::Map<String, Value>, Error> {
        self.value(name)?
            .as_object()
            .ok_or_else(|| self.error(name, "an object"))
    }

    /// An error about one field of this record, showing the value found;
    /// `expected` completes "expected …".
    #[must_use]
    pub fn error(&self, field: &str, expected: impl Into<String>) -> Error {
        let error = self.wrong(expected).field(field);
        match self.get(field) {
            Some(value) => error.found(&json::show(value)),
            None => error,
        }
    }

    /// An error about this record as a whole.
    #[must_use]
    pub fn wrong(&self, expected: impl Into<String>) -> Error {
        Error::new(expected)
            .in_file(&self.file)
            .at_record(self.number)
    }

    /// The record as one canonical JSON object.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// Appends the record as one canonical JSON object.
    pub(crate) fn write(&self, out: &mut String) {
        let sorted = self.names.sorted().iter();
        let entries = sorted.filter_map(|at| {
            let name = self.names.list.get(*at)?;
            Some((&**name, self.native(*at)))
        });
        native::write_object(entries, out);
    }
}
