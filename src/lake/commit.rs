//! Committing: rows become objects, objects a snapshot, and a ref entry makes it visible.
//!
//! Order is what makes it safe: objects, then the manifest, then the layout, and the ref
//! entry last. Before the entry nothing is visible; after it everything it needs is on
//! disk. Only put-if-absent is needed; who loses a race applies its change to the new head.

use std::collections::BTreeMap;

use super::Lake;
use super::canon;
use super::digest::{Digest, SnapshotId};
use super::document::{DatasetEntry, FORMAT, Layout, Manifest, NewRows, SourceEntry, StoredSlice};
use super::encode::Encoding;
use super::error::{LakeError, Result};
use super::handle::CommitMeta;
use super::lh1;
use super::name;
use super::parquet;
use super::refs::{self, RefKind};
use super::schema::Table;
use super::slice::CutRule;
use super::snapshot::Snapshot;
use super::sort::Run;
use super::staging::Staging;

/// How often a commit is tried when other writers move the branch.
const TRIES: u32 = 64;

/// What a commit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The snapshot the branch now points to.
    pub id: SnapshotId,
    /// Whether the branch moved; `false` when the snapshot is what it pointed to before.
    pub changed: bool,
    /// The rows of the dataset by table.
    pub rows: BTreeMap<String, u64>,
}

/// The slices this commit refers to, by logical digest.
type Stored = BTreeMap<Digest, StoredSlice>;

impl Lake {
    /// Replaces everything of the staged dataset on `branch`, which is made when it does not exist.
    ///
    /// Other datasets are untouched and their objects reused. Committing the same rows and
    /// source again changes nothing.
    ///
    /// # Errors
    /// [`LakeError::DuplicateKey`] and [`LakeError::BadRows`] for the rows, [`LakeError::Conflict`] when others
    /// kept moving the branch. Whatever the error, the branch is as it was.
    pub async fn commit(
        &self,
        staging: Staging,
        mut source: SourceEntry,
        branch: &str,
        meta: CommitMeta,
    ) -> Result<Committed> {
        name::check("branch", branch)?;
        meta.check()?;
        source.files.sort_unstable();
        let (dataset, rule) = (staging.dataset().to_owned(), staging.rule);
        let mut base = self.base(branch).await?;
        let (tables, spill) = staging.finish()?;
        let mut stored = base
            .as_ref()
            .map(|base| base.snapshot.layout.slices.clone())
            .unwrap_or_default();
        let mut new = Vec::new();
        for (table, runs) in tables {
            let entry = self.store_rows(&table, runs, rule, &mut stored).await?;
            if entry.rows > 0 {
                new.push(NewRows { table, entry });
            }
        }
        drop(spill);
        let rows = new
            .iter()
            .map(|n| (n.table.name.clone(), n.entry.rows))
            .collect();
        for _ in 0..TRIES {
            let (seq, prev) = base
                .as_ref()
                .map_or((1, None), |base| (base.seq + 1, Some(base.digest)));
            let empty = Manifest::empty();
            let old = base.as_ref().map_or(&empty, |base| &base.snapshot.manifest);
            let manifest = old.replace(&dataset, &source, &new)?;
            manifest.check()?;
            let bytes = canon::to_bytes("manifest", &manifest)?;
            let id = SnapshotId(Digest::of(&bytes));
            if base.as_ref().is_some_and(|base| base.snapshot.id == id) {
                return Ok(Committed {
                    id,
                    changed: false,
                    rows,
                });
            }
            if let Some(base) = &base {
                stored.extend(
                    base.snapshot
                        .layout
                        .slices
                        .iter()
                        .map(|(k, v)| (*k, v.clone())),
                );
            }
            let layout = self.layout(&id, &manifest, &stored)?;
            self.put_blob(bytes).await?;
            let layout = self.put_blob(canon::to_bytes("layout", &layout)?).await?;
            let entry = meta.entry(seq, prev, id, layout);
            if refs::append(self.raw(), RefKind::Heads, branch, &entry).await? {
                return Ok(Committed {
                    id,
                    changed: true,
                    rows,
                });
            }
            tokio::task::yield_now().await;
            base = self.base(branch).await?;
        }
        Err(LakeError::Conflict {
            branch: branch.to_owned(),
            tries: TRIES,
        })
    }

    async fn base(&self, branch: &str) -> Result<Option<Base>> {
        let Some((entry, digest)) = refs::last(self.raw(), RefKind::Heads, branch).await? else {
            return Ok(None);
        };
        let snapshot = self.assemble(&entry.target, &entry.layout).await?;
        Ok(Some(Base {
            seq: entry.seq,
            digest,
            snapshot,
        }))
    }

    /// Cuts, hashes and stores the rows of one table; slices that are stored already are not written again.
    async fn store_rows(
        &self,
        table: &Table,
        runs: Vec<Run>,
        rule: CutRule,
        stored: &mut Stored,
    ) -> Result<DatasetEntry> {
        let known = stored.keys().copied().collect();
        let mut encoding = Encoding::start(table, runs, rule, known)?;
        let mut slices = BTreeMap::new();
        while let Some(slice) = encoding.next().await? {
            slices.insert(slice.number, (slice.logical, slice.rows));
            let Some(bytes) = slice.bytes else { continue };
            let size = bytes.len() as u64;
            let object = self.put_blob(bytes).await?;
            let new = StoredSlice {
                object,
                rows: slice.rows,
                size,
                writer: parquet::WRITER.to_owned(),
            };
            stored.insert(slice.logical, new);
        }
        let rows = slices.values().map(|(_, rows)| rows).sum();
        let slices: Vec<Digest> = slices.into_values().map(|(logical, _)| logical).collect();
        Ok(DatasetEntry {
            root: lh1::dataset_root(&table.hash, rows, &slices),
            rows,
            slices,
        })
    }

    /// The layout of a manifest, from what is known to be stored.
    fn layout(&self, id: &SnapshotId, manifest: &Manifest, stored: &Stored) -> Result<Layout> {
        let mut slices = Stored::new();
        for (name, table) in &manifest.tables {
            for logical in table.datasets.values().flat_map(|dataset| &dataset.slices) {
                let Some(slice) = stored.get(logical) else {
                    let why = format!("slice {logical} has no object");
                    return Err(LakeError::inconsistent(format!("table {name:?}"), why));
                };
                slices.insert(*logical, slice.clone());
            }
        }
        Ok(Layout {
            format: FORMAT,
            slices,
            snapshot: *id,
        })
    }
}

/// The head a commit starts from.
struct Base {
    seq: u64,
    digest: Digest,
    snapshot: Snapshot,
}
