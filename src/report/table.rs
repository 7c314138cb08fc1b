//! `table`: aligned columns for reading.

use std::io::Write;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

use super::cell::{Style, columns, escape_controls, is_numeric};
use super::{Error, View};

/// Lines that hold the eye without boxing every cell.
const PRESET: &str = "     ──            ";

/// Writes the table, NULL as `NULL`, numbers to the right.
pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> Result<(), Error> {
    if view.schema.fields().is_empty() {
        return Ok(());
    }
    for line in build(view)?.lines() {
        writeln!(
            out,
            "{}",
            line.strip_prefix(' ').unwrap_or(&line).trim_end()
        )?;
    }
    Ok(())
}

/// The columns that fit the view's width side by side, at least one; where not
/// all do, those in the middle are left out. No width: all.
///
/// # Errors
/// A value that cannot be shown.
pub fn fitting_columns(view: &View<'_>) -> Result<Vec<usize>, Error> {
    let count = view.schema.fields().len();
    let mut kept: Vec<usize> = (0..count).collect();
    let Some(width) = view.width.map(usize::from).filter(|_| count > 0) else {
        return Ok(kept);
    };
    let widths = build(view)?.column_max_content_widths();
    // Two spaces between columns, one of them before the first is not written.
    let needed = |kept: &[usize]| {
        kept.iter()
            .filter_map(|c| widths.get(*c))
            .map(|w| usize::from(*w) + 2)
            .sum::<usize>()
    };
    while kept.len() > 1 && needed(&kept) > width + 2 {
        kept.remove(kept.len().div_ceil(2).min(kept.len() - 1));
    }
    Ok(kept)
}

fn build(view: &View<'_>) -> Result<Table, Error> {
    let mut cells = columns(view, Style::Reading, "table")?;
    if let Some(limit) = view.cell_limit {
        cells
            .iter_mut()
            .flatten()
            .flatten()
            .for_each(|text| cut(text, limit));
    }
    let mut table = Table::new();
    table.load_preset(PRESET);
    table.set_content_arrangement(ContentArrangement::Disabled);
    let alignments: Vec<CellAlignment> = view
        .schema
        .fields()
        .iter()
        .map(|f| alignment(f.data_type()))
        .collect();
    let names = view
        .schema
        .fields()
        .iter()
        .map(|field| escape_controls(field.name()));
    table.set_header(
        names
            .zip(&alignments)
            .map(|(name, to)| Cell::new(name).set_alignment(*to)),
    );
    let mut columns: Vec<_> = cells.into_iter().map(Vec::into_iter).collect();
    for _ in 0..view.rows() {
        let row = columns.iter_mut().zip(&alignments).map(|(column, to)| {
            let text = column.next().flatten().unwrap_or_else(|| "NULL".to_owned());
            Cell::new(text).set_alignment(*to)
        });
        table.add_row(row);
    }
    Ok(table)
}

fn alignment(data_type: &arrow::datatypes::DataType) -> CellAlignment {
    if is_numeric(data_type) {
        CellAlignment::Right
    } else {
        CellAlignment::Left
    }
}

fn cut(text: &mut String, limit: usize) {
    if let Some((end, _)) = text.char_indices().nth(limit) {
        let end = text[..end]
            .char_indices()
            .next_back()
            .map_or(0, |(at, _)| at);
        text.truncate(end);
        text.push('…');
    }
}
