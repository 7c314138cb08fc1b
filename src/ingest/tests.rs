//! Every source against its fixtures: `fixtures/<source>/`, or one directory
//! below it per case; `mapping.toml` holds the options, `expected/` the rows.
//! `BLESS=1` rewrites what is expected.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use serde_json::{Map, Value};

use super::*;
use crate::schema::{self, Table};

type Batches = Vec<(&'static Table, RecordBatch)>;

/// Rows by table, as canonical JSON, sorted by key.
fn canonical_rows(batches: &Batches) -> BTreeMap<&'static str, Vec<String>> {
    let mut tables: BTreeMap<&'static str, Vec<(Vec<String>, String)>> = BTreeMap::new();
    for (table, batch) in batches {
        schema::validate(table, batch).unwrap_or_else(|e| panic!("{e}"));
        for row in 0..batch.num_rows() {
            let mut map = Map::new();
            for (column, array) in table.columns.iter().zip(batch.columns()) {
                let value = read::cell(array, row).unwrap();
                if !value.is_null() {
                    map.insert(column.name.clone(), value);
                }
            }
            let key = table.key.iter().map(|k| json::canonical(&map[k])).collect();
            let rows = tables.entry(&table.name).or_default();
            rows.push((key, json::canonical(&Value::Object(map))));
        }
    }
    tables
        .into_iter()
        .map(|(name, mut rows)| {
            rows.sort();
            for pair in rows.windows(2) {
                assert!(
                    pair[0].0 != pair[1].0,
                    "{name}: the key {:?} comes twice",
                    pair[0].0
                );
            }
            (name, rows.into_iter().map(|(_, row)| row).collect())
        })
        .collect()
}

fn run(source: &dyn Source, input: &Input, options: &Options) -> Result<(Batches, Summary), Error> {
    let mut sink = Batches::new();
    let summary = ingest(source, input, options, &mut sink)?;
    Ok((sink, summary))
}

/// All plain files of a case, without what belongs to the test.
fn inputs(dir: &Path) -> Vec<PathBuf> {
    let own = ["expected", "mapping.toml", "README.md"];
    let dir = if is_own_layout(dir) {
        dir.to_owned()
    } else {
        dir.join("input")
    };
    let entries = std::fs::read_dir(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    let mut paths: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    paths.retain(|p| !own.contains(&p.file_name().and_then(|n| n.to_str()).unwrap_or_default()));
    paths.sort();
    paths
}

/// Whether the fixtures are laid out as said above; named sources whose files
/// are in `input/` compare their rows themselves.
fn is_own_layout(dir: &Path) -> bool {
    !dir.join("input").exists()
}

/// The directories that are cases of a source.
fn cases(source: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(source);
    let found = inputs(&dir);
    if dir.join("expected").exists() || found.iter().any(|p| p.is_file()) {
        vec![dir]
    } else {
        found
    }
}

fn options(dir: &Path) -> Options {
    let mut options = Options {
        on_error: OnError::Quarantine,
        ..Options::default()
    };
    if let Ok(text) = std::fs::read_to_string(dir.join("mapping.toml")) {
        options
            .map_file(&text)
            .unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    }
    options
}

#[allow(clippy::disallowed_methods)]
fn compare(dir: &Path, rows: &BTreeMap<&'static str, Vec<String>>) {
    let expected = dir.join("expected");
    let texts = rows
        .iter()
        .filter(|(table, _)| **table != "sources")
        .map(|(table, rows)| {
            let text = rows.iter().map(|r| format!("{r}\n")).collect::<String>();
            (format!("{table}.ndjson"), text)
        });
    let got: BTreeMap<String, String> = texts.collect();
    if std::env::var("BLESS").is_ok() {
        let _ = std::fs::remove_dir_all(&expected);
        std::fs::create_dir_all(&expected).unwrap();
        for (name, text) in &got {
            std::fs::write(expected.join(name), text).unwrap();
        }
    }
    let mut want = BTreeMap::new();
    for entry in
        std::fs::read_dir(&expected).unwrap_or_else(|e| panic!("{}: {e}", expected.display()))
    {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        want.insert(name, std::fs::read_to_string(&path).unwrap());
    }
    for name in want.keys().chain(got.keys()) {
        assert!(
            want.get(name) == got.get(name),
            "{}/{name} differs from what is read now:\n{}\n(BLESS=1 rewrites it; look at the difference)",
            expected.display(),
            got.get(name).map_or("nothing", String::as_str)
        );
    }
}

#[test]
fn every_source_reads_its_fixtures_as_expected() {
    for source in all() {
        let card = source.card();
        let cases = cases(card.name);
        assert!(!cases.is_empty(), "no fixtures for {}", card.name);
        for dir in cases {
            let place = dir.display().to_string();
            let options = options(&dir);
            let mut paths = inputs(&dir);
            let input = Input::from_paths(&paths).unwrap_or_else(|e| panic!("{place}: {e}"));
            let (batches, summary) =
                run(source, &input, &options).unwrap_or_else(|e| panic!("{place}: {e}"));
            let rows = canonical_rows(&batches);
            if is_own_layout(&dir) {
                compare(&dir, &rows);
            }
            for table in rows
                .keys()
                .filter(|t| !["sources", "quarantine"].contains(t))
            {
                assert!(
                    card.fills.contains(table),
                    "{}: the card does not say that it fills {table}",
                    card.name
                );
            }
            // The order in which files are named does not matter.
            paths.reverse();
            let again = run(source, &Input::from_paths(&paths).unwrap(), &options).unwrap();
            assert_eq!(again.1, summary, "{place}");
            assert_eq!(canonical_rows(&again.0), rows, "{place}");
            // Told to stop, it stops exactly where something was set aside.
            let stopped = run(
                source,
                &input,
                &Options {
                    on_error: OnError::Stop,
                    ..options
                },
            );
            assert_eq!(stopped.is_err(), summary.quarantined > 0, "{place}");
        }
    }
}

#[test]
fn cards_are_complete() {
    let mut names: Vec<&str> = all().map(|s| s.card().name).collect();
    let generic = generic::SOURCES.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all().count(), "two sources have one name");
    for (at, source) in all().enumerate() {
        let card = source.card();
        assert!(
            card.name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
            "{}",
            card.name
        );
        assert!(
            !card.title.is_empty() && !card.files.is_empty() && !card.kinds.is_empty(),
            "{}",
            card.name
        );
        assert!(
            card.fills.iter().all(|t| schema::table(t).is_some()),
            "{}",
            card.name
        );
        if at >= generic {
            assert!(
                !card.url.is_empty() && !card.citation.is_empty(),
                "{}",
                card.name
            );
            assert!(
                !card.licence.is_empty() || !card.licence_note.is_empty(),
                "{}",
                card.name
            );
        }
    }
}

