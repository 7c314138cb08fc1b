//! No native value is lost: every value in the files of the fixtures is found
//! again in the canonical rows, their `meta` included, or is named below.

use std::collections::BTreeSet;
use std::path::Path;

use arrow::array::RecordBatch;
use serde_json::Value;

use super::object;
use crate::ingest::sources::{SOURCES, python, shape};
use crate::ingest::{File, Input, OnError, Options, ingest, json, read};
use crate::schema::Table;

/// Native fields whose value is not kept as it is, and why that loses nothing.
/// `*` stands for every source.
const EXEMPT: &[(&str, &str, &str)] = &[
    (
        "*",
        "role",
        "who speaks follows from the place in the conversation",
    ),
    (
        "alpaca_eval",
        "preference",
        "the number is outcome and prob_a",
    ),
    ("hh_rlhf", "chosen", "cut into prompt and answer"),
    ("hh_rlhf", "rejected", "cut into prompt and answer"),
    ("more_preferences", "text", "cut into prompt and answer"),
    ("movielens", "genres", "cut into tags"),
    (
        "multipref",
        "overall_confidence",
        "the word is a number of confidence",
    ),
    (
        "multipref",
        "overall_pref",
        "the words are outcome and strength",
    ),
    (
        "multipref",
        "truthful_pref",
        "the words are outcome and strength",
    ),
    ("pandalm", "cmp_key", "the names of both systems"),
    (
        "preference_dissection",
        "Severe",
        "999 means not applicable",
    ),
    (
        "preference_dissection",
        "citation",
        "999 means not applicable",
    ),
    ("shp", "labels", "the number is the outcome"),
    (
        "sparse_feedback",
        "input",
        "nan is how pandas writes an empty cell",
    ),
];

/// Files that are not read, or that no common reader splits into values.
const APART: &[&str] = &[
    "sight_dataset.csv",
    "avg_seg_scores.tsv",
    "statistics.json",
    "weather_history.json",
];

/// What the canonical rows hold.
#[derive(Default)]
struct Held {
    numbers: BTreeSet<u64>,
    words: BTreeSet<String>,
    texts: Vec<String>,
    flags: BTreeSet<bool>,
}

impl Held {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(flag) => {
                self.flags.insert(*flag);
            }
            Value::Number(_) => {
                self.numbers.extend(json::float(value).map(bits));
            }
            Value::String(text) => {
                for part in text.split('/') {
                    self.words.insert(part.to_owned());
                    self.numbers.extend(json::parse_float(part).map(bits));
                }
                self.words.insert(text.clone());
                self.numbers.extend(json::parse_float(text).map(bits));
                self.texts.push(text.clone());
                if text.starts_with(['[', '{']) {
                    let inner = read::parse_json(text).ok();
                    let inner = inner.or_else(|| python::literal(text));
                    if let Some(inner) = inner.filter(|v| !v.is_string()) {
                        self.add(&inner);
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|v| self.add(v)),
            Value::Object(map) => {
                for (key, value) in map {
                    self.words.insert(key.clone());
                    self.texts.push(key.clone());
                    self.add(value);
                }
            }
        }
    }

    fn has_number(&self, number: f64) -> bool {
        let near = [number, -number, number * 1e3, number * 1e6];
        near.iter().any(|n| self.numbers.contains(&bits(*n)))
    }

    /// Whether a native value is found again.
    fn has(&self, value: &Value) -> bool {
        match value {
            Value::Bool(flag) => {
                let number = f64::from(u8::from(*flag));
                self.flags.contains(flag)
                    || self.has_number(number)
                    || self.words.contains(&flag.to_string())
            }
            Value::Number(_) => {
                json::float(value).is_some_and(|n| self.has_number(n))
                    || self.words.contains(&json::canonical(value))
            }
            Value::String(text) => {
                let text = text.trim();
                text.is_empty()
                    || self.words.contains(text)
                    || json::parse_float(text).is_some_and(|n| self.has_number(n))
                    || shape::outcome(value).is_some_and(|o| self.words.contains(o))
                    || json::boolean(value).is_some_and(|b| self.has(&Value::Bool(b)))
                    || json::micros(value).is_some_and(|t| self.has_number(t as f64))
                    || self.texts.iter().any(|held| held.contains(text))
            }
            _ => true,
        }
    }
}

fn bits(number: f64) -> u64 {
    (number + 0.0).to_bits()
}

/// The values of one native value, each with the key it is under.
fn walk(key: &str, value: &Value, leaves: &mut Vec<(String, Value)>) {
    match value {
        Value::Array(list) => list.iter().for_each(|v| walk(key, v, leaves)),
        Value::Object(map) => map.iter().for_each(|(key, v)| walk(key, v, leaves)),
        Value::String(text) if text.starts_with(['[', '{']) => {
            let inner = read::parse_json(text)
                .ok()
                .or_else(|| python::literal(text));
            match inner.filter(|v| v.is_array() || v.is_object()) {
                Some(inner) => walk(key, &inner, leaves),
                None => leaves.push((key.to_owned(), value.clone())),
            }
        }
        Value::Null => {}
        one => leaves.push((key.to_owned(), one.clone())),
    }
}

