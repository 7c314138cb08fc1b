//! Rules that eliminate in rounds: instant runoff.
//!
//! Ware 1871; Freeman, Brill & Conitzer 2015 on tie-breaking by parallel universes.

use std::collections::BTreeSet;

use super::{ChoiceError, Profile};

/// The most different states a rule visits to follow every tie.
pub const MAX_STATES: usize = 20_000;

/// What happens when several alternatives are tied for elimination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EliminationTies {
    /// Every choice among them is followed; all that win under some choice win.
    #[default]
    Any,
    /// All of them go at once; when all that are left are tied, they win.
    All,
    /// The one with the highest id goes: one universe, quick, not neutral.
    ById,
}

impl Profile {
    /// Instant runoff: the alternative with the fewest first places goes, until one has a
    /// majority of the ballots still active. Ballots with nothing left do not count;
    /// tied firsts share a ballot.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`].
    pub fn instant_runoff(&self, ties: EliminationTies) -> Result<Vec<u32>, ChoiceError> {
        let start: Vec<u32> = (0..self.alternatives as u32).collect();
        let mut winners = BTreeSet::new();
        let mut seen = BTreeSet::from([start.clone()]);
        let mut stack = vec![start];
        while let Some(left) = stack.pop() {
            if left.len() <= 1 {
                winners.extend(left);
                continue;
            }
            let mut active = vec![false; self.alternatives];
            for &id in &left {
                active[id as usize] = true;
            }
            let (tallies, _) = self.firsts(&active)?;
            let total: i128 = tallies.iter().sum();
            if let Some(&winner) = left.iter().find(|&&id| 2 * tallies[id as usize] > total) {
                winners.insert(winner);
                continue;
            }
            let fewest = left.iter().map(|&id| tallies[id as usize]).min();
            let last: Vec<u32> = left
                .iter()
                .copied()
                .filter(|&id| Some(tallies[id as usize]) == fewest)
                .collect();
            let without = |gone: &[u32]| -> Vec<u32> {
                left.iter()
                    .copied()
                    .filter(|id| !gone.contains(id))
                    .collect()
            };
            let next: Vec<Vec<u32>> = match ties {
                EliminationTies::All if last.len() == left.len() => {
                    winners.extend(last);
                    continue;
                }
                EliminationTies::All => vec![without(&last)],
                EliminationTies::ById => vec![without(&last[last.len() - 1..])],
                EliminationTies::Any => match doomed(&left, &tallies) {
                    Some(gone) => vec![without(&gone)],
                    None => last.iter().map(|&id| without(&[id])).collect(),
                },
            };
            for state in next {
                if seen.insert(state.clone()) {
                    stack.push(state);
                }
            }
            if seen.len() > MAX_STATES {
                return Err(ChoiceError::TooManyTies {
                    rule: "instant runoff",
                });
            }
        }
        Ok(winners.into_iter().collect())
    }
}

/// The largest group of alternatives that together have less than each of the
/// others: they go first in every universe, in whatever order. `None` if there is none.
fn doomed(left: &[u32], tallies: &[i128]) -> Option<Vec<u32>> {
    let mut order: Vec<(i128, u32)> = left.iter().map(|&id| (tallies[id as usize], id)).collect();
    order.sort_unstable();
    let mut sum = 0;
    let mut size = 0;
    for (at, pair) in order.windows(2).enumerate() {
        sum += pair[0].0;
        if sum < pair[1].0 {
            size = at + 1;
        }
    }
    (size > 0).then(|| order[..size].iter().map(|entry| entry.1).collect())
}
