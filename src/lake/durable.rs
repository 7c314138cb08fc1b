//! A local object store whose writes survive a crash, whole or not at all.
//!
//! `object_store` 0.13 never calls fsync, so an object it has written may be empty
//! after a power cut. Here a put is: temporary file in `tmp/`, write, check the
//! length, fsync, hard link to the final name without replacing, unlink the
//! temporary name, fsync the directory. Nothing is ever overwritten. Reading and
//! listing are `object_store`'s own.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path as FsPath, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use std::ops::Range;

use super::digest::Digest;

const TMP: &str = "tmp";
const MAX_TEMPORARY_NAMES: u64 = 1 << 20;

/// Distinguishes the temporary files of one process.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// A local directory as an object store with durable, create-only writes.
#[derive(Debug)]
pub struct DurableLocal {
    inner: LocalFileSystem,
    writer: Arc<Writer>,
}

#[derive(Debug)]
struct Writer {
    root: PathBuf,
    /// Directories whose own entry in their parent is known to be on disk.
    synced: Mutex<BTreeSet<PathBuf>>,
}

impl DurableLocal {
    /// Opens an existing directory.
    ///
    /// # Errors
    /// When the directory does not exist or cannot be resolved.
    pub fn open(root: &FsPath) -> Result<Self> {
        let inner = LocalFileSystem::new_with_prefix(root)?;
        let root = fs::canonicalize(root).map_err(|e| failed(root, e))?;
        Ok(Self {
            inner,
            writer: Arc::new(Writer {
                root,
                synced: Mutex::default(),
            }),
        })
    }

    /// Makes the directory, and those above it, durably, and opens it.
    ///
    /// # Errors
    /// When a directory cannot be made.
    pub fn create(root: &FsPath) -> Result<Self> {
        let absolute = std::path::absolute(root).map_err(|e| failed(root, e))?;
        let mut missing = Vec::new();
        let mut at = absolute.as_path();
        while !at.exists() {
            missing.push(at);
            let Some(parent) = at.parent() else { break };
            at = parent;
        }
        for directory in missing.into_iter().rev() {
            make_directory(directory).map_err(|e| failed(directory, e))?;
        }
        Self::open(root)
    }
}

impl Writer {
    fn create(&self, location: &Path, payload: &PutPayload) -> Result<()> {
        let target = self.target(location)?;
        let parent = target.parent().unwrap_or(&self.root);
        self.ensure_directory(parent)
            .map_err(|e| failed(parent, e))?;
        if target.exists() {
            // A writer that was killed may have linked the file without syncing the directory.
            sync_directory(parent).map_err(|e| failed(parent, e))?;
            return Err(already_exists(location));
        }
        let temporary = self
            .temporary(location, payload)
            .map_err(|e| failed(&target, e))?;
        let linked = fs::hard_link(&temporary, &target);
        let removed = fs::remove_file(&temporary);
        sync_directory(parent).map_err(|e| failed(parent, e))?;
        match linked {
            Ok(()) => removed.map_err(|e| failed(&temporary, e)),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => Err(already_exists(location)),
            Err(e) => Err(failed(&target, e)),
        }
    }

    /// The file of `location`, which must consist of plain names.
    fn target(&self, location: &Path) -> Result<PathBuf> {
        let mut target = self.root.clone();
        let mut parts = 0;
        for part in location.parts() {
            let name = part.as_ref();
            let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
            if name.is_empty() || name == "." || name == ".." || !name.bytes().all(plain) {
                let source = format!(
                    "{location} is not a lake key: letters, digits, '.', '_' and '-' between '/'"
                );
                return Err(Error::Generic {
                    store: "DurableLocal",
                    source: source.into(),
                });
            }
            target.push(name);
            parts += 1;
        }
        if parts == 0 {
            return Err(Error::Generic {
                store: "DurableLocal",
                source: "an empty key".into(),
            });
        }
        Ok(target)
    }

