//! Damaged and hostile lakes: always an error, never rows.

use super::*;
use object_store::PutPayload;
use object_store::memory::InMemory;
use object_store::path::Path;

/// A lake with two commits and a tag, its store, and its newest snapshot.
async fn lake() -> (Arc<InMemory>, Lake, SnapshotId) {
    let store = Arc::new(InMemory::new());
    let lake = Lake::create_in(store.clone(), "x").await.unwrap();
    let one = ingest(&lake, "a", &shuffled(60, 1)).await.unwrap().id;
    let two = ingest(&lake, "b", &shuffled(40, 1)).await.unwrap().id;
    lake.tag("v1", &one, &meta()).await.unwrap();
    (store, lake, two)
}

async fn objects(store: &InMemory) -> Vec<(Path, Vec<u8>)> {
    let mut all = Vec::new();
    for (key, _) in refs::keys(store, "").await.unwrap() {
        all.push((
            key.clone(),
            store
                .get(&key)
                .await
                .unwrap()
                .bytes()
                .await
                .unwrap()
                .to_vec(),
        ));
    }
    all
}

/// Reads everything a lake can tell, with a handle that has nothing cached.
async fn read(store: &InMemory) -> Result<Vec<i64>> {
    let lake = Lake::open_in(Arc::new(store.fork()), "x").await?;
    let mut ids = Vec::new();
    for branch in lake.branches().await? {
        for entry in lake.log(&branch).await? {
            ids.extend(ids_of(&read_all(&lake, &entry.target).await?));
        }
    }
    for (_, entry) in lake.tags().await? {
        ids.extend(ids_of(&read_all(&lake, &entry.target).await?));
    }
    Ok(ids)
}

async fn set(store: &InMemory, key: &Path, bytes: &[u8]) {
    store
        .put(key, PutPayload::from(bytes.to_vec()))
        .await
        .unwrap();
}

async fn is_noticed(store: &InMemory, what: &str) -> LakeError {
    let error = read(store).await.expect_err(what);
    let cause = LakeError::find(&error).unwrap();
    assert!(
        matches!(
            cause.kind(),
            ErrorKind::Verification
                | ErrorKind::NotFound
                | ErrorKind::Unsupported
                | ErrorKind::Unreachable
        ),
        "{what}: {error:?}"
    );
    let lake = Lake::over_for_tests(Arc::new(store.fork()));
    let report = lake.verify(Depth::Bytes).await.unwrap();
    assert!(!report.is_clean(), "{what}: verify saw nothing");
    error
}

#[test]
fn a_flipped_bit_anywhere_is_an_error() {
    run(async {
        let (store, _, _) = lake().await;
        let before = read(&store).await.unwrap();
        assert_eq!(before.len(), 60 + 100 + 60);
        let mut flips = 0;
        for (key, bytes) in objects(&store).await {
            // Short objects are covered byte by byte, long ones at every 97th byte.
            let step = if bytes.len() < 1000 { 7 } else { 97 };
            for at in (0..bytes.len()).step_by(step) {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << (at % 8);
                set(&store, &key, &damaged).await;
                is_noticed(&store, &format!("bit {} of byte {at} of {key}", at % 8)).await;
                flips += 1;
            }
            set(&store, &key, &bytes).await;
        }
        assert!(flips > 300, "{flips}");
        assert_eq!(read(&store).await.unwrap(), before);
    });
}

#[test]
fn a_truncated_lengthened_emptied_or_missing_object_is_an_error_that_names_it() {
    run(async {
        let (store, _, _) = lake().await;
        for (key, bytes) in objects(&store).await {
            let mut longer = bytes.clone();
            longer.push(0);
            for damaged in [
                &bytes[..bytes.len() - 1],
                &bytes[..bytes.len() / 2],
                &bytes[..0],
                &longer,
            ] {
                set(&store, &key, damaged).await;
                let error = is_noticed(
                    &store,
                    &format!("{} of {} bytes of {key}", damaged.len(), bytes.len()),
                )
                .await;
                let text = format!("{error}: {:?}", LakeError::find(&error));
                assert!(
                    text.contains(key.as_ref()) || text.contains("FORMAT"),
                    "{text}"
                );
            }
            store.delete(&key).await.unwrap();
            // The newest entry of a log and a whole tag leave no trace when they are removed.
            let newest = key.as_ref().starts_with("refs/")
                && !key
                    .as_ref()
                    .ends_with("heads/main/00000000000000000001.json");
            if !newest {
                is_noticed(&store, &format!("{key} removed")).await;
            }
            set(&store, &key, &bytes).await;
        }
        assert!(read(&store).await.is_ok());
    });
}

