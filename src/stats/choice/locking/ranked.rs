//! Ranked pairs.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::super::bits::Relation;
use super::{Budget, ChoiceError, Pairwise, Strength};

/// The outcome of ranked pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankedPairs {
    /// Alternatives that win under some order of equal strengths, ascending.
    pub winners: Vec<u32>,
    /// The order, best first, when every tie order gives the same complete one.
    pub ranking: Option<Vec<u32>>,
}

impl Pairwise {
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
            if open(&state, (a, b)) {
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
    /// [`ChoiceError::TooManyTies`] when telling whether some alternative wins under some order
    /// takes too much work.
    pub fn ranked_pairs(&self) -> Result<RankedPairs, ChoiceError> {
        self.ranked_pairs_with(Strength::Margins)
    }

    /// [`Pairwise::ranked_pairs`] with another strength.
    ///
    /// # Errors
    /// As [`Pairwise::ranked_pairs`].
    pub fn ranked_pairs_with(&self, strength: Strength) -> Result<RankedPairs, ChoiceError> {
        let groups = self.victories(strength);
        let mut state = Relation::new(self.n);
        let first = groups.iter().position(|pairs| !lock_all(&mut state, pairs));
        let Some(first) = first else {
            // No order of ties mattered.
            return Ok(RankedPairs {
                winners: self.select(|a| top(&state, self.n, a)),
                ranking: order(&state, self.n),
            });
        };
        // Some pair is locked one way in one order of ties and the other way in another one, so
        // there is no single ranking.
        let mut hunt = Hunt {
            groups: &groups[first..],
            n: self.n,
            budget: Budget::new("ranked pairs"),
        };
        let sure = sure(&groups[first..], &state);
        let mut winners = Vec::new();
        for a in self.select(|a| top(&sure, self.n, a)) {
            if hunt.wins(&state, a as usize)? {
                winners.push(a);
            }
        }
        Ok(RankedPairs {
            winners,
            ranking: None,
        })
    }
}

/// Whether nobody is over a.
fn top(state: &Relation, n: usize, a: usize) -> bool {
    (0..n).all(|b| !state.has(b, a))
}

fn open(state: &Relation, (a, b): (usize, usize)) -> bool {
    !state.has(a, b) && !state.has(b, a)
}

/// Locks all of the pairs that are open; where they contradict each other, none, and says so.
fn lock_all(state: &mut Relation, pairs: &[(usize, usize)]) -> bool {
    let left: Vec<_> = pairs.iter().filter(|&&pair| open(state, pair)).collect();
    if left.is_empty() {
        return true;
    }
    let mut all = state.clone();
    for &&(a, b) in &left {
        if all.has(b, a) {
            return false;
        }
        if !all.has(a, b) {
            all.lock(a, b);
        }
    }
    *state = all;
    true
}

/// What is locked in every order of equal victories, from `state` on: a pair to which no chain of
/// pairs that may be locked, none of them weaker, leads back.
fn sure(groups: &[Vec<(usize, usize)>], state: &Relation) -> Relation {
    let (mut sure, mut maybe) = (state.clone(), state.clone());
    for group in groups {
        let left: Vec<_> = group.iter().filter(|&&pair| open(&sure, pair)).collect();
        for &&(a, b) in &left {
            if !maybe.has(a, b) {
                maybe.lock(a, b);
            }
        }
        for &&(a, b) in &left {
            if !maybe.has(b, a) && !sure.has(a, b) {
                sure.lock(a, b);
            }
        }
    }
    sure
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

/// Looks for an order of equal victories under which an alternative wins.
struct Hunt<'a> {
    groups: &'a [Vec<(usize, usize)>],
    n: usize,
    budget: Budget,
}

/// How far the victories could be locked without a choice.
enum Way {
    /// To the end, with nobody over the alternative.
    Won,
    /// Somebody is over the alternative.
    Lost,
    /// To these pairs of the group at this place, which contradict each other.
    Tied(usize, Vec<(usize, usize)>),
}

impl Hunt<'_> {
    fn wins(&mut self, start: &Relation, target: usize) -> Result<bool, ChoiceError> {
        if self.favoured(start.clone(), target)? || self.downward(start.clone(), target)? {
            return Ok(true);
        }
        let mut seen = BTreeSet::new();
        // A state and the pair to lock in it next.
        let mut stack = vec![(0, Rc::new(start.clone()), None)];
        while let Some((at, before, pair)) = stack.pop() {
            let mut state = Relation::clone(&before);
            if let Some((a, b)) = pair {
                state.lock(a, b);
            }
            let (at, tied) = match self.settle(at, &mut state, target)? {
                Way::Won => return Ok(true),
                Way::Lost => continue,
                Way::Tied(at, tied) => (at, tied),
            };
            let known = !seen.insert((at, state.clone()));
            if known || !self.possible(at, &state, target)? {
                continue;
            }
            let state = Rc::new(state);
            // What the alternative reaches grows first: it is taken from the end.
            let reached = |a: usize| a == target || state.has(target, a);
            let (grows, rest): (Vec<_>, Vec<_>) = tied
                .into_iter()
                .filter(|pair| pair.1 != target)
                .partition(|&(a, b)| reached(a) && !reached(b));
            for pair in rest.into_iter().chain(grows) {
                stack.push((at, Rc::clone(&state), Some(pair)));
            }
        }
        Ok(false)
    }

