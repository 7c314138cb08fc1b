//! Maximum likelihood of paired-comparison models by Newton's method.
//!
//! Three models share one engine: logistic (Bradley & Terry 1952), Davidson
//! (1970) and Rao & Kupper (1967). Each gives, per pair and as a function of
//! the strength difference `d = θᵢ − θⱼ` and of one tie parameter `φ`, the
//! log-likelihood and its first two derivatives. All are concave in (θ, φ).
//! Work per step is linear in the number of pairs, plus one factorisation
//! (dense, or sparse along chains of systems) or conjugate gradients.

use super::likelihood::{Model, Terms};
use crate::stats::matrix::{Cholesky, Square, conjugate_gradient, dot};
use crate::stats::num::Compensated;
use crate::stats::sparse::{Factor, LANES, Pattern};
use std::sync::Arc;

/// Up to this many systems equations are solved with a dense factor.
const DENSE_LIMIT: usize = 512;
/// Above this many systems no dense matrix is kept: rows of the inverse are
/// solved for a few at a time.
const INVERSE_LIMIT: usize = 2048;
/// Steps after which conjugate gradients are thought slow. They are quick where
/// systems are well linked, whose factor would be dense; they are slow along
/// chains of systems, whose factor is sparse.
const PATIENCE: usize = 200;
/// Most multiplications of a sparse factor.
const BUDGET: f64 = 4e9;
/// Residual of conjugate gradients.
const RESIDUAL: f64 = 1e-13;

/// How equations are solved.
enum Method {
    Dense,
    Sparse(Arc<Pattern>),
    Iterative,
    /// Iterative as long as that is quick.
    Trial,
}

/// The same, made ready for a curvature.
enum Solver {
    Dense(Cholesky),
    Sparse(Factor),
    Iterative,
}

/// Weights of one pair `i < j` in local indices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    pub i: usize,
    pub j: usize,
    /// Weight of: i wins, j wins, tie.
    pub w: [f64; 3],
    /// Sum of squared weights of the same.
    pub q: [f64; 3],
}

/// A likelihood to maximise over `m` strengths that sum to 0.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub m: usize,
    pub pairs: Vec<Pair>,
    pub model: Model,
    /// Ridge penalty: `− l2/2 · Σ θ²`.
    pub l2: f64,
}

/// Where Newton stopped.
#[derive(Debug, Clone)]
pub(crate) struct Solution {
    pub theta: Vec<f64>,
    pub phi: f64,
    pub log_likelihood: f64,
    pub iterations: u32,
    pub converged: bool,
}

/// Gradient and negative Hessian at a point, the Hessian per pair.
struct Local {
    gradient: Vec<f64>,
    gradient_phi: f64,
    /// Curvature of each pair along its difference.
    curvature: Vec<f64>,
    /// Mixed derivative, as a vector over systems.
    mixed: Vec<f64>,
    curvature_phi: f64,
}

/// Covariance (inverse information under Σθ = 0) at a solution.
pub(crate) struct Covariance {
    /// Inverse of the information of θ for fixed φ; absent for many systems.
    inverse: Option<Square>,
    solver: Solver,
    curvature: Vec<f64>,
    /// `H⁺` times the mixed derivatives; zeros without a tie parameter.
    tilt: Vec<f64>,
    /// Variance of φ; 0 without a tie parameter.
    pub phi: f64,
}

impl Covariance {
    #[cfg(test)]
    pub(crate) fn is_sparse(&self) -> bool {
        matches!(self.solver, Solver::Sparse(_))
    }

    /// A row for fixed φ with what a free φ adds.
    fn tilted(&self, k: usize, mut row: Vec<f64>) -> Vec<f64> {
        let tilt = self.tilt[k] * self.phi;
        for (r, t) in row.iter_mut().zip(&self.tilt) {
            *r += tilt * t;
        }
        row
    }

    /// Covariance of θ of system `k` with φ.
    pub(crate) fn with_phi(&self, k: usize) -> f64 {
        -self.tilt[k] * self.phi
    }
}

impl Problem {
    fn terms(&self, pair: &Pair, theta: &[f64], phi: f64) -> Terms {
        self.model
            .terms(&pair.w, theta[pair.i] - theta[pair.j], phi)
    }

