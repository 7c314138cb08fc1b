//! `licences`: on which terms the rows of a snapshot may be used.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};

use super::args::{Global, PlainArgs};
use super::error::Failure;
use super::lakes;
use super::output::{Column, listing};
use super::query;
use super::ui::Ui;

/// What the lake says of the terms of each dataset.
const TERMS: &str =
    "SELECT dataset, source, licence, licence_note, citation, url FROM sources ORDER BY dataset";

/// `licences`.
pub(crate) async fn licences(args: &PlainArgs, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let lake = lakes::open(global).await?;
    let snapshot = lakes::snapshot(&lake, global).await?;
    let counts: Vec<(String, String, u64)> = snapshot
        .tables()
        .filter(|table| table.name != "sources")
        .flat_map(|table| {
            let name = table.name.clone();
            table
                .datasets
                .iter()
                .map(move |d| (name.clone(), d.dataset.clone(), d.rows))
        })
        .collect();
    ui.note(&format!("snapshot {}", snapshot.id));
    let terms = terms(query::ask(Some(lake), global, TERMS).await?)?;
    let rows: Vec<Vec<String>> = counts
        .into_iter()
        .map(|(table, dataset, rows)| {
            let none: &[String] = &[];
            let said = terms.get(&dataset).map_or(none, Vec::as_slice);
            let get = |at: usize| said.get(at).cloned().unwrap_or_default();
            let licence = match get(1) {
                empty if empty.is_empty() => "not stated".to_owned(),
                licence => licence,
            };
            vec![
                table,
                dataset,
                rows.to_string(),
                licence,
                get(2),
                get(0),
                get(3),
                get(4),
            ]
        })
        .collect();
    let (schema, batches) = listing(
        &[
            Column::text("table"),
            Column::text("dataset"),
            Column::count("rows"),
            Column::text("licence"),
            Column::text("note"),
            Column::text("source"),
            Column::text("citation"),
            Column::text("url"),
        ],
        &rows,
    )?;
    args.output.write(ui, schema, &batches)
}

/// By dataset: source, licence, note, citation, url.
fn terms(answer: crate::engine::Answer) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut terms = BTreeMap::new();
    for batch in &answer.batches {
        let columns: Vec<Vec<String>> = batch.columns().iter().map(|c| texts(c)).collect();
        for row in 0..batch.num_rows() {
            let mut cells = columns
                .iter()
                .map(|c| c.get(row).cloned().unwrap_or_default());
            let dataset = cells.next().unwrap_or_default();
            terms.insert(dataset, cells.collect());
        }
    }
    Ok(terms)
}

/// Texts of a column of any text type, NULL as the empty text.
pub(super) fn texts(array: &dyn Array) -> Vec<String> {
    let plain = arrow::compute::cast(array, &arrow::datatypes::DataType::Utf8);
    let Ok(plain) = plain else {
        return vec![String::new(); array.len()];
    };
    let strings = plain.as_string::<i32>();
    strings
        .iter()
        .map(|text| text.unwrap_or_default().to_owned())
        .collect()
}
