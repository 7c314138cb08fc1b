//! State per player for the sequential methods, and contest checks.

use super::RatingError;
use std::collections::BTreeMap;

/// Players by name, numbered in order of first appearance.
#[derive(Debug, Clone)]
pub(super) struct Players<T> {
    index: BTreeMap<String, usize>,
    state: Vec<T>,
}

impl<T> Players<T> {
    pub(super) fn new() -> Self {
        Self {
            index: BTreeMap::new(),
            state: Vec::new(),
        }
    }

    /// The player's number; a new player starts with `initial`.
    pub(super) fn enter(&mut self, name: &str, initial: impl FnOnce() -> T) -> usize {
        if let Some(&i) = self.index.get(name) {
            return i;
        }
        let i = self.state.len();
        self.state.push(initial());
        self.index.insert(name.to_owned(), i);
        i
    }

    /// State of a player that entered.
    pub(super) fn at(&mut self, i: usize) -> &mut T {
        &mut self.state[i]
    }

    pub(super) fn all(&mut self) -> &mut [T] {
        &mut self.state
    }

    /// Players in sorted order of name.
    pub(super) fn sorted(&self) -> impl Iterator<Item = (&str, &T)> {
        self.index
            .iter()
            .filter_map(|(name, &i)| Some((name.as_str(), self.state.get(i)?)))
    }
}

/// Contestants sorted by rank (lower is better), equal ranks in the order given.
/// Errors name the player: a rank that is not a number, a player twice.
pub(super) fn standings<'a>(
    contest: &[(&'a str, f64)],
) -> Result<Vec<(&'a str, f64)>, RatingError> {
    if let Some((player, rank)) = contest.iter().find(|(_, r)| !r.is_finite()) {
        return Err(RatingError::Row(format!(
            "rank of player '{player}' is {rank}; expected a finite number (1 is best)"
        )));
    }
    let mut sorted = contest.to_vec();
    sorted.sort_by(|a, b| crate::stats::num::total_cmp(a.1, b.1));
    let mut names: Vec<&str> = sorted.iter().map(|c| c.0).collect();
    names.sort_unstable();
    if let Some(w) = names.windows(2).find(|w| w[0] == w[1]) {
        return Err(RatingError::Row(format!(
            "player '{}' occurs twice in one contest; keep one row per player and contest",
            w[0]
        )));
    }
    Ok(sorted)
}

/// As [`standings`], equal ranks in order of name: for methods that treat tied
/// players alike.
pub(super) fn canonical_standings<'a>(
    contest: &[(&'a str, f64)],
) -> Result<Vec<(&'a str, f64)>, RatingError> {
    let mut by_name = contest.to_vec();
    by_name.sort_by(|a, b| a.0.cmp(b.0));
    standings(&by_name)
}
