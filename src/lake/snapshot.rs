//! A snapshot as readers see it: verified documents, and the objects of each table.

use std::collections::BTreeMap;

use arrow::datatypes::SchemaRef;
use object_store::path::Path;

use super::digest::{Digest, SnapshotId};
use super::document::{FORMAT, Layout, Manifest};
use super::error::{LakeError, Result};
use super::name::blob_key;
use super::schema::Table;

/// An immutable state of the lake.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The identity: the digest of the manifest.
    pub id: SnapshotId,
    /// What the snapshot says.
    pub manifest: Manifest,
    /// Where it is stored.
    pub layout: Layout,
    tables: BTreeMap<String, TableSlices>,
}

/// A table of a snapshot and the objects that hold its rows.
#[derive(Clone, Debug)]
pub struct TableSlices {
    /// The table's name.
    pub name: String,
    /// The columns as they are stored.
    pub schema: SchemaRef,
    /// The primary key.
    pub key: Vec<String>,
    /// The number of rows.
    pub rows: u64,
    /// The datasets, by name.
    pub datasets: Vec<DatasetSlices>,
}

/// The objects that hold one dataset's rows; together, in this order, they are sorted by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetSlices {
    /// The dataset's name, the value of the first column.
    pub dataset: String,
    /// The number of rows.
    pub rows: u64,
    /// The slices, in key order.
    pub slices: Vec<SliceObject>,
}

/// One slice: one Parquet object with one row group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SliceObject {
    /// The LH1 digest of the rows.
    pub logical: Digest,
    /// The digest of the object's bytes.
    pub digest: Digest,
    /// The object's key in [`Lake::object_store`](super::Lake::object_store).
    pub path: Path,
    /// The number of bytes.
    pub size: u64,
    /// The number of rows.
    pub rows: u64,
}

impl Snapshot {
    /// Puts the documents together, checking that they agree.
    pub(crate) fn new(id: SnapshotId, manifest: Manifest, layout: Layout) -> Result<Self> {
        manifest.check()?;
        if layout.format != FORMAT {
            return Err(LakeError::document(
                "layout",
                format!("format {} is not known", layout.format),
            ));
        }
        if layout.snapshot != id {
            return Err(LakeError::inconsistent(
                "layout",
                format!("it belongs to {}, not to {id}", layout.snapshot),
            ));
        }
        let mut tables = BTreeMap::new();
        for (name, entry) in &manifest.tables {
            let table = Table::from_docs(name, entry.schema.clone(), entry.key.clone())?;
            let mut datasets = Vec::new();
            for (dataset, entry) in &entry.datasets {
                let mut slices = Vec::new();
                for logical in &entry.slices {
                    let part = || format!("layout, table {name:?}, dataset {dataset:?}");
                    let Some(stored) = layout.slices.get(logical) else {
                        return Err(LakeError::inconsistent(
                            part(),
                            format!("it has no object for slice {logical}"),
                        ));
                    };
                    let (digest, size, rows) = (stored.object, stored.size, stored.rows);
                    slices.push(SliceObject {
                        logical: *logical,
                        digest,
                        path: blob_key(&digest),
                        size,
                        rows,
                    });
                }
                let rows = slices
                    .iter()
                    .fold(0u64, |sum, slice| sum.saturating_add(slice.rows));
                if rows != entry.rows {
                    let why = format!(
                        "its slices have {rows} rows, the manifest says {}",
                        entry.rows
                    );
                    return Err(LakeError::inconsistent(
                        format!("layout, table {name:?}, dataset {dataset:?}"),
                        why,
                    ));
                }
                datasets.push(DatasetSlices {
                    dataset: dataset.clone(),
                    rows,
                    slices,
                });
            }
            let (schema, key, rows) = (table.schema, table.key, entry.rows);
            tables.insert(
                name.clone(),
                TableSlices {
                    name: name.clone(),
                    schema,
                    key,
                    rows,
                    datasets,
                },
            );
        }
        Ok(Self {
            id,
            manifest,
            layout,
            tables,
        })
    }

    /// A table's columns and objects; `None` when the snapshot has no rows of it.
    pub fn table(&self, name: &str) -> Option<&TableSlices> {
        self.tables.get(name)
    }

    /// The tables that have rows, by name.
    pub fn tables(&self) -> impl Iterator<Item = &TableSlices> {
        self.tables.values()
    }
}
