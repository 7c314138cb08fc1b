//! Branches, tags, history and resolution.

use super::*;

#[test]
fn names_resolve_to_snapshots() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        assert!(
            lake.resolve("main")
                .await
                .unwrap_err()
                .to_string()
                .contains("the lake is empty")
        );
        let one = ingest(&lake, "d", &[1, 2]).await.unwrap().id;
        let two = ingest(&lake, "d", &[1, 2, 3]).await.unwrap().id;
        lake.tag("v1.0", &one, &meta()).await.unwrap();
        lake.branch("paper", &one, &meta()).await.unwrap();
        let hex = one.0.hex();
        for name in [
            "v1.0",
            "tags/v1.0",
            "paper",
            "heads/paper",
            &one.to_string(),
            &hex,
            &hex[..8],
            &format!("sha256:{}", &hex[..12]),
        ] {
            assert_eq!(lake.resolve(name).await.unwrap(), one, "{name}");
        }
        assert_eq!(lake.resolve("main").await.unwrap(), two);
        for name in [
            "v2",
            "tags/main",
            "heads/v1.0",
            &hex[..7],
            "sha256:00000000",
            "",
            "../main",
            "MAIN",
            "heads/../x",
            "refs/heads/main",
        ] {
            let error = lake.resolve(name).await.unwrap_err();
            assert!(
                matches!(error, LakeError::UnknownRef { .. }),
                "{name}: {error}"
            );
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
        assert!(
            lake.resolve("v2")
                .await
                .unwrap_err()
                .to_string()
                .contains("main, paper, v1.0")
        );
        assert_eq!(lake.branches().await.unwrap(), ["main", "paper"]);
        assert_eq!(
            lake.snapshot(&one).await.unwrap().manifest.tables["ratings"].rows,
            2
        );
        assert_eq!(
            lake.snapshot(&two)
                .await
                .unwrap()
                .table("ratings")
                .unwrap()
                .rows,
            3
        );
        assert!(lake.snapshot(&two).await.unwrap().table("labels").is_none());
        let nowhere = SnapshotId(Digest::of(b"nowhere"));
        assert!(matches!(
            lake.snapshot(&nowhere).await,
            Err(LakeError::UnknownRef { .. })
        ));
    });
}

#[test]
fn tags_never_move() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        let one = ingest(&lake, "d", &[1]).await.unwrap().id;
        let two = ingest(&lake, "d", &[2]).await.unwrap().id;
        lake.tag("v1", &one, &meta()).await.unwrap();
        lake.tag(
            "v1",
            &one,
            &CommitMeta {
                author: "another".into(),
                ..meta()
            },
        )
        .await
        .unwrap();
        let error = lake.tag("v1", &two, &meta()).await.unwrap_err();
        assert!(
            matches!(error, LakeError::TagExists { .. }) && error.kind() == ErrorKind::Conflict,
            "{error}"
        );
        assert_eq!(lake.resolve("v1").await.unwrap(), one);
        assert_eq!(lake.tags().await.unwrap().len(), 1);
        assert!(
            lake.tag("main", &one, &meta())
                .await
                .unwrap_err()
                .to_string()
                .contains("already a branch")
        );
        assert!(
            lake.branch("v1", &one, &meta())
                .await
                .unwrap_err()
                .to_string()
                .contains("already a tag")
        );
        assert!(lake.branch("main", &one, &meta()).await.is_err());
        assert!(
            lake.tag("v2", &SnapshotId(Digest::of(b"x")), &meta())
                .await
                .is_err()
        );
        for bad in ["../x", "a/b", "x.lock", "CON", "con", ""] {
            assert!(
                matches!(
                    lake.tag(bad, &one, &meta()).await,
                    Err(LakeError::BadName { .. })
                ),
                "{bad}"
            );
            assert!(
                matches!(lake.stage(bad), Err(LakeError::BadName { .. })),
                "{bad}"
            );
            assert!(
                matches!(lake.log(bad).await, Err(LakeError::BadName { .. })),
                "{bad}"
            );
            let staging = lake.stage("d").unwrap();
            assert!(
                matches!(
                    lake.commit(staging, source(), bad, meta()).await,
                    Err(LakeError::BadName { .. })
                ),
                "{bad}"
            );
        }
    });
}

#[test]
fn history_is_a_chain_of_entries_with_the_callers_words() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        let mut ids = Vec::new();
        for n in 1..=3 {
            let mut staging = lake.stage("d").unwrap();
            staging
                .write(&spec(), rows("d", &(0..n).collect::<Vec<_>>()))
                .unwrap();
            let meta = CommitMeta {
                message: format!("commit {n}"),
                ..meta()
            };
            ids.push(
                lake.commit(staging, source(), "main", meta)
                    .await
                    .unwrap()
                    .id,
            );
        }
        let log = lake.log("main").await.unwrap();
        assert_eq!(log.iter().map(|e| e.target).collect::<Vec<_>>(), ids);
        assert_eq!(log.iter().map(|e| e.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(log[2].message, "commit 3");
        assert_eq!(
            (log[0].time.as_str(), log[0].author.as_str()),
            ("2026-01-31T12:00:00Z", "a curator")
        );
        assert!(log[0].prev.is_none() && log[1].prev.is_some() && log[1].prev != log[2].prev);
        // Going back to earlier content is a new entry with the earlier id.
        assert_eq!(ingest_plain(&lake, &[0]).await, ids[0]);
        assert_eq!(lake.log("main").await.unwrap().len(), 4);
        for bad in [
            CommitMeta {
                message: "x".repeat(1 << 17),
                ..meta()
            },
            CommitMeta {
                author: "a\nb".into(),
                ..meta()
            },
            CommitMeta {
                time: "x".repeat(65),
                ..meta()
            },
        ] {
            let staging = lake.stage("d").unwrap();
            assert!(matches!(
                lake.commit(staging, source(), "main", bad).await,
                Err(LakeError::BadInput { .. })
            ));
        }
    });
}

async fn ingest_plain(lake: &Lake, ids: &[i64]) -> SnapshotId {
    let mut staging = lake.stage("d").unwrap();
    staging.write(&spec(), rows("d", ids)).unwrap();
    lake.commit(staging, source(), "main", meta())
        .await
        .unwrap()
        .id
}

#[test]
fn records_are_blobs_that_are_listed() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        let (a, b) = (
            lake.put_record("a").await.unwrap(),
            lake.put_record("b").await.unwrap(),
        );
        assert_eq!(lake.put_record("a").await.unwrap(), a);
        lake.put_blob("not a record").await.unwrap();
        let mut expected = [a, b];
        expected.sort();
        assert_eq!(lake.records().await.unwrap(), expected);
        assert_eq!(lake.blob(&a).await.unwrap(), "a");
        let report = lake.verify(Depth::Rows).await.unwrap();
        assert!(report.is_clean() && report.notes.len() == 1, "{report:?}");
    });
}

#[test]
fn a_dataset_without_rows_is_known_by_its_source() {
    run(async {
        let lake = Lake::in_memory().await.unwrap();
        let mut staging = lake.stage("d").unwrap();
        staging.write(&spec(), rows("d", &[])).unwrap();
        let done = lake
            .commit(staging, source(), "main", meta())
            .await
            .unwrap();
        let snapshot = lake.snapshot(&done.id).await.unwrap();
        assert!(snapshot.manifest.sources.contains_key("d") && snapshot.manifest.tables.is_empty());
        assert!(lake.verify(Depth::Rows).await.unwrap().is_clean());
    });
}
