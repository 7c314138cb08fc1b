//! The typed writer sources hand rows to.
//!
//! Rows are checked cell by cell against the contract, staged until their
//! record is read whole (so that a faulty record leaves nothing behind), then
//! buffered in Arrow builders and handed to a [`Sink`] in batches.

mod buffer;
mod cells;
mod columns;
mod once;
mod pseudonym;
mod row;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use sha2::{Digest, Sha256};

use super::error::{RAW_LIMIT, cut};
use super::native::Native;
use super::{Card, Error, Input, OnError, Options, Record, input::hex};
use crate::schema::{self, Table};
use buffer::Buffer;
use cells::Cells;
pub(super) use columns::Columns;
use once::{Occurrences, Once};
pub use pseudonym::PseudonymKey;
use pseudonym::Pseudonyms;
use row::Staged;
pub use row::{IntoText, Row};

/// Takes batches of rows of canonical tables.
pub trait Sink {
    /// Takes one batch, whose schema is [`Table::arrow`].
    ///
    /// # Errors
    /// When the batch cannot be taken; the ingestion stops.
    fn write(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), Error>;
}

/// A sink that keeps batches in memory, for tests and small data.
impl Sink for Vec<(&'static Table, RecordBatch)> {
    fn write(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), Error> {
        self.push((table, batch));
        Ok(())
    }
}

/// What an ingestion did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows written per table, tables without rows left out.
    pub rows: BTreeMap<&'static str, u64>,
    /// Records set aside.
    pub quarantined: u64,
    /// What was recognised or decided, in words, sorted.
    pub notes: Vec<String>,
}

/// The record being read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    file: Arc<str>,
    record: u64,
}

type Short = [u8; 16];

/// The typed writer.
pub struct Rows<'a> {
    on_error: OnError,
    sink: &'a mut dyn Sink,
    buffers: Vec<Buffer>,
    /// The rows of the record being read, and their cells.
    staged: Vec<Staged>,
    cells: Cells,
    place: Option<Place>,
    rejected: Option<(Place, i64)>,
    open: bool,
    once: Once,
    occurrences: Occurrences,
    /// The record as text, for its id.
    content: String,
    notes: BTreeMap<String, ()>,
    about_source: serde_json::Map<String, serde_json::Value>,
    quarantined: u64,
    pseudonyms: Option<Pseudonyms>,
    /// What files were called when they were handed over, where it is not what they
    /// are called here.
    given: BTreeMap<Arc<str>, String>,
}

impl<'a> Rows<'a> {
    /// A writer of rows of one dataset.
    ///
    /// # Errors
    /// When the name of the dataset is empty, longer than 100 bytes, or has
    /// characters other than letters, digits, `_`, `-`, `.`, `/`.
    pub fn new(card: &Card, options: &Options, sink: &'a mut dyn Sink) -> Result<Self, Error> {
        let dataset = if options.dataset.is_empty() {
            card.name
        } else {
            &options.dataset
        };
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        if dataset.is_empty() || dataset.len() > 100 || !dataset.chars().all(allowed) {
            return Err(Error::fatal(
                "a name of letters, digits, '_', '-', '.', '/', at most 100 bytes",
            )
            .field("dataset")
            .found(dataset));
        }
        Ok(Self {
            on_error: options.on_error,
            sink,
            buffers: schema::tables().iter().map(Buffer::new).collect(),
            staged: Vec::new(),
            cells: Cells::new(dataset),
            place: None,
            rejected: None,
            open: false,
            once: Once::default(),
            occurrences: Occurrences::default(),
            content: String::new(),
            notes: BTreeMap::new(),
            about_source: serde_json::Map::new(),
            quarantined: 0,
            pseudonyms: options
                .pseudonyms
                .clone()
                .map(|key| Pseudonyms::new(key, dataset)),
            given: BTreeMap::new(),
        })
    }

    /// Calls files by the names under which they were handed over.
    pub(super) fn of_files(mut self, input: &Input) -> Self {
        let names = input.given_names();
        let other = names.filter(|(name, given)| name.as_ref() != *given);
        self.given = other
            .map(|(name, given)| (Arc::clone(name), given.to_owned()))
            .collect();
        self
    }

