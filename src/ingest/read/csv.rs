//! Comma-, tab- or otherwise separated values.

use std::collections::{BTreeMap, VecDeque};
use std::io::Read;
use std::sync::Arc;

use csv::ByteRecord;
use memchr::memchr2_iter;
use serde_json::Value;

use super::block::{self, Block, Blocks, Slot};
use super::record::Names;
use super::{MAX_RECORD, Records, skip_bom};
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
    let fence = Fence {
        inner: reader.chain(SENTINEL),
        read: 0,
        mark: 0,
        begun: None,
        ends: VecDeque::new(),
        lines: 0,
        last: None,
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
        names: None,
        record: ByteRecord::new(),
        ahead: None,
    };
    let given = match &options.header {
        Header::First => {
            let Some(line) = rows.raw()? else {
                return Err(file.error("a header line").hint("the file is empty"));
            };
            rows.cells(line)?
        }
        Header::Replace(names) => {
            rows.raw()?;
            names.clone()
        }
        Header::Names(names) => names.clone(),
        Header::None => Vec::new(),
    };
    if !given.is_empty() {
        rows.name(given)?;
    }
    Ok(block::records(file, rows))
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
    reader: csv::Reader<Fence<R>>,
    /// The names of the columns, once they are known.
    names: Option<Arc<Names>>,
    /// The line read last.
    record: ByteRecord,
    /// The number of the line after a sentinel that was none, and the line.
    ahead: Option<(u64, ByteRecord)>,
}

impl<R: Read> Rows<R> {
    /// Takes the names of the columns.
    fn name(&mut self, given: Vec<String>) -> Result<(), Error> {
        let names = column_names(&self.file, given)?;
        self.names = Some(Arc::new(Names::new(names)));
        Ok(())
    }

    /// Reads the next line that is not the end into `record`; says its number.
    fn raw(&mut self) -> Result<Option<u64>, Error> {
        let line = match self.ahead.take() {
            Some((line, record)) => {
                self.record = record;
                line
            }
            None => match self.pull()? {
                Some(line) => line,
                None => return Ok(None),
            },
        };
        if self.record.len() != 1 || self.record.get(0) != SENTINEL.trim_ascii().into() {
            return Ok(Some(line));
        }
        // The sentinel ends the file only where nothing follows it.
        let sentinel = self.record.clone();
        Ok(self.pull()?.map(|next| {
            let after = std::mem::replace(&mut self.record, sentinel);
            self.ahead = Some((next, after));
            line
        }))
    }

    fn pull(&mut self) -> Result<Option<u64>, Error> {
        let from = self.reader.position().byte();
        self.reader.get_mut().begin(from);
        let read = self.reader.read_byte_record(&mut self.record);
        let line = self.reader.get_mut().line();
        match read {
            Ok(read) => Ok(read.then_some(line)),
            Err(e) => Err(match e.into_kind() {
                csv::ErrorKind::Io(e) => self.file.io(&e).at_record(line),
                other => self
                    .file
                    .error(format!("readable CSV ({other:?})"))
                    .at_record(line),
            }),
        }
    }

    /// The cells of the line as text.
    fn cells(&self, line: u64) -> Result<Vec<String>, Error> {
        let cells = self.record.iter().enumerate();
        cells
            .map(|(at, cell)| self.cell(line, at, cell).map(str::to_owned))
            .collect()
    }

    /// The text of all cells; `None` when it is not that of each.
    fn text(&self) -> Option<&str> {
        let text = std::str::from_utf8(self.record.as_slice()).ok()?;
        let whole = |at: usize| {
            let range = self.record.range(at).unwrap_or_default();
            text.is_char_boundary(range.start)
                && text
                    .get(range)
                    .is_some_and(|cell| !cell.as_bytes().ends_with(SENTINEL))
        };
        let good = !text.contains('\0') && (0..self.record.len()).all(whole);
        good.then_some(text)
    }

