//! Ballots of different weights: eight at a time, by the sums of all subsets of their weights.
//!
//! Which of eight ballots put b above a or beside it is a byte; the sum of their weights is
//! looked up by it (the Four Russians' device: Arlazarov, Dinic, Kronrod & Faradzhev 1970). A pair
//! then costs one addition per eight ballots instead of eight.

use super::super::profile::Tiers;

/// Ballots whose weights are summed together.
const EIGHT: usize = 8;
/// Eights that are counted row by row together, so that rows and sums stay in the cache.
const BLOCK: usize = 16;
/// Place, as a column, of an alternative that a ballot does not rank.
const UNRANKED: u16 = u16::MAX;
/// Alternatives must be fewer: places are 16 bits.
pub(super) const LIMIT: usize = UNRANKED as usize;

/// Ballots that wait to be counted.
pub(super) struct Subsets {
    n: usize,
    weights: Vec<i128>,
    /// Place from 1 of each alternative, ballot after ballot.
    places: Vec<u16>,
    sums: Vec<[i128; 1 << EIGHT]>,
}

impl Subsets {
    pub(super) fn new(n: usize) -> Self {
        Self {
            n,
            weights: Vec::new(),
            places: Vec::new(),
            sums: Vec::new(),
        }
    }

    /// Adds a ballot; counts those that wait when they are many.
    pub(super) fn add(&mut self, tiers: &Tiers, weight: i128, over: &mut [i128]) {
        let start = self.places.len();
        self.places.resize(start + self.n, UNRANKED);
        let places = &mut self.places[start..];
        for (tier, place) in tiers.iter().zip(1_u16..) {
            for &id in tier {
                places[id as usize] = place;
            }
        }
        self.weights.push(weight);
        if self.weights.len() == BLOCK * EIGHT {
            self.finish(over);
        }
    }

    /// Takes the weight of b above a or beside it from `over[a * n + b]`, where a is ranked.
    pub(super) fn finish(&mut self, over: &mut [i128]) {
        if self.weights.is_empty() {
            return;
        }
        // Ballots without weight fill the last eight.
        let n = self.n;
        let whole = self.weights.len().next_multiple_of(EIGHT);
        self.weights.resize(whole, 0);
        self.places.resize(whole * n, UNRANKED);
        self.sums.clear();
        self.sums.extend(self.weights.chunks_exact(EIGHT).map(sums));
        let mut which = vec![0_u16; n];
        for (a, row) in over.chunks_exact_mut(n).enumerate() {
            for (places, sums) in self.places.chunks_exact(EIGHT * n).zip(&self.sums) {
                which.fill(0);
                for (bit, ballot) in places.chunks_exact(n).enumerate() {
                    // Nobody is above who is not ranked.
                    let own = if ballot[a] == UNRANKED { 0 } else { ballot[a] };
                    for (which, &place) in which.iter_mut().zip(ballot) {
                        *which |= u16::from(place <= own) << bit;
                    }
                }
                for (cell, &which) in row.iter_mut().zip(&which) {
                    *cell -= sums[usize::from(which) % (1 << EIGHT)];
                }
            }
        }
        self.weights.clear();
        self.places.clear();
    }
}

/// The sum of each subset of eight weights.
fn sums(weights: &[i128]) -> [i128; 1 << EIGHT] {
    let mut sums = [0; 1 << EIGHT];
    for (bit, weight) in weights.iter().enumerate() {
        for which in 0..1 << bit {
            sums[which | 1 << bit] = sums[which] + weight;
        }
    }
    sums
}
