//! Rank tests of several samples: Kruskal & Wallis 1952, Friedman 1937, Nemenyi 1963.

use super::{Test, doubled_ranks, sorted};
use crate::stats::num::{self, chi2_sf, f_sf, finite, sqrt, studentized_range_sf};

/// Kruskal and Wallis' test of samples given by id (`samples` ids in `0..count`).
/// `estimate` is epsilon-squared, H (n + 1) / (n² - 1).
#[must_use]
pub fn kruskal(values: &[f64], samples: &[u32], count: usize) -> Test {
    let method = "Kruskal-Wallis";
    let mut all: Vec<(f64, u32)> = values
        .iter()
        .map(|v| num::positive_zero(*v))
        .zip(samples.iter().copied())
        .collect();
    all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let n = all.len() as u64;
    let keys: Vec<f64> = all.iter().map(|v| v.0).collect();
    let (ranks, ties) = doubled_ranks(&keys);
    let mut sums = vec![(0_u128, 0_u64); count];
    for (rank, (_, sample)) in ranks.iter().zip(&all) {
        if let Some(sum) = sums.get_mut(*sample as usize) {
            sum.0 += u128::from(*rank);
            sum.1 += 1;
        }
    }
    sums.retain(|s| s.1 > 0);
    if sums.len() < 2 {
        return Test::undefined(n, method, "fewer than two samples");
    }
    let real = n as f64;
    let correction = 1.0 - ties / (real * (real - 1.0) * (real + 1.0));
    if correction <= 0.0 {
        return Test::undefined(n, method, "all values are equal");
    }
    // Squares of the distance of a sample's mean rank from the common mean.
    let mut terms: Vec<f64> = sums
        .iter()
        .map(|&(sum, size)| {
            let size = size as f64;
            let gap = sum as f64 / (2.0 * size) - (real + 1.0) / 2.0;
            size * gap * gap
        })
        .collect();
    terms.sort_unstable_by(f64::total_cmp);
    let h = 12.0 / (real * (real + 1.0)) * num::sum(&terms) / correction;
    let df = (sums.len() - 1) as f64;
    Test {
        estimate: finite(h / (real - 1.0)),
        statistic: finite(h),
        df: Some(df),
        p_value: finite(chi2_sf(h, df)),
        n,
        method,
        ..Test::default()
    }
}

/// The values of one block (an item), one per treatment (a system).
pub type Block = Vec<f64>;

/// Friedman's test.
#[derive(Debug, Clone, PartialEq)]
pub struct Friedman {
    /// Chi-square with its p-value; `estimate` is Kendall's W.
    pub test: Test,
    /// Iman and Davenport's F (1980), less conservative; `None` when W = 1.
    pub f: Option<f64>,
    /// p-value of F.
    pub f_p_value: Option<f64>,
    /// Mean rank of each treatment, 1 for the lowest value.
    pub mean_ranks: Vec<f64>,
    /// Number of blocks.
    pub blocks: u64,
}

/// Friedman's test of complete blocks, each with a value for every one of `k` treatments.
#[must_use]
pub fn friedman(blocks: &[Block], k: usize) -> Friedman {
    let method = "Friedman";
    let n = (blocks.len() * k) as u64;
    let mut sums = vec![0_u64; k];
    let mut ties = 0.0;
    for block in blocks {
        let mut order: Vec<(f64, usize)> = block
            .iter()
            .map(|v| num::positive_zero(*v))
            .zip(0..)
            .collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let keys = sorted(block);
        let (ranks, tied) = doubled_ranks(&keys);
        ties += tied;
        for (rank, (_, at)) in ranks.iter().zip(&order) {
            sums[*at] += rank;
        }
    }
    let b = blocks.len() as f64;
    let real = k as f64;
    let mut result = Friedman {
        test: Test::undefined(n, method, "fewer than two systems or no complete item"),
        f: None,
        f_p_value: None,
        mean_ranks: sums.iter().map(|s| *s as f64 / (2.0 * b)).collect(),
        blocks: blocks.len() as u64,
    };
    if k < 2 || blocks.is_empty() {
        return result;
    }
    let terms: Vec<f64> = result
        .mean_ranks
        .iter()
        .map(|r| (r - (real + 1.0) / 2.0) * (r - (real + 1.0) / 2.0))
        .collect();
    let correction = 1.0 - ties / (b * real * (real * real - 1.0));
    if correction <= 0.0 {
        result.test.detail = Some("all values of every item are equal");
        return result;
    }
    let mut terms = terms;
    terms.sort_unstable_by(f64::total_cmp);
    let chi2 = 12.0 * b / (real * (real + 1.0)) * num::sum(&terms) / correction;
    let w = (chi2 / (b * (real - 1.0))).min(1.0);
    let df = real - 1.0;
    result.test = Test {
        estimate: finite(w),
        statistic: finite(chi2),
        df: Some(df),
        p_value: finite(chi2_sf(chi2, df)),
        n,
        method,
        ..Test::default()
    };
    if b > 1.0 && w < 1.0 {
        let f = (b - 1.0) * w / (1.0 - w);
        result.f = finite(f);
        result.f_p_value = finite(f_sf(f, df, df * (b - 1.0)));
    }
    result
}

/// Nemenyi's comparison of two treatments after Friedman's test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NemenyiPair {
    /// First treatment.
    pub a: usize,
    /// Second treatment.
    pub b: usize,
    /// Mean rank of a minus that of b.
    pub difference: f64,
    /// p-value adjusted for all pairs, from the studentized range.
    pub p_value: f64,
}

/// Every pair of treatments from their mean ranks over `blocks` blocks.
#[must_use]
pub fn nemenyi(mean_ranks: &[f64], blocks: u64) -> Vec<NemenyiPair> {
    let k = mean_ranks.len();
    let unit = sqrt(k as f64 * (k as f64 + 1.0) / (12.0 * blocks as f64));
    let mut pairs = Vec::with_capacity(k * k.saturating_sub(1) / 2);
    for a in 0..k {
        for b in a + 1..k {
            let difference = mean_ranks[a] - mean_ranks[b];
            let p = studentized_range_sf(difference.abs() / unit, k as u32, f64::INFINITY);
            pairs.push(NemenyiPair {
                a,
                b,
                difference,
                p_value: p.clamp(0.0, 1.0),
            });
        }
    }
    pairs
}
