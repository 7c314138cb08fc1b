//! Names for snapshots: create-only logs of entries.
//!
//! `refs/<kind>/<name>/<20-digit seq>.json` needs nothing of a store but put-if-absent,
//! and is at once the ref, its history and its audit trail: every entry holds the digest
//! of the one before.

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, PutMode, PutOptions, PutPayload};

use super::digest::Digest;
use super::document::Entry;
use super::error::{LakeError, Result};
use super::name;
use super::verified::fetch;

const TRIES: usize = 8;

/// The two kinds of refs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefKind {
    /// A branch: moves with every commit.
    Heads,
    /// A tag: has one entry for ever.
    Tags,
}

impl RefKind {
    /// The directory of this kind.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Heads => "heads",
            Self::Tags => "tags",
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Heads => "branch",
            Self::Tags => "tag",
        }
    }
}

/// What a create-only put found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// The object was not there, and is now.
    Created,
    /// The object is there with the same bytes.
    Same,
    /// The object is there with these other bytes.
    Other(Bytes),
}

/// Puts `bytes` at `key` unless something is there; an unknown outcome is resolved by reading back.
pub(crate) async fn put_if_absent(
    store: &dyn ObjectStore,
    key: &Path,
    bytes: &Bytes,
) -> Result<Put> {
    let mut tries = 0;
    loop {
        tries += 1;
        let options = PutOptions {
            mode: PutMode::Create,
            ..Default::default()
        };
        let Err(error) = store
            .put_opts(key, PutPayload::from(bytes.clone()), options)
            .await
        else {
            return Ok(Put::Created);
        };
        match fetch(store, key).await {
            Ok(found) if found == bytes => return Ok(Put::Same),
            Ok(found) => return Ok(Put::Other(found)),
            // Some stores answer "already exists" for a write that is merely under way.
            Err(LakeError::Missing { .. })
                if tries < TRIES && matches!(error, object_store::Error::AlreadyExists { .. }) => {}
            Err(_) => return Err(LakeError::store("write", key, error)),
        }
    }
}

fn directory(kind: RefKind, name: &str) -> Path {
    Path::from_iter(["refs", kind.as_str(), name])
}

fn entry_key(kind: RefKind, name: &str, seq: u64) -> Path {
    Path::from_iter(["refs", kind.as_str(), name, &format!("{seq:020}.json")])
}

/// The sequence number a file name of an entry stands for.
fn entry_seq(file: &str) -> Option<u64> {
    let digits = file.strip_suffix(".json")?;
    (digits.len() == 20 && digits.bytes().all(|c| c.is_ascii_digit()))
        .then(|| digits.parse().ok())?
}

/// The names of one kind, sorted.
pub(crate) async fn names(store: &dyn ObjectStore, kind: RefKind) -> Result<Vec<String>> {
    let prefix = Path::from_iter(["refs", kind.as_str()]);
    let found = store
        .list_with_delimiter(Some(&prefix))
        .await
        .map_err(|e| LakeError::store("list", &prefix, e))?;
    let mut names: Vec<String> = found
        .common_prefixes
        .iter()
        .filter_map(|p| p.filename().map(str::to_owned))
        .collect();
    names.retain(|name| name::check(kind.noun(), name).is_ok());
    names.sort();
    Ok(names)
}

/// How many entries a ref has; they must be numbered without a gap.
async fn length(store: &dyn ObjectStore, kind: RefKind, name: &str) -> Result<u64> {
    let prefix = directory(kind, name);
    let found: Vec<_> = store
        .list(Some(&prefix))
        .try_collect()
        .await
        .map_err(|e| LakeError::store("list", &prefix, e))?;
    let mut seqs: Vec<u64> = found
        .iter()
        .filter_map(|meta| meta.location.filename().and_then(entry_seq))
        .collect();
    seqs.sort_unstable();
    for (expected, seq) in (1..).zip(&seqs) {
        if *seq != expected {
            let name = format!("{}/{name}", kind.as_str());
            return Err(LakeError::BrokenLog {
                name,
                why: format!("entry {expected} is missing before entry {seq}"),
            });
        }
    }
    Ok(seqs.len() as u64)
}

async fn entry(
    store: &dyn ObjectStore,
    kind: RefKind,
    name: &str,
    seq: u64,
) -> Result<(Entry, Digest)> {
    let key = entry_key(kind, name, seq);
    let bytes = fetch(store, &key).await?;
    let entry = Entry::from_bytes(key.as_ref(), &bytes)?;
    if entry.seq != seq {
        let why = format!("the file of entry {seq} holds entry {}", entry.seq);
        return Err(LakeError::BrokenLog {
            name: format!("{}/{name}", kind.as_str()),
            why,
        });
    }
    Ok((entry, Digest::of(&bytes)))
}

/// The newest entry of a ref and the digest of its bytes; `None` when there is no such ref.
pub(crate) async fn last(
    store: &dyn ObjectStore,
    kind: RefKind,
    name: &str,
) -> Result<Option<(Entry, Digest)>> {
    name::check(kind.noun(), name)?;
    match length(store, kind, name).await? {
        0 => Ok(None),
        seq => entry(store, kind, name, seq).await.map(Some),
    }
}

/// All entries of a ref, oldest first, with the chain checked.
pub(crate) async fn log(store: &dyn ObjectStore, kind: RefKind, name: &str) -> Result<Vec<Entry>> {
    name::check(kind.noun(), name)?;
    let (mut entries, mut prev) = (Vec::new(), None);
    for seq in 1..=length(store, kind, name).await? {
        let (entry, digest) = entry(store, kind, name, seq).await?;
        if entry.prev != prev {
            let why = format!("entry {seq} does not continue entry {}", seq - 1);
            return Err(LakeError::BrokenLog {
                name: format!("{}/{name}", kind.as_str()),
                why,
            });
        }
        prev = Some(digest);
        entries.push(entry);
    }
    if kind == RefKind::Tags && entries.len() > 1 {
        return Err(LakeError::BrokenLog {
            name: format!("tags/{name}"),
            why: "a tag must have one entry".into(),
        });
    }
    Ok(entries)
}

/// Appends an entry: `true` when it is now in the log, `false` when another holds its place.
pub(crate) async fn append(
    store: &dyn ObjectStore,
    kind: RefKind,
    name: &str,
    entry: &Entry,
) -> Result<bool> {
    name::check(kind.noun(), name)?;
    let bytes = Bytes::from(entry.to_bytes()?);
    let put = put_if_absent(store, &entry_key(kind, name, entry.seq), &bytes).await?;
    Ok(!matches!(put, Put::Other(_)))
}

/// The keys below `prefix`, sorted, with their sizes.
pub(crate) async fn keys(store: &dyn ObjectStore, prefix: &str) -> Result<Vec<(Path, u64)>> {
    let prefix = Path::from(prefix);
    let found: Vec<_> = store
        .list(Some(&prefix))
        .try_collect()
        .await
        .map_err(|e| LakeError::store("list", &prefix, e))?;
    let mut keys: Vec<_> = found
        .into_iter()
        .map(|meta| (meta.location, meta.size))
        .collect();
    keys.sort();
    Ok(keys)
}
