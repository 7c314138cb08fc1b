//! Every reader of a format on damaged bytes: an error or records, in bounded
//! time and memory, and the same each time.
//!
//! `scripts/fuzz-ingest SECONDS READER` keeps on for so long; what breaks a
//! reader is kept in `fixtures/damaged/READER/`, where this test finds it for
//! ever after.

use std::path::Path;
use std::time::{Duration, Instant};

use super::fuzz_inputs_tests::{
    fixture, make_archive, make_mapping, make_parquet, make_python, make_xlsx, of_fixtures, root,
};
use super::fuzz_tests::{Checked, Dice, damage, files};
use super::read::{self, CsvOptions, Header, JsonShape, XlsxOptions};
use super::*;

/// Longest time for one input.
const PATIENCE: Duration = Duration::from_secs(10);
/// Inputs of one reader where nobody asked for more.
const FEW: u64 = 150;

/// A reader and how its inputs are made.
struct Target {
    name: &'static str,
    /// One input, a function of the dice.
    make: fn(&mut Dice) -> Vec<u8>,
    /// Reads an input; says what came of it.
    run: fn(&[u8]) -> String,
}

const TARGETS: &[Target] = &[
    Target {
        name: "json",
        make: |dice| of_fixtures(&["json"], dice),
        run: run_json,
    },
    Target {
        name: "jsonl",
        make: |dice| of_fixtures(&["jsonl"], dice),
        run: |bytes| open(bytes, "x.jsonl", read::jsonl),
    },
    Target {
        name: "csv",
        make: |dice| of_fixtures(&["csv", "tsv"], dice),
        run: run_csv,
    },
    Target {
        name: "xlsx",
        make: make_xlsx,
        run: run_xlsx,
    },
    Target {
        name: "parquet",
        make: make_parquet,
        run: |bytes| open(bytes, "x.parquet", read::parquet),
    },
    Target {
        name: "archive",
        make: make_archive,
        run: run_archive,
    },
    Target {
        name: "preflib",
        make: |dice| of_fixtures(&["soc", "soi", "toc", "toi", "cat"], dice),
        run: run_preflib,
    },
    Target {
        name: "python",
        make: make_python,
        run: run_python,
    },
    Target {
        name: "annotated_pairs",
        make: |dice| {
            let mut bytes = fixture("annotated_pairs/release/pairs.json").to_vec();
            damage(&mut bytes, dice);
            bytes
        },
        run: |bytes| ingested("annotated_pairs", "x.json", bytes, &Options::default()),
    },
    Target {
        name: "matrix",
        make: |dice| {
            let seeds = [
                "matrix/runs/runs.txt",
                "matrix/square/win.csv",
                "matrix/long/d.csv",
            ];
            let mut bytes = fixture(seeds[dice.below(seeds.len())]).to_vec();
            damage(&mut bytes, dice);
            bytes
        },
        run: |bytes| ingested("matrix", "x.txt", bytes, &Options::default()),
    },
    Target {
        name: "mapping",
        make: make_mapping,
        run: run_mapping,
    },
];

/// What reading all records came to.
fn drain(records: Result<read::Records, Error>) -> String {
    let records = match records {
        Ok(records) => records,
        Err(error) => return error.to_string(),
    };
    let (mut read, mut wrong, mut last) = (0_u64, 0_u64, String::new());
    for record in records {
        match record {
            Ok(record) => {
                read += 1;
                assert!(serde_json::from_str::<serde_json::Value>(&record.canonical()).is_ok());
            }
            Err(error) => {
                wrong += 1;
                last = error.to_string();
                assert!(last.len() < 8192, "{} bytes of error", last.len());
            }
        }
    }
    format!("{read} read, {wrong} wrong: {last}")
}

fn open(bytes: &[u8], name: &str, read: impl Fn(&File) -> Result<read::Records, Error>) -> String {
    match Input::from_memory([(name, bytes.to_vec())]) {
        Ok(input) => {
            let drained = input.files().iter().map(|file| drain(read(file)));
            drained.collect::<Vec<_>>().join("\n")
        }
        Err(error) => error.to_string(),
    }
}

/// Reads bytes with a source, whose rows are checked.
fn ingested(source: &str, name: &str, bytes: &[u8], options: &Options) -> String {
    let said = |on_error: OnError| {
        let options = Options {
            on_error,
            ..options.clone()
        };
        let result = Input::from_memory([(name, bytes.to_vec())]).and_then(|input| {
            super::ingest(super::source(source)?, &input, &options, &mut Checked)
        });
        match result {
            Ok(summary) => format!("{summary:?}"),
            Err(error) => {
                let text = error.to_string();
                assert!(text.len() < 8192, "{} bytes of error", text.len());
                text
            }
        }
    };
    format!("{}\n{}", said(OnError::Stop), said(OnError::Quarantine))
}

fn run_json(bytes: &[u8]) -> String {
    let shapes = [
        JsonShape::List,
        JsonShape::Map,
        JsonShape::Objects,
        JsonShape::Named("comparisons".to_owned()),
        JsonShape::Except("comparisons".to_owned()),
    ];
    let mut said: Vec<String> = shapes
        .iter()
        .map(|shape| open(bytes, "x.json", |file| read::json(file, shape.clone())))
        .collect();
    said.push(open(bytes, "x.json", |file| {
        read::any(file, &CsvOptions::default())
    }));
    let mut nested = Options::default();
    nested
        .params
        .insert("nested".to_owned(), "system,task,metric".to_owned());
    said.push(ingested("scores", "x.json", bytes, &nested));
    said.join("\n")
}

