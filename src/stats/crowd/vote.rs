//! Votes: majority, and weighted by agreement with the majority.
//!
//! Wawa ("worker agreement with aggregate"): Appen / CrowdFlower practice, described
//! in the crowd-kit documentation.

use crate::stats::agreement::{Ratings, Units, order_free_sum};

/// Which label a tied vote yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VoteTies {
    /// None (NULL); the tied labels are listed.
    #[default]
    Null,
    /// The lowest label id (first in sorted order).
    Lowest,
    /// The highest label id.
    Highest,
    /// The middle of the tied labels, the lower one of two.
    Median,
}

impl VoteTies {
    /// The choice among tied labels, which ascend.
    #[must_use]
    pub fn choose(self, tied: &[u32]) -> Option<u32> {
        match (tied, self) {
            ([only], _) => Some(*only),
            (_, Self::Null) => None,
            (several, Self::Lowest) => several.first().copied(),
            (several, Self::Highest) => several.last().copied(),
            (several, Self::Median) => several.get(several.len().saturating_sub(1) / 2).copied(),
        }
    }
}

/// The vote on one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The winning label.
    pub top: Option<u32>,
    /// Votes for it (for each of the tied ones).
    pub top_votes: u64,
    /// All votes on the item.
    pub n: u64,
    /// Labels with the most votes, ascending; empty without votes.
    pub tied: Vec<u32>,
}

impl Vote {
    /// Share of the votes for the top label; `None` without votes.
    #[must_use]
    pub fn top_share(&self) -> Option<f64> {
        (self.n > 0).then(|| self.top_votes as f64 / self.n as f64)
    }
}

/// The label with the most votes, for every item id.
#[must_use]
pub fn majority_vote(units: &Units, ties: VoteTies) -> Vec<Vote> {
    let vote = |cells: &[(u32, u32)]| {
        let most = cells.iter().map(|cell| cell.1).max().unwrap_or(0);
        let tied: Vec<u32> = cells
            .iter()
            .filter(|cell| cell.1 == most)
            .map(|cell| cell.0)
            .collect();
        let top = ties.choose(&tied);
        let n = cells.iter().map(|cell| u64::from(cell.1)).sum();
        Vote {
            top,
            top_votes: u64::from(most),
            n,
            tied,
        }
    };
    units.iter().map(vote).collect()
}

/// A vote weighted by skill.
#[derive(Debug, Clone, PartialEq)]
pub struct Wawa {
    /// By annotator id: share of the annotator's labels that are the majority label of
    /// their item (the annotator's own vote included); items with a tied majority do not
    /// count; `None` for an annotator without any other.
    pub skills: Vec<Option<f64>>,
    /// Row-major items × labels: share of the skill behind each label; an item whose
    /// voters all have skill 0 or none keeps the plain shares; `None` rows have no votes.
    pub posterior: Vec<Option<Vec<f64>>>,
}

/// Worker agreement with aggregate.
#[must_use]
pub fn wawa(ratings: &Ratings) -> Wawa {
    let votes = majority_vote(&ratings.units(), VoteTies::Null);
    let mut right = vec![0_u64; ratings.annotators()];
    let mut all = vec![0_u64; ratings.annotators()];
    for &(item, annotator, label) in ratings.rows() {
        if let Some(top) = votes[item as usize].top {
            all[annotator as usize] += 1;
            right[annotator as usize] += u64::from(top == label);
        }
    }
    let skills: Vec<Option<f64>> = right
        .iter()
        .zip(&all)
        .map(|(&r, &n)| (n > 0).then(|| r as f64 / n as f64))
        .collect();
    let mut posterior = vec![None; ratings.items()];
    let mut terms: Vec<f64> = Vec::new();
    for run in ratings.rows().chunk_by(|a, b| a.0 == b.0) {
        let mut shares = vec![0.0; ratings.levels()];
        let mut sum_for = |label: u32, weight: &dyn Fn(u32) -> f64| {
            terms.clear();
            terms.extend(
                run.iter()
                    .filter(|row| row.2 == label)
                    .map(|row| weight(row.1)),
            );
            order_free_sum(&mut terms)
        };
        let mut labels: Vec<u32> = run.iter().map(|row| row.2).collect();
        labels.sort_unstable();
        labels.dedup();
        let skill = |annotator: u32| skills[annotator as usize].unwrap_or(0.0);
        for &label in &labels {
            shares[label as usize] = sum_for(label, &skill);
        }
        if shares.iter().all(|&share| share == 0.0) {
            for &label in &labels {
                shares[label as usize] = sum_for(label, &|_| 1.0);
            }
        }
        let total: f64 = shares.iter().sum();
        for share in &mut shares {
            *share /= total;
        }
        posterior[run[0].0 as usize] = Some(shares);
    }
    Wawa { skills, posterior }
}
