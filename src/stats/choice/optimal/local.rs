//! Good orders fast, and a quick bound for parts too large to solve.

use super::Problem;
use crate::stats::rng;

/// Perturbed restarts of the local search.
const RESTARTS: u32 = 24;
/// Elements above which fewer restarts are made.
const LARGE: usize = 160;

/// Moves single elements to their best place until none gains. The cost never rises.
pub(super) fn insertion(problem: &Problem, mut order: Vec<usize>) -> Vec<usize> {
    let n = order.len();
    loop {
        let mut moved = false;
        for element in 0..n {
            let Some(at) = order.iter().position(|&a| a == element) else {
                continue;
            };
            let (mut best, mut to) = (0_i128, at);
            let mut change = 0;
            for up in (0..at).rev() {
                // Passing upwards: now above what it was below.
                change += problem.balance(element, order[up]);
                if change < best {
                    (best, to) = (change, up);
                }
            }
            change = 0;
            for (down, &other) in order.iter().enumerate().skip(at + 1) {
                change -= problem.balance(element, other);
                if change < best {
                    (best, to) = (change, down);
                }
            }
            if to != at {
                order.remove(at);
                order.insert(to, element);
                moved = true;
            }
        }
        if !moved {
            return order;
        }
    }
}

/// The best of several starts: by sums of margins, by wins, by pivots, and perturbed.
pub(super) fn search(problem: &Problem) -> Vec<usize> {
    let n = problem.n;
    let sorted = |key: &dyn Fn(usize) -> i128| {
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|&a| (key(a), a));
        order
    };
    let row = |a: usize| (0..n).map(move |b| problem.balance(a, b));
    let mut starts = vec![
        sorted(&|a| row(a).sum()),
        sorted(&|a| row(a).map(i128::signum).sum()),
        kwik_sort(problem),
    ];
    let mut best: Vec<usize> = (0..n).collect();
    let mut cost = problem.of_order(&best);
    let mut consider = |order: Vec<usize>, best: &mut Vec<usize>| {
        let order = insertion(problem, order);
        let c = problem.of_order(&order);
        if c < cost {
            cost = c;
            *best = order;
        }
    };
    for start in starts.drain(..) {
        consider(start, &mut best);
    }
    if n > 3 {
        let restarts = if n > LARGE { 2 } else { RESTARTS };
        for replicate in 0..restarts {
            let mut stream = rng::Stream::new(rng::DEFAULT_SEED, replicate, n as u64);
            let mut order = best.clone();
            // Shuffle one window of the best order so far.
            let width = 3 + stream.below((n as u64 / 2).max(1)) as usize;
            let from = stream.below((n.saturating_sub(width) + 1) as u64) as usize;
            stream.shuffle(&mut order[from..(from + width).min(n)]);
            consider(order, &mut best);
        }
    }
    best
}

/// Pivot sorting (Ailon, Charikar & Newman 2008), the middle member as pivot.
fn kwik_sort(problem: &Problem) -> Vec<usize> {
    let mut done = Vec::new();
    let mut stack: Vec<Vec<usize>> = vec![(0..problem.n).collect()];
    while let Some(part) = stack.pop() {
        if part.len() < 2 {
            done.extend(part);
            continue;
        }
        let pivot = part[part.len() / 2];
        let above = |&a: &usize| problem.balance(a, pivot) < 0;
        let (up, down): (Vec<usize>, Vec<usize>) =
            part.into_iter().filter(|&a| a != pivot).partition(above);
        stack.push(down);
        stack.push(vec![pivot]);
        stack.push(up);
    }
    done
}

/// Elements above which the packing is skipped.
const PACKING_LIMIT: usize = 800;

/// A lower bound: 3-cycles packed greedily, none using more of a pair than its cost.
pub(super) fn packing(problem: &Problem) -> i128 {
    let n = problem.n;
    if n > PACKING_LIMIT {
        return 0;
    }
    // left[a * n + b]: what remains of the cost of a above b.
    let mut left = problem.cost.clone();
    let mut bound = 0;
    for a in 0..n {
        for b in a + 1..n {
            for c in b + 1..n {
                for (x, y, z) in [(a, b, c), (a, c, b)] {
                    // x beats y beats z beats x: some one of them is reversed.
                    let arcs = [y * n + x, z * n + y, x * n + z];
                    let least = arcs.iter().map(|&arc| left[arc]).min().unwrap_or(0);
                    if least > 0 {
                        arcs.iter().for_each(|&arc| left[arc] -= least);
                        bound += least;
                    }
                }
            }
        }
    }
    bound
}
