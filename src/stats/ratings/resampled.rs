//! Bootstrap of any score that is computed from folded pair counts.

use super::counts::{Folded, Tally};
use crate::stats::interval::{percentile, standard_deviation};
use crate::stats::num::finite;
use crate::stats::rng::{CountTable, Stream};

/// What the replicates say about one system's score.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spread {
    /// Standard deviation of the replicates.
    pub stderr: Option<f64>,
    /// Lower percentile.
    pub lower: Option<f64>,
    /// Upper percentile.
    pub upper: Option<f64>,
    /// Replicates in which the system had a score.
    pub replicates: u32,
}

/// Redraws the rows (multinomial over the cells, each row keeping the mean
/// weight of its cell) and scores every replicate. Replicate `r` is stream
/// (seed, r, 0).
pub fn resampled(
    folded: &Folded,
    replicates: u32,
    seed: u64,
    level: f64,
    score: impl Fn(&Folded) -> Vec<Option<f64>>,
) -> Vec<Spread> {
    let mut counts = Vec::new();
    for p in &folded.pairs {
        counts.extend([p.wins_i.rows, p.wins_j.rows, p.ties.rows]);
    }
    let table = CountTable::new(&counts);
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); folded.systems.len()];
    let mut drawn = Vec::new();
    let mut again = folded.clone();
    for r in 0..replicates {
        Stream::new(seed, r, 0).resample_counts(&table, &mut drawn);
        for ((p, old), n) in again
            .pairs
            .iter_mut()
            .zip(&folded.pairs)
            .zip(drawn.chunks(3))
        {
            let redraw = |t: &Tally, n: u64| {
                let share = if t.rows > 0 {
                    n as f64 / t.rows as f64
                } else {
                    0.0
                };
                Tally {
                    rows: n,
                    weight: t.weight * share,
                    weight_sq: t.weight_sq * share,
                }
            };
            p.wins_i = redraw(&old.wins_i, n[0]);
            p.wins_j = redraw(&old.wins_j, n[1]);
            p.ties = redraw(&old.ties, n[2]);
        }
        for (column, x) in columns.iter_mut().zip(score(&again)) {
            column.extend(x.and_then(finite));
        }
    }
    columns
        .iter_mut()
        .map(|c| {
            let stderr = standard_deviation(c);
            let bounds = percentile(c, level);
            Spread {
                stderr,
                lower: bounds.map(|b| b.lower),
                upper: bounds.map(|b| b.upper),
                replicates: c.len() as u32,
            }
        })
        .collect()
}