    /// Log-likelihood, without the penalty.
    pub(crate) fn log_likelihood(&self, theta: &[f64], phi: f64) -> f64 {
        let mut s = Compensated::new();
        for p in &self.pairs {
            s.add(
                self.model
                    .log_likelihood(&p.w, theta[p.i] - theta[p.j], phi),
            );
        }
        s.value()
    }

    fn objective(&self, theta: &[f64], phi: f64) -> f64 {
        self.log_likelihood(theta, phi) - 0.5 * self.l2 * dot(theta, theta)
    }

    fn local(&self, theta: &[f64], phi: f64) -> Local {
        let mut out = Local {
            gradient: theta.iter().map(|t| -self.l2 * t).collect(),
            gradient_phi: 0.0,
            curvature: Vec::with_capacity(self.pairs.len()),
            mixed: vec![0.0; self.m],
            curvature_phi: 0.0,
        };
        for p in &self.pairs {
            let t = self.terms(p, theta, phi);
            out.gradient[p.i] += t.g_d;
            out.gradient[p.j] -= t.g_d;
            out.gradient_phi += t.g_phi;
            out.curvature.push(t.h_dd);
            out.mixed[p.i] += t.h_dphi;
            out.mixed[p.j] -= t.h_dphi;
            out.curvature_phi += t.h_phiphi;
        }
        out
    }

    fn diagonal(&self, curvature: &[f64]) -> Vec<f64> {
        let mut d = vec![self.l2; self.m];
        for (p, h) in self.pairs.iter().zip(curvature) {
            d[p.i] += h;
            d[p.j] += h;
        }
        d
    }

    /// Factor of `H + c 1 1ᵀ`, which is regular where the pairs connect all
    /// systems; also returns `c`.
    fn factor(&self, curvature: &[f64]) -> Option<(Cholesky, f64)> {
        let mut h = Square::zeros(self.m);
        for (p, &c) in self.pairs.iter().zip(curvature) {
            h.add(p.i, p.i, c);
            h.add(p.j, p.j, c);
            h.add(p.i, p.j, -c);
            h.add(p.j, p.i, -c);
        }
        for i in 0..self.m {
            h.add(i, i, self.l2);
        }
        let trace: f64 = (0..self.m).map(|i| h.get(i, i)).sum();
        let m = self.m as f64;
        let c = trace / (m * m);
        h.add_all(c);
        h.cholesky().map(|f| (f, c))
    }

    /// Conjugate gradients on `H x = b` in the space Σx = 0, and whether they settled.
    fn iterate<const N: usize>(
        &self,
        curvature: &[f64],
        b: &[[f64; N]],
        limit: usize,
    ) -> (Vec<[f64; N]>, bool) {
        let product = |p: &[[f64; N]], out: &mut [[f64; N]]| {
            for (o, v) in out.iter_mut().zip(p) {
                *o = v.map(|v| self.l2 * v);
            }
            for (pair, &c) in self.pairs.iter().zip(curvature) {
                let (i, j) = (p[pair.i], p[pair.j]);
                for n in 0..N {
                    let flow = c * (i[n] - j[n]);
                    out[pair.i][n] += flow;
                    out[pair.j][n] -= flow;
                }
            }
        };
        conjugate_gradient(
            product,
            &self.diagonal(curvature),
            b,
            centre_lanes,
            RESIDUAL,
            limit,
        )
    }

    /// Where to begin.
    fn method(&self) -> Method {
        if self.m <= DENSE_LIMIT {
            Method::Dense
        } else {
            Method::Trial
        }
    }

    /// The solution of `H x = b` in the space Σx = 0, and how more of them are found;
    /// `None` where `H` is singular beyond that. A trial that is not over soon
    /// decides the method for good.
    fn solver(
        &self,
        method: &mut Method,
        curvature: &[f64],
        b: &[f64],
    ) -> Option<(Solver, Vec<f64>)> {
        if matches!(method, Method::Trial) {
            let (x, settled) = self.iterate(curvature, &single(b), PATIENCE);
            if settled {
                return Some((Solver::Iterative, first_lane(&x)));
            }
            let edges: Vec<(usize, usize)> = self.pairs.iter().map(|p| (p.i, p.j)).collect();
            *method = match Pattern::new(self.m, &edges, BUDGET) {
                Some(pattern) => Method::Sparse(Arc::new(pattern)),
                None => Method::Iterative,
            };
        }
        let solver = match method {
            Method::Dense => Solver::Dense(self.factor(curvature)?.0),
            Method::Sparse(pattern) => match pattern.factor(curvature, &self.diagonal(curvature)) {
                Some(factor) => Solver::Sparse(factor),
                None => Solver::Iterative,
            },
            Method::Trial | Method::Iterative => Solver::Iterative,
        };
        let x = self.solve(curvature, &solver, b);
        Some((solver, x))
    }

