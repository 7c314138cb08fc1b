//! Proportional-odds regression of ordered levels: P(y <= j) = logistic(cut_j - x b).
//!
//! McCullagh 1980. The log-likelihood is concave (Pratt 1981): Newton with halving.

use super::{Coefficient, Design, Unfit};
use crate::stats::matrix::Square;
use crate::stats::num::{
    Compensated, exp, exp_m1, finite, ln, ln_1p, ln_logistic, logistic, logit, sqrt,
};

/// A proportional-odds fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordinal {
    /// One per predictor.
    pub coefficients: Vec<Coefficient>,
    /// One between each two adjacent levels, ascending.
    pub cuts: Vec<Coefficient>,
    /// Log-likelihood.
    pub log_likelihood: f64,
    /// Log-likelihood of the shares of the levels.
    pub log_likelihood_null: f64,
    /// Newton steps.
    pub iterations: u32,
}

const STEPS: u32 = 100;

/// Fits levels `0..levels` (each present) on a design without intercept.
///
/// # Errors
/// [`Unfit::Constant`] with fewer than two levels, [`Unfit::TooFewRows`],
/// [`Unfit::Collinear`], [`Unfit::Separated`], [`Unfit::NotConverged`].
pub fn ordinal_logit(design: &Design, y: &[u32], levels: usize) -> Result<Ordinal, Unfit> {
    if levels < 2 {
        return Err(Unfit::Constant);
    }
    // The scaled design carries an intercept column that centres the predictors;
    // the cuts stand in for it.
    let (k, n) = (design.terms() - 1, y.len());
    let free = levels - 1;
    if n <= k + free {
        return Err(Unfit::TooFewRows);
    }
    design.solver(&design.gram(None))?;
    let mut counts = vec![0_u64; levels];
    for level in y {
        counts[*level as usize] += 1;
    }
    let mut below = 0;
    let mut theta: Vec<f64> = counts[..free]
        .iter()
        .map(|count| {
            below += count;
            logit(below as f64 / n as f64)
        })
        .collect();
    theta.resize(free + k, 0.0);
    let mut null = Compensated::new();
    for count in &counts {
        null.add(*count as f64 * ln(*count as f64 / n as f64));
    }
    let mut value = log_likelihood(design, y, &theta, free);
    let mut iterations = 0;
    let hessian = loop {
        iterations += 1;
        let (gradient, information) = slopes(design, y, &theta, free);
        let failed = |theta: &[f64]| {
            let far = linear(design, &theta[free..])
                .iter()
                .fold(0.0_f64, |m, e| m.max(e.abs()));
            if far > 15.0 {
                Unfit::Separated
            } else {
                Unfit::NotConverged
            }
        };
        let Some(factor) = information.cholesky() else {
            return Err(failed(&theta));
        };
        let step = factor.solve(&gradient);
        let size = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        let scale = theta.iter().fold(1.0_f64, |m, t| m.max(t.abs()));
        let mut share = 1.0;
        let next = loop {
            let next: Vec<f64> = theta
                .iter()
                .zip(&step)
                .map(|(t, s)| t + share * s)
                .collect();
            let next_value = if next[..free].is_sorted_by(|a, b| a < b) {
                log_likelihood(design, y, &next, free)
            } else {
                f64::NEG_INFINITY
            };
            if next_value >= value - 1e-12 * value.abs().max(1.0) {
                value = next_value;
                break next;
            }
            if share < 1e-9 {
                break theta.clone();
            }
            share *= 0.5;
        };
        theta = next;
        if size <= 1e-10 * scale {
            break factor;
        }
        if iterations >= STEPS {
            return Err(failed(&theta));
        }
    };
    let covariance = hessian.inverse();
    Ok(unscaled(
        design,
        &theta,
        &covariance,
        free,
        value,
        null.value(),
        iterations,
    ))
}

fn unscaled(
    design: &Design,
    theta: &[f64],
    covariance: &Square,
    free: usize,
    log_likelihood: f64,
    log_likelihood_null: f64,
    iterations: u32,
) -> Ordinal {
    let k = theta.len() - free;
    // cut_j on the data's scale is the scaled cut plus Σ b c / s: minus the "intercept" part.
    let mut coefficients = Vec::with_capacity(k);
    for t in 0..k {
        let unit = design.unit(t + 1);
        coefficients.push(Coefficient {
            estimate: theta[free + t] / unit,
            stderr: finite(sqrt(covariance.get(free + t, free + t)) / unit),
        });
    }
    let cuts = (0..free)
        .map(|j| {
            // Reuse the design's change of scale: an intercept of -cut with coefficients b.
            let mut scaled = vec![-theta[j]];
            scaled.extend_from_slice(&theta[free..]);
            let estimate = -design.unscaled(&scaled)[0];
            let mut part = Square::zeros(k + 1);
            let place = |t: usize| if t == 0 { j } else { free + t - 1 };
            let sign = |t: usize| if t == 0 { -1.0 } else { 1.0 };
            for a in 0..=k {
                for b in 0..=k {
                    part.set(a, b, sign(a) * sign(b) * covariance.get(place(a), place(b)));
                }
            }
            Coefficient {
                estimate,
                stderr: design.unscaled_errors(&part)[0],
            }
        })
        .collect();
    Ordinal {
        coefficients,
        cuts,
        log_likelihood,
        log_likelihood_null,
        iterations,
    }
}

