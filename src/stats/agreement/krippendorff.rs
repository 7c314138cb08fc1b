//! Krippendorff's alpha for any number of raters, missing values included.
//!
//! `alpha = 1 - D_o / D_e` over the values that can be paired (items with at
//! least two), Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability".
//!
//! Instead of the coincidence matrix, whose size is levels², the work is one pass
//! over the (item, level) counts:
//! - nominal: an item of m values with counts n_c disagrees `m² - Σ n_c²`;
//! - interval: `Σ (v - w)²` over pairs is `m Σ n v² - (Σ n v)²`;
//! - ordinal: the metric is the interval metric on mid-ranks of the pooled values;
//! - circular: `sin²` of half the angle between two values is a matter of the sums
//!   of their sines and cosines;
//! - ratio and a table of one's own: no such identity holds; pairs of *distinct* levels within
//!   an item, and once all pairs of levels for D_e (quadratic in the number of levels).
//!
//! Nominal, ordinal and interval on whole numbers are summed in integers per item
//! size m (the divisor is m - 1), so they do not depend on any order at all. The
//! others are sorted before they are added.

use std::collections::BTreeMap;

use crate::stats::num;

use super::difference::{self, RATIO_LEVEL_LIMIT};
use super::metric::checked_matrix;
use super::{Undefined, Units, order_free_sum};

/// The difference function (level of measurement).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Level<'a> {
    /// Different is different.
    #[default]
    Nominal,
    /// By the frequencies of the values between two values (Krippendorff 2011).
    Ordinal,
    /// `(v - w)²`.
    Interval,
    /// `((v - w) / (v + w))²`, 0 for two zeros; needs values >= 0.
    Ratio,
    /// `sin²(π (v - w) / period)`: values on a circle of that circumference.
    Circular(f64),
    /// Row by row the difference of each two levels: symmetric, 0 on the diagonal.
    Custom(&'a [f64]),
}

/// Alpha with its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alpha {
    /// 1 at perfect agreement, 0 at chance; can be below -1 in small samples.
    pub alpha: f64,
    /// Mean observed difference of paired values, in the metric's units; infinite where it is too large.
    pub observed_disagreement: f64,
    /// Mean difference of all pairs of paired values, in the metric's units.
    pub expected_disagreement: f64,
    /// Items with at least two values.
    pub n_units: u64,
    /// Values in those items.
    pub n_values: u64,
}

/// Krippendorff's alpha.
///
/// `values` are the numbers of the levels in ascending order; needed for
/// [`Level::Interval`], [`Level::Ratio`] and [`Level::Circular`], unused otherwise (the ordinal metric
/// uses the order of the levels and their frequencies alone).
///
/// # Errors
/// [`Undefined::NoPairs`], [`Undefined::NoVariation`] (all paired values equal),
/// [`Undefined::BadOption`] for missing or unsorted `values`,
/// [`Undefined::BadValue`] for negative values under ratio or too many levels.
pub fn krippendorff_alpha(
    units: &Units,
    level: Level<'_>,
    values: Option<&[f64]>,
) -> Result<Alpha, Undefined> {
    let mut totals = vec![0_u64; units.levels()];
    let (mut n_units, mut n_values) = (0_u64, 0_u64);
    for cells in units.iter() {
        let size = size(cells);
        if size >= 2 {
            n_units += 1;
            n_values += size;
            for &(at, count) in cells {
                totals[at as usize] += u64::from(count);
            }
        }
    }
    if n_units == 0 {
        return Err(Undefined::NoPairs);
    }
    if totals.iter().filter(|&&count| count > 0).count() < 2 {
        return Err(Undefined::NoVariation);
    }
    if n_values >= 1 << 30 {
        return Err(Undefined::BadValue(format!(
            "{n_values} paired values in one group: alpha adds exactly up to 2^30"
        )));
    }
    let n = n_values as f64;
    let mut scale = 1.0;
    // Twice the difference summed over unordered pairs: observed weighted by 1 / (m - 1).
    let (observed, expected) = match level {
        Level::Nominal => nominal(units, &totals, n_values),
        Level::Ordinal => {
            let (observed, expected) = integer_moments(units, &totals, &midranks(&totals));
            (observed / 4.0, expected / 4.0)
        }
        Level::Interval => {
            let values = checked(values, units.levels())?;
            match whole_numbers(values, n_values) {
                Some(whole) => integer_moments(units, &totals, &whole),
                None => {
                    // Numbers whose squares would not be finite are made smaller, which alpha does not see.
                    let large = values.iter().any(|v| v.abs() >= 1e140);
                    let small = large.then(|| values.iter().map(|v| v * 1e-200).collect());
                    let small: Option<Vec<f64>> = small;
                    scale = if large { 1e200 } else { 1.0 };
                    real_moments(units, &totals, small.as_deref().unwrap_or(values), n)
                }
            }
        }
        Level::Ratio => {
            let values = difference::not_negative(checked(values, units.levels())?)?;
            by_pairs(units, &totals, &|a, b| {
                difference::ratio(values[a], values[b])
            })?
        }
        Level::Circular(period) => {
            let values = difference::checked_period(checked(values, units.levels())?, period)?;
            circular(units, &totals, values, period)
        }
        Level::Custom(matrix) => {
            let levels = units.levels();
            let matrix = checked_matrix(matrix, levels)?;
            by_pairs(units, &totals, &|a, b| matrix[a * levels + b])?
        }
    };
    if expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(Alpha {
        alpha: 1.0 - observed * (n - 1.0) / expected,
        observed_disagreement: observed / n * scale * scale,
        expected_disagreement: expected / (n * (n - 1.0)) * scale * scale,
        n_units,
        n_values,
    })
}

