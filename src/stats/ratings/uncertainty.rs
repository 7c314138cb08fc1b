//! Standard errors, intervals and covariances of a paired-comparison fit.

use super::bootstrap::{self, Replicates};
use super::clusters::Units;
use super::options::{BradleyTerryOptions, Errors};
use super::paired::{Covariance, Problem, Solution};
use crate::stats::matrix::{Square, dot};
use crate::stats::num::{finite, norm_quantile, sqrt};

/// Up to this many systems the covariance of all strengths is formed, and rank
/// intervals rest on the differences; above it they rest on the ratings alone.
pub(super) const COVARIANCE_LIMIT: usize = 1000;

/// Standard errors and interval ends in θ, per rated system.
#[derive(Default)]
pub(super) struct Uncertainty {
    pub stderr: Vec<Option<f64>>,
    pub lower: Vec<Option<f64>>,
    pub upper: Vec<Option<f64>>,
    pub phi_stderr: Option<f64>,
    pub failed: u32,
    /// Covariance of the strengths, up to [`COVARIANCE_LIMIT`] systems.
    pub covariance: Option<Square>,
}

/// The uncertainty that the options ask for.
pub(super) fn of(
    problem: &Problem,
    units: &Units,
    s: &Solution,
    o: &BradleyTerryOptions,
) -> Uncertainty {
    let m = problem.m;
    let mut out = Uncertainty {
        stderr: vec![None; m],
        lower: vec![None; m],
        upper: vec![None; m],
        ..Uncertainty::default()
    };
    if o.errors == Errors::None || !s.converged || m < 2 {
        return out;
    }
    if o.errors == Errors::Bootstrap {
        resample(problem, units, s, o, &mut out);
        return out;
    }
    let Some(cov) = problem.covariance(&s.theta, s.phi) else {
        return out;
    };
    out.phi_stderr = problem.model.has_phi().then(|| sqrt(cov.phi));
    let variance = if m <= COVARIANCE_LIMIT {
        let full = joint(problem, &cov, units, s, o.errors);
        let diagonal = full
            .as_ref()
            .map(|v| (0..m).map(|k| Some(v.get(k, k))).collect());
        out.covariance = full;
        diagonal.unwrap_or_else(|| vec![None; m])
    } else {
        let scores = problem.scores(&s.theta, s.phi);
        let mut variance = Vec::with_capacity(m);
        problem.covariance_rows(&cov, |k, row| {
            variance.push(match o.errors {
                Errors::Hessian => Some(row[k]),
                _ => units.quadratic(problem, &scores, row, cov.with_phi(k)),
            });
        });
        variance
    };
    let z = norm_quantile(0.5 + 0.5 * o.level);
    for (k, v) in variance.iter().enumerate() {
        let Some(v) = v else { continue };
        let se = sqrt(v.max(0.0));
        out.stderr[k] = finite(se);
        out.lower[k] = finite(s.theta[k] - z * se);
        out.upper[k] = finite(s.theta[k] + z * se);
    }
    out
}

/// The covariance of all strengths: inverse information, or `C M C`.
fn joint(
    problem: &Problem,
    cov: &Covariance,
    units: &Units,
    s: &Solution,
    errors: Errors,
) -> Option<Square> {
    let m = problem.m;
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(m);
    problem.covariance_rows(cov, |_, row| rows.push(row.to_vec()));
    let mut out = Square::zeros(m);
    if errors == Errors::Hessian {
        for (k, row) in rows.iter().enumerate() {
            out.row_mut(k).copy_from_slice(row);
        }
        return Some(out);
    }
    let meat = units.meat(problem, &s.theta, s.phi)?;
    let rows: Vec<Vec<f64>> = rows
        .into_iter()
        .enumerate()
        .map(|(k, mut row)| {
            row.push(cov.with_phi(k));
            row
        })
        .collect();
    for (k, row) in rows.iter().enumerate() {
        let half = meat.times(row);
        for (j, other) in rows.iter().enumerate().take(k + 1) {
            let v = dot(other, &half);
            out.set(k, j, v);
            out.set(j, k, v);
        }
    }
    Some(out)
}

fn resample(
    problem: &Problem,
    units: &Units,
    s: &Solution,
    o: &BradleyTerryOptions,
    out: &mut Uncertainty,
) {
    let m = problem.m;
    let r: Replicates = bootstrap::run(problem, units, s, o.replicates, o.seed);
    out.failed = r.failed;
    let mut columns: Vec<Vec<f64>> = (0..m).map(|k| r.column(k)).collect();
    if m <= COVARIANCE_LIMIT && columns.first().is_some_and(|c| c.len() > 1) {
        out.covariance = Some(covariance_of(&columns));
    }
    for (k, column) in columns.iter_mut().enumerate() {
        out.stderr[k] = crate::stats::interval::standard_deviation(column);
        if let Some(b) = crate::stats::interval::percentile(column, o.level) {
            out.lower[k] = finite(b.lower);
            out.upper[k] = finite(b.upper);
        }
    }
}

/// Covariance of the columns over their rows, divisor `n − 1`.
fn covariance_of(columns: &[Vec<f64>]) -> Square {
    let centred: Vec<Vec<f64>> = columns
        .iter()
        .map(|c| {
            let mut c = c.clone();
            super::paired::centre(&mut c);
            c
        })
        .collect();
    let mut out = Square::zeros(columns.len());
    for (k, x) in centred.iter().enumerate() {
        for (j, y) in centred.iter().enumerate().take(k + 1) {
            let v = dot(x, y) / (x.len() as f64 - 1.0);
            out.set(k, j, v);
            out.set(j, k, v);
        }
    }
    out
}
