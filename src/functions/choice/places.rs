//! What the rules on places share: the lowest wins.

use super::ballots::Ballots;
use super::standing::by_score;
use crate::functions::prelude::*;

/// What counts on ballots that do not rank an alternative.
pub(super) const UNRANKED: Opt = Opt::choice(
    "unranked",
    &["below", "skip"],
    "below",
    "on ballots that do not rank an alternative it shares the places below the ranked ones, or they do not count for it",
);

pub(super) const WINNER: Out = Out::bool("winner", "whether none is lower");

/// How places are read, for the prose of functions.
macro_rules! places_prose {
    () => {
        "Tied alternatives take the mean of their places. Unranked alternatives share the places below, or with `unranked \
=> 'skip'` only ballots that rank an alternative count for it, which compares places on different ballots. NULL \
without weight. One row per ballot and alternative; equal ranks are ties, alternatives without a row or with a \
NULL rank are unranked, rows with a NULL ballot or alternative are left out. The alternatives are those of the group. "
    };
}
pub(super) use places_prose;

/// A row per alternative, the lowest place first.
pub(super) fn lowest(ballots: &Ballots<'_>, places: &[Option<f64>]) -> Output {
    let best = places
        .iter()
        .flatten()
        .copied()
        .fold(f64::INFINITY, f64::min);
    by_score(ballots.names, places, true, |id| {
        let mine = places.get(id).copied().flatten();
        vec![
            mine.is_some_and(|place| place == best).into(),
            ballots.n.get(id).copied().into(),
        ]
    })
}
