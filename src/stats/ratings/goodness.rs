//! How well a Bradley–Terry fit describes the comparisons it was made from.
//!
//! Deviance and Pearson's statistic against the model that gives every pair its
//! own probabilities (McCullagh & Nelder 1989), and the calibration of the
//! predicted scores of favourites in bins.

use super::bradley_terry::{BradleyTerryFit, prepare};
use super::counts::Folded;
use super::likelihood::Model;
use super::options::{BradleyTerryOptions, Ties};
use super::paired::{Pair, Problem};
use super::{RatingError, bradley_terry_folded};
use crate::stats::num::{Compensated, chi2_sf, exp, finite, ln};

/// One bin of favourites by predicted score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreBin {
    /// Lower end of the bin.
    pub lower: f64,
    /// Upper end, included.
    pub upper: f64,
    /// Rows.
    pub n: u64,
    /// Mean predicted score, by weight; `None` in an empty bin.
    pub predicted: Option<f64>,
    /// Mean score seen.
    pub observed: Option<f64>,
}

/// Result of [`goodness_of_fit`]; `None` where undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct Goodness {
    /// Twice the log-likelihood that the saturated model is better by.
    pub deviance: Option<f64>,
    /// Pearson's statistic.
    pub pearson: Option<f64>,
    /// Degrees of freedom of both.
    pub df: i64,
    /// Upper tail of χ² at the deviance; `None` where the counts have no
    /// sampling distribution.
    pub deviance_p: Option<f64>,
    /// The same for Pearson's statistic.
    pub pearson_p: Option<f64>,
    /// Why there is no p-value, or no fit.
    pub detail: Option<&'static str>,
    /// Mean squared difference of score and prediction.
    pub brier: Option<f64>,
    /// Mean over favourites of |predicted − observed| by bin, weighted.
    pub calibration_error: Option<f64>,
    /// Favourites by predicted score, from ½ to 1.
    pub bins: Vec<ScoreBin>,
    /// Rows between rated systems.
    pub n: u64,
    /// The fit.
    pub fit: BradleyTerryFit,
}

/// Fits and examines the fit. Ties: half, skip, Davidson or Rao–Kupper.
///
/// # Errors
/// An option is out of range.
pub fn goodness_of_fit(
    folded: &Folded,
    o: &BradleyTerryOptions,
    bins: usize,
) -> Result<Goodness, RatingError> {
    let fit = bradley_terry_folded(folded, o)?;
    let p = prepare(folded, o);
    let model = p.problem.model;
    let theta: Vec<f64> = p
        .rated
        .iter()
        .map(|&g| fit.systems[g].theta.unwrap_or(f64::NAN))
        .collect();
    let phi = match (model.has_phi(), fit.tie_parameter) {
        (true, Some(t)) => ln(t),
        _ => 0.0,
    };
    let seen = Seen::of(&p.problem, &p.rows, &theta, phi, bins);
    let parameters = theta.len() as i64 - 1 + i64::from(model.has_phi());
    let free = if model.has_phi() { 2 } else { 1 };
    let df = free * p.problem.pairs.len() as i64 - parameters;
    let detail = reason(&fit, &seen, o, df);
    let known = |x: f64| finite(x).filter(|_| fit.converged);
    let (deviance, pearson) = (known(seen.deviance.value()), known(seen.pearson.value()));
    let tail = |x: Option<f64>| {
        x.filter(|_| detail.is_none())
            .map(|x| chi2_sf(x, df as f64))
    };
    let total = seen.weight.value();
    let mut error = Compensated::new();
    let bins: Vec<ScoreBin> = seen
        .bins
        .iter()
        .enumerate()
        .map(|(k, c)| c.bin(k, seen.bins.len(), &mut error))
        .collect();
    Ok(Goodness {
        deviance_p: tail(deviance),
        pearson_p: tail(pearson),
        deviance,
        pearson,
        df,
        detail,
        brier: known(seen.brier.value() / total),
        calibration_error: known(error.value() / total),
        bins,
        n: seen.n,
        fit,
    })
}

/// Why the statistics have no p-value.
fn reason(
    fit: &BradleyTerryFit,
    seen: &Seen,
    o: &BradleyTerryOptions,
    df: i64,
) -> Option<&'static str> {
    if !fit.converged {
        Some("no fit: no two systems can be rated, or the fit did not converge")
    } else if seen.weighted {
        Some("no p-value: weights other than 1 have no sampling distribution")
    } else if seen.ties && o.ties != Ties::Skip {
        Some(
            "no p-value: half wins have no sampling distribution; model the ties (ties => 'davidson')",
        )
    } else if o.ties == Ties::Duplicate {
        Some("no p-value: duplicated ties have no sampling distribution")
    } else if o.l2 > 0.0 {
        Some("no p-value: the fit is penalised")
    } else if df <= 0 {
        Some("no p-value: no more pairs than parameters")
    } else {
        None
    }
}

