//! Pairwise weights and the rules that read nothing else.
//!
//! Condorcet 1785; Copeland 1951; Simpson 1969 and Kramer 1977 (minimax);
//! Schulze 2011; Holliday & Pacuit 2023 (Split Cycle).

use super::{ChoiceError, Profile, Scores, exact, tally};

/// How much weight puts a over b, for every ordered pair of alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairwise {
    pub(super) n: usize,
    /// Row-major: `over[a * n + b]`.
    over: Vec<i128>,
    unit: i32,
}

/// What a defeat weighs in the minimax rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Minimax {
    /// The margin; an unbeaten alternative scores its smallest win.
    #[default]
    Margins,
    /// The winner's votes, where there is a defeat.
    WinningVotes,
    /// The votes against, defeat or not.
    PairwiseOpposition,
}

/// What a link of a beat path weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strength {
    /// The margin.
    #[default]
    Margins,
    /// The winner's votes (Schulze's own choice for incomplete ballots).
    WinningVotes,
}

impl Profile {
    /// Pairwise weights: a ranked alternative is over those ranked lower and those not ranked.
    #[must_use]
    pub fn pairwise(&self) -> Pairwise {
        let n = self.alternatives;
        let mut over = vec![0_i128; n * n];
        let mut ranked = vec![0_i128; n];
        for ballot in &self.ballots {
            // Everyone ranked is over everyone, less those ranked above or beside it.
            for (at, tier) in ballot.tiers.iter().enumerate() {
                for &a in tier {
                    ranked[a as usize] += ballot.weight;
                    for &b in ballot.tiers[..=at].iter().flatten() {
                        over[a as usize * n + b as usize] -= ballot.weight;
                    }
                }
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

impl Pairwise {
    /// From weighted preferences (over, under, weight >= 0), in any order.
    ///
    /// # Errors
    /// [`ChoiceError`]: an id out of range or a bad weight.
    pub fn from_preferences(
        alternatives: usize,
        rows: &[(u32, u32, f64)],
    ) -> Result<Self, ChoiceError> {
        let n = alternatives;
        let mut weights = Vec::with_capacity(rows.len());
        for (at, &(over, under, weight)) in rows.iter().enumerate() {
            if let Some(&id) = [over, under].iter().find(|&&id| id as usize >= n) {
                return Err(ChoiceError::OutOfRange { id, limit: n });
            }
            if !weight.is_finite() || weight < 0.0 {
                let what = "the weight must be a finite number >= 0";
                return Err(ChoiceError::BadWeight {
                    ballot: at as u32,
                    what,
                });
            }
            weights.push(weight);
        }
        let (weights, unit) = exact::integers(&weights)?;
        let mut over = vec![0_i128; n * n];
        for (&(a, b, _), weight) in rows.iter().zip(weights) {
            if a != b {
                over[a as usize * n + b as usize] += weight;
            }
        }
        Ok(Self { n, over, unit })
    }

    /// Number of alternatives.
    #[must_use]
    pub fn alternatives(&self) -> usize {
        self.n
    }

    /// Weight that puts `a` over `b`.
    #[must_use]
    pub fn over(&self, a: u32, b: u32) -> f64 {
        exact::to_f64(self.over[a as usize * self.n + b as usize], self.unit)
    }

    /// Weight of `a` over `b` less that of `b` over `a`.
    #[must_use]
    pub fn margin(&self, a: u32, b: u32) -> f64 {
        exact::to_f64(self.exact_margin(a as usize, b as usize), self.unit)
    }

    /// The weight of `a` over `b` and all weight between them, as whole numbers on a common unit;
    /// `None` where there is none.
    #[must_use]
    pub fn share(&self, a: u32, b: u32) -> Option<(i128, i128)> {
        let over = self.exact_over(a as usize, b as usize);
        let all = over + self.exact_over(b as usize, a as usize);
        (all > 0).then_some((over, all))
    }

    /// Whether more weight is for `a` than for `b`; `None` where there is none between them.
    #[must_use]
    pub fn compare(&self, a: u32, b: u32) -> Option<core::cmp::Ordering> {
        self.share(a, b).map(|(over, all)| over.cmp(&(all - over)))
    }

    pub(super) fn unit(&self) -> i32 {
        self.unit
    }

    pub(super) fn exact_over(&self, a: usize, b: usize) -> i128 {
        self.over[a * self.n + b]
    }

    pub(super) fn exact_margin(&self, a: usize, b: usize) -> i128 {
        self.exact_over(a, b) - self.exact_over(b, a)
    }

    pub(super) fn beats(&self, a: usize, b: usize) -> bool {
        self.exact_margin(a, b) > 0
    }

    pub(super) fn others(&self, a: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.n).filter(move |&b| b != a)
    }

    /// Ids that satisfy a test, ascending.
    pub(super) fn select(&self, test: impl Fn(usize) -> bool) -> Vec<u32> {
        (0..self.n).filter(|&a| test(a)).map(|a| a as u32).collect()
    }

    /// The alternative that beats every other one, if there is one.
    #[must_use]
    pub fn condorcet_winner(&self) -> Option<u32> {
        self.select(|a| self.others(a).all(|b| self.beats(a, b)))
            .first()
            .copied()
    }

    /// The alternatives that no other one beats.
    #[must_use]
    pub fn weak_condorcet_winners(&self) -> Vec<u32> {
        self.select(|a| self.others(a).all(|b| !self.beats(b, a)))
    }

    /// The alternative that every other one beats, if there is one (and at least two alternatives).
    #[must_use]
    pub fn condorcet_loser(&self) -> Option<u32> {
        self.select(|a| self.n > 1 && self.others(a).all(|b| self.beats(b, a)))
            .first()
            .copied()
    }

    /// Copeland: 1 per alternative beaten, 1/2 per pairwise tie.
    #[must_use]
    pub fn copeland(&self) -> Scores {
        tally::scores(&self.copeland_doubled(), 0, 2)
    }

    pub(super) fn copeland_doubled(&self) -> Vec<i128> {
        let points = |a: usize| {
            self.others(a)
                .map(|b| 1 + self.exact_margin(a, b).signum())
                .sum()
        };
        (0..self.n).map(points).collect()
    }

    /// Minimax: minus the worst defeat; 0 for a single alternative.
    #[must_use]
    pub fn minimax(&self, defeat: Minimax) -> Scores {
        let weight = |a: usize, b: usize| match defeat {
            Minimax::Margins => self.exact_margin(b, a),
            Minimax::WinningVotes if self.beats(b, a) => self.exact_over(b, a),
            Minimax::WinningVotes => 0,
            Minimax::PairwiseOpposition => self.exact_over(b, a),
        };
        let score = |a: usize| -self.others(a).map(|b| weight(a, b)).max().unwrap_or(0);
        tally::scores(&(0..self.n).map(score).collect::<Vec<i128>>(), self.unit, 1)
    }

    /// Strength of the strongest beat path for every ordered pair, row-major (0: no path).
    fn widest_paths(&self, strength: Strength) -> Vec<i128> {
        let n = self.n;
        let mut paths = vec![0_i128; n * n];
        for a in 0..n {
            for b in self.others(a).filter(|&b| self.beats(a, b)) {
                paths[a * n + b] = match strength {
                    Strength::Margins => self.exact_margin(a, b),
                    Strength::WinningVotes => self.exact_over(a, b),
                };
            }
        }
        for via in 0..n {
            let through: Vec<i128> = paths[via * n..(via + 1) * n].to_vec();
            for a in (0..n).filter(|&a| a != via) {
                let first = paths[a * n + via];
                if first == 0 {
                    continue;
                }
                for (b, (cell, &second)) in paths[a * n..(a + 1) * n]
                    .iter_mut()
                    .zip(&through)
                    .enumerate()
                {
                    if a != b {
                        *cell = (*cell).max(first.min(second));
                    }
                }
            }
        }
        paths
    }

    /// Strength of the strongest beat path from each alternative to each other, row-major; 0 without a path.
    #[must_use]
    pub fn beat_paths(&self, strength: Strength) -> Vec<f64> {
        self.widest_paths(strength)
            .iter()
            .map(|&value| exact::to_f64(value, self.unit))
            .collect()
    }

    /// Schulze: a wins when no beat path to it is stronger than its own back. O(n³).
    #[must_use]
    pub fn schulze(&self, strength: Strength) -> Vec<u32> {
        let paths = self.widest_paths(strength);
        self.select(|a| {
            self.others(a)
                .all(|b| paths[a * self.n + b] >= paths[b * self.n + a])
        })
    }

    /// Split Cycle defeats (winner, loser): a beats b by more than the weakest link of every path back.
    #[must_use]
    pub fn split_cycle_defeats(&self) -> Vec<(u32, u32)> {
        let paths = self.widest_paths(Strength::Margins);
        let defeats = |a: usize, b: usize| {
            self.beats(a, b) && self.exact_margin(a, b) > paths[b * self.n + a]
        };
        let all = (0..self.n).flat_map(|a| self.others(a).map(move |b| (a, b)));
        all.filter(|&(a, b)| defeats(a, b))
            .map(|(a, b)| (a as u32, b as u32))
            .collect()
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
