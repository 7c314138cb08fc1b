//! The lake: immutable, verified, versioned rows in any object store.
//!
//! A lake is content-addressed blobs and create-only ref logs. Rows become sorted,
//! content-cut slices with a logical digest; a manifest of those is a snapshot, and the
//! manifest's digest its id, so that the same meaning has the same id on every machine.
//! `docs/lake-format.md` specifies every byte. This layer knows no SQL and no terminal.

mod canon;
mod cells;
mod commit;
mod digest;
mod document;
mod durable;
mod encode;
mod error;
mod field;
mod handle;
mod lh1;
mod location;
mod name;
mod naming;
mod parquet;
mod refs;
mod schema;
mod slice;
mod snapshot;
mod sort;
mod staging;
mod verified;
mod verify;

pub use cells::{CANONICAL_NAN, canonical_f32, canonical_f64};
pub use commit::Committed;
pub use digest::{Digest, ParseDigestError, SnapshotId};
pub use document::{
    DatasetEntry, Entry, FORMAT, Layout, Manifest, SourceEntry, SourceFile, StoredSlice, TableEntry,
};
pub use durable::DurableLocal;
pub use error::{ErrorKind, LakeError, Result};
pub use field::{FieldDoc, Kind};
pub use handle::{CommitMeta, Lake};
pub use lh1::{column_hash, merkle_root, schema_hash, slice_hash};
pub use location::Location;
pub use refs::RefKind;
pub use schema::{DATASET, TableSpec};
pub use slice::{CUT, CutRule};
pub use snapshot::{DatasetSlices, SliceObject, Snapshot, TableSlices};
pub use staging::{BUFFER, Staging};
pub use verified::{DEFAULT_BUDGET, VerifiedStore};
pub use verify::{Depth, Problem, Report};

#[cfg(test)]
mod tests;
