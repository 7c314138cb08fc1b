//! Orders that disagree least with the ballots, or with the majorities.
//!
//! Kemeny 1959 and Slater 1961. The order is found component by component of the
//! majority graph (an order that splits a strongly connected component, or turns an
//! edge between two of them, is never optimal; Truchon 1998, Betzler et al. 2014).
//! Inside a component the lower bound comes from the linear ordering polytope's
//! 3-cycle inequalities with multipliers in whole numbers ([`dual`]), so it is a proof and
//! not an estimate; pairs that it decides are fixed, and the rest is settled by
//! dynamic programming over the sets that can be a top part ([`search`]), which also counts the
//! optimal orders.

mod components;
mod dual;
mod footrule;
mod local;
mod mc4;
mod search;
#[cfg(test)]
mod tests;

pub use footrule::{FOOTRULE_LIMIT, Footrule};
pub use mc4::{MC4_LIMIT, Mc4};

pub(super) use components::strong;

use super::{Pairwise, exact};
use dual::Dual;

/// The most alternatives for which an order is looked for.
pub const ORDER_LIMIT: usize = 2000;

/// Components above this size get a bound and a heuristic, no proof.
pub const EXACT_LIMIT: usize = 128;

/// What an order pays for putting b above a where a beats b.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cost {
    /// The weight that says otherwise, less that which agrees (Kemeny).
    #[default]
    Margin,
    /// 1 (Slater).
    Majority,
}

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Most partial orders visited per component; 0 = local search and a bound only.
    pub budget: usize,
}

/// An order, what it costs, and what is proved about it.
#[derive(Debug, Clone, PartialEq)]
pub struct OptimalOrder {
    /// Best first. Where the optimal orders were counted, the first of them in the order of ids.
    pub order: Vec<u32>,
    /// Weight of the disagreements (Kemeny), or pairs against the majority (Slater).
    pub distance: f64,
    /// No order costs less than this.
    pub lower_bound: f64,
    /// `distance - lower_bound`; 0 exactly when the order is proved optimal.
    pub gap: f64,
    /// Whether the order is proved optimal.
    pub optimal: bool,
    /// The number of optimal orders, where they could be counted (`u64::MAX`: that many or more).
    pub optima: Option<u64>,
    /// Best and worst place (from 1) of each alternative over all optimal orders, where counted.
    pub places: Option<Vec<(u32, u32)>>,
    /// Strongly connected component of each alternative in the majority graph, 1 = top.
    pub component: Vec<u32>,
    /// Partial orders visited.
    pub visited: usize,
}

/// Costs among the members of one problem, row-major: `cost[a * n + b]` for a above b.
/// One of the two directions of each pair is free.
#[derive(Debug, Clone)]
struct Problem {
    n: usize,
    cost: Vec<i128>,
    /// All costs of orders are multiples of this.
    unit: i128,
}

impl Problem {
    fn cost(&self, a: usize, b: usize) -> i128 {
        self.cost[a * self.n + b]
    }

    /// Cost of a above b less that of b above a.
    fn balance(&self, a: usize, b: usize) -> i128 {
        self.cost(a, b) - self.cost(b, a)
    }

    fn of_order(&self, order: &[usize]) -> i128 {
        let later = |at: usize| order[at + 1..].iter();
        (0..order.len())
            .map(|at| later(at).map(|&b| self.cost(order[at], b)).sum::<i128>())
            .sum()
    }

    fn part(&self, members: &[usize]) -> Self {
        let row = |&a: &usize| members.iter().map(move |&b| self.cost(a, b));
        Self {
            n: members.len(),
            cost: members.iter().flat_map(row).collect(),
            unit: self.unit,
        }
    }
}

/// What was found for one strongly connected component, in its own numbering.
struct Solved {
    order: Vec<usize>,
    cost: i128,
    bound: i128,
    dual: Option<Dual>,
}

fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Bits of fraction that costs get, so that multipliers can be whole numbers.
const SHIFT_TO: u32 = 40;

impl Pairwise {
    fn problem(&self, cost: Cost) -> (Problem, u32) {
        let n = self.n;
        let mut costs = vec![0_i128; n * n];
        for a in 0..n {
            for b in 0..n {
                let margin = self.exact_margin(b, a).max(0);
                costs[a * n + b] = match cost {
                    Cost::Margin => margin,
                    Cost::Majority => margin.signum(),
                };
            }
        }
        let unit = costs.iter().fold(0, |unit, &c| gcd(c, unit)).max(1);
        let bits = 128 - costs.iter().max().map_or(0, |m| m.leading_zeros()).min(128);
        let shift = SHIFT_TO.saturating_sub(bits);
        costs.iter_mut().for_each(|c| *c <<= shift);
        let problem = Problem {
            n,
            cost: costs,
            unit: unit << shift,
        };
        (problem, shift)
    }

