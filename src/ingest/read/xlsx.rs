//! Workbooks (XLSX): the cells of one sheet as records.
//!
//! A number is a number, a date becomes text (`2024-05-01`, or with the time
//! after a `T`), an empty cell NULL, a formula what it came to when the file
//! was saved. The sheet is read as a stream; only its shared texts are held.

use std::io::{BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Number, Value};

use super::csv::{Header, column_names};
use super::xlsx_book::Book;
use super::{MAX_RECORD, Record, Records};
use crate::ingest::json;
use crate::ingest::{Error, File};

/// Most columns.
const MAX_COLUMNS: usize = super::MAX_FIELDS;

/// How a workbook is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct XlsxOptions {
    /// The sheet, by its name or its place from 1; `None` where there is one
    /// only, or one only that is not empty.
    pub sheet: Option<String>,
    /// Where the names of the columns come from.
    pub header: Header,
}

/// XML read from a part of the workbook, with bounded memory.
pub(super) struct Xml {
    file: File,
    part: Arc<str>,
    reader: Reader<BufReader<Fence>>,
    buffer: Vec<u8>,
    since: Arc<AtomicU64>,
    /// What stands in the element that was entered last.
    pub(super) text: String,
}

/// A step through XML: elements by their names without prefix.
pub(super) enum Step {
    Start(String, Vec<(String, String)>),
    End(String),
    Over,
}

impl Xml {
    pub(super) fn open(file: &File, part: &File) -> Result<Self, Error> {
        let since = Arc::new(AtomicU64::new(0));
        let fence = Fence {
            inner: Box::new(part.open()?),
            since: Arc::clone(&since),
        };
        let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, fence));
        reader.config_mut().expand_empty_elements = true;
        Ok(Self {
            file: file.clone(),
            part: Arc::clone(part.name()),
            reader,
            buffer: Vec::new(),
            since,
            text: String::new(),
        })
    }

    /// Says that what was read so far is not held any longer.
    pub(super) fn mark(&self) {
        self.since.store(0, Ordering::Relaxed);
    }

    pub(super) fn wrong(&self, what: impl std::fmt::Display) -> Error {
        unsound(&self.file, &self.part, what)
    }

    /// The next start or end; text between goes into `text`, which every start
    /// empties.
    pub(super) fn step(&mut self) -> Result<Step, Error> {
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            match event {
                Ok(Event::Start(start)) => {
                    self.text.clear();
                    let (name, attributes) =
                        taken(&start).map_err(|e| unsound(&self.file, &self.part, e))?;
                    return Ok(Step::Start(name, attributes));
                }
                // Elements without content are read as a start and an end.
                Ok(Event::End(end)) => {
                    let name: &str = end.local_name().into_inner();
                    return Ok(Step::End(name.to_owned()));
                }
                Ok(Event::Text(text)) => self.text.push_str(&text.xml10_content()),
                Ok(Event::CData(text)) => self.text.push_str(&text.xml10_content()),
                Ok(Event::GeneralRef(reference)) => {
                    let resolved = match reference.resolve_char_ref() {
                        Ok(Some(c)) => Some(c.to_string()),
                        Ok(None) => {
                            quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                                .map(str::to_owned)
                        }
                        Err(_) => None,
                    };
                    let Some(resolved) = resolved else {
                        return Err(unsound(
                            &self.file,
                            &self.part,
                            "a reference that means nothing",
                        ));
                    };
                    self.text.push_str(&resolved);
                }
                Ok(Event::DocType(_)) => {
                    return Err(unsound(
                        &self.file,
                        &self.part,
                        "a document type, which workbooks do not have",
                    ));
                }
                Ok(Event::Eof) => return Ok(Step::Over),
                Ok(_) => {}
                Err(e) => return Err(unsound(&self.file, &self.part, e)),
            }
        }
    }
}

fn unsound(file: &File, part: &str, what: impl std::fmt::Display) -> Error {
    file.error(format!("a sound workbook ({part}: {what})"))
}

fn taken(start: &BytesStart<'_>) -> Result<(String, Vec<(String, String)>), String> {
    let name: &str = start.local_name().into_inner();
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| e.to_string())?;
        let key: &str = attribute.key.local_name().into_inner();
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|e| e.to_string())?;
        attributes.push((key.to_owned(), value.into_owned()));
    }
    Ok((name.to_owned(), attributes))
}

