//! Weighted tau has no known distribution: its p-value permutes, its interval resamples.

use crate::stats::interval::percentile;
use crate::stats::rng::Stream;

use super::{CorrelationError, Pairs};

/// Weighted tau with a permutation p-value and a percentile interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResampledTau {
    /// The coefficient.
    pub tau: f64,
    /// (1 + permutations at least as far from 0) / (1 + permutations).
    pub p_value: f64,
    /// Lower percentile limit.
    pub lower: Option<f64>,
    /// Upper percentile limit.
    pub upper: Option<f64>,
    /// Resamples in which tau was undefined (a constant side).
    pub undefined: u32,
}

/// Weighted tau with `replicates` permutations of y and as many resamples of the rows.
/// `None` when a side is constant.
///
/// # Errors
/// [`CorrelationError`] where a resample is not a table of numbers.
pub fn weighted_tau_test(
    pairs: &Pairs,
    replicates: u32,
    seed: u64,
    confidence: f64,
) -> Result<Option<ResampledTau>, CorrelationError> {
    let Some(found) = pairs.weighted_tau() else {
        return Ok(None);
    };
    let rows = pairs.rows();
    let n = rows.len();
    let (mut extreme, mut undefined) = (0_u64, 0_u32);
    let mut resampled = Vec::with_capacity(replicates as usize);
    for replicate in 0..replicates {
        let mut stream = Stream::new(seed, replicate, 0);
        let order = stream.permutation(n);
        let mixed = rows
            .iter()
            .zip(&order)
            .map(|(row, at)| (row.0, rows[*at].1));
        let under_null = Pairs::new(mixed.collect())?.weighted_tau();
        // Equal up to rounding is as extreme.
        let far = found.tau.abs() * (1.0 - 1e-12);
        if under_null.is_some_and(|t| t.tau.abs() >= far) {
            extreme += 1;
        }
        let mut stream = Stream::new(seed, replicate, 1);
        let drawn = (0..n).map(|_| rows[stream.below(n as u64) as usize]);
        match Pairs::new(drawn.collect())?.weighted_tau() {
            Some(t) => resampled.push(t.tau),
            None => undefined += 1,
        }
    }
    let bounds = percentile(&mut resampled, confidence);
    Ok(Some(ResampledTau {
        tau: found.tau,
        p_value: (1 + extreme) as f64 / (1.0 + f64::from(replicates)),
        lower: bounds.map(|b| b.lower),
        upper: bounds.map(|b| b.upper),
        undefined,
    }))
}
