//! Same meaning, same id; what changes and what is shared.

use super::*;
use arrow::array::{LargeStringArray, MapBuilder, StringBuilder, StringViewArray, StructArray};
use arrow::compute::cast;

#[test]
fn rows_come_back_as_they_went_in() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        let done = ingest(&lake, "d", &shuffled(1000, 1)).await.unwrap();
        assert!(done.changed);
        assert_eq!(done.rows.get("ratings"), Some(&1000));
        let parts = read_all(&lake, &done.id).await.unwrap();
        assert!(parts.len() > 5, "{} slices", parts.len());
        let all = concat_batches(&parts[0].schema(), &parts).unwrap();
        assert_eq!(all, rows("d", &(0..1000).collect::<Vec<_>>()));
        assert_eq!(lake.head("main").await.unwrap(), Some(done.id));
    });
}

#[test]
fn order_batches_spilling_and_store_do_not_change_id_or_bytes() {
    run(async {
        let mut seen = std::collections::BTreeSet::new();
        for (seed, batch, budget) in [
            (1, 2000, 1 << 30),
            (2, 1, 1 << 30),
            (3, 37, 9000),
            (4, 500, 1),
            (5, 2000, 40_000),
        ] {
            let directory = tempfile::tempdir().unwrap();
            let lake = if seed % 2 == 0 {
                Lake::in_memory().await.unwrap()
            } else {
                Lake::create(directory.path().join("lake").to_str().unwrap())
                    .await
                    .unwrap()
            };
            let spill = tempfile::tempdir().unwrap();
            let mut staging = lake
                .stage("d")
                .unwrap()
                .cut(SMALL)
                .buffer(budget)
                .spill_to(spill.path());
            for ids in shuffled(2000, seed).chunks(batch) {
                staging.write(&spec(), rows("d", ids)).unwrap();
            }
            let done = lake
                .commit(staging, source(), "main", meta())
                .await
                .unwrap();
            let objects: Vec<Digest> = lake.blobs().await.unwrap().into_keys().collect();
            seen.insert((done.id, objects));
            assert_eq!(
                std::fs::read_dir(spill.path()).unwrap().count(),
                0,
                "spilled runs are removed"
            );
        }
        assert_eq!(seen.len(), 1, "{seen:?}");
    });
}

#[test]
fn many_runs_are_merged_in_several_passes() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        let once = ingest(&lake, "d", &shuffled(700, 1)).await.unwrap();
        let mut staging = lake.stage("d").unwrap().cut(SMALL).buffer(1);
        for ids in shuffled(700, 2).chunks(4) {
            staging.write(&spec(), rows("d", ids)).unwrap();
        }
        let again = lake
            .commit(staging, source(), "main", meta())
            .await
            .unwrap();
        assert_eq!((again.id, again.changed), (once.id, false));
    });
}

#[test]
fn the_same_rows_in_every_text_representation_have_one_id() {
    run(async {
        let mut seen = std::collections::BTreeSet::new();
        for to in [
            DataType::Utf8,
            DataType::LargeUtf8,
            DataType::Utf8View,
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        ] {
            let lake = Lake::in_memory().await.unwrap();
            let batch = rows("d", &shuffled(300, 1));
            let fields: Vec<Field> = batch
                .schema()
                .fields()
                .iter()
                .map(|f| {
                    let kind = if *f.data_type() == DataType::Utf8 {
                        to.clone()
                    } else {
                        f.data_type().clone()
                    };
                    f.as_ref().clone().with_data_type(kind)
                })
                .collect();
            let schema = Arc::new(Schema::new(fields));
            let columns = batch
                .columns()
                .iter()
                .zip(schema.fields())
                .map(|(c, f)| cast(c, f.data_type()).unwrap());
            let batch = RecordBatch::try_new(schema.clone(), columns.collect()).unwrap();
            let mut staging = lake.stage("d").unwrap();
            staging.write(&spec(), batch).unwrap();
            let done = lake
                .commit(staging, source(), "main", meta())
                .await
                .unwrap();
            seen.insert((done.id, lake.blobs().await.unwrap()));
        }
        assert_eq!(seen.len(), 1);
    });
}

