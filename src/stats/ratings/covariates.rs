//! Bradley–Terry with covariates of the comparison (position, length, style).
//!
//! `logit P(a wins) = θ_a − θ_b + Σ β·x` (Springall 1973; used for style control
//! by the Arena leaderboards), unpenalised, maximum likelihood by Newton. A
//! constant covariate of 1 is the advantage of being shown as a. Rows are
//! sorted before anything is added, so the result does not depend on their order.

use super::RatingError;
use super::counts::{BothBad, Outcome};
use super::covariate_bootstrap;
use super::covariate_rows::{CovariateTable, Sorted, Span, Standardise};
use super::covariate_sums::{Meat, Moments, Visitor};
use super::graph::{Status, connectivity};
use super::likelihood::Model;
use super::options::{BradleyTerryOptions, Errors, Ties};
use super::paired::{Pair, Problem};
use crate::stats::interval::{percentile, standard_deviation};
use crate::stats::matrix::{Square, dot};
use crate::stats::num::{Compensated, exp, finite, ln, norm_quantile, sqrt};
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
    /// The one of `options.errors`; that of the bootstrap is the standard deviation
    /// of the replicates.
    pub error: Option<f64>,
    /// `init + scale/ln(base) · θ` for systems; `None` for covariates.
    pub rating: Option<f64>,
    /// Lower end of the interval by `options.errors` of the rating, or of β.
    pub lower: Option<f64>,
    /// Upper end of the same.
    pub upper: Option<f64>,
    /// Rows used in which the system took part; for covariates, all rows used.
    pub n: u64,
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

fn usable(o: &BradleyTerryOptions, outcome: Outcome) -> Option<f64> {
    match outcome {
        Outcome::A => Some(1.0),
        Outcome::B => Some(0.0),
        Outcome::BothBad if o.both_bad == BothBad::Skip => None,
        _ => (o.ties != Ties::Skip).then_some(0.5),
    }
}

#[derive(Clone)]
pub(super) struct Likelihood {
    /// Systems.
    pub m: usize,
    /// Covariates.
    pub k: usize,
    pub rows: Sorted,
    pub l2: f64,
}

/// Value, gradient and information at a point; the information has `ridge`
/// added to every element of the systems' block.
struct Local {
    value: f64,
    gradient: Vec<f64>,
    information: Square,
    ridge: f64,
}

/// ln of a product of numbers in \[1, 2\], taken rarely.
struct LogProduct {
    product: f64,
    count: u32,
    total: f64,
}

impl LogProduct {
    fn add(&mut self, x: f64) {
        self.product *= x;
        self.count += 1;
        if self.count == 500 {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.total += ln(self.product);
        self.product = 1.0;
        self.count = 0;
    }
}

impl Likelihood {
    /// Calls `visit(row, w, p, e/(1+e)²)` for every row of a pair, where `p` is the
    /// probability that the first system wins; returns the log-likelihood.
    fn visit(&self, span: &Span, beta: &[f64], mut visit: impl FnMut(usize, f64, f64, f64)) -> f64 {
        let base = beta[span.i] - beta[span.j];
        let slopes = &beta[self.m..];
        let mut sum = 0.0;
        let mut logs = LogProduct {
            product: 1.0,
            count: 0,
            total: 0.0,
        };
        for r in span.start..span.end {
            let x = &self.rows.x[r * self.k..(r + 1) * self.k];
            let mut d = base;
            for (x, b) in x.iter().zip(slopes) {
                d += x * b;
            }
            let e = exp(-d.abs());
            let inverse = 1.0 / (1.0 + e);
            let p = if d >= 0.0 { inverse } else { e * inverse };
            let linear = self.rows.y[r] * d - d.max(0.0);
            match self.rows.w.get(r) {
                None => {
                    sum += linear;
                    logs.add(1.0 + e);
                    visit(r, 1.0, p, e * inverse * inverse);
                }
                Some(&w) => {
                    sum += w * (linear - ln(1.0 + e));
                    visit(r, w, p, e * inverse * inverse);
                }
            }
        }
        logs.flush();
        sum - logs.total
    }