#[test]
fn exchanged_objects_are_an_error() {
    run(async {
        let (store, _, _) = lake().await;
        let all = objects(&store).await;
        for (i, (a, x)) in all.iter().enumerate() {
            for (b, y) in all.iter().skip(i + 1).step_by(3) {
                set(&store, a, y).await;
                set(&store, b, x).await;
                is_noticed(&store, &format!("{a} and {b} exchanged")).await;
                set(&store, a, x).await;
                set(&store, b, y).await;
            }
        }
    });
}

#[test]
fn each_kind_of_damage_has_its_own_error() {
    run(async {
        let (store, lake, id) = lake().await;
        let slice = lake
            .snapshot(&id)
            .await
            .unwrap()
            .table("ratings")
            .unwrap()
            .datasets[0]
            .slices[0]
            .clone();
        let bytes = store.get(&slice.path).await.unwrap().bytes().await.unwrap();
        let cause = async |damaged: Option<&[u8]>| {
            match damaged {
                Some(damaged) => set(&store, &slice.path, damaged).await,
                None => store.delete(&slice.path).await.unwrap(),
            }
            let fresh = Lake::open_in(Arc::new(store.fork()), "x").await.unwrap();
            fresh.snapshot(&id).await.unwrap();
            let error = fresh.object_store().get(&slice.path).await.unwrap_err();
            let found = LakeError::find(&error).unwrap_or_else(|| panic!("{error:?}"));
            (found.kind(), found.to_string())
        };
        let mut flipped = bytes.to_vec();
        flipped[10] ^= 1;
        let (kind, text) = cause(Some(&flipped)).await;
        assert!(
            kind == ErrorKind::Verification
                && text.contains("hash to")
                && text.contains(slice.path.as_ref()),
            "{text}"
        );
        let (kind, text) = cause(Some(&bytes[..10])).await;
        assert!(
            kind == ErrorKind::Verification
                && text.contains("10 bytes")
                && text.contains(slice.path.as_ref()),
            "{text}"
        );
        let (kind, text) = cause(None).await;
        assert!(
            kind == ErrorKind::NotFound
                && text.contains("missing")
                && text.contains(slice.path.as_ref()),
            "{text}"
        );
    });
}

#[test]
fn reads_are_served_from_what_was_verified() {
    run(async {
        let (store, lake, id) = lake().await;
        let slice = lake
            .snapshot(&id)
            .await
            .unwrap()
            .table("ratings")
            .unwrap()
            .datasets[0]
            .slices[0]
            .clone();
        let verified = lake.object_store();
        let whole = verified
            .get(&slice.path)
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        assert_eq!(Digest::of(&whole), slice.digest);
        assert_eq!(verified.head(&slice.path).await.unwrap().size, slice.size);
        assert_eq!(
            verified.get_range(&slice.path, 4..9).await.unwrap(),
            whole.slice(4..9)
        );
        assert!(
            verified
                .get_range(&slice.path, slice.size..slice.size + 1)
                .await
                .is_err()
        );
        // Damage after the check does not reach the reader.
        set(&store, &slice.path, b"damaged").await;
        assert_eq!(
            verified
                .get(&slice.path)
                .await
                .unwrap()
                .bytes()
                .await
                .unwrap(),
            whole
        );
        assert!(verified.put(&slice.path, "x".into()).await.is_err());
        assert!(verified.delete(&slice.path).await.is_err());
        assert!(verified.get(&Path::from("FORMAT")).await.is_err());
        // With no memory to keep objects in, a read is still preceded by a check.
        let (store, lake, id) = super::damage::lake().await;
        let slice = lake
            .snapshot(&id)
            .await
            .unwrap()
            .table("ratings")
            .unwrap()
            .datasets[0]
            .slices[0]
            .clone();
        let bytes = store.get(&slice.path).await.unwrap().bytes().await.unwrap();
        let small = VerifiedStore::new(store.clone(), 0);
        assert_eq!(
            small.get_range(&slice.path, 0..4).await.unwrap(),
            bytes.slice(0..4)
        );
        assert_eq!(small.blob(&slice.digest).await.unwrap(), bytes);
        set(
            &store,
            &slice.path,
            &[&bytes[..8], b"x", &bytes[9..]].concat(),
        )
        .await;
        assert!(
            VerifiedStore::new(store, 0)
                .get_range(&slice.path, 0..4)
                .await
                .is_err()
        );
    });
}

type Forgery = Box<dyn FnOnce(&mut Manifest, &mut Layout)>;

