//! One JSON object a line.

use std::io::{BufRead, Read};

use serde_json::Value;

use super::block::{self, Block, Blocks, FULL};
use super::object::{Objects, not_utf8};
use super::{MAX_RECORD, Records, skip_bom, strict};
use crate::ingest::{Error, File};

/// Reads one JSON object a line; empty lines are passed over.
///
/// # Errors
/// When the file cannot be opened or is not UTF-8 by its first bytes.
pub fn jsonl(file: &File) -> Result<Records, Error> {
    let mut reader = file.open()?;
    skip_bom(&mut reader, file)?;
    let lines = Lines {
        file: file.clone(),
        reader,
        line: 0,
        rest: Vec::new(),
        objects: Objects::default(),
    };
    Ok(block::records(file, lines))
}

struct Lines {
    file: File,
    reader: Box<dyn BufRead + Send>,
    line: u64,
    /// What was read of the line the next block begins with.
    rest: Vec<u8>,
    objects: Objects,
}

impl Blocks for Lines {
    fn next(&mut self, mut block: Block) -> Block {
        let mut bytes = block.take_text();
        bytes.append(&mut self.rest);
        let mut whole = 0;
        let mut broken = None;
        while whole < FULL && bytes.len() - whole <= MAX_RECORD {
            let before = bytes.len();
            match self.reader.fill_buf() {
                Ok(part) => bytes.extend_from_slice(part),
                Err(e) => {
                    broken = Some(self.file.io(&e));
                    break;
                }
            }
            let read = bytes.len() - before;
            self.reader.consume(read);
            if read == 0 {
                block.end();
                whole = bytes.len();
                break;
            }
            let new = bytes.get(before..).unwrap_or_default();
            if let Some(last) = new.iter().rposition(|b| *b == b'\n') {
                whole = before + last + 1;
            }
        }
        self.rest
            .extend_from_slice(bytes.get(whole..).unwrap_or_default());
        bytes.truncate(whole);
        self.parse(&mut block, bytes);
        if block.is_end() {
            return block;
        }
        if self.rest.len() > MAX_RECORD {
            broken.get_or_insert_with(too_long(&self.file));
        }
        if let Some(error) = broken {
            block.push_error(error.at_record(self.line + 1));
        }
        block
    }
}

fn too_long(file: &File) -> impl Fn() -> Error + '_ {
    || file.error("lines of at most 64 MiB")
}

impl Lines {
    /// Adds the records of whole lines.
    fn parse(&mut self, block: &mut Block, bytes: Vec<u8>) {
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(bytes) => return self.parse_some(block, bytes.as_bytes()),
        };
        let mut from = 0;
        for line in text.split_inclusive('\n') {
            self.push(block, &text, (from, from + line.len()));
            from += line.len();
        }
        block.set_text(text);
    }

    /// Adds the records of lines of which not all are text.
    fn parse_some(&mut self, block: &mut Block, bytes: &[u8]) {
        let mut text = String::new();
        for line in bytes.split_inclusive(|b| *b == b'\n') {
            match std::str::from_utf8(line) {
                Ok(line) => {
                    // Spans stay what they are as the text grows.
                    let from = text.len();
                    text.push_str(line);
                    self.push(block, &text, (from, text.len()));
                }
                Err(e) => {
                    self.line += 1;
                    let error = not_utf8(line, &e).in_file(self.file.name());
                    block.push_error(error.at_record(self.line));
                }
            }
        }
        block.set_text(text);
    }

    /// Adds the record of one line of `text`.
    fn push(&mut self, block: &mut Block, text: &str, (from, to): (usize, usize)) {
        self.line += 1;
        if to - from > MAX_RECORD {
            return block.push_error(too_long(&self.file)().at_record(self.line));
        }
        let line = text.get(from..to).unwrap_or_default();
        if line.bytes().all(|b| b.is_ascii_whitespace()) {
            return;
        }
        let place = (self.file.name(), self.line);
        self.objects.push(block, text, (from, to), place);
    }
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
