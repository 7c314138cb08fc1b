//! The order closest to the ballots in places (Dwork et al. 2001), by assignment.

use super::super::{Profile, exact};

/// The most alternatives for which it is computed (time grows as n³).
pub const FOOTRULE_LIMIT: usize = 600;

/// The order with the least sum of differences of places.
#[derive(Debug, Clone, PartialEq)]
pub struct Footrule {
    /// The first optimal order in the order of ids.
    pub order: Vec<u32>,
    /// Weighted sum of differences between places here and on the ballots.
    pub distance: f64,
    /// Best and worst place (from 1) over all optimal orders.
    pub places: Vec<(u32, u32)>,
    /// Whether the order is the only optimal one.
    pub unique: bool,
}

impl Profile {
    /// Doubled cost of giving alternative a the place p, row-major. Tied alternatives stand at
    /// the mean of their places, unranked ones at the mean of those that are left.
    pub(super) fn place_costs(&self) -> Vec<i128> {
        let n = self.alternatives;
        let slots = 2 * n + 1;
        let mut at = vec![0_i128; n * slots];
        for ballot in &self.ballots {
            let mut seen = vec![false; n];
            let mut start = 0;
            let mut enter = |tier: &[u32], start: &mut usize| {
                // Places start+1 ..= start+len: twice their mean.
                let doubled = 2 * *start + tier.len() + 1;
                for &a in tier {
                    at[a as usize * slots + doubled] += ballot.weight;
                }
                *start += tier.len();
            };
            for tier in ballot.tiers.iter() {
                enter(tier, &mut start);
                tier.iter().for_each(|&a| seen[a as usize] = true);
            }
            let rest: Vec<u32> = (0..n as u32).filter(|&a| !seen[a as usize]).collect();
            enter(&rest, &mut start);
        }
        let mut costs = vec![0; n * n];
        for a in 0..n {
            let weights = &at[a * slots..(a + 1) * slots];
            for p in 0..n {
                let here = 2 * (p as i128 + 1);
                costs[a * n + p] = (0..)
                    .zip(weights)
                    .map(|(q, &w): (i128, _)| w * (q - here).abs())
                    .sum();
            }
        }
        costs
    }

    /// The optimal order by places. `None` above [`FOOTRULE_LIMIT`] alternatives.
    #[must_use]
    pub fn footrule(&self) -> Option<Footrule> {
        let n = self.alternatives;
        if n > FOOTRULE_LIMIT {
            return None;
        }
        let costs = self.place_costs();
        let mut found = Assignment::solve(n, &costs);
        let tight = found.tight(&costs);
        found.smallest(&tight);
        let mut places = vec![(u32::MAX, 0); n];
        let group = exchangeable(n, &found.place_of, &tight);
        for a in 0..n {
            for p in (0..n).filter(|&p| tight[a * n + p]) {
                // Another place is possible exactly on an alternating cycle.
                if p == found.place_of[a] || group[a] == group[found.holder[p]] {
                    let place = p as u32 + 1;
                    places[a] = (places[a].0.min(place), places[a].1.max(place));
                }
            }
        }
        let doubled: i128 = (0..n).map(|a| costs[a * n + found.place_of[a]]).sum();
        Some(Footrule {
            order: found.holder.iter().map(|&a| a as u32).collect(),
            distance: exact::to_f64(doubled, self.unit - 1),
            unique: places.iter().all(|p| p.0 == p.1),
            places,
        })
    }
}

struct Assignment {
    n: usize,
    place_of: Vec<usize>,
    holder: Vec<usize>,
    row: Vec<i128>,
    column: Vec<i128>,
}

impl Assignment {
    /// Shortest augmenting paths with potentials (Kuhn 1955, Jonker & Volgenant 1987).
    fn solve(n: usize, costs: &[i128]) -> Self {
        let none = n;
        let mut row = vec![0_i128; n + 1];
        let mut column = vec![0_i128; n + 1];
        let mut holder = vec![none; n + 1];
        let mut way = vec![none; n + 1];
        for a in 0..n {
            // Column n is the virtual start.
            holder[n] = a;
            let mut at = n;
            let mut least = vec![i128::MAX; n + 1];
            let mut used = vec![false; n + 1];
            while holder[at] != none {
                used[at] = true;
                let from = holder[at];
                let (mut delta, mut next) = (i128::MAX, n);
                for p in (0..n).filter(|&p| !used[p]) {
                    let reduced = costs[from * n + p] - row[from] - column[p];
                    if reduced < least[p] {
                        (least[p], way[p]) = (reduced, at);
                    }
                    if least[p] < delta {
                        (delta, next) = (least[p], p);
                    }
                }
                for p in 0..=n {
                    if used[p] {
                        if holder[p] != none {
                            row[holder[p]] += delta;
                        }
                        column[p] -= delta;
                    } else if p < n {
                        least[p] -= delta;
                    }
                }
                at = next;
            }
            while at != n {
                holder[at] = holder[way[at]];
                at = way[at];
            }
        }
        holder.truncate(n);
        let mut place_of = vec![0; n];
        for (p, &a) in holder.iter().enumerate() {
            place_of[a] = p;
        }
        row.truncate(n);
        column.truncate(n);
        Self {
            n,
            place_of,
            holder,
            row,
            column,
        }
    }

    /// Pairs (alternative, place) that cost no more than the potentials say.
    fn tight(&self, costs: &[i128]) -> Vec<bool> {
        let n = self.n;
        (0..n * n)
            .map(|at| costs[at] == self.row[at / n] + self.column[at % n])
            .collect()
    }

    /// Turns the assignment into the first optimal one in the order of ids, place by place.
    fn smallest(&mut self, tight: &[bool]) {
        let n = self.n;
        for p in 0..n {
            for a in 0..self.holder[p] {
                if tight[a * n + p] && self.place_of[a] > p && self.swap(a, p, tight) {
                    break;
                }
            }
        }
    }

    /// Gives place `p` to `a` by an alternating cycle over later places, if there is one.
    fn swap(&mut self, a: usize, p: usize, tight: &[bool]) -> bool {
        let n = self.n;
        let out = self.holder[p];
        let goal = self.place_of[a];
        // `out` needs another place; whoever holds it moves on, until the goal is reached.
        let mut from = vec![usize::MAX; n];
        let mut queue = vec![out];
        let mut at = 0;
        while at < queue.len() {
            let b = queue[at];
            at += 1;
            for q in p + 1..n {
                if tight[b * n + q] && from[q] == usize::MAX {
                    from[q] = b;
                    if q == goal {
                        self.shift(a, p, goal, &from);
                        return true;
                    }
                    queue.push(self.holder[q]);
                }
            }
        }
        false
    }

    fn shift(&mut self, a: usize, p: usize, goal: usize, from: &[usize]) {
        let mut q = goal;
        while q != p {
            let b = from[q];
            let left = self.place_of[b];
            self.holder[q] = b;
            self.place_of[b] = q;
            q = left;
        }
        self.holder[p] = a;
        self.place_of[a] = p;
    }
}

/// Component of each alternative in the graph "could take the place of".
fn exchangeable(n: usize, place_of: &[usize], tight: &[bool]) -> Vec<usize> {
    let parts = super::components::strong(n, |a, b| tight[a * n + place_of[b]]);
    let mut group = vec![0; n];
    for (id, part) in parts.iter().enumerate() {
        part.iter().for_each(|&a| group[a] = id);
    }
    group
}
