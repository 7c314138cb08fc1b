//! Ranked pairs (Tideman 1987; Zavist & Tideman 1989 on ties): lock pairwise victories
//! from the largest margin down, leaving out those that would close a cycle.

use std::collections::BTreeSet;

use super::runoff::MAX_STATES;
use super::{ChoiceError, Pairwise};

/// The outcome of ranked pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankedPairs {
    /// Alternatives that win under some order of equal margins, ascending.
    pub winners: Vec<u32>,
    /// The order, best first, when every tie order gives the same complete one.
    pub ranking: Option<Vec<u32>>,
}

impl Pairwise {
    /// Ranked pairs with equal margins taken in the order of their ids (winner, then
    /// loser): a complete order, best first, ties of the outcome by id. Not neutral
    /// where margins tie; [`Pairwise::ranked_pairs`] shows whether that matters.
    #[must_use]
    pub fn ranked_pairs_by_id(&self) -> Vec<u32> {
        let mut state = Reach::new(self.n);
        for (_, a, b) in self.victories() {
            if !state.has(b, a) {
                state.lock(a, b);
            }
        }
        let mut left: Vec<usize> = (0..self.n).collect();
        let mut order = Vec::with_capacity(self.n);
        while let Some(at) = left
            .iter()
            .position(|&a| left.iter().all(|&b| !state.has(b, a)))
        {
            order.push(left.remove(at) as u32);
        }
        order
    }

    /// (minus margin, winner, loser) of every victory, largest margin first, then by id.
    fn victories(&self) -> Vec<(i128, usize, usize)> {
        let mut edges: Vec<(i128, usize, usize)> = (0..self.n)
            .flat_map(|a| self.others(a).map(move |b| (a, b)))
            .filter(|&(a, b)| self.beats(a, b))
            .map(|(a, b)| (-self.exact_margin(a, b), a, b))
            .collect();
        edges.sort_unstable();
        edges
    }

    /// Ranked pairs by margins; pairs with margin 0 are not locked. All orders of
    /// equal margins are considered.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`] beyond [`MAX_STATES`] different sets of locked pairs.
    pub fn ranked_pairs(&self) -> Result<RankedPairs, ChoiceError> {
        let edges = self.victories();
        let mut states = BTreeSet::from([Reach::new(self.n)]);
        for group in edges.chunk_by(|x, y| x.0 == y.0) {
            let pairs: Vec<(usize, usize)> = group.iter().map(|edge| (edge.1, edge.2)).collect();
            let mut next = BTreeSet::new();
            for state in states {
                lock_in_every_order(state, &pairs, &mut next)?;
            }
            states = next;
        }
        let mut winners = BTreeSet::new();
        for state in &states {
            winners.extend(self.select(|a| self.others(a).all(|b| !state.has(b, a))));
        }
        let ranking = match (states.len(), states.first()) {
            (1, Some(only)) => only.order(),
            _ => None,
        };
        Ok(RankedPairs {
            winners: winners.into_iter().collect(),
            ranking,
        })
    }
}

/// A transitive relation over alternatives, as rows of bits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reach {
    n: usize,
    bits: Vec<u64>,
}

impl Reach {
    fn new(n: usize) -> Self {
        Self {
            n,
            bits: vec![0; n * n.div_ceil(64)],
        }
    }

    fn words(&self) -> usize {
        self.n.div_ceil(64)
    }

    fn has(&self, a: usize, b: usize) -> bool {
        self.bits[a * self.words() + b / 64] >> (b % 64) & 1 == 1
    }

    /// Locks a over b with all it implies.
    fn lock(&mut self, a: usize, b: usize) {
        let words = self.words();
        let mut below: Vec<u64> = self.bits[b * words..(b + 1) * words].to_vec();
        below[b / 64] |= 1 << (b % 64);
        for from in 0..self.n {
            if from == a || self.has(from, a) {
                for (cell, word) in self.bits[from * words..(from + 1) * words]
                    .iter_mut()
                    .zip(&below)
                {
                    *cell |= word;
                }
            }
        }
    }

    /// The order, best first, when the relation is complete.
    fn order(&self) -> Option<Vec<u32>> {
        let count = |a: usize| (0..self.n).filter(|&b| self.has(a, b)).count();
        let mut order: Vec<(usize, usize)> =
            (0..self.n).map(|a| (self.n - 1 - count(a), a)).collect();
        order.sort_unstable();
        let complete = order
            .iter()
            .enumerate()
            .all(|(place, entry)| entry.0 == place);
        complete.then(|| order.into_iter().map(|entry| entry.1 as u32).collect())
    }
}

/// Adds to `done` every relation that locking `pairs` in some order gives.
fn lock_in_every_order(
    start: Reach,
    pairs: &[(usize, usize)],
    done: &mut BTreeSet<Reach>,
) -> Result<(), ChoiceError> {
    let mut seen = BTreeSet::from([start.clone()]);
    let mut stack = vec![start];
    while let Some(mut state) = stack.pop() {
        let open = |state: &Reach, &(a, b): &(usize, usize)| !state.has(a, b) && !state.has(b, a);
        let left: Vec<(usize, usize)> = pairs
            .iter()
            .copied()
            .filter(|pair| open(&state, pair))
            .collect();
        // Without a conflict the order does not matter.
        let mut all = state.clone();
        let mut conflict = false;
        for &(a, b) in &left {
            conflict |= all.has(b, a);
            all.lock(a, b);
        }
        if !conflict {
            state = all;
            done.insert(state);
        } else {
            for (a, b) in left {
                let mut next = state.clone();
                next.lock(a, b);
                if seen.insert(next.clone()) {
                    stack.push(next);
                }
            }
        }
        if seen.len() + done.len() > MAX_STATES {
            return Err(ChoiceError::TooManyTies {
                rule: "ranked pairs",
            });
        }
    }
    Ok(())
}
