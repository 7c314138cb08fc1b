//! Judgements with their annotators, repeats resolved.

use super::{RatingsError, Units};

/// What to do when one annotator judged one item more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Repeats {
    /// An error that names the item and the annotator.
    #[default]
    Refuse,
    /// Equal judgements count once; differing ones are all left out.
    Consistent,
    /// The lowest level counts.
    Lowest,
    /// The highest level counts.
    Highest,
    /// Each counts as a judgement of its own.
    Keep,
}

/// Sorts rows whose items are below `n_items`: one pass by item, then each item's few rows.
fn sorted_by_item(n_items: usize, mut rows: Vec<(u32, u32, u32)>) -> Vec<(u32, u32, u32)> {
    if rows.is_sorted() {
        return rows;
    }
    if n_items > 4 * rows.len() {
        rows.sort_unstable();
        return rows;
    }
    let mut ends = vec![0_usize; n_items + 1];
    for row in &rows {
        ends[row.0 as usize + 1] += 1;
    }
    for at in 0..n_items {
        ends[at + 1] += ends[at];
    }
    let mut sorted = vec![(0, 0, 0); rows.len()];
    for row in rows {
        let slot = &mut ends[row.0 as usize];
        sorted[*slot] = row;
        *slot += 1;
    }
    for run in sorted.chunk_by_mut(|a, b| a.0 == b.0) {
        run.sort_unstable();
    }
    sorted
}

/// Judgements with their annotators: (item, annotator, level), sorted, repeats resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ratings {
    n_items: usize,
    n_annotators: usize,
    n_levels: usize,
    rows: Vec<(u32, u32, u32)>,
}

impl Ratings {
    /// Sorts the judgements and resolves repeats.
    ///
    /// # Errors
    /// [`RatingsError::OutOfRange`], or [`RatingsError::Repeated`] under [`Repeats::Refuse`].
    pub fn new(
        n_items: usize,
        n_annotators: usize,
        n_levels: usize,
        rows: Vec<(u32, u32, u32)>,
        repeats: Repeats,
    ) -> Result<Self, RatingsError> {
        let limits = [n_items, n_annotators, n_levels];
        for row in &rows {
            let ids = [row.0, row.1, row.2];
            if let Some(at) = (0..3).find(|&at| ids[at] as usize >= limits[at]) {
                return Err(RatingsError::OutOfRange {
                    what: ["item", "annotator", "level"][at],
                    id: ids[at],
                    limit: limits[at],
                });
            }
        }
        let mut rows = sorted_by_item(n_items, rows);
        let same = |a: &(u32, u32, u32), b: &(u32, u32, u32)| (a.0, a.1) == (b.0, b.1);
        match repeats {
            Repeats::Keep => {}
            Repeats::Refuse => {
                if let Some(pair) = rows.windows(2).find(|pair| same(&pair[0], &pair[1])) {
                    return Err(RatingsError::Repeated {
                        item: pair[0].0,
                        annotator: pair[0].1,
                    });
                }
            }
            Repeats::Lowest => rows.dedup_by(|next, kept| same(next, kept)),
            Repeats::Highest => {
                rows.reverse();
                rows.dedup_by(|next, kept| same(next, kept));
                rows.reverse();
            }
            Repeats::Consistent => {
                rows.dedup();
                rows = rows
                    .chunk_by(same)
                    .filter(|run| run.len() == 1)
                    .flatten()
                    .copied()
                    .collect();
            }
        }
        Ok(Self {
            n_items,
            n_annotators,
            n_levels,
            rows,
        })
    }

    /// The judgements, sorted by item, annotator, level.
    #[must_use]
    pub fn rows(&self) -> &[(u32, u32, u32)] {
        &self.rows
    }

    /// Number of item ids.
    #[must_use]
    pub fn items(&self) -> usize {
        self.n_items
    }

    /// Number of level ids.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.n_levels
    }

    /// Number of annotator ids.
    #[must_use]
    pub fn annotators(&self) -> usize {
        self.n_annotators
    }

    /// The same judgements counted per item.
    #[must_use]
    pub fn units(&self) -> Units {
        let (items, levels) = (self.n_items, self.n_levels);
        if items.saturating_mul(levels) <= 2 * self.rows.len() {
            let cells = self.rows.iter().map(|row| (row.0, row.2));
            return Units::from_dense_counts(items, levels, cells);
        }
        let mut offsets = vec![0_usize; self.n_items + 1];
        let mut cells: Vec<(u32, u32)> = Vec::with_capacity(self.rows.len());
        let mut levels: Vec<u32> = Vec::new();
        for run in self.rows.chunk_by(|a, b| a.0 == b.0) {
            levels.clear();
            levels.extend(run.iter().map(|row| row.2));
            levels.sort_unstable();
            let first = cells.len();
            cells.extend(
                levels
                    .chunk_by(|a, b| a == b)
                    .map(|same| (same[0], same.len() as u32)),
            );
            offsets[run[0].0 as usize + 1] = cells.len() - first;
        }
        for at in 0..self.n_items {
            offsets[at + 1] += offsets[at];
        }
        Units::from_cells(self.n_levels, offsets, cells)
    }
}