/// The attribute called `name`.
pub(super) fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes
        .iter()
        .find(|(n, _)| n == name)
        .map(|(_, v)| v.as_str())
}

/// Refuses to read on when one row or text grows too long.
pub(super) struct Fence {
    inner: Box<dyn Read + Send>,
    since: Arc<AtomicU64>,
}

impl Read for Fence {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let since = self.since.fetch_add(n as u64, Ordering::Relaxed);
        if since > MAX_RECORD as u64 {
            return Err(std::io::Error::other("a row or text longer than 64 MiB"));
        }
        Ok(n)
    }
}

/// Reads the rows of a sheet; they are numbered as in the sheet, and empty
/// ones are passed over.
///
/// # Errors
/// When the file is no sound workbook, the sheet is not there or not named
/// where there are several, or two columns have the same name.
pub fn xlsx(file: &File, options: &XlsxOptions) -> Result<Records, Error> {
    let (book, sheet) = Book::open(file, options.sheet.as_deref())?;
    let xml = Xml::open(file, &sheet)?;
    let mut rows = Rows {
        book,
        xml,
        names: Vec::new(),
        number: 0,
        done: false,
    };
    let given = match &options.header {
        Header::First | Header::Replace(_) => {
            let Some(cells) = rows.row()? else {
                return Err(file
                    .error("a row with the names of the columns")
                    .hint("the sheet is empty"));
            };
            match &options.header {
                Header::Replace(names) => names.clone(),
                _ => cells
                    .iter()
                    .map(|c| json::text(c).map_or_else(String::new, |t| t.into_owned()))
                    .collect(),
            }
        }
        Header::Names(names) => names.clone(),
        Header::None => Vec::new(),
    };
    rows.names = column_names(file, given)?;
    Ok(Records::new(rows))
}

struct Rows {
    book: Book,
    xml: Xml,
    names: Vec<Arc<str>>,
    number: u64,
    done: bool,
}

impl Iterator for Rows {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let item = self.record().transpose();
        self.done = match &item {
            None => true,
            Some(Err(error)) => error.fatal,
            Some(Ok(_)) => false,
        };
        item
    }
}

impl Rows {
    fn record(&mut self) -> Result<Option<Record>, Error> {
        let Some(mut cells) = self.row()? else {
            return Ok(None);
        };
        let file = &self.xml.file;
        if self.names.is_empty() {
            self.names = column_names(file, vec![String::new(); cells.len()])?;
        }
        if cells.len() > self.names.len() {
            return Err(Error::new(format!(
                "at most {} cells, as in the header",
                self.names.len()
            ))
            .in_file(file.name())
            .at_record(self.number)
            .found(&format!("{} cells", cells.len()))
            .raw(&Value::Array(cells).to_string()));
        }
        cells.resize(self.names.len(), Value::Null);
        let fields = self.names.iter().cloned().zip(cells).collect();
        Ok(Some(Record::new(
            Arc::clone(file.name()),
            self.number,
            fields,
        )))
    }

    /// The cells of the next row that is not empty, without empty ones at the
    /// end.
    fn row(&mut self) -> Result<Option<Vec<Value>>, Error> {
        loop {
            match self.xml.step()? {
                Step::Over => return Ok(None),
                Step::Start(name, attributes) if name == "row" => {
                    self.xml.mark();
                    self.number = match attribute(&attributes, "r") {
                        Some(text) => text
                            .parse::<u64>()
                            .ok()
                            .filter(|n| *n > self.number)
                            .ok_or_else(|| self.xml.wrong("rows out of order"))?,
                        None => self.number + 1,
                    };
                    let mut cells = self.cells()?;
                    while cells.last().is_some_and(Value::is_null) {
                        cells.pop();
                    }
                    if !cells.is_empty() {
                        return Ok(Some(cells));
                    }
                }
                _ => {}
            }
        }
    }

    fn cells(&mut self) -> Result<Vec<Value>, Error> {
        let mut cells: Vec<Value> = Vec::new();
        loop {
            match self.xml.step()? {
                Step::Start(name, attributes) if name == "c" => {
                    let at = match attribute(&attributes, "r") {
                        Some(reference) => column(reference)
                            .ok_or_else(|| self.xml.wrong("a cell without a place"))?,
                        None => cells.len(),
                    };
                    if at < cells.len() || at >= MAX_COLUMNS {
                        return Err(self.xml.wrong("cells out of order, or too many"));
                    }
                    cells.resize(at, Value::Null);
                    cells.push(self.cell(&attributes)?);
                }
                Step::End(name) if name == "row" => return Ok(cells),
                Step::Over => return Err(self.xml.wrong("it breaks off in a row")),
                _ => {}
            }
        }
    }

