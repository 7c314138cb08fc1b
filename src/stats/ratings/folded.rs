//! Pair counts given directly, for callers that have counted already.

use super::graded::{shares, slot};
use super::{
    BradleyTerryFit, BradleyTerryOptions, ClusterCell, Folded, FoldedPair, RatingError, Tally,
};
use std::collections::BTreeMap;

/// A counted verdict: systems by place in the sorted list, in presented order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// Place of the system shown first.
    pub a: usize,
    /// Place of the system shown second.
    pub b: usize,
    /// Credit of the system shown first: 1 = it won, 0 = it lost, ½ = a tie, and
    /// anything between.
    pub score: f64,
    /// Rows, sum of weights, sum of squared weights.
    pub tally: Tally,
}

impl Folded {
    /// Folds counted verdicts over sorted `systems`. The rows of a verdict between a
    /// win and a tie count as those of the nearer whole one that is no tie; its weight is shared.
    /// Comparisons of a system with itself and places out of range are left out.
    #[must_use]
    pub fn from_counted(systems: Vec<String>, counted: &[Counted]) -> Self {
        let mut pairs: BTreeMap<(usize, usize), FoldedPair> = BTreeMap::new();
        for c in counted {
            if c.a == c.b || c.a.max(c.b) >= systems.len() {
                continue;
            }
            let (i, j) = (c.a.min(c.b), c.a.max(c.b));
            let pair = pairs.entry((i, j)).or_insert(FoldedPair {
                i,
                j,
                wins_i: Tally::default(),
                wins_j: Tally::default(),
                ties: Tally::default(),
            });
            let mut slots = [&mut pair.wins_i, &mut pair.wins_j, &mut pair.ties];
            if c.a != i {
                slots.swap(0, 1);
            }
            slots[slot(c.score)].rows += c.tally.rows;
            for (slot, (weight, square)) in slots.into_iter().zip(shares(c.score)) {
                slot.weight += weight * c.tally.weight;
                slot.weight_sq += square * c.tally.weight_sq;
            }
        }
        Self {
            systems,
            pairs: pairs.into_values().collect(),
        }
    }
}

/// [`super::bradley_terry`] on folded counts.
///
/// # Errors
/// As there.
pub fn bradley_terry_folded(
    folded: &Folded,
    options: &BradleyTerryOptions,
) -> Result<BradleyTerryFit, RatingError> {
    options.validate()?;
    super::bradley_terry::fit(folded, None, options)
}

/// [`super::bradley_terry`] with errors that respect clusters; `cells` are the
/// folded counts by cluster.
///
/// # Errors
/// As there.
pub fn bradley_terry_clustered(
    folded: &Folded,
    cells: &[ClusterCell],
    options: &BradleyTerryOptions,
) -> Result<BradleyTerryFit, RatingError> {
    options.validate()?;
    super::bradley_terry::fit(folded, Some(cells), options)
}
