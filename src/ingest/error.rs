//! The one error of ingestion: where, what was found, what was expected.

use std::fmt;
use std::sync::Arc;

/// What went wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The file, relative to what was handed over.
    pub file: Option<Arc<str>>,
    /// Line or record number in the file, from 1.
    pub record: Option<u64>,
    /// The native field (or canonical column) at fault.
    pub field: Option<String>,
    /// The value found, shortened, control characters escaped.
    pub value: Option<String>,
    /// What was expected instead.
    pub expected: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether nothing after this point can be read, so that the record
    /// cannot merely be set aside.
    pub fatal: bool,
}

impl Error {
    /// An error about one record: `expected` completes "expected …".
    pub fn new(expected: impl Into<String>) -> Self {
        Self {
            file: None,
            record: None,
            field: None,
            value: None,
            expected: expected.into(),
            hint: None,
            fatal: false,
        }
    }

    /// An error that ends the reading.
    pub fn fatal(expected: impl Into<String>) -> Self {
        Self {
            fatal: true,
            ..Self::new(expected)
        }
    }

    /// Names the file, unless it is named already.
    #[must_use]
    pub fn in_file(mut self, file: &Arc<str>) -> Self {
        self.file.get_or_insert_with(|| Arc::clone(file));
        self
    }

    /// Names the record, unless it is named already.
    #[must_use]
    pub fn at_record(mut self, record: u64) -> Self {
        self.record.get_or_insert(record);
        self
    }

    /// Names the field, unless it is named already.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field.get_or_insert_with(|| field.into());
        self
    }

    /// Shows the value found, unless one is shown already.
    #[must_use]
    pub fn found(mut self, value: &str) -> Self {
        self.value.get_or_insert_with(|| shorten(value, 80));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert_with(|| hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}", shorten(file, 200))?;
            if let Some(record) = self.record {
                write!(f, ":{record}")?;
            }
            f.write_str(": ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "field '{}': ", shorten(field, 80))?;
        }
        if let Some(value) = &self.value {
            write!(f, "found {value}, ")?;
        }
        write!(f, "expected {}", self.expected)?;
        if let Some(hint) = &self.hint {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// At most `limit` characters of `text`, control characters escaped.
#[must_use]
pub fn shorten(text: &str, limit: usize) -> String {
    let mut short = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == limit {
            short.push('…');
            break;
        }
        // Bidirectional controls can make a message read as another.
        if c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            short.extend(c.escape_default());
        } else {
            short.push(c);
        }
    }
    short
}
