//! Confidence intervals: of a proportion, of a normal estimate, of replicates.
//!
//! Wilson (1927), Clopper & Pearson (1934), Agresti & Coull (1998), Wald,
//! Jeffreys (Brown, Cai & DasGupta 2001), Wilson with continuity correction
//! (Newcombe 1998), percentile bootstrap (Efron 1979).
//! All are two-sided at a confidence `level` in (0, 1), such as 0.95.

mod bootstrap;
mod counts;

pub use bootstrap::{Comparison, PairedRows, Resampled, bca};
pub use counts::{ByCount, Interval, Resampling, jackknife_groups};

use super::num::{beta_quantile, ln_gamma, mean, norm_quantile, sqrt, sum, total_cmp};
use super::num::{exp, ln};

/// Two ends, `lower <= upper`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl Bounds {
    fn clipped(lower: f64, upper: f64) -> Option<Self> {
        (lower.is_finite() && upper.is_finite()).then(|| Self {
            lower: lower.clamp(0.0, 1.0),
            upper: upper.clamp(0.0, 1.0),
        })
    }
}

/// `(k, n)` when `0 <= k <= n`, `n > 0` and the level is in (0, 1).
fn valid(successes: f64, trials: f64, level: f64) -> Option<(f64, f64)> {
    let ok = trials > 0.0
        && trials.is_finite()
        && (0.0..=trials).contains(&successes)
        && level > 0.0
        && level < 1.0;
    ok.then_some((successes, trials))
}

fn z_of(level: f64) -> f64 {
    norm_quantile(0.5 + 0.5 * level)
}

/// Wilson's score interval of a proportion. Counts may be fractional (half
/// wins, weights); `None` when `trials` is 0 or arguments are out of range.
#[must_use]
pub fn wilson(successes: f64, trials: f64, level: f64) -> Option<Bounds> {
    let (k, n) = valid(successes, trials, level)?;
    let z = z_of(level);
    let z2 = z * z;
    let centre = (k + 0.5 * z2) / (n + z2);
    let half = z * sqrt(k * (n - k) / n + 0.25 * z2) / (n + z2);
    let lower = if k == 0.0 { 0.0 } else { centre - half };
    let upper = if k == n { 1.0 } else { centre + half };
    Bounds::clipped(lower, upper)
}

/// Wilson's interval with continuity correction (Newcombe 1998, method 4).
#[must_use]
pub fn wilson_continuity(successes: f64, trials: f64, level: f64) -> Option<Bounds> {
    let (k, n) = valid(successes, trials, level)?;
    let z = z_of(level);
    let z2 = z * z;
    let p = k / n;
    let q = 1.0 - p;
    let denominator = 2.0 * (n + z2);
    let middle = 2.0 * n * p + z2;
    let root = |s: f64| sqrt((z2 - s * 2.0 - 1.0 / n + 4.0 * p * (n * q + s)).max(0.0));
    let lower = if k == 0.0 {
        0.0
    } else {
        (middle - 1.0 - z * root(1.0)) / denominator
    };
    let upper = if k == n {
        1.0
    } else {
        (middle + 1.0 + z * root(-1.0)) / denominator
    };
    Bounds::clipped(lower, upper)
}

/// Clopper and Pearson's exact interval, by beta quantiles.
#[must_use]
pub fn clopper_pearson(successes: f64, trials: f64, level: f64) -> Option<Bounds> {
    let (k, n) = valid(successes, trials, level)?;
    let tail = 0.5 * (1.0 - level);
    let lower = if k == 0.0 {
        0.0
    } else {
        beta_quantile(tail, k, n - k + 1.0)
    };
    let upper = if k == n {
        1.0
    } else {
        beta_quantile(1.0 - tail, k + 1.0, n - k)
    };
    Bounds::clipped(lower, upper)
}

/// Equal-tailed interval of the posterior under Jeffreys' prior, without the
/// modification at 0 and n.
#[must_use]
pub fn jeffreys(successes: f64, trials: f64, level: f64) -> Option<Bounds> {
    let (k, n) = valid(successes, trials, level)?;
    let tail = 0.5 * (1.0 - level);
    Bounds::clipped(
        beta_quantile(tail, k + 0.5, n - k + 0.5),
        beta_quantile(1.0 - tail, k + 0.5, n - k + 0.5),
    )
}

/// Agresti and Coull's interval, clipped to \[0, 1\].
#[must_use]
pub fn agresti_coull(successes: f64, trials: f64, level: f64) -> Option<Bounds> {
    let (k, n) = valid(successes, trials, level)?;
    let z = z_of(level);
    let trials = n + z * z;
    let p = (k + 0.5 * z * z) / trials;
    let half = z * sqrt(p * (1.0 - p) / trials);
    Bounds::clipped(p - half, p + half)
}

/// Wald's interval `p ± z √(p(1−p)/n)`, clipped to \[0, 1\]. Poor for small
/// counts; offered because papers report it.
#[must_use]
pub fn wald(successes: f64, trials: f64, level: f64) -> Option<Bounds> {
    let (k, n) = valid(successes, trials, level)?;
    let p = k / n;
    let half = z_of(level) * sqrt(p * (1.0 - p) / n);
    Bounds::clipped(p - half, p + half)
}

/// `estimate ± z · stderr`; `None` unless both are finite.
#[must_use]
pub fn normal(estimate: f64, stderr: f64, level: f64) -> Option<Bounds> {
    let half = z_of(level) * stderr;
    let ok = estimate.is_finite() && half.is_finite() && stderr >= 0.0;
    ok.then_some(Bounds {
        lower: estimate - half,
        upper: estimate + half,
    })
}

