//! Bootstrap of any score that is computed from folded pair counts.

use super::clusters::{ClusterCell, Units};
use super::counts::{Folded, FoldedPair};
use super::options::Ties;
use super::paired::Pair;
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

/// Redraws what stands alone: rows, each with the mean weight of its cell, or
/// with `cells` the units they make; and scores every replicate. Replicate `r` is
/// stream (seed, r, 0).
pub fn resampled(
    folded: &Folded,
    cells: &[ClusterCell],
    (replicates, seed): (u32, u64),
    level: f64,
    score: impl Fn(&Folded) -> Vec<Option<f64>>,
) -> Vec<Spread> {
    let tallies = |p: &FoldedPair| [p.wins_i, p.wins_j, p.ties];
    let pair = |p: &FoldedPair| Pair {
        i: p.i,
        j: p.j,
        w: tallies(p).map(|t| t.weight),
        q: tallies(p).map(|t| t.weight_sq),
    };
    let pairs: Vec<Pair> = folded.pairs.iter().map(pair).collect();
    let units = if cells.is_empty() {
        let rows: Vec<_> = folded
            .pairs
            .iter()
            .map(|p| tallies(p).map(|t| t.rows))
            .collect();
        Units::of_cells(&pairs, &rows)
    } else {
        let same: Vec<usize> = (0..folded.systems.len()).collect();
        Units::of_clusters(cells, &pairs, &same, Ties::Half)
    };
    let table = CountTable::new(&units.counts);
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); folded.systems.len()];
    let mut drawn = Vec::new();
    let mut again = folded.clone();
    for r in 0..replicates {
        Stream::new(seed, r, 0).resample_counts(&table, &mut drawn);
        for p in &mut again.pairs {
            (p.wins_i, p.wins_j, p.ties) = Default::default();
        }
        for (u, &n) in drawn.iter().enumerate().filter(|(_, n)| **n > 0) {
            for part in units.parts(u) {
                let Some(p) = again.pairs.get_mut(part.pair) else {
                    continue;
                };
                let tally = match part.slot {
                    0 => &mut p.wins_i,
                    1 => &mut p.wins_j,
                    _ => &mut p.ties,
                };
                let share = n as f64 / units.counts[u] as f64;
                tally.rows += part.rows * n;
                tally.weight += part.weight * n as f64;
                tally.weight_sq += part.weight_sq * share;
            }
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