#[test]
fn committing_again_changes_nothing_and_another_dataset_is_left_alone() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        let first = ingest(&lake, "a", &shuffled(500, 1)).await.unwrap();
        let again = ingest(&lake, "a", &shuffled(500, 2)).await.unwrap();
        assert_eq!((again.id, again.changed), (first.id, false));
        assert_eq!(lake.log("main").await.unwrap().len(), 1);
        let second = ingest(&lake, "b", &shuffled(300, 1)).await.unwrap();
        let before = lake.snapshot(&first.id).await.unwrap();
        let after = lake.snapshot(&second.id).await.unwrap();
        let slices = |s: &Snapshot, name: &str| {
            s.table("ratings")
                .unwrap()
                .datasets
                .iter()
                .find(|d| d.dataset == name)
                .cloned()
        };
        assert!(slices(&before, "a").is_some());
        assert_eq!(slices(&before, "a"), slices(&after, "a"));
        assert_eq!(slices(&after, "b").unwrap().rows, 300);
        // Back to the first content by way of other history: the id is the same.
        let other = Lake::in_memory().await.unwrap();
        ingest(&other, "b", &shuffled(300, 5)).await.unwrap();
        assert_eq!(
            ingest(&other, "a", &shuffled(500, 6)).await.unwrap().id,
            second.id
        );
    });
}

#[test]
fn one_more_row_changes_few_slices() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        let even: Vec<i64> = (0..4000).map(|id| 2 * id).collect();
        let mut more = even.clone();
        more.push(4001);
        let (a, b) = (
            ingest(&lake, "d", &even).await.unwrap(),
            ingest(&lake, "d", &more).await.unwrap(),
        );
        assert_ne!(a.id, b.id);
        let (a, b) = (
            lake.snapshot(&a.id).await.unwrap(),
            lake.snapshot(&b.id).await.unwrap(),
        );
        let new = b
            .layout
            .slices
            .keys()
            .filter(|s| !a.layout.slices.contains_key(s))
            .count();
        assert!(
            a.layout.slices.len() > 50 && (1..=4).contains(&new),
            "{new} of {}",
            a.layout.slices.len()
        );
    });
}

#[test]
fn a_change_of_any_cell_changes_the_id() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        let mut seen = std::collections::BTreeSet::new();
        let batch = rows("d", &(1..40).collect::<Vec<_>>());
        let mut variants = vec![batch.clone()];
        for column in 2..batch.num_columns() {
            let array = batch.column(column);
            let moved = arrow::compute::concat(&[&array.slice(1, 38), &array.slice(0, 1)]).unwrap();
            let mut columns = batch.columns().to_vec();
            columns[column] = moved;
            variants.push(RecordBatch::try_new(batch.schema(), columns).unwrap());
        }
        let count = variants.len();
        for batch in variants {
            let mut staging = lake.stage("d").unwrap();
            staging.write(&spec(), batch).unwrap();
            seen.insert(
                lake.commit(staging, source(), "main", meta())
                    .await
                    .unwrap()
                    .id,
            );
        }
        assert_eq!(seen.len(), count);
    });
}

#[test]
fn source_details_are_part_of_the_meaning_and_people_are_not() {
    run(async {
        let (a, b) = (
            Lake::in_memory().await.unwrap(),
            Lake::in_memory().await.unwrap(),
        );
        let one = ingest(&a, "d", &[1, 2]).await.unwrap();
        let mut staging = b.stage("d").unwrap();
        staging.write(&spec(), rows("d", &[2, 1])).unwrap();
        let other = CommitMeta {
            message: "x".into(),
            author: "someone".into(),
            time: "later".into(),
        };
        assert_eq!(
            b.commit(staging, source(), "main", other).await.unwrap().id,
            one.id
        );
        let mut staging = b.stage("d").unwrap();
        staging.write(&spec(), rows("d", &[2, 1])).unwrap();
        let changed = SourceEntry {
            version: "2".into(),
            ..source()
        };
        assert_ne!(
            b.commit(staging, changed, "main", meta()).await.unwrap().id,
            one.id
        );
    });
}