/// Sums over the pairs.
#[derive(Default)]
struct Seen {
    deviance: Compensated,
    pearson: Compensated,
    brier: Compensated,
    weight: Compensated,
    bins: Vec<Running>,
    n: u64,
    weighted: bool,
    ties: bool,
}

impl Seen {
    fn of(problem: &Problem, rows: &[[u64; 3]], theta: &[f64], phi: f64, bins: usize) -> Self {
        let mut out = Self {
            bins: vec![Running::default(); bins],
            ..Self::default()
        };
        for (pair, rows) in problem.pairs.iter().zip(rows) {
            out.add(
                problem.model,
                pair,
                rows,
                theta[pair.i] - theta[pair.j],
                phi,
            );
        }
        out
    }

    fn add(&mut self, model: Model, pair: &Pair, rows: &[u64; 3], d: f64, phi: f64) {
        let [a, b, t] = model.log_probabilities(d, phi).map(exp);
        let total: f64 = pair.w.iter().sum();
        let half = !model.has_phi();
        let credit = pair.w[0] + 0.5 * pair.w[2];
        let cells = if half {
            vec![(credit, a), (total - credit, b)]
        } else {
            vec![(pair.w[0], a), (pair.w[1], b), (pair.w[2], t)]
        };
        for (w, p) in cells {
            if w > 0.0 {
                self.deviance.add(2.0 * w * ln(w / (total * p)));
            }
            self.pearson
                .add((w - total * p) * (w - total * p) / (total * p));
        }
        let score = if half { a } else { a + 0.5 * t };
        for (w, y) in pair.w.iter().zip([1.0, 0.0, 0.5]) {
            self.brier.add(w * (y - score) * (y - score));
        }
        self.weight.add(total);
        let count: u64 = rows.iter().sum();
        self.n += count;
        self.weighted |= rows.iter().zip(&pair.w).any(|(n, w)| *n as f64 != *w);
        self.ties |= half && rows[2] > 0;
        let won = credit / total;
        // An even pair has no favourite: seen from both sides it scores a half.
        let (predicted, observed) = if (score - 0.5).abs() < 1e-9 {
            (0.5, 0.5)
        } else if score > 0.5 {
            (score, won)
        } else {
            (1.0 - score, 1.0 - won)
        };
        let bins = self.bins.len();
        let at = (((predicted - 0.5) * 2.0 * bins as f64).ceil() as usize).clamp(1, bins) - 1;
        self.bins[at].add(count, total, predicted, observed);
    }
}

#[derive(Clone, Default)]
struct Running {
    n: u64,
    weight: Compensated,
    predicted: Compensated,
    observed: Compensated,
}

impl Running {
    fn add(&mut self, n: u64, weight: f64, predicted: f64, observed: f64) {
        self.n += n;
        self.weight.add(weight);
        self.predicted.add(weight * predicted);
        self.observed.add(weight * observed);
    }

    fn bin(&self, k: usize, of: usize, error: &mut Compensated) -> ScoreBin {
        let weight = self.weight.value();
        let (p, o) = (self.predicted.value(), self.observed.value());
        error.add((p - o).abs());
        let end = |k: usize| 0.5 + 0.5 * k as f64 / of as f64;
        ScoreBin {
            lower: end(k),
            upper: end(k + 1),
            n: self.n,
            predicted: finite(p / weight),
            observed: finite(o / weight),
        }
    }
}

/// Probabilities that the first of two systems wins and that they tie, at a
/// difference of log-strengths and with the tie parameter of the fit (ν or η).
#[must_use]
pub fn win_probabilities(d: f64, ties: Ties, tie_parameter: Option<f64>) -> (f64, f64) {
    let (model, phi) = match (ties, tie_parameter) {
        (Ties::Davidson, Some(nu)) if nu > 0.0 => (Model::Davidson, ln(nu)),
        (Ties::RaoKupper, Some(eta)) if eta > 1.0 => (Model::RaoKupper, ln(eta)),
        _ => (Model::Logistic, 0.0),
    };
    let [a, _, t] = model.log_probabilities(d, phi).map(exp);
    (a, if model.has_phi() { t } else { 0.0 })
}
