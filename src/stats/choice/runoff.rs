//! Rules that eliminate in rounds: instant runoff, Coombs, Baldwin, Nanson.
//!
//! Ware 1871; Coombs 1964; Baldwin 1926; Nanson 1882; Freeman, Brill & Conitzer 2015
//! on breaking ties by parallel universes.

use std::collections::BTreeSet;

use super::{ChoiceError, Pairwise, Profile};

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

/// What a rule says about the alternatives left.
enum Step {
    Winner(u32),
    /// These are tied for elimination.
    Tied(Vec<u32>),
    /// These go, whatever the order.
    Gone(Vec<u32>),
}

/// Runs a rule from all `n` alternatives; `decide` sees the ids left and a mask of them.
fn eliminate(
    n: usize,
    ties: EliminationTies,
    rule: &'static str,
    decide: impl Fn(&[u32], &[bool]) -> Result<Step, ChoiceError>,
) -> Result<Vec<u32>, ChoiceError> {
    let start: Vec<u32> = (0..n as u32).collect();
    let mut winners = BTreeSet::new();
    let mut seen = BTreeSet::from([start.clone()]);
    let mut stack = vec![start];
    while let Some(left) = stack.pop() {
        if left.len() <= 1 {
            winners.extend(left);
            continue;
        }
        let mut active = vec![false; n];
        for &id in &left {
            active[id as usize] = true;
        }
        let without = |gone: &[u32]| -> Vec<u32> {
            left.iter()
                .copied()
                .filter(|id| !gone.contains(id))
                .collect()
        };
        let next = match (decide(&left, &active)?, ties) {
            (Step::Winner(id), _) => {
                winners.insert(id);
                continue;
            }
            (Step::Gone(gone), EliminationTies::Any) => vec![without(&gone)],
            (Step::Tied(last), EliminationTies::All) if last.len() == left.len() => {
                winners.extend(last);
                continue;
            }
            (Step::Tied(last), EliminationTies::All) => vec![without(&last)],
            (Step::Tied(last), EliminationTies::ById) => vec![without(&last[last.len() - 1..])],
            (Step::Tied(last) | Step::Gone(last), _) => {
                last.iter().map(|&id| without(&[id])).collect()
            }
        };
        for state in next {
            if seen.insert(state.clone()) {
                stack.push(state);
            }
        }
        if seen.len() > MAX_STATES {
            return Err(ChoiceError::TooManyTies { rule });
        }
    }
    Ok(winners.into_iter().collect())
}

/// Of `left` those with the lowest value.
fn lowest(left: &[u32], value: impl Fn(u32) -> i128) -> Vec<u32> {
    let least = left.iter().map(|&id| value(id)).min();
    left.iter()
        .copied()
        .filter(|&id| Some(value(id)) == least)
        .collect()
}

fn majority(left: &[u32], tallies: &[i128]) -> Option<u32> {
    let total: i128 = tallies.iter().sum();
    left.iter()
        .copied()
        .find(|&id| 2 * tallies[id as usize] > total)
}

impl Profile {
    /// Instant runoff: the alternative with the fewest first places goes, until one has a
    /// majority of the ballots still active. Ballots with nothing left do not count;
    /// tied firsts share a ballot.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`].
    pub fn instant_runoff(&self, ties: EliminationTies) -> Result<Vec<u32>, ChoiceError> {
        eliminate(self.alternatives, ties, "instant runoff", |left, active| {
            let (tallies, _) = self.firsts(active)?;
            if let Some(winner) = majority(left, &tallies) {
                return Ok(Step::Winner(winner));
            }
            Ok(match (ties, doomed(left, &tallies)) {
                (EliminationTies::Any, Some(gone)) => Step::Gone(gone),
                _ => Step::Tied(lowest(left, |id| tallies[id as usize])),
            })
        })
    }

    /// Coombs: the alternative with the most last places goes. With `majority_stop` a
    /// majority of first places ends the count. Ties for the last place share a ballot;
    /// the unranked are last.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`].
    pub fn coombs(
        &self,
        ties: EliminationTies,
        majority_stop: bool,
    ) -> Result<Vec<u32>, ChoiceError> {
        eliminate(self.alternatives, ties, "Coombs", |left, active| {
            if majority_stop && let Some(winner) = majority(left, &self.firsts(active)?.0) {
                return Ok(Step::Winner(winner));
            }
            let lasts = self.lasts(active)?.0;
            Ok(Step::Tied(lowest(left, |id| -lasts[id as usize])))
        })
    }
}

impl Pairwise {
    /// Margin of `a` against all of `left` together: its Borda points around their mean, doubled.
    fn standing(&self, a: u32, left: &[u32]) -> i128 {
        left.iter()
            .map(|&b| self.exact_margin(a as usize, b as usize))
            .sum()
    }

    /// Baldwin: the alternative with the lowest Borda count among those left goes.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`].
    pub fn baldwin(&self, ties: EliminationTies) -> Result<Vec<u32>, ChoiceError> {
        eliminate(self.n, ties, "Baldwin", |left, _| {
            Ok(Step::Tied(lowest(left, |id| self.standing(id, left))))
        })
    }

    /// Nanson: all alternatives with a Borda count below the mean of those left go (with
    /// `at_mean` also those at it), until nothing changes or everybody would go.
    #[must_use]
    pub fn nanson(&self, at_mean: bool) -> Vec<u32> {
        let mut left: Vec<u32> = (0..self.n as u32).collect();
        loop {
            let stays = |standing: i128| standing > 0 || (standing == 0 && !at_mean);
            let next: Vec<u32> = left
                .iter()
                .copied()
                .filter(|&id| stays(self.standing(id, &left)))
                .collect();
            if next.is_empty() || next.len() == left.len() {
                return left;
            }
            left = next;
        }
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