    /// An order of least cost, or the best one found and how far from the least it can be.
    /// `None` above [`ORDER_LIMIT`] alternatives.
    #[must_use]
    pub fn optimal_order(&self, cost: Cost, effort: Effort) -> Option<OptimalOrder> {
        let n = self.n;
        if n > ORDER_LIMIT {
            return None;
        }
        let (problem, shift) = self.problem(cost);
        let strict = components::strong(n, |a, b| problem.cost(b, a) > 0);
        let mut component = vec![0_u32; n];
        let (mut order, mut total, mut bound, mut visited) = (Vec::new(), 0, 0, 0);
        let mut proofs = Vec::new();
        for (at, members) in strict.iter().enumerate() {
            for &a in members {
                component[a] = at as u32 + 1;
            }
            let solved = solve(&problem.part(members), effort, &mut visited);
            order.extend(solved.order.iter().map(|&a| members[a]));
            total += solved.cost;
            bound += solved.bound;
            proofs.push((members.clone(), solved.dual, solved.cost));
        }
        let optimal = bound == total;
        let mut optima = None;
        let mut places = None;
        if optimal
            && effort.budget > 0
            && let Some(all) = count(&problem, &component, &proofs, effort, &mut visited)
        {
            order = all.order;
            optima = Some(all.count);
            places = Some(all.places);
        }
        let base: i128 = match cost {
            Cost::Margin => (0..n)
                .flat_map(|a| (0..a).map(move |b| (a, b)))
                .map(|(a, b)| self.exact_over(a, b).min(self.exact_over(b, a)))
                .sum(),
            Cost::Majority => 0,
        };
        let power = match cost {
            Cost::Margin => self.unit(),
            Cost::Majority => 0,
        };
        let value = |x: i128| exact::to_f64(base + (x >> shift), power);
        Some(OptimalOrder {
            order: order.into_iter().map(|a| a as u32).collect(),
            distance: value(total),
            lower_bound: value(bound),
            gap: exact::to_f64((total - bound) >> shift, power),
            optimal,
            optima,
            places,
            component,
            visited,
        })
    }
}

/// Rounds of multipliers, each followed by fixing what they decide.
const ROUNDS: usize = 24;

/// The best order of a strongly connected part, with a lower bound that is a multiple of the unit.
fn solve(problem: &Problem, effort: Effort, visited: &mut usize) -> Solved {
    let n = problem.n;
    let mut order = local::search(problem);
    let mut cost = problem.of_order(&order);
    let done = |order: Vec<usize>, cost, bound: i128, dual| Solved {
        order,
        cost,
        bound,
        dual,
    };
    if n <= 2 {
        return done(order, cost, cost, Some(Dual::new(problem)));
    }
    let up = |x: i128| {
        x.div_euclid(problem.unit) * problem.unit
            + if x.rem_euclid(problem.unit) == 0 {
                0
            } else {
                problem.unit
            }
    };
    if n > EXACT_LIMIT {
        let bound = up(local::packing(problem));
        return done(order, cost, bound, None);
    }
    let mut dual = Dual::new(problem);
    let rounds = if effort.budget == 0 {
        ROUNDS / 4
    } else {
        ROUNDS
    };
    let mut stalled = 0;
    for _ in 0..rounds {
        let before = (dual.bound, dual.n_fixed());
        dual.improve(problem, cost);
        let rounded = local::insertion(problem, dual.rounded());
        let rounded_cost = problem.of_order(&rounded);
        if rounded_cost < cost {
            (order, cost) = (rounded, rounded_cost);
        }
        dual.fix(problem, cost);
        let gain = dual.bound - before.0;
        let room = cost - dual.bound;
        let slow = gain * 50 < room && dual.n_fixed() == before.1;
        stalled = if slow { stalled + 1 } else { 0 };
        if room < problem.unit.min(cost / 1000 + 1) || stalled == 3 {
            break;
        }
    }
    if effort.budget > 0 && cost > 0 {
        let table = search::Table::new(problem, &dual, cost - dual.bound);
        if let Some(found) = table.run(effort.budget, visited) {
            let bound = dual.bound + found.cost;
            let order = found.order;
            let cost = problem.of_order(&order);
            debug_assert_eq!(cost, bound);
            return done(order, cost, bound, Some(dual));
        }
    }
    let bound = up(dual.bound).min(cost);
    done(order, cost, bound, Some(dual))
}

/// Counts the optimal orders: products over the parts that are strictly ordered among each other.
fn count(
    problem: &Problem,
    component: &[u32],
    proofs: &[(Vec<usize>, Option<Dual>, i128)],
    effort: Effort,
    visited: &mut usize,
) -> Option<search::Counted> {
    let n = problem.n;
    let weak = components::strong(n, |a, b| problem.cost(a, b) == 0);
    let mut all = search::Counted {
        order: Vec::with_capacity(n),
        count: 1,
        places: vec![(0, 0); n],
    };
    for members in &weak {
        let first = all.order.len() as u32;
        if members.len() == 1 {
            all.places[members[0]] = (first + 1, first + 1);
            all.order.push(members[0]);
            continue;
        }
        if members.len() > EXACT_LIMIT {
            return None;
        }
        let table = search::Table::joined(problem, members, component, proofs)?;
        let found = table.count(effort.budget, visited)?;
        all.order.extend(found.order.iter().map(|&a| members[a]));
        all.count = all.count.saturating_mul(found.count);
        for (&a, place) in members.iter().zip(found.places) {
            all.places[a] = (first + place.0, first + place.1);
        }
    }
    Some(all)
}
