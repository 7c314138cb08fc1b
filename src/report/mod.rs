//! Results → bytes.
//!
//! One list, [`FORMATS`], says which formats there are, which file suffixes
//! mean them and how they are written; help, completion, `-o FILE` and the
//! error for an unknown name all read it. Writers know no terminal: what they
//! need to know about the screen comes in as a [`View`].
//!
//! Two kinds of format: *machine* formats (csv, tsv, json, ndjson, arrow,
//! parquet) carry every value exactly, floats as the shortest digits that read
//! back to the same bits; *reading* formats (table, markdown) round floats to six
//! significant digits, align numbers and escape what could drive a terminal.

mod binary;
mod cell;
mod csv;
mod error;
mod json;
mod markdown;
mod number;
mod table;

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

pub use cell::{escape_controls, is_numeric};
pub use error::Error;
pub use number::{group_thousands, short_float};
pub use table::fitting_columns;

/// A result to be written: its columns, its rows, and how much room there is.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// Names and types of the columns; written even when there are no rows.
    pub schema: SchemaRef,
    /// The rows, in the order to be written.
    pub batches: &'a [RecordBatch],
    /// Width of the screen in columns, for [`fitting_columns`]; `None` (default) is endless.
    pub width: Option<u16>,
    /// Longest cell in characters, for `table`; `None` (default) never cuts.
    pub cell_limit: Option<usize>,
}

impl<'a> View<'a> {
    /// All rows, without any limit of width or cell length.
    pub fn new(schema: SchemaRef, batches: &'a [RecordBatch]) -> Self {
        Self {
            schema,
            batches,
            width: None,
            cell_limit: None,
        }
    }

    /// Number of rows in all batches.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

/// Writes a view; one per format.
type Writer = fn(&View<'_>, &mut dyn Write) -> Result<(), Error>;

/// One way of writing a result.
pub struct Format {
    /// What `--format` takes.
    pub name: &'static str,
    /// File suffixes, without the dot, that mean this format.
    pub suffixes: &'static [&'static str],
    /// One line for the help.
    pub summary: &'static str,
    /// True where the bytes are no text, so never for a terminal.
    pub binary: bool,
    /// True where values are rounded for reading.
    pub reading: bool,
    write: Writer,
}

impl Format {
    /// Writes the result. The bytes depend on the values alone, not on how the
    /// rows are split into batches (except inside `arrow` and `parquet` files).
    ///
    /// # Errors
    /// The writer's own, or a value the format cannot carry.
    pub fn write(&self, view: &View<'_>, out: &mut dyn Write) -> Result<(), Error> {
        (self.write)(view, out)
    }
}

/// Every format, in the order the help shows them.
pub static FORMATS: &[Format] = &[
    Format {
        name: "table",
        suffixes: &["txt"],
        summary: "aligned columns for reading, floats to 6 significant digits",
        binary: false,
        reading: true,
        write: table::write,
    },
    Format {
        name: "markdown",
        suffixes: &["md", "markdown"],
        summary: "a table to paste, floats to 6 significant digits",
        binary: false,
        reading: true,
        write: markdown::write,
    },
    Format {
        name: "csv",
        suffixes: &["csv"],
        summary: "RFC 4180 with a header; NULL is empty, an empty text is \"\"",
        binary: false,
        reading: false,
        write: csv::write_csv,
    },
    Format {
        name: "tsv",
        suffixes: &["tsv", "tab"],
        summary: "as csv, separated by tabs",
        binary: false,
        reading: false,
        write: csv::write_tsv,
    },
    Format {
        name: "json",
        suffixes: &["json"],
        summary: "one array of objects",
        binary: false,
        reading: false,
        write: json::write_json,
    },
    Format {
        name: "ndjson",
        suffixes: &["ndjson", "jsonl"],
        summary: "one object per line",
        binary: false,
        reading: false,
        write: json::write_ndjson,
    },
    Format {
        name: "arrow",
        suffixes: &["arrow", "feather", "ipc"],
        summary: "Arrow IPC file",
        binary: true,
        reading: false,
        write: binary::write_arrow,
    },
    Format {
        name: "parquet",
        suffixes: &["parquet", "pq"],
        summary: "Parquet, zstd",
        binary: true,
        reading: false,
        write: binary::write_parquet,
    },
];

/// The format of that name.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The format a file name's suffix means, upper or lower case.
pub fn by_suffix(path: &std::path::Path) -> Option<&'static Format> {
    let suffix = path.extension()?.to_str()?.to_ascii_lowercase();
    FORMATS
        .iter()
        .find(|format| format.suffixes.contains(&suffix.as_str()))
}

/// The first `limit` rows of `batches`, without copying them.
pub fn head(batches: &[RecordBatch], limit: usize) -> Vec<RecordBatch> {
    let mut left = limit;
    let mut kept = Vec::new();
    for batch in batches {
        if left == 0 {
            break;
        }
        let rows = batch.num_rows().min(left);
        kept.push(batch.slice(0, rows));
        left -= rows;
    }
    kept
}

#[cfg(test)]
mod tests;
