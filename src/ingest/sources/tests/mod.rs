//! Named sources on released files; made-up ones are read by `ingest::tests`.

mod cards;
mod damage;
mod formats;
mod people;
mod real;
mod reference;
mod round_trip;

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use serde_json::{Map, Value};

use crate::ingest::{self, Input, Options, Summary};
use crate::schema::{Table, Type};

/// What an ingestion gave.
pub(super) struct Read {
    batches: Vec<(&'static Table, RecordBatch)>,
    pub(super) summary: Summary,
}

impl Read {
    /// How many rows of `table` there are.
    pub(super) fn len(&self, table: &str) -> usize {
        self.summary
            .rows
            .get(table)
            .map_or(0, |n| usize::try_from(*n).unwrap())
    }

    /// The rows of `table`, as JSON objects without NULLs.
    pub(super) fn table(&self, table: &str) -> Vec<Map<String, Value>> {
        let batches = self.batches.iter().filter(|(t, _)| t.name == table);
        batches
            .flat_map(|(t, batch)| (0..batch.num_rows()).map(|row| object(t, batch, row)))
            .collect()
    }

    /// How many rows of `table` satisfy `test`.
    pub(super) fn count(&self, table: &str, test: impl Fn(&Map<String, Value>) -> bool) -> usize {
        self.table(table).iter().filter(|row| test(row)).count()
    }
}

/// Text of a column; empty for NULL.
pub(super) fn text<'r>(row: &'r Map<String, Value>, column: &str) -> &'r str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}

/// Number of a column.
pub(super) fn number(row: &Map<String, Value>, column: &str) -> Option<f64> {
    row.get(column).and_then(Value::as_f64)
}

/// Reads files or folders with one source, and checks that every row obeys
/// the contract, and that keys are unique.
pub(super) fn read(source: &str, paths: &[&Path]) -> Result<Read, ingest::Error> {
    let source = ingest::source(source)?;
    let input = Input::from_paths(paths)?;
    let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
    let summary = ingest::ingest(source, &input, &Options::default(), &mut sink)?;
    let mut keys: BTreeMap<&'static str, Vec<Vec<String>>> = BTreeMap::new();
    for (table, batch) in &sink {
        crate::schema::validate(table, batch).unwrap();
        let columns: Vec<_> = table
            .key
            .iter()
            .map(|k| batch.column_by_name(k).unwrap().as_string::<i32>())
            .collect();
        let key = |row| columns.iter().map(|c| c.value(row).to_owned()).collect();
        keys.entry(table.name.as_str())
            .or_default()
            .extend((0..batch.num_rows()).map(key));
    }
    let card = source.card();
    for (name, mut keys) in keys {
        assert!(
            card.fills.contains(&name) || name == "sources",
            "{} fills {name}",
            card.name
        );
        keys.sort_unstable();
        for pair in keys.windows(2) {
            assert_ne!(
                pair[0], pair[1],
                "{}: the same key twice in {name}",
                card.name
            );
        }
    }
    Ok(Read {
        batches: sink,
        summary,
    })
}

/// One row, NULLs and the dataset left out.
fn object(table: &Table, batch: &RecordBatch, row: usize) -> Map<String, Value> {
    let mut object = Map::new();
    for (column, array) in table.columns.iter().zip(batch.columns()) {
        if array.is_null(row) {
            continue;
        }
        let value = match column.kind {
            Type::Text => Value::from(array.as_string::<i32>().value(row)),
            Type::Json => serde_json::from_str(array.as_string::<i32>().value(row)).unwrap(),
            Type::Int32 => Value::from(array.as_primitive::<Int32Type>().value(row)),
            Type::Int64 => Value::from(array.as_primitive::<Int64Type>().value(row)),
            Type::Float64 => Value::from(array.as_primitive::<Float64Type>().value(row)),
            Type::Bool => Value::from(array.as_boolean().value(row)),
            Type::Timestamp => {
                Value::from(array.as_primitive::<TimestampMicrosecondType>().value(row))
            }
            Type::Texts => {
                let list = array.as_list::<i32>().value(row);
                Value::from(list.as_string::<i32>().iter().flatten().collect::<Vec<_>>())
            }
        };
        object.insert(column.name.clone(), value);
    }
    object.remove("dataset");
    object
}