    /// Name of the dataset.
    #[must_use]
    pub fn dataset(&self) -> &str {
        self.cells.dataset()
    }

    /// Starts a row of `table`; end it with [`Row::finish`] or
    /// [`Row::finish_once`].
    ///
    /// # Errors
    /// When there is no such table, or the previous row was not ended.
    pub fn row(&mut self, table: &str) -> Result<Row<'_, 'a>, Error> {
        let Some(found) = schema::table(table) else {
            let error = Error::fatal("a canonical table").found(table);
            return Err(
                match super::nearest(table, schema::tables().iter().map(|t| t.name.as_str())) {
                    Some(near) => error.hint(format!("did you mean '{near}'?")),
                    None => error,
                },
            );
        };
        self.row_of(found)
    }

    /// As [`Rows::row`], of a table that is known.
    pub(super) fn row_of(&mut self, table: &'static Table) -> Result<Row<'_, 'a>, Error> {
        if std::mem::replace(&mut self.open, true) {
            return Err(Error::fatal(format!(
                "the previous row to be finished before this row of {}",
                table.name
            )));
        }
        Ok(Row::new(self, table))
    }

    /// Writes a row that says nothing but its name, which is the column after the
    /// dataset, once.
    ///
    /// # Errors
    /// As [`Row::finish_once`].
    pub(super) fn named(&mut self, table: &'static Table, name: &str) -> Result<(), Error> {
        if self.once.is_named(table.index(), name) {
            return Ok(());
        }
        let mut row = self.row_of(table)?;
        row.native(1, Native::Text(name));
        row.finish_named()
    }

    /// Reads every record with `read`. A record that fails leaves no rows; its
    /// error is given to [`Rows::reject`].
    ///
    /// # Errors
    /// As [`Rows::reject`].
    pub fn each(
        &mut self,
        records: impl IntoIterator<Item = Result<Record, Error>>,
        mut read: impl FnMut(&Record, &mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for record in records {
            match record {
                Ok(record) => self.record(&record, |out| read(&record, out))?,
                Err(error) => self.reject(error, "")?,
            }
        }
        Ok(())
    }

    /// Writes the rows that were set column by column, but for those left out.
    ///
    /// # Errors
    /// When the sink fails.
    pub(super) fn columns(&mut self, columns: &mut Columns) -> Result<(), Error> {
        let table = columns.table();
        let batch = columns.finish()?;
        match (batch, self.buffers.get_mut(table.index())) {
            (Some(batch), Some(buffer)) => {
                // Who looks at the first rows sees those of the first records.
                buffer.flush(self.sink)?;
                buffer.write(batch, self.sink)
            }
            _ => Ok(()),
        }
    }

    /// Whether people get pseudonyms.
    pub(super) const fn has_pseudonyms(&self) -> bool {
        self.pseudonyms.is_some()
    }

    /// How many records were set aside so far.
    pub(super) const fn quarantined(&self) -> u64 {
        self.quarantined
    }

    /// Whether a row was written that says nothing but this name.
    pub(super) fn is_named(&self, table: &Table, name: &str) -> bool {
        self.once.is_named(table.index(), name)
    }

    /// Reads one record with `read`, all or nothing.
    ///
    /// # Errors
    /// As [`Rows::reject`].
    pub fn record(
        &mut self,
        record: &Record,
        read: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.place = Some(Place {
            file: Arc::clone(record.file()),
            record: record.number(),
        });
        let result = read(self).and_then(|()| self.check_once());
        self.open = false;
        let result = match result {
            Ok(()) => self.commit(),
            Err(error) => {
                self.staged.clear();
                self.cells.clear();
                let raw = if self.on_error == OnError::Quarantine {
                    record.canonical()
                } else {
                    String::new()
                };
                self.reject(error, &raw)
            }
        };
        self.place = None;
        result
    }

    /// Deals with a record that cannot be read: returns the error under
    /// `Stop`; under `Quarantine` sets the record aside and counts it.
    ///
    /// # Errors
    /// The error itself, when told to stop or when it is fatal.
    pub fn reject(&mut self, error: Error, raw: &str) -> Result<(), Error> {
        let error = match &self.place {
            Some(place) => error.in_file(&place.file).at_record(place.record),
            None => error,
        };
        if self.on_error == OnError::Stop || error.fatal {
            return Err(error);
        }
        let reading = self.place.take();
        let expected = match &error.hint {
            Some(hint) => format!("{} ({hint})", error.expected),
            None => error.expected.to_string(),
        };
        let place = Place {
            file: error.file.clone().unwrap_or_else(|| Arc::from("")),
            record: error.record.unwrap_or(0),
        };
        let part = match &self.rejected {
            Some((before, part)) if *before == place => part + 1,
            _ => 0,
        };
        self.open = false;
        let given = self.given.get(&place.file).cloned();
        let given = given.unwrap_or_else(|| place.file.to_string());
        self.row("quarantine")?
            .text("file", given)
            .int("record", i64::try_from(place.record).unwrap_or(i64::MAX))
            .int("part", part)
            .text("field", error.field.as_deref())
            .text("value", error.value.as_deref())
            .text("expected", expected)
            .text(
                "raw",
                cut(error.raw.as_ref().map_or(raw, |r| r.as_str()), RAW_LIMIT),
            )
            .finish()?;
        self.rejected = Some((place, part));
        self.place = reading;
        self.quarantined += 1;
        Ok(())
    }

    /// Reports something recognised or decided, such as which native column
    /// was taken for which canonical one. Said once.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.insert(text.into(), ());
    }

