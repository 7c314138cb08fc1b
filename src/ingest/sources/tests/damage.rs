//! Damaged files are an error or are set aside; nothing panics.

use std::path::Path;

use arrow::array::RecordBatch;

use crate::ingest::sources::SOURCES;
use crate::ingest::{Input, OnError, Options, ingest};
use crate::schema::Table;

/// Every run of digits as another text.
fn digits(text: &str, instead: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match (c.is_ascii_digit(), inside) {
            (true, false) => out.push_str(instead),
            (true, true) => {}
            (false, _) => out.push(c),
        }
        inside = c.is_ascii_digit();
    }
    out
}

/// A file damaged in several ways.
fn damaged(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let middle = (0..=text.len() / 2)
        .rev()
        .find(|n| text.is_char_boundary(*n))
        .unwrap_or(0);
    let (head, tail) = text.split_at(middle);
    let nested = "[".repeat(10_000);
    [
        head.to_owned(),
        format!("{head}\0{tail}"),
        digits(&text, "-9223372036854775808"),
        digits(&text, "1e308"),
        text.replace('"', ""),
        text.replace(['[', ']'], ""),
        text.replace("true", "[]").replace("null", "{}"),
        format!("\u{feff}{}", text.replace('\n', "\r\n")),
        format!("{text}{text}"),
        format!("{head}{nested}"),
        String::new(),
    ]
    .into_iter()
    .map(String::into_bytes)
    .chain([[bytes, &[0xff, 0xfe, 0x80]].concat()])
    .collect()
}

#[test]
fn damaged_files_of_named_sources_are_errors_and_never_panics() {
    let mut tried = 0;
    for source in SOURCES {
        let name = source.card().name;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let folder = root.join(name).join("release");
        let paths: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.file_name().is_some_and(|n| n != "expected"))
            .collect();
        let input = Input::from_paths(&paths).unwrap();
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for file in input.files() {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file.open().unwrap(), &mut bytes).unwrap();
            files.push((file.name().to_string(), bytes));
        }
        for at in 0..files.len() {
            for bytes in damaged(&files[at].1) {
                let mut files = files.clone();
                files[at].1 = bytes;
                let options = Options {
                    on_error: OnError::Quarantine,
                    ..Options::default()
                };
                let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
                tried += 1;
                // Damaged workbooks are refused before a source sees them.
                let Ok(input) = Input::from_memory(files) else {
                    continue;
                };
                if ingest(*source, &input, &options, &mut sink).is_ok() {
                    for (table, batch) in &sink {
                        crate::schema::validate(table, batch).unwrap();
                    }
                }
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}
