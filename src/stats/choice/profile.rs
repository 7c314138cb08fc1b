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
    pub fn new(alternatives: usize, mut rows: Vec<Row>) -> Result<Self, ChoiceError> {
        for row in &mut rows {
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
            row.rank += 0.0;
        }
        let rows = by_ballot(rows);
        let mut seen = vec![usize::MAX; alternatives];
        let mut ballots = Vec::new();
        let mut weights = Vec::new();
        for (at, ballot) in rows.chunk_by(|a, b| a.ballot == b.ballot).enumerate() {
            let first = ballot[0];
            if ballot.iter().any(|row| row.weight != first.weight) {
                let what = "the weight differs between its rows";
                return Err(ChoiceError::BadWeight {
                    ballot: first.ballot,
                    what,
                });
            }
            let again =
                |row: &&Row| core::mem::replace(&mut seen[row.alternative as usize], at) == at;
            if let Some(alternative) = ballot.iter().filter(again).map(|r| r.alternative).min() {
                return Err(ChoiceError::Repeated {
                    ballot: first.ballot,
                    alternative,
                });
            }
            let mut tiers = Tiers::default();
            tiers.ids.reserve_exact(ballot.len());
            for tier in ballot.chunk_by(|a, b| a.rank == b.rank) {
                tiers.push(tier.iter().map(|row| row.alternative));
            }
            ballots.push(Ballot { tiers, weight: 0 });
            weights.push(first.weight);
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

/// The rows ballot by ballot, best rank first, then by alternative.
fn by_ballot(rows: Vec<Row>) -> Vec<Row> {
    let most = rows.iter().map(|row| row.ballot).max().unwrap_or(0) as usize;
    let mut rows = if most < 4 * rows.len() + 64 {
        // Ballots are numbered densely: count, then place.
        let mut next = vec![0_usize; most + 2];
        for row in &rows {
            next[row.ballot as usize + 1] += 1;
        }
        for at in 1..next.len() {
            next[at] += next[at - 1];
        }
        let mut placed = rows.clone();
        for row in rows {
            let slot = &mut next[row.ballot as usize];
            placed[*slot] = row;
            *slot += 1;
        }
        placed
    } else {
        let mut rows = rows;
        rows.sort_unstable_by_key(|row| row.ballot);
        rows
    };
    for ballot in rows.chunk_by_mut(|a, b| a.ballot == b.ballot) {
        ballot.sort_unstable_by(|a, b| {
            let order = a.rank.total_cmp(&b.rank);
            order
                .then(a.alternative.cmp(&b.alternative))
                .then(a.weight.total_cmp(&b.weight))
        });
    }
    rows
}
