//! Every shipped query has one digest, over partitions × batch sizes × row
//! orders × text encodings, and over re-packed files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrovian::engine::named::{NamedQuery, QUERIES};
use arrovian::engine::{Options, Params, Session};
use arrovian::lake::Lake;
use arrovian::schema;
use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::{cast, concat_batches, take};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::MemTable;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use crate::program::Place;

/// What is ingested for the shipped queries: arguments of `ingest`, from where the fixtures are.
pub(crate) const INGESTED: &[&str] = &[
    "pairwise fixtures/tour/votes.csv --dataset tour",
    "rankings fixtures/queries/rankings.csv",
    "ratings fixtures/queries/ratings.csv",
    "pandalm fixtures/pandalm/release/data",
    "judgebench fixtures/judgebench/release/data fixtures/judgebench/release/outputs",
    "imagenhub fixtures/imagenhub/release/eval",
    "sight fixtures/sight/release/data",
];

/// A lake with something in it for every shipped query.
pub(crate) fn filled() -> Place {
    let place = Place::new();
    assert_eq!(place.run(&["init"]).code, 0);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for line in INGESTED {
        let mut all = vec!["ingest", "--on-error", "quarantine"];
        let paths: Vec<String> = line
            .split(' ')
            .map(|word| match word.strip_prefix("fixtures/") {
                Some(_) => root.join(word).to_str().unwrap().to_owned(),
                None => word.to_owned(),
            })
            .collect();
        all.extend(paths.iter().map(String::as_str));
        let run = place.run(&all);
        assert_eq!(run.code, 0, "{all:?}: {}", run.err);
    }
    place
}

/// All rows of every table, in one batch each.
async fn tables(session: &Session) -> BTreeMap<String, RecordBatch> {
    let mut found = BTreeMap::new();
    for table in schema::tables() {
        let sql = format!("SELECT * FROM {}", table.name);
        let answer = session.query(&sql, &Params::new()).await.unwrap();
        let batch = concat_batches(&answer.schema, &answer.batches).unwrap();
        found.insert(table.name.clone(), batch);
    }
    found
}

/// The rows in another order, with text in another encoding.
fn shuffled(batch: &RecordBatch, stride: usize, text: &DataType) -> RecordBatch {
    let n = batch.num_rows();
    let stride = (stride..).find(|s| gcd(*s, n.max(1)) == 1).unwrap();
    let order: UInt32Array = (0..n)
        .map(|i| ((i * stride) % n) as u32)
        .collect::<Vec<_>>()
        .into();
    let is_text = |c: &ArrayRef| matches!(c.data_type(), DataType::Utf8 | DataType::Utf8View);
    let columns: Vec<ArrayRef> = batch
        .columns()
        .iter()
        .map(|c| {
            let c = take(c, &order, None).unwrap();
            if is_text(&c) {
                cast(&c, text).unwrap()
            } else {
                c
            }
        })
        .collect();
    let schema = batch.schema();
    let fields = schema.fields().iter().zip(&columns);
    let fields: Vec<Field> = fields
        .map(|(f, c)| Field::new(f.name(), c.data_type().clone(), true))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn dealt(batch: &RecordBatch, partitions: usize) -> MemTable {
    let n = batch.num_rows();
    let share = n.div_ceil(partitions * 3).max(1);
    let mut parts = vec![Vec::new(); partitions];
    for (i, start) in (0..n).step_by(share).enumerate() {
        parts[i % partitions].push(batch.slice(start, share.min(n - start)));
    }
    MemTable::try_new(batch.schema(), parts).unwrap()
}

async fn session(partitions: usize, batch_size: usize, lake: Option<Lake>) -> Session {
    let options = Options {
        partitions: Some(partitions),
        batch_size: Some(batch_size),
        memory_limit: None,
    };
    Session::open(lake, None, options).await.unwrap()
}

/// Runs every query and files its digest.
async fn run(session: &Session, digests: &mut BTreeMap<&'static str, BTreeSet<String>>) {
    for (name, text) in QUERIES {
        let query = NamedQuery::parse(name, text).unwrap();
        let defaults = query.params.iter();
        let params: Params = defaults
            .filter_map(|p| Some((p.name.clone(), p.default.clone()?)))
            .collect();
        let answer = session.query(&query.sql, &params).await;
        let answer = answer.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(
            answer.verdict.reproducible,
            "{name}: {:?}",
            answer.verdict.reasons
        );
        assert!(
            answer.rows() > 0,
            "{name} has no rows here: it shows nothing"
        );
        digests
            .entry(name)
            .or_default()
            .insert(answer.digest.to_string());
    }
}

#[test]
fn every_shipped_query_has_one_digest() {
    let place = filled();
    let path = place.path().join(".arrovian");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let lake = Lake::open(path.to_str().unwrap()).await.unwrap();
        let plain = session(2, 8192, Some(lake)).await;
        let mut digests = BTreeMap::new();
        run(&plain, &mut digests).await;
        let rows = tables(&plain).await;
        let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        for (stride, text) in [
            (1, DataType::Utf8),
            (7, DataType::Utf8View),
            (31, dictionary),
        ] {
            for (partitions, batch_size) in [(1, 8192), (2, 1), (8, 1024)] {
                let other = session(partitions, batch_size, None).await;
                for (name, batch) in &rows {
                    other.add_table(
                        name,
                        Arc::new(dealt(&shuffled(batch, stride, &text), partitions)),
                    );
                }
                run(&other, &mut digests).await;
            }
        }
        for group in [3, 50] {
            let other = session(4, 512, None).await;
            for (name, batch) in &rows {
                let file = place.path().join(format!("{name}-{group}.parquet"));
                let properties =
                    WriterProperties::builder().set_max_row_group_row_count(Some(group));
                let batch = shuffled(batch, 11, &DataType::Utf8);
                let out = std::fs::File::create(&file).unwrap();
                let mut writer =
                    ArrowWriter::try_new(out, batch.schema(), Some(properties.build())).unwrap();
                writer.write(&batch).unwrap();
                writer.close().unwrap();
                other.add_file(name, file.to_str().unwrap()).await.unwrap();
            }
            run(&other, &mut digests).await;
        }
        for (name, seen) in digests {
            assert_eq!(seen.len(), 1, "{name} has {} digests", seen.len());
        }
    });
}
