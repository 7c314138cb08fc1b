//! What an ingestion would write: the first rows of every table.

use std::collections::BTreeMap;

use arrow::array::{Array, RecordBatch};

use super::error::{Failure, Kind};
use super::ui::Ui;
use crate::ingest::{self, Sink, Summary, json, read, shorten};
use crate::report::group_thousands;
use crate::schema::Table;

/// Rows kept of each table.
const ROWS: usize = 3;
/// Characters shown of a cell.
const WIDTH: usize = 28;

/// Checks rows, keeps the first ones of each table and forgets the rest.
#[derive(Default)]
pub(super) struct Preview {
    first: BTreeMap<usize, (&'static Table, RecordBatch)>,
}

impl Sink for Preview {
    fn write(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), ingest::Error> {
        self.first
            .entry(table.index())
            .or_insert_with(|| (table, batch.slice(0, ROWS.min(batch.num_rows()))));
        Ok(())
    }
}

impl Preview {
    /// Shows the rows kept, columns from top to bottom, without those that are
    /// NULL throughout.
    pub(super) fn show(&self, ui: &Ui, summary: &Summary) -> Result<(), Failure> {
        for (table, batch) in self.first.values() {
            if table.name == "sources" {
                continue;
            }
            let all = summary.rows.get(table.name.as_str()).copied().unwrap_or(0);
            ui.note(&format!(
                "{}: the first {} of {} rows",
                table.name,
                batch.num_rows(),
                group_thousands(all)
            ));
            let columns = table.columns.iter().zip(batch.columns()).skip(1);
            for (column, array) in columns.filter(|(_, array)| array.null_count() < array.len()) {
                let cells = (0..array.len())
                    .map(|row| {
                        let value = read::cell(array, row)?;
                        let text = json::text(&value)
                            .map_or_else(|| json::canonical(&value), |t| t.into_owned());
                        let text = if value.is_null() { String::new() } else { text };
                        Ok(format!(
                            "{:<width$}",
                            shorten(&text, WIDTH),
                            width = WIDTH + 1
                        ))
                    })
                    .collect::<Result<Vec<_>, String>>()
                    .map_err(|e| Failure::new(Kind::Internal, e))?;
                let line = format!("  {:<16} {}", column.name, cells.join("  "));
                ui.note(line.trim_end());
            }
        }
        Ok(())
    }
}
