//! Ballots of one weight: 64 pairs at a time, in vertical counters.
//!
//! A word of level p holds bit p of 64 counts.

use super::super::profile::Tiers;

/// How many ballots put b above a or beside it, for all pairs.
///
/// Row a has two words of every 64 alternatives per level: bits of the count, and bits that
/// wait for a partner. Every second arrival at a level adds three words of bits into one and
/// carries one to the next level, so an arrival costs one such addition on average.
pub(super) struct Counters {
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
    pub(super) fn new(n: usize, ballots: usize) -> Self {
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

    pub(super) fn add(&mut self, tiers: &Tiers) {
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

    pub(super) fn take_from(&self, over: &mut [i128], weight: i128) {
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
