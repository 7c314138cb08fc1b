//! Chance-corrected agreement of any number of raters, missing ratings included.
//!
//! All follow Gwet 2014, *Handbook of Inter-Rater Reliability*: agreement per item
//! averaged over the items with at least two ratings; marginals from all items,
//! each item weighing the same; the variance linearised over items
//! (infinite population); a t interval with n - 1 degrees of freedom whose upper
//! limit is clipped at 1. Fleiss 1971, Conger 1980, Gwet 2008, Brennan & Prediger 1981.

use crate::stats::correlation::dist;
use crate::stats::num;

use super::metric::Metric;
use super::{Ratings, Undefined, Units, Weights, order_free_sum};

/// A coefficient with its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// The coefficient; 1 at perfect agreement, 0 at chance.
    pub coefficient: f64,
    /// Weighted agreement, mean over the items with two or more ratings.
    pub observed_agreement: f64,
    /// Agreement expected by chance.
    pub expected_agreement: f64,
    /// Standard error over items; `None` with one item.
    pub stderr: Option<f64>,
    /// Lower t limit, not clipped.
    pub lower: Option<f64>,
    /// Upper t limit, at most 1.
    pub upper: Option<f64>,
    /// Two-sided p-value of coefficient = 0; `None` where the error is 0 or absent.
    pub p_value: Option<f64>,
    /// Items with at least one rating.
    pub n_items: u64,
}

pub(super) fn total(cells: &[(u32, u32)]) -> u64 {
    cells.iter().map(|cell| u64::from(cell.1)).sum()
}

/// What all coefficients share.
struct Common {
    metric: Metric,
    categories: usize,
    /// Mean over items of the share of each category.
    shares: Vec<f64>,
    /// Observed agreement, and per item (`None` below two ratings).
    observed: f64,
    per_item: Vec<Option<f64>>,
    /// Every item agrees fully.
    perfect: bool,
    pairable: f64,
}

fn common(units: &Units, weights: &Weights) -> Result<Common, Undefined> {
    let categories = units.levels();
    let metric = weights.metric(categories)?;
    let mut by_size: std::collections::BTreeMap<u64, Vec<u64>> = std::collections::BTreeMap::new();
    let mut per_item = Vec::with_capacity(units.items());
    let mut perfect = true;
    for cells in units.iter().filter(|cells| !cells.is_empty()) {
        let size = total(cells);
        let sums = by_size.entry(size).or_insert_with(|| vec![0; categories]);
        for &(level, count) in cells {
            sums[level as usize] += u64::from(count);
        }
        perfect &= cells.len() == 1 || size < 2;
        per_item.push(
            (size >= 2).then(|| 1.0 - disagreement(cells, &metric) / (size * (size - 1)) as f64),
        );
    }
    if per_item.is_empty() {
        return Err(Undefined::NoData);
    }
    let mut observed: Vec<f64> = per_item.iter().copied().flatten().collect();
    if observed.is_empty() {
        return Err(Undefined::NoPairs);
    }
    let pairable = observed.len() as f64;
    let n = per_item.len() as f64;
    let shares = (0..categories)
        .map(|k| {
            super::compensated_sum(
                by_size
                    .iter()
                    .map(|(&size, sums)| sums[k] as f64 / size as f64),
            ) / n
        })
        .collect();
    let observed = order_free_sum(&mut observed) / pairable;
    Ok(Common {
        metric,
        categories,
        shares,
        observed,
        per_item,
        perfect,
        pairable,
    })
}

/// Disagreement weights summed over ordered pairs of an item's ratings.
pub(super) fn disagreement(cells: &[(u32, u32)], metric: &Metric) -> f64 {
    let mut sum = 0.0;
    for (at, &(a, count_a)) in cells.iter().enumerate() {
        for &(b, count_b) in &cells[at + 1..] {
            let pairs = 2.0 * f64::from(count_a) * f64::from(count_b);
            sum += pairs * (metric.distance(a as usize, b as usize) / metric.largest());
        }
    }
    sum
}

/// Σ over all ordered pairs of categories of the agreement weights.
pub(super) fn weight_total(metric: &Metric, q: usize) -> f64 {
    if metric.is_nominal() {
        return q as f64;
    }
    (0..q)
        .map(|a| (0..q).map(|b| metric.agreement(a, b)).sum::<f64>())
        .sum()
}