    fn penalty(&self, beta: &[f64]) -> f64 {
        0.5 * self.l2 * dot(&beta[..self.m], &beta[..self.m])
    }

    fn local(&self, beta: &[f64]) -> Local {
        self.pass(beta, &mut ())
    }

    /// One pass over the rows, which `also` sees.
    fn pass(&self, beta: &[f64], also: &mut impl Visitor) -> Local {
        let n = self.m + self.k;
        let mut g = vec![0.0; n];
        let mut h = Square::zeros(n);
        for (i, b) in beta.iter().enumerate().take(self.m) {
            g[i] -= self.l2 * b;
            h.add(i, i, self.l2);
        }
        let mut value = Compensated::new();
        let mut moments = Moments::new(self.k);
        let mut slopes = vec![0.0; self.k];
        for span in &self.rows.spans {
            let mut pull = 0.0;
            let sum = self.visit(span, beta, |r, w, p, v| {
                let x = &self.rows.x[r * self.k..(r + 1) * self.k];
                let e = w * (self.rows.y[r] - p);
                pull += e;
                for (s, x) in slopes.iter_mut().zip(x) {
                    *s += e * x;
                }
                moments.add(w * v, x);
                also.row(span, r, x, e);
            });
            value.add(sum);
            g[span.i] += pull;
            g[span.j] -= pull;
            moments.spill(&mut h, self.m, span);
            also.end(span);
        }
        moments.finish(&mut h, self.m, self.k);
        for (g, s) in g[self.m..].iter_mut().zip(&slopes) {
            *g += s;
        }
        let m = self.m as f64;
        let trace: f64 = (0..self.m).map(|i| h.get(i, i)).sum();
        let ridge = trace / (m * m);
        for i in 0..self.m {
            for j in 0..self.m {
                h.add(i, j, ridge);
            }
        }
        Local {
            value: value.value() - self.penalty(beta),
            gradient: g,
            information: h,
            ridge,
        }
    }

    /// The fit without covariates, which costs a pass over the pairs alone.
    fn start(&self) -> Vec<f64> {
        let pair = |(i, j, first, second)| Pair {
            i,
            j,
            w: [first, second, 0.0],
            q: [0.0; 3],
        };
        let problem = Problem {
            m: self.m,
            pairs: self.rows.edges().into_iter().map(pair).collect(),
            model: Model::Logistic,
            l2: self.l2,
        };
        let found = problem.maximise(None, 50);
        let mut start = if found.converged {
            found.theta
        } else {
            vec![0.0; self.m]
        };
        start.resize(self.m + self.k, 0.0);
        start
    }

    /// The maximum, whether it was found, and the steps taken from `start`.
    pub(super) fn maximise(&self, start: Option<&[f64]>, limit: u32) -> (Vec<f64>, bool, u32) {
        let mut beta = start.map_or_else(|| self.start(), <[f64]>::to_vec);
        let mut here = self.local(&beta);
        for iteration in 1..=limit {
            let Some(factor) = here.information.cholesky() else {
                return (beta, false, iteration);
            };
            let step = factor.solve(&here.gradient);
            // The error after a full step is of the order of its square.
            let small = |(s, b): (&f64, &f64)| s.abs() <= 1e-6 * b.abs().max(1.0);
            let done = step.iter().zip(&beta).all(small);
            let mut scale = 1.0;
            loop {
                let next: Vec<f64> = beta.iter().zip(&step).map(|(t, s)| t + scale * s).collect();
                if done {
                    // Within the rule: the step is taken, its value need not be known.
                    beta = next;
                    super::paired::centre(&mut beta[..self.m]);
                    return (beta, true, iteration);
                }
                let there = self.local(&next);
                if there.value >= here.value - 1e-12 * here.value.abs() {
                    (beta, here) = (next, there);
                    break;
                }
                scale *= 0.5;
                if scale < 1e-18 {
                    return (beta, false, iteration);
                }
            }
        }
        (beta, false, limit)
    }

