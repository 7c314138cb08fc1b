//! Likelihoods of one comparison as a function of the strength difference.
//!
//! With `d = θᵢ − θⱼ`:
//! - logistic (Bradley & Terry 1952; Zermelo 1929): `P(i wins) = σ(d)`; a tie
//!   is half a win for each side;
//! - probit (Thurstone 1927, case V; Mosteller 1951): `P(i wins) = Φ(d)`, a tie
//!   half a win for each side;
//! - Davidson (1970), `φ = ln ν`: `P(i) : P(j) : P(tie) = e^{d/2} : e^{−d/2} : ν`;
//! - Rao & Kupper (1967), `φ = ln η ≥ 0`: `P(i) = σ(d − φ)`, `P(j) = σ(−d − φ)`,
//!   the rest is a tie.

use super::paired::Pair;
use crate::stats::num::{erfc, exp, exp_m1, ln, ln_logistic, log_sum_exp, logistic};

/// A model of one comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Model {
    Logistic,
    Probit,
    Davidson,
    RaoKupper,
}

/// First derivatives and negative second derivatives of a pair's
/// log-likelihood.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Terms {
    pub g_d: f64,
    pub g_phi: f64,
    pub h_dd: f64,
    pub h_dphi: f64,
    pub h_phiphi: f64,
}

/// ln Φ(x), also far in the tail (Abramowitz & Stegun 26.2.12).
fn ln_norm_cdf(x: f64) -> f64 {
    if x > -30.0 {
        return ln(0.5 * erfc(-x / std::f64::consts::SQRT_2));
    }
    let u = 1.0 / (x * x);
    let series = 1.0 - u * (1.0 - 3.0 * u * (1.0 - 5.0 * u * (1.0 - 7.0 * u)));
    -0.5 * x * x - ln(-x) - 0.5 * ln(2.0 * std::f64::consts::PI) + ln(series)
}

/// φ(x) / Φ(x): the derivative of ln Φ.
fn mills(x: f64) -> f64 {
    exp(-0.5 * x * x - 0.5 * ln(2.0 * std::f64::consts::PI) - ln_norm_cdf(x))
}

/// `w · x`, with 0 · (−∞) = 0.
fn times(w: f64, x: f64) -> f64 {
    if w == 0.0 { 0.0 } else { w * x }
}

impl Model {
    pub(crate) fn has_phi(self) -> bool {
        matches!(self, Self::Davidson | Self::RaoKupper)
    }

    /// Whether `phi` lies in the model's parameter space.
    pub(crate) fn admits(self, phi: f64) -> bool {
        self != Self::RaoKupper || phi > 0.0
    }

    /// A start for φ from the share of ties (exact for equal strengths).
    pub(crate) fn start_phi(self, pairs: &[Pair]) -> f64 {
        let (mut decided, mut ties) = (0.0, 0.0);
        for p in pairs {
            decided += p.w[0] + p.w[1];
            ties += p.w[2];
        }
        match self {
            Self::Logistic | Self::Probit => 0.0,
            Self::Davidson => ln(2.0 * ties / decided),
            // Equal strengths: P(tie) = (η − 1)/(η + 1).
            Self::RaoKupper => ln((2.0 * ties + decided) / decided),
        }
    }

    /// Log-probability of: i wins, j wins, tie. For the logistic model the
    /// third is that of half a win each.
    pub(crate) fn log_probabilities(self, d: f64, phi: f64) -> [f64; 3] {
        match self {
            Self::Logistic => {
                let (a, b) = (ln_logistic(d), ln_logistic(-d));
                [a, b, 0.5 * (a + b)]
            }
            Self::Probit => {
                let (a, b) = (ln_norm_cdf(d), ln_norm_cdf(-d));
                [a, b, 0.5 * (a + b)]
            }
            Self::Davidson => {
                let z = log_sum_exp(&[0.5 * d, -0.5 * d, phi]);
                [0.5 * d - z, -0.5 * d - z, phi - z]
            }
            Self::RaoKupper => {
                let (a, b) = (ln_logistic(d - phi), ln_logistic(-d - phi));
                [a, b, a + b + ln(exp_m1(2.0 * phi))]
            }
        }
    }

    /// Log-likelihood of a pair with outcome weights `w`.
    pub(crate) fn log_likelihood(self, w: &[f64; 3], d: f64, phi: f64) -> f64 {
        let [a, b, t] = self.log_probabilities(d, phi);
        times(w[0], a) + times(w[1], b) + times(w[2], t)
    }

    /// Score (derivatives by d and φ) of one row, per outcome.
    pub(crate) fn scores(self, d: f64, phi: f64) -> [(f64, f64); 3] {
        match self {
            Self::Logistic => {
                let (p, q) = (logistic(d), logistic(-d));
                [(q, 0.0), (-p, 0.0), (0.5 * (q - p), 0.0)]
            }
            Self::Probit => {
                let (q, p) = (mills(d), mills(-d));
                [(q, 0.0), (-p, 0.0), (0.5 * (q - p), 0.0)]
            }
            Self::Davidson => {
                let [a, b, t] = self.log_probabilities(d, phi).map(exp);
                let mean = 0.5 * (a - b);
                [(0.5 - mean, -t), (-0.5 - mean, -t), (-mean, 1.0 - t)]
            }
            Self::RaoKupper => {
                let (u, v) = (logistic(phi - d), logistic(d + phi));
                let slope = Self::tie_slope(phi);
                [(u, -u), (-v, -v), (u - v, slope - u - v)]
            }
        }
    }

    /// d/dφ of ln(e^{2φ} − 1).
    fn tie_slope(phi: f64) -> f64 {
        2.0 / -exp_m1(-2.0 * phi)
    }

    /// Derivatives of a pair's log-likelihood.
    pub(crate) fn terms(self, w: &[f64; 3], d: f64, phi: f64) -> Terms {
        let mut t = Terms::default();
        for (w, (s_d, s_phi)) in w.iter().zip(self.scores(d, phi)) {
            t.g_d += times(*w, s_d);
            t.g_phi += times(*w, s_phi);
        }
        let n = w[0] + w[1] + w[2];
        match self {
            Self::Logistic => t.h_dd = n * logistic(d) * logistic(-d),
            Self::Probit => {
                let (q, p) = (mills(d), mills(-d));
                let half = 0.5 * w[2];
                t.h_dd = (w[0] + half) * q * (q + d) + (w[1] + half) * p * (p - d);
            }
            Self::Davidson => {
                let [a, b, tie] = self.log_probabilities(d, phi).map(exp);
                let mean = 0.5 * (a - b);
                t.h_dd = n * (0.25 * (a + b) - mean * mean);
                t.h_dphi = -n * mean * tie;
                t.h_phiphi = n * tie * (1.0 - tie);
            }
            Self::RaoKupper => {
                let a = (w[0] + w[2]) * logistic(d - phi) * logistic(phi - d);
                let b = (w[1] + w[2]) * logistic(-d - phi) * logistic(d + phi);
                t.h_dd = a + b;
                t.h_dphi = b - a;
                let slope = Self::tie_slope(phi);
                // −d²/dφ² ln(e^{2φ} − 1) = slope · (slope − 2)
                t.h_phiphi = a + b + w[2] * slope * (slope - 2.0);
            }
        }
        t
    }
}