fn size(cells: &[(u32, u32)]) -> u64 {
    cells.iter().map(|cell| u64::from(cell.1)).sum()
}

/// The numbers of the levels, finite and in ascending order.
pub(super) fn checked(values: Option<&[f64]>, levels: usize) -> Result<&[f64], Undefined> {
    let Some(values) = values else {
        return Err(Undefined::BadOption(
            "interval, ratio and circular need numeric values".into(),
        ));
    };
    if values.len() != levels {
        return Err(Undefined::BadOption(format!(
            "{} numbers for {levels} levels",
            values.len()
        )));
    }
    if values.iter().any(|v| !v.is_finite()) || values.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(Undefined::BadOption(
            "level values must be finite and strictly increasing".into(),
        ));
    }
    Ok(values)
}

/// Adds integers per item size and divides once per size, in ascending order of size.
#[derive(Default)]
struct BySize {
    small: Vec<u128>,
    large: BTreeMap<u64, u128>,
}

impl BySize {
    fn add(&mut self, size: u64, amount: u128) {
        if size < 1024 {
            let at = size as usize;
            if self.small.len() <= at {
                self.small.resize(at + 1, 0);
            }
            self.small[at] += amount;
        } else {
            *self.large.entry(size).or_default() += amount;
        }
    }

    /// Σ amount / (size - 1).
    fn total(&self) -> f64 {
        let small = self
            .small
            .iter()
            .enumerate()
            .map(|(size, &amount)| (size as u64, amount));
        let all = small.chain(self.large.iter().map(|(&size, &amount)| (size, amount)));
        super::compensated_sum(
            all.filter(|part| part.1 > 0)
                .map(|(size, amount)| amount as f64 / (size as f64 - 1.0)),
        )
    }
}

fn nominal(units: &Units, totals: &[u64], n: u64) -> (f64, f64) {
    let mut observed = BySize::default();
    for cells in units.iter() {
        let m = size(cells);
        if cells.len() > 1 {
            let same: u128 = cells
                .iter()
                .map(|cell| u128::from(cell.1) * u128::from(cell.1))
                .sum();
            observed.add(m, u128::from(m) * u128::from(m) - same);
        }
    }
    let same: u128 = totals
        .iter()
        .map(|&count| u128::from(count) * u128::from(count))
        .sum();
    (
        observed.total(),
        (u128::from(n) * u128::from(n) - same) as f64,
    )
}

/// Twice the mid-rank of each level among the pooled values.
fn midranks(totals: &[u64]) -> Vec<i64> {
    let mut below = 0_u64;
    let mut ranks = Vec::with_capacity(totals.len());
    for &count in totals {
        ranks.push((2 * below + count) as i64);
        below += count;
    }
    ranks
}

/// The values as integers where all sums of squares then fit 128 bits.
fn whole_numbers(values: &[f64], n: u64) -> Option<Vec<i64>> {
    let limit = 1_099_511_627_776.0; // 2^40: 2 * (40 + 1) + 2 * 22 bits
    (n < 1 << 22 && values.iter().all(|v| v.abs() <= limit && v.fract() == 0.0))
        .then(|| values.iter().map(|&v| v as i64).collect())
}

/// Interval metric on integers: `2 (m Σ n v² - (Σ n v)²)` per item, exactly.
fn integer_moments(units: &Units, totals: &[u64], values: &[i64]) -> (f64, f64) {
    let spread = |cells: &mut dyn Iterator<Item = (i64, u64)>| -> u128 {
        let (mut m, mut sum, mut squares) = (0_i128, 0_i128, 0_i128);
        for (value, count) in cells {
            let (value, count) = (i128::from(value), i128::from(count));
            m += count;
            sum += count * value;
            squares += count * value * value;
        }
        2 * (m * squares - sum * sum).unsigned_abs()
    };
    let mut observed = BySize::default();
    for cells in units.iter().filter(|cells| cells.len() > 1) {
        let amount = spread(
            &mut cells
                .iter()
                .map(|cell| (values[cell.0 as usize], u64::from(cell.1))),
        );
        observed.add(size(cells), amount);
    }
    let expected = spread(&mut values.iter().copied().zip(totals.iter().copied()));
    (observed.total(), expected as f64)
}

