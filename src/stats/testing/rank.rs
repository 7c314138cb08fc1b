//! Rank tests of two samples: Wilcoxon 1945 (signed ranks), Mann & Whitney 1947.
//!
//! Zero differences: Wilcoxon drops them, Pratt 1959 ranks and then drops them
//! (moments after Cureton 1967), `split` gives half of their ranks to each side.

use super::{Alternative, Test, doubled_ranks, exact_p, normal_p};
use crate::stats::num::{self, sqrt};

/// What a difference of 0 counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zeros {
    /// Left out (Wilcoxon).
    #[default]
    Drop,
    /// Ranked, then left out (Pratt).
    Pratt,
    /// Ranked, half of the ranks to each side.
    Split,
}

/// The largest samples for which exact p-values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExactLimit;

impl ExactLimit {
    /// Pairs of the signed-rank test.
    pub const PAIRS: usize = 200;
    /// Rows of either sample of the Mann-Whitney test.
    pub const SAMPLE: usize = 60;
    /// Up to here exact is the automatic choice (as other packages do).
    pub const AUTOMATIC: usize = 50;
}

/// How a rank test is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RankSettings {
    /// The alternative.
    pub alternative: Alternative,
    /// `Some(true)` exact, `Some(false)` normal, `None` exact where it is defined and the samples are small.
    pub exact: Option<bool>,
    /// Continuity correction of the normal approximation.
    pub continuity: bool,
}

/// The normal statistic, moved towards 0 by `step` under a continuity correction.
fn standardised(distance: f64, step: f64, deviation: f64, settings: &RankSettings) -> f64 {
    if !settings.continuity {
        return distance / deviation;
    }
    let moved = match settings.alternative {
        Alternative::TwoSided if distance == 0.0 => 0.0,
        Alternative::TwoSided => distance - step * distance.signum(),
        Alternative::Greater => distance - step,
        Alternative::Less => distance + step,
    };
    moved / deviation
}

/// Wilcoxon's signed-rank test of paired rows. `statistic` is the sum of ranks of
/// positive differences; `estimate` the matched-pairs rank-biserial correlation
/// (W+ - W-) / (W+ + W-).
#[must_use]
pub fn wilcoxon_signed_rank(rows: &[(f64, f64)], zeros: Zeros, settings: &RankSettings) -> Test {
    let mut sizes: Vec<(f64, bool)> = rows
        .iter()
        .map(|(x, y)| ((x - y).abs(), x > y))
        .filter(|(size, _)| zeros != Zeros::Drop || *size != 0.0)
        .collect();
    sizes.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let n = rows.len() as u64;
    let keys: Vec<f64> = sizes.iter().map(|s| s.0).collect();
    let (ranks, mut ties) = doubled_ranks(&keys);
    let none = keys.iter().take_while(|k| **k == 0.0).count();
    let (mut plus, mut minus) = (0_u64, 0_u64);
    for (rank, (size, positive)) in ranks.iter().zip(&sizes) {
        match (*size == 0.0, *positive) {
            (true, _) => {}
            (_, true) => plus += rank,
            (_, false) => minus += rank,
        }
    }
    // The ranks of the zeros sum to none (none + 1) / 2: half of it to each side.
    let split = if zeros == Zeros::Split {
        none as f64 * (none as f64 + 1.0) / 4.0
    } else {
        0.0
    };
    let (w_plus, w_minus) = (plus as f64 / 2.0 + split, minus as f64 / 2.0 + split);
    let count = sizes.len() as f64;
    if sizes.len() == none {
        return Test::undefined(n, "signed rank", "no pair differs");
    }
    let mut mean = count * (count + 1.0) / 4.0;
    let mut variance = count * (count + 1.0) * (2.0 * count + 1.0);
    if zeros == Zeros::Pratt {
        let z = none as f64;
        mean -= z * (z + 1.0) / 4.0;
        variance -= z * (z + 1.0) * (2.0 * z + 1.0);
        ties -= z * z * z - z;
    }
    let deviation = sqrt((variance - ties / 2.0) / 24.0);
    let mut result = Test {
        estimate: num::finite((w_plus - w_minus) / (w_plus + w_minus)),
        statistic: Some(w_plus),
        n,
        method: "signed rank, normal",
        ..Test::default()
    };
    let countable = ties == 0.0 && none == 0 && keys.len() <= ExactLimit::PAIRS;
    if settings
        .exact
        .unwrap_or(keys.len() <= ExactLimit::AUTOMATIC)
        && countable
    {
        let (at_most, at_least) = signed_rank_tails(keys.len(), plus / 2);
        result.method = "signed rank, exact";
        result.p_value = Some(exact_p(at_most, at_least, settings.alternative));
        return result;
    }
    if settings.exact == Some(true) {
        result.detail = Some("no exact p-value with ties, zeros or more than 200 pairs");
        return result;
    }
    result.p_value = normal_p(
        standardised(w_plus - mean, 0.5, deviation, settings),
        settings.alternative,
    );
    result
}