/// For each category the agreement weight expected against the marginals.
pub(super) fn expected_by_category(metric: &Metric, shares: &[f64]) -> Vec<f64> {
    if metric.is_nominal() {
        return shares.to_vec();
    }
    let against = |a: usize| {
        shares
            .iter()
            .enumerate()
            .map(|(b, share)| metric.agreement(a, b) * share)
            .sum()
    };
    (0..shares.len()).map(against).collect()
}

impl Common {
    /// The coefficient for chance agreement `pe`; `chance` gives each item's own
    /// linearised chance agreement, in the order of the rated items.
    fn finish(
        &self,
        pe: f64,
        chance: Option<&[f64]>,
        confidence: f64,
    ) -> Result<Agreement, Undefined> {
        if 1.0 - pe <= 0.0 || (self.perfect && 1.0 - pe < 1e-12) {
            return Err(Undefined::NoVariation);
        }
        let n = self.per_item.len() as f64;
        let coefficient = if self.perfect {
            1.0
        } else {
            (self.observed - pe) / (1.0 - pe)
        };
        let mut result = Agreement {
            coefficient,
            observed_agreement: self.observed,
            expected_agreement: pe,
            stderr: None,
            lower: None,
            upper: None,
            p_value: None,
            n_items: self.per_item.len() as u64,
        };
        if n < 2.0 {
            return Ok(result);
        }
        let scale = n / self.pairable;
        let mut squares: Vec<f64> = self
            .per_item
            .iter()
            .enumerate()
            .map(|(at, agreement)| {
                let own = agreement.map_or(0.0, |pa| scale * (pa - pe) / (1.0 - pe));
                let shift = chance.map_or(0.0, |chance| {
                    2.0 * (1.0 - coefficient) * (chance[at] - pe) / (1.0 - pe)
                });
                let d = own - shift - coefficient;
                d * d
            })
            .collect();
        // All items agree and all are pairable: the error is 0, not rounding noise.
        let exact = self.perfect && self.pairable == n;
        let stderr = if exact {
            0.0
        } else {
            num::sqrt(order_free_sum(&mut squares) / (n * (n - 1.0)))
        };
        let half = num::finite(stderr * dist::t_critical(confidence, n - 1.0));
        result.stderr = Some(stderr);
        result.lower = half.map(|half| coefficient - half);
        result.upper = half.map(|half| (coefficient + half).min(1.0));
        result.p_value = (stderr > 0.0).then(|| dist::t_two_sided(coefficient / stderr, n - 1.0));
        Ok(result)
    }
}

/// Per rated item the mean of a per-category quantity over its ratings.
fn item_means(units: &Units, by_category: &[f64]) -> Vec<f64> {
    let mean = |cells: &[(u32, u32)]| {
        let sum: f64 = cells
            .iter()
            .map(|&(k, count)| f64::from(count) * by_category[k as usize])
            .sum();
        sum / total(cells) as f64
    };
    units
        .iter()
        .filter(|cells| !cells.is_empty())
        .map(mean)
        .collect()
}

/// Fleiss' kappa: chance agreement from the pooled marginals.
///
/// `confidence` is the level of the t interval. Every level id of `units` is a
/// category, used or not; unused categories change nothing but position distances.
///
/// # Errors
/// [`Undefined`]: no data, no item with two ratings, no variation, unfit weights.
pub fn fleiss_kappa(
    units: &Units,
    weights: &Weights,
    confidence: f64,
) -> Result<Agreement, Undefined> {
    let common = common(units, weights)?;
    let by_category = expected_by_category(&common.metric, &common.shares);
    let pe = common
        .shares
        .iter()
        .zip(&by_category)
        .map(|(share, w)| share * w)
        .sum();
    common.finish(pe, Some(&item_means(units, &by_category)), confidence)
}

/// Gwet's AC1: chance agreement from the probability of a random rating.
///
/// # Errors
/// As [`fleiss_kappa`]; one category alone is [`Undefined::NoVariation`].
pub fn gwet_ac1(units: &Units, confidence: f64) -> Result<Agreement, Undefined> {
    gwet_ac2(units, &Weights::None, confidence)
}

