//! Concordance of pairs of rows: Kendall's tau, Somers' D, gamma, weighted tau.
//!
//! Kendall 1938, 1945; Stuart 1953 (tau-c); Knight 1966 (counting while sorting);
//! Goodman & Kruskal 1954 (gamma); Somers 1962; Vigna 2015 (weighted tau).

use crate::stats::agreement::compensated_sum;
use crate::stats::num;

use super::{Pairs, dist};

/// Pairs of rows by how their two sides compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PairCounts {
    /// Both sides differ in the same direction.
    pub concordant: u64,
    /// Both sides differ, in opposite directions.
    pub discordant: u64,
    /// Equal in x alone.
    pub tied_x: u64,
    /// Equal in y alone.
    pub tied_y: u64,
    /// Equal in both.
    pub tied_both: u64,
}

/// Kendall's rank correlation in its three forms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kendall {
    /// (C - D) / all pairs; `None` below two rows.
    pub tau_a: Option<f64>,
    /// Corrected for ties on both sides; `None` when a side is constant.
    pub tau_b: Option<f64>,
    /// Stuart's tau-c for tables of unequal sides; `None` when a side is constant.
    pub tau_c: Option<f64>,
    /// Two-sided normal p-value of "no association" with the tie-corrected variance; `None` when a side is constant.
    pub p_value: Option<f64>,
    /// Exact two-sided p-value by counting permutations; `None` with ties or above [`Kendall::EXACT_LIMIT`] rows.
    pub p_value_exact: Option<f64>,
    /// The counts.
    pub counts: PairCounts,
    /// Number of rows.
    pub n: u64,
}

impl Kendall {
    /// The most rows for which the exact p-value is counted (time grows as n³).
    pub const EXACT_LIMIT: usize = 300;
}

impl Kendall {
    /// The coefficients of counted pairs of `n` rows, without p-values; `classes` is the smaller
    /// number of distinct values of a side.
    pub(super) fn of_counts(counts: PairCounts, n: u64, classes: usize) -> Self {
        let score = (i128::from(counts.concordant) - i128::from(counts.discordant)) as f64;
        let mut result = Self {
            tau_a: (n >= 2).then(|| score / choose2(n) as f64),
            tau_b: None,
            tau_c: None,
            p_value: None,
            p_value_exact: None,
            counts,
            n,
        };
        let not_tied_x = counts.concordant + counts.discordant + counts.tied_y;
        let not_tied_y = counts.concordant + counts.discordant + counts.tied_x;
        if not_tied_x > 0 && not_tied_y > 0 {
            // One square root of the product: exactly ±1 where both factors equal |C - D|.
            let norm = num::sqrt(not_tied_x as f64 * not_tied_y as f64);
            result.tau_b = Some((score / norm).clamp(-1.0, 1.0));
            let (classes, n) = (classes as f64, n as f64);
            result.tau_c = Some(2.0 * score / (n * n * ((classes - 1.0) / classes)));
        }
        result
    }
}

/// Somers' D with one side as the dependent one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SomersD {
    /// (C - D) / pairs not tied on the independent side.
    pub d: f64,
    /// Two-sided normal p-value; `None` where the estimated error is 0 (perfect or no association in every row).
    pub p_value: Option<f64>,
}

/// Vigna's weighted tau with additive hyperbolic weights `1/(1+r) + 1/(1+s)`, rank 0 the largest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedTau {
    /// Mean of the two below: symmetric in x and y.
    pub tau: f64,
    /// Importance given by x (ties by y), largest first.
    pub by_x: f64,
    /// Importance given by y (ties by x), largest first.
    pub by_y: f64,
}

pub(super) fn choose2(t: u64) -> u128 {
    u128::from(t) * u128::from(t.saturating_sub(1)) / 2
}