    /// Whether the alternative wins when of equal victories those come first that add to whom it reaches.
    fn favoured(&mut self, mut state: Relation, target: usize) -> Result<bool, ChoiceError> {
        for group in self.groups {
            self.budget.spend(group.len())?;
            let mut before = usize::MAX;
            while before != state.count(target) {
                before = state.count(target);
                for &(a, b) in group {
                    if (a == target || state.has(target, a)) && open(&state, (a, b)) {
                        self.budget.spend(state.size())?;
                        state.lock(a, b);
                    }
                }
            }
            for &(a, b) in group {
                if open(&state, (a, b)) {
                    if b == target {
                        return Ok(false);
                    }
                    self.budget.spend(state.size())?;
                    state.lock(a, b);
                }
            }
            if !top(&state, self.n, target) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the alternative wins when of equal victories those come first that go down in the order
    /// of the strongest paths from it.
    fn downward(&mut self, mut state: Relation, target: usize) -> Result<bool, ChoiceError> {
        let mut place = vec![usize::MAX; self.n];
        place[target] = 0;
        let mut reached = state.clone();
        for (at, group) in self.groups.iter().enumerate() {
            self.budget.spend(group.len() + self.n)?;
            for &(a, b) in group {
                if !state.has(b, a) && !reached.has(a, b) {
                    self.budget.spend(state.size())?;
                    reached.lock(a, b);
                }
            }
            for (b, place) in place.iter_mut().enumerate() {
                if *place == usize::MAX && reached.has(target, b) {
                    *place = at + 1;
                }
            }
        }
        for group in self.groups {
            self.budget.spend(group.len())?;
            for up in [false, true] {
                for &(a, b) in group {
                    if (place[a] >= place[b]) == up && open(&state, (a, b)) {
                        self.budget.spend(state.size())?;
                        state.lock(a, b);
                    }
                }
            }
            if !top(&state, self.n, target) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Locks what is locked in every order, from the group at `at` on.
    fn settle(
        &mut self,
        mut at: usize,
        state: &mut Relation,
        target: usize,
    ) -> Result<Way, ChoiceError> {
        while let Some(group) = self.groups.get(at) {
            self.budget.spend(2 * state.size() + group.len())?;
            if !lock_all(state, group) {
                // A pair is safe unless a chain of locked and open pairs leads back.
                let mut chains = state.clone();
                for &(a, b) in group.iter().filter(|&&pair| open(state, pair)) {
                    chains.set(a, b);
                }
                chains.close();
                self.budget.spend(self.n * (self.n + state.size() / 2))?;
                for &(a, b) in group {
                    if open(state, (a, b)) && !chains.has(b, a) {
                        state.lock(a, b);
                    }
                }
                let tied = || group.iter().copied().filter(|&pair| open(state, pair));
                // Pairs of different knots do not contradict each other: one knot at a time.
                let knot = |(a, b): (usize, usize)| chains.has(a, b) && chains.has(b, a);
                let first = tied().next().map_or(0, |pair| pair.0);
                let own: Vec<_> = tied()
                    .filter(|&(a, _)| a == first || knot((a, first)))
                    .collect();
                if !top(state, self.n, target) {
                    return Ok(Way::Lost);
                }
                return Ok(Way::Tied(at, own));
            }
            if !top(state, self.n, target) {
                return Ok(Way::Lost);
            }
            at += 1;
        }
        Ok(Way::Won)
    }

    /// Whether nobody is over the alternative in every order from here on.
    fn possible(
        &mut self,
        at: usize,
        state: &Relation,
        target: usize,
    ) -> Result<bool, ChoiceError> {
        self.budget.spend(self.n * state.size())?;
        Ok(top(&sure(&self.groups[at..], state), self.n, target))
    }
}
