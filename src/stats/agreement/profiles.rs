//! Distinct items with how often each occurs, and coefficients computed from them.
//!
//! What takes one value per item costs one step per distinct item here; this is
//! what the bootstrap and the leave-one-out values are made of.

use super::difference::{checked_period, circular, not_negative, pairs, ratio};
use super::krippendorff::checked;
use super::metric::{Metric, checked_matrix};
use super::{Interval, Level, Resampling, Undefined, Units, Weights, bootstrap};

/// Distinct items in canonical order; items without judgements are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profiles {
    levels: usize,
    offsets: Vec<usize>,
    cells: Vec<(u32, u32)>,
    counts: Vec<u64>,
    /// For each item of the units its profile; `usize::MAX` without judgements.
    of_item: Vec<usize>,
}

impl Profiles {
    /// Groups equal items.
    #[must_use]
    pub fn new(units: &Units) -> Self {
        let items: Vec<&[(u32, u32)]> = units.iter().collect();
        let mut order: Vec<usize> = (0..items.len()).filter(|&i| !items[i].is_empty()).collect();
        order.sort_unstable_by(|&i, &j| items[i].cmp(items[j]));
        let mut profiles = Self {
            levels: units.levels(),
            offsets: vec![0],
            cells: Vec::new(),
            counts: Vec::new(),
            of_item: vec![usize::MAX; items.len()],
        };
        for run in order.chunk_by(|&i, &j| items[i] == items[j]) {
            for &item in run {
                profiles.of_item[item] = profiles.counts.len();
            }
            profiles.cells.extend_from_slice(items[run[0]]);
            profiles.offsets.push(profiles.cells.len());
            profiles.counts.push(run.len() as u64);
        }
        profiles
    }

    /// How many items have each profile.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Number of levels.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// The (level, count) pairs of each profile.
    pub fn iter(&self) -> impl Iterator<Item = &[(u32, u32)]> {
        self.offsets
            .windows(2)
            .map(|bounds| &self.cells[bounds[0]..bounds[1]])
    }

    /// The profile of an item id; `None` without judgements.
    #[must_use]
    pub fn of_item(&self, item: usize) -> Option<usize> {
        self.of_item.get(item).copied().filter(|&p| p != usize::MAX)
    }
}

/// Number of judgements in an item.
pub(super) fn size(cells: &[(u32, u32)]) -> f64 {
    cells.iter().map(|cell| f64::from(cell.1)).sum()
}

/// The most levels whose differences are kept as a table.
const TABLE_LIMIT: usize = 2_000;

/// A difference function prepared for a set of levels.
#[derive(Debug, Clone, PartialEq)]
pub struct AlphaModel {
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Nominal,
    Ordinal,
    /// Interval, by the numbers less the lowest.
    Moments(Vec<f64>),
    /// Any other, as a table with this many rows.
    Table(Vec<f64>, usize),
}

impl AlphaModel {
    /// Prepares a metric.
    ///
    /// # Errors
    /// As [`super::krippendorff_alpha`]; more than 2,000 levels under ratio, circular or a custom metric.
    pub fn new(level: Level<'_>, levels: usize, values: Option<&[f64]>) -> Result<Self, Undefined> {
        let table = |difference: &dyn Fn(usize, usize) -> f64| {
            if levels > TABLE_LIMIT {
                return Err(Undefined::BadValue(format!(
                    "{levels} distinct values under this metric (limit {TABLE_LIMIT} here): round them first"
                )));
            }
            let cells = (0..levels * levels).map(|at| difference(at / levels, at % levels));
            Ok(Kind::Table(cells.collect(), levels))
        };
        let kind = match level {
            Level::Nominal => Kind::Nominal,
            Level::Ordinal => Kind::Ordinal,
            Level::Interval => {
                let values = checked(values, levels)?;
                let origin = values.first().copied().unwrap_or(0.0);
                Kind::Moments(values.iter().map(|v| v - origin).collect())
            }
            Level::Ratio => {
                let values = not_negative(checked(values, levels)?)?;
                table(&|a, b| ratio(values[a], values[b]))?
            }
            Level::Circular(period) => {
                let values = checked_period(checked(values, levels)?, period)?;
                table(&|a, b| circular(values[a], values[b], period))?
            }
            Level::Custom(matrix) => {
                let matrix = checked_matrix(matrix, levels)?;
                table(&|a, b| matrix[a * levels + b])?
            }
        };
        Ok(Self { kind })
    }

    /// Whether the differences depend on how often each level is used.
    pub(super) fn is_ordinal(&self) -> bool {
        self.kind == Kind::Ordinal
    }

