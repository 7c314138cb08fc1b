//! Effect sizes of two samples: Cohen's d, Cliff's delta.
//!
//! Cohen 1988; Hedges 1981 (small-sample correction), Hedges & Olkin 1985
//! (variance); Cliff 1993, Feng & Cliff 2004 (interval).

use super::{Test, sorted};
use crate::stats::exact::Moments;
use crate::stats::num::{self, exp, finite, ln_gamma, norm_quantile, sqrt};

/// Cohen's d of x - y with the pooled standard deviation; `hedges` applies the exact
/// correction for its bias. The interval is normal with Hedges and Olkin's variance.
#[must_use]
pub fn cohens_d(x: &[f64], y: &[f64], hedges: bool, level: f64) -> Test {
    let moments = |values: &[f64]| {
        let mut moments = Moments::new();
        moments.add_slice(values);
        moments
    };
    let (a, b) = (moments(x), moments(y));
    let n = (x.len() + y.len()) as u64;
    let method = if hedges { "Hedges g" } else { "Cohen d" };
    let (Some(mean_x), Some(mean_y)) = (a.mean(), b.mean()) else {
        return Test::undefined(n, method, "a sample is empty");
    };
    if n < 3 {
        return Test::undefined(n, method, "fewer than three rows");
    }
    let (n1, n2) = (x.len() as f64, y.len() as f64);
    let df = n1 + n2 - 2.0;
    let squares =
        a.var_samp().unwrap_or(0.0) * (n1 - 1.0) + b.var_samp().unwrap_or(0.0) * (n2 - 1.0);
    let Some(plain) = finite((mean_x - mean_y) / sqrt(squares / df)) else {
        return Test::undefined(n, method, "the values do not vary within the samples");
    };
    let correction = if hedges && df > 1.0 {
        exp(ln_gamma(df / 2.0) - ln_gamma((df - 1.0) / 2.0)) / sqrt(df / 2.0)
    } else {
        1.0
    };
    let d = plain * correction;
    let stderr = correction * sqrt((n1 + n2) / (n1 * n2) + plain * plain / (2.0 * (n1 + n2)));
    let half = norm_quantile(0.5 + 0.5 * level) * stderr;
    Test {
        estimate: Some(d),
        statistic: finite(stderr),
        lower: finite(d - half),
        upper: finite(d + half),
        n,
        method,
        ..Test::default()
    }
}

/// Cliff's delta, P(x > y) - P(x < y), with Feng and Cliff's asymmetric interval.
#[must_use]
pub fn cliffs_delta(x: &[f64], y: &[f64], level: f64) -> Test {
    let n = (x.len() + y.len()) as u64;
    let method = "Cliff delta";
    if x.is_empty() || y.is_empty() {
        return Test::undefined(n, method, "a sample is empty");
    }
    let (x, y) = (sorted(x), sorted(y));
    let (m, k) = (x.len() as f64, y.len() as f64);
    // For each value, the values of the other sample below minus those above it.
    let dominance = |of: &[f64], over: &[f64]| -> (i128, i128, u128) {
        let (mut below, mut to) = (0, 0);
        let (mut sum, mut squares, mut untied) = (0_i128, 0_i128, 0_u128);
        for value in of {
            while below < over.len() && over[below] < *value {
                below += 1;
            }
            while to < over.len() && over[to] <= *value {
                to += 1;
            }
            let score = below as i128 - (over.len() - to) as i128;
            sum += score;
            squares += score * score;
            untied += (over.len() - (to - below)) as u128;
        }
        (sum, squares, untied)
    };
    let (sum, x_squares, untied) = dominance(&x, &y);
    let (_, y_squares, _) = dominance(&y, &x);
    let cells = m * k;
    let d = sum as f64 / cells;
    let mut result = Test {
        estimate: Some(d),
        n,
        method,
        ..Test::default()
    };
    if x.len() < 2 || y.len() < 2 {
        result.detail = Some("a sample has fewer than two rows: no interval");
        return result;
    }
    let by_x = x_squares as f64 / (k * k) - m * d * d;
    let by_y = y_squares as f64 / (m * m) - k * d * d;
    let within = untied as f64 - cells * d * d;
    let variance = (m * m * by_y + k * k * by_x - within) / (cells * (m - 1.0) * (k - 1.0));
    // Cliff's lower bound for the unbiased estimate, which can turn negative.
    let variance = variance.max((1.0 - d * d) / (cells - 1.0));
    let stderr = sqrt(variance);
    let z = norm_quantile(0.5 + 0.5 * level);
    let rest = 1.0 - d * d;
    let scale = rest + z * z * variance;
    if rest <= 0.0 || scale <= 0.0 {
        result.detail = Some("the samples do not overlap: no interval");
        return result;
    }
    let middle = d - d * d * d;
    let half = z * stderr * sqrt(rest * rest + z * z * variance);
    result.statistic = finite(stderr);
    result.lower = num::finite(((middle - half) / scale).max(-1.0).min(d));
    result.upper = num::finite(((middle + half) / scale).min(1.0).max(d));
    result
}
