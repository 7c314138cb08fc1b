//! Multinomial bootstrap of a paired-comparison fit, on its counts.
//!
//! Each replicate redraws as many rows as there are over the cells (pair,
//! outcome), in proportion to the observed rows (Efron 1979), or as many whole
//! clusters as there are (Field & Welsh 2007), and refits from
//! the estimate. The refit keeps one factor of the information for all
//! replicates (a chord method: the fixed point is the exact maximum), so a
//! step costs one pass over the pairs. Replicate `r` is stream (seed, r, 0).

use super::clusters::Units;
use super::likelihood::Model;
use super::paired::{Pair, Problem, Solution, centre};
use crate::stats::matrix::Cholesky;
use crate::stats::num::exp;
use crate::stats::rng::{CountTable, Stream};

/// Refitted strengths, one row per successful replicate.
pub(crate) struct Replicates {
    m: usize,
    theta: Vec<f64>,
    /// Replicates in which some maximum is infinite.
    pub failed: u32,
}

impl Replicates {
    /// All replicates of system `k`.
    pub(crate) fn column(&self, k: usize) -> Vec<f64> {
        self.theta
            .iter()
            .skip(k)
            .step_by(self.m.max(1))
            .copied()
            .collect()
    }
}

/// Runs `replicates` replicates, drawing from `units`.
pub(crate) fn run(
    problem: &Problem,
    units: &Units,
    at: &Solution,
    replicates: u32,
    seed: u64,
) -> Replicates {
    let mut out = Replicates {
        m: problem.m,
        theta: Vec::with_capacity(problem.m * replicates as usize),
        failed: 0,
    };
    let table = CountTable::new(&units.counts);
    let factor = problem.factor_at(&at.theta, at.phi);
    let neighbours = Neighbours::new(problem);
    let mut drawn = Vec::new();
    let mut resampled = problem.clone();
    for r in 0..replicates {
        Stream::new(seed, r, 0).resample_counts(&table, &mut drawn);
        for p in &mut resampled.pairs {
            p.w = [0.0; 3];
        }
        for (u, &n) in drawn.iter().enumerate().filter(|(_, n)| **n > 0) {
            for part in units.parts(u) {
                resampled.pairs[part.pair].w[part.slot] += part.weight * n as f64;
            }
        }
        let theta = neighbours
            .solvable(&resampled)
            .then(|| refit(&resampled, at, factor.as_ref()));
        match theta.flatten() {
            Some(theta) => out.theta.extend(theta),
            None => out.failed += 1,
        }
    }
    out
}

/// Neighbours of each system: (neighbour, pair, whether the system is its i).
struct Neighbours {
    start: Vec<usize>,
    list: Vec<(usize, usize, bool)>,
}

impl Neighbours {
    fn new(problem: &Problem) -> Self {
        let mut half: Vec<(usize, usize, usize, bool)> = Vec::new();
        for (k, p) in problem.pairs.iter().enumerate() {
            half.push((p.i, p.j, k, true));
            half.push((p.j, p.i, k, false));
        }
        half.sort_unstable();
        let start = (0..=problem.m)
            .map(|u| half.partition_point(|h| h.0 < u))
            .collect();
        Self {
            start,
            list: half.into_iter().map(|(_, v, k, i)| (v, k, i)).collect(),
        }
    }

    /// Whether all systems are reached from the first one along wins (or, with
    /// `backwards`, losses) in the resampled pairs.
    fn spans(&self, pairs: &[Pair], m: usize, backwards: bool) -> bool {
        let mut seen = vec![false; m];
        let mut stack = vec![0];
        let mut found = 1;
        if let Some(s) = seen.first_mut() {
            *s = true;
        }
        while let Some(u) = stack.pop() {
            for &(v, k, is_i) in &self.list[self.start[u]..self.start[u + 1]] {
                if seen[v] {
                    continue;
                }
                let w = &pairs[k].w;
                if w[usize::from(is_i == backwards)] + w[2] > 0.0 {
                    seen[v] = true;
                    found += 1;
                    stack.push(v);
                }
            }
            if found == m {
                return true;
            }
        }
        found == m
    }

    /// Whether the resampled win graph is still strongly connected.
    fn solvable(&self, problem: &Problem) -> bool {
        problem.l2 > 0.0
            || (self.spans(&problem.pairs, problem.m, false)
                && self.spans(&problem.pairs, problem.m, true))
    }
}

fn refit(problem: &Problem, at: &Solution, factor: Option<&Cholesky>) -> Option<Vec<f64>> {
    if problem.model == Model::Logistic
        && let Some(f) = factor
        && let Some(theta) = chord(problem, &at.theta, f)
    {
        return Some(theta);
    }
    let start_at = problem.maximise(Some(&at.theta), 100);
    start_at.converged.then_some(start_at.theta)
}

/// Gradient of the logistic likelihood from strengths `π = e^θ`: one division
/// per pair instead of one exponential.
fn gradient(pairs: &[Pair], strength: &[f64], out: &mut [f64]) {
    for p in pairs {
        let (a, b) = (strength[p.i], strength[p.j]);
        let (wi, wj) = (p.w[0] + 0.5 * p.w[2], p.w[1] + 0.5 * p.w[2]);
        let g = (wi * b - wj * a) / (a + b);
        out[p.i] += g;
        out[p.j] -= g;
    }
}

/// Chord iterations with a fixed factor; `None` when 40 steps do not bring the
/// largest change under 1e-9.
fn chord(problem: &Problem, start: &[f64], factor: &Cholesky) -> Option<Vec<f64>> {
    let mut theta = start.to_vec();
    let mut g = vec![0.0; problem.m];
    for _ in 0..40 {
        let strength: Vec<f64> = theta.iter().map(|&t| exp(t.clamp(-300.0, 300.0))).collect();
        for (g, t) in g.iter_mut().zip(&theta) {
            *g = -problem.l2 * t;
        }
        gradient(&problem.pairs, &strength, &mut g);
        factor.solve_in_place(&mut g);
        centre(&mut g);
        let mut size = 0.0_f64;
        for (t, s) in theta.iter_mut().zip(&g) {
            *t += s;
            size = size.max(s.abs());
        }
        if size.is_nan() || size > 10.0 {
            return None;
        }
        if size <= 1e-9 {
            return Some(theta);
        }
    }
    None
}
