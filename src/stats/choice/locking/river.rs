//! River.

use std::collections::BTreeSet;

use super::super::bits::Relation;
use super::{Budget, ChoiceError, Pairwise, Strength};

impl Pairwise {
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
        self.select(|a| rivers.is_head(a))
    }

    /// River: the alternatives that win under some order of equal strengths.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`] when telling whether some alternative wins under some order
    /// takes too much work.
    pub fn river(&self, strength: Strength) -> Result<Vec<u32>, ChoiceError> {
        let groups = self.victories(strength);
        let mut hunt = Hunt {
            groups: &groups,
            n: self.n,
            budget: Budget::new("River"),
        };
        let mut winners = Vec::new();
        let under = under(&groups, &Rivers::new(self.n));
        for a in self.select(|a| !under[a]) {
            if hunt.wins(a as usize)? {
                winners.push(a);
            }
        }
        Ok(winners)
    }
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

    fn is_head(&self, a: usize) -> bool {
        self.head[a] as usize == a
    }

    /// Whether the victory of a over b can be locked: nothing is over b yet, and b is not
    /// at the head of a's own river.
    fn open(&self, a: usize, b: usize) -> bool {
        self.is_head(b) && self.head[a] as usize != b
    }

    fn lock(&mut self, a: usize, b: usize) {
        let (from, to) = (self.head[b], self.head[a]);
        for head in self.head.iter_mut().filter(|head| **head == from) {
            *head = to;
        }
    }
}

/// Looks for an order of equal victories under which an alternative wins.
struct Hunt<'a> {
    groups: &'a [Vec<(usize, usize)>],
    n: usize,
    budget: Budget,
}

impl Hunt<'_> {
    fn wins(&mut self, target: usize) -> Result<bool, ChoiceError> {
        if self.favoured(target)? {
            return Ok(true);
        }
        let mut seen = BTreeSet::new();
        let mut stack = vec![(0, Rivers::new(self.n))];
        while let Some((mut at, state)) = stack.pop() {
            // Rivers that can join: (head of the one, head that comes under it).
            let mut joins = BTreeSet::new();
            while let Some(group) = self.groups.get(at) {
                self.budget.spend(group.len())?;
                let open = group.iter().filter(|&&(a, b)| state.open(a, b));
                joins.extend(open.map(|&(a, b)| (state.head[a] as usize, b)));
                if !joins.is_empty() {
                    break;
                }
                at += 1;
            }
            if joins.is_empty() {
                return Ok(true);
            }
            let known = !seen.insert((at, state.clone()));
            if known {
                continue;
            }
            self.budget.spend(self.n * self.n * self.n.div_ceil(64))?;
            if under(&self.groups[at..], &state)[target] {
                continue;
            }
            // One river joining another while neither is otherwise concerned goes first.
            let alone = |&&(a, b): &&(usize, usize)| {
                let apart = |&(c, d): &(usize, usize)| d != b && d != a && c != b;
                joins.iter().all(|join| *join == (a, b) || apart(join))
            };
            let steps: Vec<(usize, usize)> = match joins.iter().find(alone) {
                Some(step) => vec![*step],
                // What joins the alternative's river is taken from the end, so first.
                None => {
                    let (own, rest): (Vec<_>, Vec<_>) =
                        joins.iter().partition(|join| join.0 == target);
                    rest.into_iter().chain(own).collect()
                }
            };
            for (a, b) in steps.into_iter().filter(|step| step.1 != target) {
                self.budget.spend(2 * self.n)?;
                let mut next = state.clone();
                next.lock(a, b);
                stack.push((at, next));
            }
        }
        Ok(false)
    }

    /// Whether the alternative wins when of equal victories those come first that add to its river.
    fn favoured(&mut self, target: usize) -> Result<bool, ChoiceError> {
        let mut state = Rivers::new(self.n);
        for group in self.groups {
            self.budget.spend(group.len())?;
            let mut joined = true;
            while joined {
                joined = false;
                for &(a, b) in group {
                    if state.head[a] as usize == target && state.open(a, b) {
                        self.budget.spend(self.n)?;
                        state.lock(a, b);
                        joined = true;
                    }
                }
            }
            for &(a, b) in group {
                if state.open(a, b) {
                    if b == target {
                        return Ok(false);
                    }
                    self.budget.spend(self.n)?;
                    state.lock(a, b);
                }
            }
        }
        Ok(true)
    }
}

/// Who comes under another in every order of equal victories, from `state` on: whom somebody beats
/// that cannot be in its river by then.
fn under(groups: &[Vec<(usize, usize)>], state: &Rivers) -> Vec<bool> {
    let n = state.head.len();
    let mut under: Vec<bool> = (0..n).map(|a| !state.is_head(a)).collect();
    let mut maybe = Relation::of(n, |a, b| a != b && state.head[b] as usize == a);
    for group in groups {
        let open: Vec<_> = group.iter().filter(|pair| !under[pair.1]).collect();
        for &&(a, b) in &open {
            if !maybe.has(a, b) {
                maybe.lock(a, b);
            }
        }
        for &&(a, b) in &open {
            under[b] |= !maybe.has(b, a);
        }
    }
    under
}
