//! What several named sources share: telling files apart, ids made of
//! content, and the rule that no native value is lost.

use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ingest::input::hex;
use crate::ingest::read::{self, CsvOptions, Header};
use crate::ingest::{Error, File, Record, Row, Rows, json};

/// The last part of a file's name.
pub(super) fn base(file: &File) -> &str {
    file.name().rsplit('/').next().unwrap_or_default()
}

/// The parts of a file's name.
pub(super) fn parts(file: &File) -> Vec<&str> {
    file.name().split('/').collect()
}

/// The value of `key=value` among comma-separated parts of `text`.
pub(super) fn key<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.split(',')
        .find_map(|part| part.strip_prefix(key)?.strip_prefix('='))
}

/// Passes over licence texts, read-me files and the like; says so once.
pub(super) fn is_paperwork(file: &File, out: &mut Rows<'_>) -> bool {
    let name = base(file);
    let stem = file.stem().to_ascii_uppercase();
    let known = [
        "LICENSE",
        "LICENCE",
        "README",
        "SOURCE",
        "CITATION",
        "NOTICE",
        "CHANGELOG",
    ];
    let found = known.contains(&stem.as_str())
        && matches!(file.extension().as_str(), "" | "md" | "txt" | "cff" | "bib");
    if found {
        skip(out, name, "it holds no feedback");
    }
    found
}

/// Notes that files called `name` are not read.
pub(super) fn skip(out: &mut Rows<'_>, name: &str, why: &str) {
    out.note(format!("{name}: skipped, {why}"));
}

/// The error for a file that is not part of the release.
pub(super) fn unknown(file: &File, expected: &str) -> Error {
    file.error(format!("one of the files {expected}"))
        .hint("hand over only the files of this release")
}

/// The error for a second file where one is expected.
pub(super) fn second(file: &File) -> Error {
    file.error(format!("one file called {}", base(file)))
}

/// An id made of content: 16 hexadecimal digits, the same wherever and how
/// often the content comes. For things upstream gives no key.
pub(super) fn content_id(parts: &[&str]) -> String {
    let list = Value::Array(parts.iter().map(|p| Value::from(*p)).collect());
    let digest = Sha256::digest(list.to_string().as_bytes());
    hex(digest.get(..8).unwrap_or_default())
}

/// Puts every native field that is not in `used` into `meta`.
pub(super) fn rest(row: &mut Row<'_, '_>, record: &Record, used: &[&str]) {
    for (name, value) in record.fields() {
        if !used.contains(&name) {
            row.meta(name, value.clone());
        }
    }
}

/// `a`, `b` or `tie` from 1, 2 or 0, as numbers or text, or the word.
pub(super) fn one_two(value: &Value) -> Option<&'static str> {
    match json::int(value) {
        Some(1) => Some("a"),
        Some(2) => Some("b"),
        Some(0) => Some("tie"),
        Some(_) => None,
        None => match value {
            Value::String(text) if text.trim().eq_ignore_ascii_case("tie") => Some("tie"),
            _ => None,
        },
    }
}

/// Writes the system `name`, once.
pub(super) fn system(out: &mut Rows<'_>, name: &str, kind: &str) -> Result<(), Error> {
    out.row("systems")?
        .text("system", name)
        .text("kind", kind)
        .finish_once()
}

/// Writes the annotator `name`, once.
pub(super) fn annotator(
    out: &mut Rows<'_>,
    name: &str,
    kind: &str,
    model: Option<&str>,
) -> Result<(), Error> {
    out.row("annotators")?
        .text("annotator", name)
        .text("kind", kind)
        .text("model", model)
        .finish_once()
}

/// Number of Unicode scalar values of `text`.
pub(super) fn chars(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// Writes one native value as a feature of `entity`, once: for what would make
/// two records describe the same thing differently.
pub(super) fn feature(
    out: &mut Rows<'_>,
    (kind, entity): (&str, &str),
    name: &str,
    value: &Value,
) -> Result<(), Error> {
    let number = if value.is_number() {
        json::float(value)
    } else {
        None
    };
    let text = match value {
        Value::Null => return Ok(()),
        Value::Number(_) if number.is_some() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(json::canonical(other)),
    };
    let mut row = out.row("features")?;
    row.text("kind", kind)
        .text("entity", entity)
        .text("feature", name)
        .float("value", number)
        .text("text", text);
    row.finish_once()
}

/// The records of a file of JSON: a list, or an object a line.
pub(super) fn records(file: &File) -> Result<read::Records, Error> {
    match read::sniff(file)? {
        read::Format::JsonList => read::json(file, read::JsonShape::List),
        read::Format::Jsonl | read::Format::JsonObjects => read::any(file, &CsvOptions::default()),
        read::Format::Csv | read::Format::Parquet | read::Format::Xlsx => Err(file.error("JSON")),
    }
}

/// The entries of a file that is one JSON object; the key is the field `key`.
pub(super) fn map(file: &File) -> Result<read::Records, Error> {
    read::json(file, read::JsonShape::Map)
}

/// The lines of a file of separated values.
pub(super) fn csv(file: &File, separator: u8) -> Result<read::Records, Error> {
    read::csv(file, &CsvOptions::default().delimiter(separator))
}

/// The lines of a file of comma-separated values.
pub(super) fn comma(file: &File) -> Result<read::Records, Error> {
    csv(file, b',')
}

/// The lines of a file of tab-separated values.
pub(super) fn tab(file: &File) -> Result<read::Records, Error> {
    csv(file, b'\t')
}

/// The lines of a tab-separated file in which a quotation mark is only a
/// character.
pub(super) fn plain(file: &File) -> Result<read::Records, Error> {
    read::csv(file, &CsvOptions::tsv().literal_quotes())
}

/// The lines of a file without quoting, as records: `split` cuts a line, the
/// first of which names the fields. A field upstream leaves empty is NULL.
///
/// For formats in which a quotation mark is only a character, and which no
/// single separator describes.
pub(super) fn lines(
    file: &File,
    split: impl Fn(&str) -> Vec<&str>,
) -> Result<impl Iterator<Item = Result<Record, Error>>, Error> {
    // One column: no such separator comes in text.
    let options = CsvOptions::default().delimiter(0x1f).literal_quotes();
    let mut lines = read::csv(
        file,
        &options.header(Header::Names(vec!["line".to_owned()])),
    )?;
    let head = lines
        .next()
        .ok_or_else(|| file.error("a line of field names"))??;
    let names: Vec<Arc<str>> = split(&head.text("line")?)
        .into_iter()
        .map(Arc::from)
        .collect();
    Ok(lines.map(move |line| {
        let line = line?;
        let text = line.text("line")?;
        let cells = split(&text);
        if cells.len() != names.len() {
            let found = format!("{} fields", cells.len());
            return Err(line
                .wrong(format!("{} fields", names.len()))
                .found(&found)
                .raw(&text));
        }
        let value = |cell: &str| {
            if cell.is_empty() {
                Value::Null
            } else {
                Value::from(cell)
            }
        };
        let fields = names
            .iter()
            .cloned()
            .zip(cells.into_iter().map(value))
            .collect();
        Ok(Record::new(Arc::clone(line.file()), line.number(), fields))
    }))
}
