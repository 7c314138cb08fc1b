//! What reading costs: JSON lines and CSV to checked rows, and to committed objects.
//!
//! `cargo bench --bench ingest`: 300 000 comparisons; the best of three runs,
//! in records and bytes per second. `scripts/compare_ingest.py` measures the
//! whole program, with DuckDB beside it.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs
)]

use std::fmt::Write as _;
use std::time::Instant;

use arrovian::ingest::{Error, Input, Options, Sink, ingest, source};
use arrovian::lake::{CommitMeta, Digest, Lake, SourceEntry, SourceFile, Staging, TableSpec};
use arrovian::schema::Table;
use arrow::array::RecordBatch;

const ROWS: usize = 300_000;

/// Rows that are checked and forgotten.
struct Nowhere;

impl Sink for Nowhere {
    fn write(&mut self, _: &'static Table, _: RecordBatch) -> Result<(), Error> {
        Ok(())
    }
}

/// Rows that are to be committed.
struct Staged(Staging);

impl Sink for Staged {
    fn write(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), Error> {
        let spec = TableSpec {
            name: table.name.clone(),
            schema: table.arrow(),
            key: table.key.clone(),
        };
        self.0
            .write(&spec, batch)
            .map_err(|e| Error::fatal(e.to_string()))
    }
}

fn votes(json: bool) -> String {
    let mut text = String::new();
    if !json {
        text.push_str("id,item,model_a,model_b,winner,judge,turn,language,tstamp\n");
    }
    for n in 0..ROWS {
        let (a, b, judge) = (n * 7 % 40, n * 11 % 41, n * 13 % 5000);
        let winner = ["model_a", "model_b", "tie"][n % 3];
        let time = 1_700_000_000 + n;
        let _ = if json {
            writeln!(
                text,
                r#"{{"id":"q{n}","item":"i{}","model_a":"m{a}","model_b":"m{b}","winner":"{winner}","judge":"u{judge}","turn":{},"language":"English","tstamp":{time}}}"#,
                n % 9973,
                n % 5
            )
        } else {
            writeln!(
                text,
                "q{n},i{},m{a},m{b},{winner},u{judge},{},English,{time}",
                n % 9973,
                n % 5
            )
        };
    }
    text
}

/// Reads into a new lake on disk and commits.
fn commit(input: &Input, options: &Options) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let lake = Lake::create(folder.path().to_str().unwrap()).await.unwrap();
        let mut sink = Staged(lake.stage("pairwise").unwrap());
        let summary = ingest(source("pairwise").unwrap(), input, options, &mut sink).unwrap();
        let file = |file: &arrovian::ingest::FileDigest| SourceFile {
            sha256: Digest::from_hex(&file.sha256).unwrap(),
            size: file.size,
        };
        let entry = SourceEntry {
            files: input.digests().unwrap().iter().map(file).collect(),
            licence: "CC0-1.0".into(),
            options: Digest::of(b""),
            quarantined: summary.quarantined,
            revision: None,
            source: "pairwise".into(),
            terms: None,
            version: "1".into(),
        };
        let meta = CommitMeta {
            message: "votes".into(),
            author: "bench".into(),
            time: "2026-01-01T00:00:00Z".into(),
        };
        lake.commit(sink.0, entry, "main", meta).await.unwrap();
    });
}

#[allow(clippy::cast_precision_loss)]
fn report(what: &str, bytes: usize, run: impl Fn()) {
    let best = (0..3)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min);
    println!(
        "{what:<24} {:>9.0} records/s {:>7.1} MB/s",
        ROWS as f64 / best,
        bytes as f64 / best / 1e6
    );
}

fn main() {
    let mut options = Options::default();
    options.map_pair("comparison=id").unwrap();
    for (name, json) in [("votes.jsonl", true), ("votes.csv", false)] {
        let text = votes(json);
        let bytes = text.len();
        let input = Input::from_memory([(name, text)]).unwrap();
        report(&format!("{name}, checked"), bytes, || {
            ingest(source("pairwise").unwrap(), &input, &options, &mut Nowhere).unwrap();
        });
        report(&format!("{name}, committed"), bytes, || {
            commit(&input, &options);
        });
    }
}
