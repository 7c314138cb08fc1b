//! Reads that hand out only bytes that hash to their name.
//!
//! A flipped bit in a Parquet file changes query results silently in most cases, so
//! every blob is read whole and hashed before its first byte is handed out: once per
//! process and object. Small objects are kept in memory up to a byte budget, and what
//! is kept is what is served.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload,
    PutResult,
};
use sha2::{Digest as _, Sha256};

use super::digest::Digest;
use super::durable::refused;
use super::error::{LakeError, Result};
use super::name::{blob_digest, blob_key};

/// Bytes of verified objects kept in memory, by default.
pub const DEFAULT_BUDGET: u64 = 256 << 20;
const LARGEST_KEPT: u64 = 32 << 20;

/// A read-only view of a lake's blobs that checks size and SHA-256 before handing out bytes.
#[derive(Debug)]
pub struct VerifiedStore {
    inner: Arc<dyn ObjectStore>,
    budget: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    expected: BTreeMap<Digest, u64>,
    verified: BTreeMap<Digest, Arc<tokio::sync::OnceCell<ObjectMeta>>>,
    kept: BTreeMap<Digest, Bytes>,
    order: VecDeque<Digest>,
    kept_bytes: u64,
}

impl VerifiedStore {
    /// Wraps `inner`, keeping at most `budget` bytes of verified objects in memory.
    pub fn new(inner: Arc<dyn ObjectStore>, budget: u64) -> Self {
        Self {
            inner,
            budget,
            state: Mutex::default(),
        }
    }

    /// Says how large a blob must be; a blob of another size is refused before it is read.
    pub fn expect(&self, digest: Digest, size: u64) {
        self.state().expected.insert(digest, size);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of a blob, verified.
    ///
    /// # Errors
    /// [`LakeError::Missing`], [`LakeError::WrongSize`], [`LakeError::Truncated`], [`LakeError::WrongDigest`], or the store's own error.
    pub async fn blob(&self, digest: &Digest) -> Result<Bytes> {
        let meta = self.verify(digest).await?;
        if let Some(bytes) = self.state().kept.get(digest) {
            return Ok(bytes.clone());
        }
        let bytes = fetch(self.inner.as_ref(), &meta.location).await?;
        check(&meta.location, digest, meta.size, &bytes)?;
        Ok(bytes)
    }

    async fn verify(&self, digest: &Digest) -> Result<ObjectMeta> {
        let cell = Arc::clone(self.state().verified.entry(*digest).or_default());
        let meta = cell
            .get_or_try_init(|| self.read_through(digest))
            .await?
            .clone();
        match self.state().expected.get(digest) {
            Some(expected) if *expected != meta.size => Err(LakeError::WrongSize {
                object: meta.location.to_string(),
                expected: *expected,
                found: meta.size,
            }),
            _ => Ok(meta),
        }
    }

    /// Reads a blob once, hashing it; keeps it when it is small.
    async fn read_through(&self, digest: &Digest) -> Result<ObjectMeta> {
        let key = blob_key(digest);
        let expected = self.state().expected.get(digest).copied();
        let found = self
            .inner
            .get(&key)
            .await
            .map_err(|e| read_error(&key, e))?;
        let meta = found.meta.clone();
        if let Some(expected) = expected
            && meta.size != expected
        {
            return Err(LakeError::WrongSize {
                object: key.to_string(),
                expected,
                found: meta.size,
            });
        }
        let keep = meta.size <= LARGEST_KEPT.min(self.budget);
        let (mut hasher, mut kept, mut length) = (Sha256::new(), Vec::new(), 0u64);
        let mut stream = found.into_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|e| read_error(&key, e))?;
            length += chunk.len() as u64;
            if length > meta.size {
                return Err(LakeError::WrongSize {
                    object: key.to_string(),
                    expected: meta.size,
                    found: length,
                });
            }
            hasher.update(&chunk);
            if keep {
                kept.extend_from_slice(&chunk);
            }
        }
        if length < meta.size {
            return Err(LakeError::Truncated {
                object: key.to_string(),
                expected: meta.size,
                found: length,
            });
        }
        let hash = Digest::from_bytes(hasher.finalize().into());
        if hash != *digest {
            return Err(LakeError::WrongDigest {
                object: key.to_string(),
                found: hash.to_string(),
            });
        }
        if keep {
            self.keep(*digest, kept.into());
        }
        Ok(meta)
    }

    fn keep(&self, digest: Digest, bytes: Bytes) {
        let mut state = self.state();
        state.kept_bytes += bytes.len() as u64;
        if let Some(before) = state.kept.insert(digest, bytes) {
            state.kept_bytes -= before.len() as u64;
        } else {
            state.order.push_back(digest);
        }
        while state.kept_bytes > self.budget {
            let Some(oldest) = state.order.pop_front() else {
                break;
            };
            if let Some(gone) = state.kept.remove(&oldest) {
                state.kept_bytes -= gone.len() as u64;
            }
        }
    }
}

