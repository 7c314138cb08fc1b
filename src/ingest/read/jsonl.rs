//! One JSON object a line.

use std::io::{BufRead, Read};
use std::sync::Arc;

use serde_json::Value;

use super::{MAX_FIELDS, MAX_RECORD, Record, Records, skip_bom, strict};
use crate::ingest::error::RAW_LIMIT;
use crate::ingest::{Error, File, json};

/// Reads one JSON object a line; empty lines are passed over.
///
/// # Errors
/// When the file cannot be opened or is not UTF-8 by its first bytes.
pub fn jsonl(file: &File) -> Result<Records, Error> {
    let mut reader = file.open()?;
    skip_bom(&mut reader, file)?;
    Ok(Box::new(Lines {
        file: file.clone(),
        reader,
        line: 0,
        buffer: Vec::new(),
        done: false,
        names: Names::default(),
    }))
}

struct Lines {
    file: File,
    reader: Box<dyn BufRead + Send>,
    line: u64,
    buffer: Vec<u8>,
    done: bool,
    names: Names,
}

impl Iterator for Lines {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            self.buffer.clear();
            let limit = MAX_RECORD as u64 + 1;
            let n = match self
                .reader
                .by_ref()
                .take(limit)
                .read_until(b'\n', &mut self.buffer)
            {
                Ok(n) => n,
                Err(e) => {
                    self.done = true;
                    return Some(Err(self.file.io(&e).at_record(self.line + 1)));
                }
            };
            if n == 0 {
                self.done = true;
                break;
            }
            self.line += 1;
            if self.buffer.len() > MAX_RECORD {
                self.done = true;
                return Some(Err(self
                    .file
                    .error("lines of at most 64 MiB")
                    .at_record(self.line)));
            }
            if self.buffer.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Some(object(
                &self.buffer,
                self.file.name(),
                self.line,
                &mut self.names,
            ));
        }
        None
    }
}

/// Field names seen lately, so that records share them.
#[derive(Default)]
pub(super) struct Names {
    known: Vec<Arc<str>>,
}

impl Names {
    /// The shared name; `at` is where it stood last time.
    fn get(&mut self, at: usize, name: &str) -> Arc<str> {
        if let Some(known) = self.known.get(at).filter(|k| ***k == *name) {
            return Arc::clone(known);
        }
        let fresh: Arc<str> = name.into();
        if let Some(slot) = self.known.get_mut(at) {
            *slot = Arc::clone(&fresh);
        } else if self.known.len() < 1024 {
            self.known.push(Arc::clone(&fresh));
        }
        fresh
    }
}

/// One record from the bytes of one JSON object.
pub(super) fn object(
    bytes: &[u8],
    file: &Arc<str>,
    number: u64,
    names: &mut Names,
) -> Result<Record, Error> {
    let value = value(bytes, file, number)?;
    let Value::Object(map) = value else {
        let error = Error::new("a JSON object")
            .found(&json::show(&value))
            .raw(&json::canonical(&value));
        return Err(error.in_file(file).at_record(number));
    };
    if map.len() > MAX_FIELDS {
        let error = Error::new(format!("at most {MAX_FIELDS} fields in a record"));
        return Err(error
            .found(&format!("{} fields", map.len()))
            .in_file(file)
            .at_record(number));
    }
    let fields = map
        .into_iter()
        .enumerate()
        .map(|(at, (name, value))| (names.get(at, &name), value))
        .collect();
    Ok(Record::new(Arc::clone(file), number, fields))
}

/// One JSON value from bytes.
pub(super) fn value(bytes: &[u8], file: &Arc<str>, number: u64) -> Result<Value, Error> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        Error::new(format!("UTF-8 text ({e})"))
            .found(&String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)))
            .raw(&String::from_utf8_lossy(
                bytes.get(..RAW_LIMIT).unwrap_or(bytes),
            ))
            .in_file(file)
            .at_record(number)
    })?;
    strict::parse(text).map_err(|e| {
        Error::new(format!("JSON ({e})"))
            .found(text.trim())
            .raw(text.trim())
            .in_file(file)
            .at_record(number)
    })
}

/// Whether the rest of the first line is a JSON object by itself.
pub(super) fn first_line_is_object(reader: &mut dyn BufRead) -> bool {
    let mut line = Vec::new();
    loop {
        line.clear();
        match reader.take(MAX_RECORD as u64).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return false,
            Ok(_) if line.iter().all(u8::is_ascii_whitespace) => {}
            Ok(_) => break,
        }
    }
    std::str::from_utf8(&line).is_ok_and(|text| matches!(strict::parse(text), Ok(Value::Object(_))))
}
