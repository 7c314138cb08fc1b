//! Comma-, tab- or otherwise separated values.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::ByteRecord;
use serde_json::Value;

use super::{MAX_RECORD, Record, Records, skip_bom};
use crate::ingest::error::{RAW_LIMIT, cut};
use crate::ingest::{Error, File};

/// Comes after the content; inside a cell it shows that a quote was never
/// closed, which would otherwise swallow the rest of the file.
const SENTINEL: &[u8] = b"\n\x1a\x1a\x1a\n";
/// Most columns.
const MAX_COLUMNS: usize = super::MAX_FIELDS;

/// Where the names of the columns come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Header {
    /// The first line; an empty name becomes `column_<n>`, counted from 1.
    #[default]
    First,
    /// There is none: `column_1`, `column_2`, …
    None,
    /// There is none; these are the names.
    Names(Vec<String>),
    /// The first line is passed over; these are the names.
    Replace(Vec<String>),
}

/// How a CSV file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    /// Between cells; `None`: a tab for `.tsv` and `.tab`, otherwise a comma.
    pub delimiter: Option<u8>,
    /// Where the names of the columns come from.
    pub header: Header,
    /// Whether `"` quotes a cell; otherwise it is text like any other.
    pub quotes: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            header: Header::First,
            quotes: true,
        }
    }
}

impl CsvOptions {
    /// Tab-separated, quotes as usual.
    #[must_use]
    pub fn tsv() -> Self {
        Self {
            delimiter: Some(b'\t'),
            ..Self::default()
        }
    }

    /// Another delimiter.
    #[must_use]
    pub const fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    /// Another header.
    #[must_use]
    pub fn header(mut self, header: Header) -> Self {
        self.header = header;
        self
    }

    /// Quotes are text like any other.
    #[must_use]
    pub const fn literal_quotes(mut self) -> Self {
        self.quotes = false;
        self
    }
}

/// Reads separated values; records are numbered by the line they start on.
/// An empty cell is NULL; every other cell is text.
///
/// # Errors
/// When the file cannot be opened, its header cannot be read, or two columns
/// have the same name. While reading: a line with another number of cells, a
/// cell that is not UTF-8 or holds NUL, a quote never closed.
pub fn csv(file: &File, options: &CsvOptions) -> Result<Records, Error> {
    let mut reader = file.open()?;
    skip_bom(&mut reader, file)?;
    let mark = Arc::new(AtomicU64::new(0));
    let fence = Fence {
        inner: reader.chain(SENTINEL),
        read: 0,
        mark: Arc::clone(&mark),
    };
    let delimiter = options
        .delimiter
        .unwrap_or(match file.extension().as_str() {
            "tsv" | "tab" => b'\t',
            _ => b',',
        });
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(options.quotes)
        .buffer_capacity(1 << 17)
        .from_reader(fence);
    let mut rows = Rows {
        file: file.clone(),
        reader,
        mark,
        names: Vec::new(),
        record: ByteRecord::new(),
        ahead: None,
        done: false,
    };
    let given = match &options.header {
        Header::First => {
            let Some((line, head)) = rows.raw()? else {
                return Err(file.error("a header line").hint("the file is empty"));
            };
            rows.cells(line, &head)?
        }
        Header::Replace(names) => {
            rows.raw()?;
            names.clone()
        }
        Header::Names(names) => names.clone(),
        Header::None => Vec::new(),
    };
    rows.name(given)?;
    Ok(Box::new(rows))
}

