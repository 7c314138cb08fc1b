//! Tests of tables of counts: Pearson's chi-square and G, Fisher's exact test,
//! McNemar's test, the odds ratio.
//!
//! Pearson 1900, Yates 1934, Fisher 1935, McNemar 1947, Woolf 1955, Cramér 1946.

use super::{Alternative, Test, exact_p, normal_p};
use crate::stats::interval::clopper_pearson;
use crate::stats::num::{self, beta_cdf, chi2_sf, exp, finite, ln, norm_quantile, sqrt};

/// Counts of a 2 x 2 table: `[[a, b], [c, d]]`.
pub type Table = [[f64; 2]; 2];

/// A test of independence.
#[derive(Debug, Clone, PartialEq)]
pub struct ChiSquare {
    /// The statistic with its p-value; `estimate` is Cramér's V.
    pub test: Test,
    /// The smallest expected count.
    pub smallest_expected: Option<f64>,
}

/// Chi-square (or G, the likelihood ratio) test of independence of the rows and
/// columns of `counts`, given row by row. Rows and columns without counts are left out.
/// `yates` moves the counts of a 2 x 2 table by 1/2 towards their expectation.
#[must_use]
pub fn chi_square(counts: &[Vec<f64>], g: bool, yates: bool) -> ChiSquare {
    let method = match (g, yates) {
        (true, _) => "G",
        (_, true) => "chi-square, Yates",
        _ => "chi-square",
    };
    let width = counts.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &[f64], j: usize| row.get(j).copied().unwrap_or(0.0);
    let columns: Vec<f64> = (0..width)
        .map(|j| counts.iter().map(|row| cell(row, j)).sum())
        .collect();
    let rows: Vec<f64> = counts.iter().map(|row| row.iter().sum()).collect();
    let total: f64 = rows.iter().sum();
    let used = |sums: &[f64]| sums.iter().filter(|s| **s > 0.0).count();
    let (r, c) = (used(&rows), used(&columns));
    if r < 2 || c < 2 {
        return ChiSquare {
            test: Test::undefined(total as u64, method, "a side has fewer than two categories"),
            smallest_expected: None,
        };
    }
    let two_by_two = r == 2 && c == 2;
    let (mut plain, mut terms, mut least) = (Vec::new(), Vec::new(), f64::INFINITY);
    for (row, row_sum) in counts.iter().zip(&rows).filter(|(_, s)| **s > 0.0) {
        for (j, column_sum) in columns.iter().enumerate().filter(|(_, s)| **s > 0.0) {
            let expected = row_sum * column_sum / total;
            let seen = cell(row, j);
            let mut gap = (seen - expected).abs();
            plain.push(gap * gap / expected);
            if yates && two_by_two {
                gap = (gap - 0.5).max(0.0);
            }
            least = least.min(expected);
            terms.push(match g {
                true if seen > 0.0 => 2.0 * seen * ln(seen / expected),
                true => 0.0,
                false => gap * gap / expected,
            });
        }
    }
    let statistic = num::sum(&terms).max(0.0);
    let df = ((r - 1) * (c - 1)) as f64;
    let v = sqrt(num::sum(&plain) / (total * (r.min(c) - 1) as f64)).min(1.0);
    ChiSquare {
        test: Test {
            estimate: finite(v),
            statistic: finite(statistic),
            df: Some(df),
            p_value: finite(chi2_sf(statistic, df)),
            n: total as u64,
            method,
            ..Test::default()
        },
        smallest_expected: finite(least),
    }
}

