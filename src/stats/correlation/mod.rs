//! Association of two columns: rank and product-moment correlation.
//!
//! [`Pairs`] holds the rows in canonical order (sorted by x, then y, -0.0 made
//! 0.0), so every result is a function of the multiset of rows. Rank measures are
//! counted in integers: [`Pairs::counts`] after Knight 1966 in O(n log n), and per
//! row concordance with a Fenwick tree in O(n log n).
//!
//! Rows with a NULL are for the caller to drop; NaN is refused. What has no value
//! (a constant side, too few rows) is `None`.

mod accuracy;
mod association;
pub(crate) mod dist;
mod kendall;
mod levels;
mod order;
mod partial;
mod pearson;
mod rankings;
mod ranks;
mod resampled;
#[cfg(test)]
mod tests;

pub use accuracy::{
    AccuracyTies, Scored, SoftAccuracy, TieCalibrated, soft_accuracy, soft_pairwise_accuracy,
    tie_calibrated,
};
pub use association::{Association, Coefficient};
pub use kendall::{Kendall, PairCounts, SomersD, WeightedTau};
pub use levels::{LevelCorrelation, Measure, UndefinedGroup, mean_within, of_means};
pub use partial::{Partial, PartialMethod, partial_correlation, pearson_weighted};
pub use pearson::{Pearson, PointBiserial, Spearman, point_biserial};
pub use rankings::{RankDistance, rank_distance, rbo};
pub use ranks::{RankMethod, ranks};
pub use resampled::{ResampledTau, weighted_tau_test};

use crate::stats::num;
use order::{ordered, stable_order};

/// What is wrong with the rows given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorrelationError {
    /// NaN in a row (0-based).
    NotANumber {
        /// The row.
        row: usize,
    },
    /// Columns of different length.
    Lengths {
        /// Length of x.
        x: usize,
        /// Length of y.
        y: usize,
    },
    /// An option outside its domain: what was expected.
    BadOption(String),
}

impl core::fmt::Display for CorrelationError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NotANumber { row } => write!(f, "row {row} holds NaN: drop it or make it NULL"),
            Self::Lengths { x, y } => write!(f, "x has {x} rows and y has {y}"),
            Self::BadOption(what) => f.write_str(what),
        }
    }
}

impl core::error::Error for CorrelationError {}

/// Rows (x, y) in canonical order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pairs {
    rows: Vec<(f64, f64)>,
    /// Dense ranks from 0 of x and of y, row by row.
    x: Vec<u32>,
    y: Vec<u32>,
}

impl Pairs {
    /// Sorts the rows. Infinite values are allowed (they rank); [`Pairs::pearson`] is undefined with them.
    ///
    /// # Errors
    /// [`CorrelationError::NotANumber`] with the position of the first NaN.
    pub fn new(mut rows: Vec<(f64, f64)>) -> Result<Self, CorrelationError> {
        if let Some(row) = rows.iter().position(|row| row.0.is_nan() || row.1.is_nan()) {
            return Err(CorrelationError::NotANumber { row });
        }
        for row in &mut rows {
            *row = (num::positive_zero(row.0), num::positive_zero(row.1));
        }
        Ok(Self::sorted(&rows))
    }

    /// Sorts rows without NaN and -0.0 by y, then by x: so they end by x, then y, and both are ranked.
    fn sorted(rows: &[(f64, f64)]) -> Self {
        let mut keys: Vec<u64> = rows.iter().map(|row| ordered(row.1)).collect();
        let by_y = stable_order(&keys, (0..rows.len() as u32).collect());
        let mut ranks = vec![0; rows.len()];
        let mut rank = 0;
        for (at, &row) in by_y.iter().enumerate() {
            if at > 0 && keys[by_y[at - 1] as usize] != keys[row as usize] {
                rank += 1;
            }
            ranks[row as usize] = rank;
        }
        for (key, row) in keys.iter_mut().zip(rows) {
            *key = ordered(row.0);
        }
        let order = stable_order(&keys, by_y);
        let rows: Vec<(f64, f64)> = order.iter().map(|row| rows[*row as usize]).collect();
        let mut x = vec![0; rows.len()];
        for at in 1..rows.len() {
            x[at] = x[at - 1] + u32::from(rows[at - 1].0 < rows[at].0);
        }
        let y = order.iter().map(|row| ranks[*row as usize]).collect();
        Self { rows, x, y }
    }

    /// [`Pairs::new`] from two columns of equal length.
    ///
    /// # Errors
    /// [`CorrelationError`].
    pub fn from_columns(x: &[f64], y: &[f64]) -> Result<Self, CorrelationError> {
        if x.len() != y.len() {
            return Err(CorrelationError::Lengths {
                x: x.len(),
                y: y.len(),
            });
        }
        Self::new(x.iter().copied().zip(y.iter().copied()).collect())
    }

    /// The rows, sorted by x, then y.
    #[must_use]
    pub fn rows(&self) -> &[(f64, f64)] {
        &self.rows
    }

    /// Number of rows.
    #[must_use]
    pub fn n(&self) -> usize {
        self.rows.len()
    }

    /// Dense ranks from 0 of both sides, in the order of [`Pairs::rows`].
    fn dense(&self) -> (&[u32], &[u32]) {
        (&self.x, &self.y)
    }
}
