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
    pub field: Option<Box<str>>,
    /// The value found, shortened, control characters escaped.
    pub value: Option<Box<str>>,
    /// What was expected instead.
    pub expected: Box<str>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The record as read, when only the reader has it; for `quarantine`.
    pub(super) raw: Option<Arc<String>>,
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
            expected: expected.into().into(),
            hint: None,
            raw: None,
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
        self.field.get_or_insert_with(|| field.into().into());
        self
    }

    /// Shows the value found, unless one is shown already.
    #[must_use]
    pub fn found(mut self, value: &str) -> Self {
        self.value.get_or_insert_with(|| shorten(value, 80).into());
        self
    }

    /// Keeps the record as read, cut at 64 KiB.
    #[must_use]
    pub fn raw(mut self, text: &str) -> Self {
        self.raw
            .get_or_insert_with(|| cut(text, RAW_LIMIT).to_owned().into());
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

/// How much of a rejected record is kept, in bytes.
pub(super) const RAW_LIMIT: usize = 1 << 16;

/// At most `limit` bytes of `text`, cut between characters.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    let end = (0..=limit.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

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
