//! `csv` and `tsv`: RFC 4180 with `\n` line ends.
//!
//! Ours and not arrow-csv's because NULL and the empty text must stay apart
//! (nothing against `""`), and because lists and structs are written as JSON.

use std::io::Write;

use super::cell::{Style, column_text};
use super::{Error, View};

/// Comma separated.
pub(super) fn write_csv(view: &View<'_>, out: &mut dyn Write) -> Result<(), Error> {
    write(view, out, b',', "csv")
}

/// Tab separated, quoted by the same rule.
pub(super) fn write_tsv(view: &View<'_>, out: &mut dyn Write) -> Result<(), Error> {
    write(view, out, b'\t', "tsv")
}

fn write(
    view: &View<'_>,
    out: &mut dyn Write,
    separator: u8,
    format: &'static str,
) -> Result<(), Error> {
    let mut line = Vec::new();
    for (index, field) in view.schema.fields().iter().enumerate() {
        if index > 0 {
            line.push(separator);
        }
        push_text(&mut line, field.name(), separator);
    }
    line.push(b'\n');
    out.write_all(&line)?;
    for batch in view.batches {
        let mut columns = Vec::with_capacity(batch.num_columns());
        for (array, field) in batch.columns().iter().zip(view.schema.fields()) {
            let mut cells = Vec::with_capacity(batch.num_rows());
            column_text(array, field, Style::Exact, format, &mut cells)?;
            columns.push(cells);
        }
        for row in 0..batch.num_rows() {
            line.clear();
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    line.push(separator);
                }
                if let Some(Some(text)) = column.get(row) {
                    push_text(&mut line, text, separator);
                }
            }
            line.push(b'\n');
            out.write_all(&line)?;
        }
    }
    Ok(())
}

/// Quotes only where a reader would otherwise take the text for something else.
fn push_text(line: &mut Vec<u8>, text: &str, separator: u8) {
    let special = |b: &u8| *b == separator || matches!(b, b'"' | b'\n' | b'\r');
    if !text.is_empty() && !text.as_bytes().iter().any(special) {
        line.extend_from_slice(text.as_bytes());
        return;
    }
    line.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.push(b'"');
}