    /// The value of one cell.
    fn cell(&mut self, attributes: &[(String, String)]) -> Result<Value, Error> {
        let kind = attribute(attributes, "t").unwrap_or("n").to_owned();
        let style = attribute(attributes, "s").and_then(|s| s.parse::<usize>().ok());
        let mut value: Option<String> = None;
        let mut inline = String::new();
        let mut phonetic = false;
        loop {
            match self.xml.step()? {
                Step::Start(name, _) if name == "rPh" => phonetic = true,
                Step::End(name) => match name.as_str() {
                    "v" => value = Some(std::mem::take(&mut self.xml.text)),
                    "t" if !phonetic => inline.push_str(&self.xml.text),
                    "rPh" => phonetic = false,
                    "c" => break,
                    _ => {}
                },
                Step::Over => return Err(self.xml.wrong("it breaks off in a cell")),
                Step::Start(..) => {}
            }
        }
        let text = |text: String| match text {
            empty if empty.is_empty() => Value::Null,
            text => Value::String(text),
        };
        let value = match (kind.as_str(), value) {
            ("inlineStr", _) => text(inline),
            (_, None) => Value::Null,
            ("s", Some(v)) => {
                let at = v.trim().parse::<usize>().ok();
                let shared = at.and_then(|at| self.book.shared.get(at));
                let shared = shared
                    .ok_or_else(|| self.xml.wrong("a text that is not among the shared ones"))?;
                text(shared.to_string())
            }
            ("b", Some(v)) => Value::Bool(v.trim() == "1"),
            ("n", Some(v)) => self.number_of(v.trim(), style)?,
            (_, Some(v)) => text(v),
        };
        if value.as_str().is_some_and(|t| t.contains('\0')) {
            return Err(self.xml.wrong("NUL in a cell"));
        }
        Ok(value)
    }

    fn number_of(&self, text: &str, style: Option<usize>) -> Result<Value, Error> {
        if text.is_empty() {
            return Ok(Value::Null);
        }
        let wrong = || {
            self.xml.wrong(format!(
                "'{}' for a number",
                crate::ingest::shorten(text, 40)
            ))
        };
        let number = json::parse_float(text).ok_or_else(wrong)?;
        if style.is_some_and(|at| self.book.dates.get(at) == Some(&true)) {
            return date(number, self.book.since_1904)
                .map(Value::String)
                .ok_or_else(wrong);
        }
        if let Ok(whole) = text.parse::<i64>() {
            return Ok(whole.into());
        }
        Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(wrong)
    }
}

/// The column of a reference such as `BC12`, from 0.
fn column(reference: &str) -> Option<usize> {
    let letters = reference.trim_end_matches(|c: char| c.is_ascii_digit());
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut at = 0_usize;
    for c in letters.bytes() {
        if !c.is_ascii_uppercase() {
            return None;
        }
        at = at * 26 + usize::from(c - b'A') + 1;
    }
    Some(at - 1)
}

/// A day number of a workbook as text; the part of the day with it, where
/// there is one.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn date(serial: f64, since_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let millis = (serial * 86_400_000.0).round() as i64;
    let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(
        u32::try_from(rest / 1000).ok()?,
        u32::try_from(rest % 1000).ok()? * 1_000_000,
    )?;
    if serial < 1.0 && !since_1904 {
        return Some(time.format("%H:%M:%S%.f").to_string());
    }
    // Day 60 of the 1900 count is a 29 February that never was.
    let epoch = match (since_1904, days < 60) {
        (true, _) => chrono::NaiveDate::from_ymd_opt(1904, 1, 1)?,
        (false, true) => chrono::NaiveDate::from_ymd_opt(1899, 12, 31)?,
        (false, false) => chrono::NaiveDate::from_ymd_opt(1899, 12, 30)?,
    };
    let day = epoch.checked_add_signed(chrono::TimeDelta::try_days(days)?)?;
    Some(if rest == 0 {
        day.format("%Y-%m-%d").to_string()
    } else {
        format!("{}T{}", day.format("%Y-%m-%d"), time.format("%H:%M:%S%.f"))
    })
}

#[cfg(test)]
#[path = "xlsx_tests.rs"]
mod tests;