    fn cell<'c>(&self, line: u64, at: usize, cell: &'c [u8]) -> Result<&'c str, Error> {
        if cell.ends_with(SENTINEL) {
            let cell = content(cell);
            let text = String::from_utf8_lossy(cell.get(..200).unwrap_or(cell));
            let expected = "a closing quote before the end of the file";
            return Err(self
                .cell_error(line, at, expected, &text)
                .hint("if quotes are not special in this file, read it with literal quotes"));
        }
        match std::str::from_utf8(cell) {
            Ok(text) if text.contains('\0') => {
                Err(self.cell_error(line, at, "text without NUL", text))
            }
            Ok(text) => Ok(text),
            Err(e) => {
                let text = String::from_utf8_lossy(cell.get(..200).unwrap_or(cell));
                Err(self.cell_error(line, at, &format!("UTF-8 text ({e})"), &text))
            }
        }
    }

    fn cell_error(&self, line: u64, at: usize, expected: &str, found: &str) -> Error {
        let known = self.names.as_ref().and_then(|names| names.list().get(at));
        let name = known.map_or_else(|| format!("column_{}", at + 1), ToString::to_string);
        Error::new(expected)
            .in_file(self.file.name())
            .at_record(line)
            .field(name)
            .found(found)
    }

    /// Adds the next line to `block`; whether there was one.
    fn read(&mut self, block: &mut Block) -> Result<bool, Error> {
        let Some(line) = self.raw()? else {
            return Ok(false);
        };
        self.push(line, block).map(|()| true).map_err(|error| {
            let cells = self.record.iter().map(content);
            let cells: Vec<_> = cells.map(String::from_utf8_lossy).collect();
            let list = Value::Array(cells.iter().map(|c| cut(c, RAW_LIMIT).into()).collect());
            error.raw(&list.to_string())
        })
    }

    /// Adds the line read last to `block`.
    fn push(&mut self, line: u64, block: &mut Block) -> Result<(), Error> {
        if self.names.is_none() {
            self.cells(line)?;
            self.name(vec![String::new(); self.record.len()])?;
        }
        let Some(names) = &self.names else {
            return Ok(());
        };
        let Some(text) = self.text() else {
            // One of the cells says what is wrong.
            return self.cells(line).map(|_| ());
        };
        if self.record.len() != names.list().len() {
            return Err(
                Error::new(format!("{} cells, as in the header", names.list().len()))
                    .in_file(self.file.name())
                    .at_record(line)
                    .found(&format!("{} cells", self.record.len()))
                    .hint("is the delimiter right, and are cells with delimiters quoted?"),
            );
        }
        let from = block.push_text(text);
        let slots = (0..self.record.len()).map(|at| match self.record.range(at) {
            Some(range) if !range.is_empty() => Slot::text(from + range.start, from + range.end),
            _ => Slot::Null,
        });
        block.push(line, names, slots);
        Ok(())
    }
}

impl<R: Read + Send + 'static> Blocks for Rows<R> {
    fn next(&mut self, mut block: Block) -> Block {
        while !block.is_full() && !block.is_end() {
            match self.read(&mut block) {
                Ok(true) => {}
                Ok(false) => block.end(),
                Err(error) => block.push_error(error),
            }
        }
        block
    }
}

/// Refuses to read on when one record grows too long, and counts lines: the reader behind
/// it takes the end of a line with CRLF, and empty lines, for the beginning of the next
/// record, and a lone CR for none.
struct Fence<R> {
    inner: R,
    read: u64,
    /// Where the reader went on for the record being read.
    mark: u64,
    /// The line of that record, if it began in what was read before.
    begun: Option<u64>,
    /// Where CRs and LFs stand that were not counted yet, and which are LF.
    ends: VecDeque<(u64, bool)>,
    /// Lines that ended among those counted, and the last of these.
    lines: u64,
    last: Option<(u64, bool)>,
}

impl<R> Fence<R> {
    /// The next record is read from a place on.
    const fn begin(&mut self, from: u64) {
        self.mark = from;
        self.begun = None;
    }

    /// The line in which the record being read begins.
    fn line(&mut self) -> u64 {
        if let Some(line) = self.begun {
            return line;
        }
        // What it begins with is the end of the line before, and empty lines.
        while let Some(end) = self.ends.pop_front_if(|(place, _)| *place <= self.mark) {
            self.mark = self.mark.max(end.0 + 1);
            self.count(end);
        }
        self.lines + 1
    }

    /// Counts a CR or LF; the two together end one line.
    fn count(&mut self, (place, is_lf): (u64, bool)) {
        let after_cr = is_lf && place > 0 && self.last == Some((place - 1, false));
        self.lines += u64::from(!after_cr);
        self.last = Some((place, is_lf));
    }
}

impl<R: Read> Read for Fence<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.read.saturating_sub(self.mark) > MAX_RECORD as u64 {
            return Err(std::io::Error::other(
                "a record longer than 64 MiB; is a quote not closed?",
            ));
        }
        // All that was read before was used: if the record has begun, the rest is its own.
        let line = self.line();
        if self.mark < self.read {
            self.begun = Some(line);
            while let Some(end) = self.ends.pop_front() {
                self.count(end);
            }
        }
        let n = self.inner.read(buffer)?;
        let new = buffer.get(..n).unwrap_or_default();
        for at in memchr2_iter(b'\r', b'\n', new) {
            let is_lf = new.get(at) == Some(&b'\n');
            self.ends.push_back((self.read + at as u64, is_lf));
        }
        self.read += n as u64;
        Ok(n)
    }
}
