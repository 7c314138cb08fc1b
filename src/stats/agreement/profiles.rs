//! Distinct items with how often each occurs, and difference functions prepared for them.
//!
//! What takes one value per item costs one step per distinct item here; this is
//! what the bootstrap and the leave-one-out values are made of.

use super::difference::{checked_period, circular, not_negative, pairs, ratio};
use super::krippendorff::checked;
use super::metric::checked_matrix;
use super::{Level, Undefined, Units};

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
                // Numbers whose squares would not be finite are made smaller, which alpha does not see.
                let large = values.iter().any(|v| v.abs() >= 1e140);
                let scale = if large { 1e-200 } else { 1.0 };
                let origin = values.first().copied().unwrap_or(0.0) * scale;
                Kind::Moments(values.iter().map(|v| v * scale - origin).collect())
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
