//! Checking a whole lake, as deep as asked.

use std::collections::{BTreeMap, BTreeSet};

use arrow::row::OwnedRow;

use super::Lake;
use super::digest::{Digest, SnapshotId};
use super::error::{ErrorKind, LakeError, Result};
use super::lh1;
use super::name::blob_key;
use super::parquet;
use super::refs::{self, RefKind};
use super::schema::Table;
use super::snapshot::{SliceObject, Snapshot};
use super::sort;
use super::verified::{check, fetch};

/// How much of a lake to check; each level includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Ref logs, manifests and layouts; that every object exists with its size.
    Documents,
    /// Reads and hashes every object again.
    Bytes,
    /// Decodes every slice: row counts, key order, logical digests.
    Rows,
}

/// What was checked and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Refs whose logs were followed.
    pub refs: u64,
    /// Snapshots whose documents were read.
    pub snapshots: u64,
    /// Objects that exist.
    pub objects: u64,
    /// Bytes read and hashed.
    pub bytes: u64,
    /// Slices whose logical digest was computed again.
    pub slices: u64,
    /// Rows of those slices.
    pub rows: u64,
    /// Damage: each makes the lake unclean.
    pub problems: Vec<Problem>,
    /// Leftovers that do no harm, such as temporary files of a killed process.
    pub notes: Vec<String>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The object or ref.
    pub object: String,
    /// What is wrong with it.
    pub what: String,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    fn problem(&mut self, object: impl ToString, what: impl ToString) {
        let problem = Problem {
            object: object.to_string(),
            what: what.to_string(),
        };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

impl Lake {
    /// Checks the lake without using anything cached.
    ///
    /// # Errors
    /// Only when the store cannot be listed; everything found wrong is in the report.
    pub async fn verify(&self, depth: Depth) -> Result<Report> {
        // A handle of its own, so that nothing verified earlier is believed.
        let fresh = match Self::open_in(self.store(), "this lake").await {
            Ok(fresh) => fresh,
            Err(error) if error.kind() == ErrorKind::Unreachable => return Err(error),
            Err(error) => {
                let mut report = Report::default();
                report.problem("FORMAT", error);
                return Ok(report);
            }
        };
        let mut report = Report::default();
        let blobs = fresh.blobs().await?;
        report.objects = blobs.len() as u64;
        let targets = fresh.check_refs(&mut report).await?;
        let mut known = fresh.check_records(&mut report, &blobs).await?;
        let mut damaged = BTreeSet::new();
        if depth >= Depth::Bytes {
            for (digest, size) in &blobs {
                let key = blob_key(digest);
                report.bytes += size;
                let checked = fetch(fresh.raw(), &key)
                    .await
                    .and_then(|bytes| check(&key, digest, *size, &bytes));
                if let Err(error) = checked {
                    report.problem(&key, error);
                    damaged.insert(*digest);
                }
            }
        }
        let mut walk = Walk {
            lake: &fresh,
            depth,
            blobs: &blobs,
            damaged,
            done: BTreeMap::new(),
        };
        for (id, layout) in &targets {
            report.snapshots += 1;
            known.extend([id.0, *layout]);
            match fresh.assemble(id, layout).await {
                Err(error) => report.problem(format!("snapshot {id}"), error),
                Ok(snapshot) => {
                    known.extend(snapshot.layout.slices.values().map(|s| s.object));
                    known.extend(
                        snapshot
                            .manifest
                            .sources
                            .values()
                            .flat_map(|s| &s.files)
                            .map(|f| f.sha256),
                    );
                    walk.snapshot(&snapshot, &mut report).await;
                }
            }
        }
        for digest in blobs.keys().filter(|digest| !known.contains(digest)) {
            report.notes.push(format!(
                "{} is not referred to by any ref or record",
                blob_key(digest)
            ));
        }
        for (key, _) in refs::keys(fresh.raw(), "tmp").await? {
            report
                .notes
                .push(format!("{key} is left over from an interrupted write"));
        }
        report
            .problems
            .sort_by(|a, b| (&a.object, &a.what).cmp(&(&b.object, &b.what)));
        Ok(report)
    }

    /// Follows every log; the result has every pair of snapshot and layout.
    async fn check_refs(&self, report: &mut Report) -> Result<BTreeSet<(SnapshotId, Digest)>> {
        let mut targets = BTreeSet::new();
        for kind in [RefKind::Heads, RefKind::Tags] {
            for name in refs::names(self.raw(), kind).await? {
                report.refs += 1;
                match refs::log(self.raw(), kind, &name).await {
                    Ok(log) => targets.extend(log.iter().map(|entry| (entry.target, entry.layout))),
                    Err(error) => report.problem(format!("refs/{}/{name}", kind.as_str()), error),
                }
            }
        }
        Ok(targets)
    }

    async fn check_records(
        &self,
        report: &mut Report,
        blobs: &BTreeMap<Digest, u64>,
    ) -> Result<BTreeSet<Digest>> {
        let mut records = BTreeSet::new();
        for digest in self.records().await? {
            let key = format!("records/{}", digest.hex());
            let listed = fetch(self.raw(), &object_store::path::Path::from(key.as_str())).await?;
            if listed != digest.to_string().as_bytes() {
                report.problem(&key, "its content is not its own digest");
            }
            if !blobs.contains_key(&digest) {
                report.problem(
                    &key,
                    LakeError::Missing {
                        object: blob_key(&digest).to_string(),
                    },
                );
            }
            records.insert(digest);
        }
        Ok(records)
    }
}

/// The first and last key of a slice, in an order that can be compared.
type Ends = (OwnedRow, OwnedRow);

/// A pass over the slices of several snapshots, each object once.
struct Walk<'a> {
    lake: &'a Lake,
    depth: Depth,
    blobs: &'a BTreeMap<Digest, u64>,
    damaged: BTreeSet<Digest>,
    /// What is known of slices seen before: dataset, logical digest and object.
    done: BTreeMap<(String, Digest, Digest), Option<Ends>>,
}