#[test]
fn an_unknown_source_is_suggested() {
    let error = source("pairwse").err().unwrap().to_string();
    assert!(error.contains("did you mean 'pairwise'"), "{error}");
    assert!(
        source("zzzzzzzz")
            .err()
            .unwrap()
            .hint
            .unwrap()
            .starts_with("`arrovian sources`")
    );
}

/// The lines of a file in another order; the first stays where it is a header.
fn reversed(path: &Path) -> Vec<u8> {
    let text = std::fs::read_to_string(path).unwrap();
    let header = usize::from(path.extension().is_none_or(|e| e != "jsonl"));
    let lines: Vec<&str> = text.lines().collect();
    let (head, body) = lines.split_at(header);
    let all: Vec<&str> = head.iter().chain(body.iter().rev()).copied().collect();
    (all.join("\n") + "\n").into_bytes()
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let mut tried = 0;
    for source in generic::SOURCES {
        for dir in cases(source.card().name) {
            let paths = inputs(&dir);
            let lines = |p: &PathBuf| {
                let text = p
                    .extension()
                    .is_some_and(|e| e == "jsonl" || e == "csv" || e == "tsv");
                // Files in other encodings are for the readers' own tests.
                text && std::fs::read_to_string(p).is_ok_and(|t| !t.contains("two\nlines"))
            };
            if !paths.iter().all(lines) {
                continue;
            }
            tried += 1;
            let options = options(&dir);
            let straight = run(*source, &Input::from_paths(&paths).unwrap(), &options).unwrap();
            let name = |p: &PathBuf| p.file_name().unwrap().to_str().unwrap().to_owned();
            let turned = Input::from_memory(paths.iter().map(|p| (name(p), reversed(p)))).unwrap();
            let turned = run(*source, &turned, &options).unwrap();
            let rows = |batches: &Batches| {
                let mut rows = canonical_rows(batches);
                // These hold line numbers and digests of files.
                rows.remove("quarantine");
                rows.remove("sources");
                rows
            };
            assert_eq!(rows(&straight.0), rows(&turned.0), "{}", dir.display());
            assert_eq!(straight.1, turned.1, "{}", dir.display());
        }
    }
    assert!(tried >= 8, "{tried}");
}
