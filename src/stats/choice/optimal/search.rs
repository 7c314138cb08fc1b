//! Dynamic programming over the sets that can be the top part of an optimal order.
//!
//! Held & Karp 1962 for sequencing; here only sets that respect the fixed pairs and whose
//! cost above the bound of [`super::dual`] fits the room left are visited.

use super::Problem;
use super::dual::{Dual, NEVER};

/// Excesses and cycles of one part, ready for the search.
pub(super) struct Table {
    n: usize,
    /// Members that must be above each one.
    above: Vec<u128>,
    /// `excess[a * n + b]` of a above b.
    excess: Vec<i128>,
    /// `arcs[a * n + b]`: cycles (third, weight) that a above b pays for once `third` is above both.
    arcs: Vec<Vec<(u8, i128)>>,
    room: i128,
}

/// A set of members on top, the least it costs, and in how many orders.
#[derive(Debug, Clone, Copy)]
struct State {
    set: u128,
    cost: i128,
    count: u64,
}

/// The least cost above the bound and an order with it.
pub(super) struct Found {
    pub cost: i128,
    pub order: Vec<usize>,
}

/// All optimal orders, in brief.
pub(super) struct Counted {
    /// The first of them in the order of ids.
    pub order: Vec<usize>,
    pub count: u64,
    /// Best and worst place of each member.
    pub places: Vec<(u32, u32)>,
}

type Proof = (Vec<usize>, Option<Dual>, i128);

impl Table {
    pub(super) fn new(problem: &Problem, dual: &Dual, room: i128) -> Self {
        let mut table = Self::empty(problem.n, room);
        let all: Vec<usize> = (0..problem.n).collect();
        table.add(&all, dual);
        table
    }

    fn empty(n: usize, room: i128) -> Self {
        Self {
            n,
            above: vec![0; n],
            excess: vec![0; n * n],
            arcs: vec![Vec::new(); n * n],
            room,
        }
    }

    /// Enters the excesses and cycles of a solved component; `place` gives its members' numbers here.
    fn add(&mut self, place: &[usize], dual: &Dual) {
        let (n, k) = (self.n, place.len());
        for (a, &at) in place.iter().enumerate() {
            for (b, &other) in place.iter().enumerate() {
                self.excess[at * n + other] = dual.excess[a * k + b];
                if dual.is_fixed(a, b) {
                    self.above[other] |= 1 << at;
                }
            }
        }
        for (x, y, z, weight) in dual.cycles() {
            // Once one member is on top, the arc between the others may still be reversed.
            for (third, from, to) in [(x, y, z), (y, z, x), (z, x, y)] {
                self.arcs[place[to] * n + place[from]].push((place[third] as u8, weight));
            }
        }
    }

    /// The solved components among `members`, and the pairs between them.
    pub(super) fn joined(
        problem: &Problem,
        members: &[usize],
        component: &[u32],
        proofs: &[Proof],
    ) -> Option<Self> {
        let mut table = Self::empty(members.len(), 0);
        let mut seen: Vec<u32> = members.iter().map(|&a| component[a]).collect();
        seen.sort_unstable();
        seen.dedup();
        for id in seen {
            let (own, dual, cost) = &proofs[id as usize - 1];
            let dual = dual.as_ref()?;
            let place: Vec<usize> = own
                .iter()
                .map(|a| members.binary_search(a).ok())
                .collect::<Option<_>>()?;
            table.add(&place, dual);
            table.room += cost - dual.bound;
        }
        for (at, &a) in members.iter().enumerate() {
            for (other, &b) in members.iter().enumerate() {
                if component[a] != component[b] && problem.cost(b, a) > 0 {
                    table.above[other] |= 1 << at;
                    table.excess[other * table.n + at] = NEVER;
                }
            }
        }
        Some(table)
    }

