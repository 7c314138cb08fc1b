//! Judgements of items in canonical form.
//!
//! Ids are positions: `item` and `annotator` any dense numbering, `level` the
//! position of the value in the sorted list of values (numbers by value, text by
//! code point). No result depends on how items or annotators are numbered.

use core::fmt;

/// Values counted per item: for each item the (level, count) pairs it holds.
///
/// Shape: `offsets` has items + 1 entries; the pairs of item `i` are
/// `offsets[i]..offsets[i + 1]`, sorted by level, counts above 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Units {
    levels: usize,
    offsets: Vec<usize>,
    cells: Vec<(u32, u32)>,
}

impl Units {
    /// Groups single judgements: `items[i]` got `levels[i]`. Linear time.
    ///
    /// # Errors
    /// [`RatingsError`] when the columns differ in length or an id is out of range
    /// (`level < n_levels`, `item < n_items`).
    pub fn from_ids(
        n_items: usize,
        n_levels: usize,
        items: &[u32],
        levels: &[u32],
    ) -> Result<Self, RatingsError> {
        check_ids(items, levels, n_items, n_levels)?;
        if n_items.saturating_mul(n_levels) <= 2 * items.len() {
            let cells = items.iter().copied().zip(levels.iter().copied());
            return Ok(Self::from_dense_counts(n_items, n_levels, cells));
        }
        let mut offsets = vec![0_usize; n_items + 1];
        for &item in items {
            offsets[item as usize + 1] += 1;
        }
        for at in 0..n_items {
            offsets[at + 1] += offsets[at];
        }
        let mut next = offsets.clone();
        let mut sorted = vec![0_u32; levels.len()];
        for (&item, &level) in items.iter().zip(levels) {
            let slot = &mut next[item as usize];
            sorted[*slot] = level;
            *slot += 1;
        }
        let mut cells: Vec<(u32, u32)> =
            Vec::with_capacity(sorted.len().min(n_items.saturating_mul(n_levels)));
        let mut starts = Vec::with_capacity(n_items + 1);
        starts.push(0);
        for bounds in offsets.windows(2) {
            let group = &mut sorted[bounds[0]..bounds[1]];
            group.sort_unstable();
            let first = cells.len();
            for &level in group.iter() {
                match cells[first..].last_mut() {
                    Some(last) if last.0 == level => last.1 += 1,
                    _ => cells.push((level, 1)),
                }
            }
            starts.push(cells.len());
        }
        Ok(Self {
            levels: n_levels,
            offsets: starts,
            cells,
        })
    }

    /// Counts in a table of items × levels; for ids in range.
    pub(super) fn from_dense_counts(
        n_items: usize,
        n_levels: usize,
        cells: impl Iterator<Item = (u32, u32)>,
    ) -> Self {
        let mut table = vec![0_u32; n_items * n_levels];
        for (item, level) in cells {
            table[item as usize * n_levels + level as usize] += 1;
        }
        let mut offsets = Vec::with_capacity(n_items + 1);
        offsets.push(0);
        let mut cells = Vec::new();
        for row in table.chunks_exact(n_levels.max(1)) {
            cells.extend(
                (0..)
                    .zip(row)
                    .filter(|cell| *cell.1 > 0)
                    .map(|(level, &count)| (level, count)),
            );
            offsets.push(cells.len());
        }
        offsets.resize(n_items + 1, cells.len());
        Self {
            levels: n_levels,
            offsets,
            cells,
        }
    }

    /// Takes counts per (item, level) in any order; equal pairs are added up, zero counts dropped.
    ///
    /// # Errors
    /// [`RatingsError`] for an id out of range or more than 2^32 - 1 equal judgements of one item.
    pub fn from_counts(
        n_items: usize,
        n_levels: usize,
        counts: impl IntoIterator<Item = (u32, u32, u64)>,
    ) -> Result<Self, RatingsError> {
        let mut rows: Vec<(u32, u32, u64)> = counts.into_iter().filter(|row| row.2 > 0).collect();
        for &(item, level, _) in &rows {
            check_ids(&[item], &[level], n_items, n_levels)?;
        }
        rows.sort_unstable();
        let mut offsets = vec![0_usize; n_items + 1];
        let mut cells: Vec<(u32, u32)> = Vec::with_capacity(rows.len());
        let mut last = None;
        for (item, level, count) in rows {
            let add = |sum: u64| u32::try_from(sum).map_err(|_| RatingsError::TooMany { item });
            match cells.last_mut() {
                Some(cell) if last == Some((item, level)) => {
                    cell.1 = add(u64::from(cell.1) + count)?;
                }
                _ => {
                    cells.push((level, add(count)?));
                    offsets[item as usize + 1] += 1;
                }
            }
            last = Some((item, level));
        }
        for at in 0..n_items {
            offsets[at + 1] += offsets[at];
        }
        Ok(Self {
            levels: n_levels,
            offsets,
            cells,
        })
    }

    /// From the cells of each item in order; `offsets` as the shape of [`Units`] has them.
    pub(super) fn from_cells(levels: usize, offsets: Vec<usize>, cells: Vec<(u32, u32)>) -> Self {
        Self {
            levels,
            offsets,
            cells,
        }
    }

    /// Number of levels the ids run over.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// Number of items, those without judgements included.
    #[must_use]
    pub fn items(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The (level, count) pairs of each item, in item order.
    pub fn iter(&self) -> impl Iterator<Item = &[(u32, u32)]> {
        self.offsets
            .windows(2)
            .map(|bounds| &self.cells[bounds[0]..bounds[1]])
    }
}

/// What is wrong with judgements given by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RatingsError {
    /// Columns of different length.
    Lengths,
    /// An id at or above the stated number of ids.
    OutOfRange {
        /// Which column.
        what: &'static str,
        /// The id found.
        id: u32,
        /// The number of ids.
        limit: usize,
    },
    /// One annotator judged one item twice under `Repeats::Refuse`.
    Repeated {
        /// The item.
        item: u32,
        /// The annotator.
        annotator: u32,
    },
    /// More than 2^32 - 1 equal judgements of one item.
    TooMany {
        /// The item.
        item: u32,
    },
}

impl fmt::Display for RatingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lengths => write!(f, "the columns of judgements differ in length"),
            Self::OutOfRange { what, id, limit } => {
                write!(f, "{what} id {id} is not below {limit}")
            }
            Self::Repeated { item, annotator } => write!(
                f,
                "annotator {annotator} judged item {item} more than once: \
                 say how repeats count (consistent, lowest, highest or keep)"
            ),
            Self::TooMany { item } => {
                write!(f, "item {item} has more than 4294967295 equal judgements")
            }
        }
    }
}

impl core::error::Error for RatingsError {}

fn check_ids(
    items: &[u32],
    levels: &[u32],
    n_items: usize,
    n_levels: usize,
) -> Result<(), RatingsError> {
    if items.len() != levels.len() {
        return Err(RatingsError::Lengths);
    }
    if let Some(&id) = items.iter().find(|&&id| id as usize >= n_items) {
        return Err(RatingsError::OutOfRange {
            what: "item",
            id,
            limit: n_items,
        });
    }
    if let Some(&id) = levels.iter().find(|&&id| id as usize >= n_levels) {
        return Err(RatingsError::OutOfRange {
            what: "level",
            id,
            limit: n_levels,
        });
    }
    Ok(())
}