/// Interval metric on any doubles: `2 m Σ n (v - mean)²` per item.
fn real_moments(units: &Units, totals: &[u64], values: &[f64], n: f64) -> (f64, f64) {
    // Differences from the lowest value keep the digits under a large offset.
    let origin = values[0];
    let mut parts = Vec::with_capacity(units.items());
    for cells in units.iter().filter(|cells| cells.len() > 1) {
        let m = size(cells) as f64;
        let sum: f64 = cells
            .iter()
            .map(|cell| f64::from(cell.1) * (values[cell.0 as usize] - origin))
            .sum();
        let mean = sum / m;
        let squares: f64 = cells
            .iter()
            .map(|cell| {
                let d = values[cell.0 as usize] - origin - mean;
                f64::from(cell.1) * d * d
            })
            .sum();
        parts.push(2.0 * m * squares / (m - 1.0));
    }
    let observed = order_free_sum(&mut parts);
    let weighted = values.iter().zip(totals);
    let mean = super::compensated_sum(
        weighted
            .clone()
            .map(|(v, &count)| count as f64 * (v - origin)),
    ) / n;
    let squares = super::compensated_sum(weighted.map(|(v, &count)| {
        let d = v - origin - mean;
        count as f64 * d * d
    }));
    (observed, 2.0 * n * squares)
}

/// Any difference, visited pair by pair.
fn by_pairs(
    units: &Units,
    totals: &[u64],
    difference: &dyn Fn(usize, usize) -> f64,
) -> Result<(f64, f64), Undefined> {
    let used: Vec<(usize, f64)> = totals
        .iter()
        .enumerate()
        .filter(|entry| *entry.1 > 0)
        .map(|(at, &count)| (at, count as f64))
        .collect();
    if used.len() > RATIO_LEVEL_LIMIT {
        return Err(Undefined::BadValue(format!(
            "{} distinct values under this metric (limit {RATIO_LEVEL_LIMIT}): round them first",
            used.len()
        )));
    }
    let mut parts = Vec::with_capacity(units.items());
    for cells in units.iter().filter(|cells| cells.len() > 1) {
        let sum = difference::pairs(cells, difference);
        parts.push(2.0 * sum / (size(cells) as f64 - 1.0));
    }
    let expected = super::compensated_sum(used.iter().enumerate().map(|(at, &(v, count))| {
        let row: f64 = used[at + 1..]
            .iter()
            .map(|&(w, other)| other * difference(v, w))
            .sum();
        2.0 * count * row
    }));
    Ok((order_free_sum(&mut parts), expected))
}

/// Values on a circle: within an item pair by pair while it has few distinct values, else
/// (and for D_e of many levels) `Σ sin²((a - b) / 2) = (m² - (Σ cos)² - (Σ sin)²) / 2` over ordered pairs.
fn circular(units: &Units, totals: &[u64], values: &[f64], period: f64) -> (f64, f64) {
    let points: Vec<(f64, f64)> = values
        .iter()
        .map(|&v| difference::point(v, period))
        .collect();
    let spread = |cells: &mut dyn Iterator<Item = (usize, f64)>| {
        let (mut m, mut cosines, mut sines) =
            (0.0, num::Compensated::new(), num::Compensated::new());
        for (at, count) in cells {
            m += count;
            cosines.add(count * points[at].0);
            sines.add(count * points[at].1);
        }
        let (c, s) = (cosines.value(), sines.value());
        ((m * m - c * c - s * s) / 2.0).max(0.0)
    };
    let mut parts = Vec::with_capacity(units.items());
    for cells in units.iter().filter(|cells| cells.len() > 1) {
        let sum = if cells.len() <= 32 {
            2.0 * difference::pairs(cells, &|a, b| {
                difference::circular(values[a], values[b], period)
            })
        } else {
            spread(&mut cells.iter().map(|c| (c.0 as usize, f64::from(c.1))))
        };
        parts.push(sum / (size(cells) as f64 - 1.0));
    }
    let used: Vec<(usize, f64)> = totals
        .iter()
        .map(|&count| count as f64)
        .enumerate()
        .filter(|entry| entry.1 > 0.0)
        .collect();
    let expected = if used.len() <= 512 {
        super::compensated_sum(used.iter().enumerate().flat_map(|(at, &(a, count))| {
            used[at + 1..].iter().map(move |&(b, other)| {
                2.0 * count * other * difference::circular(values[a], values[b], period)
            })
        }))
    } else {
        spread(&mut used.iter().copied())
    };
    (order_free_sum(&mut parts), expected)
}
