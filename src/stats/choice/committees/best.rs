//! Committees of the highest score: branch and bound, or greedily with a bound.

use super::groups::Groups;
use super::objective::Objective;
use super::prices::Prices;
use super::{COMMITTEES, CommitteeError, Committees, Request};

/// Sum of the highest `seats` gains among `left`: no completion adds more, since gains only fall
/// (Nemhauser, Wolsey & Fisher 1978).
fn reach(gains: &[i128], left: &[u32], seats: usize) -> i128 {
    let mut open: Vec<i128> = left.iter().map(|&a| gains[a as usize]).collect();
    open.sort_unstable_by(|x, y| y.cmp(x));
    open.iter().take(seats).sum()
}

/// Adds the best member until full, then swaps single members while that gains.
fn greedy(objective: &Objective, groups: &Groups, k: usize) -> Option<Vec<u32>> {
    let all: Vec<u32> = (0..objective.n as u32).collect();
    let mut members: Vec<u32> = Vec::with_capacity(k);
    while members.len() < k {
        let gains = objective.gains(&members);
        let open = all.iter().copied().filter(|a| !members.contains(a));
        let fits = open.filter(|&a| groups.allows(&members, a, k));
        let next = fits.max_by_key(|&a| (gains[a as usize], std::cmp::Reverse(a)))?;
        members.push(next);
    }
    members.sort_unstable();
    let mut score = objective.score(&members);
    for _ in 0..4 {
        let before = score;
        for at in 0..k {
            let rest: Vec<u32> = (0..k).filter(|&i| i != at).map(|i| members[i]).collect();
            let gains = objective.gains(&rest);
            let base = objective.score(&rest);
            for &a in all.iter().filter(|a| !rest.contains(a)) {
                if base + gains[a as usize] > score && groups.allows(&rest, a, k) {
                    members[at] = a;
                    score = base + gains[a as usize];
                }
            }
        }
        if score == before {
            break;
        }
    }
    members.sort_unstable();
    Some(members)
}

struct Node {
    members: Vec<u32>,
    /// Position in the order of alternatives from which to go on.
    next: usize,
    bound: i128,
}

/// The committees of highest score.
pub(super) fn committees(
    objective: &Objective,
    request: &Request<'_>,
    groups: &Groups,
) -> Result<Committees, CommitteeError> {
    let k = request.k;
    let start = greedy(objective, groups, k).ok_or(CommitteeError::Quota)?;
    let mut best = objective.score(&start);
    let search = Search::new(objective, groups, k, best);
    let root = search.bound(&[], &search.order, i128::MIN);
    let mut found = vec![start];
    let mut stack = vec![Node {
        members: Vec::new(),
        next: 0,
        bound: root,
    }];
    let (mut visited, mut more) = (0, false);
    while let Some(node) = stack.pop() {
        if node.bound < best {
            continue;
        }
        if visited == request.budget {
            stack.push(node);
            break;
        }
        visited += 1;
        if node.members.len() == k {
            let mut members = node.members;
            members.sort_unstable();
            if node.bound > best {
                (best, more) = (node.bound, false);
                found.clear();
            }
            if found.len() < COMMITTEES {
                found.push(members);
            } else {
                more = true;
                // Tied ones beyond the list are not worth a visit each.
                stack.retain(|n| n.bound > best);
            }
            continue;
        }
        search.branch(node, best, &mut stack);
    }
    let open = stack
        .iter()
        .map(|n| n.bound)
        .max()
        .unwrap_or(best)
        .max(best);
    found.sort_unstable();
    found.dedup();
    Ok(Committees {
        committees: found,
        more,
        score: Some(objective.value(best)),
        bound: Some(objective.value(open)),
        exact: stack.is_empty(),
    })
}

/// What stays the same in a search.
struct Search<'a> {
    objective: &'a Objective,
    groups: &'a Groups,
    k: usize,
    prices: Option<Prices>,
    /// In this order alternatives are taken or left out.
    order: Vec<u32>,
}

impl<'a> Search<'a> {
    fn new(objective: &'a Objective, groups: &'a Groups, k: usize, best: i128) -> Self {
        let prices = Prices::new(objective, k, best);
        let order = prices.as_ref().map(Prices::order).unwrap_or_else(|| {
            let gains = objective.gains(&[]);
            let mut order: Vec<u32> = (0..objective.n as u32).collect();
            order.sort_by_key(|&a| (std::cmp::Reverse(gains[a as usize]), a));
            order
        });
        Self {
            objective,
            groups,
            k,
            prices,
            order,
        }
    }

    /// No committee of `members` and some of `left` scores more; less exactly where that is below `best`.
    fn bound(&self, members: &[u32], left: &[u32], best: i128) -> i128 {
        let seats = self.k - members.len();
        let priced = match &self.prices {
            Some(prices) => prices.bound(members, left, seats),
            None => i128::MAX,
        };
        if priced < best {
            return priced;
        }
        let score = self.objective.score(members);
        if seats == 0 {
            return score;
        }
        let gains = self.objective.gains(members);
        (score + reach(&gains, left, seats))
            .min(self.objective.ceiling(members, left, seats))
            .min(priced)
    }

    /// With the next alternative, and without it (taken first, so that the stack yields "with" first).
    fn branch(&self, node: Node, best: i128, stack: &mut Vec<Node>) {
        let Some(&a) = self.order.get(node.next) else {
            return;
        };
        let next = node.next + 1;
        let left = &self.order[next..];
        let mut push = |members: Vec<u32>| {
            if !self.groups.completable(&members, left, self.k) {
                return;
            }
            let bound = self.bound(&members, left, best);
            if bound >= best {
                stack.push(Node {
                    members,
                    next,
                    bound,
                });
            }
        };
        let mut with = node.members.clone();
        with.push(a);
        push(node.members);
        push(with);
    }
}
