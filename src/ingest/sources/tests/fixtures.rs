//! Every source on a few made-up records in the upstream shape.
//!
//! `fixtures/<source>/input` is read; `fixtures/<source>/expected/<table>.jsonl`
//! holds the rows, one a line, sorted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::read;
use crate::ingest::sources::SOURCES;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Rows as text, by table.
fn rendered(name: &str) -> BTreeMap<String, String> {
    let read = read(name, &[&folder(name).join("input")]).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut tables = BTreeMap::new();
    for (table, rows) in &read.rows {
        if *table == "sources" {
            continue;
        }
        let mut lines: Vec<String> = rows.iter().map(|row| Value::Object(row.clone()).to_string()).collect();
        lines.sort_unstable();
        tables.insert((*table).to_owned(), lines.join("\n") + "\n");
    }
    tables
}

#[test]
fn every_source_reads_its_fixture() {
    for source in SOURCES {
        let name = source.card().name;
        let expected = folder(name).join("expected");
        let rows = rendered(name);
        let mut files: Vec<String> = std::fs::read_dir(&expected)
            .unwrap_or_else(|e| panic!("{}: {e}", expected.display()))
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.sort_unstable();
        assert_eq!(files, rows.keys().cloned().collect::<Vec<_>>(), "{name}: tables");
        for (table, text) in rows {
            let wanted = std::fs::read_to_string(expected.join(format!("{table}.jsonl"))).unwrap();
            for (n, (found, wanted)) in text.lines().zip(wanted.lines()).enumerate() {
                assert_eq!(found, wanted, "{name}: {table}, row {n}");
            }
            assert_eq!(text.lines().count(), wanted.lines().count(), "{name}: rows of {table}");
        }
    }
}

/// Writes the expected rows anew; read the difference before keeping it.
#[test]
#[ignore = "rewrites fixtures/*/expected"]
fn rewrite_expected_rows() {
    for source in SOURCES {
        let name = source.card().name;
        let expected = folder(name).join("expected");
        let _ = std::fs::remove_dir_all(&expected);
        std::fs::create_dir_all(&expected).unwrap();
        for (table, text) in rendered(name) {
            std::fs::write(expected.join(format!("{table}.jsonl")), text).unwrap();
        }
    }
}

#[test]
fn the_list_is_sorted_and_cards_are_complete() {
    let names: Vec<&str> = SOURCES.iter().map(|s| s.card().name).collect();
    assert!(names.is_sorted(), "{names:?}");
    for source in SOURCES {
        let card = source.card();
        for (what, text) in [("title", card.title), ("licence", card.licence), ("citation", card.citation)] {
            assert!(!text.is_empty(), "{}: {what}", card.name);
        }
        assert!(card.url.starts_with("https://") && !card.files.is_empty() && !card.caveats.is_empty(), "{}", card.name);
        assert!(card.fills.iter().all(|table| crate::schema::table(table).is_some()), "{}", card.name);
        if !card.format_verified {
            assert!(card.caveats.iter().any(|c| c.contains("checked against")), "{}", card.name);
        }
    }
}
