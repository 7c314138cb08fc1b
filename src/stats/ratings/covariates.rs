//! Bradley–Terry with covariates of the comparison (position, length, style).
//!
//! `logit P(a wins) = θ_a − θ_b + Σ β·x` (Springall 1973; used for style control
//! by the Arena leaderboards), unpenalised, maximum likelihood by Newton. A
//! constant covariate of 1 is the advantage of being shown as a. Rows are
//! sorted before anything is added, so the result does not depend on their order.

use super::RatingError;
use super::counts::{BothBad, Outcome};
use super::graph::{Status, connectivity};
use super::options::{BradleyTerryOptions, Ties};
use crate::stats::matrix::{Square, dot};
use crate::stats::num::{
    Compensated, finite, ln, ln_logistic, logistic, norm_quantile, sqrt, total_cmp,
};
use std::collections::BTreeSet;

/// One comparison with its covariates.
#[derive(Debug, Clone, PartialEq)]
pub struct CovariateRow {
    /// System shown as a.
    pub a: String,
    /// System shown as b.
    pub b: String,
    /// The verdict; rows without one are left out.
    pub outcome: Option<Outcome>,
    /// Weight of the row.
    pub weight: f64,
    /// Covariates, the same number in every row.
    pub x: Vec<f64>,
}

/// An estimate with its two standard errors.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// System or covariate.
    pub name: String,
    /// θ (mean 0 over the rated systems) or β; `None` where undefined.
    pub value: Option<f64>,
    /// From the inverse information.
    pub stderr: Option<f64>,
    /// Sandwich.
    pub stderr_sandwich: Option<f64>,
    /// `init + scale/ln(base) · θ` for systems; `None` for covariates.
    pub rating: Option<f64>,
    /// Lower end of the interval (`options.errors`: Hessian, else sandwich) of
    /// the rating, or of β.
    pub lower: Option<f64>,
    /// Upper end of the same.
    pub upper: Option<f64>,
    /// Why there is, or is not, a value. Covariates: `Ok`.
    pub status: Status,
}

/// Result of [`bradley_terry_covariates`].
#[derive(Debug, Clone, PartialEq)]
pub struct CovariateFit {
    /// One per system, sorted by name.
    pub systems: Vec<Estimate>,
    /// One per covariate, in the order given.
    pub coefficients: Vec<Estimate>,
    /// `false` also when covariates are collinear or separate the outcomes:
    /// numbers are then withheld.
    pub converged: bool,
    /// Newton steps.
    pub iterations: u32,
    /// Log-likelihood of the rows between rated systems.
    pub log_likelihood: Option<f64>,
}

/// A row ready for fitting.
struct Row {
    a: usize,
    b: usize,
    y: f64,
    w: f64,
    x: Vec<f64>,
}

fn usable(o: &BradleyTerryOptions, outcome: Option<Outcome>) -> Option<f64> {
    match outcome? {
        Outcome::A => Some(1.0),
        Outcome::B => Some(0.0),
        Outcome::BothBad if o.both_bad == BothBad::Skip => None,
        _ => (o.ties != Ties::Skip).then_some(0.5),
    }
}

struct Likelihood {
    m: usize,
    k: usize,
    rows: Vec<Row>,
    l2: f64,
}

impl Likelihood {
    fn linear(&self, r: &Row, beta: &[f64]) -> f64 {
        beta[r.a] - beta[r.b] + dot(&r.x, &beta[self.m..])
    }

    fn value(&self, beta: &[f64]) -> f64 {
        let mut s = Compensated::new();
        for r in &self.rows {
            let d = self.linear(r, beta);
            s.add(r.w * (r.y * ln_logistic(d) + (1.0 - r.y) * ln_logistic(-d)));
        }
        s.value()
    }

    fn objective(&self, beta: &[f64]) -> f64 {
        self.value(beta) - 0.5 * self.l2 * dot(&beta[..self.m], &beta[..self.m])
    }

    /// Adds `s · d dᵀ` for the design vector `d` of a row.
    fn outer(&self, h: &mut Square, r: &Row, s: f64) {
        h.add(r.a, r.a, s);
        h.add(r.b, r.b, s);
        h.add(r.a, r.b, -s);
        h.add(r.b, r.a, -s);
        for (p, xp) in r.x.iter().enumerate() {
            let c = self.m + p;
            h.add(c, r.a, s * xp);
            h.add(c, r.b, -s * xp);
            for (q, xq) in r.x.iter().enumerate().take(p + 1) {
                h.add(c, self.m + q, s * xp * xq);
            }
        }
    }

