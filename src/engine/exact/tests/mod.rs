//! Made-up rows in every layout, and how queries over them are run.

mod matrix;
mod scalar;
mod special;
mod truth;

use super::{aggregates, scalars};
use arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, Float32Array, Float64Array, Int64Array, RecordBatch,
    StringArray,
};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::Float64Type;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use std::sync::Arc;

/// A small generator (SplitMix64): fixtures must not change between runs.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Uniform in [0, 1).
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

const ROWS: usize = 1500;

/// id, group, and numbers of mixed magnitude with NULLs and repetitions.
fn fixture() -> RecordBatch {
    let mut r = Random(7);
    let mut column = |f: &mut dyn FnMut(&mut Random) -> Option<f64>| -> Vec<Option<f64>> {
        (0..ROWS).map(|_| f(&mut r)).collect()
    };
    let x = column(&mut |r| {
        (r.below(11) > 0).then(|| (r.unit() - 0.5) * libm::exp10((r.below(13) as f64) - 4.0))
    });
    let y = column(&mut |r| (r.below(13) > 0).then(|| r.unit() * 3.0 + r.below(5) as f64));
    // Few distinct values, both zeros, and the far ends of the range.
    let z = column(&mut |r| {
        Some(
            [
                0.1, 0.2, 0.3, -0.0, 0.0, 1e-200, 1e200, -1e200, 5e-324, 7.25,
            ][r.below(10) as usize],
        )
    });
    let k: Vec<i64> = (0..ROWS).map(|_| r.below(7) as i64).collect();
    let f: Vec<f32> = (0..ROWS).map(|_| r.unit() as f32).collect();
    let d: Vec<i128> = (0..ROWS).map(|_| i128::from(r.below(100_000))).collect();
    let s: Vec<String> = (0..ROWS).map(|_| format!("s{}", r.below(40))).collect();
    RecordBatch::try_from_iter_with_nullable([
        (
            "id",
            Arc::new(Int64Array::from_iter_values(0..ROWS as i64)) as ArrayRef,
            false,
        ),
        ("k", Arc::new(Int64Array::from(k)), false),
        ("x", Arc::new(Float64Array::from(x)), true),
        ("y", Arc::new(Float64Array::from(y)), true),
        ("z", Arc::new(Float64Array::from(z)), true),
        ("f", Arc::new(Float32Array::from(f)), false),
        (
            "d",
            Arc::new(
                Decimal128Array::from(d)
                    .with_precision_and_scale(10, 2)
                    .unwrap(),
            ),
            false,
        ),
        ("s", Arc::new(StringArray::from(s)), false),
    ])
    .unwrap()
}

/// Rows in another order, cut into batches, dealt to partitions.
fn layout(rows: &RecordBatch, seed: u64, batch: usize, partitions: usize) -> MemTable {
    let mut r = Random(seed);
    let mut order: Vec<(u64, i64)> = (0..ROWS as i64)
        .map(|i| (if seed == 0 { 0 } else { r.next() }, i))
        .collect();
    order.sort_unstable();
    let indices = Int64Array::from_iter_values(order.into_iter().map(|(_, i)| i));
    let rows = take_record_batch(rows, &indices).unwrap();
    let mut parts = vec![Vec::new(); partitions];
    let mut start = 0;
    while start < ROWS {
        let length = (1 + r.below(batch as u64) as usize).min(ROWS - start);
        parts[r.below(partitions as u64) as usize].push(rows.slice(start, length));
        start += length;
    }
    MemTable::try_new(rows.schema(), parts).unwrap()
}

fn context(partitions: usize, batch_size: usize, table: MemTable) -> SessionContext {
    let mut config = SessionConfig::new()
        .with_target_partitions(partitions)
        .with_batch_size(batch_size);
    // Make DataFusion give up partial aggregation early, so that states of single rows are merged too.
    config
        .options_mut()
        .execution
        .skip_partial_aggregation_probe_rows_threshold = 100;
    config
        .options_mut()
        .execution
        .skip_partial_aggregation_probe_ratio_threshold = 0.1;
    let context = SessionContext::new_with_config(config);
    aggregates()
        .into_iter()
        .for_each(|f| context.register_udaf(f.as_ref().clone()));
    scalars()
        .into_iter()
        .for_each(|f| context.register_udf(f.as_ref().clone()));
    context.register_table("t", Arc::new(table)).unwrap();
    context
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    #[cfg(feature = "cli")]
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    #[cfg(not(feature = "cli"))]
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.build().unwrap().block_on(future)
}

fn run(context: &SessionContext, sql: &str) -> RecordBatch {
    block_on(async {
        let frame = context
            .sql(sql)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let batches = frame
            .collect()
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        concat_batches(&schema, &batches).unwrap()
    })
}

/// Every cell, floats by their bits.
fn cells(batch: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::default();
    let mut cells = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let format = ArrayFormatter::try_new(column, &options).unwrap();
        for row in 0..batch.num_rows() {
            let cell = match column.as_primitive_opt::<Float64Type>() {
                Some(floats) if floats.is_valid(row) => {
                    format!("{:016x}", floats.value(row).to_bits())
                }
                _ => format.value(row).to_string(),
            };
            cells.push(format!("{}[{row}] {cell}", field.name()));
        }
    }
    cells
}

fn column(batch: &RecordBatch, name: &str) -> Float64Array {
    batch
        .column_by_name(name)
        .unwrap()
        .as_primitive::<Float64Type>()
        .clone()
}

const SINGLES: [&str; 12] = [
    "sum",
    "avg",
    "mean",
    "var",
    "var_samp",
    "var_sample",
    "var_pop",
    "var_population",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "count",
];
const PAIRS: [&str; 13] = [
    "covar",
    "covar_samp",
    "covar_pop",
    "corr",
    "regr_slope",
    "regr_intercept",
    "regr_count",
    "regr_r2",
    "regr_avgx",
    "regr_avgy",
    "regr_sxx",
    "regr_syy",
    "regr_sxy",
];

/// `f(args)suffix AS n` for every aggregate, comma separated.
fn all(distinct: &str, column: &str, suffix: &str) -> String {
    let single = SINGLES
        .iter()
        .map(|f| format!("{f}({distinct}{column}){suffix}"));
    let pairs = PAIRS
        .iter()
        .map(|f| format!("{f}({distinct}y, {column}){suffix}"));
    single
        .chain(pairs)
        .enumerate()
        .map(|(i, call)| format!("{call} AS c{i}"))
        .collect::<Vec<_>>()
        .join(", ")
}
