//! The studentized range: the spread of `k` standard normal values over an
//! independent estimate of their deviation.
//!
//! By composite Gauss-Legendre quadrature of the integrals of Tukey (1953) and
//! Harter (1960); the integrands are smooth, so the absolute error is near 1e-13.

use super::{chi2_quantile, exp, ln, ln_gamma, norm_cdf, norm_pdf, sqrt};

/// Nodes and weights of the 8-point rule on \[-1, 1\], positive half.
const RULE: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// ∫ f over \[lo, hi\] by `panels` equal panels.
fn integrate(lo: f64, hi: f64, panels: u32, f: impl Fn(f64) -> f64) -> f64 {
    let half = 0.5 * (hi - lo) / f64::from(panels);
    let mut sum = super::Compensated::new();
    for panel in 0..panels {
        let middle = lo + half * f64::from(2 * panel + 1);
        for (node, weight) in RULE {
            sum.add(weight * (f(middle - half * node) + f(middle + half * node)));
        }
    }
    half * sum.value()
}

/// `P(range <= q)` of `k` standard normal values.
fn normal_range(q: f64, k: f64) -> f64 {
    if q <= 0.0 {
        return 0.0;
    }
    // z is the largest value; the others lie within q below it.
    let inner = |z: f64| {
        let share = norm_cdf(z) - norm_cdf(z - q);
        if share <= 0.0 {
            return 0.0;
        }
        norm_pdf(z) * exp((k - 1.0) * ln(share))
    };
    (k * integrate(-9.0, 9.5, 74, inner)).clamp(0.0, 1.0)
}

/// `P(Q <= q)` for the studentized range of `k` values (2 or more) with `df`
/// degrees of freedom; infinite `df` is the range of standard normal values.
#[must_use]
pub fn studentized_range_cdf(q: f64, k: u32, df: f64) -> f64 {
    if q.is_nan() || k < 2 || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if q <= 0.0 {
        return 0.0;
    }
    let k = f64::from(k);
    if df.is_infinite() || df > 1e6 {
        return normal_range(q, k);
    }
    let half = 0.5 * df;
    let log_norm = ln(2.0) + half * ln(half) - ln_gamma(half);
    let density = |s: f64| exp(log_norm + (df - 1.0) * ln(s) - half * s * s);
    let lo = sqrt(chi2_quantile(1e-18, df) / df);
    let hi = sqrt((chi2_quantile(1.0 - 1e-15, df) / df).min(1e6));
    integrate(lo, hi, 48, |s| density(s) * normal_range(q * s, k)).clamp(0.0, 1.0)
}

/// `P(Q > q)`; see [`studentized_range_cdf`]. The absolute error is near 1e-13.
#[must_use]
pub fn studentized_range_sf(q: f64, k: u32, df: f64) -> f64 {
    1.0 - studentized_range_cdf(q, k, df)
}

/// `q` with `studentized_range_cdf(q, k, df) = p`, 0 < p < 1, by bisection.
#[must_use]
pub fn studentized_range_quantile(p: f64, k: u32, df: f64) -> f64 {
    if !(p > 0.0 && p < 1.0) || k < 2 || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    let (mut lo, mut hi) = (0.0, 1.0);
    while studentized_range_cdf(hi, k, df) < p && hi < 1e6 {
        lo = hi;
        hi *= 2.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (lo + hi);
        if middle <= lo || middle >= hi || hi - lo < 1e-14 * hi {
            break;
        }
        if studentized_range_cdf(middle, k, df) < p {
            lo = middle;
        } else {
            hi = middle;
        }
    }
    0.5 * (lo + hi)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Demsar 2006, table 5a: critical values of the Nemenyi test at .05 and .10
    /// (the table cuts some digits off).
    #[test]
    fn demsar_2006_table_5a() {
        let root2 = sqrt(2.0);
        for (k, at_05, at_10) in [
            (2, 1.960, 1.645),
            (3, 2.343, 2.052),
            (4, 2.569, 2.291),
            (5, 2.728, 2.459),
            (6, 2.850, 2.589),
            (10, 3.164, 2.920),
        ] {
            for (p, want) in [(0.95, at_05), (0.90, at_10)] {
                let got = studentized_range_quantile(p, k, f64::INFINITY) / root2;
                assert!((got - want).abs() < 1.1e-3, "k = {k}: {got}, table {want}");
            }
        }
    }

    /// Harter 1960: percentage points at finite degrees of freedom.
    #[test]
    fn published_quantiles() {
        for (p, k, df, want) in [
            (0.95, 3, 10.0, 3.877),
            (0.95, 4, 20.0, 3.958),
            (0.99, 5, 30.0, 5.05),
            (0.95, 2, 5.0, 3.635),
            (0.95, 10, 120.0, 4.56),
        ] {
            let got = studentized_range_quantile(p, k, df);
            assert!((got - want).abs() < 6e-3, "{k} {df}: {got}, table {want}");
        }
    }

    /// scipy 1.17.1 `studentized_range.cdf`.
    #[test]
    fn scipy_values() {
        for (k, df, q, want) in [
            (3, 10.0, 3.5, 0.922_896_689_161_589_6),
            (5, 30.0, 4.0, 0.941_259_346_300_686),
            (10, 5.0, 6.0, 0.910_600_194_965_893_1),
            (4, f64::INFINITY, 3.2, 0.893_141_329_363_542_4),
            (20, f64::INFINITY, 5.0, 0.948_635_336_420_866_3),
        ] {
            let got = studentized_range_cdf(q, k, df);
            assert!(
                (got - want).abs() < 1e-10,
                "{k} {df}: {got}, expected {want}"
            );
        }
    }

    #[test]
    fn two_values_are_a_t_test() {
        for (q, df) in [(1.0, 1.0), (2.5, 3.0), (4.0, 17.0), (3.0, 1000.0)] {
            let want = 1.0 - 2.0 * crate::stats::num::student_t_sf(q / sqrt(2.0), df);
            let got = studentized_range_cdf(q, 2, df);
            assert!((got - want).abs() < 1e-11, "{q} {df}: {got} {want}");
        }
        assert!(studentized_range_cdf(1.0, 1, 3.0).is_nan());
        assert_eq!(studentized_range_cdf(-1.0, 3, 3.0), 0.0);
    }
}