/// Replaces the newest snapshot's manifest and layout by lies that hash correctly.
async fn forge(change: impl FnOnce(&mut Manifest, &mut Layout)) -> Result<Snapshot> {
    let (_, lake, id) = lake().await;
    let Snapshot {
        mut manifest,
        mut layout,
        ..
    } = lake.snapshot(&id).await.unwrap();
    change(&mut manifest, &mut layout);
    let id = SnapshotId(
        lake.put_blob(canon::to_bytes("m", &manifest).unwrap())
            .await
            .unwrap(),
    );
    layout.snapshot = if layout.snapshot == SnapshotId(Digest::of(b"other")) {
        layout.snapshot
    } else {
        id
    };
    let layout = lake
        .put_blob(canon::to_bytes("l", &layout).unwrap())
        .await
        .unwrap();
    lake.assemble(&id, &layout).await
}

#[test]
fn documents_that_contradict_each_other_are_refused() {
    run(async {
        forge(|_, _| {}).await.unwrap();
        let table = |m: &mut Manifest| m.tables.remove("ratings").unwrap();
        let cases: Vec<(&str, Forgery)> = vec![
            ("format", Box::new(|m, _| m.format = 2)),
            ("logical", Box::new(|m, _| m.logical = "lh2".into())),
            ("layout format", Box::new(|_, l| l.format = 2)),
            (
                "layout of another",
                Box::new(|_, l| l.snapshot = SnapshotId(Digest::of(b"other"))),
            ),
            (
                "layout lacks a slice",
                Box::new(|_, l| drop(l.slices.pop_first())),
            ),
            (
                "layout rows",
                Box::new(|_, l| l.slices.first_entry().unwrap().get_mut().rows += 1),
            ),
            (
                "table rows",
                Box::new(|m, _| m.tables.get_mut("ratings").unwrap().rows += 1),
            ),
            (
                "dataset rows",
                Box::new(|m, _| {
                    m.tables
                        .get_mut("ratings")
                        .unwrap()
                        .datasets
                        .get_mut("a")
                        .unwrap()
                        .rows += 1;
                }),
            ),
            (
                "slices",
                Box::new(|m, _| {
                    m.tables
                        .get_mut("ratings")
                        .unwrap()
                        .datasets
                        .get_mut("a")
                        .unwrap()
                        .slices
                        .reverse();
                }),
            ),
            (
                "dataset gone",
                Box::new(|m, _| drop(m.tables.get_mut("ratings").unwrap().datasets.remove("a"))),
            ),
            ("no source", Box::new(|m, _| drop(m.sources.remove("a")))),
            (
                "key",
                Box::new(|m, _| m.tables.get_mut("ratings").unwrap().key = vec!["id".into()]),
            ),
            (
                "schema",
                Box::new(|m, _| m.tables.get_mut("ratings").unwrap().schema[2].nullable = false),
            ),
            (
                "table name",
                Box::new(move |m, _| {
                    let t = table(m);
                    m.tables.insert("../x".into(), t);
                }),
            ),
            (
                "dataset name",
                Box::new(|m, _| drop(m.sources.insert("a/b".into(), source()))),
            ),
        ];
        for (what, change) in cases {
            let error = forge(change).await.map(|s| s.id).expect_err(what);
            assert_ne!(error.kind(), ErrorKind::Unreachable, "{what}: {error}");
        }
    });
}

#[test]
fn a_layout_that_points_to_other_rows_is_found_by_verify() {
    run(async {
        let (_, lake, id) = lake().await;
        let Snapshot { mut layout, .. } = lake.snapshot(&id).await.unwrap();
        // Two slices with as many rows, exchanged: every byte hash is right, the meaning is not.
        let mut by_rows = std::collections::BTreeMap::new();
        let twins = layout
            .slices
            .iter()
            .find_map(|(k, v)| by_rows.insert(v.rows, *k).map(|other| (other, *k)));
        let (a, b) = twins.expect("two slices of one length");
        let (x, y) = (layout.slices[&a].clone(), layout.slices[&b].clone());
        layout.slices.insert(a, y);
        layout.slices.insert(b, x);
        let layout = lake
            .put_blob(canon::to_bytes("l", &layout).unwrap())
            .await
            .unwrap();
        let last = lake.log("main").await.unwrap().pop().unwrap();
        let prev = refs::last(lake.raw(), RefKind::Heads, "main")
            .await
            .unwrap()
            .unwrap()
            .1;
        let entry = meta().entry(last.seq + 1, Some(prev), id, layout);
        assert!(
            refs::append(lake.raw(), RefKind::Heads, "main", &entry)
                .await
                .unwrap()
        );
        assert!(lake.verify(Depth::Bytes).await.unwrap().is_clean());
        let report = lake.verify(Depth::Rows).await.unwrap();
        assert_eq!(report.problems.len(), 2, "{report:?}");
        assert!(
            report
                .problems
                .iter()
                .all(|p| p.what.contains("hash to") || p.what.contains("dataset")),
            "{report:?}"
        );
    });
}