/// Number of pairs out of order, sorting `values` on the way. They are parted by their
/// highest bit, `bit`, then by the next: no branch depends on a value, so nothing is
/// mispredicted, which makes it twice as fast as a merge sort.
pub(super) fn inversions(values: &mut [u32], buffer: &mut [u32], bit: u32) -> u64 {
    let n = values.len();
    if n <= 16 {
        let mut count = 0;
        for end in 1..n {
            let mut at = end;
            while at > 0 && values[at - 1] > values[at] {
                values.swap(at - 1, at);
                at -= 1;
                count += 1;
            }
        }
        return count;
    }
    let buffer = &mut buffer[..n];
    let (mut zeros, mut ones, mut count) = (0, 0, 0_u64);
    for at in 0..n {
        let value = values[at];
        let one = (value >> bit & 1) as usize;
        // Both are written, one is kept; `zeros` never passes `at`.
        values[zeros] = value;
        buffer[ones] = value;
        count += (ones * (1 - one)) as u64;
        ones += one;
        zeros += 1 - one;
    }
    values[zeros..].copy_from_slice(&buffer[..ones]);
    if bit == 0 {
        return count;
    }
    let (low, high) = values.split_at_mut(zeros);
    count + inversions(low, buffer, bit - 1) + inversions(high, buffer, bit - 1)
}

/// Prefix counts over ranks.
pub(super) struct Fenwick(Vec<u64>);

impl Fenwick {
    /// Counts of 0 for this many ranks.
    pub(super) fn new(ranks: usize) -> Self {
        Self(vec![0; ranks + 1])
    }

    /// Adds rows of one rank.
    pub(super) fn add(&mut self, rank: u32, rows: u64) {
        let mut at = rank as usize + 1;
        while at < self.0.len() {
            self.0[at] += rows;
            at += at & at.wrapping_neg();
        }
    }

    /// Number of ranks added below `rank`.
    pub(super) fn below(&self, rank: u32) -> u64 {
        let mut at = rank as usize;
        let mut sum = 0;
        while at > 0 {
            sum += self.0[at];
            at &= at - 1;
        }
        sum
    }
}

pub(super) fn group_sizes(ranks: &[u32]) -> Vec<u64> {
    let groups = ranks.iter().max().map_or(0, |&top| top as usize + 1);
    let mut sizes = vec![0; groups];
    for &rank in ranks {
        sizes[rank as usize] += 1;
    }
    sizes
}

impl Pairs {
    /// Concordant, discordant and tied pairs of rows, O(n log n).
    #[must_use]
    pub fn counts(&self) -> PairCounts {
        self.counts_and_sizes().0
    }

    /// The counts, and how many rows share each rank of x and of y.
    fn counts_and_sizes(&self) -> (PairCounts, [Vec<u64>; 2]) {
        let (x, y) = self.dense();
        let n = x.len() as u64;
        let (mut tied_both, mut run) = (0_u128, 1);
        for at in 1..=x.len() {
            if at < x.len() && (x[at - 1], y[at - 1]) == (x[at], y[at]) {
                run += 1;
            } else {
                tied_both += choose2(run);
                run = 1;
            }
        }
        let highest = y.iter().max().and_then(|top| top.checked_ilog2());
        let (mut y, mut buffer) = (y.to_vec(), vec![0; y.len()]);
        let discordant = inversions(&mut y, &mut buffer, highest.unwrap_or(0));
        // Sorted by now, so that they are counted in order.
        let sizes = [group_sizes(x), group_sizes(&y)];
        let [tied_x, tied_y] = sizes
            .each_ref()
            .map(|sizes| sizes.iter().map(|&t| choose2(t)).sum::<u128>());
        let concordant = choose2(n) + tied_both - tied_x - tied_y - u128::from(discordant);
        let counts = PairCounts {
            concordant: concordant as u64,
            discordant,
            tied_x: (tied_x - tied_both) as u64,
            tied_y: (tied_y - tied_both) as u64,
            tied_both: tied_both as u64,
        };
        (counts, sizes)
    }

