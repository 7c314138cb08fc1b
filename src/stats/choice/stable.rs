//! Stable Voting (Holliday & Pacuit 2023) and Black's rule (1958).

use std::collections::BTreeMap;

use super::scoring::{BordaTies, Unranked};
use super::{ChoiceError, Pairwise, Profile, Scores, Strength};

/// Most steps of Stable Voting: a few seconds.
const WORK: usize = 1 << 28;

impl Pairwise {
    /// Stable Voting: the pairs (a, b) are tried from the largest margin down; a wins by the
    /// first in which no Split Cycle defeat stands against a (with `simple`: in any) and a
    /// wins again without b. All that win by pairs of one margin win.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`] when too many sets of alternatives have to be visited.
    pub fn stable_voting(&self, simple: bool) -> Result<Vec<u32>, ChoiceError> {
        let mut search = Search {
            pairwise: self,
            simple,
            known: BTreeMap::new(),
            work: 0,
        };
        search.winners(&(0..self.n as u32).collect::<Vec<u32>>())
    }
}

struct Search<'a> {
    pairwise: &'a Pairwise,
    simple: bool,
    known: BTreeMap<Vec<u32>, Vec<u32>>,
    work: usize,
}

impl Search<'_> {
    fn winners(&mut self, ids: &[u32]) -> Result<Vec<u32>, ChoiceError> {
        if ids.len() <= 1 {
            return Ok(ids.to_vec());
        }
        if let Some(known) = self.known.get(ids) {
            return Ok(known.clone());
        }
        self.work = self.work.saturating_add(ids.len() * ids.len() * ids.len());
        if self.work > WORK {
            let rule = "Stable Voting";
            return Err(ChoiceError::TooManyTies { rule });
        }
        let here = self.pairwise.restrict(ids);
        let free: Vec<u32> = match here.condorcet_winner() {
            // No pair of margin 0 or less can come first.
            Some(winner) => vec![winner],
            None if self.simple => (0..ids.len() as u32).collect(),
            None => here.split_cycle(),
        };
        let winners = match free.as_slice() {
            [only] => vec![ids[*only as usize]],
            _ => self.by_pairs(ids, &here, &free)?,
        };
        self.known.insert(ids.to_vec(), winners.clone());
        Ok(winners)
    }

    fn by_pairs(
        &mut self,
        ids: &[u32],
        here: &Pairwise,
        free: &[u32],
    ) -> Result<Vec<u32>, ChoiceError> {
        let mut pairs: Vec<(i128, u32, usize)> = free
            .iter()
            .flat_map(|&a| here.others(a as usize).map(move |b| (a, b)))
            .map(|(a, b)| (-here.exact_margin(a as usize, b), a, b))
            .collect();
        pairs.sort_unstable();
        for tied in pairs.chunk_by(|x, y| x.0 == y.0) {
            let mut winners = Vec::new();
            for &(_, a, b) in tied {
                let id = ids[a as usize];
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