#[test]
fn nan_and_negative_zero_are_stored_as_one_value() {
    run(async {
        let mut seen = std::collections::BTreeSet::new();
        for (zero, nan) in [
            (0.0, f64::NAN),
            (-0.0, -f64::NAN),
            (0.0, f64::from_bits(0x7ff0_0000_0000_0001)),
        ] {
            let lake = Lake::in_memory().await.unwrap();
            let batch = rows("d", &[1, 2]);
            let mut columns = batch.columns().to_vec();
            columns[3] = Arc::new(Float64Array::from(vec![zero, nan]));
            let mut staging = lake.stage("d").unwrap();
            staging
                .write(
                    &spec(),
                    RecordBatch::try_new(batch.schema(), columns).unwrap(),
                )
                .unwrap();
            let done = lake
                .commit(staging, source(), "main", meta())
                .await
                .unwrap();
            let read = read_all(&lake, &done.id).await.unwrap();
            let scores = read[0]
                .column(3)
                .as_any()
                .downcast_ref::<Float64Array>()
                .unwrap();
            assert_eq!(
                (scores.value(0).to_bits(), scores.value(1).to_bits()),
                (0, CANONICAL_NAN)
            );
            seen.insert((done.id, lake.blobs().await.unwrap()));
        }
        assert_eq!(seen.len(), 1);
    });
}

#[test]
fn every_type_comes_back_and_maps_have_no_order() {
    run(async {
        let mut seen = std::collections::BTreeSet::new();
        for order in [["a", "b"], ["b", "a"]] {
            let mut map =
                MapBuilder::new(None, StringBuilder::new(), arrow::array::Int8Builder::new());
            for key in order {
                map.keys().append_value(key);
                map.values()
                    .append_value(key.len() as i8 + i8::from(key == "b"));
            }
            map.append(true).unwrap();
            map.append(false).unwrap();
            let map = map.finish();
            let pair = StructArray::from(vec![
                (
                    Arc::new(Field::new("x", DataType::Float64, true)),
                    Arc::new(Float64Array::from(vec![Some(-0.0), None])) as ArrayRef,
                ),
                (
                    Arc::new(Field::new("y", DataType::LargeUtf8, true)),
                    Arc::new(LargeStringArray::from(vec!["p", ""])) as ArrayRef,
                ),
            ]);
            let columns: Vec<(&str, ArrayRef)> = vec![
                ("dataset", Arc::new(StringArray::from(vec!["d", "d"]))),
                ("k", Arc::new(StringViewArray::from(vec!["b", "a"]))),
                ("map", Arc::new(map)),
                ("pair", Arc::new(pair)),
                ("u8", Arc::new(arrow::array::UInt8Array::from(vec![255, 0]))),
                (
                    "u64",
                    Arc::new(arrow::array::UInt64Array::from(vec![u64::MAX, 0])),
                ),
                ("i16", Arc::new(arrow::array::Int16Array::from(vec![-1, 7]))),
                (
                    "i32",
                    Arc::new(Int32Array::from(vec![Some(i32::MIN), None])),
                ),
                (
                    "f32",
                    Arc::new(arrow::array::Float32Array::from(vec![1.5, -0.0])),
                ),
                (
                    "date",
                    Arc::new(arrow::array::Date32Array::from(vec![-1, 20_000])),
                ),
                (
                    "bytes",
                    Arc::new(arrow::array::BinaryArray::from(vec![
                        b"\0\xff".as_slice(),
                        b"",
                    ])),
                ),
            ];
            let fields: Vec<Field> = columns
                .iter()
                .enumerate()
                .map(|(i, (n, c))| Field::new(*n, c.data_type().clone(), i > 1))
                .collect();
            let schema = Arc::new(Schema::new(fields));
            let batch = RecordBatch::try_new(
                schema.clone(),
                columns.into_iter().map(|(_, c)| c).collect(),
            )
            .unwrap();
            let spec = TableSpec {
                name: "all".into(),
                schema,
                key: vec!["k".into()],
            };
            let lake = Lake::in_memory().await.unwrap();
            let mut staging = lake.stage("d").unwrap();
            staging.write(&spec, batch.clone()).unwrap();
            let done = lake
                .commit(staging, source(), "main", meta())
                .await
                .unwrap();
            let read = read_all(&lake, &done.id).await.unwrap();
            let table = schema::Table::new(&spec).unwrap();
            let expected = table.canonical("d", &batch).unwrap();
            let turned = arrow::compute::take_record_batch(
                &expected,
                &arrow::array::UInt32Array::from(vec![1, 0]),
            )
            .unwrap();
            assert_eq!(read, vec![turned]);
            assert!(lake.verify(Depth::Rows).await.unwrap().is_clean());
            seen.insert((done.id, lake.blobs().await.unwrap()));
        }
        assert_eq!(seen.len(), 1);
    });
}