/// P(W+ <= w), P(W+ >= w) over the 2^n signs of the ranks 1..=n.
fn signed_rank_tails(n: usize, w: u64) -> (f64, f64) {
    let top = n * (n + 1) / 2;
    let mut shares = vec![0.0; top + 1];
    shares[0] = 1.0;
    let mut reach = 0;
    for rank in 1..=n {
        reach += rank;
        for sum in (0..=reach).rev() {
            let with = if sum >= rank { shares[sum - rank] } else { 0.0 };
            shares[sum] = 0.5 * (shares[sum] + with);
        }
    }
    let w = (w as usize).min(top);
    (num::sum(&shares[..=w]), num::sum(&shares[w..]))
}

/// Mann and Whitney's test. `statistic` is U, the pairs with x > y plus half the ties;
/// `estimate` is U / (n₁ n₂), the probability that x is the greater (common-language effect).
#[must_use]
pub fn mann_whitney(x: &[f64], y: &[f64], settings: &RankSettings) -> Test {
    let mut all: Vec<(f64, bool)> = x
        .iter()
        .map(|v| (num::positive_zero(*v), true))
        .chain(y.iter().map(|v| (num::positive_zero(*v), false)))
        .collect();
    all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let n = all.len() as u64;
    if x.is_empty() || y.is_empty() {
        return Test::undefined(n, "Mann-Whitney", "a sample is empty");
    }
    let keys: Vec<f64> = all.iter().map(|v| v.0).collect();
    let (ranks, ties) = doubled_ranks(&keys);
    let sum: u128 = ranks
        .iter()
        .zip(&all)
        .filter(|(_, (_, first))| *first)
        .map(|(rank, _)| u128::from(*rank))
        .sum();
    let (n1, n2) = (x.len() as u128, y.len() as u128);
    let doubled = sum - n1 * (n1 + 1);
    let u = doubled as f64 / 2.0;
    let mut result = Test {
        estimate: Some(u / (n1 * n2) as f64),
        statistic: Some(u),
        n,
        method: "Mann-Whitney, normal",
        ..Test::default()
    };
    let largest = x.len().max(y.len());
    let smallest = x.len().min(y.len());
    let countable = ties == 0.0 && largest <= ExactLimit::SAMPLE;
    let small = smallest <= 8 || largest <= ExactLimit::AUTOMATIC;
    if settings.exact.unwrap_or(small) && countable {
        let (at_most, at_least) = mann_whitney_tails(x.len(), y.len(), (doubled / 2) as usize);
        result.method = "Mann-Whitney, exact";
        result.p_value = Some(exact_p(at_most, at_least, settings.alternative));
        return result;
    }
    if settings.exact == Some(true) {
        result.detail = Some("no exact p-value with ties or more than 60 rows in a sample");
        return result;
    }
    let (n1, n2, all) = (n1 as f64, n2 as f64, n as f64);
    let variance = n1 * n2 / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)));
    if variance <= 0.0 {
        result.detail = Some("all values are equal");
        return result;
    }
    let z = standardised(u - n1 * n2 / 2.0, 0.5, sqrt(variance), settings);
    result.p_value = normal_p(z, settings.alternative);
    result
}

/// P(U <= u), P(U >= u) over all ways to mix the two samples.
fn mann_whitney_tails(n1: usize, n2: usize, u: usize) -> (f64, f64) {
    // shares[i]: distribution of U for i rows of x and the current number of rows of y.
    let mut shares: Vec<Vec<f64>> = vec![vec![1.0]; n1 + 1];
    for j in 1..=n2 {
        for i in 1..=n1 {
            let (with_x, with_y) = (i as f64 / (i + j) as f64, j as f64 / (i + j) as f64);
            let mut next = vec![0.0; i * j + 1];
            // The largest value is an x, above all j rows of y, or a y.
            for (at, share) in shares[i - 1].iter().enumerate() {
                next[at + j] += with_x * share;
            }
            for (at, share) in shares[i].iter().enumerate() {
                next[at] += with_y * share;
            }
            shares[i] = next;
        }
    }
    let last = &shares[n1];
    let u = u.min(last.len() - 1);
    (num::sum(&last[..=u]), num::sum(&last[u..]))
}
