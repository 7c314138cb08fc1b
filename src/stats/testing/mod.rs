//! Hypothesis tests and effect sizes.
//!
//! Inputs are plain values without NULLs; every result is a function of the
//! multiset of rows (sums are exact or taken over sorted values, ranks are
//! integers). What has no value carries the reason in [`Test::detail`].

mod contingency;
mod effect;
mod multiple;
mod rank;
mod several;
mod t;
#[cfg(test)]
mod tests;

pub use contingency::{ChiSquare, Table, chi_square, fisher_exact, mcnemar, odds_ratio};
pub use effect::{cliffs_delta, cohens_d};
pub use multiple::{Adjustment, adjust};
pub use rank::{ExactLimit, RankSettings, Zeros, mann_whitney, wilcoxon_signed_rank};
pub use several::{Block, Friedman, NemenyiPair, friedman, kruskal, nemenyi};
pub use t::{mean_interval, paired_t, two_sample_t};

use crate::stats::num;

/// The alternative to "no difference".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alternative {
    /// A difference in either direction.
    #[default]
    TwoSided,
    /// The first is greater.
    Greater,
    /// The first is less.
    Less,
}

/// The result of a test: what was estimated and how surprising it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Test {
    /// The effect, in the unit of the data or as the test says.
    pub estimate: Option<f64>,
    /// The test statistic.
    pub statistic: Option<f64>,
    /// Degrees of freedom of the statistic, where it has one number of them.
    pub df: Option<f64>,
    /// p-value of "no effect".
    pub p_value: Option<f64>,
    /// Lower limit of the estimate.
    pub lower: Option<f64>,
    /// Upper limit of the estimate.
    pub upper: Option<f64>,
    /// Rows used.
    pub n: u64,
    /// How the p-value was found.
    pub method: &'static str,
    /// Why something is undefined.
    pub detail: Option<&'static str>,
}

impl Test {
    /// A test without any value, for a reason.
    fn undefined(n: u64, method: &'static str, why: &'static str) -> Self {
        Self {
            n,
            method,
            detail: Some(why),
            ..Self::default()
        }
    }
}

/// p-value of a standard normal statistic.
pub(crate) fn normal_p(z: f64, alternative: Alternative) -> Option<f64> {
    num::finite(match alternative {
        Alternative::TwoSided => (2.0 * num::norm_sf(z.abs())).min(1.0),
        Alternative::Greater => num::norm_sf(z),
        Alternative::Less => num::norm_cdf(z),
    })
}

/// p-value of Student's t.
pub(crate) fn t_p(t: f64, df: f64, alternative: Alternative) -> Option<f64> {
    num::finite(match alternative {
        Alternative::TwoSided => (2.0 * num::student_t_sf(t.abs(), df)).min(1.0),
        Alternative::Greater => num::student_t_sf(t, df),
        Alternative::Less => num::student_t_cdf(t, df),
    })
}

/// p-value of a discrete statistic from the probabilities of at most and at least its value.
fn exact_p(at_most: f64, at_least: f64, alternative: Alternative) -> f64 {
    match alternative {
        Alternative::TwoSided => 2.0 * at_most.min(at_least),
        Alternative::Greater => at_least,
        Alternative::Less => at_most,
    }
    .min(1.0)
}

/// Values sorted, -0.0 made 0.0.
fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = values.iter().map(|&v| num::positive_zero(v)).collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// Twice the average ranks (integers) of sorted keys, and Σ(t³ - t) over runs of ties.
fn doubled_ranks<T: PartialEq>(sorted: &[T]) -> (Vec<u64>, f64) {
    let mut ranks = Vec::with_capacity(sorted.len());
    let mut ties = 0_u128;
    for run in sorted.chunk_by(|a, b| a == b) {
        let first = ranks.len() as u64;
        let t = run.len() as u64;
        ranks.extend(run.iter().map(|_| 2 * first + t + 1));
        let t = u128::from(t);
        ties += t * t * t - t;
    }
    (ranks, ties as f64)
}
