//! Content-cut slices: where a run of sorted rows is divided is decided by the rows themselves.
//!
//! A slice ends after a row whose key's hash is small, so one inserted row changes one
//! slice and releases share the others (the idea of content-defined chunking, Muthitacharoen
//! et al., LBFS, SOSP 2001, on rows instead of bytes). The exact rule is in `docs/lake-format.md`.

use arrow::array::Array;
use arrow::compute::concat_batches;
use arrow::record_batch::RecordBatch;

use super::cells::Cells;
use super::digest::Digest;
use super::error::{LakeError, Result};
use super::lh1;
use super::schema::Table;
use super::sort::Merge;

/// When a slice may and must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutRule {
    /// A slice ends after a row with probability 1 in this many.
    pub target_rows: u64,
    /// No slice but the last has fewer rows, unless it has `min_bytes`.
    pub min_rows: u64,
    /// No slice has more rows.
    pub max_rows: u64,
    /// A row of `b` encoded bytes ends a slice with probability at least `b` in this many.
    pub target_bytes: u64,
    /// No slice but the last is smaller, unless it has `min_rows`.
    pub min_bytes: u64,
    /// A slice ends as soon as it has this many encoded bytes.
    pub max_bytes: u64,
}

/// The rule of format 1.
pub const CUT: CutRule = CutRule {
    target_rows: 64 << 10,
    min_rows: 8 << 10,
    max_rows: 256 << 10,
    target_bytes: 32 << 20,
    min_bytes: 4 << 20,
    max_bytes: 128 << 20,
};

impl CutRule {
    /// Whether a slice ends after a row of `size` bytes with this key, as the slice's `rows`-th, `bytes` in all.
    pub(crate) fn ends(
        &self,
        rows: u64,
        bytes: u64,
        size: u64,
        hash: impl FnOnce() -> u64,
    ) -> bool {
        if rows >= self.max_rows || bytes >= self.max_bytes {
            return true;
        }
        if rows < self.min_rows && bytes < self.min_bytes {
            return false;
        }
        let share = |part: u64, whole: u64| (u128::from(part) << 64) / u128::from(whole.max(1));
        u128::from(hash()) < share(1, self.target_rows).max(share(size, self.target_bytes))
    }
}

/// A slice's rows and their logical digest.
#[derive(Debug)]
pub(crate) struct Slice {
    pub logical: Digest,
    pub batch: RecordBatch,
}

/// Cuts the rows of a merge into slices.
pub(crate) struct Slicer<'a> {
    table: &'a Table,
    merge: Merge<'a>,
    rule: CutRule,
    rest: Option<(RecordBatch, Vec<u64>)>,
}

impl<'a> Slicer<'a> {
    pub fn new(table: &'a Table, merge: Merge<'a>, rule: CutRule) -> Self {
        Self {
            table,
            merge,
            rule,
            rest: None,
        }
    }

    /// The next slice.
    pub fn next(&mut self) -> Result<Option<Slice>> {
        let (mut parts, mut rows, mut bytes) = (Vec::new(), 0u64, 0u64);
        loop {
            let (batch, sizes) = match self.rest.take() {
                Some(rest) => rest,
                None => match self.merge.next()? {
                    Some(batch) => {
                        let sizes = self.table.row_sizes(&batch)?;
                        (batch, sizes)
                    }
                    None => break,
                },
            };
            match self.find_end(&batch, &sizes, &mut rows, &mut bytes)? {
                Some(end) => {
                    parts.push(batch.slice(0, end));
                    if end < batch.num_rows() {
                        let left = sizes.get(end..).unwrap_or_default().to_vec();
                        self.rest = Some((batch.slice(end, batch.num_rows() - end), left));
                    }
                    break;
                }
                None => parts.push(batch),
            }
        }
        if parts.is_empty() {
            return Ok(None);
        }
        let what = format!(
            "could not join the rows of a slice of {:?}",
            self.table.name
        );
        let batch =
            concat_batches(&self.table.schema, &parts).map_err(|e| LakeError::arrow(what, e))?;
        let logical = lh1::slice_hash(&self.table.hash, &self.table.fields, &batch)?;
        Ok(Some(Slice { logical, batch }))
    }

    /// The number of rows of `batch` that still belong to the slice, when it ends in it.
    fn find_end(
        &self,
        batch: &RecordBatch,
        sizes: &[u64],
        rows: &mut u64,
        bytes: &mut u64,
    ) -> Result<Option<usize>> {
        let columns = self
            .table
            .key_columns
            .iter()
            .filter_map(|i| batch.columns().get(*i));
        let cells = columns
            .map(|column| Cells::new(column.as_ref() as &dyn Array))
            .collect::<Result<Vec<_>>>()?;
        let mut key = Vec::new();
        for (row, size) in sizes.iter().enumerate() {
            *rows += 1;
            *bytes += size;
            let ends = self.rule.ends(*rows, *bytes, *size, || {
                key.clear();
                cells.iter().for_each(|column| column.push(row, &mut key));
                lh1::cut_hash(&key)
            });
            if ends {
                return Ok(Some(row + 1));
            }
        }
        Ok(None)
    }
}
