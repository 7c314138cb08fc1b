//! One column → its cells as text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type};
use arrow::json::EncoderOptions;
use arrow::json::writer::make_encoder;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::number::float_column;
use super::{Error, View};

/// True for types whose cells are aligned to the right.
pub fn is_numeric(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_numeric(value),
        other => other.is_numeric(),
    }
}

/// How the cells are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Every digit.
    Exact,
    /// Rounded, control characters escaped.
    Reading,
}

/// All columns of the view as text, column by column; `None` is NULL.
pub(super) fn columns(
    view: &View<'_>,
    style: Style,
    format: &'static str,
) -> Result<Vec<Vec<Option<String>>>, Error> {
    let mut columns = Vec::with_capacity(view.schema.fields().len());
    for (index, field) in view.schema.fields().iter().enumerate() {
        let mut cells = Vec::with_capacity(view.rows());
        if style == Style::Reading && is_float(field.data_type()) {
            cells = float_column(&floats(view.batches, index, format)?);
        } else {
            for batch in view.batches {
                column_text(batch.column(index), field, style, format, &mut cells)?;
            }
        }
        columns.push(cells);
    }
    Ok(columns)
}

fn is_float(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Float16 | DataType::Float32 | DataType::Float64
    )
}

fn floats(
    batches: &[RecordBatch],
    index: usize,
    format: &'static str,
) -> Result<Vec<Option<f64>>, Error> {
    let mut values = Vec::new();
    for batch in batches {
        let array =
            cast(batch.column(index), &DataType::Float64).map_err(|e| Error::arrow(format, e))?;
        values.extend(array.as_primitive::<Float64Type>().iter());
    }
    Ok(values)
}

/// Appends the cells of one array.
pub(super) fn column_text(
    array: &ArrayRef,
    field: &Arc<Field>,
    style: Style,
    format: &'static str,
    cells: &mut Vec<Option<String>>,
) -> Result<(), Error> {
    if let DataType::Dictionary(_, value) = array.data_type() {
        let plain = cast(array, value).map_err(|e| Error::arrow(format, e))?;
        let field = Arc::new(Field::new(field.name(), plain.data_type().clone(), true));
        return column_text(&plain, &field, style, format, cells);
    }
    if array.data_type().is_nested() {
        return nested_text(array, field, style, format, cells);
    }
    let options = FormatOptions::new().with_display_error(false);
    let formatter =
        ArrayFormatter::try_new(array.as_ref(), &options).map_err(|e| Error::arrow(format, e))?;
    for row in 0..array.len() {
        if array.is_null(row) {
            cells.push(None);
            continue;
        }
        let text = formatter
            .value(row)
            .try_to_string()
            .map_err(|e| Error::arrow(format, e))?;
        cells.push(Some(if style == Style::Reading {
            escape_controls(&text)
        } else {
            text
        }));
    }
    Ok(())
}

/// Lists, structs and maps are shown as JSON.
fn nested_text(
    array: &ArrayRef,
    field: &Arc<Field>,
    style: Style,
    format: &'static str,
    cells: &mut Vec<Option<String>>,
) -> Result<(), Error> {
    let options = EncoderOptions::default().with_explicit_nulls(true);
    let mut encoder =
        make_encoder(field, array.as_ref(), &options).map_err(|e| Error::arrow(format, e))?;
    let mut bytes = Vec::new();
    for row in 0..array.len() {
        if array.is_null(row) {
            cells.push(None);
            continue;
        }
        bytes.clear();
        encoder.encode(row, &mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        cells.push(Some(if style == Style::Reading {
            escape_controls(&text)
        } else {
            text
        }));
    }
    Ok(())
}

/// `text` with everything that could move a cursor, change colours or reorder
/// what is read replaced by a visible escape: C0 and C1 controls, DEL, line and
/// paragraph separators, bidirectional overrides, zero-width marks.
pub fn escape_controls(text: &str) -> String {
    if !text.chars().any(drives_terminal) {
        return text.to_owned();
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            c if drives_terminal(c) => safe.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe
}

fn drives_terminal(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}
