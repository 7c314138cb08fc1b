//! One digest for one result: the bytes that `replay` compares.
//!
//! A result is its column names, their logical types and its rows in order.
//! How the rows were cut into batches, dictionary- or view-encoded, or stored
//! with 32 or 64-bit offsets is not part of it, so it is not hashed. Every
//! column has a SHA-256 of its own over tagged, length-prefixed cells; the
//! digest is the SHA-256 of a header and the column digests. The byte format
//! is specified in docs/determinism.md; its vectors come from
//! scripts/result_digest_vectors.py, which shares no code with this module.

mod cells;
mod normal;
mod types;

#[cfg(test)]
mod tests;

use std::fmt;

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use datafusion::error::{DataFusionError, Result};
use sha2::{Digest, Sha256};

pub(crate) use cells::Cells;
pub use normal::normalise;
pub use types::logical_type;

/// Domain tag of the result digest: names what is hashed and the version of
/// the byte format.
pub const DOMAIN: &str = "arrovian/result/1";

/// Domain tag of a single column inside a result digest.
pub const COLUMN_DOMAIN: &str = "arrovian/result/1/column";

/// Rows encoded at a time before they go through the hash function; bounds
/// memory and has no influence on the digest.
const CHUNK_ROWS: usize = 1024;

/// The identity of a query result: 32 bytes of SHA-256.
///
/// `Display` prints `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultDigest([u8; 32]);

impl ResultDigest {
    /// The raw 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 12 hexadecimal digits: for people, never for comparison.
    pub fn short(&self) -> String {
        let mut hex = self.hex();
        hex.truncate(12);
        hex
    }

    /// Reads what `Display` writes. Returns `None` for anything else,
    /// upper-case digits included: one digest has one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix("sha256:")?.as_bytes();
        if hex.len() != 64 {
            return None;
        }
        let digit = |c: u8| match c {
            b'0'..=b'9' => Some(c - b'0'),
            b'a'..=b'f' => Some(c - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            let (&high, &low) = (pair.first()?, pair.get(1)?);
            *byte = digit(high)? * 16 + digit(low)?;
        }
        Some(Self(bytes))
    }

    fn hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
        self.0
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
            .collect()
    }
}

impl fmt::Display for ResultDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for ResultDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Digests a result batch by batch, in output order; memory does not grow
/// with the number of rows.
#[derive(Debug)]
pub struct Hasher {
    names: Vec<String>,
    types: Vec<String>,
    columns: Vec<Sha256>,
    rows: u64,
    scratch: Vec<u8>,
}

impl Hasher {
    /// Starts a digest of a result with this schema. Nullability and metadata
    /// of the fields do not matter.
    ///
    /// # Errors
    /// A column whose type has no canonical form (a union) is refused.
    pub fn new(schema: &Schema) -> Result<Self> {
        let mut names = Vec::with_capacity(schema.fields().len());
        let mut types = Vec::with_capacity(schema.fields().len());
        let mut columns = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            types.push(logical_type(field.data_type()).ok_or_else(|| unsupported(field))?);
            names.push(field.name().clone());
            let mut column = Sha256::new();
            put_text(&mut column, COLUMN_DOMAIN);
            columns.push(column);
        }
        Ok(Self {
            names,
            types,
            columns,
            rows: 0,
            scratch: Vec::new(),
        })
    }

    /// Adds the rows of `batch` after all rows added before.
    ///
    /// # Errors
    /// The batch must have the columns the digest was started with: the same
    /// number and logical types.
    pub fn update(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_columns() != self.columns.len() {
            return Err(DataFusionError::Execution(format!(
                "result digest: a batch has {} columns where the result has {}",
                batch.num_columns(),
                self.columns.len()
            )));
        }
        for (index, array) in batch.columns().iter().enumerate() {
            let (Some(name), Some(expected), Some(hash)) = (
                self.names.get(index),
                self.types.get(index),
                self.columns.get_mut(index),
            ) else {
                continue;
            };
            let found = logical_type(array.data_type());
            if found.as_ref() != Some(expected) {
                return Err(DataFusionError::Execution(format!(
                    "result digest: column {name:?} is {} in a batch where the result has {expected}",
                    array.data_type()
                )));
            }
            let cells = Cells::new(array)?;
            let mut start = 0;
            while start < array.len() {
                let rows = CHUNK_ROWS.min(array.len() - start);
                self.scratch.clear();
                cells.encode(start, rows, &mut self.scratch);
                hash.update(&self.scratch);
                start += rows;
            }
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// The digest of all rows added.
    pub fn finish(self) -> ResultDigest {
        let mut total = Sha256::new();
        put_text(&mut total, DOMAIN);
        total.update((self.columns.len() as u64).to_le_bytes());
        total.update(self.rows.to_le_bytes());
        for ((name, kind), column) in self.names.iter().zip(&self.types).zip(self.columns) {
            put_text(&mut total, name);
            put_text(&mut total, kind);
            total.update(column.finalize());
        }
        ResultDigest(total.finalize().into())
    }
}

/// The digest of a whole result: `batches` in output order.
///
/// # Errors
/// As [`Hasher::new`] and [`Hasher::update`].
pub fn result(schema: &Schema, batches: &[RecordBatch]) -> Result<ResultDigest> {
    let mut hasher = Hasher::new(schema)?;
    for batch in batches {
        hasher.update(batch)?;
    }
    Ok(hasher.finish())
}

fn put_text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}

fn unsupported(field: &arrow::datatypes::Field) -> DataFusionError {
    DataFusionError::Plan(format!(
        "column {:?} has type {}, which has no canonical bytes; select one of its members instead",
        field.name(),
        field.data_type()
    ))
}
