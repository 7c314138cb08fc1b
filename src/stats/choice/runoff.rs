//! Rules that eliminate in rounds: instant runoff, Coombs, Baldwin, Nanson.
//!
//! Ware 1871; Coombs 1964; Baldwin 1926; Nanson 1882; Freeman, Brill & Conitzer 2015
//! on breaking ties by parallel universes.

use std::collections::BTreeSet;

use super::{ChoiceError, Pairwise, Profile, exact};

/// The most sets of alternatives left that a rule visits to follow every tie.
pub const MAX_STATES: usize = 1 << 19;
/// Most places read while ties are followed: some seconds.
const WORK: usize = 1 << 30;

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

/// The outcome of eliminations.
#[derive(Debug, Clone, PartialEq)]
pub struct Elimination {
    /// All that win under some choice among those tied for elimination, ascending.
    pub winners: Vec<u32>,
    /// The course, by id, when there was only one.
    pub course: Option<Vec<Exit>>,
}

/// How an alternative left, or where it stood at the end.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Exit {
    /// The round, from 1, in which it went; `None` for those left at the end.
    pub round: Option<u32>,
    /// What the rule counted for it in its last round.
    pub count: f64,
}

/// Runs a rule from all `n` alternatives, with work of `size` in a round; `decide` sees the ids left and a mask of them,
/// and writes what it counts for each.
fn eliminate(
    n: usize,
    size: usize,
    ties: EliminationTies,
    rule: &'static str,
    decide: impl Fn(&[u32], &[bool], &mut [f64]) -> Result<Step, ChoiceError>,
) -> Result<Elimination, ChoiceError> {
    let start: Vec<u32> = (0..n as u32).collect();
    let mut winners = BTreeSet::new();
    let mut seen = BTreeSet::from([start.clone()]);
    let mut stack = vec![start];
    let mut course = Some(vec![Exit::default(); n]);
    let mut counts = vec![0.0; n];
    let mut round = 0;
    while let Some(left) = stack.pop() {
        if left.len() <= 1 {
            winners.extend(left);
            continue;
        }
        if left.iter().all(|id| winners.contains(id)) {
            // Whoever wins from here is known to win.
            continue;
        }
        let mut active = vec![false; n];
        for &id in &left {
            active[id as usize] = true;
        }
        let step = decide(&left, &active, &mut counts)?;
        round += 1;
        let gone = match (step, ties) {
            (Step::Winner(id), _) => {
                winners.insert(id);
                vec![]
            }
            (Step::Tied(last), EliminationTies::All) if last.len() == left.len() => {
                winners.extend(last);
                vec![]
            }
            (Step::Gone(gone), EliminationTies::Any) => vec![gone],
            (Step::Tied(last), EliminationTies::All) => vec![last],
            (Step::Tied(last), EliminationTies::ById) => vec![vec![last[last.len() - 1]]],
            (Step::Tied(last) | Step::Gone(last), _) => {
                last.into_iter().map(|id| vec![id]).collect()
            }
        };
        if gone.len() > 1 {
            course = None;
        }
        if let Some(course) = &mut course {
            for &id in &left {
                course[id as usize].count = counts[id as usize];
            }
            for &id in gone.iter().flatten() {
                course[id as usize].round = Some(round);
            }
        }
        for gone in gone {
            let state: Vec<u32> = left
                .iter()
                .copied()
                .filter(|id| !gone.contains(id))
                .collect();
            if seen.insert(state.clone()) {
                stack.push(state);
            }
        }
        if seen.len() > n + (WORK / size.max(1)).clamp(200, MAX_STATES) {
            return Err(ChoiceError::TooManyTies { rule });
        }
    }
    Ok(Elimination {
        winners: winners.into_iter().collect(),
        course,
    })
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
    /// [`ChoiceError::TooManyTies`], [`ChoiceError::TieSizes`].
    pub fn instant_runoff(&self, ties: EliminationTies) -> Result<Vec<u32>, ChoiceError> {
        Ok(self.instant_runoff_course(ties)?.winners)
    }

    /// [`Profile::instant_runoff`] with its course; the counts are first places.
    ///
    /// # Errors
    /// As [`Profile::instant_runoff`].
    pub fn instant_runoff_course(&self, ties: EliminationTies) -> Result<Elimination, ChoiceError> {
        let decide = |left: &[u32], active: &[bool], counts: &mut [f64]| {
            let (tallies, divisor) = self.firsts(active)?;
            self.note(left, &tallies, divisor, counts);
            if let Some(winner) = majority(left, &tallies) {
                return Ok(Step::Winner(winner));
            }
            let last = lowest(left, |id| tallies[id as usize]);
            let tied = last.len() > 1 && ties == EliminationTies::Any;
            let doomed = tied.then(|| doomed(left, &tallies)).flatten();
            Ok(doomed.map_or(Step::Tied(last), Step::Gone))
        };
        eliminate(
            self.alternatives,
            self.size(),
            ties,
            "instant runoff",
            decide,
        )
    }

    /// Coombs: the alternative with the most last places goes. With `majority_stop` a
    /// majority of first places ends the count. Ties for the last place share a ballot;
    /// the unranked are last.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`], [`ChoiceError::TieSizes`].
    pub fn coombs(
        &self,
        ties: EliminationTies,
        majority_stop: bool,
    ) -> Result<Vec<u32>, ChoiceError> {
        Ok(self.coombs_course(ties, majority_stop)?.winners)
    }

    /// [`Profile::coombs`] with its course; the counts are last places.
    ///
    /// # Errors
    /// As [`Profile::coombs`].
    pub fn coombs_course(
        &self,
        ties: EliminationTies,
        majority_stop: bool,
    ) -> Result<Elimination, ChoiceError> {
        let decide = |left: &[u32], active: &[bool], counts: &mut [f64]| {
            let (lasts, divisor) = self.lasts(active)?;
            self.note(left, &lasts, divisor, counts);
            if majority_stop && let Some(winner) = majority(left, &self.firsts(active)?.0) {
                return Ok(Step::Winner(winner));
            }
            Ok(Step::Tied(lowest(left, |id| -lasts[id as usize])))
        };
        eliminate(self.alternatives, self.size(), ties, "Coombs", decide)
    }

    /// Places on all ballots, written or not.
    fn size(&self) -> usize {
        self.ballots.len() * self.alternatives
    }

    fn note(&self, left: &[u32], tallies: &[i128], divisor: i128, counts: &mut [f64]) {
        for &id in left {
            counts[id as usize] = exact::to_f64(tallies[id as usize], self.unit) / divisor as f64;
        }
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
        Ok(self.baldwin_course(ties)?.winners)
    }

    /// [`Pairwise::baldwin`] with its course; the counts are margins against all that are
    /// left: Borda points around their mean, doubled.
    ///
    /// # Errors
    /// As [`Pairwise::baldwin`].
    pub fn baldwin_course(&self, ties: EliminationTies) -> Result<Elimination, ChoiceError> {
        eliminate(
            self.n,
            self.n * self.n,
            ties,
            "Baldwin",
            |left, _, counts| {
                let standing: Vec<i128> = left.iter().map(|&id| self.standing(id, left)).collect();
                for (&id, &value) in left.iter().zip(&standing) {
                    counts[id as usize] = exact::to_f64(value, self.unit());
                }
                let least = standing.iter().min();
                let last = left
                    .iter()
                    .zip(&standing)
                    .filter(|(_, value)| Some(*value) == least);
                Ok(Step::Tied(last.map(|(&id, _)| id).collect()))
            },
        )
    }

    /// Nanson: all alternatives with a Borda count below the mean of those left go (with
    /// `at_mean` also those at it), until nothing changes or everybody would go.
    #[must_use]
    pub fn nanson(&self, at_mean: bool) -> Vec<u32> {
        self.nanson_course(at_mean).winners
    }

    /// [`Pairwise::nanson`] with its course; the counts are as in [`Pairwise::baldwin_course`].
    #[must_use]
    pub fn nanson_course(&self, at_mean: bool) -> Elimination {
        let mut course = vec![Exit::default(); self.n];
        let mut left: Vec<u32> = (0..self.n as u32).collect();
        for round in 1.. {
            if left.len() <= 1 {
                break;
            }
            let standing: Vec<i128> = left.iter().map(|&id| self.standing(id, &left)).collect();
            for (&id, &value) in left.iter().zip(&standing) {
                course[id as usize].count = exact::to_f64(value, self.unit());
            }
            let stays = |standing: i128| standing > 0 || (standing == 0 && !at_mean);
            let (next, gone): (Vec<_>, Vec<_>) = left
                .iter()
                .zip(standing)
                .partition(|(_, standing)| stays(*standing));
            if next.is_empty() || gone.is_empty() {
                break;
            }
            for (&id, _) in gone {
                course[id as usize].round = Some(round);
            }
            left = next.into_iter().map(|(&id, _)| id).collect();
        }
        Elimination {
            winners: left,
            course: Some(course),
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
