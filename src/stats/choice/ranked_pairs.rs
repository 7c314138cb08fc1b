//! Ranked pairs and River: lock pairwise victories from the strongest down.
//!
//! Tideman 1987, Zavist & Tideman 1989 (on ties), Brill & Fischer 2012 (all tie orders):
//! a victory that would close a cycle is left out. Döring, Brill & Heitzig 2025 (River):
//! so is a victory over an alternative that is already locked below another.

use std::collections::BTreeSet;

use super::bits::Relation;
use super::runoff::MAX_STATES;
use super::{ChoiceError, Pairwise, Strength};

/// Most words written while all tie orders are followed: some seconds.
const WORK: usize = 1 << 31;

/// The outcome of ranked pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankedPairs {
    /// Alternatives that win under some order of equal strengths, ascending.
    pub winners: Vec<u32>,
    /// The order, best first, when every tie order gives the same complete one.
    pub ranking: Option<Vec<u32>>,
}

/// Pairs (winner, loser) in the order of locking; the inner lists tie.
type Groups = Vec<Vec<(usize, usize)>>;

impl Pairwise {
    /// The victories, strongest first, equal ones together, ascending by ids.
    fn victories(&self, strength: Strength) -> Groups {
        let links = self.links(strength);
        let mut all: Vec<(core::cmp::Reverse<u32>, usize)> = links
            .place
            .iter()
            .enumerate()
            .filter(|(_, place)| **place > 0)
            .map(|(at, place)| (core::cmp::Reverse(*place), at))
            .collect();
        all.sort_unstable();
        let pair = |link: &(_, usize)| (link.1 / self.n, link.1 % self.n);
        all.chunk_by(|x, y| x.0 == y.0)
            .map(|tied| tied.iter().map(pair).collect())
            .collect()
    }

    /// Ranked pairs with equal strengths taken in the order of their ids (winner, then
    /// loser): a complete order, best first, ties of the outcome by id. Not neutral
    /// where strengths tie; [`Pairwise::ranked_pairs`] shows whether that matters.
    #[must_use]
    pub fn ranked_pairs_by_id(&self) -> Vec<u32> {
        self.ranked_pairs_by_id_with(Strength::Margins)
    }

    /// [`Pairwise::ranked_pairs_by_id`] with another strength.
    #[must_use]
    pub fn ranked_pairs_by_id_with(&self, strength: Strength) -> Vec<u32> {
        let mut state = Relation::new(self.n);
        for (a, b) in self.victories(strength).into_iter().flatten() {
            if !state.has(b, a) && !state.has(a, b) {
                state.lock(a, b);
            }
        }
        let mut above: Vec<usize> = (0..self.n)
            .map(|a| (0..self.n).filter(|&b| state.has(b, a)).count())
            .collect();
        let mut left: Vec<usize> = (0..self.n).collect();
        let mut order = Vec::with_capacity(self.n);
        while let Some(at) = left.iter().position(|&a| above[a] == 0) {
            let top = left.remove(at);
            for &b in &left {
                above[b] -= usize::from(state.has(top, b));
            }
            order.push(top as u32);
        }
        order
    }

    /// Ranked pairs by margins; pairs without a victory are not locked. All orders of
    /// equal margins are considered.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`] beyond [`MAX_STATES`] different sets of locked pairs,
    /// or when they need too much work.
    pub fn ranked_pairs(&self) -> Result<RankedPairs, ChoiceError> {
        self.ranked_pairs_with(Strength::Margins)
    }

    /// [`Pairwise::ranked_pairs`] with another strength.
    ///
    /// # Errors
    /// As [`Pairwise::ranked_pairs`].
    pub fn ranked_pairs_with(&self, strength: Strength) -> Result<RankedPairs, ChoiceError> {
        let mut states = BTreeSet::from([Relation::new(self.n)]);
        let mut work = 0;
        for pairs in self.victories(strength) {
            let mut next = BTreeSet::new();
            for state in states {
                lock_in_every_order(state, &pairs, &mut next, &mut work)?;
            }
            states = next;
        }
        let mut winners = BTreeSet::new();
        for state in &states {
            winners.extend(self.select(|a| self.others(a).all(|b| !state.has(b, a))));
        }
        let ranking = match (states.len(), states.first()) {
            (1, Some(only)) => order(only, self.n),
            _ => None,
        };
        Ok(RankedPairs {
            winners: winners.into_iter().collect(),
            ranking,
        })
    }

    /// River with equal strengths taken in the order of their ids: the alternatives that
    /// end without a victory over them.
    #[must_use]
    pub fn river_by_id(&self, strength: Strength) -> Vec<u32> {
        let mut rivers = Rivers::new(self.n);
        for (a, b) in self.victories(strength).into_iter().flatten() {
            if rivers.open(a, b) {
                rivers.lock(a, b);
            }
        }
        rivers.winners()
    }