    /// A complete, synced, read-only file in `tmp/` with the payload.
    fn temporary(&self, location: &Path, payload: &PutPayload) -> io::Result<PathBuf> {
        let directory = self.root.join(TMP);
        self.ensure_directory(&directory)?;
        let mark: String = Digest::of(location.as_ref().as_bytes())
            .hex()
            .chars()
            .take(16)
            .collect();
        let mut tries = 0;
        let (path, mut file) = loop {
            let count = COUNTER.fetch_add(1, Ordering::Relaxed);
            let path = directory.join(format!("{}-{count}-{mark}", std::process::id()));
            match new_file(&path) {
                Ok(file) => break (path, file),
                Err(e) if e.kind() == ErrorKind::AlreadyExists && tries < MAX_TEMPORARY_NAMES => {
                    tries += 1;
                }
                Err(e) => return Err(e),
            }
        };
        match fill(&mut file, payload) {
            Ok(()) => Ok(path),
            Err(e) => {
                drop(file);
                // The write has failed already; a leftover file is harmless and `verify` reports it.
                let _ = fs::remove_file(&path);
                Err(e)
            }
        }
    }

    /// Makes `directory` below the root, with every new or unknown entry synced in its parent.
    fn ensure_directory(&self, directory: &FsPath) -> io::Result<()> {
        let Ok(below) = directory.strip_prefix(&self.root) else {
            return Ok(());
        };
        let mut at = self.root.clone();
        for name in below {
            let parent = at.clone();
            at.push(name);
            if self
                .synced
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(&at)
                && at.is_dir()
            {
                continue;
            }
            if !at.is_dir() {
                match fs::create_dir(&at) {
                    Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(e),
                    _ => {}
                }
            }
            sync_directory(&parent)?;
            self.synced
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(at.clone());
        }
        Ok(())
    }
}

fn fill(file: &mut File, payload: &PutPayload) -> io::Result<()> {
    for part in payload {
        file.write_all(part)?;
    }
    let (found, expected) = (file.metadata()?.len(), payload.content_length() as u64);
    if found != expected {
        return Err(io::Error::other(format!(
            "{found} of {expected} bytes were written"
        )));
    }
    file.sync_all()
}

fn new_file(path: &FsPath) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o444);
    options.open(path)
}

fn make_directory(path: &FsPath) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    path.parent().map_or(Ok(()), sync_directory)
}

#[cfg(unix)]
fn sync_directory(path: &FsPath) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &FsPath) -> io::Result<()> {
    Ok(()) // directories cannot be opened for syncing here; the file system journals its entries
}

fn failed(path: &FsPath, source: io::Error) -> Error {
    let text = format!("{}: {source}", path.display());
    Error::Generic {
        store: "DurableLocal",
        source: Box::new(io::Error::new(source.kind(), text)),
    }
}

fn already_exists(location: &Path) -> Error {
    Error::AlreadyExists {
        path: location.to_string(),
        source: "objects are written once".into(),
    }
}

pub(crate) fn refused(operation: &str, implementer: &str) -> Error {
    Error::NotImplemented {
        operation: operation.to_owned(),
        implementer: implementer.to_owned(),
    }
}

/// Runs blocking work off the async threads where there is a runtime to do so.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => runtime
            .spawn_blocking(work)
            .await
            .map_err(|source| Error::JoinError { source })?,
        Err(_) => work(),
    }
}

impl fmt::Display for DurableLocal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DurableLocal({})", self.writer.root.display())
    }
}

#[async_trait]
impl ObjectStore for DurableLocal {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        if opts.mode != PutMode::Create {
            return Err(refused("put other than create", "DurableLocal"));
        }
        let (writer, location) = (Arc::clone(&self.writer), location.clone());
        blocking(move || writer.create(&location, &payload)).await?;
        Ok(PutResult {
            e_tag: None,
            version: None,
        })
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Err(refused("put_multipart", "DurableLocal"))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(refused("copy", "DurableLocal"))
    }
}
