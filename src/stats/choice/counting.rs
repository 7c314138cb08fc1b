//! From ballots to pairwise weights.
//!
//! A ballot of m alternatives says something about m²/2 pairs. Long ballots of equal
//! weight are therefore counted 64 pairs at a time, in vertical counters: a word of level p
//! holds bit p of 64 counts.

use super::profile::{Ballot, Tiers};
use super::{Pairwise, Profile};

/// Fewest ballots of one weight for which counters pay.
const GROUP: usize = 32;
/// Most set bits per weight, on average, for which ballots are counted bit by bit.
const BITS: usize = 8;

impl Profile {
    /// Pairwise weights: a ranked alternative is over those ranked lower and those not ranked.
    #[must_use]
    pub fn pairwise(&self) -> Pairwise {
        let n = self.alternatives;
        // Everyone ranked is over everyone, less those ranked above or beside it.
        let mut over = vec![0_i128; n * n];
        for (weight, ballots) in groups(&self.ballots) {
            let words = n.div_ceil(64);
            let (long, short): (Vec<&Ballot>, Vec<&Ballot>) = ballots
                .into_iter()
                .partition(|ballot| ballot.tiers.ranked().len() > 4 * words);
            let (long, few) = if long.len() < GROUP {
                (vec![], long)
            } else {
                (long, vec![])
            };
            for ballot in short.into_iter().chain(few) {
                take_pairs(&mut over, n, &ballot.tiers, weight);
            }
            let mut counters = Counters::new(n, long.len());
            for ballot in &long {
                counters.add(&ballot.tiers);
            }
            counters.take_from(&mut over, weight);
        }
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

/// Ballots to be counted with one weight: by their weight where many share one, else by
/// the bits of the weights where these are few, else each on its own.
fn groups(ballots: &[Ballot]) -> Vec<(i128, Vec<&Ballot>)> {
    let mut sorted: Vec<&Ballot> = ballots.iter().collect();
    sorted.sort_by_key(|ballot| ballot.weight);
    let equal: Vec<(i128, Vec<&Ballot>)> = sorted
        .chunk_by(|a, b| a.weight == b.weight)
        .map(|group| (group[0].weight, group.to_vec()))
        .collect();
    let set: usize = ballots.iter().map(|b| b.weight.count_ones() as usize).sum();
    if ballots.len() >= GROUP * equal.len() || set > BITS * ballots.len() {
        return equal;
    }
    let with = |bit: u32| -> Vec<&Ballot> {
        let has = |ballot: &&Ballot| ballot.weight >> bit & 1 == 1;
        ballots.iter().filter(has).collect()
    };
    let bits = (0..127).map(|bit| (1_i128 << bit, with(bit)));
    bits.filter(|(_, group)| !group.is_empty()).collect()
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

/// How many ballots put b above a or beside it, for all pairs.
///
/// Row a has two words of every 64 alternatives per level: bits of the count, and bits that
/// wait for a partner. Every second arrival at a level adds three words of bits into one and
/// carries one to the next level, so an arrival costs one such addition on average.
struct Counters {
    n: usize,
    words: usize,
    levels: usize,
    /// `cells[((a * levels + level) * 2 + waiting) * words + word]`
    cells: Vec<u64>,
    /// Arrivals by row: bit `level` says whether somebody waits there.
    arrivals: Vec<usize>,
    above: Vec<u64>,
    carry: Vec<u64>,
}

impl Counters {
    fn new(n: usize, ballots: usize) -> Self {
        let words = n.div_ceil(64);
        let levels = (usize::BITS - ballots.leading_zeros()) as usize;
        Self {
            n,
            words,
            levels,
            cells: vec![0; n * levels * 2 * words],
            arrivals: vec![0; n],
            above: vec![0; words],
            carry: vec![0; words],
        }
    }

    fn add(&mut self, tiers: &Tiers) {
        self.above.fill(0);
        for tier in tiers.iter() {
            for &id in tier {
                self.above[id as usize / 64] |= 1 << (id % 64);
            }
            for &id in tier {
                self.arrive(id as usize);
            }
        }
    }

    /// Counts the bits of `above` in row a.
    fn arrive(&mut self, a: usize) {
        let size = self.levels * 2 * self.words;
        let row = &mut self.cells[a * size..(a + 1) * size];
        self.carry.copy_from_slice(&self.above);
        for (level, cell) in row.chunks_exact_mut(2 * self.words).enumerate() {
            let (bits, waiting) = cell.split_at_mut(self.words);
            if self.arrivals[a] >> level & 1 == 0 {
                waiting.copy_from_slice(&self.carry);
                break;
            }
            for ((x, y), z) in bits.iter_mut().zip(waiting).zip(&mut self.carry) {
                let half = *x ^ *y;
                let carry = (*x & *y) | (half & *z);
                *x = half ^ *z;
                *z = carry;
            }
        }
        self.arrivals[a] += 1;
    }

    fn take_from(&self, over: &mut [i128], weight: i128) {
        if self.levels == 0 {
            return;
        }
        let rows = self.cells.chunks_exact(self.levels * 2 * self.words);
        let counted = rows.zip(over.chunks_exact_mut(self.n)).zip(&self.arrivals);
        for ((row, over), arrivals) in counted {
            for (at, part) in row.chunks_exact(self.words).enumerate() {
                let (level, waiting) = (at / 2, at % 2 == 1);
                if waiting && arrivals >> level & 1 == 0 {
                    continue;
                }
                for (word, &bits) in part.iter().enumerate() {
                    let mut left = bits;
                    while left != 0 {
                        over[word * 64 + left.trailing_zeros() as usize] -= weight << level;
                        left &= left - 1;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Row;
    use super::*;

    /// Counters, bits of weights and single ballots give what pair by pair counting gives.
    #[test]
    fn every_way_of_counting_agrees() {
        let mut state = 3_u64;
        let mut next = move |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % n
        };
        for (n, voters, weights, unit) in [
            (70_u32, 120_u32, 1_u64, 1.0),
            (70, 120, 40, 1.0),
            (70, 120, 1_000_000_007, 0.1),
            (130, 40, 2, 0.25),
            (6, 200, 3, 1.0),
        ] {
            let mut rows = Vec::new();
            for ballot in 0..voters {
                let weight = (1 + next(weights)) as f64 * unit;
                let tiers = 1 + next(u64::from(n));
                for alternative in 0..n {
                    if next(20) > 0 {
                        let rank = next(tiers) as f64;
                        rows.push(Row {
                            ballot,
                            alternative,
                            rank,
                            weight,
                        });
                    }
                }
            }
            let profile = Profile::new(n as usize, rows).expect("profile");
            let got = profile.pairwise();
            let mut wanted = vec![0_i128; (n * n) as usize];
            for ballot in &profile.ballots {
                let mut place = vec![usize::MAX; n as usize];
                for (at, tier) in ballot.tiers.iter().enumerate() {
                    tier.iter().for_each(|&id| place[id as usize] = at);
                }
                for a in 0..n as usize {
                    for b in 0..n as usize {
                        if place[a] < place[b] {
                            wanted[a * n as usize + b] += ballot.weight;
                        }
                    }
                }
            }
            assert_eq!(
                got.over, wanted,
                "{n} alternatives, {voters} ballots, {weights} weights"
            );
        }
    }
}
