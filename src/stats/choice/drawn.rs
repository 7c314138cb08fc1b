//! Ballots drawn at random, for tests.

use super::{Profile, Row};
use crate::stats::rng::Stream;

fn drawn(
    alternatives: u32,
    ballots: u32,
    seed: u64,
    rank: impl Fn(&mut Stream, u32) -> f64,
) -> Profile {
    let mut rows = Vec::new();
    for ballot in 0..ballots {
        let mut stream = Stream::new(seed, ballot, 0);
        for alternative in 0..alternatives {
            rows.push(Row {
                ballot,
                alternative,
                rank: rank(&mut stream, alternative),
                weight: 1.0,
            });
        }
    }
    Profile::new(alternatives as usize, rows).expect("profile")
}

/// Every order is equally likely.
pub(super) fn uniform(alternatives: u32, ballots: u32, seed: u64) -> Profile {
    drawn(alternatives, ballots, seed, |stream, _| stream.uniform())
}

/// Ballots around the order of the ids: each score is the id plus noise.
pub(super) fn around(alternatives: u32, ballots: u32, noise: f64, seed: u64) -> Profile {
    drawn(alternatives, ballots, seed, |stream, id| {
        f64::from(id) + noise * stream.normal()
    })
}