    /// Solves `H x = b` in the space Σx = 0.
    fn solve(&self, curvature: &[f64], solver: &Solver, b: &[f64]) -> Vec<f64> {
        let mut x = match solver {
            Solver::Dense(factor) => factor.solve(b),
            Solver::Sparse(factor) => factor.solve(b),
            Solver::Iterative => {
                first_lane(&self.iterate(curvature, &single(b), 20 * self.m + 200).0)
            }
        };
        centre(&mut x);
        x
    }

    /// Newton with step halving from θ = `start`. Stops after a full step that
    /// moves no parameter by more than 1e-9 (the next error is then of the
    /// order of its square), or after `limit` steps.
    pub(crate) fn maximise(&self, start: Option<&[f64]>, limit: u32) -> Solution {
        let mut theta = start.map_or_else(|| vec![0.0; self.m], <[f64]>::to_vec);
        let mut phi = self.model.start_phi(&self.pairs);
        let mut value = self.objective(&theta, phi);
        let mut iterations = 0;
        let mut converged = false;
        let mut method = self.method();
        while iterations < limit && !converged {
            iterations += 1;
            let local = self.local(&theta, phi);
            let Some((solver, mut step)) =
                self.solver(&mut method, &local.curvature, &local.gradient)
            else {
                break;
            };
            let mut step_phi = 0.0;
            if self.model.has_phi() {
                let x1 = self.solve(&local.curvature, &solver, &local.mixed);
                let schur = local.curvature_phi - dot(&local.mixed, &x1);
                if schur.is_nan() || schur <= 0.0 {
                    break;
                }
                step_phi = (local.gradient_phi - dot(&local.mixed, &step)) / schur;
                for (s, x) in step.iter_mut().zip(&x1) {
                    *s -= step_phi * x;
                }
            }
            let mut scale = 1.0;
            let mut moved = false;
            for _ in 0..60 {
                let mut next: Vec<f64> = theta
                    .iter()
                    .zip(&step)
                    .map(|(t, s)| t + scale * s)
                    .collect();
                centre(&mut next);
                let next_phi = phi + scale * step_phi;
                let next_value = if self.model.admits(next_phi) {
                    self.objective(&next, next_phi)
                } else {
                    f64::NEG_INFINITY
                };
                if next_value >= value - 1e-12 * value.abs() {
                    theta = next;
                    phi = next_phi;
                    value = next_value;
                    moved = true;
                    break;
                }
                scale *= 0.5;
            }
            if !moved {
                break;
            }
            let size = step.iter().fold(step_phi.abs(), |m, s| m.max(s.abs()));
            converged = scale == 1.0 && size <= 1e-9;
        }
        Solution {
            log_likelihood: self.log_likelihood(&theta, phi),
            theta,
            phi,
            iterations,
            converged,
        }
    }

    /// Inverse of the information under Σθ = 0; `None` where it is singular.
    pub(crate) fn covariance(&self, theta: &[f64], phi: f64) -> Option<Covariance> {
        // A dense inverse pays where its rows are all needed, or many pairs make them dear.
        let dense = self.m <= super::uncertainty::COVARIANCE_LIMIT
            || (self.m <= INVERSE_LIMIT && 8 * self.pairs.len() > self.m * self.m);
        self.covariance_by(dense, theta, phi)
    }

