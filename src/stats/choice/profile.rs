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

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ballot {
    /// Tied alternatives, best first, ids ascending within; the unranked are absent.
    pub tiers: Vec<Vec<u32>>,
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
        rows.sort_unstable_by(|a, b| {
            let order = a.ballot.cmp(&b.ballot).then(a.rank.total_cmp(&b.rank));
            order
                .then(a.alternative.cmp(&b.alternative))
                .then(a.weight.total_cmp(&b.weight))
        });
        let mut tiers = Vec::new();
        let mut weights = Vec::new();
        for ballot in rows.chunk_by(|a, b| a.ballot == b.ballot) {
            let first = ballot[0];
            if ballot.iter().any(|row| row.weight != first.weight) {
                let what = "the weight differs between its rows";
                return Err(ChoiceError::BadWeight {
                    ballot: first.ballot,
                    what,
                });
            }
            let mut ids: Vec<u32> = ballot.iter().map(|row| row.alternative).collect();
            ids.sort_unstable();
            if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(ChoiceError::Repeated {
                    ballot: first.ballot,
                    alternative: pair[0],
                });
            }
            let tier = |run: &[Row]| run.iter().map(|row| row.alternative).collect::<Vec<u32>>();
            tiers.push(
                ballot
                    .chunk_by(|a, b| a.rank == b.rank)
                    .map(tier)
                    .collect::<Vec<_>>(),
            );
            weights.push(first.weight);
        }
        let (weights, unit) = exact::integers(&weights)?;
        let mut ballots: Vec<Ballot> = tiers
            .into_iter()
            .zip(weights)
            .map(|(tiers, weight)| Ballot { tiers, weight })
            .collect();
        ballots.sort_unstable();
        ballots.dedup_by(|next, kept| {
            let same = next.tiers == kept.tiers;
            if same {
                kept.weight += next.weight;
            }
            same
        });
        Ok(Self {
            alternatives,
            ballots,
            unit,
        })
    }

    /// Number of alternatives.
    #[must_use]
    pub fn alternatives(&self) -> usize {
        self.alternatives
    }

    /// Sum of the ballots' weights.
    #[must_use]
    pub fn total_weight(&self) -> f64 {
        exact::to_f64(
            self.ballots.iter().map(|ballot| ballot.weight).sum(),
            self.unit,
        )
    }
}
