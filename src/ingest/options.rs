//! What the user may say about an ingestion.

use std::collections::BTreeMap;

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
}

impl Options {
    /// The option called `name`.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }
}
