//! Bootstrap intervals from replicates, and paired comparisons by resampling.
//!
//! Percentile: Efron 1979. BCa (bias-corrected and accelerated): Efron 1987.
//! Paired bootstrap: Efron & Tibshirani 1993, Koehn 2004. Permutation: Fisher 1935.
//! Comparing two correlations with one gold column: Deutsch, Dror & Roth 2021.

use super::{Bounds, percentile, quantile_sorted};
use crate::stats::correlation::{Measure, Pairs};
use crate::stats::exact::Moments;
use crate::stats::num::{norm_cdf, norm_quantile, sum, total_cmp};
use crate::stats::rng::Stream;

/// Bias-corrected and accelerated interval of bootstrap replicates.
///
/// `jackknife` holds (value without one unit or group of units, how many such units or
/// groups there are). `None` when there are no replicates, all lie on one side of the
/// estimate, or the correction leaves the range.
#[must_use]
pub fn bca(
    replicates: &mut [f64],
    estimate: f64,
    jackknife: &[(f64, f64)],
    level: f64,
) -> Option<Bounds> {
    if replicates.is_empty() || replicates.iter().any(|x| x.is_nan()) {
        return None;
    }
    replicates.sort_by(|a, b| total_cmp(*a, *b));
    let below = replicates.partition_point(|x| *x < estimate) as f64;
    let upto = replicates.partition_point(|x| *x <= estimate) as f64;
    // Replicates equal to the estimate count half, as for discrete statistics.
    let bias = norm_quantile((below + upto) / (2.0 * replicates.len() as f64));
    if !bias.is_finite() {
        return None;
    }
    let mut values = jackknife.to_vec();
    values.sort_by(|a, b| total_cmp(a.0, b.0).then(total_cmp(a.1, b.1)));
    let over = |f: &dyn Fn(f64) -> f64| -> f64 {
        let terms: Vec<f64> = values.iter().map(|(v, times)| times * f(*v)).collect();
        sum(&terms)
    };
    let mean = over(&|v| v) / over(&|_| 1.0);
    let squares = over(&|v| (mean - v) * (mean - v));
    let cubes = over(&|v| (mean - v) * (mean - v) * (mean - v));
    let acceleration = if squares > 0.0 {
        cubes / (6.0 * squares * super::sqrt(squares))
    } else {
        0.0
    };
    let end = |p: f64| {
        let z = bias + norm_quantile(p);
        let corrected = norm_cdf(bias + z / (1.0 - acceleration * z));
        quantile_sorted(replicates, corrected)
    };
    let tail = 0.5 * (1.0 - level);
    let (lower, upper) = (end(tail)?, end(1.0 - tail)?);
    (lower <= upper).then_some(Bounds { lower, upper })
}

/// What two paired columns are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Comparison {
    /// mean(x) - mean(y).
    #[default]
    Mean,
    /// correlation(x, gold) - correlation(y, gold).
    Correlation(Measure),
}

/// Paired rows in canonical order, in units that are drawn together.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedRows {
    /// (x, y, gold).
    rows: Vec<[f64; 3]>,
    /// Ends of the units in `rows`.
    ends: Vec<usize>,
    comparison: Comparison,
}

/// A comparison by resampling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampled {
    /// The difference.
    pub estimate: f64,
    /// Two-sided p-value of no difference.
    pub p_value: f64,
    /// Share of replicates above 0, half of those equal to 0.
    pub share_above: Option<f64>,
    /// Percentile limits.
    pub bounds: Option<Bounds>,
    /// Replicates without a value.
    pub undefined: u32,
    /// Whether every sign pattern was visited instead of a sample.
    pub exact: bool,
}

impl PairedRows {
    /// The most units whose sign patterns are all visited.
    pub const EXACT_LIMIT: usize = 14;

