//! Logistic regression: maximum likelihood, or maximum a posteriori with
//! Laplace (L1) and normal (L2) priors on the coefficients.
//!
//! Newton steps with halving; with L1 each step solves the penalised quadratic by
//! coordinate descent (Friedman, Hastie & Tibshirani 2010). Separation: Albert & Anderson 1984.

use super::{Coefficient, Design, Unfit};
use crate::stats::matrix::Square;
use crate::stats::num::{Compensated, ln, ln_logistic, logistic as sigmoid};

/// How a logistic model is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LogisticSettings<'a> {
    /// Frequency weights, one per row.
    pub weights: Option<&'a [f64]>,
    /// Laplace prior: minus `l1` Σ|b| (not the intercept).
    pub l1: f64,
    /// Normal prior: minus `l2`/2 Σ b² (not the intercept).
    pub l2: f64,
    /// Sandwich errors, by row or, with clusters (ids, count), by cluster.
    pub sandwich: bool,
    /// Cluster of each row.
    pub clusters: Option<(&'a [u32], usize)>,
}

/// A logistic fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic {
    /// The intercept first, when there is one.
    pub coefficients: Vec<Coefficient>,
    /// Log-likelihood, without priors.
    pub log_likelihood: f64,
    /// Log-likelihood of the intercept alone (of even odds without one).
    pub log_likelihood_null: f64,
    /// Sum of the weights.
    pub n: f64,
    /// Newton steps.
    pub iterations: u32,
    /// Clusters, with cluster errors.
    pub clusters: Option<u64>,
}

const STEPS: u32 = 100;

/// Penalties on the scaled coefficients, one per term.
struct Penalty {
    l1: Vec<f64>,
    l2: Vec<f64>,
}

impl Penalty {
    fn value(&self, b: &[f64]) -> f64 {
        let mut sum = Compensated::new();
        for ((b, l1), l2) in b.iter().zip(&self.l1).zip(&self.l2) {
            sum.add(l1 * b.abs() + 0.5 * l2 * b * b);
        }
        sum.value()
    }
}

fn log_likelihood(eta: &[f64], y: &[bool], weights: Option<&[f64]>) -> f64 {
    let mut sum = Compensated::new();
    for (row, (eta, y)) in eta.iter().zip(y).enumerate() {
        let term = ln_logistic(if *y { *eta } else { -*eta });
        sum.add(weights.map_or(term, |w| w[row] * term));
    }
    sum.value()
}

/// Fits yes/no outcomes.
///
/// # Errors
/// [`Unfit::Constant`], [`Unfit::Collinear`], [`Unfit::Separated`], [`Unfit::NotConverged`];
/// one cluster is [`Unfit::TooFewRows`].
pub fn logistic(
    design: &Design,
    y: &[bool],
    settings: &LogisticSettings<'_>,
) -> Result<Logistic, Unfit> {
    let k = design.terms();
    let weight = |row: usize| settings.weights.map_or(1.0, |w| w[row]);
    let (mut total, mut yes) = (Compensated::new(), Compensated::new());
    for (row, y) in y.iter().enumerate() {
        total.add(weight(row));
        if *y {
            yes.add(weight(row));
        }
    }
    let (total, yes) = (total.value(), yes.value());
    if yes <= 0.0 || yes >= total {
        return Err(Unfit::Constant);
    }
    let priors = |strength: f64, square: bool| -> Vec<f64> {
        (0..k)
            .map(|t| match (design.has_intercept(), t) {
                (true, 0) => 0.0,
                _ if square => strength / (design.unit(t) * design.unit(t)),
                _ => strength / design.unit(t),
            })
            .collect()
    };
    let penalty = Penalty {
        l1: priors(settings.l1, false),
        l2: priors(settings.l2, true),
    };
    if settings.l1 == 0.0 && settings.l2 == 0.0 {
        design.solver(&design.gram(settings.weights))?;
    }
    let share = yes / total;
    let mut b = vec![0.0; k];
    if design.has_intercept() {
        b[0] = ln(share / (1.0 - share));
    }
    let fitted = newton(design, y, settings.weights, &penalty, b)?;
    let (covariance, groups) = covariance(design, y, settings, &penalty, &fitted)?;
    let null = if design.has_intercept() {
        yes * ln(share) + (total - yes) * ln(1.0 - share)
    } else {
        -total * core::f64::consts::LN_2
    };
    let estimates = design.unscaled(&fitted.b);
    let stderrs = design.unscaled_errors(&covariance);
    let coefficients = estimates.into_iter().zip(stderrs).zip(&fitted.b);
    Ok(Logistic {
        coefficients: coefficients
            .map(|((estimate, stderr), scaled)| Coefficient {
                estimate,
                stderr: stderr.filter(|_| settings.l1 == 0.0 || *scaled != 0.0),
            })
            .collect(),
        log_likelihood: log_likelihood(&fitted.eta, y, settings.weights),
        log_likelihood_null: null,
        n: total,
        iterations: fitted.iterations,
        clusters: groups,
    })
}

struct Fitted {
    b: Vec<f64>,
    eta: Vec<f64>,
    iterations: u32,
}

/// Gradient of the log-likelihood and weights of its curvature at `eta`.
fn slopes(eta: &[f64], y: &[bool], weights: Option<&[f64]>) -> (Vec<f64>, Vec<f64>) {
    let mut residual = Vec::with_capacity(eta.len());
    let mut curvature = Vec::with_capacity(eta.len());
    for (row, (eta, y)) in eta.iter().zip(y).enumerate() {
        let w = weights.map_or(1.0, |w| w[row]);
        let p = sigmoid(*eta);
        // 1 - p without cancellation
        let q = sigmoid(-*eta);
        residual.push(w * if *y { q } else { -p });
        curvature.push(w * p * q);
    }
    (residual, curvature)
}