    /// Whether alpha without some judgements takes steps by the levels, not by their pairs.
    pub(super) fn is_linear(&self) -> bool {
        matches!(self.kind, Kind::Nominal | Kind::Moments(_))
    }

    /// The differences of an item's pairs: summed over ordered pairs, over (judgements - 1).
    /// `ranks` are the mid-ranks for the ordinal metric.
    pub(super) fn observed(&self, cells: &[(u32, u32)], ranks: &[f64]) -> f64 {
        let m = size(cells);
        if cells.len() < 2 {
            return 0.0;
        }
        let sum = match &self.kind {
            Kind::Nominal => {
                let same: f64 = cells.iter().map(|c| f64::from(c.1) * f64::from(c.1)).sum();
                m * m - same
            }
            Kind::Ordinal => moments(cells.iter().map(|c| (ranks[c.0 as usize], f64::from(c.1)))),
            Kind::Moments(values) => {
                moments(cells.iter().map(|c| (values[c.0 as usize], f64::from(c.1))))
            }
            Kind::Table(table, levels) => 2.0 * pairs(cells, &|a, b| table[a * levels + b]),
        };
        sum / (m - 1.0)
    }

    /// The differences of all pairs of values, summed over ordered pairs.
    pub(super) fn expected(&self, totals: &[f64], ranks: &[f64]) -> f64 {
        match &self.kind {
            Kind::Nominal => {
                let n: f64 = totals.iter().sum();
                let same: f64 = totals.iter().map(|t| t * t).sum();
                n * n - same
            }
            Kind::Ordinal => moments(ranks.iter().copied().zip(totals.iter().copied())),
            Kind::Moments(values) => moments(values.iter().copied().zip(totals.iter().copied())),
            Kind::Table(table, levels) => {
                let rows = table.chunks_exact((*levels).max(1)).zip(totals);
                rows.filter(|(_, total)| **total > 0.0)
                    .map(|(row, total)| {
                        total * row.iter().zip(totals).map(|(d, t)| d * t).sum::<f64>()
                    })
                    .sum()
            }
        }
    }

    /// Fills the mid-ranks of the levels where the metric needs them.
    pub(super) fn ranks(&self, totals: &[f64], ranks: &mut Vec<f64>) {
        ranks.clear();
        if self.is_ordinal() {
            let mut below = 0.0;
            for total in totals {
                ranks.push(below + total / 2.0);
                below += total;
            }
        }
    }
}

/// `2 m Σ n (v - mean)²`, the squared differences over ordered pairs.
fn moments(cells: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let (mut m, mut sum) = (0.0, 0.0);
    for (value, count) in cells.clone() {
        m += count;
        sum += count * value;
    }
    let mean = sum / m;
    let squares: f64 = cells
        .map(|(value, count)| count * (value - mean) * (value - mean))
        .sum();
    2.0 * m * squares
}

/// A coefficient as a function of the counts of profiles.
pub(super) type Coefficient<'a> = Box<dyn FnMut(&[u64]) -> Option<f64> + 'a>;

/// A coefficient that the bootstrap can resample.
#[derive(Debug, Clone, PartialEq)]
pub enum Statistic {
    /// Krippendorff's alpha.
    Alpha(AlphaModel),
    /// Mean agreement of items with two or more judgements.
    Observed(Weights),
    /// Fleiss' kappa.
    Fleiss(Weights),
    /// Gwet's AC1 and AC2.
    Gwet(Weights),
    /// Brennan and Prediger's kappa.
    BrennanPrediger(Weights),
}

impl Profiles {
    /// Bootstrap interval of a coefficient over items. `Ok(None)` when too few replicates have a value.
    ///
    /// # Errors
    /// [`Undefined::BadOption`] for weights that do not fit.
    pub fn bootstrap(
        &self,
        statistic: &Statistic,
        options: Resampling,
    ) -> Result<Option<Interval>, Undefined> {
        let coefficient = self.coefficient(statistic)?;
        Ok(bootstrap(&self.counts, options, coefficient))
    }