/// Checks bytes against the digest and size they must have.
pub(crate) fn check(key: &Path, digest: &Digest, size: u64, bytes: &[u8]) -> Result<()> {
    let found = bytes.len() as u64;
    if found != size {
        return Err(LakeError::WrongSize {
            object: key.to_string(),
            expected: size,
            found,
        });
    }
    let hash = Digest::of(bytes);
    if hash != *digest {
        return Err(LakeError::WrongDigest {
            object: key.to_string(),
            found: hash.to_string(),
        });
    }
    Ok(())
}

/// Reads an object whole; a missing one is [`LakeError::Missing`].
pub(crate) async fn fetch(store: &dyn ObjectStore, key: &Path) -> Result<Bytes> {
    let found = store.get(key).await.map_err(|e| read_error(key, e))?;
    found.bytes().await.map_err(|e| read_error(key, e))
}

fn read_error(key: &Path, error: Error) -> LakeError {
    match error {
        Error::NotFound { .. } => LakeError::Missing {
            object: key.to_string(),
        },
        other => LakeError::store("read", key, other),
    }
}

impl fmt::Display for VerifiedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verified({})", self.inner)
    }
}

#[async_trait]
impl ObjectStore for VerifiedStore {
    async fn put_opts(
        &self,
        _: &Path,
        _: PutPayload,
        _: PutOptions,
    ) -> object_store::Result<PutResult> {
        Err(refused("put", "VerifiedStore"))
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        Err(refused("put_multipart", "VerifiedStore"))
    }

    async fn get_opts(
        &self,
        location: &Path,
        options: GetOptions,
    ) -> object_store::Result<GetResult> {
        let Some(digest) = blob_digest(location) else {
            return Err(refused(
                "get of anything but blobs/sha256/<digest>",
                "VerifiedStore",
            ));
        };
        let meta = self.verify(&digest).await.map_err(LakeError::into_store)?;
        let kept = self.state().kept.get(&digest).cloned();
        let Some(bytes) = kept else {
            return self.inner.get_opts(location, options).await;
        };
        options.check_preconditions(&meta)?;
        let range = match &options.range {
            Some(range) => range.as_range(meta.size).map_err(|e| Error::Generic {
                store: "lake",
                source: format!("{location}: {e}").into(),
            })?,
            None => 0..meta.size,
        };
        let part = if options.head {
            Bytes::new()
        } else {
            bytes.slice(range.start as usize..range.end as usize)
        };
        let stream = futures::stream::once(async move { Ok(part) }).boxed();
        Ok(GetResult {
            payload: GetResultPayload::Stream(stream),
            meta,
            range,
            attributes: Default::default(),
        })
    }

    fn delete_stream(
        &self,
        _: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        futures::stream::once(async { Err(refused("delete", "VerifiedStore")) }).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> object_store::Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> object_store::Result<()> {
        Err(refused("copy", "VerifiedStore"))
    }
}
