//! Readers of file formats: one record at a time, bounded memory.
//!
//! Every reader is an iterator of `Result<Record, Error>`, for
//! [`crate::ingest::Rows::each`]. [`any`] decides by content, then by name.
//! Common rules: text is UTF-8 (a byte order mark is passed over), one record
//! is at most 64 MiB, JSON is nested at most 128 deep, the same key twice in
//! one object is an error, and after a fatal error the iterator ends.

mod block;
mod csv;
mod json;
mod jsonl;
mod layout;
mod object;
mod parquet;
mod parquet_footer;
mod record;
mod run;
mod strict;
#[cfg(test)]
mod tests;
mod xlsx;
mod xlsx_book;

use std::io::BufRead;

pub use self::csv::{CsvOptions, Header, csv};
pub use self::json::{JsonShape, json};
pub use self::jsonl::jsonl;
pub use self::parquet::{cell, parquet, parquet_columns};
pub(super) use self::record::Names;
pub use self::record::Record;
pub(super) use self::run::Run;
use self::run::Runs;
pub use self::strict::parse as parse_json;
pub use self::xlsx::{XlsxOptions, xlsx};

use super::{Error, File};

/// Longest record, in bytes.
pub const MAX_RECORD: usize = 64 << 20;

/// Most fields of a record.
pub(super) const MAX_FIELDS: usize = 16_384;

/// Records of one file, in the order of the file.
pub struct Records(Source);

enum Source {
    /// Read one by one.
    Each(Box<dyn Iterator<Item = Result<Record, Error>>>),
    /// Read many at a time.
    Blocks(Box<dyn Runs>),
}

impl Records {
    /// Records that come one by one.
    pub(super) fn new(records: impl Iterator<Item = Result<Record, Error>> + 'static) -> Self {
        Self(Source::Each(Box::new(records)))
    }

    /// The next records that are at hand and have the same fields.
    pub(super) fn run(&mut self) -> Option<Result<Run, Error>> {
        match &mut self.0 {
            Source::Each(records) => Some(records.next()?.map(Run::One)),
            Source::Blocks(blocks) => blocks.run(),
        }
    }
}

impl Iterator for Records {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Source::Each(records) => records.next(),
            Source::Blocks(blocks) => blocks.next(),
        }
    }
}

/// A format, as found by looking at a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma- or otherwise separated values.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// One JSON array.
    JsonList,
    /// JSON objects one after another, over several lines each.
    JsonObjects,
    /// Parquet.
    Parquet,
    /// A workbook of sheets (XLSX).
    Xlsx,
}

/// Looks at the content, then at the name, of a file.
///
/// # Errors
/// When the file cannot be read, is empty, or is in a format known not to be
/// readable here.
pub fn sniff(file: &File) -> Result<Format, Error> {
    let mut reader = file.open()?;
    let head = reader.fill_buf().map_err(|e| file.io(&e))?;
    if head.starts_with(b"PAR1") {
        return Ok(Format::Parquet);
    }
    if head.starts_with(b"PK\x03\x04") {
        // Other archives were opened when the files were handed over.
        if file
            .parts()?
            .iter()
            .any(|p| **p.name() == *"xl/workbook.xml")
        {
            return Ok(Format::Xlsx);
        }
        return Err(file
            .error("text, Parquet or a workbook, not an archive inside an archive")
            .hint("unpack it"));
    }
    skip_bom(&mut reader, file)?;
    let first = loop {
        let head = reader.fill_buf().map_err(|e| file.io(&e))?;
        if head.is_empty() {
            return Err(file.error("content").hint("the file is empty"));
        }
        match head.iter().find(|b| !b.is_ascii_whitespace()) {
            Some(b) => break *b,
            None => {
                let n = head.len();
                reader.consume(n);
            }
        }
    };
    Ok(match (first, file.extension().as_str()) {
        (_, "csv" | "tsv" | "txt" | "tab") => Format::Csv,
        (b'[', _) => Format::JsonList,
        (b'{', _) if jsonl::first_line_is_object(reader.as_mut()) => Format::Jsonl,
        (b'{', "jsonl" | "ndjson") => Format::Jsonl,
        (b'{', _) => Format::JsonObjects,
        (_, "jsonl" | "ndjson") => Format::Jsonl,
        (_, "json") => return Err(file.error("JSON that starts with '[' or '{'")),
        _ => Format::Csv,
    })
}

/// Reads a file in whatever format it is; `csv_options` serve if it is CSV.
///
/// # Errors
/// As [`sniff`] and the reader of the format.
pub fn any(file: &File, csv_options: &CsvOptions) -> Result<Records, Error> {
    match sniff(file)? {
        Format::Csv => csv(file, csv_options),
        Format::Jsonl => jsonl(file),
        Format::JsonList => json(file, JsonShape::List),
        Format::JsonObjects => json(file, JsonShape::Objects),
        Format::Parquet => parquet(file),
        Format::Xlsx => xlsx(
            file,
            &XlsxOptions {
                sheet: None,
                header: csv_options.header.clone(),
            },
        ),
    }
}

/// Passes over a UTF-8 byte order mark; refuses UTF-16 and UTF-32.
fn skip_bom(reader: &mut Box<dyn BufRead + Send>, file: &File) -> Result<(), Error> {
    let head = reader.fill_buf().map_err(|e| file.io(&e))?;
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        reader.consume(3);
    } else if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(file.error("UTF-8 text").hint(
            "the file starts like UTF-16; convert it, for instance with `iconv -f UTF-16 -t UTF-8`",
        ));
    }
    Ok(())
}
