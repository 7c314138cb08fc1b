//! The documents of a lake: manifest, layout, ref entry.
//!
//! The manifest is the identity of a snapshot and holds meaning only: no clock, host,
//! path, author or history. The layout says which objects hold the manifest's slices
//! and can be replaced without touching the identity. Ref entries carry what is about
//! people and time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::canon;
use super::digest::{Digest, SnapshotId};
use super::error::{LakeError, Result};
use super::field::FieldDoc;
use super::lh1;
use super::name;
use super::schema::Table;

/// The format number of every document, and of the lake.
pub const FORMAT: u32 = 1;

/// The identity of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The logical digest in use: `lh1`.
    pub logical: String,
    /// Where each dataset's rows came from.
    pub sources: BTreeMap<String, SourceEntry>,
    /// The tables that have rows.
    pub tables: BTreeMap<String, TableEntry>,
}

/// A table of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableEntry {
    /// The rows by dataset.
    pub datasets: BTreeMap<String, DatasetEntry>,
    /// The primary key.
    pub key: Vec<String>,
    /// The LH1 table root.
    pub root: Digest,
    /// The number of rows.
    pub rows: u64,
    /// The columns.
    pub schema: Vec<FieldDoc>,
}

/// One dataset's rows in one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetEntry {
    /// The LH1 dataset root.
    pub root: Digest,
    /// The number of rows.
    pub rows: u64,
    /// The logical digests of the slices, in key order.
    pub slices: Vec<Digest>,
}

/// Where a dataset's rows came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    /// The upstream files that were read, sorted when committed.
    pub files: Vec<SourceFile>,
    /// The licence, as an SPDX expression.
    pub licence: String,
    /// The digest of the mapping and options the rows depend on.
    pub options: Digest,
    /// How many records were set aside.
    pub quarantined: u64,
    /// The upstream revision, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The name of the source.
    pub source: String,
    /// Terms of use beside the licence, in words, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// The version of the code that read the files.
    pub version: String,
}

/// An upstream file, by its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// The digest of the raw bytes.
    #[serde(rename = "digest")]
    pub sha256: Digest,
    /// The number of bytes.
    pub size: u64,
}

/// Which objects hold a snapshot's slices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// [`FORMAT`].
    pub format: u32,
    /// For the logical digest of each slice, its object.
    pub slices: BTreeMap<Digest, StoredSlice>,
    /// The snapshot this is a layout of.
    pub snapshot: SnapshotId,
}

/// A slice as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredSlice {
    /// The digest of the object's bytes.
    pub object: Digest,
    /// The number of rows.
    pub rows: u64,
    /// The number of bytes.
    pub size: u64,
    /// The encoder and its settings.
    pub writer: String,
}

/// One entry of a ref's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Who committed.
    pub author: String,
    /// The layout that was current.
    pub layout: Digest,
    /// Why.
    pub message: String,
    /// The digest of the previous entry's bytes; none in the first.
    pub prev: Option<Digest>,
    /// 1, 2, 3, … without a gap.
    pub seq: u64,
    /// The snapshot the ref points to from here on.
    pub target: SnapshotId,
    /// When, as the committer says.
    pub time: String,
}

/// An entry as stored: with its own digest, so that a damaged entry is known as such.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredEntry {
    digest: Digest,
    entry: Entry,
}

impl Entry {
    /// The bytes of the entry's object.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        let digest = Digest::of(&canon::to_bytes("ref entry", self)?);
        canon::to_bytes(
            "ref entry",
            &StoredEntry {
                digest,
                entry: self.clone(),
            },
        )
    }

    /// Reads an entry object and checks it against its own digest.
    pub(crate) fn from_bytes(object: &str, bytes: &[u8]) -> Result<Self> {
        let StoredEntry { digest, entry } = canon::from_bytes(object, bytes)?;
        let found = Digest::of(&canon::to_bytes(object, &entry)?);
        if found != digest {
            return Err(LakeError::WrongDigest {
                object: object.to_owned(),
                found: found.to_string(),
            });
        }
        Ok(entry)
    }
}

