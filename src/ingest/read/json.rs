//! JSON documents of many records, one element at a time.
//!
//! A scanner finds where an element ends (brackets, strings, escapes); only
//! that element is held in memory and parsed.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::Value;

use super::object::{Objects, value};
use super::{MAX_FIELDS, MAX_RECORD, Record, Records, skip_bom};
use crate::ingest::{Error, File};

/// How deep JSON may be nested.
const MAX_DEPTH: usize = 128;

/// Where the records are in a JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonShape {
    /// One array of objects.
    List,
    /// One object, whose entry of this name is an array of objects; other
    /// entries are passed over.
    Named(String),
    /// One object; each entry is a record. The entry's key becomes the field
    /// `key`; an entry that is no object becomes the field `value`.
    Map,
    /// As [`JsonShape::Map`], without the entry of this name, which is passed
    /// over however long it is.
    Except(String),
    /// Objects one after another, with or without line breaks inside.
    Objects,
}

/// Reads the records of a JSON document; they are numbered from 1.
///
/// # Errors
/// When the file cannot be opened or is not of that shape at its start.
pub fn json(file: &File, shape: JsonShape) -> Result<Records, Error> {
    let mut reader = file.open()?;
    skip_bom(&mut reader, file)?;
    let mut scanner = Scanner {
        file: file.clone(),
        reader,
        number: 0,
    };
    let shape = match shape {
        JsonShape::List => {
            scanner.expect(b'[', "a JSON array")?;
            State::List {
                first: true,
                end: End::File,
            }
        }
        JsonShape::Objects => State::Objects,
        JsonShape::Map => {
            scanner.expect(b'{', "a JSON object of records")?;
            State::Map {
                first: true,
                except: None,
            }
        }
        JsonShape::Except(name) => {
            scanner.expect(b'{', "a JSON object")?;
            State::Map {
                first: true,
                except: Some(name),
            }
        }
        JsonShape::Named(name) => {
            scanner.expect(b'{', "a JSON object that holds the records")?;
            scanner.seek(&name)?;
            State::List {
                first: true,
                end: End::Object,
            }
        }
    };
    Ok(Records::new(Elements {
        scanner,
        state: shape,
        objects: Objects::default(),
    }))
}

/// What comes after the array of records.
enum End {
    File,
    Object,
}

enum State {
    List { first: bool, end: End },
    Map { first: bool, except: Option<String> },
    Objects,
    Done,
}

struct Elements {
    scanner: Scanner,
    state: State,
    objects: Objects,
}

impl Iterator for Elements {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = match self.advance() {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                self.state = State::Done;
                return None;
            }
            Err(error) => {
                self.state = State::Done;
                return Some(Err(error));
            }
        };
        let (key, bytes) = bytes;
        let (file, number) = (self.scanner.file.name(), self.scanner.number);
        Some(match key {
            None => self.objects.single(bytes, file, number),
            Some(key) => {
                value(&bytes, file, number).and_then(|value| entry(key, value, file, number))
            }
        })
    }
}

/// A record from an entry of a map.
fn entry(key: String, value: Value, file: &Arc<str>, number: u64) -> Result<Record, Error> {
    let mut fields = vec![(Arc::from("key"), Value::String(key))];
    match value {
        Value::Object(map) if map.len() > MAX_FIELDS => {
            let error = Error::new(format!("at most {MAX_FIELDS} fields in an entry"));
            let error = error.found(&format!("{} fields", map.len()));
            return Err(error.in_file(file).at_record(number));
        }
        Value::Object(map) => {
            if map.contains_key("key") {
                let error = Error::new(
                    "no field 'key' in an entry, for the entry's own key takes that name",
                );
                return Err(error.in_file(file).at_record(number));
            }
            fields.extend(
                map.into_iter()
                    .map(|(name, value)| (Arc::from(name), value)),
            );
        }
        other => fields.push((Arc::from("value"), other)),
    }
    Ok(Record::new(Arc::clone(file), number, fields))
}

type Element = (Option<String>, Vec<u8>);

impl Elements {
    /// The bytes of the next element, with its key in a map.
    fn advance(&mut self) -> Result<Option<Element>, Error> {
        let scanner = &mut self.scanner;
        match &mut self.state {
            State::Done => Ok(None),
            State::Objects => match scanner.peek()? {
                None => Ok(None),
                Some(_) => {
                    scanner.number += 1;
                    scanner.element().map(|bytes| Some((None, bytes)))
                }
            },
            State::List { first, end } => {
                if !scanner.more(first, b']')? {
                    if matches!(end, End::Object) {
                        scanner.rest_of_object()?;
                    }
                    scanner.end()?;
                    return Ok(None);
                }
                scanner.number += 1;
                scanner.element().map(|bytes| Some((None, bytes)))
            }
            State::Map { first, except } => loop {
                if !scanner.more(first, b'}')? {
                    scanner.end()?;
                    return Ok(None);
                }
                scanner.number += 1;
                let key = scanner.key()?;
                if except.as_ref() == Some(&key) {
                    scanner.skip()?;
                    continue;
                }
                return scanner.element().map(|bytes| Some((Some(key), bytes)));
            },
        }
    }
}

struct Scanner {
    file: File,
    reader: Box<dyn BufRead + Send>,
    number: u64,
}