    /// Keeps what a file says of itself as a whole, in the `meta` of the row
    /// of `sources`; the last word on one key holds.
    pub fn source_meta(&mut self, key: &str, value: serde_json::Value) {
        self.about_source.insert(key.to_owned(), value);
    }

    /// What was said of the source as a whole.
    pub(super) fn about_source(&mut self) -> serde_json::Value {
        if self.pseudonyms.is_some() {
            self.source_meta("pseudonymised", true.into());
        }
        match std::mem::take(&mut self.about_source) {
            none if none.is_empty() => serde_json::Value::Null,
            some => serde_json::Value::Object(some),
        }
    }

    /// A stable id for a record without a native key: a digest of its content,
    /// and a count where the same content comes again. It does not depend on
    /// the order of records or files. Prefer a native key.
    pub fn id(&mut self, record: &Record) -> String {
        self.content.clear();
        record.write(&mut self.content);
        self.id_from(self.short(self.content.as_bytes()))
    }

    /// As [`Rows::id`], from the parts that make a record what it is.
    pub fn id_of(&mut self, parts: &[&str]) -> String {
        self.id_from(self.short(&joined(parts)))
    }

    /// As [`content_id`], for parts that may name people: where these get
    /// pseudonyms, it depends on the key, so that nobody can try names out.
    #[must_use]
    pub fn private_id(&self, parts: &[&str]) -> String {
        hex(&self.short(&joined(parts)))
    }

    /// What to call a person in an identifier made of several parts: the
    /// pseudonym, where people get one.
    pub fn person(&mut self, id: &str) -> String {
        let pseudonym = self.pseudonyms.as_mut().and_then(|p| p.of("annotator", id));
        pseudonym.unwrap_or_else(|| id.to_owned())
    }

    fn short(&self, content: &[u8]) -> Short {
        match &self.pseudonyms {
            Some(pseudonyms) => pseudonyms.digest(content),
            None => digest(content),
        }
    }

    fn id_from(&mut self, digest: Short) -> String {
        let id = hex(&digest);
        match self.occurrences.count(digest) {
            1 => id,
            seen => format!("{id}.{seen}"),
        }
    }

