//! The handle on a lake: opening, naming and reading.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use object_store::ObjectStore;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::canon;
use super::digest::{Digest, SnapshotId};
use super::document::{Entry, FORMAT, Layout, Manifest};
use super::error::{LakeError, Result};
use super::location::Location;
use super::name::{blob_digest, blob_key};
use super::refs::{self, Put, RefKind};
use super::snapshot::Snapshot;
use super::staging::Staging;
use super::verified::{DEFAULT_BUDGET, VerifiedStore, check, fetch};

const FORMAT_KEY: &str = "FORMAT";

/// What a commit or tag says about itself; all of it is the caller's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitMeta {
    /// Why; at most 64 KiB.
    pub message: String,
    /// Who; at most 1 KiB.
    pub author: String,
    /// When, such as `2026-01-31T12:00:00Z`; at most 64 bytes, one line.
    pub time: String,
}

/// A lake: any object store in which this layout was created.
///
/// Cheap to clone; clones share the cache of verified objects.
#[derive(Clone, Debug)]
pub struct Lake {
    store: Arc<dyn ObjectStore>,
    verified: Arc<VerifiedStore>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormatFile {
    features_read: Vec<String>,
    features_write: Vec<String>,
    format: u32,
}

impl Lake {
    /// Makes a lake at a path, `file:///…` or `memory://`.
    ///
    /// # Errors
    /// [`LakeError::LakeExists`] when there is one, [`LakeError::Location`] when the place cannot be used, and the store's errors.
    pub async fn create(location: &str) -> Result<Self> {
        let store = Location::parse(location)?.store(true)?;
        Self::create_in(store, location).await
    }

    /// Opens the lake at a path or `file:///…`.
    ///
    /// # Errors
    /// [`LakeError::NoLake`] when there is none, [`LakeError::Format`] when it is of a kind this build refuses.
    pub async fn open(location: &str) -> Result<Self> {
        let store = Location::parse(location)?.store(false)?;
        Self::open_in(store, location).await
    }

    /// A new lake in the memory of this process.
    ///
    /// # Errors
    /// None in practice.
    pub async fn in_memory() -> Result<Self> {
        Self::create("memory://").await
    }

    /// Makes a lake in any object store; `location` names it in messages.
    ///
    /// # Errors
    /// As [`Lake::create`].
    pub async fn create_in(store: Arc<dyn ObjectStore>, location: &str) -> Result<Self> {
        let format = FormatFile {
            features_read: vec![],
            features_write: vec![],
            format: FORMAT,
        };
        let bytes = canon::to_bytes(FORMAT_KEY, &format)?.into();
        match refs::put_if_absent(store.as_ref(), &Path::from(FORMAT_KEY), &bytes).await? {
            Put::Created => Ok(Self::over(store)),
            Put::Same | Put::Other(_) => Err(LakeError::LakeExists {
                location: location.to_owned(),
            }),
        }
    }

    /// Opens the lake in any object store; `location` names it in messages.
    ///
    /// # Errors
    /// As [`Lake::open`].
    pub async fn open_in(store: Arc<dyn ObjectStore>, location: &str) -> Result<Self> {
        let bytes = match fetch(store.as_ref(), &Path::from(FORMAT_KEY)).await {
            Err(LakeError::Missing { .. }) => {
                return Err(LakeError::NoLake {
                    location: location.to_owned(),
                });
            }
            other => other?,
        };
        let refuse = |why: String| LakeError::Format { why };
        // An object with other members is of another version; what is no object is damaged.
        let other =
            serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes).is_ok();
        let format: FormatFile = canon::from_bytes(FORMAT_KEY, &bytes)
            .map_err(|e| if other { refuse(e.to_string()) } else { e })?;
        if format.format != FORMAT {
            return Err(refuse(format!(
                "format {} found, {FORMAT} is known",
                format.format
            )));
        }
        if let Some(flag) = format
            .features_read
            .iter()
            .chain(&format.features_write)
            .next()
        {
            return Err(refuse(format!("the feature {flag:?} is not known")));
        }
        Ok(Self::over(store))
    }

    fn over(store: Arc<dyn ObjectStore>) -> Self {
        let verified = Arc::new(VerifiedStore::new(Arc::clone(&store), DEFAULT_BUDGET));
        Self { store, verified }
    }

    /// A handle without looking at FORMAT, to verify lakes whose FORMAT is damaged.
    #[cfg(test)]
    pub(crate) fn over_for_tests(store: Arc<dyn ObjectStore>) -> Self {
        Self::over(store)
    }

    pub(crate) fn raw(&self) -> &dyn ObjectStore {
        self.store.as_ref()
    }

