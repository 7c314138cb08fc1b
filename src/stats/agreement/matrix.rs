//! Complete designs: every rater gave every item a number.

use super::Undefined;

/// Numbers by item and rater, row-major (items × raters), without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    items: usize,
    raters: usize,
    cells: Vec<f64>,
    dropped: u64,
}

impl Matrix {
    /// From long form (item, rater, value), in any order. Items that some rater did not
    /// rate are left out and counted in [`Matrix::dropped_items`].
    ///
    /// # Errors
    /// [`Undefined::BadValue`] for a number that is not finite or a rater who rated an item
    /// twice; [`Undefined::NoData`] without rows.
    pub fn from_long(mut rows: Vec<(u32, u32, f64)>) -> Result<Self, Undefined> {
        if rows.is_empty() {
            return Err(Undefined::NoData);
        }
        if let Some(row) = rows.iter().find(|row| !row.2.is_finite()) {
            return Err(Undefined::BadValue(format!(
                "item {} has the value {}: expected a number",
                row.0, row.2
            )));
        }
        rows.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        if let Some(pair) = rows
            .windows(2)
            .find(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1))
        {
            return Err(Undefined::BadValue(format!(
                "rater {} rated item {} twice",
                pair[0].1, pair[0].0
            )));
        }
        let mut raters: Vec<u32> = rows.iter().map(|row| row.1).collect();
        raters.sort_unstable();
        raters.dedup();
        let mut matrix = Self {
            items: 0,
            raters: raters.len(),
            cells: Vec::new(),
            dropped: 0,
        };
        for item in rows.chunk_by(|a, b| a.0 == b.0) {
            if item.len() == raters.len() {
                matrix.items += 1;
                matrix.cells.extend(item.iter().map(|row| row.2 + 0.0));
            } else {
                matrix.dropped += 1;
            }
        }
        Ok(matrix)
    }

    /// Number of complete items.
    #[must_use]
    pub fn items(&self) -> usize {
        self.items
    }

    /// Number of raters.
    #[must_use]
    pub fn raters(&self) -> usize {
        self.raters
    }

    /// Items left out because a rater is missing.
    #[must_use]
    pub fn dropped_items(&self) -> u64 {
        self.dropped
    }

    /// The ratings of each item.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.cells.chunks_exact(self.raters.max(1))
    }

    /// The ratings of each rater.
    pub fn columns(&self) -> impl Iterator<Item = Vec<f64>> + '_ {
        (0..self.raters).map(|rater| self.rows().map(|row| row[rater]).collect())
    }

    /// All cells less the lowest, so that a large offset costs no digits; numbers whose squares
    /// would not be finite are made smaller, which no coefficient sees.
    pub(super) fn shifted(&self) -> Self {
        let origin = self.cells.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = self.cells.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let scale = if (highest - origin) < 1e140 {
            1.0
        } else {
            1e-200
        };
        let cells = self.cells.iter();
        let cells = cells.map(|value| value * scale - origin * scale).collect();
        Self {
            cells,
            ..self.clone()
        }
    }
}
