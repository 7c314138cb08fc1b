//! How generic sources read files: the options of the user, then content.

use crate::ingest::read::{self, CsvOptions, Format, Header, JsonShape, Records};
use crate::ingest::{Error, File, Options, Record, Rows, json};

/// Longest canonical text of what a document says beside its records.
const MAX_BESIDE: usize = 1 << 16;

/// Opens a file; says whether every record has the same fields.
pub(super) fn open(file: &File, options: &Options) -> Result<(Records, bool), Error> {
    if let Some(levels) = options.param("nested") {
        return Ok((super::nested::open(file, levels, options)?, false));
    }
    flat(file, options)
}

/// As [`open`], every record as it is in the file.
pub(super) fn flat(file: &File, options: &Options) -> Result<(Records, bool), Error> {
    let format = read::sniff(file)?;
    if format == Format::Xlsx {
        return Ok((
            read::xlsx(
                file,
                &read::XlsxOptions {
                    sheet: options.param("sheet").map(str::to_owned),
                    header: csv_options(options)?.header,
                },
            )?,
            true,
        ));
    }
    if options.param("sheet").is_some() {
        return Err(file.error("a workbook (XLSX), for the option sheet"));
    }
    match options.param("records") {
        Some("*") if matches!(format, Format::JsonObjects | Format::Jsonl) => {
            return Ok((read::json(file, JsonShape::Map)?, false));
        }
        Some(name) if matches!(format, Format::JsonObjects | Format::Jsonl) => {
            return Ok((read::json(file, JsonShape::Named(name.to_owned()))?, false));
        }
        _ => {}
    }
    let fixed = matches!(format, Format::Csv | Format::Parquet);
    Ok((read::any(file, &csv_options(options)?)?, fixed))
}

/// Keeps in the row of `sources` what a document says beside its records,
/// where the option `records` names these. Says so where it is too long.
pub(super) fn beside(file: &File, options: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
    let Some(name) = options.param("records").filter(|name| *name != "*") else {
        return Ok(());
    };
    if !matches!(read::sniff(file)?, Format::JsonObjects | Format::Jsonl) {
        return Ok(());
    }
    for part in read::json(file, JsonShape::Except(name.to_owned()))? {
        // What is unsound here is so for the records too, and is told there.
        let Ok(part) = part else { break };
        let key = part.text("key")?;
        let value = entry(&part);
        if json::canonical(&value).len() > MAX_BESIDE {
            out.note(format!(
                "{}: '{}' is beside '{name}' and too long to be kept",
                file.name(),
                crate::ingest::shorten(&key, 60)
            ));
        } else {
            out.source_meta(&format!("{}/{key}", file.name()), value);
        }
    }
    Ok(())
}

/// The value of one entry of a document, read as a record.
pub(super) fn entry(record: &Record) -> serde_json::Value {
    record.get("value").cloned().unwrap_or_else(|| {
        let rest = record.fields().filter(|(name, _)| *name != "key");
        serde_json::Value::Object(rest.map(|(n, v)| (n.to_owned(), v.clone())).collect())
    })
}

pub(super) fn csv_options(options: &Options) -> Result<CsvOptions, Error> {
    let wrong =
        |name: &str, value: &str, expected: &str| Error::fatal(expected).field(name).found(value);
    let delimiter = match options.param("delimiter") {
        None => None,
        Some("tab" | "\t" | "\\t") => Some(b'\t'),
        Some("space") => Some(b' '),
        Some("comma") => Some(b','),
        Some("semicolon") => Some(b';'),
        Some(text) => match text.as_bytes() {
            [byte]
                if !byte.is_ascii_alphanumeric()
                    && !matches!(byte, b'"' | b'\n' | b'\r' | 0x1a) =>
            {
                Some(*byte)
            }
            _ => {
                return Err(wrong(
                    "delimiter",
                    text,
                    "one character, or tab, space, comma, semicolon",
                ));
            }
        },
    };
    let header = match options.param("header") {
        None | Some("first") => Header::First,
        Some("none") => Header::None,
        Some(names) if names.contains(',') => {
            Header::Names(names.split(',').map(|n| n.trim().to_owned()).collect())
        }
        Some(text) => {
            return Err(wrong(
                "header",
                text,
                "first, none, or the names of the columns separated by commas",
            ));
        }
    };
    let quotes = match options.param("quotes") {
        None | Some("yes") => true,
        Some("literal") => false,
        Some(text) => return Err(wrong("quotes", text, "yes or literal")),
    };
    Ok(CsvOptions {
        delimiter,
        header,
        quotes,
    })
}