/// Names for columns: those without one are called `column_<n>`.
pub(super) fn column_names(file: &File, given: Vec<String>) -> Result<Vec<Arc<str>>, Error> {
    if given.len() > MAX_COLUMNS {
        return Err(file.error(format!("at most {MAX_COLUMNS} columns")));
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut names = Vec::with_capacity(given.len());
    for (at, name) in given.into_iter().enumerate() {
        let name = if name.is_empty() {
            format!("column_{}", at + 1)
        } else {
            name
        };
        if let Some(before) = seen.insert(name.clone(), at + 1) {
            return Err(file
                .error("each column to have a name of its own")
                .at_record(1)
                .found(&name)
                .hint(format!(
                    "columns {before} and {} have the same name",
                    at + 1
                )));
        }
        names.push(name.into());
    }
    Ok(names)
}

/// A cell without what was put after the content of the file.
fn content(cell: &[u8]) -> &[u8] {
    cell.strip_suffix(SENTINEL).unwrap_or(cell)
}

struct Rows<R> {
    file: File,
    reader: csv::Reader<R>,
    mark: Arc<AtomicU64>,
    names: Vec<Arc<str>>,
    record: ByteRecord,
    ahead: Option<(u64, ByteRecord)>,
    done: bool,
}

impl<R: Read> Rows<R> {
    /// Takes the names of the columns.
    fn name(&mut self, given: Vec<String>) -> Result<(), Error> {
        self.names = column_names(&self.file, given)?;
        Ok(())
    }

    /// The next line that is not the end.
    fn raw(&mut self) -> Result<Option<(u64, ByteRecord)>, Error> {
        let (line, record) = match self.ahead.take() {
            Some(ahead) => ahead,
            None => match self.pull()? {
                Some(pulled) => pulled,
                None => return Ok(None),
            },
        };
        if record.len() != 1 || record.get(0) != SENTINEL.trim_ascii().into() {
            return Ok(Some((line, record)));
        }
        // The sentinel ends the file only where nothing follows it.
        match self.pull()? {
            None => Ok(None),
            Some(next) => {
                self.ahead = Some(next);
                Ok(Some((line, record)))
            }
        }
    }

    fn pull(&mut self) -> Result<Option<(u64, ByteRecord)>, Error> {
        let line = self.reader.position().line();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {
                self.mark
                    .store(self.reader.position().byte(), Ordering::Relaxed);
                let line = self.record.position().map_or(line, csv::Position::line);
                Ok(Some((line, self.record.clone())))
            }
            Ok(false) => Ok(None),
            Err(e) => Err(match e.into_kind() {
                csv::ErrorKind::Io(e) => self.file.io(&e).at_record(line),
                other => self
                    .file
                    .error(format!("readable CSV ({other:?})"))
                    .at_record(line),
            }),
        }
    }

    /// The cells as text.
    fn cells(&self, line: u64, record: &ByteRecord) -> Result<Vec<String>, Error> {
        record
            .iter()
            .enumerate()
            .map(|(at, cell)| {
                if cell.ends_with(SENTINEL) {
                    let cell = content(cell);
                    let text = String::from_utf8_lossy(cell.get(..200).unwrap_or(cell));
                    return Err(self
                        .cell_error(
                            line,
                            at,
                            "a closing quote before the end of the file",
                            &text,
                        )
                        .hint(
                            "if quotes are not special in this file, read it with literal quotes",
                        ));
                }
                match std::str::from_utf8(cell) {
                    Ok(text) if text.contains('\0') => {
                        Err(self.cell_error(line, at, "text without NUL", text))
                    }
                    Ok(text) => Ok(text.to_owned()),
                    Err(e) => {
                        let text = String::from_utf8_lossy(cell.get(..200).unwrap_or(cell));
                        Err(self.cell_error(line, at, &format!("UTF-8 text ({e})"), &text))
                    }
                }
            })
            .collect()
    }

    fn cell_error(&self, line: u64, at: usize, expected: &str, found: &str) -> Error {
        let name = self
            .names
            .get(at)
            .map_or_else(|| format!("column_{}", at + 1), ToString::to_string);
        Error::new(expected)
            .in_file(self.file.name())
            .at_record(line)
            .field(name)
            .found(found)
    }

    fn read(&mut self) -> Result<Option<Record>, Error> {
        let Some((line, record)) = self.raw()? else {
            return Ok(None);
        };
        let raw = |error: Error| {
            let cells = record.iter().map(content).map(String::from_utf8_lossy);
            let cells: Vec<_> = cells.collect();
            let list = Value::Array(cells.iter().map(|c| cut(c, RAW_LIMIT).into()).collect());
            error.raw(&list.to_string())
        };
        let cells = self.cells(line, &record).map_err(&raw)?;
        if self.names.is_empty() {
            self.name(vec![String::new(); cells.len()])?;
        }
        if cells.len() != self.names.len() {
            let error = Error::new(format!("{} cells, as in the header", self.names.len()))
                .in_file(self.file.name())
                .at_record(line)
                .found(&format!("{} cells", cells.len()))
                .hint("is the delimiter right, and are cells with delimiters quoted?");
            return Err(raw(error));
        }
        let null = |cell: String| {
            if cell.is_empty() {
                Value::Null
            } else {
                Value::String(cell)
            }
        };
        let fields = self
            .names
            .iter()
            .cloned()
            .zip(cells.into_iter().map(null))
            .collect();
        Ok(Some(Record::new(
            Arc::clone(self.file.name()),
            line,
            fields,
        )))
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let item = self.read().transpose();
        self.done = match &item {
            None => true,
            Some(Err(error)) => error.fatal,
            Some(Ok(_)) => false,
        };
        item
    }
}

/// Refuses to read on when one record grows too long.
struct Fence<R> {
    inner: R,
    read: u64,
    mark: Arc<AtomicU64>,
}

impl<R: Read> Read for Fence<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.read.saturating_sub(self.mark.load(Ordering::Relaxed)) > MAX_RECORD as u64 {
            return Err(std::io::Error::other(
                "a record longer than 64 MiB; is a quote not closed?",
            ));
        }
        let n = self.inner.read(buffer)?;
        self.read += n as u64;
        Ok(n)
    }
}