    /// Puts rows (unit, x, y, gold) in canonical order; without units every row is its own.
    #[must_use]
    pub fn new(mut rows: Vec<(u32, [f64; 3])>, by_unit: bool, comparison: Comparison) -> Self {
        rows.sort_unstable_by(|a, b| {
            let cells = a.1.iter().zip(&b.1).map(|(a, b)| a.total_cmp(b));
            let cells = cells.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then);
            a.0.cmp(&b.0).then(cells)
        });
        let ends = (1..=rows.len())
            .filter(|&end| !by_unit || end == rows.len() || rows[end].0 != rows[end - 1].0)
            .collect();
        Self {
            rows: rows.into_iter().map(|row| row.1).collect(),
            ends,
            comparison,
        }
    }

    /// Number of units that are drawn.
    #[must_use]
    pub fn units(&self) -> usize {
        self.ends.len()
    }

    fn unit(&self, at: usize) -> &[[f64; 3]] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.rows[start..self.ends[at]]
    }

    /// The difference over some rows; `None` where it is undefined.
    fn difference(&self, rows: &[[f64; 3]]) -> Option<f64> {
        match self.comparison {
            Comparison::Mean => {
                let mut moments = Moments::new();
                rows.iter().for_each(|row| moments.add(row[0] - row[1]));
                moments.mean().filter(|mean| mean.is_finite())
            }
            Comparison::Correlation(measure) => {
                let side = |at: usize| {
                    Pairs::new(rows.iter().map(|row| (row[at], row[2])).collect())
                        .ok()?
                        .measure(measure)
                };
                Some(side(0)? - side(1)?)
            }
        }
    }

    /// Sum of differences per unit, for means.
    fn unit_sums(&self) -> Vec<f64> {
        (0..self.units())
            .map(|at| {
                let differences: Vec<f64> =
                    self.unit(at).iter().map(|row| row[0] - row[1]).collect();
                sum(&differences)
            })
            .collect()
    }

    /// Resamples units with replacement: percentile interval, and a p-value from the
    /// replicates moved to a difference of 0. `None` when the difference is undefined.
    #[must_use]
    pub fn bootstrap(&self, replicates: u32, seed: u64, level: f64) -> Option<Resampled> {
        let estimate = self.difference(&self.rows)?;
        let units = self.units() as u64;
        let sums = self.unit_sums();
        let mut values = Vec::with_capacity(replicates as usize);
        let mut drawn = Vec::new();
        let mut undefined = 0;
        for replicate in 0..replicates {
            let mut stream = Stream::new(seed, replicate, 0);
            let value = match self.comparison {
                Comparison::Mean => {
                    let (mut total, mut count) = (crate::stats::num::Compensated::new(), 0_usize);
                    for _ in 0..units {
                        let at = stream.below(units) as usize;
                        total.add(sums[at]);
                        count += self.unit(at).len();
                    }
                    Some(total.value() / count as f64)
                }
                Comparison::Correlation(_) => {
                    drawn.clear();
                    for _ in 0..units {
                        drawn.extend_from_slice(self.unit(stream.below(units) as usize));
                    }
                    self.difference(&drawn)
                }
            };
            match value {
                Some(value) => values.push(value),
                None => undefined += 1,
            }
        }
        let far = estimate.abs() * (1.0 - 1e-12);
        let extreme = values.iter().filter(|v| (*v - estimate).abs() >= far);
        let p_value = (1 + extreme.count()) as f64 / (1 + values.len()) as f64;
        let above = values.iter().filter(|v| **v > 0.0).count() as f64;
        let level_zero = values.iter().filter(|v| **v == 0.0).count() as f64;
        let share_above = (above + 0.5 * level_zero) / values.len() as f64;
        Some(Resampled {
            estimate,
            p_value,
            share_above: (!values.is_empty()).then_some(share_above),
            bounds: percentile(&mut values, level),
            undefined,
            exact: false,
        })
    }

    /// Swaps x and y within units at random: the share of swaps that differ as much.
    /// For correlations both columns are standardised first. With few units and means
    /// every pattern is visited. `None` when the difference is undefined.
    #[must_use]
    pub fn permutation(&self, replicates: u32, seed: u64) -> Option<Resampled> {
        let estimate = self.difference(&self.rows)?;
        let far = estimate.abs() * (1.0 - 1e-12);
        let done = |extreme: u64, of: u64, undefined: u32, exact: bool| Resampled {
            estimate,
            p_value: extreme as f64 / of as f64,
            share_above: None,
            bounds: None,
            undefined,
            exact,
        };
        let units = self.units();
        let n = self.rows.len() as f64;
        if self.comparison == Comparison::Mean {
            let sums = self.unit_sums();
            let signed = |sign: &mut dyn FnMut(usize) -> bool| {
                let mut total = crate::stats::num::Compensated::new();
                for (at, value) in sums.iter().enumerate() {
                    total.add(if sign(at) { -value } else { *value });
                }
                (total.value() / n).abs() >= far
            };
            if units <= Self::EXACT_LIMIT {
                let all = 1_u64 << units;
                let extreme = (0..all).filter(|pattern| signed(&mut |at| pattern >> at & 1 == 1));
                return Some(done(extreme.count() as u64, all, 0, true));
            }
            let extreme = (0..replicates).filter(|&replicate| {
                let mut coin = Coins::new(seed, replicate);
                signed(&mut |_| coin.next())
            });
            let extreme = extreme.count() as u64;
            return Some(done(1 + extreme, 1 + u64::from(replicates), 0, false));
        }
        let standard = self.standardised()?;
        let (mut extreme, mut undefined) = (0, 0);
        let mut mixed = standard.rows.clone();
        for replicate in 0..replicates {
            let mut coin = Coins::new(seed, replicate);
            let mut start = 0;
            for &end in &standard.ends {
                let swap = coin.next();
                for (to, from) in mixed[start..end].iter_mut().zip(&standard.rows[start..end]) {
                    *to = if swap {
                        [from[1], from[0], from[2]]
                    } else {
                        *from
                    };
                }
                start = end;
            }
            match standard.difference(&mixed) {
                Some(value) if value.abs() >= far => extreme += 1,
                Some(_) => {}
                None => undefined += 1,
            }
        }
        let of = 1 + u64::from(replicates - undefined);
        Some(done(1 + extreme, of, undefined, false))
    }

    /// x and y with mean 0 and deviation 1.
    fn standardised(&self) -> Option<Self> {
        let mut copy = self.clone();
        for side in 0..2 {
            let mut moments = Moments::new();
            self.rows.iter().for_each(|row| moments.add(row[side]));
            let (mean, deviation) = (moments.mean()?, moments.stddev_pop()?);
            for row in &mut copy.rows {
                row[side] = (row[side] - mean) / deviation;
            }
        }
        Some(copy)
    }
}

