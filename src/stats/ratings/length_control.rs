//! Length-controlled win rate against a baseline.
//!
//! Dubois, Galambosi, Liang & Hashimoto (2024), AlpacaEval 2: a logistic model of
//! the preference with a term in the difference of lengths,
//! `logit P(win) = θ + φ·tanh(Δ/σ) + ψ·difficulty`, `σ` the standard deviation of
//! the differences. The controlled win rate is the mean prediction at Δ = 0.
//! Unlike the paper's code the fit is plain maximum likelihood (it uses a
//! penalty chosen by cross-validation and difficulties known beforehand), and the
//! error includes that of the parameters.

use crate::stats::interval::{Bounds, normal};
use crate::stats::matrix::{Square, dot};
use crate::stats::num::{Compensated, finite, logistic, sqrt, tanh, total_cmp};

/// One comparison of the system with the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LengthRow {
    /// The system's score: 1 = preferred, 0.5 = tie, 0, or a probability.
    pub score: f64,
    /// Length of the system's response less that of the baseline's.
    pub difference: f64,
    /// Difficulty of the instruction; 0 when unknown.
    pub difficulty: f64,
    /// Weight of the row.
    pub weight: f64,
}

/// Result of [`length_controlled`]; `None` where undefined.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LengthControl {
    /// Mean score.
    pub win_rate: Option<f64>,
    /// Mean predicted score at equal lengths.
    pub controlled: Option<f64>,
    /// Standard error of `controlled`.
    pub stderr: Option<f64>,
    /// Lower end of its interval.
    pub lower: Option<f64>,
    /// Upper end of its interval.
    pub upper: Option<f64>,
    /// φ: log-odds per unit of tanh.
    pub length_effect: Option<f64>,
    /// Standard error of φ.
    pub length_stderr: Option<f64>,
    /// σ: standard deviation of the differences.
    pub length_sd: Option<f64>,
    /// Rows used.
    pub n: u64,
    /// Whether the fit met its stopping rule.
    pub converged: bool,
    /// Why there is no number.
    pub detail: Option<&'static str>,
}

/// Newton on three parameters or fewer.
struct Fit<'a> {
    design: Vec<Vec<f64>>,
    rows: &'a [LengthRow],
    l2: f64,
}

impl Fit<'_> {
    fn local(&self, beta: &[f64]) -> (Vec<f64>, Square, f64) {
        let k = beta.len();
        let mut g = vec![Compensated::new(); k];
        let mut h = Square::zeros(k);
        let mut value = Compensated::new();
        for (x, r) in self.design.iter().zip(self.rows) {
            let d = dot(x, beta);
            let p = logistic(d);
            let (hit, miss) = (r.score, 1.0 - r.score);
            value.add(r.weight * hit * crate::stats::num::ln_logistic(d));
            value.add(r.weight * miss * crate::stats::num::ln_logistic(-d));
            let e = r.weight * (r.score - p);
            for (i, xi) in x.iter().enumerate() {
                g[i].add(e * xi);
                for (j, xj) in x.iter().enumerate() {
                    h.add(i, j, r.weight * p * (1.0 - p) * xi * xj);
                }
            }
        }
        // The penalty is on the slopes, not on θ.
        for i in 1..k {
            h.add(i, i, self.l2);
            g[i].add(-self.l2 * beta[i]);
            value.add(-0.5 * self.l2 * beta[i] * beta[i]);
        }
        (g.iter().map(Compensated::value).collect(), h, value.value())
    }

    /// Parameters, or `None` where there is no finite maximum.
    fn maximise(&self, k: usize) -> Option<Vec<f64>> {
        let mut beta = vec![0.0; k];
        for _ in 0..100 {
            let (g, h, value) = self.local(&beta);
            let step = h.cholesky()?.solve(&g);
            let size = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
            let mut scale = 1.0;
            loop {
                let next: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + scale * s).collect();
                if size <= 1e-10 {
                    return Some(next);
                }
                if self.local(&next).2 >= value - 1e-12 * value.abs() {
                    beta = next;
                    break;
                }
                scale *= 0.5;
                if scale < 1e-12 {
                    return None;
                }
            }
            if beta.iter().any(|b| b.abs() > 40.0) {
                return None;
            }
        }
        None
    }

    /// Mean prediction with the length term 0, and its variance.
    fn at_equal_lengths(&self, beta: &[f64], cov: &Square, lengths: bool) -> (f64, f64) {
        let mut gradient = vec![Compensated::new(); beta.len()];
        let (mut sum, mut squares) = (Compensated::new(), Compensated::new());
        let (mut total, mut weights) = (Compensated::new(), Compensated::new());
        for (x, r) in self.design.iter().zip(self.rows) {
            let mut x = x.clone();
            if lengths {
                x[1] = 0.0;
            }
            let p = logistic(dot(&x, beta));
            sum.add(r.weight * p);
            total.add(r.weight);
            squares.add(r.weight * p * p);
            weights.add(r.weight * r.weight);
            for (g, xi) in gradient.iter_mut().zip(&x) {
                g.add(r.weight * p * (1.0 - p) * xi);
            }
        }
        let weight = total.value();
        let controlled = sum.value() / weight;
        let g: Vec<f64> = gradient.iter().map(|g| g.value() / weight).collect();
        let between = (squares.value() / weight - controlled * controlled).max(0.0);
        let variance = dot(&g, &cov.times(&g)) + between * weights.value() / (weight * weight);
        (controlled, variance)
    }

    /// Sandwich covariance.
    fn covariance(&self, beta: &[f64]) -> Option<Square> {
        let k = beta.len();
        let (_, h, _) = self.local(beta);
        let inverse = h.cholesky()?.inverse();
        let mut meat = Square::zeros(k);
        for (x, r) in self.design.iter().zip(self.rows) {
            let e = r.weight * (r.score - logistic(dot(x, beta)));
            for (i, xi) in x.iter().enumerate() {
                for (j, xj) in x.iter().enumerate() {
                    meat.add(i, j, e * e * xi * xj);
                }
            }
        }
        let mut out = Square::zeros(k);
        for i in 0..k {
            let half = meat.times(inverse.row(i));
            for j in 0..k {
                out.set(i, j, dot(inverse.row(j), &half));
            }
        }
        Some(out)
    }
}