    /// Kendall's tau-a, tau-b, tau-c with p-values; `exact` asks for the exact p-value too.
    #[must_use]
    pub fn kendall(&self, exact: bool) -> Kendall {
        let (counts, [x_sizes, y_sizes]) = self.counts_and_sizes();
        let n = self.n() as u64;
        let classes = x_sizes.len().min(y_sizes.len());
        let mut result = Kendall::of_counts(counts, n, classes);
        if result.tau_b.is_none() {
            return result;
        }
        let score = i128::from(counts.concordant) - i128::from(counts.discordant);
        result.p_value = Some(asymptotic_p(score as f64, n, &x_sizes, &y_sizes));
        let untied = counts.tied_x + counts.tied_y + counts.tied_both == 0;
        if exact && untied && self.n() <= Kendall::EXACT_LIMIT {
            result.p_value_exact =
                Some(exact_p(self.n(), counts.discordant.min(counts.concordant)));
        }
        result
    }

    /// Goodman and Kruskal's gamma, (C - D) / (C + D); `None` when every pair is tied.
    #[must_use]
    pub fn goodman_kruskal_gamma(&self) -> Option<f64> {
        let counts = self.counts();
        let (c, d) = (counts.concordant as f64, counts.discordant as f64);
        (c + d > 0.0).then(|| (c - d) / (c + d))
    }

    /// Per row, concordant minus discordant rows, in the order of [`Pairs::rows`].
    pub(super) fn scores(&self, x: &[u32], y: &[u32]) -> Vec<i64> {
        let ranks = y.iter().max().map_or(0, |&top| top as usize + 1);
        let mut tree = Fenwick::new(ranks);
        let mut scores = vec![0_i64; x.len()];
        let mut seen = 0_u64;
        let y_sizes = group_sizes(y);
        let mut y_below = vec![0_u64; ranks + 1];
        for (rank, size) in y_sizes.iter().enumerate() {
            y_below[rank + 1] = y_below[rank] + size;
        }
        let n = x.len() as u64;
        let mut start = 0;
        for run in x.chunk_by(|a, b| a == b) {
            let rows = start..start + run.len();
            // Rows of this run are sorted by y: count its own members below and up to y.
            let own = &y[rows.clone()];
            for (at, &rank) in rows.clone().zip(own) {
                let lower_left = tree.below(rank);
                let upper_left = seen - tree.below(rank + 1);
                let own_below = own.partition_point(|&other| other < rank) as u64;
                let own_to = own.partition_point(|&other| other <= rank) as u64;
                let lower_right = y_below[rank as usize] - lower_left - own_below;
                let above = n - y_below[rank as usize + 1];
                let own_above = own.len() as u64 - own_to;
                let upper_right = above - upper_left - own_above;
                scores[at] = (lower_left + upper_right) as i64 - (upper_left + lower_right) as i64;
            }
            for &rank in own {
                tree.add(rank, 1);
            }
            seen += run.len() as u64;
            start += run.len();
        }
        scores
    }

    /// Somers' D of y given x (pairs tied on x are left out); `None` when x is constant.
    /// For x given y use [`Pairs::swapped`].
    #[must_use]
    pub fn somers_d(&self) -> Option<SomersD> {
        let (x, y) = self.dense();
        let counts = self.counts();
        let pairs = counts.concordant + counts.discordant + counts.tied_y;
        if pairs == 0 {
            return None;
        }
        let score = i128::from(counts.concordant) - i128::from(counts.discordant);
        let squares: i128 = self
            .scores(x, y)
            .iter()
            .map(|&s| i128::from(s) * i128::from(s))
            .sum();
        let n = self.n() as i128;
        // n Σ s² - (Σ s)², exact; scipy's error is 2 sqrt of it over n.
        let spread = n * squares - 4 * score * score;
        let p_value = (spread > 0).then(|| {
            let error = 2.0 * num::sqrt(spread as f64 / n as f64);
            dist::normal_two_sided(2.0 * score as f64 / error)
        });
        Some(SomersD {
            d: score as f64 / pairs as f64,
            p_value,
        })
    }

