//! What the user may say about an ingestion.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Error, PseudonymKey};

/// What to do with a record that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// Stop with the error; nothing is committed.
    #[default]
    Stop,
    /// Set the record aside in the table `quarantine`, count it, go on.
    Quarantine,
}

/// Where generic sources find canonical columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// Canonical column → native column.
    pub columns: BTreeMap<String, String>,
    /// Canonical column → native value → canonical value.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Canonical column → the value every row gets.
    pub constants: BTreeMap<String, String>,
}

/// Options of one ingestion.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// Name of the dataset; empty means the name of the source.
    pub dataset: String,
    /// Column mapping, for generic sources.
    pub mapping: Mapping,
    /// What to do with a record that cannot be read.
    pub on_error: OnError,
    /// Further options of single sources.
    pub params: BTreeMap<String, String>,
    /// The key of the pseudonyms people get; `None` leaves them as they are.
    pub pseudonyms: Option<PseudonymKey>,
}

impl Options {
    /// The option called `name`.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingText {
    #[serde(default, alias = "columns")]
    map: BTreeMap<String, String>,
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    constants: BTreeMap<String, Scalar>,
    #[serde(default, alias = "params")]
    options: BTreeMap<String, Scalar>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Int(i64),
    Float(f64),
    Bool(bool),
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Int(v) => v.to_string(),
            Self::Float(v) => v.to_string(),
            Self::Bool(v) => v.to_string(),
        }
    }
}

impl Options {
    /// Takes one pair as given to `--map`: `system_a=model_x` takes a column,
    /// `aspect='helpfulness'` a constant, `item=` leaves the column alone.
    ///
    /// # Errors
    /// When there is no `=`, or the column was given before.
    pub fn map_pair(&mut self, pair: &str) -> Result<(), Error> {
        let wrong = |expected: &str| Error::fatal(expected).field("--map").found(pair);
        let (column, native) = pair
            .split_once('=')
            .map(|(c, n)| (c.trim(), n.trim()))
            .filter(|(c, _)| !c.is_empty())
            .ok_or_else(|| wrong("a pair such as system_a=model_x or aspect='helpfulness'"))?;
        let quoted = native.strip_prefix('\'').and_then(|n| n.strip_suffix('\''));
        let before = match quoted {
            Some(text) => self
                .mapping
                .constants
                .insert(column.to_owned(), text.replace("''", "'")),
            None => self
                .mapping
                .columns
                .insert(column.to_owned(), native.to_owned()),
        };
        if before.is_some() {
            return Err(wrong("each column once"));
        }
        Ok(())
    }

    /// Takes a mapping file:
    ///
    /// ```toml
    /// [map]
    /// system_a = "model_x"
    /// [values]
    /// outcome = { "model_a" = "a", "n/a" = "" }   # "" is NULL
    /// [constants]
    /// aspect = "helpfulness"
    /// [options]
    /// delimiter = ";"
    /// ```
    ///
    /// `[columns]` and `[params]` are other names of `[map]` and `[options]`.
    ///
    /// # Errors
    /// When the text is no TOML of that form, or repeats what was given.
    pub fn map_file(&mut self, text: &str) -> Result<(), Error> {
        let text: MappingText = toml::from_str(text).map_err(|e| {
            Error::fatal(format!(
                "a mapping file with [map], [values], [constants], [options] ({})",
                e.message()
            ))
            .found(e.span().and_then(|s| text.get(s)).unwrap_or_default())
        })?;
        let twice = |name: &str| {
            Error::fatal("each column once, in the mapping file or by --map").field(name)
        };
        for (column, native) in text.map {
            if self
                .mapping
                .columns
                .insert(column.clone(), native)
                .is_some()
            {
                return Err(twice(&column));
            }
        }
        for (column, value) in text.constants {
            if self
                .mapping
                .constants
                .insert(column.clone(), value.into_text())
                .is_some()
            {
                return Err(twice(&column));
            }
        }
        for (column, values) in text.values {
            self.mapping
                .values
                .entry(column)
                .or_default()
                .extend(values);
        }
        for (name, value) in text.options {
            self.params.entry(name).or_insert_with(|| value.into_text());
        }
        Ok(())
    }
}