/// Fair coins, 32 to a draw.
struct Coins {
    stream: Stream,
    bits: u32,
    left: u32,
}

impl Coins {
    fn new(seed: u64, replicate: u32) -> Self {
        Self {
            stream: Stream::new(seed, replicate, 0),
            bits: 0,
            left: 0,
        }
    }

    fn next(&mut self) -> bool {
        if self.left == 0 {
            self.bits = self.stream.next_u32();
            self.left = 32;
        }
        self.left -= 1;
        let coin = self.bits & 1 == 1;
        self.bits >>= 1;
        coin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(pairs: &[(f64, f64)]) -> Vec<(u32, [f64; 3])> {
        pairs.iter().map(|(x, y)| (0, [*x, *y, 0.0])).collect()
    }

    /// Fisher 1935, Design of Experiments, section 21: Darwin's maize. 863 of the 2^15
    /// patterns have a sum of differences at least as high, so p = 1726 / 32768 = .05267.
    /// Fifteen pairs are beyond the exact limit: sampled.
    #[test]
    fn fisher_1935_darwins_maize() {
        let crossed = [
            188, 96, 168, 176, 153, 172, 177, 163, 146, 173, 186, 168, 177, 184, 96,
        ];
        let selfed = [
            139, 163, 160, 160, 147, 149, 149, 122, 132, 144, 130, 144, 102, 124, 144,
        ];
        let pairs: Vec<(f64, f64)> = crossed
            .iter()
            .zip(&selfed)
            .map(|(a, b)| (f64::from(*a), f64::from(*b)))
            .collect();
        let all = PairedRows::new(rows(&pairs), false, Comparison::Mean);
        let got = all.permutation(20_000, 7).expect("defined");
        assert!((got.estimate - 314.0 / 15.0).abs() < 1e-12);
        assert!((got.p_value - 1726.0 / 32768.0).abs() < 0.005, "{got:?}");
        assert!(!got.exact);
    }

    #[test]
    fn few_units_visit_every_pattern() {
        let all = PairedRows::new(
            rows(&[(3.0, 1.0), (5.0, 2.0), (4.0, 3.0)]),
            false,
            Comparison::Mean,
        );
        let got = all.permutation(1, 7).expect("defined");
        // Only +++ and --- of 8 patterns differ as much.
        assert_eq!((got.p_value, got.exact), (0.25, true));
    }

    #[test]
    fn order_of_rows_does_not_matter() {
        let mut pairs: Vec<(f64, f64)> = (0..40)
            .map(|i| (f64::from(i * 7 % 13) / 3.0, f64::from(i * 5 % 11) / 7.0))
            .collect();
        let of = |pairs: &[(f64, f64)], comparison| {
            let rows = pairs
                .iter()
                .enumerate()
                .map(|(i, (x, y))| ((x * 3.0) as u32 % 5, [*x, *y, (i % 2) as f64 * 0.0 + x + y]))
                .collect();
            let all = PairedRows::new(rows, true, comparison);
            (all.bootstrap(50, 3, 0.9), all.permutation(50, 3))
        };
        for comparison in [
            Comparison::Mean,
            Comparison::Correlation(Measure::Pearson),
            Comparison::Correlation(Measure::Kendall),
        ] {
            let forward = of(&pairs, comparison);
            pairs.reverse();
            assert_eq!(forward, of(&pairs, comparison));
            assert!(forward.0.is_some() && forward.1.is_some());
        }
    }

    #[test]
    fn bca_without_bias_or_skew_is_the_percentile_interval() {
        let mut values: Vec<f64> = (-500..=500).map(f64::from).collect();
        let jackknife = [(-1.0, 3.0), (1.0, 3.0)];
        let got = bca(&mut values, 0.0, &jackknife, 0.9).expect("defined");
        let plain = percentile(&mut values, 0.9).expect("defined");
        assert!((got.lower - plain.lower).abs() < 1e-9 && (got.upper - plain.upper).abs() < 1e-9);
        assert_eq!(bca(&mut values, 501.0, &jackknife, 0.9), None);
        let skewed = bca(&mut values, 0.0, &[(-2.0, 1.0), (1.0, 2.0)], 0.9).expect("defined");
        assert!(skewed.lower != plain.lower);
    }
}
