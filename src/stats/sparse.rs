//! Cholesky factors of sparse symmetric matrices that are graphs' Laplacians plus
//! a diagonal.
//!
//! Unknowns are eliminated by least degree (Tinney & Walker 1967, ties by index),
//! columns are computed from the left with linked lists (Davis 2006, "Direct
//! Methods for Sparse Linear Systems", section 4.8). One order of operations, no
//! threads: the result depends on the values alone.

use super::num::sqrt;
use std::sync::Arc;

/// Above this many unknowns the graph of the elimination is not kept.
const LIMIT: usize = 20_000;
/// Right-hand sides solved at once.
pub const LANES: usize = 8;

const NONE: u32 = u32::MAX;

/// The order of elimination and where the factor has elements.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Place of each unknown in the order.
    place: Vec<usize>,
    /// Column `j` of the factor has rows `rows[start[j]..start[j + 1]]` below the diagonal.
    start: Vec<usize>,
    rows: Vec<u32>,
    /// Where each edge is kept.
    slots: Vec<usize>,
}

impl Pattern {
    /// The pattern of a graph with `n` nodes; `None` when a factor would cost more
    /// than `budget` multiplications, or for more than 20,000 nodes. No edge joins
    /// a node to itself.
    #[must_use]
    pub fn new(n: usize, edges: &[(usize, usize)], budget: f64) -> Option<Self> {
        if n > LIMIT {
            return None;
        }
        let words = n.div_ceil(64);
        let mut graph = vec![0_u64; n * words];
        let mut join = |i: usize, j: usize| graph[i * words + j / 64] |= 1 << (j % 64);
        for &(i, j) in edges {
            join(i, j);
            join(j, i);
        }
        let count = |row: &[u64]| row.iter().map(|w| w.count_ones()).sum::<u32>();
        let mut degree: Vec<u32> = graph.chunks(words.max(1)).map(count).collect();
        let mut place = vec![usize::MAX; n];
        let mut columns: Vec<Vec<u32>> = Vec::with_capacity(n);
        let mut cost = 0.0;
        for step in 0..n {
            let open = (0..n).filter(|v| place[*v] == usize::MAX);
            let node = open.min_by_key(|v| degree[*v])?;
            place[node] = step;
            cost += f64::from(degree[node]) * f64::from(degree[node]);
            if cost > budget {
                return None;
            }
            let row = graph[node * words..(node + 1) * words].to_vec();
            let around = bits(&row);
            for &other in &around {
                let other = other as usize;
                let theirs = &mut graph[other * words..(other + 1) * words];
                for (t, r) in theirs.iter_mut().zip(&row) {
                    *t |= r;
                }
                theirs[node / 64] &= !(1 << (node % 64));
                theirs[other / 64] &= !(1 << (other % 64));
                degree[other] = count(theirs);
            }
            columns.push(around);
        }
        let (mut start, mut rows) = (vec![0], Vec::new());
        for column in &mut columns {
            for node in column.iter_mut() {
                *node = place[*node as usize] as u32;
            }
            column.sort_unstable();
            rows.extend_from_slice(column);
            start.push(rows.len());
        }
        let slot = |&(i, j): &(usize, usize)| {
            let (column, row) = (place[i].min(place[j]), place[i].max(place[j]) as u32);
            let from = start[column];
            from + rows[from..start[column + 1]].partition_point(|r| *r < row)
        };
        let slots = edges.iter().map(slot).collect();
        Some(Self {
            place,
            start,
            rows,
            slots,
        })
    }

    /// The factor of `diagonal − Σ weight (e_i e_jᵀ + e_j e_iᵀ)` over the edges;
    /// `None` when it is not positive definite. The last pivot may be 0, as that
    /// of a connected Laplacian is: its unknown is then 0 in every solution.
    #[must_use]
    pub fn factor(self: &Arc<Self>, weights: &[f64], diagonal: &[f64]) -> Option<Factor> {
        let n = self.place.len();
        let mut lower = vec![0.0; self.rows.len()];
        for (slot, w) in self.slots.iter().zip(weights) {
            lower[*slot] -= w;
        }
        let mut pivots = vec![0.0; n];
        for (place, d) in self.place.iter().zip(diagonal) {
            pivots[*place] = *d;
        }
        let mut inverse = vec![0.0; n];
        let mut work = vec![0.0; n];
        // Columns whose next element is in row j: the first, and the one after each.
        let (mut first, mut after) = (vec![NONE; n], vec![NONE; n]);
        let mut next = self.start.clone();
        for j in 0..n {
            let (from, to) = (self.start[j], self.start[j + 1]);
            for at in from..to {
                work[self.rows[at] as usize] = lower[at];
            }
            let given = pivots[j];
            let mut pivot = given;
            let mut k = first[j];
            while k != NONE {
                let column = k as usize;
                k = after[column];
                let at = next[column];
                let end = self.start[column + 1];
                let factor = lower[at];
                pivot -= factor * factor;
                for (row, x) in self.rows[at + 1..end].iter().zip(&lower[at + 1..end]) {
                    work[*row as usize] -= factor * x;
                }
                self.queue(column, at + 1, &mut next, &mut first, &mut after);
            }
            if j + 1 == n && pivot.abs() <= 1e-10 * given {
                break;
            }
            if !(pivot.is_finite() && pivot > 1e-14 * given) {
                return None;
            }
            inverse[j] = 1.0 / sqrt(pivot);
            for at in from..to {
                lower[at] = work[self.rows[at] as usize] * inverse[j];
            }
            self.queue(j, from, &mut next, &mut first, &mut after);
        }
        Some(Factor {
            pattern: Arc::clone(self),
            lower,
            inverse,
        })
    }

