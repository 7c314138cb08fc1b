//! Agreement of every pair of annotators, and its mean (Light 1971).

use crate::stats::correlation::Pairs;
use crate::stats::num;

use super::{Ratings, Table, Undefined, Weights, compensated_sum};

/// What is computed for a pair of annotators.
#[derive(Debug, Clone, PartialEq)]
pub enum PairMetric {
    /// Share of items with equal levels.
    Percent,
    /// Cohen's kappa.
    Kappa(Weights),
    /// Scott's pi.
    ScottPi,
    /// Pearson's correlation of the levels' numbers.
    Pearson(Vec<f64>),
    /// Spearman's rank correlation.
    Spearman,
    /// Kendall's tau-b.
    KendallTau,
}

/// Two annotators.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairAgreement {
    /// The annotator with the lower id.
    pub first: u32,
    /// The annotator with the higher id.
    pub second: u32,
    /// Items that both judged.
    pub n: u64,
    /// Share of these with equal levels.
    pub agreement: f64,
    /// The metric; `None` where undefined.
    pub value: Option<f64>,
    /// Standard error, where the metric has one.
    pub stderr: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
}

/// The mean over pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairwiseMean {
    /// The mean.
    pub mean: f64,
    /// Lowest value of a pair.
    pub min: f64,
    /// Highest value of a pair.
    pub max: f64,
    /// Pairs with a value.
    pub n_pairs: u64,
    /// Pairs whose value is undefined, left out.
    pub n_undefined: u64,
}

/// The most pairs of judgements of one item that are compared.
const PAIR_LIMIT: u64 = 50_000_000;

/// Every pair of annotators who judged an item both, by ids.
///
/// # Errors
/// [`Undefined::BadOption`] for weights that do not fit, [`Undefined::BadValue`] beyond 50 million pairs of judgements.
pub fn agreement_matrix(
    ratings: &Ratings,
    metric: &PairMetric,
    confidence: f64,
) -> Result<Vec<PairAgreement>, Undefined> {
    let runs = || ratings.rows().chunk_by(|a, b| a.0 == b.0);
    let work: u64 = runs()
        .map(|run| (run.len() * (run.len() - 1) / 2) as u64)
        .sum();
    if work > PAIR_LIMIT {
        return Err(Undefined::BadValue(format!(
            "{work} pairs of judgements to compare (limit {PAIR_LIMIT}): take fewer annotators or items"
        )));
    }
    if let PairMetric::Kappa(weights) = metric {
        weights.metric(ratings.levels())?;
    }
    let mut pairs = Vec::with_capacity(work as usize);
    for run in runs() {
        for (at, x) in run.iter().enumerate() {
            for y in run[at + 1..].iter().filter(|y| y.1 != x.1) {
                pairs.push((u64::from(x.1) << 32 | u64::from(y.1), x.2, y.2));
            }
        }
    }
    pairs.sort_unstable();
    pairs
        .chunk_by(|a, b| a.0 == b.0)
        .map(|run| one_pair(run, ratings.levels(), metric, confidence))
        .collect()
}

fn one_pair(
    run: &[(u64, u32, u32)],
    levels: usize,
    metric: &PairMetric,
    confidence: f64,
) -> Result<PairAgreement, Undefined> {
    let cells = run.chunk_by(|a, b| a == b);
    let cells = cells
        .map(|same| (same[0].1 as usize, same[0].2 as usize, same.len() as f64))
        .collect();
    let table = Table::from_cells(levels, cells, run.len() as u64, true);
    let mut result = PairAgreement {
        first: (run[0].0 >> 32) as u32,
        second: run[0].0 as u32,
        n: run.len() as u64,
        agreement: table.percent_agreement()?,
        value: None,
        stderr: None,
        lower: None,
        upper: None,
    };
    let numbers = |of: &dyn Fn(u32) -> f64| {
        let rows = run.iter().map(|row| (of(row.1), of(row.2))).collect();
        Pairs::new(rows).map_err(|e| Undefined::BadValue(e.to_string()))
    };
    let rank = |level: u32| f64::from(level);
    match metric {
        PairMetric::Percent => result.value = Some(result.agreement),
        PairMetric::Kappa(weights) => {
            if let Ok(k) = table.cohen_kappa(weights, confidence) {
                result.value = Some(k.kappa);
                (result.stderr, result.lower, result.upper) = (k.stderr, k.lower, k.upper);
            }
        }
        PairMetric::ScottPi => {
            if let Ok(k) = table.scott_pi(confidence) {
                result.value = Some(k.pi);
                (result.stderr, result.lower, result.upper) = (k.stderr, k.lower, k.upper);
            }
        }
        PairMetric::Pearson(values) => {
            if let Some(r) = numbers(&|l| values[l as usize])?.pearson(confidence) {
                result.value = num::finite(r.r);
                (result.lower, result.upper) = (r.lower, r.upper);
            }
        }
        PairMetric::Spearman => {
            if let Some(r) = numbers(&rank)?.spearman(confidence) {
                result.value = num::finite(r.rho);
                (result.lower, result.upper) = (r.lower, r.upper);
            }
        }
        PairMetric::KendallTau => result.value = numbers(&rank)?.kendall(false).tau_b,
    }
    Ok(result)
}

/// The mean over pairs with at least `min_items` common items, each pair weighing the same.
///
/// # Errors
/// As [`agreement_matrix`]; [`Undefined::NoPairs`] without such a pair,
/// [`Undefined::NoVariation`] when none has a value.
pub fn mean_pairwise(
    ratings: &Ratings,
    metric: &PairMetric,
    min_items: u64,
) -> Result<PairwiseMean, Undefined> {
    let mut pairs = agreement_matrix(ratings, metric, 0.95)?;
    pairs.retain(|pair| pair.n >= min_items);
    if pairs.is_empty() {
        return Err(Undefined::NoPairs);
    }
    let mut values: Vec<f64> = pairs.iter().filter_map(|pair| pair.value).collect();
    values.sort_unstable_by(f64::total_cmp);
    let (Some(&min), Some(&max)) = (values.first(), values.last()) else {
        return Err(Undefined::NoVariation);
    };
    let n = values.len();
    Ok(PairwiseMean {
        mean: compensated_sum(values.iter().copied()) / n as f64,
        min,
        max,
        n_pairs: n as u64,
        n_undefined: (pairs.len() - n) as u64,
    })
}