fn newton(
    design: &Design,
    y: &[bool],
    weights: Option<&[f64]>,
    penalty: &Penalty,
    mut b: Vec<f64>,
) -> Result<Fitted, Unfit> {
    let objective = |b: &[f64], eta: &[f64]| log_likelihood(eta, y, weights) - penalty.value(b);
    let mut eta = design.times(&b);
    let mut value = objective(&b, &eta);
    let separated = |eta: &[f64]| {
        let far = eta.iter().fold(0.0_f64, |m, e| m.max(e.abs())) > 15.0;
        if far {
            Unfit::Separated
        } else {
            Unfit::NotConverged
        }
    };
    for iteration in 1..=STEPS {
        let (residual, curvature) = slopes(&eta, y, weights);
        let gradient = design.transposed_times(&residual);
        let hessian = design.gram(Some(&curvature));
        let Some(target) = quadratic(&hessian, &gradient, &b, penalty) else {
            return Err(separated(&eta));
        };
        let step: Vec<f64> = target.iter().zip(&b).map(|(t, b)| t - b).collect();
        let size = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        let scale = b.iter().fold(1.0_f64, |m, b| m.max(b.abs()));
        let mut share = 1.0;
        let (next, next_eta, next_value) = loop {
            let next: Vec<f64> = b.iter().zip(&step).map(|(b, s)| b + share * s).collect();
            let next_eta = design.times(&next);
            let next_value = objective(&next, &next_eta);
            // Rounding noise near the maximum is not a loss.
            if next_value >= value - 1e-12 * value.abs().max(1.0) || share < 1e-9 {
                break (next, next_eta, next_value);
            }
            share *= 0.5;
        };
        (b, eta, value) = (next, next_eta, next_value);
        if size <= 1e-11 * scale {
            return Ok(Fitted {
                b,
                eta,
                iterations: iteration,
            });
        }
    }
    Err(separated(&eta))
}

/// The maximum of the penalised quadratic model around `b`; `None` where it is singular.
fn quadratic(hessian: &Square, gradient: &[f64], b: &[f64], penalty: &Penalty) -> Option<Vec<f64>> {
    let k = b.len();
    let mut full = hessian.clone();
    for t in 0..k {
        full.add(t, t, penalty.l2[t]);
    }
    if penalty.l1.iter().all(|l| *l == 0.0) {
        let slope: Vec<f64> = (0..k).map(|t| gradient[t] - penalty.l2[t] * b[t]).collect();
        let step = full.cholesky()?.solve(&slope);
        let target: Vec<f64> = b.iter().zip(step).map(|(b, s)| b + s).collect();
        return target.iter().all(|t| t.is_finite()).then_some(target);
    }
    // max  gᵀ(x - b) - (x - b)ᵀ H (x - b) / 2 - l1 |x| - l2 x² / 2, one coordinate at a time
    let mut x = b.to_vec();
    for _ in 0..100_000 {
        let mut moved = 0.0_f64;
        for t in 0..k {
            let diagonal = full.get(t, t);
            if diagonal <= 0.0 {
                return None;
            }
            let mut pull = gradient[t] + hessian.get(t, t) * b[t];
            for (j, (xj, bj)) in x.iter().zip(b).enumerate() {
                if j != t {
                    pull -= hessian.get(t, j) * (xj - bj);
                }
            }
            let l1 = penalty.l1[t];
            let shrunk = if pull > l1 {
                pull - l1
            } else if pull < -l1 {
                pull + l1
            } else {
                0.0
            };
            let next = shrunk / diagonal;
            moved = moved.max((next - x[t]).abs());
            x[t] = next;
        }
        if moved <= 1e-14 * x.iter().fold(1.0_f64, |m, v| m.max(v.abs())) {
            break;
        }
    }
    x.iter().all(|t| t.is_finite()).then_some(x)
}

type Covariance = (Square, Option<u64>);

fn covariance(
    design: &Design,
    y: &[bool],
    settings: &LogisticSettings<'_>,
    penalty: &Penalty,
    fitted: &Fitted,
) -> Result<Covariance, Unfit> {
    let (residual, curvature) = slopes(&fitted.eta, y, settings.weights);
    let mut information = design.gram(Some(&curvature));
    for t in 0..design.terms() {
        information.add(t, t, penalty.l2[t]);
        // A coefficient at 0 under L1 is fixed there: take it out of the others' errors.
        if penalty.l1[t] > 0.0 && fitted.b[t] == 0.0 {
            for j in 0..design.terms() {
                information.set(t, j, 0.0);
                information.set(j, t, 0.0);
            }
            information.set(t, t, 1.0);
        }
    }
    let solver = design.solver(&information)?;
    if !settings.sandwich {
        return Ok((solver.inverse(), None));
    }
    let (meat, count) = design.scatter(&residual, settings.clusters);
    let mut covariance = solver.sandwich(&meat);
    if settings.clusters.is_none() {
        return Ok((covariance, None));
    }
    if count < 2 {
        return Err(Unfit::TooFewRows);
    }
    let factor = count as f64 / (count as f64 - 1.0);
    for i in 0..design.terms() {
        for j in 0..design.terms() {
            let value = covariance.get(i, j) * factor;
            covariance.set(i, j, value);
        }
    }
    Ok((covariance, Some(count as u64)))
}
