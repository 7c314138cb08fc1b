//! The data contract: canonical tables, read from `schemas/v1/*.toml`.
//!
//! The text files are the contract, read by people and by this module; Arrow
//! schemas, validation and the reference page all come from them.

mod reference;
mod validate;

use std::sync::{Arc, OnceLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use serde::Deserialize;

pub use reference::reference_markdown;
pub use validate::{Violation, validate};

/// Type of a canonical column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Type {
    /// UTF-8 text.
    #[serde(rename = "text")]
    Text,
    /// 32-bit signed integer.
    #[serde(rename = "int32")]
    Int32,
    /// 64-bit signed integer.
    #[serde(rename = "int64")]
    Int64,
    /// 64-bit float, never NaN, never -0.0.
    #[serde(rename = "float64")]
    Float64,
    /// True or false.
    #[serde(rename = "bool")]
    Bool,
    /// Microseconds since the epoch, UTC.
    #[serde(rename = "timestamp")]
    Timestamp,
    /// List of text, no NULL inside.
    #[serde(rename = "list<text>")]
    Texts,
    /// Canonical JSON text: keys sorted, no spaces.
    #[serde(rename = "json")]
    Json,
}

impl Type {
    /// The name used in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Float64 => "float64",
            Self::Bool => "bool",
            Self::Timestamp => "timestamp",
            Self::Texts => "list<text>",
            Self::Json => "json",
        }
    }

    /// The Arrow type columns of this type have.
    #[must_use]
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text | Self::Json => DataType::Utf8,
            Self::Int32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::Float64 => DataType::Float64,
            Self::Bool => DataType::Boolean,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Texts => DataType::List(Arc::new(Field::new("item", DataType::Utf8, false))),
        }
    }
}

/// One column of a canonical table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Name, lower_snake, never a reserved word of SQL.
    pub name: String,
    /// Type of the values.
    #[serde(rename = "type")]
    pub kind: Type,
    /// Whether NULL is refused.
    #[serde(default)]
    pub required: bool,
    /// The only texts allowed; empty means any.
    #[serde(default, rename = "enum")]
    pub allowed: Vec<String>,
    /// The only integers allowed; empty means any.
    #[serde(default, rename = "enum_int")]
    pub allowed_int: Vec<i64>,
    /// Smallest number allowed.
    pub min: Option<f64>,
    /// Largest number allowed.
    pub max: Option<f64>,
    /// Text used where a reader gives none.
    pub default: Option<String>,
    /// What the value means.
    pub doc: String,
    /// Unit of the value.
    pub unit: Option<String>,
    /// Whether the value may identify or describe a person.
    #[serde(default)]
    pub personal: bool,
}

/// One canonical table.
#[derive(Debug)]
pub struct Table {
    /// Name of the table.
    pub name: String,
    /// What one row means.
    pub doc: String,
    /// Names of the key columns, all required; together unique.
    pub key: Vec<String>,
    /// Columns in order; the first is always `dataset`.
    pub columns: Vec<Column>,
    arrow: SchemaRef,
    at: usize,
}

impl Table {
    /// The Arrow schema, with nullability from `required`.
    #[must_use]
    pub fn arrow(&self) -> SchemaRef {
        Arc::clone(&self.arrow)
    }

    /// Place of the column called `name`.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    /// The column called `name`.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// Place of the column `meta`, where native values go that have no other.
    #[must_use]
    pub fn meta(&self) -> Option<usize> {
        self.columns
            .iter()
            .rposition(|c| c.kind == Type::Json && c.name == "meta")
    }

    /// Place of the table in [`tables`].
    #[must_use]
    pub const fn index(&self) -> usize {
        self.at
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableText {
    name: String,
    doc: String,
    key: Vec<String>,
    columns: Vec<Column>,
}

macro_rules! contract {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/v1/", $name, ".toml")))),*]
    };
}

/// The contract's files, in the order in which tables are listed.
const FILES: &[(&str, &str)] = contract![
    "sources",
    "items",
    "systems",
    "responses",
    "annotators",
    "comparisons",
    "rankings",
    "ratings",
    "labels",
    "scores",
    "events",
    "features",
    "edges",
    "quarantine",
];

/// Reads one file of the contract.
fn parse(name: &str, text: &str, at: usize) -> Result<Table, String> {
    let text: TableText =
        toml::from_str(text).map_err(|e| format!("schemas/v1/{name}.toml: {e}"))?;
    let fields: Vec<Field> = text
        .columns
        .iter()
        .map(|c| Field::new(&c.name, c.kind.arrow(), !c.required))
        .collect();
    Ok(Table {
        name: text.name,
        doc: text.doc,
        key: text.key,
        columns: text.columns,
        arrow: Arc::new(Schema::new(fields)),
        at,
    })
}

/// All canonical tables, in the order of the contract.
///
/// # Panics
/// When the compiled-in contract cannot be read, which a test rules out.
#[must_use]
pub fn tables() -> &'static [Table] {
    static TABLES: OnceLock<Vec<Table>> = OnceLock::new();
    TABLES.get_or_init(|| {
        FILES
            .iter()
            .enumerate()
            .map(|(at, (name, text))| {
                parse(name, text, at).expect("the compiled-in contract is readable")
            })
            .collect()
    })
}

/// The canonical table called `name`.
#[must_use]
pub fn table(name: &str) -> Option<&'static Table> {
    tables().iter().find(|t| t.name == name)
}

#[cfg(test)]
mod tests;
