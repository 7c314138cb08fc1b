//! `markdown`: a pipe table to paste into documentation.

use std::io::Write;

use super::cell::{Style, columns, escape_controls, is_numeric};
use super::{Error, View};

/// Writes the table; pipes, backslashes and angle brackets escaped, NULL empty.
pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> Result<(), Error> {
    if view.schema.fields().is_empty() {
        return Ok(());
    }
    let cells: Vec<Vec<String>> = columns(view, Style::Reading, "markdown")?
        .into_iter()
        .map(|column| {
            column
                .into_iter()
                .map(|cell| escape(&cell.unwrap_or_default()))
                .collect()
        })
        .collect();
    let names: Vec<String> = view
        .schema
        .fields()
        .iter()
        .map(|field| escape(&escape_controls(field.name())))
        .collect();
    let right: Vec<bool> = view
        .schema
        .fields()
        .iter()
        .map(|field| is_numeric(field.data_type()))
        .collect();
    let widths: Vec<usize> = names
        .iter()
        .zip(&cells)
        .map(|(name, column)| {
            column
                .iter()
                .map(|c| c.chars().count())
                .chain([name.chars().count(), 3])
                .max()
                .unwrap_or(3)
        })
        .collect();

    let line =
        |out: &mut dyn Write, texts: &mut dyn Iterator<Item = &str>| -> std::io::Result<()> {
            for ((text, width), right) in texts.zip(&widths).zip(&right) {
                let (width, fill) = (*width, "");
                let gap = width.saturating_sub(text.chars().count());
                if *right {
                    write!(out, "| {fill:gap$}{text} ")?;
                } else {
                    write!(out, "| {text}{fill:gap$} ")?;
                }
            }
            writeln!(out, "|")
        };
    line(out, &mut names.iter().map(String::as_str))?;
    for (width, right) in widths.iter().zip(&right) {
        let dashes = "-".repeat(width.saturating_sub(usize::from(*right)));
        write!(out, "| {dashes}{} ", if *right { ":" } else { "" })?;
    }
    writeln!(out, "|")?;
    for row in 0..view.rows() {
        line(
            out,
            &mut cells
                .iter()
                .map(|column| column.get(row).map_or("", String::as_str)),
        )?;
    }
    Ok(())
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => {
                safe.push('\\');
                safe.push(c);
            }
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            c => safe.push(c),
        }
    }
    safe
}