    /// Gradient and information with `c` added to every element of the
    /// systems' block; also `c`.
    fn local(&self, beta: &[f64]) -> (Vec<f64>, Square, f64) {
        let mut g = vec![0.0; self.m + self.k];
        let mut h = Square::zeros(self.m + self.k);
        for (i, b) in beta.iter().enumerate().take(self.m) {
            g[i] -= self.l2 * b;
            h.add(i, i, self.l2);
        }
        for r in &self.rows {
            let d = self.linear(r, beta);
            let e = r.w * (r.y * logistic(-d) - (1.0 - r.y) * logistic(d));
            g[r.a] += e;
            g[r.b] -= e;
            for (p, x) in r.x.iter().enumerate() {
                g[self.m + p] += e * x;
            }
            self.outer(&mut h, r, r.w * logistic(d) * logistic(-d));
        }
        let m = self.m as f64;
        let trace: f64 = (0..self.m).map(|i| h.get(i, i)).sum();
        let c = trace / (m * m);
        for i in 0..self.m {
            for j in 0..self.m {
                h.add(i, j, c);
            }
        }
        (g, h, c)
    }

    fn maximise(&self, limit: u32) -> (Vec<f64>, bool, u32) {
        let mut beta = vec![0.0; self.m + self.k];
        let mut value = self.objective(&beta);
        for iteration in 1..=limit {
            let (g, h, _) = self.local(&beta);
            let Some(factor) = h.cholesky() else {
                return (beta, false, iteration);
            };
            let step = factor.solve(&g);
            let mut scale = 1.0;
            loop {
                let next: Vec<f64> = beta.iter().zip(&step).map(|(t, s)| t + scale * s).collect();
                let next_value = self.objective(&next);
                if next_value >= value - 1e-12 * value.abs() {
                    (beta, value) = (next, next_value);
                    break;
                }
                scale *= 0.5;
                if scale < 1e-18 {
                    return (beta, false, iteration);
                }
            }
            let small = |(s, b): (&f64, &f64)| s.abs() <= 1e-9 * b.abs().max(1.0);
            if scale == 1.0 && step.iter().zip(&beta).all(small) {
                super::paired::centre(&mut beta[..self.m]);
                return (beta, true, iteration);
            }
        }
        (beta, false, limit)
    }

    /// Variances: inverse information under Σθ = 0, and sandwich.
    fn variances(&self, beta: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        let (_, h, c) = self.local(beta);
        let mut a = h.cholesky()?.inverse();
        let m = self.m as f64;
        for i in 0..self.m {
            for j in 0..self.m {
                a.add(i, j, -1.0 / (m * (c * m + self.l2)));
            }
        }
        let n = self.m + self.k;
        let mut meat = Square::zeros(n);
        for r in &self.rows {
            let d = self.linear(r, beta);
            let e = r.w * (r.y * logistic(-d) - (1.0 - r.y) * logistic(d));
            self.outer(&mut meat, r, e * e);
        }
        for i in 0..n {
            for j in 0..i {
                let v = meat.get(i, j);
                meat.set(j, i, v);
            }
        }
        let sandwich = (0..n)
            .map(|i| dot(a.row(i), &meat.times(a.row(i))))
            .collect();
        Some(((0..n).map(|i| a.get(i, i)).collect(), sandwich))
    }
}

/// Validates, filters and sorts the rows; returns them with the systems.
fn prepare(
    rows: &[CovariateRow],
    k: usize,
    o: &BradleyTerryOptions,
) -> Result<(Vec<String>, Vec<Row>), RatingError> {
    let mut names = BTreeSet::new();
    for r in rows {
        names.insert(r.a.clone());
        names.insert(r.b.clone());
        if !(r.weight.is_finite() && r.weight >= 0.0) {
            return Err(RatingError::Weight {
                a: r.a.clone(),
                b: r.b.clone(),
                weight: r.weight,
            });
        }
        if r.x.len() != k || r.x.iter().any(|x| !x.is_finite()) {
            return Err(RatingError::Row(format!(
                "the comparison of '{}' and '{}' has covariates {:?}; expected {k} finite numbers",
                r.a, r.b, r.x
            )));
        }
    }
    let names: Vec<String> = names.into_iter().collect();
    let at = |s: &String| names.binary_search(s).unwrap_or(0);
    let mut out: Vec<Row> = rows
        .iter()
        .filter(|r| r.a != r.b && r.weight > 0.0)
        .filter_map(|r| {
            Some(Row {
                a: at(&r.a),
                b: at(&r.b),
                y: usable(o, r.outcome)?,
                w: r.weight,
                x: r.x.clone(),
            })
        })
        .collect();
    out.sort_by(|p, q| {
        let mut order = (p.a, p.b).cmp(&(q.a, q.b)).then(total_cmp(p.y, q.y));
        for (x, y) in p.x.iter().zip(&q.x) {
            order = order.then(total_cmp(*x, *y));
        }
        order.then(total_cmp(p.w, q.w))
    });
    Ok((names, out))
}

