//! Elementary functions and sums that give the same bits on every machine.
//!
//! The system's `exp`, `ln`, … differ between platforms and versions, so every
//! transcendental function goes through the pure-Rust `libm` crate, whose
//! arithmetic is plain IEEE 754. No fused multiply-add is used. Probability
//! distributions are re-exported here.

mod dist;
#[cfg(test)]
mod dist_tests;
mod normal;
mod studentized;

pub use dist::{
    beta_cdf, beta_quantile, chi2_cdf, chi2_quantile, chi2_sf, f_cdf, f_sf, gamma_p, gamma_q,
    student_t_cdf, student_t_quantile, student_t_sf,
};
pub use normal::{norm_cdf, norm_pdf, norm_quantile, norm_sf};
pub use studentized::{studentized_range_cdf, studentized_range_quantile, studentized_range_sf};

use std::cmp::Ordering;

/// √(2π).
pub const SQRT_TAU: f64 = 2.506_628_274_631_000_5;
/// ln √(2π).
pub const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_8;

/// e to the power `x`.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm of `x`.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `ln(1 + x)`, accurate for small `x`.
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// `exp(x) - 1`, accurate for small `x`.
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// `x` to the power `y`.
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// Logarithm to base 10.
#[must_use]
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// Logarithm to base 2.
#[must_use]
pub fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// Square root (correctly rounded everywhere).
#[must_use]
pub fn sqrt(x: f64) -> f64 {
    libm::sqrt(x)
}

/// Sine of `x` radians.
#[must_use]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of `x` radians.
#[must_use]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Hyperbolic tangent.
#[must_use]
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// Inverse hyperbolic tangent (Fisher's z of a correlation).
#[must_use]
pub fn atanh(x: f64) -> f64 {
    libm::atanh(x)
}

/// Error function.
#[must_use]
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// Complementary error function, `1 - erf(x)` without cancellation.
#[must_use]
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// `ln |Γ(x)|`.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// `1 / (1 + exp(-x))` without overflow and without loss for large `|x|`.
#[must_use]
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + exp(-x))
    } else {
        let e = exp(x);
        e / (1.0 + e)
    }
}

/// `ln(1 / (1 + exp(-x)))`, stable at both ends.
#[must_use]
pub fn ln_logistic(x: f64) -> f64 {
    if x >= 0.0 {
        -ln_1p(exp(-x))
    } else {
        x - ln_1p(exp(x))
    }
}

/// `ln(p / (1 - p))`; ±infinity at 0 and 1.
#[must_use]
pub fn logit(p: f64) -> f64 {
    ln(p) - ln_1p(-p)
}

/// `ln Σ exp(xᵢ)`, shifted by the largest; −infinity for an empty slice.
#[must_use]
pub fn log_sum_exp(xs: &[f64]) -> f64 {
    let m = xs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if m.is_infinite() {
        return m;
    }
    let mut s = Compensated::new();
    for &x in xs {
        s.add(exp(x - m));
    }
    m + ln(s.value())
}

/// Total order of doubles with −0.0 equal to 0.0 and NaN last.
///
/// Use it for every sort of floats whose result is visible.
#[must_use]
pub fn total_cmp(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
    }
}

/// Turns −0.0 into 0.0, every other value stays.
#[must_use]
pub fn positive_zero(x: f64) -> f64 {
    x + 0.0
}

/// `Some(x)` when `x` is finite: the border where NaN and infinity become NULL.
#[must_use]
pub fn finite(x: f64) -> Option<f64> {
    x.is_finite().then(|| positive_zero(x))
}

/// Compensated sum (Neumaier 1974): the rounding error of every addition is
/// carried along. The result depends on the order of additions only in the
/// last bit or so, hence callers must still add in a canonical order.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Compensated {
    sum: f64,
    error: f64,
}

impl Compensated {
    /// An empty sum.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            sum: 0.0,
            error: 0.0,
        }
    }

    /// Adds one term.
    pub fn add(&mut self, x: f64) {
        let t = self.sum + x;
        self.error += if self.sum.abs() >= x.abs() {
            (self.sum - t) + x
        } else {
            (x - t) + self.sum
        };
        self.sum = t;
    }

    /// The sum so far.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.sum + self.error
    }
}

/// Compensated sum in slice order.
#[must_use]
pub fn sum(xs: &[f64]) -> f64 {
    let mut s = Compensated::new();
    for &x in xs {
        s.add(x);
    }
    s.value()
}

/// Compensated arithmetic mean in slice order; `None` for an empty slice.
#[must_use]
pub fn mean(xs: &[f64]) -> Option<f64> {
    (!xs.is_empty()).then(|| sum(xs) / xs.len() as f64)
}

/// Pairwise sum in a fixed tree: halves down to blocks of 32. Fast, with error
/// growing as log n; the shape of the tree depends on the length alone.
#[must_use]
pub fn pairwise_sum(xs: &[f64]) -> f64 {
    if xs.len() <= 32 {
        return xs.iter().fold(0.0, |a, &x| a + x);
    }
    let (left, right) = xs.split_at(xs.len() / 2);
    pairwise_sum(left) + pairwise_sum(right)
}

/// Dot product in slice order, compensated sum of the rounded products.
/// Extra elements of the longer slice are ignored.
#[must_use]
pub fn dot(xs: &[f64], ys: &[f64]) -> f64 {
    let mut s = Compensated::new();
    for (x, y) in xs.iter().zip(ys) {
        s.add(x * y);
    }
    s.value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logistic_is_stable_and_symmetric() {
        assert_eq!(logistic(0.0), 0.5);
        assert_eq!(logistic(800.0), 1.0);
        assert_eq!(logistic(-800.0), 0.0);
        assert!(logistic(-700.0) > 0.0);
        for x in [0.1, 1.0, 5.0, 30.0] {
            assert!((logistic(x) + logistic(-x) - 1.0).abs() < 1e-15);
            assert!((ln_logistic(-x) - ln(logistic(-x))).abs() < 1e-13);
        }
        assert_eq!(ln_logistic(-1000.0), -1000.0);
    }

    #[test]
    fn sums_keep_what_plain_addition_loses() {
        assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
        let xs = vec![0.1; 1000];
        assert!((pairwise_sum(&xs) - 100.0).abs() < 1e-12);
        assert_eq!(sum(&xs), 100.0);
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn log_sum_exp_does_not_overflow() {
        assert!((log_sum_exp(&[1000.0, 1000.0]) - 1000.0 - ln(2.0)).abs() < 1e-12);
        assert_eq!(log_sum_exp(&[]), f64::NEG_INFINITY);
    }

    #[test]
    fn total_order_puts_nan_last_and_merges_zeros() {
        let mut v = [f64::NAN, 1.0, -0.0, 0.0, f64::NEG_INFINITY];
        v.sort_by(|a, b| total_cmp(*a, *b));
        assert_eq!(v[0], f64::NEG_INFINITY);
        assert!(v[4].is_nan());
        assert_eq!(total_cmp(0.0, -0.0), Ordering::Equal);
        assert_eq!(finite(f64::NAN), None);
        assert_eq!(finite(-0.0).map(f64::to_bits), Some(0));
    }
}
