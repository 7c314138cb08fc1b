//! What exactness costs: the aggregates of this package against DataFusion's.
//!
//! `cargo bench --bench exact`: 2 million rows, two partitions, in memory and
//! from Parquet; the best of several runs, in milliseconds.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs
)]

use arrovian::engine::exact::aggregates;
use arrovian::stats::exact::{CoMoments, ExactSum, Moments};
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use datafusion::datasource::MemTable;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

const ROWS: usize = 2_000_000;
const PARTITIONS: usize = 2;

/// SplitMix64, as a fraction.
fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

fn batches() -> Vec<RecordBatch> {
    let mut state = 1;
    (0..ROWS / 8000)
        .map(|_| {
            let x = Float64Array::from_iter_values(
                (0..8000).map(|_| (unit(&mut state) - 0.3) * 1000.0),
            );
            let y = Float64Array::from_iter_values((0..8000).map(|_| unit(&mut state) * 5.0));
            let k =
                Int64Array::from_iter_values((0..8000).map(|_| (unit(&mut state) * 1000.0) as i64));
            let u = Int64Array::from_iter_values(
                (0..8000).map(|_| (unit(&mut state) * 500_000.0) as i64),
            );
            RecordBatch::try_from_iter([
                ("x", Arc::new(x) as ArrayRef),
                ("y", Arc::new(y)),
                ("k", Arc::new(k)),
                ("u", Arc::new(u)),
            ])
            .unwrap()
        })
        .collect()
}

/// Best time of `runs`, in milliseconds.
fn best(runs: usize, mut f: impl FnMut()) -> f64 {
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            f();
            start.elapsed().as_secs_f64() * 1e3
        })
        .fold(f64::INFINITY, f64::min)
}

fn kernels(x: &[f64], y: &[f64]) {
    let per_value = |ms: f64| ms * 1e6 / x.len() as f64;
    let cases: [(&str, &dyn Fn() -> f64); 6] = [
        ("x + x + … in order", &|| x.iter().sum()),
        ("ExactSum::add_slice", &|| ExactSum::of(x).value()),
        ("ExactSum::add", &|| {
            x.iter().copied().collect::<ExactSum>().value()
        }),
        ("Moments::add", &|| {
            let mut m = Moments::new();
            x.iter().for_each(|&x| m.add(x));
            m.sum()
        }),
        ("Moments::add_slice", &|| {
            let mut m = Moments::new();
            m.add_slice(x);
            m.sum()
        }),
        ("CoMoments::add_slices", &|| {
            let mut m = CoMoments::new();
            m.add_slices(x, y);
            m.sxx().unwrap_or_default()
        }),
    ];
    for (name, f) in cases {
        println!(
            "{name:<32} {:>6.2} ns/value",
            per_value(best(15, || {
                black_box(f());
            }))
        );
    }
}

fn main() {
    let batches = batches();
    let column = |name: &str| -> Vec<f64> {
        batches
            .iter()
            .flat_map(|b| {
                b[name]
                    .as_any()
                    .downcast_ref::<Float64Array>()
                    .unwrap()
                    .values()
                    .to_vec()
            })
            .collect()
    };
    kernels(&column("x"), &column("y"));

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rows.parquet");
    let properties = parquet::file::properties::WriterProperties::builder()
        .set_compression(parquet::basic::Compression::SNAPPY)
        .build();
    let file = std::fs::File::create(&path).unwrap();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(file, batches[0].schema(), Some(properties)).unwrap();
    batches
        .iter()
        .for_each(|batch| writer.write(batch).unwrap());
    writer.close().unwrap();

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(PARTITIONS)
        .build()
        .unwrap();
    let context = |exact: bool| {
        let context = SessionContext::new_with_config(
            SessionConfig::new().with_target_partitions(PARTITIONS),
        );
        if exact {
            aggregates()
                .into_iter()
                .for_each(|f| context.register_udaf(f.as_ref().clone()));
        }
        let halves = batches
            .chunks(batches.len() / PARTITIONS)
            .map(<[_]>::to_vec)
            .collect();
        let table = MemTable::try_new(batches[0].schema(), halves).unwrap();
        context.register_table("t", Arc::new(table)).unwrap();
        let path = path.to_str().unwrap();
        runtime
            .block_on(context.register_parquet("p", path, ParquetReadOptions::default()))
            .unwrap();
        context
    };
    let (built_in, exact) = (context(false), context(true));
    println!(
        "{:<72} {:>9} {:>9} {:>6}",
        "query (ms)", "built-in", "exact", "ratio"
    );
    for sql in [
        "SELECT sum(x) FROM t",
        "SELECT sum(x), sum(y) FROM t",
        "SELECT avg(x) FROM t",
        "SELECT stddev(x) FROM t",
        "SELECT corr(x, y) FROM t",
        "SELECT regr_slope(x, y) FROM t",
        "SELECT k, sum(x), avg(y) FROM t GROUP BY k",
        "SELECT k, stddev(x) FROM t GROUP BY k",
        "SELECT k, corr(x, y) FROM t GROUP BY k",
        "SELECT u, sum(x) FROM t GROUP BY u",
        "SELECT u, stddev(x) FROM t GROUP BY u",
        "SELECT max(s) FROM (SELECT sum(x) OVER (ORDER BY u ROWS 10 PRECEDING) AS s FROM t WHERE k < 100)",
        "SELECT max(s) FROM (SELECT stddev(x) OVER (ORDER BY u ROWS 10 PRECEDING) AS s FROM t WHERE k < 100)",
        "SELECT sum(x) FROM p",
        "SELECT stddev(x) FROM p",
        "SELECT corr(x, y) FROM p",
        "SELECT k, sum(x), avg(y) FROM p GROUP BY k",
    ] {
        let time = |context: &SessionContext| {
            best(5, || {
                runtime.block_on(async {
                    black_box(context.sql(sql).await.unwrap().collect().await.unwrap())
                });
            })
        };
        let (plain, ours) = (time(&built_in), time(&exact));
        println!("{sql:<72} {plain:>9.1} {ours:>9.1} {:>6.2}", ours / plain);
    }
}
