//! No native value is lost: every value in the files of the fixtures is found
//! again in the canonical rows, their `meta` included, or is named below.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use serde_json::Value;

use super::{number, object, text};
use crate::ingest::sources::{SOURCES, python, shape};
use crate::ingest::{self, File, Input, OnError, Options, Source, generic, ingest, json, read};
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

/// As [`EXEMPT`], for the generic sources.
const EXEMPT_GENERIC: &[(&str, &str, &str)] = &[(
    "ratings",
    "rater",
    "bytes that are no text in UTF-8 are set aside as the sign for that",
)];

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
fn native(file: &File, options: &Options) -> Vec<(String, Value)> {
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
        "xlsx" => {
            let records = read::any(file, &read::CsvOptions::default()).unwrap();
            for record in records.map(Result::unwrap) {
                let fields = record.fields();
                fields.for_each(|(name, value)| walk(name, value, &mut leaves));
            }
        }
        "soc" | "soi" | "toc" | "toi" | "cat" => {
            // Ballots are compared by a test of their own.
            let said = text.lines().filter(|line| !line.contains("NUMBER"));
            let said = said.filter_map(|line| line.strip_prefix('#')?.split_once(':'));
            leaves.extend(said.map(|(k, v)| (k.trim().to_owned(), Value::from(v.trim()))));
        }
        "txt"
            if !text.contains('\t')
                && json::parse_float(text.split(' ').next().unwrap_or_default()).is_some() =>
        {
            let cells = text.split_ascii_whitespace();
            leaves.extend(cells.map(|cell| (String::new(), Value::from(cell))));
        }
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
                .delimiter(match options.param("delimiter") {
                    Some(given) => given.as_bytes()[0],
                    None if tabs => b'\t',
                    None => b',',
                })
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

/// The folders of fixtures of a source, one a case.
fn cases(source: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(source);
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// What one case says and its rows do not: `file: key = value`, and how many
/// values were looked for.
#[derive(Default)]
struct Compared {
    seen: usize,
    lost: Vec<(String, String, Value)>,
}

/// Reads a case, and looks for its native values in the columns `kept`.
fn compare(source: &dyn Source, case: &Path, kept: impl Fn(&str) -> bool) -> Compared {
    let name = source.card().name;
    let paths: Vec<_> = std::fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|n| n != "expected" && n != "mapping.toml")
        })
        .collect();
    let input = Input::from_paths(&paths).unwrap();
    let mut options = Options {
        on_error: OnError::Quarantine,
        ..Options::default()
    };
    if let Ok(text) = std::fs::read_to_string(case.join("mapping.toml")) {
        options.map_file(&text).unwrap();
    }
    let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
    ingest(source, &input, &options, &mut sink).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut held = Held::default();
    for (table, batch) in &sink {
        for row in 0..batch.num_rows() {
            let mut row = object(table, batch, row);
            row.retain(|column, _| kept(column));
            // Of the source as a whole only what its files say.
            if table.name == "sources" {
                row.retain(|column, _| column == "meta");
            }
            // A record set aside is kept as it was read.
            if let Some(raw) = row.get("raw").and_then(Value::as_str) {
                held.add(&serde_json::from_str(raw).unwrap_or_else(|_| Value::from(raw)));
            }
            held.add(&Value::Object(row));
        }
    }
    let mut compared = Compared::default();
    let plain = |file: &&File| !APART.iter().any(|s| file.name().ends_with(s));
    for file in input.files().iter().filter(plain) {
        for (key, value) in native(file, &options) {
            compared.seen += 1;
            if !held.has(&value) {
                let file = file.name().to_string();
                compared.lost.push((file, key, value));
            }
        }
    }
    compared
}