/// `estimate ± t · stderr` with Student's t of `df` degrees of freedom.
#[must_use]
pub fn student_t(estimate: f64, stderr: f64, df: f64, level: f64) -> Option<Bounds> {
    let half = super::num::student_t_quantile(0.5 + 0.5 * level, df) * stderr;
    let ok = estimate.is_finite() && half.is_finite() && stderr >= 0.0;
    ok.then_some(Bounds {
        lower: estimate - half,
        upper: estimate + half,
    })
}

/// Quantile of sorted values by linear interpolation between order statistics
/// (Hyndman & Fan 1996, type 7); `None` when empty.
#[must_use]
pub fn quantile_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    let h = p * last as f64;
    let below = (h as usize).min(last);
    let above = (below + 1).min(last);
    let (a, b) = (sorted[below], sorted[above]);
    Some(if a == b {
        a
    } else {
        a + (h - below as f64) * (b - a)
    })
}

/// Percentile interval of bootstrap replicates; sorts them in place. NaN are
/// not allowed and give `None`, as does an empty slice.
#[must_use]
pub fn percentile(replicates: &mut [f64], level: f64) -> Option<Bounds> {
    if replicates.iter().any(|x| x.is_nan()) {
        return None;
    }
    replicates.sort_by(|a, b| total_cmp(*a, *b));
    let tail = 0.5 * (1.0 - level);
    Some(Bounds {
        lower: quantile_sorted(replicates, tail)?,
        upper: quantile_sorted(replicates, 1.0 - tail)?,
    })
}

/// Sample standard deviation (denominator n − 1); `None` below two values.
#[must_use]
pub fn standard_deviation(xs: &[f64]) -> Option<f64> {
    if xs.len() < 2 {
        return None;
    }
    let m = mean(xs)?;
    let squares: Vec<f64> = xs.iter().map(|x| (x - m) * (x - m)).collect();
    super::num::finite(sqrt(sum(&squares) / (xs.len() - 1) as f64))
}

/// Exact two-sided binomial test of `P(success) = p`: the probability of all
/// outcomes no likelier than the one seen (minimum-likelihood rule, with a
/// relative slack of 1e-7 for rounding). `None` when there are no trials.
#[must_use]
pub fn binomial_test(successes: u64, trials: u64, p: f64) -> Option<f64> {
    if trials == 0 || successes > trials || !(0.0..=1.0).contains(&p) {
        return None;
    }
    if p == 0.0 || p == 1.0 {
        let certain = if p == 0.0 { 0 } else { trials };
        return Some(if successes == certain { 1.0 } else { 0.0 });
    }
    let n = trials as f64;
    let mass = |k: u64| {
        let k = k as f64;
        let choose = ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
        exp(choose + k * ln(p) + (n - k) * super::num::ln_1p(-p))
    };
    let seen = mass(successes) * (1.0 + 1e-7);
    let terms: Vec<f64> = (0..=trials).map(mass).filter(|&m| m <= seen).collect();
    Some(sum(&terms).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ratings::vectors::{Case, cases};
    use proptest::prelude::*;

    type Method = fn(f64, f64, f64) -> Option<Bounds>;
    const METHODS: [(&str, Method); 6] = [
        ("wilson", wilson),
        ("wilson_continuity", wilson_continuity),
        ("clopper_pearson", clopper_pearson),
        ("jeffreys", jeffreys),
        ("agresti_coull", agresti_coull),
        ("wald", wald),
    ];

    #[test]
    fn proportion_interval_vectors() {
        cases("tests", "proportion_interval", |c: &Case| {
            let k = c.input["counts"]["successes"][0].as_f64().expect("k");
            let n = c.input["counts"]["trials"][0].as_f64().expect("n");
            let level = c.options["confidence"].as_f64().expect("level");
            for (name, method) in METHODS {
                let want = &c.expected[name];
                if want.is_null() {
                    continue;
                }
                let got = method(k, n, level).expect("defined");
                c.close(name, got.lower, &want["lower"]);
                c.close(name, got.upper, &want["upper"]);
            }
            if !c.expected["binomial_test_p_half"].is_null() {
                let p = binomial_test(k as u64, n as u64, 0.5).expect("defined");
                c.close("binomial test", p, &c.expected["binomial_test_p_half"]);
            }
        });
    }

    #[test]
    fn undefined_without_trials() {
        for (_, method) in METHODS {
            assert_eq!(method(0.0, 0.0, 0.95), None);
            assert_eq!(method(3.0, 2.0, 0.95), None);
            assert_eq!(method(1.0, 2.0, 1.0), None);
        }
        assert_eq!(binomial_test(0, 0, 0.5), None);
        assert_eq!(percentile(&mut [], 0.9), None);
        assert_eq!(standard_deviation(&[1.0]), None);
    }

    #[test]
    fn type_7_quantiles() {
        let xs = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile_sorted(&xs, 0.5), Some(3.0));
        assert_eq!(quantile_sorted(&xs, 0.0), Some(1.0));
        assert_eq!(quantile_sorted(&xs, 1.0), Some(8.0));
    }

    proptest! {
        #[test]
        fn intervals_contain_the_estimate(n in 1_u32..400, share in 0.0_f64..=1.0, level in 0.5_f64..0.999) {
            let k = (f64::from(n) * share).floor();
            let p = k / f64::from(n);
            for (name, method) in METHODS {
                if name == "jeffreys" && (k == 0.0 || k == f64::from(n)) {
                    continue; // not modified at the ends
                }
                let b = method(k, f64::from(n), level).unwrap();
                prop_assert!(b.lower <= p + 1e-12 && p <= b.upper + 1e-12, "{name} {b:?} {p}");
                let mirrored = method(f64::from(n) - k, f64::from(n), level).unwrap();
                prop_assert!((mirrored.lower - (1.0 - b.upper)).abs() < 1e-9, "{name}");
            }
        }
    }
}
