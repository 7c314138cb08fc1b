//! One record of a file, with typed access to its fields.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::super::{Error, json};

/// One record: fields by name, in the order of the file.
///
/// An empty cell of a CSV file is NULL. Whole numbers too large for 64 bits
/// are kept as text, digit for digit.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    file: Arc<str>,
    number: u64,
    fields: Vec<(Arc<str>, Value)>,
}

impl Record {
    /// A record from its parts; `number` is its line or record, from 1.
    #[must_use]
    pub const fn new(file: Arc<str>, number: u64, fields: Vec<(Arc<str>, Value)>) -> Self {
        Self {
            file,
            number,
            fields,
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

    /// All fields, in the order of the file.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().map(|(name, value)| (&**name, value))
    }

    /// The field called `name`; `None` when absent or NULL.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields
            .iter()
            .find(|(n, _)| **n == *name)
            .map(|(_, v)| v)
            .filter(|v| !v.is_null())
    }

    /// Whether the field is there, NULL or not.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(n, _)| **n == *name)
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
            let names: Vec<&str> = self.fields.iter().map(|(n, _)| &**n).take(40).collect();
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
        json::canonical_fields(self.fields())
    }
}