    /// What is still possible below `set`: for each free member its cost of coming next,
    /// and a bound for the rest when it does.
    fn expand(&self, set: u128, out: &mut Vec<(usize, i128, i128)>) {
        let n = self.n;
        out.clear();
        let rest: Vec<usize> = (0..n).filter(|a| set >> a & 1 == 0).collect();
        let width = rest.len();
        let mut next = vec![0_i128; width];
        let mut least = vec![0_i128; width];
        let mut total = 0;
        for (x, &a) in rest.iter().enumerate() {
            for (y, &b) in rest.iter().enumerate().take(x) {
                let (mut ab, mut ba) = (self.excess[a * n + b], self.excess[b * n + a]);
                let due = |arcs: &[(u8, i128)]| {
                    let placed = arcs.iter().filter(|(third, _)| set >> third & 1 == 1);
                    placed.map(|(_, weight)| weight).sum::<i128>()
                };
                ab += due(&self.arcs[a * n + b]);
                ba += due(&self.arcs[b * n + a]);
                let min = ab.min(ba);
                next[x] = next[x].saturating_add(ab);
                next[y] = next[y].saturating_add(ba);
                least[x] += min;
                least[y] += min;
                total += min;
            }
        }
        for (x, &a) in rest.iter().enumerate() {
            if self.above[a] & !set == 0 {
                out.push((a, next[x], total - least[x]));
            }
        }
    }

    /// All sets that can be on top within the room, by size. `None` past the budget.
    fn layers(&self, budget: usize, visited: &mut usize) -> Option<Vec<Vec<State>>> {
        let start = State {
            set: 0,
            cost: 0,
            count: 1,
        };
        let mut layers = vec![vec![start]];
        let mut used = 0;
        let mut children = Vec::new();
        for size in 0..self.n {
            let mut states: Vec<State> = Vec::new();
            for state in &layers[size] {
                used += 1;
                *visited += 1;
                if used > budget {
                    return None;
                }
                self.expand(state.set, &mut children);
                for &(a, cost, rest) in &children {
                    let total = state.cost.saturating_add(cost);
                    if total.saturating_add(rest) <= self.room {
                        states.push(State {
                            set: state.set | 1 << a,
                            cost: total,
                            count: state.count,
                        });
                    }
                }
                if states.len() > 4 * budget.saturating_add(1000) {
                    return None;
                }
            }
            states.sort_unstable_by_key(|s| (s.set, s.cost));
            states.dedup_by(|next, kept| {
                let same = next.set == kept.set;
                if same && next.cost == kept.cost {
                    kept.count = kept.count.saturating_add(next.count);
                }
                same
            });
            layers.push(states);
        }
        Some(layers)
    }

    /// The least cost above the bound, if the budget suffices.
    pub(super) fn run(&self, budget: usize, visited: &mut usize) -> Option<Found> {
        let layers = self.layers(budget, visited)?;
        let all = self.backward(&layers)?;
        let cost = layers.last()?.first()?.cost;
        Some(Found {
            cost,
            order: all.order,
        })
    }

    /// Counts the optimal orders, if the budget suffices.
    pub(super) fn count(&self, budget: usize, visited: &mut usize) -> Option<Counted> {
        let layers = self.layers(budget, visited)?;
        self.backward(&layers)
    }

    /// Walks back over the optimal orders only.
    fn backward(&self, layers: &[Vec<State>]) -> Option<Counted> {
        let n = self.n;
        let last = layers.last()?.first()?;
        let mut places = vec![(u32::MAX, 0_u32); n];
        // Members that can come next on an optimal order, by layer and set.
        let mut steps: Vec<Vec<(u128, Vec<usize>)>> = vec![Vec::new(); n];
        let mut wanted = vec![(last.set, last.cost)];
        let mut children = Vec::new();
        for size in (0..n).rev() {
            let mut before = Vec::new();
            for state in &layers[size] {
                self.expand(state.set, &mut children);
                let leads = |&(a, cost, _): &(usize, i128, i128)| {
                    let to = (state.set | 1 << a, state.cost.saturating_add(cost));
                    wanted.binary_search(&to).is_ok().then_some(a)
                };
                let next: Vec<usize> = children.iter().filter_map(leads).collect();
                if !next.is_empty() {
                    for &a in &next {
                        let place = size as u32 + 1;
                        places[a] = (places[a].0.min(place), places[a].1.max(place));
                    }
                    before.push((state.set, state.cost));
                    steps[size].push((state.set, next));
                }
            }
            wanted = before;
        }
        let mut order = Vec::with_capacity(n);
        let mut set = 0_u128;
        for layer in &steps {
            let at = layer.binary_search_by_key(&set, |step| step.0).ok()?;
            let first = *layer[at].1.first()?;
            order.push(first);
            set |= 1 << first;
        }
        Some(Counted {
            order,
            count: last.count,
            places,
        })
    }
}
