//! Tests of the lake as a whole.

mod concurrent;
mod content;
mod damage;
mod kill;
mod naming;
mod store;
mod vectors;

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, ListArray, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Int32Type, Schema, TimeUnit};
use object_store::ObjectStoreExt;

use super::*;

/// Runs a future on a runtime of its own.
fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// A rule that makes many slices of few rows.
const SMALL: CutRule = CutRule {
    target_rows: 32,
    min_rows: 8,
    max_rows: 128,
    target_bytes: 1 << 30,
    min_bytes: 1 << 30,
    max_bytes: 1 << 30,
};

fn spec() -> TableSpec {
    let item = Arc::new(Field::new("item", DataType::Int32, true));
    let schema = Schema::new(vec![
        Field::new("dataset", DataType::Utf8, false),
        Field::new("id", DataType::Int64, false),
        Field::new("text", DataType::Utf8, true),
        Field::new("score", DataType::Float64, true),
        Field::new("flag", DataType::Boolean, true),
        Field::new(
            "time",
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            true,
        ),
        Field::new("tags", DataType::List(item), true),
    ]);
    TableSpec {
        name: "ratings".into(),
        schema: Arc::new(schema),
        key: vec!["dataset".into(), "id".into()],
    }
}

/// Rows with these ids; everything else in a row is a function of the id.
fn rows(dataset: &str, ids: &[i64]) -> RecordBatch {
    let text = |id: &i64| (id % 7 != 0).then(|| format!("text of {id}"));
    let score = |id: &i64| (id % 5 != 0).then_some(*id as f64 / 8.0);
    let tags = ids
        .iter()
        .map(|id| (id % 3 != 0).then(|| (0..id % 4).map(|k| Some(k as i32))));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec![dataset; ids.len()])),
        Arc::new(Int64Array::from(ids.to_vec())),
        Arc::new(StringArray::from_iter(ids.iter().map(text))),
        Arc::new(Float64Array::from_iter(ids.iter().map(score))),
        Arc::new(BooleanArray::from_iter(
            ids.iter().map(|id| (id % 11 != 0).then_some(id % 2 == 0)),
        )),
        Arc::new(
            TimestampMicrosecondArray::from_iter(
                ids.iter().map(|id| (id % 13 != 0).then_some(id * 1000)),
            )
            .with_timezone("UTC"),
        ),
        Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(tags)),
    ];
    RecordBatch::try_new(spec().schema, columns).unwrap()
}

fn source() -> SourceEntry {
    SourceEntry {
        files: vec![SourceFile {
            sha256: Digest::of(b"raw"),
            size: 3,
        }],
        licence: "CC-BY-4.0".into(),
        options: Digest::of(b"{}"),
        quarantined: 0,
        revision: None,
        source: "made-up".into(),
        terms: None,
        version: "1".into(),
    }
}

fn meta() -> CommitMeta {
    CommitMeta {
        message: "rows".into(),
        author: "a curator".into(),
        time: "2026-01-31T12:00:00Z".into(),
    }
}

/// A permutation of `0..n` that depends on `seed` only.
fn shuffled(n: i64, seed: u64) -> Vec<i64> {
    let mut ids: Vec<i64> = (0..n).collect();
    ids.sort_by_key(|id| Digest::of(&[id.to_le_bytes(), seed.to_le_bytes()].concat()));
    ids
}

async fn ingest(lake: &Lake, dataset: &str, ids: &[i64]) -> Result<Committed> {
    let mut staging = lake.stage(dataset)?.cut(SMALL);
    staging.write(&spec(), rows(dataset, ids))?;
    lake.commit(staging, source(), "main", meta()).await
}

/// Reads everything a snapshot has through the verified store, as a query engine would.
async fn read_all(lake: &Lake, id: &SnapshotId) -> Result<Vec<RecordBatch>> {
    let snapshot = lake.snapshot(id).await?;
    let store = lake.object_store();
    let mut all = Vec::new();
    for slices in snapshot.tables() {
        let entry = snapshot.manifest.tables.get(&slices.name).unwrap();
        let table =
            schema::Table::from_docs(&slices.name, entry.schema.clone(), entry.key.clone())?;
        for slice in slices.datasets.iter().flat_map(|d| &d.slices) {
            let bytes = match store.get(&slice.path).await {
                Ok(found) => found
                    .bytes()
                    .await
                    .map_err(|e| LakeError::store("read", &slice.path, e))?,
                Err(e) => return Err(LakeError::store("read", &slice.path, e)),
            };
            all.push(parquet::decode(slice.path.as_ref(), &table, bytes)?);
        }
    }
    Ok(all)
}

fn ids_of(batches: &[RecordBatch]) -> Vec<i64> {
    let column = |b: &RecordBatch| {
        b.column(1)
            .as_any()
            .downcast_ref::<Int64Array>()
            .unwrap()
            .values()
            .to_vec()
    };
    batches.iter().flat_map(column).collect()
}
