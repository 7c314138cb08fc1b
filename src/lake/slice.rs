//! Content-cut slices: where a run of sorted rows is divided is decided by the rows themselves.
//!
//! A slice ends after a row whose key's hash is small, so one inserted row changes one
//! slice and releases share the others (the idea of content-defined chunking, Muthitacharoen
//! et al., LBFS, SOSP 2001, on rows instead of bytes). The exact rule is in `docs/lake-format.md`.

use super::error::Result;
use super::lh1;
use super::sort::{Merge, Picked};

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

/// Cuts the rows of a merge into slices.
pub(crate) struct Slicer<'a> {
    merge: Merge<'a>,
    rule: CutRule,
}

impl<'a> Slicer<'a> {
    pub fn new(merge: Merge<'a>, rule: CutRule) -> Self {
        Self { merge, rule }
    }

    /// The rows of the next slice.
    pub fn next(&mut self) -> Result<Option<Picked>> {
        let (mut picks, mut bytes, mut key) = (Vec::new(), 0u64, Vec::new());
        while let Some((pick, size)) = self.merge.next()? {
            picks.push(pick);
            bytes += size;
            let mut encoded = Ok(());
            let ends = self.rule.ends(picks.len() as u64, bytes, size, || {
                key.clear();
                encoded = self.merge.key_cells(pick, &mut key);
                lh1::cut_hash(&key)
            });
            encoded?;
            if ends {
                break;
            }
        }
        Ok((!picks.is_empty()).then(|| self.merge.take(&picks)))
    }
}
