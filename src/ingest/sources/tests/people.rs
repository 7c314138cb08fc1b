//! Pseudonyms leave no name of a person in any identifier, and nothing from
//! which a name could be found out by trying.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use serde_json::{Map, Value};

use super::{object, text};
use crate::ingest::{Input, OnError, Options, PseudonymKey, Source, all, ingest};
use crate::schema::Table;

type Rows = Vec<(&'static Table, Map<String, Value>)>;

fn rows(source: &dyn Source, case: &Path, key: Option<&str>) -> Rows {
    let paths: Vec<PathBuf> = std::fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|n| n != "expected" && n != "mapping.toml")
        })
        .collect();
    let mut options = Options {
        on_error: OnError::Quarantine,
        pseudonyms: key.map(|key| PseudonymKey::new(key.as_bytes()).unwrap()),
        ..Options::default()
    };
    if let Ok(text) = std::fs::read_to_string(case.join("mapping.toml")) {
        options.map_file(&text).unwrap();
    }
    let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
    let input = Input::from_paths(&paths).unwrap();
    ingest(source, &input, &options, &mut sink).unwrap();
    sink.iter()
        .flat_map(|(table, batch)| {
            (0..batch.num_rows()).map(move |row| (*table, object(table, batch, row)))
        })
        .collect()
}

/// The people named in rows without pseudonyms: annotators and sessions that
/// are not known to be machines.
fn people(rows: &Rows) -> BTreeSet<String> {
    let machine = |row: &Map<String, Value>| {
        let kinds = ["llm", "reward_model", "metric", "rule", "principle"];
        kinds.contains(&text(row, "kind"))
    };
    let machines: BTreeSet<&str> = rows
        .iter()
        .filter(|(t, row)| t.name == "annotators" && machine(row))
        .map(|(_, row)| text(row, "annotator"))
        .collect();
    let named = rows
        .iter()
        .flat_map(|(_, row)| [text(row, "annotator"), text(row, "session")]);
    named
        .filter(|name| !name.is_empty() && !machines.contains(name))
        .map(str::to_owned)
        .collect()
}

/// Columns that identify things.
const IDS: &[&str] = &[
    "annotator",
    "session",
    "item",
    "system",
    "system_a",
    "system_b",
    "response",
    "response_a",
    "response_b",
    "comparison",
    "rating",
    "ranking",
    "entry",
    "label",
    "event",
    "score",
    "src",
    "dst",
    "entity",
    "cohort",
];

/// The texts in a value.
fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|v| leaves(v, found)),
        Value::Object(map) => map.values().for_each(|v| leaves(v, found)),
        _ => {}
    }
}

#[test]
fn no_identifier_names_a_person_who_has_a_pseudonym() {
    let mut left = BTreeMap::new();
    let mut hidden = 0;
    for source in all() {
        let name = source.card().name;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(name);
        for entry in std::fs::read_dir(folder).unwrap() {
            let case = entry.unwrap().path();
            let plain = rows(source, &case, None);
            let people = people(&plain);
            let systems: BTreeSet<&str> =
                plain.iter().map(|(_, row)| text(row, "system")).collect();
            hidden += people.len();
            for (table, row) in rows(source, &case, Some("a key of sixteen bytes and more")) {
                // A short number may stand for anything.
                let told = |part: &str| {
                    people.contains(part) && part.parse::<u32>().is_err() && !systems.contains(part)
                };
                // The name of a field is not that of a person.
                for (column, value) in row.iter().filter(|(c, _)| *c != "field") {
                    let mut found = Vec::new();
                    leaves(value, &mut found);
                    let parts =
                        found
                            .iter()
                            .flat_map(|leaf| match IDS.contains(&column.as_str()) {
                                true => leaf.split(['/', '#', '|']).collect(),
                                false => vec![leaf.as_str()],
                            });
                    if let Some(part) = parts.into_iter().find(|part| told(part)) {
                        let place = (name, table.name.as_str(), column.clone());
                        left.insert(place, part.to_owned());
                    }
                }
            }
        }
    }
    assert!(left.is_empty(), "{left:#?}");
    assert!(hidden > 100, "{hidden} people only");
}

#[test]
fn identifiers_made_of_content_cannot_be_tried_out() {
    let votes = [(
        "v.csv",
        "model_a,model_b,winner,judge\nm,n,m,ann\nm,n,n,joe\n",
    )];
    let ids = |key: Option<&str>| {
        let options = Options {
            pseudonyms: key.map(|key| PseudonymKey::new(key.as_bytes()).unwrap()),
            ..Options::default()
        };
        let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
        let input = Input::from_memory(votes).unwrap();
        let pairwise = crate::ingest::source("pairwise").unwrap();
        ingest(pairwise, &input, &options, &mut sink).unwrap();
        let (table, batch) = sink.iter().find(|(t, _)| t.name == "comparisons").unwrap();
        let ids = (0..batch.num_rows()).map(|row| {
            let row = object(table, batch, row);
            text(&row, "comparison").to_owned()
        });
        ids.collect::<BTreeSet<_>>()
    };
    let (plain, one, two) = (
        ids(None),
        ids(Some("0123456789abcdef")),
        ids(Some("0123456789abcdeg")),
    );
    assert_eq!(one, ids(Some("0123456789abcdef")));
    assert!(plain.is_disjoint(&one) && one.is_disjoint(&two) && plain.is_disjoint(&two));
}
