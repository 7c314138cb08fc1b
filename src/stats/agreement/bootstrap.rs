//! Bootstrap over items, as counts of distinct items.
//!
//! Items that hold the same judgements are one profile; a replicate draws a
//! multinomial count for each profile (Efron 1979), so a replicate costs as many
//! steps as there are profiles, not judgements.

use crate::stats::interval::{percentile, standard_deviation};
use crate::stats::rng::{CountTable, Stream};

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampling {
    /// Number of replicates.
    pub replicates: u32,
    /// Seed of the draws.
    pub seed: u64,
    /// Confidence level, in (0, 1).
    pub level: f64,
}

/// The spread of the replicates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Standard deviation of the replicates.
    pub stderr: f64,
    /// Lower percentile.
    pub lower: f64,
    /// Upper percentile.
    pub upper: f64,
    /// Replicates with a value: those without (no variation) are left out.
    pub replicates: u32,
}

/// Percentile interval of `statistic` over resampled `counts`, which are in canonical order.
/// `None` when fewer than two replicates, or fewer than half of them, have a value.
#[must_use]
pub fn bootstrap(
    counts: &[u64],
    options: Resampling,
    mut statistic: impl FnMut(&[u64]) -> Option<f64>,
) -> Option<Interval> {
    let table = CountTable::new(counts);
    let mut drawn = Vec::with_capacity(counts.len());
    let mut values = Vec::with_capacity(options.replicates as usize);
    for replicate in 0..options.replicates {
        Stream::new(options.seed, replicate, 0).resample_counts(&table, &mut drawn);
        values.extend(statistic(&drawn).filter(|x| x.is_finite()));
    }
    if values.len() < 2 || values.len() * 2 < options.replicates as usize {
        return None;
    }
    let bounds = percentile(&mut values, options.level)?;
    Some(Interval {
        stderr: standard_deviation(&values)?,
        lower: bounds.lower,
        upper: bounds.upper,
        replicates: values.len() as u32,
    })
}