    /// Puts a column in the list of the row of its element `at`.
    fn queue(
        &self,
        column: usize,
        at: usize,
        next: &mut [usize],
        first: &mut [u32],
        after: &mut [u32],
    ) {
        next[column] = at;
        if at < self.start[column + 1] {
            let row = self.rows[at] as usize;
            after[column] = first[row];
            first[row] = column as u32;
        }
    }
}

fn bits(row: &[u64]) -> Vec<u32> {
    let mut out = Vec::new();
    for (at, word) in row.iter().enumerate() {
        let mut word = *word;
        while word != 0 {
            out.push(at as u32 * 64 + word.trailing_zeros());
            word &= word - 1;
        }
    }
    out
}

/// A factor, ready to solve with.
#[derive(Debug, Clone)]
pub struct Factor {
    pattern: Arc<Pattern>,
    lower: Vec<f64>,
    /// One over the diagonal.
    inverse: Vec<f64>,
}

impl Factor {
    /// Solves for one right-hand side.
    #[must_use]
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        self.solve_lanes(|node| [b[node]])
            .iter()
            .map(|x| x[0])
            .collect()
    }

    /// Solves for `N` right-hand sides at once: `b(i)` are their elements `i`.
    #[must_use]
    pub fn solve_lanes<const N: usize>(&self, b: impl Fn(usize) -> [f64; N]) -> Vec<[f64; N]> {
        let p = &self.pattern;
        let n = p.place.len();
        let mut x = vec![[0.0; N]; n];
        for (node, place) in p.place.iter().enumerate() {
            x[*place] = b(node);
        }
        for j in 0..n {
            let here = x[j].map(|v| v * self.inverse[j]);
            x[j] = here;
            let span = p.start[j]..p.start[j + 1];
            for (row, l) in p.rows[span.clone()].iter().zip(&self.lower[span]) {
                for (v, h) in x[*row as usize].iter_mut().zip(here) {
                    *v -= l * h;
                }
            }
        }
        for j in (0..n).rev() {
            let mut here = x[j];
            let span = p.start[j]..p.start[j + 1];
            for (row, l) in p.rows[span.clone()].iter().zip(&self.lower[span]) {
                for (h, v) in here.iter_mut().zip(x[*row as usize]) {
                    *h -= l * v;
                }
            }
            x[j] = here.map(|v| v * self.inverse[j]);
        }
        p.place.iter().map(|place| x[*place]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::matrix::Square;
    use crate::stats::rng::Stream;

    /// Dense and sparse solutions agree on random graphs, with a diagonal and as Laplacians.
    #[test]
    fn solutions_are_those_of_the_dense_factor() {
        for seed in 0..30 {
            let mut s = Stream::new(seed, 0, 0);
            let n = 2 + s.below(70) as usize;
            let mut edges: Vec<(usize, usize)> =
                (1..n).map(|j| (s.below(j as u64) as usize, j)).collect();
            for _ in 0..s.below(90) {
                let (i, j) = (s.below(n as u64) as usize, s.below(n as u64) as usize);
                if i != j {
                    edges.push((i, j));
                }
            }
            let weights: Vec<f64> = edges.iter().map(|_| s.uniform_open()).collect();
            for ridge in [0.0, 0.3] {
                let mut dense = Square::zeros(n);
                let mut diagonal = vec![ridge; n];
                for (&(i, j), w) in edges.iter().zip(&weights) {
                    dense.add(i, j, -w);
                    dense.add(j, i, -w);
                    diagonal[i] += w;
                    diagonal[j] += w;
                }
                for (i, d) in diagonal.iter().enumerate() {
                    dense.set(i, i, *d);
                }
                // Right-hand sides that sum to 0, so that a Laplacian has a solution.
                let mut b: Vec<f64> = (0..n).map(|_| s.normal()).collect();
                let mean = b.iter().sum::<f64>() / n as f64;
                b.iter_mut().for_each(|x| *x -= mean);
                let pattern = Arc::new(Pattern::new(n, &edges, f64::INFINITY).unwrap());
                let factor = pattern.factor(&weights, &diagonal).unwrap();
                let one = factor.solve(&b);
                let back = dense.times(&one);
                for (got, want) in back.iter().zip(&b) {
                    assert!((got - want).abs() < 1e-9, "seed {seed}, ridge {ridge}");
                }
                let many = factor.solve_lanes(|i| [b[i], -2.0 * b[i]]);
                for (x, pair) in one.iter().zip(&many) {
                    assert!(*x == pair[0] && (pair[1] + 2.0 * x).abs() < 1e-9 * x.abs().max(1.0));
                }
            }
        }
    }

    #[test]
    fn a_path_has_no_fill_and_a_budget_holds() {
        let path: Vec<(usize, usize)> = (1..1000).map(|j| (j - 1, j)).collect();
        let pattern = Pattern::new(1000, &path, 1e4).unwrap();
        assert_eq!(pattern.rows.len(), 999);
        let all: Vec<(usize, usize)> = (0..60).flat_map(|i| (0..i).map(move |j| (j, i))).collect();
        assert!(Pattern::new(60, &all, 1e4).is_none());
        assert!(Pattern::new(60, &all, 1e6).is_some());
    }

    #[test]
    fn matrices_without_a_factor_have_none() {
        let pattern = Arc::new(Pattern::new(3, &[(0, 1), (1, 2)], 1e9).unwrap());
        assert!(pattern.factor(&[2.0, 2.0], &[1.0, 1.0, 1.0]).is_none());
        assert!(pattern.factor(&[f64::NAN, 1.0], &[1.0, 2.0, 1.0]).is_none());
    }
}
