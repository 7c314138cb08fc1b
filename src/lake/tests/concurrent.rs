//! Writers at the same time, and stores that lie about the outcome.

use super::*;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult,
};

fn race(open: impl Fn() -> Lake + Sync) {
    const WRITERS: usize = 4;
    const COMMITS: usize = 5;
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let open = &open;
            scope.spawn(move || {
                run(async {
                    let lake = open();
                    for commit in 0..COMMITS {
                        let dataset = format!("d{writer}");
                        let ids: Vec<i64> = (0..=commit as i64).collect();
                        assert!(ingest(&lake, &dataset, &ids).await.unwrap().changed);
                    }
                });
            });
        }
    });
    run(async {
        let lake = open();
        let log = lake.log("main").await.unwrap();
        assert_eq!(log.len(), WRITERS * COMMITS);
        let last = lake.snapshot(&log.last().unwrap().target).await.unwrap();
        assert_eq!(last.manifest.sources.len(), WRITERS);
        assert_eq!(
            last.table("ratings").unwrap().rows as usize,
            WRITERS * COMMITS
        );
        // Each commit added one row: no one's work was ever taken back.
        for (n, entry) in log.iter().enumerate() {
            assert_eq!(
                lake.snapshot(&entry.target)
                    .await
                    .unwrap()
                    .table("ratings")
                    .unwrap()
                    .rows as usize,
                n + 1
            );
        }
        let report = lake.verify(Depth::Rows).await.unwrap();
        assert!(report.is_clean(), "{report:?}");
    });
}

#[test]
fn threads_on_one_handle_lose_nothing() {
    let lake = run(Lake::in_memory()).unwrap();
    race(|| lake.clone());
}

#[test]
fn several_handles_on_one_directory_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path().join("lake").to_str().unwrap().to_owned();
    run(Lake::create(&at)).unwrap();
    race(|| run_elsewhere(|| run(Lake::open(&at)).unwrap()));
}

/// Runs `work` on a thread without a runtime.
fn run_elsewhere<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

/// A store on which puts of refs go wrong in chosen ways.
#[derive(Debug)]
struct Faulty {
    inner: Arc<InMemory>,
    fault: Fault,
    /// Puts that go well before the first that goes wrong.
    skip: AtomicU32,
    /// Puts that go wrong then.
    hits: AtomicU32,
}

impl Faulty {
    fn lake(
        inner: Arc<InMemory>,
        fault: Fault,
        skip: u32,
        hits: u32,
    ) -> impl Future<Output = Result<Lake>> {
        Lake::open_in(
            Arc::new(Self {
                inner,
                fault,
                skip: skip.into(),
                hits: hits.into(),
            }),
            "x",
        )
    }
}

fn take_one(count: &AtomicU32) -> bool {
    count
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
        .is_ok()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// The object is stored, the answer is lost.
    StoredButFailed,
    /// The object is stored, the answer says it existed before.
    StoredButExists,
    /// Nothing is stored, the answer says it exists.
    ExistsButNot,
    /// Nothing is stored and the put fails.
    Failed,
}

impl std::fmt::Display for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("faulty")
    }
}

#[async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(
        &self,
        key: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> object_store::Result<PutResult> {
        if take_one(&self.skip) || !take_one(&self.hits) {
            return self.inner.put_opts(key, payload, options).await;
        }
        let lost = || Error::Generic {
            store: "faulty",
            source: "connection lost".into(),
        };
        let exists = || Error::AlreadyExists {
            path: key.to_string(),
            source: "409".into(),
        };
        match self.fault {
            Fault::StoredButFailed => self
                .inner
                .put_opts(key, payload, options)
                .await
                .and(Err(lost())),
            Fault::StoredButExists => self
                .inner
                .put_opts(key, payload, options)
                .await
                .and(Err(exists())),
            Fault::ExistsButNot => Err(exists()),
            Fault::Failed => Err(lost()),
        }
    }

    async fn put_multipart_opts(
        &self,
        key: &Path,
        o: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(key, o).await
    }

    async fn get_opts(&self, key: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        self.inner.get_opts(key, options).await
    }

    fn delete_stream(
        &self,
        keys: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        self.inner.delete_stream(keys)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> object_store::Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, a: &Path, b: &Path, o: CopyOptions) -> object_store::Result<()> {
        self.inner.copy_opts(a, b, o).await
    }
}

#[test]
fn an_unknown_outcome_is_resolved_by_reading_back() {
    run(async {
        let clean = Lake::in_memory().await.unwrap();
        let expected = ingest(&clean, "d", &shuffled(300, 1)).await.unwrap().id;
        for fault in [
            Fault::StoredButFailed,
            Fault::StoredButExists,
            Fault::ExistsButNot,
        ] {
            let inner = Arc::new(InMemory::new());
            Lake::create_in(inner.clone(), "x").await.unwrap();
            let times = if fault == Fault::ExistsButNot {
                3
            } else {
                u32::MAX
            };
            let lake = Faulty::lake(inner, fault, 0, times).await.unwrap();
            let done = ingest(&lake, "d", &shuffled(300, 2)).await.unwrap();
            assert_eq!((done.id, done.changed), (expected, true), "{fault:?}");
            assert_eq!(
                lake.log("main").await.unwrap().len(),
                1,
                "{fault:?}: exactly once"
            );
        }
    });
}

/// Fails every put in turn, once or for good, as a full disk does: the branch is the old
/// one or the new one, the lake is clean, and running again comes to the same id.
#[test]
fn a_failure_at_any_write_leaves_the_old_or_the_new_state_and_a_rerun_completes() {
    run(async {
        let base = Arc::new(InMemory::new());
        let lake = Lake::create_in(base.clone(), "x").await.unwrap();
        let old = ingest(&lake, "a", &shuffled(50, 1)).await.unwrap().id;
        let whole = Lake::open_in(Arc::new(base.fork()), "x").await.unwrap();
        let new = ingest(&whole, "b", &shuffled(100, 1)).await.unwrap().id;
        let mut writes = 0;
        for (fail_at, hits) in (0..).flat_map(|n| [(n, 1), (n, u32::MAX)]) {
            let inner = Arc::new(base.fork());
            let lake = Faulty::lake(inner.clone(), Fault::Failed, fail_at, hits)
                .await
                .unwrap();
            let done = ingest(&lake, "b", &shuffled(100, 2)).await;
            let after = Lake::open_in(inner, "x").await.unwrap();
            assert!(after.verify(Depth::Rows).await.unwrap().is_clean());
            let head = after.head("main").await.unwrap().unwrap();
            match done {
                Ok(done) => {
                    assert_eq!((done.id, head), (new, new));
                    writes = fail_at;
                    break;
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
                    assert_eq!(head, old);
                }
            }
            assert_eq!(
                ingest(&after, "b", &shuffled(100, 3)).await.unwrap().id,
                new
            );
            assert!(after.verify(Depth::Rows).await.unwrap().is_clean());
        }
        assert!(
            writes >= 5,
            "slices, manifest, layout and entry are {writes} writes"
        );
    });
}
