//! What a lake needs of a store, on every store; and the durable local one in particular.

use super::*;
use bytes::Bytes;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error, ObjectStore, PutMode, PutOptions, PutPayload};

async fn create(
    store: &dyn ObjectStore,
    key: &str,
    bytes: &'static [u8],
) -> object_store::Result<()> {
    let options = PutOptions {
        mode: PutMode::Create,
        ..Default::default()
    };
    store
        .put_opts(&Path::from(key), PutPayload::from_static(bytes), options)
        .await
        .map(|_| ())
}

async fn conforms(store: &dyn ObjectStore) {
    create(store, "a/b/one", b"first").await.unwrap();
    let again = create(store, "a/b/one", b"second").await.unwrap_err();
    assert!(matches!(again, Error::AlreadyExists { .. }), "{again}");
    let key = Path::from("a/b/one");
    assert_eq!(
        store.get(&key).await.unwrap().bytes().await.unwrap(),
        "first"
    );
    assert_eq!(store.get_range(&key, 1..3).await.unwrap(), "ir");
    assert_eq!(
        store.get_ranges(&key, &[0..1, 4..5]).await.unwrap(),
        [Bytes::from("f"), Bytes::from("t")]
    );
    assert_eq!(store.head(&key).await.unwrap().size, 5);
    let missing = store.get(&Path::from("a/b/none")).await.unwrap_err();
    assert!(matches!(missing, Error::NotFound { .. }), "{missing}");
    create(store, "a/c", b"").await.unwrap();
    create(store, "ab/d", b"x").await.unwrap();
    let keys = |found: Vec<(Path, u64)>| {
        found
            .into_iter()
            .map(|(k, n)| format!("{k}:{n}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(refs::keys(store, "a").await.unwrap()),
        ["a/b/one:5", "a/c:0"]
    );
    assert_eq!(
        keys(refs::keys(store, "none").await.unwrap()),
        Vec::<String>::new()
    );
    let listed = store
        .list_with_delimiter(Some(&Path::from("a")))
        .await
        .unwrap();
    assert_eq!(listed.common_prefixes, [Path::from("a/b")]);
    assert_eq!(
        listed
            .objects
            .iter()
            .map(|o| o.location.as_ref())
            .collect::<Vec<_>>(),
        ["a/c"]
    );
    // Put-if-absent as commits use it.
    let put = async |bytes: &'static str| {
        refs::put_if_absent(store, &Path::from("r/1"), &bytes.into())
            .await
            .unwrap()
    };
    assert_eq!(put("mine").await, refs::Put::Created);
    assert_eq!(put("mine").await, refs::Put::Same);
    assert_eq!(put("yours").await, refs::Put::Other("mine".into()));
}

#[test]
fn memory_conforms() {
    run(conforms(&InMemory::new()));
}

#[test]
fn the_local_store_conforms() {
    let directory = tempfile::tempdir().unwrap();
    run(conforms(
        &DurableLocal::create(&directory.path().join("x/y")).unwrap(),
    ));
}

#[test]
fn local_objects_are_read_only_and_leave_no_temporary_file() {
    let directory = tempfile::tempdir().unwrap();
    let store = DurableLocal::create(directory.path()).unwrap();
    run(async {
        create(&store, "a/b", b"x").await.unwrap();
        create(&store, "a/b", b"y").await.unwrap_err();
    });
    let meta = std::fs::metadata(directory.path().join("a/b")).unwrap();
    assert!(meta.permissions().readonly());
    assert_eq!(
        std::fs::read_dir(directory.path().join("tmp"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn nothing_is_overwritten_copied_or_written_outside() {
    let directory = tempfile::tempdir().unwrap();
    let store = DurableLocal::create(&directory.path().join("lake")).unwrap();
    run(async {
        create(&store, "a", b"x").await.unwrap();
        assert!(
            store
                .put(&Path::from("a"), PutPayload::from_static(b"y"))
                .await
                .is_err()
        );
        assert!(
            store
                .put(&Path::from("new"), PutPayload::from_static(b"y"))
                .await
                .is_err()
        );
        assert!(
            store
                .copy(&Path::from("a"), &Path::from("b"))
                .await
                .is_err()
        );
        assert!(store.put_multipart(&Path::from("c")).await.is_err());
        for key in ["", "..", "a%2Fb", "x y", "a:b", "é", "CON\0"] {
            assert!(
                create(&store, key, b"x").await.is_err() || key.is_empty(),
                "{key:?}"
            );
        }
    });
    let names = |path: &std::path::Path| {
        let mut names: Vec<_> = std::fs::read_dir(path)
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(directory.path()), ["lake"]);
    assert_eq!(names(&directory.path().join("lake")), ["a", "tmp"]);
}

#[test]
fn a_failed_write_leaves_nothing_visible_and_says_where() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(
        directory.path().join("a"),
        "a file where a directory is needed",
    )
    .unwrap();
    let store = DurableLocal::create(directory.path()).unwrap();
    let error = run(create(&store, "a/b", b"x")).unwrap_err().to_string();
    assert!(
        error.contains(directory.path().to_str().unwrap()),
        "{error}"
    );
}

#[test]
fn a_temporary_name_left_by_another_process_is_stepped_over() {
    let directory = tempfile::tempdir().unwrap();
    let store = DurableLocal::create(directory.path()).unwrap();
    run(async {
        create(&store, "first", b"x").await.unwrap();
        let mark = &Digest::of(b"second").hex()[..16];
        for count in 0..2000 {
            std::fs::write(
                directory
                    .path()
                    .join(format!("tmp/{}-{count}-{mark}", std::process::id())),
                "",
            )
            .unwrap();
        }
        create(&store, "second", b"y").await.unwrap();
        assert_eq!(
            std::fs::read(directory.path().join("second")).unwrap(),
            b"y"
        );
    });
}

#[test]
fn opening_and_creating_say_what_is_there() {
    run(async {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path().join("lake");
        let at = at.to_str().unwrap();
        assert!(matches!(
            Lake::open(at).await,
            Err(LakeError::NoLake { .. })
        ));
        std::fs::create_dir(at).unwrap();
        assert!(matches!(
            Lake::open(at).await,
            Err(LakeError::NoLake { .. })
        ));
        Lake::create(at).await.unwrap();
        assert!(matches!(
            Lake::create(at).await,
            Err(LakeError::LakeExists { .. })
        ));
        assert!(Lake::open(&format!("file://{at}")).await.is_ok());
        assert_eq!(
            std::fs::read_to_string(format!("{at}/FORMAT")).unwrap(),
            r#"{"features_read":[],"features_write":[],"format":1}"#
        );
        assert_eq!(
            Lake::open(at).await.unwrap().head("main").await.unwrap(),
            None
        );
        for bad in [
            r#"{"features_read":[],"features_write":[],"format":2}"#,
            r#"{"features_read":["x"],"features_write":[],"format":1}"#,
            r#"{"features_read":[],"features_write":["x"],"format":1}"#,
            r#"{"extra":1,"features_read":[],"features_write":[],"format":1}"#,
            r#"{"features_read":[],"features_write":[],"format":1} "#,
        ] {
            let store = Arc::new(InMemory::new());
            store
                .put(&Path::from("FORMAT"), bad.to_owned().into())
                .await
                .unwrap();
            let error = Lake::open_in(store, "x").await.unwrap_err();
            assert!(
                matches!(error, LakeError::Format { .. }) && error.kind() == ErrorKind::Unsupported,
                "{bad}: {error}"
            );
        }
        for damaged in ["", "\u{0}\u{0}", "{\"format\""] {
            let store = Arc::new(InMemory::new());
            store
                .put(&Path::from("FORMAT"), damaged.to_owned().into())
                .await
                .unwrap();
            let error = Lake::open_in(store, "x").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Verification, "{damaged}: {error}");
        }
    });
}
