//! Pairwise weights and the rules that read nothing else.
//!
//! Condorcet 1785; Copeland 1951; Simpson 1969 and Kramer 1977 (minimax).

use super::{ChoiceError, Scores, exact, tally};

/// How much weight puts a over b, for every ordered pair of alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairwise {
    pub(super) n: usize,
    /// Row-major: `over[a * n + b]`.
    pub(super) over: Vec<i128>,
    pub(super) unit: i32,
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

    /// Alternatives that each one beats, ties with, and loses to.
    #[must_use]
    pub fn records(&self) -> Vec<[u64; 3]> {
        let record = |a: usize| {
            let mut record = [0; 3];
            for b in self.others(a) {
                record[(1 - self.exact_margin(a, b).signum()) as usize] += 1;
            }
            record
        };
        (0..self.n).map(record).collect()
    }

    /// Copeland with `tie` points for a pairwise tie: 1/2 as Copeland, 1 as Llull, 0.
    ///
    /// # Errors
    /// [`ChoiceError::WeightRange`] where `tie` has too many digits to be added exactly.
    pub fn copeland_with(&self, tie: f64) -> Result<Scores, ChoiceError> {
        let (worth, unit) = exact::integers(&[1.0, tie])?;
        let points =
            |&[wins, ties, _]: &[u64; 3]| i128::from(wins) * worth[0] + i128::from(ties) * worth[1];
        let points: Vec<i128> = self.records().iter().map(points).collect();
        Ok(tally::scores(&points, unit, 1))
    }

    /// The weights among `ids` alone, in their order.
    #[must_use]
    pub fn restrict(&self, ids: &[u32]) -> Self {
        let cells = ids.iter().flat_map(|&a| {
            ids.iter()
                .map(move |&b| self.exact_over(a as usize, b as usize))
        });
        Self {
            n: ids.len(),
            over: cells.collect(),
            unit: self.unit,
        }
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
}
