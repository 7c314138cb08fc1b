//! Association of two columns: rank and product-moment correlation.
//!
//! [`Pairs`] reads its rows in canonical order (sorted by x, then y, -0.0 made
//! 0.0), so every result is a function of the multiset of rows. Rank measures are
//! counted in integers: [`Pairs::counts`] after Knight 1966 in O(n log n), and per
//! row concordance with a Fenwick tree in O(n log n).
//!
//! Rows with a NULL are for the caller to drop; NaN is refused. What has no value
//! (a constant side, too few rows) is `None`.

mod accuracy;
mod association;
mod by_count;
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
pub use by_count::RowStatistic;
pub use kendall::{Kendall, PairCounts, SomersD, WeightedTau};
pub use levels::{LevelCorrelation, Measure, UndefinedGroup, mean_within, of_means};
pub use partial::{Partial, PartialMethod, partial_correlation, pearson_weighted};
pub use pearson::{Pearson, PointBiserial, Spearman, point_biserial};
pub use rankings::{RankDistance, rank_distance, rbo};
pub use ranks::{RankMethod, ranks};
pub use resampled::{ResampledTau, weighted_tau_test};

use std::sync::OnceLock;

use crate::stats::num;

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

/// Rows (x, y), read in canonical order.
#[derive(Debug, Clone, Default)]
pub struct Pairs {
    given: Vec<(f64, f64)>,
    sorted: OnceLock<Vec<(f64, f64)>>,
    ranks: OnceLock<(Vec<u32>, Vec<u32>)>,
}

impl Pairs {
    /// Takes the rows. Infinite values are allowed (they rank); [`Pairs::pearson`] is undefined with them.
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
        Ok(Self {
            given: rows,
            ..Self::default()
        })
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
        self.sorted.get_or_init(|| {
            let mut rows = self.given.clone();
            rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            rows
        })
    }

    /// Number of rows.
    #[must_use]
    pub fn n(&self) -> usize {
        self.given.len()
    }

    /// Dense ranks from 0 of both sides, in the order of [`Pairs::rows`].
    fn dense(&self) -> (&[u32], &[u32]) {
        let (x, y) = self.ranks.get_or_init(|| order::dense_ranks(&self.given));
        (x, y)
    }
}
