//! Bucklin's rule (Hoag & Hallett 1926).

use super::{Profile, tally};

/// The outcome of Bucklin's rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucklin {
    /// The first round (from 1) in which some alternative has a majority; the last when
    /// none ever has.
    pub round: u32,
    /// Whether somebody has a majority in that round.
    pub majority: bool,
    /// Weight that places each alternative at that round or above.
    pub scores: Vec<f64>,
    /// The alternatives with the highest score.
    pub winners: Vec<u32>,
    /// All alternatives with a majority in that round.
    pub simplified_winners: Vec<u32>,
}

impl Profile {
    /// Bucklin: lower the bar place by place until some alternative has more than half of
    /// all ballots at or above it. Tied alternatives all stand at the best place of their
    /// tie; the unranked never count. `None` without alternatives.
    #[must_use]
    pub fn bucklin(&self) -> Option<Bucklin> {
        let n = self.alternatives;
        let mut places = vec![0_i128; n * n];
        for ballot in &self.ballots {
            let mut place = 0;
            for tier in ballot.tiers.iter() {
                for &id in tier {
                    places[place * n + id as usize] += ballot.weight;
                }
                place += tier.len();
            }
        }
        let total = self.total();
        let mut reached = vec![0_i128; n];
        for (round, row) in places.chunks_exact(n.max(1)).enumerate() {
            for (sum, weight) in reached.iter_mut().zip(row) {
                *sum += weight;
            }
            let over = |id: &u32| 2 * reached[*id as usize] > total;
            let simplified: Vec<u32> = (0..n as u32).filter(over).collect();
            if !simplified.is_empty() || round + 1 == n {
                let scores = tally::scores(&reached, self.unit, 1);
                return Some(Bucklin {
                    round: round as u32 + 1,
                    majority: !simplified.is_empty(),
                    scores: scores.scores,
                    winners: scores.winners,
                    simplified_winners: simplified,
                });
            }
        }
        None
    }
}