    /// The coefficient as a function of how often each profile occurs.
    pub(super) fn coefficient<'a>(
        &'a self,
        statistic: &'a Statistic,
    ) -> Result<Coefficient<'a>, Undefined> {
        let weights = match statistic {
            Statistic::Alpha(model) => {
                let fixed: Vec<f64> = if model.is_ordinal() {
                    Vec::new()
                } else {
                    self.iter()
                        .map(|cells| model.observed(cells, &[]))
                        .collect()
                };
                let mut scratch = Scratch::default();
                return Ok(Box::new(move |counts| {
                    self.alpha(model, &fixed, counts, &mut scratch)
                }));
            }
            Statistic::Observed(w)
            | Statistic::Fleiss(w)
            | Statistic::Gwet(w)
            | Statistic::BrennanPrediger(w) => w,
        };
        let metric = weights.metric(self.levels)?;
        let agreement: Vec<f64> = self.iter().map(|cells| agreement(cells, &metric)).collect();
        let mut shares = Vec::new();
        let total = weight_total(&metric, self.levels);
        let q = self.levels as f64;
        Ok(Box::new(move |counts| {
            let (mut sum, mut n) = (0.0, 0.0);
            for (&pa, &count) in agreement.iter().zip(counts) {
                if !pa.is_nan() {
                    sum += count as f64 * pa;
                    n += count as f64;
                }
            }
            let observed = sum / n;
            let chance = match statistic {
                Statistic::Fleiss(_) => {
                    self.shares(counts, &mut shares);
                    expected_agreement(&metric, &shares)
                }
                Statistic::Gwet(_) => {
                    self.shares(counts, &mut shares);
                    total / (q * (q - 1.0)) * shares.iter().map(|p| p * (1.0 - p)).sum::<f64>()
                }
                Statistic::BrennanPrediger(_) => total / (q * q),
                _ => return (n > 0.0).then_some(observed),
            };
            (n > 0.0 && 1.0 - chance > 1e-12).then(|| (observed - chance) / (1.0 - chance))
        }))
    }

    /// Mean over items of the share of each level.
    fn shares(&self, counts: &[u64], shares: &mut Vec<f64>) {
        shares.clear();
        shares.resize(self.levels, 0.0);
        let mut items = 0.0;
        for (cells, &count) in self.iter().zip(counts).filter(|entry| *entry.1 > 0) {
            items += count as f64;
            let each = count as f64 / size(cells);
            for &(level, n) in cells {
                shares[level as usize] += each * f64::from(n);
            }
        }
        for share in shares {
            *share /= items;
        }
    }

    /// Alpha of resampled items.
    fn alpha(
        &self,
        model: &AlphaModel,
        fixed: &[f64],
        counts: &[u64],
        scratch: &mut Scratch,
    ) -> Option<f64> {
        let Scratch { totals, ranks } = scratch;
        totals.clear();
        totals.resize(self.levels, 0.0);
        let used = || self.iter().zip(counts).filter(|entry| *entry.1 > 0);
        for (cells, &count) in used() {
            if cells.len() > 1 || cells.iter().any(|c| c.1 > 1) {
                for &(level, n) in cells {
                    totals[level as usize] += count as f64 * f64::from(n);
                }
            }
        }
        if totals.iter().filter(|total| **total > 0.0).count() < 2 {
            return None;
        }
        model.ranks(totals, ranks);
        let observed: f64 = if fixed.is_empty() {
            used()
                .map(|(cells, &count)| count as f64 * model.observed(cells, ranks))
                .sum()
        } else {
            fixed.iter().zip(counts).map(|(o, &c)| o * c as f64).sum()
        };
        let n: f64 = totals.iter().sum();
        let expected = model.expected(totals, ranks);
        (expected > 0.0).then(|| 1.0 - observed * (n - 1.0) / expected)
    }
}

#[derive(Default)]
struct Scratch {
    totals: Vec<f64>,
    ranks: Vec<f64>,
}

/// Agreement of an item's pairs; NaN below two judgements.
fn agreement(cells: &[(u32, u32)], metric: &Metric) -> f64 {
    let m = size(cells);
    let apart = 2.0 * pairs(cells, &|a, b| metric.distance(a, b) / metric.largest());
    if m < 2.0 {
        f64::NAN
    } else {
        1.0 - apart / (m * (m - 1.0))
    }
}

fn weight_total(metric: &Metric, levels: usize) -> f64 {
    if metric.is_nominal() {
        return levels as f64;
    }
    let all = (0..levels).flat_map(|a| (0..levels).map(move |b| (a, b)));
    all.map(|(a, b)| metric.agreement(a, b)).sum()
}

fn expected_agreement(metric: &Metric, shares: &[f64]) -> f64 {
    if metric.is_nominal() {
        return shares.iter().map(|p| p * p).sum();
    }
    let row = |a: usize| -> f64 {
        let against = shares.iter().enumerate();
        against.map(|(b, p)| p * metric.agreement(a, b)).sum()
    };
    shares.iter().enumerate().map(|(a, p)| p * row(a)).sum()
}