    /// The point, and the sum over independent rows, or over clusters, of the
    /// outer products of their scores; with clusters times `G / (G − 1)`.
    fn local_and_meat(&self, beta: &[f64]) -> (Local, Square) {
        let mut seen = Meat::new(self);
        let here = self.pass(beta, &mut seen);
        (here, seen.finish())
    }

    /// Variances (inverse information under Σθ = 0, and sandwich), and the
    /// log-likelihood.
    fn variances(&self, beta: &[f64]) -> Option<(Vec<f64>, Vec<f64>, f64)> {
        let (here, meat) = self.local_and_meat(beta);
        let mut a = here.information.cholesky()?.inverse();
        let m = self.m as f64;
        a.add_block(self.m, -1.0 / (m * (here.ridge * m + self.l2)));
        let n = self.m + self.k;
        let sandwich = (0..n)
            .map(|i| dot(a.row(i), &meat.times(a.row(i))))
            .collect();
        let inverse = (0..n).map(|i| a.get(i, i)).collect();
        Some((inverse, sandwich, here.value + self.penalty(beta)))
    }
}

/// The same fit for rows given one by one.
///
/// # Errors
/// As there.
pub fn bradley_terry_covariates(
    rows: &[CovariateRow],
    covariates: &[&str],
    o: &BradleyTerryOptions,
) -> Result<CovariateFit, RatingError> {
    let names: BTreeSet<&String> = rows.iter().flat_map(|r| [&r.a, &r.b]).collect();
    let names: Vec<String> = names.into_iter().cloned().collect();
    let at = |s: &String| names.binary_search(s).unwrap_or(0) as u32;
    let table = CovariateTable {
        a: rows.iter().map(|r| at(&r.a)).collect(),
        b: rows.iter().map(|r| at(&r.b)).collect(),
        score: rows
            .iter()
            .map(|r| r.outcome.and_then(|v| usable(o, v)).unwrap_or(f64::NAN))
            .collect(),
        weight: rows.iter().map(|r| r.weight).collect(),
        x: rows.iter().flat_map(|r| r.x.iter().copied()).collect(),
        cluster: Vec::new(),
    };
    bradley_terry_covariate_table(&names, &table, covariates, Standardise::No, o)
}

/// Fits the model to a table over sorted `systems`. Ties are half a win each or
/// skipped; of the other options `both_bad`, `l2` (on θ only), `scale`, `base`,
/// `init`, `level`, `errors` and `max_iterations` are used. Systems are rated as
/// in [`super::bradley_terry`]: the largest strongly connected part.
///
/// # Errors
/// An option is out of range, a tie model is asked for that does not exist
/// here, or a row has a bad weight or bad covariates.
pub fn bradley_terry_covariate_table(
    systems: &[String],
    table: &CovariateTable<'_>,
    covariates: &[&str],
    standardise: Standardise,
    o: &BradleyTerryOptions,
) -> Result<CovariateFit, RatingError> {
    o.validate()?;
    if !matches!(o.ties, Ties::Half | Ties::Skip) {
        return Err(RatingError::Row(
            "with covariates, ties is 'half' or 'skip'; use bradley_terry for tie models".into(),
        ));
    }
    let k = covariates.len();
    let mut rows = table.sorted(systems, k)?;
    let scales = rows.prepare(k, standardise);
    let found = connectivity(systems.len(), &rows.edges(), o.l2 > 0.0);
    let local = |u: usize| found.rated.binary_search(&u).ok();
    let mut n = vec![0_u64; systems.len()];
    for s in &rows.spans {
        n[s.i] += (s.end - s.start) as u64;
        n[s.j] += (s.end - s.start) as u64;
    }
    rows.spans = std::mem::take(&mut rows.spans)
        .into_iter()
        .filter_map(|s| {
            Some(Span {
                i: local(s.i)?,
                j: local(s.j)?,
                ..s
            })
        })
        .collect();
    let used: usize = rows.spans.iter().map(|s| s.end - s.start).sum();
    let likelihood = Likelihood {
        m: found.rated.len(),
        k,
        rows,
        l2: o.l2,
    };
    let (beta, mut converged, iterations) = if likelihood.m > 1 {
        likelihood.maximise(None, o.max_iterations)
    } else {
        (Vec::new(), false, 0)
    };
    let variances = converged.then(|| likelihood.variances(&beta)).flatten();
    converged &= variances.is_some();
    let resampled = if converged && o.errors == Errors::Bootstrap {
        covariate_bootstrap::replicates(&likelihood, &beta, o)
    } else {
        Vec::new()
    };
    let report = Report {
        beta: &beta,
        variances: variances.as_ref(),
        resampled: &resampled,
        o,
    };
    let systems = systems
        .iter()
        .enumerate()
        .map(|(u, name)| report.system(name, local(u), found.status[u], n[u]))
        .collect();
    let coefficients = covariates
        .iter()
        .zip(&scales)
        .enumerate()
        .map(|(p, (name, scale))| {
            report.covariate(name, likelihood.m + p, 1.0 / scale, used as u64)
        })
        .collect();
    Ok(CovariateFit {
        systems,
        coefficients,
        converged,
        iterations,
        log_likelihood: variances.as_ref().and_then(|v| finite(v.2)),
    })
}

/// Turns parameters into estimates.
struct Report<'a> {
    beta: &'a [f64],
    variances: Option<&'a (Vec<f64>, Vec<f64>, f64)>,
    /// Replicates of every parameter; empty without a bootstrap.
    resampled: &'a [Vec<f64>],
    o: &'a BradleyTerryOptions,
}