/// Gwet's AC2: AC1 with weights. The number of categories matters: it is
/// the number of levels of `units`, so list unused categories there on purpose only.
///
/// # Errors
/// As [`gwet_ac1`].
pub fn gwet_ac2(units: &Units, weights: &Weights, confidence: f64) -> Result<Agreement, Undefined> {
    let common = common(units, weights)?;
    let q = common.categories as f64;
    if q < 2.0 {
        return Err(Undefined::NoVariation);
    }
    let scale = weight_total(&common.metric, common.categories) / (q * (q - 1.0));
    let spread: f64 = common
        .shares
        .iter()
        .map(|share| share * (1.0 - share))
        .sum();
    let by_category: Vec<f64> = common
        .shares
        .iter()
        .map(|share| scale * (1.0 - share))
        .collect();
    common.finish(
        scale * spread,
        Some(&item_means(units, &by_category)),
        confidence,
    )
}

/// Brennan and Prediger's kappa: chance is uniform over the categories (the levels of `units`).
///
/// # Errors
/// As [`gwet_ac1`].
pub fn brennan_prediger(
    units: &Units,
    weights: &Weights,
    confidence: f64,
) -> Result<Agreement, Undefined> {
    let common = common(units, weights)?;
    let q = common.categories as f64;
    if q < 2.0 {
        return Err(Undefined::NoVariation);
    }
    let pe = weight_total(&common.metric, common.categories) / (q * q);
    common.finish(pe, None, confidence)
}

/// Conger's kappa: chance agreement from each rater's own marginals (Cohen's kappa with two raters).
///
/// # Errors
/// As [`fleiss_kappa`]; [`Undefined::NoPairs`] with fewer than two raters.
pub fn conger_kappa(
    ratings: &Ratings,
    weights: &Weights,
    confidence: f64,
) -> Result<Agreement, Undefined> {
    let units = ratings.units();
    let common = common(&units, weights)?;
    let q = common.categories;
    let n = common.per_item.len() as f64;
    let mut counts: Vec<Vec<u64>> = vec![vec![0; q]; ratings.annotators()];
    for &(_, annotator, level) in ratings.rows() {
        counts[annotator as usize][level as usize] += 1;
    }
    let rated: Vec<f64> = counts
        .iter()
        .map(|row| row.iter().sum::<u64>() as f64)
        .collect();
    let raters = rated.iter().filter(|&&count| count > 0.0).count() as f64;
    if raters < 2.0 {
        return Err(Undefined::NoPairs);
    }
    let share = |g: usize, k: usize| counts[g][k] as f64 / rated[g];
    let present: Vec<usize> = (0..counts.len()).filter(|&g| rated[g] > 0.0).collect();
    // Sum over raters of their share of each category.
    let sums: Vec<f64> = (0..q)
        .map(|k| order_free_sum(&mut present.iter().map(|&g| share(g, k)).collect::<Vec<f64>>()))
        .collect();
    // others[g][l]: agreement weight of category l against the other raters; own[g]: its mean over g's shares.
    let mut others = vec![Vec::new(); counts.len()];
    let mut own = vec![0.0; counts.len()];
    for &g in &present {
        let rest: Vec<f64> = (0..q).map(|k| sums[k] - share(g, k)).collect();
        others[g] = expected_by_category(&common.metric, &rest);
        own[g] = (0..q).map(|k| others[g][k] * share(g, k)).sum();
    }
    let base = order_free_sum(&mut present.iter().map(|&g| own[g]).collect::<Vec<f64>>());
    let pairs = raters * (raters - 1.0);
    let pe = base / pairs;
    let mut terms = Vec::new();
    let mut chance = Vec::with_capacity(common.per_item.len());
    for run in ratings.rows().chunk_by(|a, b| a.0 == b.0) {
        terms.clear();
        terms.extend(run.iter().map(|&(_, annotator, level)| {
            let g = annotator as usize;
            n / rated[g] * (others[g][level as usize] - own[g])
        }));
        chance.push((order_free_sum(&mut terms) + base) / pairs);
    }
    common.finish(pe, Some(&chance), confidence)
}
