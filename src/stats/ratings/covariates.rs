//! Bradley–Terry with covariates of the comparison (position, length, style).
//!
//! `logit P(a wins) = θ_a − θ_b + Σ β·x` (Springall 1973; used for style control
//! by the Arena leaderboards), unpenalised, maximum likelihood by Newton. A
//! constant covariate of 1 is the advantage of being shown as a. Rows are
//! sorted before anything is added, so the result does not depend on their order.

use super::RatingError;
use super::counts::{BothBad, Outcome};
use super::covariate_bootstrap;
use super::covariate_likelihood::{Also, Likelihood, Maximum, Variances};
use super::covariate_rows::{CovariateTable, Span, Standardise};
use super::graph::{Status, connectivity};
use super::options::{BradleyTerryOptions, Errors, Ties};
use crate::stats::interval::{percentile, standard_deviation};
use crate::stats::num::{finite, ln, norm_quantile, sqrt};
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
    let graph = connectivity(systems.len(), &rows.edges(), o.l2 > 0.0);
    let local = |u: usize| graph.rated.binary_search(&u).ok();
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
        m: graph.rated.len(),
        k,
        rows,
        l2: o.l2,
    };
    let found = match likelihood.m {
        0 | 1 => Maximum::default(),
        _ => likelihood.maximise(None, o.max_iterations, Also::Variances),
    };
    let (beta, variances) = (found.beta, found.variances);
    let converged = found.converged && variances.is_some();
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
        .map(|(u, name)| report.system(name, local(u), graph.status[u], n[u]))
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
        iterations: found.iterations,
        log_likelihood: variances.as_ref().and_then(|v| finite(v.log_likelihood)),
    })
}

/// Turns parameters into estimates.
struct Report<'a> {
    beta: &'a [f64],
    variances: Option<&'a Variances>,
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
        let stderr = found.and_then(|(i, v)| error(v.inverse[i]));
        let sandwich = found.and_then(|(i, v)| error(v.sandwich[i]));
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
