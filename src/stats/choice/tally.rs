//! The highest of exact tallies.

use super::{Scores, exact};

/// Ids of the highest tallies, ascending.
pub(super) fn highest(tallies: &[i128]) -> Vec<u32> {
    let best = tallies.iter().max();
    (0..tallies.len() as u32)
        .filter(|&id| Some(&tallies[id as usize]) == best)
        .collect()
}

/// Scores `tally * 2^unit / divisor` with their winners.
pub(super) fn scores(tallies: &[i128], unit: i32, divisor: i128) -> Scores {
    let value = |&tally: &i128| {
        // Whole parts stay exact however large the divisor.
        exact::to_f64(tally, unit) / divisor as f64 + 0.0
    };
    Scores {
        scores: tallies.iter().map(value).collect(),
        winners: highest(tallies),
    }
}
