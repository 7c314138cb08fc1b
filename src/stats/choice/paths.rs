//! Rules on beat paths: Schulze and Split Cycle.
//!
//! Schulze 2011; Holliday & Pacuit 2023. The strengths of all links are replaced by
//! their places in sorted order, so paths are widened on small integers and no
//! comparison is rounded, whatever the strengths are.

use core::cmp::Ordering;

use super::{Pairwise, exact};

/// What a link of a beat path, or a pair that is locked, weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strength {
    /// The margin.
    #[default]
    Margins,
    /// The winner's votes (Schulze's own choice for incomplete ballots).
    WinningVotes,
    /// The margin as a share of the weight that prefers one of the two: for pairs
    /// that were compared unequally often.
    Shares,
}

/// A strength as a fraction: compared exactly.
#[derive(Debug, Clone, Copy)]
struct Fraction {
    over: i128,
    under: i128,
}

impl Fraction {
    /// By continued fractions, so nothing overflows.
    fn order(self, other: Self) -> Ordering {
        let (mut a, mut b) = (self, other);
        loop {
            let whole = (a.over / a.under).cmp(&(b.over / b.under));
            let (left, right) = (a.over % a.under, b.over % b.under);
            match (whole, left == 0, right == 0) {
                (Ordering::Equal, false, false) => {}
                (Ordering::Equal, true, true) => return Ordering::Equal,
                (Ordering::Equal, true, false) => return Ordering::Less,
                (Ordering::Equal, false, true) => return Ordering::Greater,
                (order, ..) => return order,
            }
            // Of two fractions below 1 the one with the larger reciprocal is smaller.
            let turned = |under, over| Self { over, under };
            (a, b) = (turned(right, b.under), turned(left, a.under));
        }
    }
}

/// The pairwise victories by strength.
pub(super) struct Links {
    n: usize,
    /// Row-major place of the victory of a over b, from 1 for the weakest; 0 for none.
    pub place: Vec<u32>,
    /// The strength at each place; 0 for none.
    strength: Vec<f64>,
}

impl Links {
    pub fn at(&self, a: usize, b: usize) -> u32 {
        self.place[a * self.n + b]
    }
}

impl Pairwise {
    fn strength(&self, a: usize, b: usize, strength: Strength) -> Fraction {
        let (over, under) = (self.exact_over(a, b), self.exact_over(b, a));
        match strength {
            Strength::Margins => Fraction {
                over: over - under,
                under: 1,
            },
            Strength::WinningVotes => Fraction { over, under: 1 },
            Strength::Shares => Fraction {
                over: over - under,
                under: over + under,
            },
        }
    }

    /// All victories, numbered by strength.
    pub(super) fn links(&self, strength: Strength) -> Links {
        let n = self.n;
        let mut all: Vec<(Fraction, usize)> = Vec::new();
        for a in 0..n {
            for b in self.others(a).filter(|&b| self.beats(a, b)) {
                all.push((self.strength(a, b, strength), a * n + b));
            }
        }
        if strength == Strength::Shares {
            all.sort_unstable_by(|x, y| x.0.order(y.0));
        } else {
            all.sort_unstable_by_key(|link| link.0.over);
        }
        let mut place = vec![0; n * n];
        let mut values = vec![0.0];
        for tied in all.chunk_by(|x, y| x.0.order(y.0).is_eq()) {
            for link in tied {
                place[link.1] = values.len() as u32;
            }
            let Fraction { over, under } = tied[0].0;
            values.push(match strength {
                Strength::Shares => over as f64 / under as f64,
                _ => exact::to_f64(over, self.unit),
            });
        }
        Links {
            n,
            place,
            strength: values,
        }
    }

    /// Strength of the victory of each alternative over each other, row-major; 0 without one.
    #[must_use]
    pub fn strengths(&self, strength: Strength) -> Vec<f64> {
        let links = self.links(strength);
        let value = |&place: &u32| links.strength[place as usize];
        links.place.iter().map(value).collect()
    }

    /// Strength of the strongest beat path from each alternative to each other, row-major;
    /// 0 without a path and on the diagonal.
    #[must_use]
    pub fn beat_paths(&self, strength: Strength) -> Vec<f64> {
        let n = self.n;
        let links = self.links(strength);
        let value = |&place: &u32| links.strength[place as usize];
        widest(n, &links.place).iter().map(value).collect()
    }

    /// For each alternative, how many others have a stronger beat path to it than it has
    /// back: 0 for the Schulze winners. The relation is transitive, so this is an order. O(n³).
    #[must_use]
    pub fn schulze_losses(&self, strength: Strength) -> Vec<u64> {
        let n = self.n;
        let paths = widest(n, &self.links(strength).place);
        let stronger = |b: usize, a: usize| paths[b * n + a] > paths[a * n + b];
        let losses = |a: usize| self.others(a).filter(|&b| stronger(b, a)).count() as u64;
        (0..n).map(losses).collect()
    }

    /// Schulze: a wins when no beat path to it is stronger than its own back. O(n³).
    #[must_use]
    pub fn schulze(&self, strength: Strength) -> Vec<u32> {
        let losses = self.schulze_losses(strength);
        self.select(|a| losses[a] == 0)
    }

    /// Split Cycle defeats (winner, loser): a beats b by more than the weakest link of every
    /// path back.
    #[must_use]
    pub fn split_cycle_defeats_by(&self, strength: Strength) -> Vec<(u32, u32)> {
        let n = self.n;
        let links = self.links(strength);
        let paths = widest(n, &links.place);
        let all = (0..n).flat_map(|a| (0..n).map(move |b| (a, b)));
        all.filter(|&(a, b)| links.at(a, b) > paths[b * n + a])
            .map(|(a, b)| (a as u32, b as u32))
            .collect()
    }

    /// Split Cycle defeats by margins.
    #[must_use]
    pub fn split_cycle_defeats(&self) -> Vec<(u32, u32)> {
        self.split_cycle_defeats_by(Strength::Margins)
    }

    /// Split Cycle: the alternatives without a defeat.
    #[must_use]
    pub fn split_cycle(&self) -> Vec<u32> {
        let mut defeated = vec![false; self.n];
        for (_, loser) in self.split_cycle_defeats() {
            defeated[loser as usize] = true;
        }
        self.select(|a| !defeated[a])
    }
}

/// Place of the weakest link of the strongest path for every ordered pair, row-major.
pub(super) fn widest(n: usize, places: &[u32]) -> Vec<u32> {
    let mut paths = places.to_vec();
    for via in 0..n {
        let through = paths[via * n..(via + 1) * n].to_vec();
        for (a, row) in paths.chunks_exact_mut(n).enumerate() {
            let first = row[via];
            if first == 0 || a == via {
                continue;
            }
            for (cell, &second) in row.iter_mut().zip(&through) {
                *cell = (*cell).max(first.min(second));
            }
        }
    }
    for a in 0..n {
        paths[a * n + a] = 0;
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_compared_exactly() {
        let f = |over, under| Fraction { over, under };
        assert!(f(1, 3).order(f(2, 6)).is_eq());
        assert!(f(1, 3).order(f(1, 2)).is_lt());
        let large = 1_i128 << 88;
        assert!(f(large, large + 1).order(f(large + 1, large + 2)).is_lt());
        assert!(f(5, 1).order(f(4, 1)).is_gt());
        assert!(f(0, 5).order(f(1, 1 << 80)).is_lt());
    }
}