    /// The same, with a dense inverse or without.
    pub(crate) fn covariance_by(&self, dense: bool, theta: &[f64], phi: f64) -> Option<Covariance> {
        let local = self.local(theta, phi);
        let m = self.m as f64;
        let solver = match self.method() {
            _ if dense => Solver::Iterative,
            mut method => self.solver(&mut method, &local.curvature, &self.unit(0))?.0,
        };
        let inverse = if dense {
            let (factor, c) = self.factor(&local.curvature)?;
            let mut a = factor.inverse();
            a.add_all(-1.0 / (m * (c * m + self.l2)));
            Some(a)
        } else {
            None
        };
        let mut cov = Covariance {
            inverse,
            solver,
            curvature: local.curvature,
            tilt: vec![0.0; self.m],
            phi: 0.0,
        };
        if self.model.has_phi() {
            cov.tilt = match &cov.inverse {
                Some(a) => a.times(&local.mixed),
                None => self.solve(&cov.curvature, &cov.solver, &local.mixed),
            };
            let schur = local.curvature_phi - dot(&local.mixed, &cov.tilt);
            if schur.is_nan() || schur <= 0.0 {
                return None;
            }
            cov.phi = 1.0 / schur;
        }
        Some(cov)
    }

    /// The unit vector of a system, in the space Σx = 0.
    fn unit(&self, k: usize) -> Vec<f64> {
        let mut unit = vec![0.0; self.m];
        unit[k] = 1.0;
        centre(&mut unit);
        unit
    }

    /// Row `k` of the covariance of θ.
    pub(crate) fn covariance_row(&self, cov: &Covariance, k: usize) -> Vec<f64> {
        let row = match &cov.inverse {
            Some(a) => a.row(k).to_vec(),
            None => self.solve(&cov.curvature, &cov.solver, &self.unit(k)),
        };
        cov.tilted(k, row)
    }

    /// Calls `visit(k, row)` for every row of the covariance of θ, in order.
    pub(crate) fn covariance_rows(&self, cov: &Covariance, mut visit: impl FnMut(usize, &[f64])) {
        for from in (0..self.m).step_by(LANES) {
            let block = from..(from + LANES).min(self.m);
            match (&cov.inverse, &cov.solver) {
                (None, Solver::Sparse(factor)) => {
                    let rows = factor.solve_lanes(|i| units(from, i, self.m));
                    for k in block {
                        let mut row: Vec<f64> = rows.iter().map(|x| x[k - from]).collect();
                        centre(&mut row);
                        visit(k, &cov.tilted(k, row));
                    }
                }
                (None, Solver::Iterative) => {
                    let units: Vec<[f64; LANES]> =
                        (0..self.m).map(|i| units(from, i, self.m)).collect();
                    let limit = 20 * self.m + 200;
                    let (rows, _) = self.iterate(&cov.curvature, &units, limit);
                    for k in block {
                        let row = rows.iter().map(|x| x[k - from]).collect();
                        visit(k, &cov.tilted(k, row));
                    }
                }
                _ => block.for_each(|k| visit(k, &self.covariance_row(cov, k))),
            }
        }
    }

    /// Scores of one row, per pair and outcome.
    pub(crate) fn scores(&self, theta: &[f64], phi: f64) -> Vec<[(f64, f64); 3]> {
        self.pairs
            .iter()
            .map(|p| self.model.scores(theta[p.i] - theta[p.j], phi))
            .collect()
    }

    /// Factor of the information at `theta`, for repeated approximate solves;
    /// `None` for many systems.
    pub(crate) fn factor_at(&self, theta: &[f64], phi: f64) -> Option<Cholesky> {
        if self.m > INVERSE_LIMIT {
            return None;
        }
        self.factor(&self.local(theta, phi).curvature).map(|f| f.0)
    }
}

/// Element `i` of the centred unit vectors of systems `from`, `from + 1` …
fn units(from: usize, i: usize, m: usize) -> [f64; LANES] {
    std::array::from_fn(|lane| f64::from(from + lane == i) - 1.0 / m as f64)
}

fn single(b: &[f64]) -> Vec<[f64; 1]> {
    b.iter().map(|x| [*x]).collect()
}

fn first_lane(x: &[[f64; 1]]) -> Vec<f64> {
    x.iter().map(|x| x[0]).collect()
}

/// Subtracts the mean of every lane.
fn centre_lanes<const N: usize>(x: &mut [[f64; N]]) {
    let mut means = [0.0; N];
    for v in x.iter() {
        for n in 0..N {
            means[n] += v[n];
        }
    }
    let means = means.map(|s| s / x.len().max(1) as f64);
    for v in x {
        for n in 0..N {
            v[n] -= means[n];
        }
    }
}

/// Subtracts the mean.
pub(crate) fn centre(x: &mut [f64]) {
    let mean = crate::stats::num::mean(x).unwrap_or(0.0);
    for v in x {
        *v -= mean;
    }
}