fn run_csv(bytes: &[u8]) -> String {
    let names = Header::Names(vec!["a".to_owned(), "b".to_owned()]);
    let ways = [
        CsvOptions::default(),
        CsvOptions::tsv(),
        CsvOptions::tsv().literal_quotes(),
        CsvOptions::default().header(Header::None).delimiter(b' '),
        CsvOptions::default().header(names.clone()),
        CsvOptions::default().header(Header::Replace(vec!["x".to_owned()])),
    ];
    let said = ways
        .iter()
        .map(|way| open(bytes, "x.csv", |file| read::csv(file, way)));
    said.collect::<Vec<_>>().join("\n")
}

fn run_xlsx(bytes: &[u8]) -> String {
    let second = XlsxOptions {
        sheet: Some("2".to_owned()),
        header: Header::None,
    };
    let said = [XlsxOptions::default(), second]
        .map(|options| open(bytes, "x.xlsx", |file| read::xlsx(file, &options)));
    said.join("\n")
}

fn run_archive(bytes: &[u8]) -> String {
    open(bytes, "x", |file| read::any(file, &CsvOptions::default()))
}

fn run_preflib(bytes: &[u8]) -> String {
    let mut weighted = Options::default();
    weighted
        .params
        .insert("ballots".to_owned(), "weighted".to_owned());
    let said = ["x.soc", "x.toi", "x.cat"].map(|name| {
        let single = match bytes.len() {
            // A damaged count can stand for millions of ballots.
            _ if counts(bytes) > 100_000 => String::new(),
            _ => ingested("preflib", name, bytes, &Options::default()),
        };
        single + &ingested("preflib", name, bytes, &weighted)
    });
    said.join("\n")
}

/// The largest number in a text.
fn counts(bytes: &[u8]) -> u128 {
    let text = String::from_utf8_lossy(bytes);
    let numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers
        .filter_map(|n| n.parse::<u128>().ok())
        .max()
        .unwrap_or(0)
}

fn run_python(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let value = super::sources::python::literal(&text);
    value.map_or_else(|| "none".to_owned(), |v| json::canonical(&v))
}

fn run_mapping(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut options = Options::default();
    if let Err(error) = options.map_file(&text) {
        return error.to_string();
    }
    let battles = fixture("pairwise/arena/battles.jsonl");
    let votes = fixture("pairwise/coded/votes.csv");
    ingested("pairwise", "x.jsonl", battles, &options)
        + &ingested("pairwise", "x.csv", votes, &options)
}

/// Runs one input; panics name it, and `keep` says where it is put then.
#[allow(clippy::disallowed_methods)]
fn once(target: &Target, bytes: &[u8], what: &str, twice: bool, keep: Option<&Path>) {
    let start = Instant::now();
    let result = std::panic::catch_unwind(|| (target.run)(bytes));
    let slow = start.elapsed() > PATIENCE;
    let differs = || {
        twice
            && result
                .as_ref()
                .is_ok_and(|first| *first != (target.run)(bytes))
    };
    let fault = match &result {
        Err(_) => "breaks down",
        Ok(_) if slow => "takes too long",
        Ok(_) if differs() => "differs the second time",
        Ok(_) => return,
    };
    if let Some(keep) = keep {
        std::fs::create_dir_all(keep).unwrap();
        std::fs::write(keep.join(what), bytes).unwrap();
    }
    panic!("{} {fault} on {what}", target.name);
}

#[test]
#[allow(clippy::disallowed_methods)]
fn damaged_bytes_are_errors_or_records() {
    let seconds: Option<u64> = std::env::var("ARROVIAN_FUZZ")
        .ok()
        .and_then(|s| s.parse().ok());
    let only = std::env::var("ARROVIAN_FUZZ_READER").ok();
    for target in TARGETS {
        if only.as_deref().is_some_and(|only| only != target.name) {
            continue;
        }
        let damaged = root().join("fixtures/damaged").join(target.name);
        let mut found = Vec::new();
        if damaged.is_dir() {
            files(&damaged, "", &mut found);
        }
        for (name, bytes) in &found {
            once(target, bytes, name, true, None);
        }
        // An abort or endless loop leaves its input here.
        let last = std::env::temp_dir().join(format!("arrovian-fuzz-{}", target.name));
        let start = Instant::now();
        let mut seed = 0_u64;
        loop {
            seed += 1;
            let bytes = (target.make)(&mut Dice::new(seed));
            if seconds.is_some() {
                std::fs::write(&last, &bytes).unwrap();
            }
            let keep = seconds.is_some().then_some(damaged.as_path());
            once(
                target,
                &bytes,
                &format!("seed-{seed}"),
                seed.is_multiple_of(16),
                keep,
            );
            match seconds {
                Some(seconds) if start.elapsed().as_secs() < seconds => {}
                None if seed < FEW => {}
                _ => break,
            }
        }
        if let Some(seconds) = seconds {
            println!(
                "{}: {seed} inputs in {seconds} s, {} kept finds",
                target.name,
                found.len()
            );
            let _ = std::fs::remove_file(&last);
        }
    }
}