    /// River: the alternatives that win under some order of equal strengths.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`] beyond [`MAX_STATES`] different states, or when they
    /// need too much work.
    pub fn river(&self, strength: Strength) -> Result<Vec<u32>, ChoiceError> {
        let mut states = BTreeSet::from([Rivers::new(self.n)]);
        let mut work = 0;
        for pairs in self.victories(strength) {
            let mut next = BTreeSet::new();
            for state in states {
                flow_in_every_order(state, &pairs, &mut next, &mut work)?;
            }
            states = next;
        }
        let winners: BTreeSet<u32> = states.iter().flat_map(Rivers::winners).collect();
        Ok(winners.into_iter().collect())
    }
}

/// The order, best first, when the relation is complete.
fn order(relation: &Relation, n: usize) -> Option<Vec<u32>> {
    let mut order: Vec<(usize, usize)> = (0..n).map(|a| (n - 1 - relation.count(a), a)).collect();
    order.sort_unstable();
    let complete = order
        .iter()
        .enumerate()
        .all(|(place, entry)| entry.0 == place);
    complete.then(|| order.into_iter().map(|entry| entry.1 as u32).collect())
}

/// Counts work; an error when it is too much.
fn spend(
    rule: &'static str,
    work: &mut usize,
    cost: usize,
    states: usize,
    size: usize,
) -> Result<(), ChoiceError> {
    *work = work.saturating_add(cost);
    if *work > WORK || states > MAX_STATES || states.saturating_mul(size) > WORK / 64 {
        return Err(ChoiceError::TooManyTies { rule });
    }
    Ok(())
}

/// Adds to `done` every relation that locking `pairs` in some order gives.
fn lock_in_every_order(
    start: Relation,
    pairs: &[(usize, usize)],
    done: &mut BTreeSet<Relation>,
    work: &mut usize,
) -> Result<(), ChoiceError> {
    let mut seen = BTreeSet::from([start.clone()]);
    let mut stack = vec![start];
    while let Some(state) = stack.pop() {
        let open = |state: &Relation, (a, b): (usize, usize)| !state.has(a, b) && !state.has(b, a);
        let left: Vec<(usize, usize)> = pairs
            .iter()
            .copied()
            .filter(|&pair| open(&state, pair))
            .collect();
        // Without a conflict the order does not matter.
        let mut all = state.clone();
        let mut locked = 1;
        let mut conflict = false;
        for &(a, b) in &left {
            conflict |= all.has(b, a);
            if open(&all, (a, b)) {
                all.lock(a, b);
                locked += 1;
            }
        }
        let size = state.size();
        if conflict {
            locked += left.len();
            spend("ranked pairs", work, locked * size, seen.len(), size)?;
            for (a, b) in left {
                let mut next = state.clone();
                next.lock(a, b);
                if seen.insert(next.clone()) {
                    stack.push(next);
                }
            }
        } else {
            spend(
                "ranked pairs",
                work,
                locked * size,
                seen.len() + done.len(),
                size,
            )?;
            done.insert(all);
        }
    }
    Ok(())
}

/// For every alternative the one at the head of its river. Which river an alternative
/// belongs to is all that later victories depend on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rivers {
    head: Vec<u32>,
}

impl Rivers {
    fn new(n: usize) -> Self {
        Self {
            head: (0..n as u32).collect(),
        }
    }

    /// Whether the victory of a over b can be locked: nothing is over b yet, and b is not
    /// at the head of a's own river.
    fn open(&self, a: usize, b: usize) -> bool {
        self.head[b] as usize == b && self.head[a] as usize != b
    }

    fn lock(&mut self, a: usize, b: usize) {
        let (from, to) = (self.head[b], self.head[a]);
        for head in self.head.iter_mut().filter(|head| **head == from) {
            *head = to;
        }
    }

    fn winners(&self) -> Vec<u32> {
        let ids = 0..self.head.len() as u32;
        ids.filter(|&id| self.head[id as usize] == id).collect()
    }
}

/// Adds to `done` every state that locking `pairs` in some order gives.
fn flow_in_every_order(
    start: Rivers,
    pairs: &[(usize, usize)],
    done: &mut BTreeSet<Rivers>,
    work: &mut usize,
) -> Result<(), ChoiceError> {
    let mut seen = BTreeSet::from([start.clone()]);
    let mut stack = vec![start];
    while let Some(state) = stack.pop() {
        let mut next: BTreeSet<(u32, usize)> = BTreeSet::new();
        for &(a, b) in pairs.iter().filter(|&&(a, b)| state.open(a, b)) {
            next.insert((state.head[a], b));
        }
        spend(
            "River",
            work,
            pairs.len(),
            seen.len() + done.len(),
            state.head.len(),
        )?;
        if next.is_empty() {
            done.insert(state);
            continue;
        }
        // One river joining another while neither is otherwise concerned can go first.
        let alone = next.iter().copied().find(|&(a, b)| {
            next.iter()
                .all(|&(c, d)| (a, b) == (c, d) || (d != b && d != a as usize && c as usize != b))
        });
        let steps = alone.map_or_else(|| next.iter().copied().collect(), |step| vec![step]);
        for (a, b) in steps {
            let mut state = state.clone();
            state.lock(a as usize, b);
            *work += state.head.len();
            if seen.insert(state.clone()) {
                stack.push(state);
            }
        }
    }
    Ok(())
}