impl Report<'_> {
    fn system(&self, name: &str, at: Option<usize>, status: Status, n: u64) -> Estimate {
        let factor = self.o.scale / ln(self.o.base);
        let place = |theta: f64| self.o.init + factor * theta;
        let mut e = self.estimate(name, at, 1.0, n);
        e.status = status;
        e.rating = e.value.and_then(|v| finite(place(v)));
        e.lower = e.lower.and_then(|v| finite(place(v)));
        e.upper = e.upper.and_then(|v| finite(place(v)));
        e
    }

    fn covariate(&self, name: &str, at: usize, unit: f64, n: u64) -> Estimate {
        self.estimate(name, Some(at), unit, n)
    }

    fn estimate(&self, name: &str, at: Option<usize>, unit: f64, n: u64) -> Estimate {
        let found = at.zip(self.variances);
        let value = found.and_then(|(i, _)| finite(unit * self.beta[i]));
        // Rounding may take a variance of 0 below it; NaN stays without a value.
        let error = |v: f64| finite(v).and_then(|v| finite(unit * sqrt(v.max(0.0))));
        let stderr = found.and_then(|(i, v)| error(v.0[i]));
        let sandwich = found.and_then(|(i, v)| error(v.1[i]));
        let z = norm_quantile(0.5 + 0.5 * self.o.level);
        let around = |error: Option<f64>| {
            let end = |sign: f64| value.zip(error).and_then(|(b, e)| finite(b + sign * z * e));
            (error, end(-1.0), end(1.0))
        };
        let (used, lower, upper) = match self.o.errors {
            Errors::None => (None, None, None),
            Errors::Hessian => around(stderr),
            Errors::Sandwich => around(sandwich),
            Errors::Bootstrap => {
                let mut draws = at
                    .and_then(|i| self.resampled.get(i))
                    .cloned()
                    .unwrap_or_default();
                let spread = standard_deviation(&draws).and_then(|s| finite(unit * s));
                let ends = percentile(&mut draws, self.o.level);
                let end = |x: Option<f64>| x.and_then(|x| finite(unit * x));
                (
                    spread,
                    end(ends.map(|e| e.lower)),
                    end(ends.map(|e| e.upper)),
                )
            }
        };
        Estimate {
            name: name.to_owned(),
            value,
            stderr,
            stderr_sandwich: sandwich,
            error: used,
            rating: None,
            lower,
            upper,
            n,
            status: Status::Ok,
        }
    }
}