impl Manifest {
    /// The manifest of a lake without rows.
    pub fn empty() -> Self {
        Self {
            format: FORMAT,
            logical: "lh1".into(),
            sources: BTreeMap::new(),
            tables: BTreeMap::new(),
        }
    }

    /// Checks everything the manifest says that follows from something else it says.
    ///
    /// # Errors
    /// [`LakeError::BadDocument`] or [`LakeError::Inconsistent`], naming the part.
    pub fn check(&self) -> Result<()> {
        if self.format != FORMAT || self.logical != "lh1" {
            let why = format!(
                "format {} with logical digest {:?} is not known",
                self.format, self.logical
            );
            return Err(LakeError::document("manifest", why));
        }
        for (dataset, source) in &self.sources {
            name::check("dataset", dataset)?;
            if !source.files.is_sorted() {
                return Err(LakeError::document(
                    "manifest",
                    format!("the files of {dataset:?} are not sorted"),
                ));
            }
        }
        for (name, table) in &self.tables {
            let known = Table::from_docs(name, table.schema.clone(), table.key.clone())?;
            let mut rows = 0u64;
            for (dataset, entry) in &table.datasets {
                let part = format!("manifest, table {name:?}, dataset {dataset:?}");
                if !self.sources.contains_key(dataset) {
                    return Err(LakeError::inconsistent(part, "the dataset has no source"));
                }
                if entry.root != lh1::dataset_root(&known.hash, entry.rows, &entry.slices) {
                    return Err(LakeError::inconsistent(
                        part,
                        "the root does not follow from the slices",
                    ));
                }
                if entry.rows == 0 || entry.slices.is_empty() {
                    return Err(LakeError::inconsistent(
                        part,
                        "a dataset without rows must not be listed",
                    ));
                }
                rows = rows
                    .checked_add(entry.rows)
                    .ok_or_else(|| LakeError::inconsistent(part, "too many rows"))?;
            }
            let part = format!("manifest, table {name:?}");
            if rows == 0 || rows != table.rows {
                let why = format!("it says {} rows, its datasets have {rows}", table.rows);
                return Err(LakeError::inconsistent(part, why));
            }
            if table.root != known_root(&known.hash, table) {
                return Err(LakeError::inconsistent(
                    part,
                    "the root does not follow from the datasets",
                ));
            }
        }
        Ok(())
    }

    /// The manifest with everything of `dataset` replaced.
    pub(crate) fn replace(
        &self,
        dataset: &str,
        source: &SourceEntry,
        new: &[NewRows],
    ) -> Result<Self> {
        let mut next = self.clone();
        next.sources.insert(dataset.to_owned(), source.clone());
        for table in next.tables.values_mut() {
            table.datasets.remove(dataset);
        }
        next.tables.retain(|_, table| !table.datasets.is_empty());
        for rows in new {
            let spec = &rows.table;
            let entry = next
                .tables
                .entry(spec.name.clone())
                .or_insert_with(|| TableEntry {
                    datasets: BTreeMap::new(),
                    key: spec.key.clone(),
                    root: spec.hash,
                    rows: 0,
                    schema: spec.fields.clone(),
                });
            if entry.key != spec.key || entry.schema != spec.fields {
                let others: Vec<&str> = entry.datasets.keys().map(String::as_str).collect();
                let why = format!(
                    "its columns or key differ from those of the datasets already in the lake ({}): ingest them again with this version first",
                    others.join(", ")
                );
                return Err(LakeError::rows(&spec.name, why));
            }
            entry
                .datasets
                .insert(dataset.to_owned(), rows.entry.clone());
        }
        for table in next.tables.values_mut() {
            table.rows = table.datasets.values().map(|d| d.rows).sum();
            let hash = lh1::schema_hash(&table.schema, &table.key);
            table.root = known_root(&hash, table);
        }
        Ok(next)
    }
}

fn known_root(schema: &Digest, table: &TableEntry) -> Digest {
    lh1::table_root(
        schema,
        table
            .datasets
            .iter()
            .map(|(name, entry)| (name.as_str(), &entry.root)),
    )
}

/// The rows a commit brings to one table.
pub(crate) struct NewRows {
    pub table: Table,
    pub entry: DatasetEntry,
}