/// Compares all cases of `sources` with the exemptions for them.
fn nothing_is_lost(sources: &[&'static dyn Source], exempt: &[(&str, &str, &str)], least: usize) {
    let mut lost = BTreeSet::new();
    let mut used = BTreeSet::new();
    let mut seen = 0;
    for source in sources {
        let name = source.card().name;
        for case in cases(name) {
            let compared = compare(*source, &case, |_| true);
            seen += compared.seen;
            for (file, key, value) in compared.lost {
                let rule = exempt
                    .iter()
                    .position(|(s, k, _)| (*s == name || *s == "*") && *k == key);
                match rule {
                    Some(rule) => {
                        used.insert(rule);
                    }
                    None => {
                        lost.insert(format!("{name} {file}: {key} = {value}"));
                    }
                }
            }
        }
    }
    assert!(seen > least, "{seen} values only");
    let lost: Vec<String> = lost.into_iter().collect();
    assert!(lost.is_empty(), "values lost:\n{}", lost.join("\n"));
    for (at, rule) in exempt.iter().enumerate() {
        assert!(used.contains(&at), "the exemption {rule:?} is not needed");
    }
}

#[test]
fn every_native_value_is_found_in_the_rows_of_named_sources() {
    nothing_is_lost(SOURCES, EXEMPT, 1500);
}

#[test]
fn every_native_value_is_found_in_the_rows_of_generic_sources() {
    nothing_is_lost(generic::SOURCES, EXEMPT_GENERIC, 300);
}

/// Rows without `meta` lose values, and that is seen, in every generic source
/// that puts something there.
#[test]
fn values_kept_only_in_meta_are_missed_without_it() {
    let mut caught = Vec::new();
    for source in generic::SOURCES {
        let name = source.card().name;
        let missed = cases(name).iter().any(|case| {
            let without = compare(*source, case, |column| column != "meta");
            without.lost.len() > compare(*source, case, |_| true).lost.len()
        });
        if missed {
            caught.push(name);
        }
    }
    let all = [
        "pairwise",
        "ratings",
        "rankings",
        "scores",
        "labels",
        "predictions",
        "events",
        "matrix",
        "standings",
        "annotated_pairs",
        "preflib",
    ];
    assert_eq!(caught, all);
}

/// The ballots of a file, as lines, made of its rows again.
#[test]
fn ballots_can_be_written_again_from_their_rows() {
    let lines = [
        "# NUMBER ALTERNATIVES: 4",
        "# NUMBER VOTERS: 7",
        "4: 2,{1,4},3",
        "2: 3",
        "1: {1,2,3,4}",
    ];
    let input = Input::from_memory([("x.toi", lines.join("\n"))]).unwrap();
    let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
    let preflib = ingest::source("preflib").unwrap();
    ingest::ingest(preflib, &input, &Options::default(), &mut sink).unwrap();
    let mut ballots: BTreeMap<String, BTreeMap<u64, Vec<String>>> = BTreeMap::new();
    for (table, batch) in sink.iter().filter(|(t, _)| t.name == "rankings") {
        for row in 0..batch.num_rows() {
            let row = object(table, batch, row);
            let ranks = ballots.entry(text(&row, "ranking").to_owned()).or_default();
            let place = number(&row, "rank").unwrap() as u64;
            let entry = text(&row, "entry").to_owned();
            ranks.entry(place).or_default().push(entry);
        }
    }
    let mut orders: BTreeMap<String, usize> = BTreeMap::new();
    for ranks in ballots.into_values() {
        let groups = ranks.into_values().map(|mut group| {
            group.sort();
            match group.as_slice() {
                [one] => one.clone(),
                _ => format!("{{{}}}", group.join(",")),
            }
        });
        *orders
            .entry(groups.collect::<Vec<_>>().join(","))
            .or_default() += 1;
    }
    let mut again: Vec<String> = orders.iter().map(|(o, n)| format!("{n}: {o}")).collect();
    let mut ballots = lines[2..].to_vec();
    again.sort();
    ballots.sort_unstable();
    assert_eq!(again, ballots);
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