    pub(crate) fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store)
    }

    /// The lake's blobs for a query engine: read-only, every byte verified before it is handed out.
    pub fn object_store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.verified) as _
    }

    /// The snapshot a branch points to; `None` when there is no such branch.
    ///
    /// # Errors
    /// A bad name, a broken log, or the store's error.
    pub async fn head(&self, branch: &str) -> Result<Option<SnapshotId>> {
        Ok(refs::last(self.raw(), RefKind::Heads, branch)
            .await?
            .map(|(entry, _)| entry.target))
    }

    /// The history of a branch, oldest first; empty when there is no such branch.
    ///
    /// # Errors
    /// [`LakeError::BrokenLog`] and the like when the chain does not hold.
    pub async fn log(&self, branch: &str) -> Result<Vec<Entry>> {
        refs::log(self.raw(), RefKind::Heads, branch).await
    }

    /// The branches, sorted by name.
    ///
    /// # Errors
    /// The store's error.
    pub async fn branches(&self) -> Result<Vec<String>> {
        refs::names(self.raw(), RefKind::Heads).await
    }

    /// The tags, sorted by name, each with its only entry.
    ///
    /// # Errors
    /// A broken log or the store's error.
    pub async fn tags(&self) -> Result<Vec<(String, Entry)>> {
        let mut tags = Vec::new();
        for name in refs::names(self.raw(), RefKind::Tags).await? {
            if let Some(entry) = refs::log(self.raw(), RefKind::Tags, &name).await?.pop() {
                tags.push((name, entry));
            }
        }
        Ok(tags)
    }

    /// Reads a snapshot's documents, verified and checked against each other.
    ///
    /// # Errors
    /// [`LakeError::UnknownRef`] when the lake never had it; a verification error when a document is not what it should be.
    pub async fn snapshot(&self, id: &SnapshotId) -> Result<Snapshot> {
        let layout = self.layout_of(id).await?;
        self.assemble(id, &layout).await
    }

    pub(crate) async fn assemble(&self, id: &SnapshotId, layout: &Digest) -> Result<Snapshot> {
        let manifest: Manifest =
            canon::from_bytes(blob_key(&id.0).as_ref(), &self.blob(&id.0).await?)?;
        let layout: Layout =
            canon::from_bytes(blob_key(layout).as_ref(), &self.blob(layout).await?)?;
        let snapshot = Snapshot::new(*id, manifest, layout)?;
        for stored in snapshot.layout.slices.values() {
            self.verified.expect(stored.object, stored.size);
        }
        Ok(snapshot)
    }

    /// Stores bytes under their digest; storing them again changes nothing.
    ///
    /// # Errors
    /// A verification error when other bytes are stored under that name already.
    pub async fn put_blob(&self, bytes: impl Into<Bytes>) -> Result<Digest> {
        let bytes = bytes.into();
        let digest = Digest::of(&bytes);
        let key = blob_key(&digest);
        if let Put::Other(found) = refs::put_if_absent(self.raw(), &key, &bytes).await? {
            check(&key, &digest, bytes.len() as u64, &found)?;
        }
        Ok(digest)
    }

    /// The bytes of a blob, verified.
    ///
    /// # Errors
    /// [`LakeError::Missing`], or a verification error naming the object.
    pub async fn blob(&self, digest: &Digest) -> Result<Bytes> {
        self.verified.blob(digest).await
    }

    /// Stores a query record: a blob that is also listed by [`Lake::records`].
    ///
    /// # Errors
    /// As [`Lake::put_blob`].
    pub async fn put_record(&self, bytes: impl Into<Bytes>) -> Result<Digest> {
        let digest = self.put_blob(bytes).await?;
        let key = Path::from_iter(["records", digest.hex().as_str()]);
        refs::put_if_absent(self.raw(), &key, &Bytes::from(digest.to_string())).await?;
        Ok(digest)
    }

    /// The digests of all query records, sorted.
    ///
    /// # Errors
    /// The store's error.
    pub async fn records(&self) -> Result<Vec<Digest>> {
        let keys = refs::keys(self.raw(), "records").await?;
        Ok(keys
            .iter()
            .filter_map(|(key, _)| {
                key.as_ref()
                    .strip_prefix("records/")
                    .and_then(Digest::from_hex)
            })
            .collect())
    }

    /// The digests and sizes of all blobs, sorted.
    pub(crate) async fn blobs(&self) -> Result<BTreeMap<Digest, u64>> {
        let keys = refs::keys(self.raw(), "blobs").await?;
        Ok(keys
            .iter()
            .filter_map(|(key, size)| blob_digest(key).map(|digest| (digest, *size)))
            .collect())
    }

    /// Begins to collect the rows of a dataset.
    ///
    /// # Errors
    /// [`LakeError::BadName`] for a dataset name that breaks the rules.
    pub fn stage(&self, dataset: &str) -> Result<Staging> {
        Staging::new(dataset)
    }
}

impl CommitMeta {
    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |what: &str, why: &str| {
            Err(LakeError::BadInput {
                what: what.to_owned(),
                why: why.to_owned(),
            })
        };
        if self.message.len() > 64 << 10 {
            return refuse("the message", "it is longer than 64 KiB");
        }
        if self.author.len() > 1 << 10 || self.author.contains(char::is_control) {
            return refuse("the author", "it must be one line of at most 1 KiB");
        }
        if self.time.len() > 64 || self.time.contains(char::is_control) {
            return refuse(
                "the time",
                "it must be one line of at most 64 bytes, such as 2026-01-31T12:00:00Z",
            );
        }
        Ok(())
    }

    pub(crate) fn entry(
        &self,
        seq: u64,
        prev: Option<Digest>,
        target: SnapshotId,
        layout: Digest,
    ) -> Entry {
        let Self {
            message,
            author,
            time,
        } = self.clone();
        Entry {
            author,
            layout,
            message,
            prev,
            seq,
            target,
            time,
        }
    }
}