impl Scanner {
    fn wrong(&self, expected: &str) -> Error {
        self.file.error(expected).at_record(self.number)
    }

    /// The next byte that is no white space, not consumed.
    fn peek(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let buffer = self
                .reader
                .fill_buf()
                .map_err(|e| self.file.io(&e).at_record(self.number))?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let space = buffer
                .iter()
                .take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
                .count();
            let next = buffer.get(space).copied();
            self.reader.consume(space);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    fn expect(&mut self, byte: u8, expected: &str) -> Result<(), Error> {
        if self.peek()? == Some(byte) {
            self.reader.consume(1);
            return Ok(());
        }
        Err(self.wrong(expected))
    }

    /// Whether another element follows; consumes the comma or the end.
    fn more(&mut self, first: &mut bool, close: u8) -> Result<bool, Error> {
        let next = self.peek()?;
        if next == Some(close) {
            self.reader.consume(1);
            return Ok(false);
        }
        if std::mem::replace(first, false) {
            return if next.is_some() {
                Ok(true)
            } else {
                Err(self.wrong("the end of the JSON, which breaks off"))
            };
        }
        match next {
            Some(b',') => {
                self.reader.consume(1);
                Ok(true)
            }
            None => Err(self.wrong("the end of the JSON, which breaks off")),
            Some(_) => Err(self.wrong("a comma after this record")),
        }
    }

    /// Only white space may follow.
    fn end(&mut self) -> Result<(), Error> {
        match self.peek()? {
            None => Ok(()),
            Some(_) => Err(self.wrong("the end of the file after the JSON")),
        }
    }

    /// A key and its colon.
    fn key(&mut self) -> Result<String, Error> {
        if self.peek()? != Some(b'"') {
            return Err(self.wrong("a key in quotes"));
        }
        let bytes = self.element()?;
        let key = value(&bytes, self.file.name(), self.number)?;
        self.expect(b':', "a colon after the key")?;
        match key {
            Value::String(key) => Ok(key),
            _ => Err(self.wrong("a key in quotes")),
        }
    }

    /// Goes to the first element of the array called `name`.
    fn seek(&mut self, name: &str) -> Result<(), Error> {
        let mut first = true;
        let mut seen = Vec::new();
        while self.more(&mut first, b'}')? {
            let key = self.key()?;
            if key == name {
                return self.expect(b'[', "an array of records");
            }
            self.skip()?;
            if seen.len() < 40 {
                seen.push(key);
            }
        }
        let error = self.wrong("an entry that holds the records").field(name);
        Err(error.hint(format!("the document has: {}", seen.join(", "))))
    }

    /// Passes over the entries after the array of records.
    fn rest_of_object(&mut self) -> Result<(), Error> {
        let mut first = false;
        while self.more(&mut first, b'}')? {
            self.key()?;
            self.skip()?;
        }
        Ok(())
    }

    /// The bytes of one JSON value.
    fn element(&mut self) -> Result<Vec<u8>, Error> {
        self.scan(true)
    }

    /// Passes over one JSON value, however long.
    fn skip(&mut self) -> Result<(), Error> {
        self.scan(false).map(|_| ())
    }

    /// Goes to the end of one JSON value; its bytes if they are to be kept.
    fn scan(&mut self, keep: bool) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let mut length = 0_usize;
        let mut lexer = Lexer::default();
        if self.peek()?.is_none() {
            return Err(self.wrong("a JSON value; the file breaks off"));
        }
        loop {
            let buffer = self
                .reader
                .fill_buf()
                .map_err(|e| self.file.io(&e).at_record(self.number))?;
            if buffer.is_empty() {
                if lexer.scalar {
                    return Ok(bytes);
                }
                return Err(self.wrong("the end of this record; the file breaks off"));
            }
            let (used, end) = lexer.scan(buffer);
            length += used;
            if keep {
                bytes.extend_from_slice(buffer.get(..used).unwrap_or_default());
            }
            self.reader.consume(used);
            if bytes.len() > MAX_RECORD {
                return Err(self.wrong("records of at most 64 MiB"));
            }
            if lexer.depth > MAX_DEPTH {
                return Err(self.wrong("JSON nested at most 128 deep"));
            }
            if end {
                // An empty value would never be passed over.
                return if length == 0 {
                    Err(self.wrong("a JSON value"))
                } else {
                    Ok(bytes)
                };
            }
        }
    }
}

/// Finds the end of a JSON value.
#[derive(Default)]
struct Lexer {
    depth: usize,
    in_string: bool,
    escaped: bool,
    scalar: bool,
}

impl Lexer {
    /// How many bytes belong to the value, and whether it ends there.
    fn scan(&mut self, buffer: &[u8]) -> (usize, bool) {
        for (at, byte) in buffer.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return (at + 1, true);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' if !self.scalar => self.in_string = true,
                b'{' | b'[' if !self.scalar => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return (at, false);
                    }
                }
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                _ if self.depth > 0 => {}
                // A bare word or number ends before what cannot be part of it.
                b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' | b':' | b'"' | b'{' | b'[' => {
                    return (at, true);
                }
                _ => self.scalar = true,
            }
        }
        (buffer.len(), false)
    }
}