/// Two-sided p-value by the minimum-likelihood rule, or a tail. `estimate` is the odds ratio ad / bc.
#[must_use]
pub fn fisher_exact(table: [[u64; 2]; 2], alternative: Alternative) -> Test {
    let [[a, b], [c, d]] = table;
    let n = a + b + c + d;
    let method = "Fisher exact";
    let (row, column) = (a + b, a + c);
    if row == 0 || column == 0 || c + d == 0 || b + d == 0 {
        return Test::undefined(n, method, "a side has fewer than two categories");
    }
    // a ranges over lo..=hi; probabilities relative to the likeliest value, by ratios.
    let lo = (row + column).saturating_sub(n);
    let hi = row.min(column);
    if hi - lo > 20_000_000 {
        return Test::undefined(n, method, "too many rows to enumerate: use chi2");
    }
    let ratio = |k: u64| {
        // P(k + 1) / P(k)
        (row - k) as f64 * (column - k) as f64
            / ((k + 1) as f64 * ((n + k + 1) - row - column) as f64)
    };
    let mode = (((row + 1) as f64 * (column + 1) as f64 / (n + 2) as f64) as u64).clamp(lo, hi);
    let mut above = vec![1.0];
    for k in mode..hi {
        let next = above.last().copied().unwrap_or(0.0) * ratio(k);
        above.push(next);
    }
    let mut below = Vec::new();
    let mut weight = 1.0;
    for k in (lo..mode).rev() {
        weight /= ratio(k);
        below.push(weight);
    }
    below.reverse();
    below.extend(above);
    let weights = below;
    let at = (a - lo) as usize;
    let total = num::sum(&weights);
    let p = match alternative {
        Alternative::Less => num::sum(&weights[..=at]) / total,
        Alternative::Greater => num::sum(&weights[at..]) / total,
        Alternative::TwoSided => {
            let seen = weights[at] * (1.0 + 1e-7);
            let as_rare: Vec<f64> = weights.iter().copied().filter(|w| *w <= seen).collect();
            num::sum(&as_rare) / total
        }
    };
    let mut result = Test {
        estimate: finite(a as f64 * d as f64 / (b as f64 * c as f64)),
        p_value: Some(p.min(1.0)),
        n,
        method,
        ..Test::default()
    };
    if result.estimate.is_none() {
        result.detail = Some("the odds ratio is infinite: an off-diagonal cell is empty");
    }
    result
}

/// The odds ratio ad / bc with Woolf's interval; `continuity` adds 1/2 to every cell
/// (Haldane 1955, Anscombe 1956), which also serves empty cells.
#[must_use]
pub fn odds_ratio(table: Table, continuity: bool, level: f64) -> Test {
    let shift = if continuity { 0.5 } else { 0.0 };
    let n = table.iter().flatten().sum::<f64>() as u64;
    let [[a, b], [c, d]] = table.map(|row| row.map(|cell| cell + shift));
    let method = if continuity {
        "Woolf, with 1/2 added"
    } else {
        "Woolf"
    };
    let mut result = Test {
        estimate: finite(a * d / (b * c)),
        n,
        method,
        ..Test::default()
    };
    if [a, b, c, d].contains(&0.0) {
        result.detail = Some("a cell is empty: continuity => true adds 1/2 to every cell");
        return result;
    }
    let log = ln(a) + ln(d) - ln(b) - ln(c);
    let stderr = sqrt(1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d);
    let half = norm_quantile(0.5 + 0.5 * level) * stderr;
    result.statistic = finite(log / stderr);
    result.p_value = normal_p(log / stderr, Alternative::TwoSided);
    result.lower = finite(exp(log - half));
    result.upper = finite(exp(log + half));
    result
}

/// McNemar's test of paired yes/no rows with `b` rows (yes, no) and `c` rows (no, yes)
/// of `n`. `estimate` is the conditional odds ratio b / c with its exact interval.
/// `exact` takes the binomial distribution, else chi-square, with or without `continuity`.
#[must_use]
pub fn mcnemar(b: u64, c: u64, n: u64, exact: bool, continuity: bool, level: f64) -> Test {
    let (x, y) = (b as f64, c as f64);
    let method = match (exact, continuity) {
        (true, _) => "McNemar, exact",
        (_, true) => "McNemar, chi-square with continuity correction",
        _ => "McNemar, chi-square",
    };
    let mut result = Test {
        estimate: finite(x / y),
        n,
        method,
        ..Test::default()
    };
    if b + c == 0 {
        result.detail = Some("no row differs");
        result.p_value = exact.then_some(1.0);
        return result;
    }
    if let Some(share) = clopper_pearson(x, x + y, level) {
        result.lower = finite(share.lower / (1.0 - share.lower));
        result.upper = finite(share.upper / (1.0 - share.upper));
    }
    if c == 0 {
        result.detail = Some("the odds ratio is infinite: no row differs the other way");
    }
    if exact {
        // P(B <= b) = I_{1/2}(c, b + 1)
        let at_most = |k: f64, other: f64| match other {
            0.0 => 1.0,
            _ => beta_cdf(0.5, other, k + 1.0),
        };
        let p = exact_p(at_most(x, y), at_most(y, x), Alternative::TwoSided);
        result.p_value = finite(p);
        return result;
    }
    let gap = (x - y).abs() - if continuity { 1.0 } else { 0.0 };
    let statistic = gap * gap / (x + y);
    result.statistic = finite(statistic);
    result.df = Some(1.0);
    result.p_value = finite(chi2_sf(statistic, 1.0));
    result
}
