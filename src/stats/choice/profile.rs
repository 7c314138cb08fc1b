//! Ballots in canonical form.

use super::{ChoiceError, exact};

/// One line of a ballot: it ranks `alternative` at `rank` (lower is better; equal
/// ranks tie; gaps mean nothing). The weight is repeated on every line of a ballot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Any numbering of the ballots.
    pub ballot: u32,
    /// Position of the alternative in sorted order, below the number of alternatives.
    pub alternative: u32,
    /// The rank.
    pub rank: f64,
    /// The ballot's weight, >= 0; 1 for a plain ballot.
    pub weight: f64,
}

/// Tiers of tied alternatives, best first, ids ascending within; the unranked are absent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Tiers {
    ids: Vec<u32>,
    /// End of each tier in `ids`.
    ends: Vec<u32>,
}

impl Tiers {
    /// Number of tiers.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// All ranked alternatives, tier by tier.
    pub fn ranked(&self) -> &[u32] {
        &self.ids
    }

    /// The tiers, best first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[u32]> {
        (0..self.ends.len()).map(|at| {
            let start = if at == 0 { 0 } else { self.ends[at - 1] };
            &self.ids[start as usize..self.ends[at] as usize]
        })
    }

    /// For every tier, all that are in it or above.
    pub fn down_to(&self) -> impl Iterator<Item = &[u32]> {
        self.ends.iter().map(|&end| &self.ids[..end as usize])
    }

    /// Adds the next tier; nothing when it is empty.
    pub fn push(&mut self, tier: impl IntoIterator<Item = u32>) {
        let before = self.ids.len();
        self.ids.extend(tier);
        if self.ids.len() > before {
            self.ends.push(self.ids.len() as u32);
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ballot {
    pub tiers: Tiers,
    pub weight: i128,
}

/// Weighted ballots over alternatives 0..n: a multiset, in canonical order, equal ballots merged.
///
/// Alternatives that a ballot does not rank are below those it ranks and tied among themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub(super) alternatives: usize,
    pub(super) ballots: Vec<Ballot>,
    /// Power of two of one unit of weight.
    pub(super) unit: i32,
}

impl Profile {
    /// Groups the rows by ballot.
    ///
    /// # Errors
    /// [`ChoiceError`]: an id out of range, an alternative twice on a ballot, a NaN rank, or a bad weight.
    pub fn new(alternatives: usize, rows: Vec<Row>) -> Result<Self, ChoiceError> {
        Self::from_rows(alternatives, rows.iter().copied())
    }

    /// As [`Profile::new`], from rows that are read twice instead of being kept.
    ///
    /// # Errors
    /// As [`Profile::new`].
    pub fn from_rows(
        alternatives: usize,
        rows: impl Iterator<Item = Row> + Clone,
    ) -> Result<Self, ChoiceError> {
        let (mut ballots, mut count) = (0, 0);
        for row in rows.clone() {
            if row.alternative as usize >= alternatives {
                return Err(ChoiceError::OutOfRange {
                    id: row.alternative,
                    limit: alternatives,
                });
            }
            if row.rank.is_nan() {
                return Err(ChoiceError::BadRank { ballot: row.ballot });
            }
            if !row.weight.is_finite() || row.weight < 0.0 {
                let what = "the weight must be a finite number >= 0";
                return Err(ChoiceError::BadWeight {
                    ballot: row.ballot,
                    what,
                });
            }
            ballots = ballots.max(row.ballot as usize + 1);
            count += 1;
        }
        let mut lists = if ballots > 4 * count + 64 {
            Lists::renumbered(rows.collect())
        } else {
            Lists::new(rows, ballots, count)
        };
        let mut sorter = Sorter::new(alternatives);
        let mut ballots = Vec::with_capacity(lists.ends.len());
        let mut weights = Vec::with_capacity(lists.ends.len());
        let mut start = 0;
        for (at, &end) in lists.ends.iter().enumerate() {
            let lines = &mut lists.lines[start..end];
            start = end;
            if lines.is_empty() {
                continue;
            }
            let ballot = lists.ids.get(at).copied().unwrap_or(at as u32);
            if lists.uneven[at] {
                let what = "the weight differs between its rows";
                return Err(ChoiceError::BadWeight { ballot, what });
            }
            let tiers = sorter
                .tiers(lines)
                .map_err(|alternative| ChoiceError::Repeated {
                    ballot,
                    alternative,
                })?;
            ballots.push(Ballot { tiers, weight: 0 });
            weights.push(lists.weights[at]);
        }
        let (weights, unit) = exact::integers(&weights)?;
        for (ballot, weight) in ballots.iter_mut().zip(weights) {
            ballot.weight = weight;
        }
        Ok(Self::canonical(alternatives, ballots, unit))
    }

    /// Puts ballots into canonical order and merges equal ones.
    pub(super) fn canonical(alternatives: usize, mut ballots: Vec<Ballot>, unit: i32) -> Self {
        ballots.sort_unstable();
        ballots.dedup_by(|next, kept| {
            let same = next.tiers == kept.tiers;
            if same {
                kept.weight += next.weight;
            }
            same
        });
        Self {
            alternatives,
            ballots,
            unit,
        }
    }

    /// The same ballots without ties: of tied alternatives the one with the lower
    /// `place` is put *below*, as `argsort(argsort(scores))` does with array positions.
    /// The unranked stay unranked.
    #[must_use]
    pub fn untied(&self, place: &[u32]) -> Self {
        let strict = |ballot: &Ballot| {
            let mut tiers = Tiers::default();
            for tier in ballot.tiers.iter() {
                let mut tier = tier.to_vec();
                tier.sort_by_key(|&id| core::cmp::Reverse(place[id as usize]));
                for id in tier {
                    tiers.push([id]);
                }
            }
            Ballot {
                tiers,
                weight: ballot.weight,
            }
        };
        let ballots = self.ballots.iter().map(strict).collect();
        Self::canonical(self.alternatives, ballots, self.unit)
    }

    /// Number of alternatives.
    #[must_use]
    pub fn alternatives(&self) -> usize {
        self.alternatives
    }

    /// Sum of the ballots' weights.
    #[must_use]
    pub fn total_weight(&self) -> f64 {
        exact::to_f64(self.total(), self.unit)
    }

    /// Sum of the ballots' weights, in units.
    pub(super) fn total(&self) -> i128 {
        self.ballots.iter().map(|ballot| ballot.weight).sum()
    }
}

/// A rank and an alternative.
type Line = (f64, u32);

/// The rows ballot by ballot.
struct Lists {
    lines: Vec<Line>,
    /// Where the lines of each ballot end.
    ends: Vec<usize>,
    weights: Vec<f64>,
    /// Whether the rows of a ballot have different weights.
    uneven: Vec<bool>,
    /// The number of each ballot; empty where they are numbered in order.
    ids: Vec<u32>,
}

impl Lists {
    /// From rows with sparse numbers of ballots.
    fn renumbered(mut rows: Vec<Row>) -> Self {
        rows.sort_unstable_by_key(|row| row.ballot);
        let mut ids = Vec::new();
        for row in &mut rows {
            if ids.last() != Some(&row.ballot) {
                ids.push(row.ballot);
            }
            row.ballot = ids.len() as u32 - 1;
        }
        let lists = Self::new(rows.iter().copied(), ids.len(), rows.len());
        Self { ids, ..lists }
    }

    /// From so many rows of so many ballots.
    fn new(rows: impl Iterator<Item = Row> + Clone, count: usize, len: usize) -> Self {
        let mut ends = vec![0_usize; count + 1];
        for row in rows.clone() {
            ends[row.ballot as usize + 1] += 1;
        }
        for at in 1..=count {
            ends[at] += ends[at - 1];
        }
        let mut lines = vec![(0.0, 0); len];
        let mut weights = vec![f64::NAN; count];
        let mut uneven = vec![false; count];
        for row in rows {
            let at = row.ballot as usize;
            let slot = &mut ends[at];
            // Adding 0 makes -0 and 0 one rank.
            lines[*slot] = (row.rank + 0.0, row.alternative);
            *slot += 1;
            if weights[at].is_nan() {
                weights[at] = row.weight;
            }
            uneven[at] |= weights[at] != row.weight;
        }
        ends.pop();
        Self {
            lines,
            ends,
            weights,
            uneven,
            ids: Vec::new(),
        }
    }
}

/// Puts ballots in order, with room that is used again.
struct Sorter {
    /// Rank by alternative; NaN for none.
    ranks: Vec<f64>,
    sorted: Vec<Line>,
    next: Vec<u32>,
}

impl Sorter {
    fn new(alternatives: usize) -> Self {
        Self {
            ranks: vec![f64::NAN; alternatives],
            sorted: Vec::new(),
            next: Vec::new(),
        }
    }

    /// The tiers of a ballot; the lowest alternative that is there twice as the error.
    fn tiers(&mut self, lines: &mut [Line]) -> Result<Tiers, u32> {
        let mut again = u32::MAX;
        for &(rank, alternative) in &*lines {
            if !core::mem::replace(&mut self.ranks[alternative as usize], rank).is_nan() {
                again = again.min(alternative);
            }
        }
        if again != u32::MAX {
            return Err(again);
        }
        if 4 * lines.len() > self.ranks.len() {
            // In the order of the alternatives without sorting.
            let all = (0_u32..).zip(&mut self.ranks);
            let there = all.filter(|(_, rank)| !rank.is_nan());
            for (line, (alternative, rank)) in lines.iter_mut().zip(there) {
                *line = (core::mem::replace(rank, f64::NAN), alternative);
            }
            self.by_rank(lines);
        } else {
            for (_, alternative) in &*lines {
                self.ranks[*alternative as usize] = f64::NAN;
            }
            lines.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        }
        let mut tiers = Tiers::default();
        tiers.ids.reserve_exact(lines.len());
        for tier in lines.chunk_by(|a, b| a.0 == b.0) {
            tiers.push(tier.iter().map(|line| line.1));
        }
        Ok(tiers)
    }

    /// Sorts lines that are in the order of alternatives by rank: ranks that are small whole
    /// numbers by counting.
    fn by_rank(&mut self, lines: &mut [Line]) {
        let limit = 4 * lines.len() as u32 + 64;
        let whole = |rank: f64| (rank >= 0.0 && rank < f64::from(limit)).then_some(rank as u32);
        if !lines
            .iter()
            .all(|line| whole(line.0).map(f64::from) == Some(line.0))
        {
            lines.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            return;
        }
        self.next.clear();
        self.next.resize(limit as usize + 1, 0);
        for line in &*lines {
            self.next[line.0 as usize + 1] += 1;
        }
        for at in 1..self.next.len() {
            self.next[at] += self.next[at - 1];
        }
        self.sorted.clear();
        self.sorted.resize(lines.len(), (0.0, 0));
        for line in &*lines {
            let slot = &mut self.next[line.0 as usize];
            self.sorted[*slot as usize] = *line;
            *slot += 1;
        }
        lines.copy_from_slice(&self.sorted);
    }
}
