//! Two-sided p-values and the multipliers of two-sided intervals.

use crate::stats::num;

/// Two-sided normal p-value P(|Z| >= |z|).
pub(crate) fn normal_two_sided(z: f64) -> f64 {
    num::erfc(z.abs() / core::f64::consts::SQRT_2)
}

/// z with P(|Z| <= z) = `confidence`, 0 < confidence < 1.
pub(crate) fn normal_critical(confidence: f64) -> f64 {
    num::norm_quantile(0.5 + 0.5 * confidence)
}

/// Two-sided Student t p-value P(|T| >= |t|).
pub(crate) fn t_two_sided(t: f64, df: f64) -> f64 {
    (2.0 * num::student_t_sf(t.abs(), df)).min(1.0)
}

/// t with P(|T| <= t) = `confidence`.
pub(crate) fn t_critical(confidence: f64, df: f64) -> f64 {
    num::student_t_quantile(0.5 + 0.5 * confidence, df)
}

/// f with P(F >= f) = `tail`, 0 < tail < 1, for F with `d1`, `d2` degrees of freedom.
pub(crate) fn f_critical(tail: f64, d1: f64, d2: f64) -> f64 {
    // d1 F / (d1 F + d2) follows Beta(d1 / 2, d2 / 2).
    let x = num::beta_quantile(1.0 - tail, d1 / 2.0, d2 / 2.0);
    d2 * x / (d1 * (1.0 - x))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, expected: f64) {
        assert!(
            (got - expected).abs() <= 1e-11 * expected.abs().max(1.0),
            "{got} is not {expected}"
        );
    }

    #[test]
    fn textbook_values() {
        close(normal_critical(0.95), 1.959_963_984_540_054);
        close(t_critical(0.95, 1.0), 12.706_204_736_174_7);
        close(t_critical(0.95, 10.0), 2.228_138_851_964_938_4);
        close(t_two_sided(1.5, 2.0), 1.0 - 1.5 / (2.0_f64 + 2.25).sqrt());
        close(num::f_sf(f_critical(0.025, 5.0, 18.0), 5.0, 18.0), 0.025);
    }
}
