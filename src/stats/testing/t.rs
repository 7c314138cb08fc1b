//! Student's t: intervals of a mean, paired and two-sample tests.
//!
//! Student 1908; Welch 1947 with the degrees of freedom of Satterthwaite 1946.

use super::{Alternative, Test, t_p};
use crate::stats::exact::Moments;
use crate::stats::num::{self, sqrt};

/// Why sums of the values have no value.
const TOO_LARGE: &str = "a value is infinite, or the values are too large to be squared";

/// Two-sided or one-sided limits of `estimate` at `level`.
fn limits(
    estimate: f64,
    stderr: f64,
    df: f64,
    level: f64,
    alternative: Alternative,
) -> (Option<f64>, Option<f64>) {
    let tail = match alternative {
        Alternative::TwoSided => 0.5 + 0.5 * level,
        _ => level,
    };
    let half = num::student_t_quantile(tail, df) * stderr;
    let (lower, upper) = (num::finite(estimate - half), num::finite(estimate + half));
    match alternative {
        Alternative::TwoSided => (lower, upper),
        Alternative::Greater => (lower, None),
        Alternative::Less => (None, upper),
    }
}

fn test(
    estimate: f64,
    stderr: f64,
    df: f64,
    level: f64,
    alternative: Alternative,
    mut test: Test,
) -> Test {
    test.estimate = num::finite(estimate);
    test.df = num::finite(df);
    if !(stderr.is_finite() && stderr > 0.0) {
        test.detail = Some(if stderr == 0.0 {
            "the values do not vary"
        } else {
            TOO_LARGE
        });
        return test;
    }
    let t = estimate / stderr;
    test.statistic = num::finite(t);
    test.p_value = t_p(t, df, alternative);
    (test.lower, test.upper) = limits(estimate, stderr, df, level, alternative);
    test
}

/// The mean with Student's interval: `estimate`, `lower`, `upper`; `statistic` is the standard error.
#[must_use]
pub fn mean_interval(values: &[f64], level: f64) -> Test {
    let mut moments = Moments::new();
    moments.add_slice(values);
    let n = values.len() as u64;
    let method = "Student t";
    let Some(mean) = moments.mean().filter(|m| m.is_finite()) else {
        let why = if n == 0 { "no rows" } else { TOO_LARGE };
        return Test::undefined(n, method, why);
    };
    let mut result = Test {
        estimate: Some(mean),
        n,
        method,
        ..Test::default()
    };
    let Some(deviation) = moments.stddev_samp().filter(|d| d.is_finite()) else {
        result.detail = Some(if n == 1 {
            "one row has no spread"
        } else {
            TOO_LARGE
        });
        return result;
    };
    let stderr = deviation / sqrt(n as f64);
    result.statistic = num::finite(stderr);
    result.df = Some(n as f64 - 1.0);
    (result.lower, result.upper) =
        limits(mean, stderr, n as f64 - 1.0, level, Alternative::TwoSided);
    result
}

/// Paired t test of the mean of x - y.
#[must_use]
pub fn paired_t(rows: &[(f64, f64)], level: f64, alternative: Alternative) -> Test {
    let differences: Vec<f64> = rows.iter().map(|(x, y)| x - y).collect();
    let mut moments = Moments::new();
    moments.add_slice(&differences);
    let n = rows.len() as u64;
    let method = "paired t";
    let (Some(mean), Some(deviation)) = (moments.mean(), moments.stddev_samp()) else {
        let mut result = Test::undefined(n, method, "fewer than two pairs");
        result.estimate = moments.mean();
        return result;
    };
    let real = n as f64;
    let start = Test {
        n,
        method,
        ..Test::default()
    };
    test(
        mean,
        deviation / sqrt(real),
        real - 1.0,
        level,
        alternative,
        start,
    )
}

/// Two-sample t test of the difference of means, x - y: Welch's, or Student's with
/// one variance for both when `equal_variances`.
#[must_use]
pub fn two_sample_t(
    x: &[f64],
    y: &[f64],
    equal_variances: bool,
    level: f64,
    alternative: Alternative,
) -> Test {
    let moments = |values: &[f64]| {
        let mut moments = Moments::new();
        moments.add_slice(values);
        moments
    };
    let (a, b) = (moments(x), moments(y));
    let n = (x.len() + y.len()) as u64;
    let method = if equal_variances {
        "Student t"
    } else {
        "Welch t"
    };
    let (Some(mean_x), Some(mean_y)) = (a.mean(), b.mean()) else {
        return Test::undefined(n, method, "a sample is empty");
    };
    let start = Test {
        estimate: num::finite(mean_x - mean_y),
        n,
        method,
        ..Test::default()
    };
    let (n1, n2) = (x.len() as f64, y.len() as f64);
    let variances = (a.var_samp(), b.var_samp());
    let (stderr, df) = match variances {
        (Some(v1), Some(v2)) if !equal_variances => {
            let (s1, s2) = (v1 / n1, v2 / n2);
            let both = s1 + s2;
            // Shares of the variance keep the squares in range.
            let (w1, w2) = (s1 / both, s2 / both);
            (
                sqrt(both),
                1.0 / (w1 * w1 / (n1 - 1.0) + w2 * w2 / (n2 - 1.0)),
            )
        }
        _ if equal_variances && n > 2 => {
            let squares =
                variances.0.unwrap_or(0.0) * (n1 - 1.0) + variances.1.unwrap_or(0.0) * (n2 - 1.0);
            let pooled = squares / (n1 + n2 - 2.0);
            (sqrt(pooled * (1.0 / n1 + 1.0 / n2)), n1 + n2 - 2.0)
        }
        _ => {
            return Test {
                detail: Some("a sample has fewer than two rows"),
                ..start
            };
        }
    };
    test(mean_x - mean_y, stderr, df, level, alternative, start)
}
