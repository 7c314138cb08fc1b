//! From ballots to pairwise weights.
//!
//! A ballot of m alternatives says something about m²/2 pairs. Long ballots that share their
//! weight with many others are counted 64 pairs at a time ([`vertical`]); long ballots of
//! other weights eight at a time ([`subsets`]); short ones pair by pair. All sums are of
//! whole numbers, so the ways agree to the bit.

mod subsets;
#[cfg(test)]
mod tests;
mod vertical;

use super::profile::{Ballot, Tiers};
use super::{Pairwise, Profile};
use subsets::Subsets;
use vertical::Counters;

/// Fewest ballots of one weight for which counters pay.
const GROUP: usize = 32;
/// Fewest alternatives for which sums over subsets of ballots pay.
const SUBSETS: usize = 16;

impl Profile {
    /// Pairwise weights: a ranked alternative is over those ranked lower and those not ranked.
    #[must_use]
    pub fn pairwise(&self) -> Pairwise {
        let n = self.alternatives;
        // Everyone ranked is over everyone, less those ranked above or beside it.
        let mut over = vec![0_i128; n * n];
        let mut sorted: Vec<&Ballot> = self.ballots.iter().collect();
        sorted.sort_by_key(|ballot| ballot.weight);
        let mut subsets = Subsets::new(n);
        for group in sorted.chunk_by(|a, b| a.weight == b.weight) {
            let weight = group[0].weight;
            let (long, short): (Vec<&Ballot>, Vec<&Ballot>) = group
                .iter()
                .partition(|ballot| ballot.tiers.ranked().len() > 4 * n.div_ceil(64));
            let mut counters = Counters::new(n, if long.len() < GROUP { 0 } else { long.len() });
            for ballot in &long {
                let m = ballot.tiers.ranked().len();
                if long.len() >= GROUP {
                    counters.add(&ballot.tiers);
                } else if n >= SUBSETS && 2 * m > n && n < subsets::LIMIT {
                    subsets.add(&ballot.tiers, weight, &mut over);
                } else {
                    take_pairs(&mut over, n, &ballot.tiers, weight);
                }
            }
            for ballot in &short {
                take_pairs(&mut over, n, &ballot.tiers, weight);
            }
            counters.take_from(&mut over, weight);
        }
        subsets.finish(&mut over);
        let mut ranked = vec![0_i128; n];
        for ballot in &self.ballots {
            for &id in ballot.tiers.ranked() {
                ranked[id as usize] += ballot.weight;
            }
        }
        for (a, row) in over.chunks_exact_mut(n.max(1)).enumerate() {
            for (b, cell) in row.iter_mut().enumerate() {
                *cell = if a == b { 0 } else { *cell + ranked[a] };
            }
        }
        Pairwise {
            n,
            over,
            unit: self.unit,
        }
    }
}

fn take_pairs(over: &mut [i128], n: usize, tiers: &Tiers, weight: i128) {
    for (tier, above) in tiers.iter().zip(tiers.down_to()) {
        for &a in tier {
            let row = &mut over[a as usize * n..(a as usize + 1) * n];
            for &b in above {
                row[b as usize] -= weight;
            }
        }
    }
}