#[test]
fn slices_in_the_wrong_order_are_found_by_verify() {
    run(async {
        let (_, lake, id) = lake().await;
        let Snapshot {
            mut manifest,
            mut layout,
            ..
        } = lake.snapshot(&id).await.unwrap();
        let table = manifest.tables.get_mut("ratings").unwrap();
        let hash = schema_hash(&table.schema, &table.key);
        let entry = table.datasets.get_mut("a").unwrap();
        entry.slices.reverse();
        entry.root = lh1::dataset_root(&hash, entry.rows, &entry.slices);
        table.root = lh1::table_root(
            &hash,
            table.datasets.iter().map(|(n, d)| (n.as_str(), &d.root)),
        );
        let id = SnapshotId(
            lake.put_blob(canon::to_bytes("m", &manifest).unwrap())
                .await
                .unwrap(),
        );
        layout.snapshot = id;
        let layout = lake
            .put_blob(canon::to_bytes("l", &layout).unwrap())
            .await
            .unwrap();
        let entry = meta().entry(1, None, id, layout);
        assert!(
            refs::append(lake.raw(), RefKind::Heads, "forged", &entry)
                .await
                .unwrap()
        );
        assert!(lake.verify(Depth::Bytes).await.unwrap().is_clean());
        let report = lake.verify(Depth::Rows).await.unwrap();
        assert!(
            !report.is_clean()
                && report
                    .problems
                    .iter()
                    .all(|p| p.what.contains("do not come after")),
            "{report:?}"
        );
    });
}

#[test]
fn a_log_with_a_gap_a_foreign_entry_or_a_moved_tag_is_refused() {
    run(async {
        let (store, lake, id) = lake().await;
        let log = lake.log("main").await.unwrap();
        let layout = log[1].layout;
        let append = async |kind, name: &str, entry: Entry| {
            assert!(refs::append(lake.raw(), kind, name, &entry).await.unwrap());
        };
        append(RefKind::Heads, "gap", meta().entry(2, None, id, layout)).await;
        assert!(
            lake.head("gap")
                .await
                .unwrap_err()
                .to_string()
                .contains("entry 1 is missing")
        );
        append(
            RefKind::Heads,
            "main",
            meta().entry(3, Some(Digest::of(b"x")), id, layout),
        )
        .await;
        assert!(
            lake.log("main")
                .await
                .unwrap_err()
                .to_string()
                .contains("does not continue")
        );
        append(RefKind::Tags, "v1", meta().entry(2, None, id, layout)).await;
        assert!(lake.tags().await.is_err());
        let bytes = store
            .get(&Path::from("refs/tags/v1/00000000000000000001.json"))
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        set(
            &store,
            &Path::from("refs/heads/moved/00000000000000000001.json"),
            &bytes,
        )
        .await;
        set(
            &store,
            &Path::from("refs/heads/moved/00000000000000000002.json"),
            &bytes,
        )
        .await;
        assert!(
            lake.head("moved")
                .await
                .unwrap_err()
                .to_string()
                .contains("holds entry 1")
        );
        let report = lake.verify(Depth::Documents).await.unwrap();
        assert_eq!(report.problems.len(), 4, "{report:?}");
        assert_eq!(
            report
                .problems
                .iter()
                .filter(|p| p.object.starts_with("refs/"))
                .count(),
            4
        );
    });
}

#[test]
fn leftovers_are_noted_and_harmless() {
    run(async {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path().join("lake");
        let lake = Lake::create(at.to_str().unwrap()).await.unwrap();
        let id = ingest(&lake, "d", &shuffled(100, 1)).await.unwrap().id;
        std::fs::write(at.join("tmp/1-2-dead"), "half a slice").unwrap();
        std::fs::write(at.join("refs/heads/main/.DS_Store"), "").unwrap();
        std::fs::write(at.join("README"), "").unwrap();
        lake.put_blob("forgotten").await.unwrap();
        let lake = Lake::open(at.to_str().unwrap()).await.unwrap();
        assert_eq!(lake.resolve("main").await.unwrap(), id);
        assert_eq!(
            ids_of(&read_all(&lake, &id).await.unwrap()),
            (0..100).collect::<Vec<_>>()
        );
        let report = lake.verify(Depth::Rows).await.unwrap();
        assert!(report.is_clean(), "{report:?}");
        assert_eq!(report.rows, 100);
        assert_eq!(report.notes.len(), 2, "{:?}", report.notes);
        assert!(report.notes.iter().any(|n| n.contains("tmp/1-2-dead")));
    });
}