#[test]
fn a_repeated_key_is_an_error_that_names_it() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        for budget in [1, 1 << 30] {
            let mut staging = lake.stage("d").unwrap().buffer(budget);
            staging.write(&spec(), rows("d", &[3, 1, 77])).unwrap();
            staging.write(&spec(), rows("d", &[5, 77])).unwrap();
            let error = lake
                .commit(staging, source(), "main", meta())
                .await
                .unwrap_err();
            assert!(matches!(error, LakeError::DuplicateKey { .. }), "{error}");
            assert!(error.to_string().contains(r#"id="77""#), "{error}");
        }
        assert_eq!(lake.head("main").await.unwrap(), None);
    });
}

#[test]
fn rows_that_do_not_fit_are_refused_with_the_reason() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        let mut staging = lake.stage("d").unwrap();
        let says =
            |error: LakeError, part: &str| assert!(error.to_string().contains(part), "{error}");
        says(
            staging.write(&spec(), rows("e", &[1])).unwrap_err(),
            "dataset \"e\"",
        );
        let without = rows("d", &[1]).project(&[0, 1, 2, 3, 4, 5]).unwrap();
        says(
            staging.write(&spec(), without).unwrap_err(),
            "6 columns found, 7 expected",
        );
        let moved = rows("d", &[1]).project(&[0, 1, 3, 2, 4, 5, 6]).unwrap();
        says(staging.write(&spec(), moved).unwrap_err(), "\"score\"");
        let float_key = TableSpec {
            name: "f".into(),
            key: vec!["score".into()],
            ..spec()
        };
        says(
            staging.write(&float_key, rows("d", &[1])).unwrap_err(),
            "type f64",
        );
        let no_key = TableSpec {
            name: "f".into(),
            key: vec![],
            ..spec()
        };
        says(
            staging.write(&no_key, rows("d", &[1])).unwrap_err(),
            "primary key",
        );
        let null_key = TableSpec {
            name: "f".into(),
            key: vec!["text".into()],
            ..spec()
        };
        says(
            staging.write(&null_key, rows("d", &[1, 7])).unwrap_err(),
            "NULL in row 1",
        );
        let escape = TableSpec {
            name: "../f".into(),
            ..spec()
        };
        says(
            staging.write(&escape, rows("d", &[1])).unwrap_err(),
            "table name",
        );
        // Another schema for the same table is refused while another dataset uses it.
        ingest(&lake, "d", &[1]).await.unwrap();
        let narrow = TableSpec {
            schema: Arc::new(spec().schema.project(&[0, 1]).unwrap()),
            ..spec()
        };
        let mut staging = lake.stage("e").unwrap();
        staging
            .write(&narrow, rows("e", &[1]).project(&[0, 1]).unwrap())
            .unwrap();
        says(
            lake.commit(staging, source(), "main", meta())
                .await
                .unwrap_err(),
            "differ",
        );
    });
}

#[test]
fn a_slice_ends_where_the_rule_says() {
    let never = || u64::MAX;
    let always = || 0;
    assert!(!CUT.ends(8191, 0, 0, always));
    assert!(CUT.ends(8192, 0, 0, always));
    assert!(CUT.ends(1, CUT.min_bytes, 1, always));
    assert!(!CUT.ends(8192, 0, 0, never));
    assert!(CUT.ends(256 << 10, 0, 0, never));
    assert!(CUT.ends(1, 128 << 20, 0, never));
    let limit = 1u64 << 48; // 2^64 / 64 Ki
    assert!(CUT.ends(8192, 0, 0, || limit - 1));
    assert!(!CUT.ends(8192, 0, 0, || limit));
    // A row of 1 MiB ends a slice with probability 1/32.
    assert!(CUT.ends(8192, 0, 1 << 20, || (1 << 59) - 1));
    assert!(!CUT.ends(8192, 0, 1 << 20, || 1 << 59));
}