/// x b of every row.
fn linear(design: &Design, b: &[f64]) -> Vec<f64> {
    let mut with_intercept = vec![0.0];
    with_intercept.extend_from_slice(b);
    design.times(&with_intercept)
}

/// logistic(hi) - logistic(lo) in the log, hi > lo; ends may be infinite.
fn ln_between(lo: f64, hi: f64) -> f64 {
    if lo == f64::NEG_INFINITY {
        return ln_logistic(hi);
    }
    if hi == f64::INFINITY {
        return ln_logistic(-lo);
    }
    // σ(hi) - σ(lo) = σ(hi) σ(-lo) (1 - e^(lo - hi))
    ln_logistic(hi) + ln_logistic(-lo) + ln_1p(-exp(lo - hi))
}

fn ends(theta: &[f64], free: usize, level: usize, eta: f64) -> (f64, f64) {
    let lo = if level == 0 {
        f64::NEG_INFINITY
    } else {
        theta[level - 1] - eta
    };
    let hi = if level == free {
        f64::INFINITY
    } else {
        theta[level] - eta
    };
    (lo, hi)
}

fn log_likelihood(design: &Design, y: &[u32], theta: &[f64], free: usize) -> f64 {
    let eta = linear(design, &theta[free..]);
    let mut sum = Compensated::new();
    for (level, eta) in y.iter().zip(&eta) {
        let (lo, hi) = ends(theta, free, *level as usize, *eta);
        sum.add(ln_between(lo, hi));
    }
    sum.value()
}

/// Gradient and observed information over (cuts, coefficients).
fn slopes(design: &Design, y: &[u32], theta: &[f64], free: usize) -> (Vec<f64>, Square) {
    let k = theta.len() - free;
    let eta = linear(design, &theta[free..]);
    let mut gradient = vec![Compensated::new(); free + k];
    let mut cut_cut = vec![Compensated::new(); free];
    let mut cut_next = vec![Compensated::new(); free];
    let mut cut_beta = vec![Compensated::new(); free * k];
    let mut curvature = Vec::with_capacity(y.len());
    for (row, (level, eta)) in y.iter().zip(&eta).enumerate() {
        let level = *level as usize;
        let (lo, hi) = ends(theta, free, level, *eta);
        // ln P = ln σ(hi) + ln σ(-lo) + ln(1 - e^(lo - hi)); u = 1 / (e^(hi - lo) - 1).
        let bounded = lo.is_finite() && hi.is_finite();
        let u = if bounded { 1.0 / exp_m1(hi - lo) } else { 0.0 };
        let (p_hi, p_lo) = (logistic(hi), logistic(lo));
        let d_hi = if hi.is_finite() {
            logistic(-hi) + u
        } else {
            0.0
        };
        let d_lo = if lo.is_finite() { -p_lo - u } else { 0.0 };
        let both = u * (1.0 + u);
        let h_hi = if hi.is_finite() {
            p_hi * logistic(-hi) + both
        } else {
            0.0
        };
        let h_lo = if lo.is_finite() {
            p_lo * logistic(-lo) + both
        } else {
            0.0
        };
        let cross = if bounded { -both } else { 0.0 };
        // eta enters both ends with sign -1.
        let d_eta = -(d_hi + d_lo);
        curvature.push(h_hi + h_lo + 2.0 * cross);
        if level < free {
            gradient[level].add(d_hi);
            cut_cut[level].add(h_hi);
        }
        if level > 0 {
            gradient[level - 1].add(d_lo);
            cut_cut[level - 1].add(h_lo);
            if level < free {
                cut_next[level - 1].add(cross);
            }
        }
        for t in 0..k {
            let x = design.column(t + 1)[row];
            gradient[free + t].add(d_eta * x);
            if level < free {
                cut_beta[level * k + t].add(-(h_hi + cross) * x);
            }
            if level > 0 {
                cut_beta[(level - 1) * k + t].add(-(h_lo + cross) * x);
            }
        }
    }
    let beta = design.gram(Some(&curvature));
    let mut information = Square::zeros(free + k);
    for j in 0..free {
        information.set(j, j, cut_cut[j].value());
        if j + 1 < free {
            information.set(j, j + 1, cut_next[j].value());
            information.set(j + 1, j, cut_next[j].value());
        }
        for t in 0..k {
            let value = cut_beta[j * k + t].value();
            information.set(j, free + t, value);
            information.set(free + t, j, value);
        }
    }
    for a in 0..k {
        for b in 0..k {
            information.set(free + a, free + b, beta.get(a + 1, b + 1));
        }
    }
    (
        gradient.iter().map(Compensated::value).collect(),
        information,
    )
}