/// Fits the model. Ties are half a win each or skipped; of the other options
/// `both_bad`, `l2` (on θ only), `scale`, `base`, `init`, `level`, `errors` and
/// `max_iterations` are used. Systems are rated as in
/// [`super::bradley_terry`]: the largest strongly connected part.
///
/// # Errors
/// An option is out of range, a tie model is asked for that does not exist
/// here, or a row has a bad weight or bad covariates.
pub fn bradley_terry_covariates(
    rows: &[CovariateRow],
    covariates: &[&str],
    o: &BradleyTerryOptions,
) -> Result<CovariateFit, RatingError> {
    o.validate()?;
    if !matches!(o.ties, Ties::Half | Ties::Skip) {
        return Err(RatingError::Row(
            "with covariates, ties is 'half' or 'skip'; use bradley_terry for tie models".into(),
        ));
    }
    let k = covariates.len();
    let (names, rows) = prepare(rows, k, o)?;
    let edges: Vec<_> = rows
        .iter()
        .map(|r| (r.a, r.b, r.w * r.y, r.w * (1.0 - r.y)))
        .collect();
    let found = connectivity(names.len(), &edges, o.l2 > 0.0);
    let local = |u: usize| found.rated.binary_search(&u).ok();
    let inside = rows.into_iter().filter_map(|r| {
        Some(Row {
            a: local(r.a)?,
            b: local(r.b)?,
            ..r
        })
    });
    let likelihood = Likelihood {
        m: found.rated.len(),
        k,
        rows: inside.collect(),
        l2: o.l2,
    };
    let (beta, mut converged, iterations) = if likelihood.m > 1 {
        likelihood.maximise(o.max_iterations)
    } else {
        (Vec::new(), false, 0)
    };
    let variances = likelihood.variances_if(converged, &beta);
    converged &= variances.is_some();
    let factor = o.scale / ln(o.base);
    let z = norm_quantile(0.5 + 0.5 * o.level);
    let estimate = |name: &str, at: Option<usize>, status: Status, unit: Option<f64>| {
        let found = at.zip(variances.as_ref());
        let value = found.and_then(|(i, _)| finite(beta[i]));
        let error = |v: &Vec<f64>, i: usize| finite(sqrt(v[i].max(0.0)));
        let stderr = found.and_then(|(i, v)| error(&v.0, i));
        let sandwich = found.and_then(|(i, v)| error(&v.1, i));
        let used = if o.errors == super::Errors::Hessian {
            stderr
        } else {
            sandwich
        };
        let place = |x: f64| unit.map_or(x, |f| o.init + f * x);
        let end = |sign: f64| {
            value
                .zip(used)
                .and_then(|(b, e)| finite(place(b + sign * z * e)))
        };
        Estimate {
            name: name.to_owned(),
            value,
            stderr,
            stderr_sandwich: sandwich,
            rating: value.and_then(|b| unit.and_then(|_| finite(place(b)))),
            lower: end(-1.0),
            upper: end(1.0),
            status,
        }
    };
    let systems = names
        .iter()
        .enumerate()
        .map(|(u, name)| estimate(name, local(u), found.status[u], Some(factor)))
        .collect();
    let coefficients = covariates
        .iter()
        .enumerate()
        .map(|(p, name)| estimate(name, Some(likelihood.m + p), Status::Ok, None))
        .collect();
    Ok(CovariateFit {
        systems,
        coefficients,
        converged,
        iterations,
        log_likelihood: converged.then(|| likelihood.value(&beta)).and_then(finite),
    })
}

impl Likelihood {
    fn variances_if(&self, converged: bool, beta: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        if converged {
            self.variances(beta)
        } else {
            None
        }
    }
}
