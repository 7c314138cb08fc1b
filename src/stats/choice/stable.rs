//! Stable Voting (Holliday & Pacuit 2023) and Black's rule (1958).

use std::collections::BTreeMap;

use super::paths::widest;
use super::scoring::{BordaTies, Unranked};
use super::{ChoiceError, Pairwise, Profile, Scores, Strength};

/// Most steps of Stable Voting: some seconds.
const WORK: usize = 1 << 30;
/// Most sets of alternatives whose winners are kept.
const SETS: usize = 1 << 19;

impl Pairwise {
    /// Stable Voting: the pairs (a, b) are tried from the largest margin down; a wins by the
    /// first in which no Split Cycle defeat stands against a (with `simple`: in any) and a
    /// wins again without b. All that win by pairs of one margin win.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`] when too many sets of alternatives have to be visited.
    pub fn stable_voting(&self, simple: bool) -> Result<Vec<u32>, ChoiceError> {
        let mut search = Search {
            n: self.n,
            places: self.links(Strength::Margins).place,
            simple,
            known: BTreeMap::new(),
            work: 0,
        };
        search.winners(&(0..self.n as u32).collect::<Vec<u32>>())
    }
}

struct Search {
    n: usize,
    /// Places of the victories by margin, as in [`super::paths`]: all that the rule depends on.
    places: Vec<u32>,
    simple: bool,
    known: BTreeMap<Vec<u32>, Vec<u32>>,
    work: usize,
}

impl Search {
    fn winners(&mut self, ids: &[u32]) -> Result<Vec<u32>, ChoiceError> {
        if ids.len() <= 1 {
            return Ok(ids.to_vec());
        }
        if let Some(known) = self.known.get(ids) {
            return Ok(known.clone());
        }
        self.work = self.work.saturating_add(ids.len() * ids.len() * ids.len());
        if self.work > WORK || self.known.len() > SETS {
            let rule = "Stable Voting";
            return Err(ChoiceError::TooManyTies { rule });
        }
        let k = ids.len();
        let here: Vec<u32> = ids
            .iter()
            .flat_map(|&a| ids.iter().map(move |&b| (a as usize, b as usize)))
            .map(|(a, b)| self.places[a * self.n + b])
            .collect();
        let beats_all = |a: &usize| (0..k).all(|b| b == *a || here[a * k + b] > 0);
        let free: Vec<usize> = match (0..k).find(beats_all) {
            // No pair of margin 0 or less can come first.
            Some(winner) => vec![winner],
            None if self.simple => (0..k).collect(),
            None => {
                let paths = widest(k, &here);
                let defeats = |b: usize, a: usize| here[b * k + a] > paths[a * k + b];
                (0..k).filter(|&a| !(0..k).any(|b| defeats(b, a))).collect()
            }
        };
        let winners = match free.as_slice() {
            [only] => vec![ids[*only]],
            _ => self.by_pairs(ids, &here, &free)?,
        };
        self.known.insert(ids.to_vec(), winners.clone());
        Ok(winners)
    }

    fn by_pairs(
        &mut self,
        ids: &[u32],
        here: &[u32],
        free: &[usize],
    ) -> Result<Vec<u32>, ChoiceError> {
        let k = ids.len();
        // Places of victories less those of defeats are ordered as margins are.
        let order = |a: usize, b: usize| i64::from(here[b * k + a]) - i64::from(here[a * k + b]);
        let mut pairs: Vec<(i64, usize, usize)> = free
            .iter()
            .flat_map(|&a| (0..k).filter(move |&b| b != a).map(move |b| (a, b)))
            .map(|(a, b)| (order(a, b), a, b))
            .collect();
        pairs.sort_unstable();
        for tied in pairs.chunk_by(|x, y| x.0 == y.0) {
            let mut winners = Vec::new();
            for &(_, a, b) in tied {
                let id = ids[a];
                if winners.last() == Some(&id) {
                    continue;
                }
                let mut rest = ids.to_vec();
                rest.remove(b);
                if self.winners(&rest)?.contains(&id) {
                    winners.push(id);
                }
            }
            if !winners.is_empty() {
                return Ok(winners);
            }
        }
        Ok(Vec::new())
    }
}

impl Profile {
    /// Black: the Condorcet winner where there is one, else the Borda winners; the scores
    /// are Borda's. Also returns the Condorcet winner.
    #[must_use]
    pub fn black(&self) -> (Scores, Option<u32>) {
        let mut scores = self.borda(BordaTies::Average, Unranked::Below);
        let winner = self.pairwise().condorcet_winner();
        if let Some(winner) = winner {
            scores.winners = vec![winner];
        }
        (scores, winner)
    }
}

impl Pairwise {
    /// Black on pairwise weights alone: the scores are the margins against all others
    /// together, which order as Borda does where every pair is compared equally often.
    #[must_use]
    pub fn black(&self) -> (Scores, Option<u32>) {
        let standing = |a: usize| self.others(a).map(|b| self.exact_margin(a, b)).sum();
        let points: Vec<i128> = (0..self.n).map(standing).collect();
        let mut scores = super::tally::scores(&points, self.unit, 1);
        let winner = self.condorcet_winner();
        if let Some(winner) = winner {
            scores.winners = vec![winner];
        }
        (scores, winner)
    }

    /// Split Cycle winners with another strength.
    #[must_use]
    pub fn split_cycle_with(&self, strength: Strength) -> Vec<u32> {
        let mut defeated = vec![false; self.n];
        for (_, loser) in self.split_cycle_defeats_by(strength) {
            defeated[loser as usize] = true;
        }
        self.select(|a| !defeated[a])
    }
}
