//! What reading costs: JSON lines and CSV to checked rows.
//!
//! `cargo bench --bench ingest`: 300 000 comparisons; the best of three runs,
//! in records and bytes per second. `scripts/compare_ingest.py` measures the
//! whole way to committed Parquet, with DuckDB beside it.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs
)]

use std::fmt::Write as _;
use std::time::Instant;

use arrovian::ingest::{Error, Input, Options, Sink, ingest, source};
use arrovian::schema::Table;
use arrow::array::RecordBatch;

const ROWS: usize = 300_000;

struct Nowhere;

impl Sink for Nowhere {
    fn write(&mut self, _: &'static Table, _: RecordBatch) -> Result<(), Error> {
        Ok(())
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

#[allow(clippy::cast_precision_loss)]
fn main() {
    let mut options = Options::default();
    options.map_pair("comparison=id").unwrap();
    for (name, json) in [("votes.jsonl", true), ("votes.csv", false)] {
        let text = votes(json);
        let bytes = text.len();
        let input = Input::from_memory([(name, text)]).unwrap();
        let best = (0..3)
            .map(|_| {
                let start = Instant::now();
                ingest(source("pairwise").unwrap(), &input, &options, &mut Nowhere).unwrap();
                start.elapsed().as_secs_f64()
            })
            .fold(f64::INFINITY, f64::min);
        println!(
            "{name:<12} {:>9.0} records/s {:>7.1} MB/s",
            ROWS as f64 / best,
            bytes as f64 / best / 1e6
        );
    }
}