/// All values of a file, read as plainly as can be.
fn native(file: &File) -> Vec<(String, Value)> {
    let mut leaves = Vec::new();
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut file.open().unwrap(), &mut bytes).unwrap();
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => e.into_bytes().into_iter().map(char::from).collect(),
    };
    match file.extension().as_str() {
        "json" | "jsonl" => match serde_json::from_str::<Value>(&text) {
            Ok(value) => walk("", &value, &mut leaves),
            Err(_) => {
                let stream = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
                stream
                    .map_while(Result::ok)
                    .for_each(|v| walk("", &v, &mut leaves));
            }
        },
        "dat" => {
            let cells = text.lines().flat_map(|line| line.split("::"));
            let cells = cells.flat_map(|cell| cell.split('|'));
            leaves.extend(cells.map(|cell| (String::new(), Value::from(cell))));
        }
        extension => {
            let first = text.lines().next().unwrap_or_default();
            let tabs = ["tsv", "txt", "tab"].contains(&extension) || first.contains('\t');
            let mut lines = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .quoting(!tabs || text.contains("\"["))
                .delimiter(if tabs { b'\t' } else { b',' })
                .from_reader(text.as_bytes());
            let mut names: Option<Vec<String>> = None;
            for line in lines.records() {
                let line = line.unwrap();
                // A first line that does not start with a number has names.
                if names.is_none() {
                    let cell = line.get(0).unwrap_or_default();
                    let head = json::parse_float(cell).is_none();
                    let found = line.iter().filter(|_| head).map(str::to_owned);
                    names = Some(found.collect());
                    if head {
                        continue;
                    }
                }
                for (at, cell) in line.iter().enumerate() {
                    let name = names.as_ref().and_then(|n| n.get(at)).cloned();
                    walk(&name.unwrap_or_default(), &Value::from(cell), &mut leaves);
                }
            }
        }
    }
    leaves
}

#[test]
fn every_native_value_is_found_in_the_rows() {
    let mut lost = BTreeSet::new();
    let mut used = BTreeSet::new();
    let mut seen = 0;
    for source in SOURCES {
        let name = source.card().name;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(name)
            .join("release");
        let paths: Vec<_> = std::fs::read_dir(&folder)
            .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.file_name()
                    .is_some_and(|n| n != "expected" && n != "mapping.toml")
            })
            .collect();
        let input = Input::from_paths(&paths).unwrap();
        let options = Options {
            on_error: OnError::Quarantine,
            ..Options::default()
        };
        let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
        ingest(*source, &input, &options, &mut sink).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut held = Held::default();
        for (table, batch) in sink.iter().filter(|(t, _)| t.name != "sources") {
            for row in 0..batch.num_rows() {
                let row = object(table, batch, row);
                // A record set aside is kept as it was read.
                if let Some(raw) = row.get("raw").and_then(Value::as_str) {
                    held.add(&serde_json::from_str(raw).unwrap_or_default());
                }
                held.add(&Value::Object(row));
            }
        }
        let plain = |file: &&File| !APART.iter().any(|s| file.name().ends_with(s));
        for file in input.files().iter().filter(plain) {
            for (key, value) in native(file) {
                seen += 1;
                if held.has(&value) {
                    continue;
                }
                let rule = EXEMPT
                    .iter()
                    .find(|(s, k, _)| (*s == name || *s == "*") && *k == key);
                match rule {
                    Some(rule) => {
                        used.insert(*rule);
                    }
                    None => {
                        lost.insert(format!("{name} {}: {key} = {value}", file.name()));
                    }
                }
            }
        }
    }
    assert!(seen > 1500, "{seen} values only");
    let lost: Vec<String> = lost.into_iter().collect();
    assert!(lost.is_empty(), "values lost:\n{}", lost.join("\n"));
    for rule in EXEMPT {
        assert!(used.contains(rule), "the exemption {rule:?} is not needed");
    }
}

#[test]
fn a_lost_value_is_noticed() {
    let mut held = Held::default();
    held.add(&serde_json::json!({"id": "a/b", "n": 3, "meta": {"key": "some text"}}));
    for kept in [
        serde_json::json!("b"),
        3.into(),
        "3.0".into(),
        "text".into(),
        "key".into(),
    ] {
        assert!(held.has(&kept), "{kept}");
    }
    for lost in [
        serde_json::json!("c"),
        4.into(),
        true.into(),
        "other".into(),
    ] {
        assert!(!held.has(&lost), "{lost}");
    }
}
