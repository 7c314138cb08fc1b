//! How well a Bradley–Terry fit describes the comparisons it was made from.
//!
//! Deviance and Pearson's statistic against the model that gives every pair its
//! own probabilities (McCullagh & Nelder 1989), and the calibration of the
//! predicted scores of favourites in bins.

use super::bradley_terry::{BradleyTerryFit, prepare};
use super::counts::Folded;
use super::likelihood::Model;
use super::options::{BradleyTerryOptions, Ties};
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
    let (mut deviance, mut pearson) = (Compensated::new(), Compensated::new());
    let (mut brier, mut weight) = (Compensated::new(), Compensated::new());
    let mut cells = vec![Running::default(); bins];
    let (mut n, mut weighted, mut ties) = (0, false, false);
    for (pair, rows) in p.problem.pairs.iter().zip(&p.rows) {
        let d = theta[pair.i] - theta[pair.j];
        let [a, b, t] = model.log_probabilities(d, phi).map(exp);
        let total: f64 = pair.w.iter().sum();
        let half = !model.has_phi();
        let (seen, expected) = if half {
            let credit = [pair.w[0] + 0.5 * pair.w[2], pair.w[1] + 0.5 * pair.w[2]];
            (vec![credit[0], credit[1]], vec![a, b])
        } else {
            (pair.w.to_vec(), vec![a, b, t])
        };
        for (w, p) in seen.iter().zip(&expected) {
            if *w > 0.0 {
                deviance.add(2.0 * w * ln(w / (total * p)));
            }
            pearson.add((w - total * p) * (w - total * p) / (total * p));
        }
        let score = if half { a } else { a + 0.5 * t };
        for (w, y) in pair.w.iter().zip([1.0, 0.0, 0.5]) {
            brier.add(w * (y - score) * (y - score));
        }
        weight.add(total);
        let count: u64 = rows.iter().sum();
        n += count;
        weighted |= rows.iter().zip(&pair.w).any(|(n, w)| *n as f64 != *w);
        ties |= half && rows[2] > 0;
        let won = (pair.w[0] + 0.5 * pair.w[2]) / total;
        let (predicted, observed) = if score >= 0.5 {
            (score, won)
        } else {
            (1.0 - score, 1.0 - won)
        };
        let at = (((predicted - 0.5) * 2.0 * bins as f64).ceil() as usize).clamp(1, bins) - 1;
        cells[at].add(count, total, predicted, observed);
    }
    let parameters = theta.len() as i64 - 1 + i64::from(model.has_phi());
    let free = if model.has_phi() { 2 } else { 1 };
    let df = free * p.problem.pairs.len() as i64 - parameters;
    let detail = if !fit.converged {
        Some("no fit: no two systems can be rated, or the fit did not converge")
    } else if weighted {
        Some("no p-value: weights other than 1 have no sampling distribution")
    } else if ties && o.ties != Ties::Skip {
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
    };
    let known = |x: f64| finite(x).filter(|_| fit.converged);
    let (deviance, pearson) = (known(deviance.value()), known(pearson.value()));
    let tail = |x: Option<f64>| {
        x.filter(|_| detail.is_none())
            .map(|x| chi2_sf(x, df as f64))
    };
    let total = weight.value();
    let mut error = Compensated::new();
    let bins: Vec<ScoreBin> = cells
        .iter()
        .enumerate()
        .map(|(k, c)| c.bin(k, cells.len(), &mut error))
        .collect();
    Ok(Goodness {
        deviance_p: tail(deviance),
        pearson_p: tail(pearson),
        deviance,
        pearson,
        df,
        detail,
        brier: known(brier.value() / total),
        calibration_error: known(error.value() / total),
        bins,
        n,
        fit,
    })
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