    /// The same rows with x and y exchanged.
    #[must_use]
    pub fn swapped(&self) -> Self {
        Self {
            given: self.given.iter().map(|&(x, y)| (y, x)).collect(),
            ..Self::default()
        }
    }

    /// Weighted tau with importance given by x alone; `None` when a side is constant.
    fn weighted_tau_by_x(&self) -> Option<f64> {
        let (x, y) = self.dense();
        let (x_sizes, y_sizes) = (group_sizes(x), group_sizes(y));
        if x_sizes.len() < 2 || y_sizes.len() < 2 {
            return None;
        }
        let n = self.n();
        let scores = self.scores(x, y);
        // Rows ascend by (x, y): the last row is the most important, rank 0.
        // The sum over pairs of s (f_i + f_j) is the sum over rows of f_i s_i.
        let weighted = |of: &dyn Fn(usize) -> f64| {
            compensated_sum((0..n).map(|at| of(at) * (1.0 / (n - at) as f64)))
        };
        let score = weighted(&|at| scores[at] as f64);
        let x_norm = weighted(&|at| (n as u64 - x_sizes[x[at] as usize]) as f64);
        let y_norm = weighted(&|at| (n as u64 - y_sizes[y[at] as usize]) as f64);
        Some((score / num::sqrt(x_norm * y_norm)).clamp(-1.0, 1.0))
    }

    /// Weighted tau (Vigna 2015); `None` when a side is constant.
    #[must_use]
    pub fn weighted_tau(&self) -> Option<WeightedTau> {
        let by_x = self.weighted_tau_by_x()?;
        let by_y = self.swapped().weighted_tau_by_x()?;
        Some(WeightedTau {
            tau: 0.5 * (by_x + by_y),
            by_x,
            by_y,
        })
    }
}

/// Normal p-value of C - D with the variance corrected for ties (Kendall 1970, ch. 4).
fn asymptotic_p(score: f64, n: u64, x_sizes: &[u64], y_sizes: &[u64]) -> f64 {
    let sum = |sizes: &[u64], f: &dyn Fn(f64) -> f64| -> f64 {
        compensated_sum(sizes.iter().filter(|&&t| t > 1).map(|&t| f(t as f64)))
    };
    let pairs = |t: f64| t * (t - 1.0) / 2.0;
    let triples = |t: f64| t * (t - 1.0) * (t - 2.0);
    let spread = |t: f64| t * (t - 1.0) * (2.0 * t + 5.0);
    let n = n as f64;
    let m = n * (n - 1.0);
    let mut variance = (m * (2.0 * n + 5.0) - sum(x_sizes, &spread) - sum(y_sizes, &spread)) / 18.0
        + 2.0 * sum(x_sizes, &pairs) * sum(y_sizes, &pairs) / m;
    if n > 2.0 {
        variance += sum(x_sizes, &triples) * sum(y_sizes, &triples) / (9.0 * m * (n - 2.0));
    }
    dist::normal_two_sided(score / num::sqrt(variance))
}

/// Two-sided exact p-value: share of permutations of n with at most `fewer`
/// inversions, doubled (Kendall 1970, ch. 5).
fn exact_p(n: usize, fewer: u64) -> f64 {
    let fewer = fewer as usize;
    if 2 * fewer == n * (n - 1) / 2 {
        return 1.0;
    }
    // shares[j]: probability of j inversions among the first k items.
    let mut shares = vec![0.0; fewer + 1];
    shares[0] = 1.0;
    for k in 2..=n {
        let mut prefix = Vec::with_capacity(fewer + 2);
        prefix.push(0.0);
        for (at, share) in shares.iter().enumerate() {
            prefix.push(prefix[at] + share);
        }
        for (j, share) in shares.iter_mut().enumerate() {
            *share = (prefix[j + 1] - prefix[(j + 1).saturating_sub(k)]) / k as f64;
        }
    }
    (2.0 * shares.iter().sum::<f64>()).min(1.0)
}