    /// Hands over what is buffered.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn finish(mut self) -> Result<Summary, Error> {
        if let Some(pseudonyms) = &self.pseudonyms {
            let count = pseudonyms.count();
            self.note(format!("{count} identifiers of people are pseudonyms"));
        }
        let mut summary = Summary {
            quarantined: self.quarantined,
            notes: std::mem::take(&mut self.notes).into_keys().collect(),
            ..Summary::default()
        };
        for buffer in &mut self.buffers {
            buffer.flush(self.sink)?;
            if buffer.written() > 0 {
                summary.rows.insert(&buffer.table().name, buffer.written());
            }
        }
        Ok(summary)
    }

    /// Takes a finished row: at once, or when its record is read whole.
    fn stage(&mut self, row: Staged) -> Result<(), Error> {
        self.open = false;
        self.staged.push(row);
        if self.place.is_some() {
            return Ok(());
        }
        self.check_once()?;
        self.commit()
    }

    /// Drops rows said before in the same words; refuses those said before in
    /// other words.
    fn check_once(&mut self) -> Result<(), Error> {
        if !self.staged.iter().any(|row| row.once) {
            return Ok(());
        }
        let mut fresh: Vec<(Short, Short, Box<[u8]>)> = Vec::new();
        let (mut whole, mut key) = (Vec::new(), Vec::new());
        let mut staged = std::mem::take(&mut self.staged);
        let mut wrong = None;
        staged.retain(|row| {
            if !row.once || wrong.is_some() {
                return true;
            }
            let cells = self.cells.cells(row.place).iter().copied();
            whole.clear();
            whole.extend_from_slice(&(row.table.index() as u64).to_be_bytes());
            key.clone_from(&whole);
            self.cells.encode(cells, &mut whole);
            if self.once.is_repeated(&whole) {
                return false;
            }
            let parts = row.table.key.iter().filter_map(|k| row.table.position(k));
            let parts = parts.map(|at| self.cells.cell(row.place, at));
            self.cells.encode(parts, &mut key);
            let (key, content) = (digest(&key), digest(&whole));
            let now = fresh.iter().find(|(known, _, _)| *known == key);
            match self
                .once
                .content(&key)
                .or(now.map(|(_, content, _)| content))
            {
                Some(before) if *before == content => false,
                Some(_) => {
                    wrong = Some(self.conflict(row));
                    true
                }
                None => {
                    fresh.push((key, content, whole.as_slice().into()));
                    true
                }
            }
        });
        if let Some(error) = wrong {
            self.cells.clear();
            return Err(error);
        }
        self.staged = staged;
        for (key, content, row) in fresh {
            self.once.insert(key, content, row);
        }
        for row in self.staged.iter().filter(|row| row.named) {
            let name = self.cells.text_at(row.place, 1).unwrap_or_default();
            self.once.name(row.table.index(), name);
        }
        Ok(())
    }

    /// Two rows of one key that say different things.
    fn conflict(&self, row: &Staged) -> Error {
        let last = row.table.key.last().map_or("", String::as_str);
        let shown = row.table.position(last).map_or_else(String::new, |at| {
            self.cells.show(self.cells.cell(row.place, at))
        });
        Error::new(format!(
            "every record to describe the same {last} of table '{}' in the same way",
            row.table.name
        ))
        .field(last)
        .found(&shown)
    }

    fn commit(&mut self) -> Result<(), Error> {
        if let Some(pseudonyms) = &mut self.pseudonyms {
            pseudonyms.replace(&self.staged, &mut self.cells);
        }
        for row in self.staged.drain(..) {
            if let Some(buffer) = self.buffers.get_mut(row.table.index()) {
                buffer.push(&self.cells, row.place);
                if buffer.is_full() {
                    buffer.flush(self.sink)?;
                }
            }
        }
        self.cells.clear();
        Ok(())
    }
}

/// A stable id from the parts that make a thing what it is; the same parts
/// always give the same id. For items and responses known by their text only.
#[must_use]
pub fn content_id(parts: &[&str]) -> String {
    hex(&digest(&joined(parts)))
}

/// Parts joined so that no two lists of parts give the same bytes.
fn joined(parts: &[&str]) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|p| (p.len() as u64).to_be_bytes().into_iter().chain(p.bytes()))
        .collect()
}

/// The first 16 bytes of the sha256.
fn digest(content: &[u8]) -> Short {
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(Sha256::digest(content)) {
        *to = from;
    }
    short
}