/// Fits the model to the rows of one system. `l2` penalises φ and ψ by
/// `l2/2 · (φ² + ψ²)`; rows of weight 0 are left out. Order does not matter.
#[must_use]
pub fn length_controlled(rows: &[LengthRow], l2: f64, level: f64) -> LengthControl {
    let mut rows: Vec<LengthRow> = rows.iter().filter(|r| r.weight > 0.0).copied().collect();
    rows.sort_by(|a, b| {
        total_cmp(a.difference, b.difference)
            .then(total_cmp(a.score, b.score))
            .then(total_cmp(a.difficulty, b.difficulty))
            .then(total_cmp(a.weight, b.weight))
    });
    let mut out = LengthControl {
        n: rows.len() as u64,
        detail: Some("no rows"),
        ..LengthControl::default()
    };
    let total = |f: &dyn Fn(&LengthRow) -> f64| {
        let mut s = Compensated::new();
        rows.iter().for_each(|r| s.add(r.weight * f(r)));
        s.value()
    };
    let weight = total(&|_| 1.0);
    out.win_rate = finite(total(&|r| r.score) / weight);
    let mean = total(&|r| r.difference) / weight;
    let spread = sqrt(total(&|r| (r.difference - mean) * (r.difference - mean)) / weight);
    out.length_sd = finite(spread);
    if rows.is_empty() {
        return out;
    }
    let lengths = spread > 0.0;
    let level_of = rows.first().map_or(0.0, |r| r.difficulty);
    let difficulty = rows.iter().any(|r| r.difficulty != level_of);
    let design = |r: &LengthRow| {
        let mut x = vec![1.0];
        if lengths {
            x.push(tanh(r.difference / spread));
        }
        if difficulty {
            x.push(r.difficulty);
        }
        x
    };
    let fit = Fit {
        design: rows.iter().map(design).collect(),
        rows: &rows,
        l2,
    };
    let k = 1 + usize::from(lengths) + usize::from(difficulty);
    let found = fit.maximise(k);
    let Some((beta, cov)) = found.and_then(|b| fit.covariance(&b).map(|c| (b, c))) else {
        out.detail = Some(
            "no finite maximum: the score is always won or lost, or length or difficulty separates it; set l2 above 0 or add rows",
        );
        return out;
    };
    out.converged = true;
    out.detail = (!lengths).then_some("all differences of length are equal: no length effect");
    if lengths {
        out.length_effect = beta.get(1).copied().and_then(finite);
        out.length_stderr = finite(sqrt(cov.get(1, 1)));
    }
    let (controlled, variance) = fit.at_equal_lengths(&beta, &cov, lengths);
    out.controlled = finite(controlled);
    out.stderr = finite(sqrt(variance));
    let ends: Option<Bounds> = out.stderr.and_then(|s| normal(controlled, s, level));
    out.lower = ends.map(|b| b.lower.max(0.0));
    out.upper = ends.map(|b| b.upper.min(1.0));
    out
}
