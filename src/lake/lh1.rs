//! LH1, the logical digest of rows: independent of batches, dictionaries, codecs and writers.
//!
//! The byte-exact definition and its test vectors are in `docs/lake-format.md`.
//! Cells are tagged (null or value) and length-prefixed, so different rows never
//! encode alike; columns hash into a slice, slices into a Merkle tree (RFC 6962,
//! section 2.1) per dataset, datasets into a table.

use arrow::array::{Array, ArrayRef};
use arrow::record_batch::RecordBatch;
use sha2::{Digest as _, Sha256};

use super::cells::Cells;
use super::digest::Digest;
use super::error::Result;
use super::field::FieldDoc;

/// Bytes encoded before they are hashed.
const FLUSH: usize = 32 << 10;

fn text(text: &str, hasher: &mut Sha256) {
    hasher.update((text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

fn describe_type(field: &FieldDoc, hasher: &mut Sha256) {
    text(field.kind.as_str(), hasher);
    hasher.update((field.fields.len() as u64).to_le_bytes());
    field
        .fields
        .iter()
        .for_each(|child| describe_field(child, hasher));
}

fn describe_field(field: &FieldDoc, hasher: &mut Sha256) {
    text(&field.name, hasher);
    hasher.update([u8::from(field.nullable)]);
    describe_type(field, hasher);
}

/// The digest of a table's columns and primary key.
pub fn schema_hash(fields: &[FieldDoc], key: &[String]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(b"lh1/schema\0");
    hasher.update((fields.len() as u64).to_le_bytes());
    fields
        .iter()
        .for_each(|field| describe_field(field, &mut hasher));
    hasher.update((key.len() as u64).to_le_bytes());
    key.iter().for_each(|name| text(name, &mut hasher));
    Digest::from_bytes(hasher.finalize().into())
}

/// The digest of one column of a slice.
pub fn column_hash(field: &FieldDoc, column: &ArrayRef) -> Result<Digest> {
    let cells = Cells::new(column.as_ref())?;
    let mut hasher = Sha256::new();
    hasher.update(b"lh1/col\0");
    describe_type(field, &mut hasher);
    hasher.update((column.len() as u64).to_le_bytes());
    let mut out = Vec::new();
    if column.null_count() == column.len() {
        // A column without values is a row of NULL cells.
        out.resize(column.len(), 0);
        hasher.update(&out);
    } else {
        let mut row = 0;
        while row < column.len() {
            out.clear();
            row = cells.push_some(row, column.len(), FLUSH, &mut out);
            hasher.update(&out);
        }
    }
    Ok(Digest::from_bytes(hasher.finalize().into()))
}

/// The digest of a slice: the rows of `batch`, which must have the columns `fields`.
pub fn slice_hash(schema: &Digest, fields: &[FieldDoc], batch: &RecordBatch) -> Result<Digest> {
    let mut hasher = Sha256::new();
    hasher.update(b"lh1/slice\0");
    hasher.update(schema.as_bytes());
    hasher.update((batch.num_rows() as u64).to_le_bytes());
    for (field, column) in fields.iter().zip(batch.columns()) {
        hasher.update(column_hash(field, column)?.as_bytes());
    }
    Ok(Digest::from_bytes(hasher.finalize().into()))
}

/// The Merkle tree hash of RFC 6962, section 2.1, over slice digests.
pub fn merkle_root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(b""),
        [leaf] => joined(&[&[0], leaf.as_bytes()]),
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            joined(&[
                &[1],
                merkle_root(left).as_bytes(),
                merkle_root(right).as_bytes(),
            ])
        }
    }
}

fn joined(parts: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    Digest::from_bytes(hasher.finalize().into())
}

/// The root of one dataset's rows in one table.
pub fn dataset_root(schema: &Digest, rows: u64, slices: &[Digest]) -> Digest {
    let count = (slices.len() as u64).to_le_bytes();
    joined(&[
        b"lh1/dataset\0",
        schema.as_bytes(),
        &rows.to_le_bytes(),
        &count,
        merkle_root(slices).as_bytes(),
    ])
}

/// The root of a table: its datasets' roots in the order of their names.
pub fn table_root<'a>(
    schema: &Digest,
    datasets: impl ExactSizeIterator<Item = (&'a str, &'a Digest)>,
) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(b"lh1/table\0");
    hasher.update(schema.as_bytes());
    hasher.update((datasets.len() as u64).to_le_bytes());
    for (name, root) in datasets {
        text(name, &mut hasher);
        hasher.update(root.as_bytes());
    }
    Digest::from_bytes(hasher.finalize().into())
}

/// The number that decides whether a slice may end after the row with these key cells.
pub(crate) fn cut_hash(key_cells: &[u8]) -> u64 {
    let digest = joined(&[b"lh1/cut\0", key_cells]);
    digest
        .as_bytes()
        .iter()
        .take(8)
        .fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}