impl Walk<'_> {
    async fn snapshot(&mut self, snapshot: &Snapshot, report: &mut Report) {
        for (name, entry) in &snapshot.manifest.tables {
            let (Some(slices), Ok(table)) = (
                snapshot.table(name),
                Table::from_docs(name, entry.schema.clone(), entry.key.clone()),
            ) else {
                continue;
            };
            for dataset in &slices.datasets {
                let mut before: Option<Ends> = None;
                for slice in &dataset.slices {
                    let ends = self.slice(&table, &dataset.dataset, slice, report).await;
                    if let (Some((_, last)), Some((first, _))) = (&before, &ends)
                        && last >= first
                    {
                        let why = format!(
                            "its rows do not come after those of the slice before it in table {name:?}"
                        );
                        report.problem(&slice.path, LakeError::inconsistent(&slice.path, why));
                    }
                    before = ends;
                }
            }
        }
    }

    async fn slice(
        &mut self,
        table: &Table,
        dataset: &str,
        slice: &SliceObject,
        report: &mut Report,
    ) -> Option<Ends> {
        let object = slice.path.to_string();
        let Some(size) = self.blobs.get(&slice.digest).copied() else {
            report.problem(&slice.path, LakeError::Missing { object });
            return None;
        };
        if size != slice.size {
            let error = LakeError::WrongSize {
                object,
                expected: slice.size,
                found: size,
            };
            report.problem(&slice.path, error);
            return None;
        }
        if self.depth < Depth::Rows || self.damaged.contains(&slice.digest) {
            return None;
        }
        let key = (dataset.to_owned(), slice.logical, slice.digest);
        if let Some(ends) = self.done.get(&key) {
            return ends.clone();
        }
        report.slices += 1;
        report.rows += slice.rows;
        let ends = match self.rows(table, dataset, slice).await {
            Ok(ends) => ends,
            Err(error) => {
                report.problem(&slice.path, error);
                None
            }
        };
        self.done.insert(key, ends.clone());
        ends
    }

    /// Decodes a slice and computes what the documents say about it.
    async fn rows(
        &self,
        table: &Table,
        dataset: &str,
        slice: &SliceObject,
    ) -> Result<Option<Ends>> {
        let what = slice.path.to_string();
        let bytes = fetch(self.lake.raw(), &slice.path).await?;
        check(&slice.path, &slice.digest, slice.size, &bytes)?;
        let batch = parquet::decode(&what, table, bytes)?;
        if batch.num_rows() as u64 != slice.rows {
            let why = format!(
                "it has {} rows, the layout says {}",
                batch.num_rows(),
                slice.rows
            );
            return Err(LakeError::inconsistent(what, why));
        }
        table
            .canonical(dataset, &batch)
            .map_err(|e| LakeError::inconsistent(&what, e.to_string()))?;
        let found = lh1::slice_hash(&table.hash, &table.fields, &batch)?;
        if found != slice.logical {
            let why = format!(
                "its rows hash to {found}, the manifest says {}",
                slice.logical
            );
            return Err(LakeError::inconsistent(what, why));
        }
        let keys = sort::keys(table, &batch)?;
        for row in 1..keys.num_rows() {
            if keys.row(row - 1) >= keys.row(row) {
                let why = format!("row {row} does not come after row {} in key order", row - 1);
                return Err(LakeError::inconsistent(what, why));
            }
        }
        let last = keys.num_rows().checked_sub(1);
        Ok(last.map(|last| (keys.row(0).owned(), keys.row(last).owned())))
    }
}
