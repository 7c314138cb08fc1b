//! Coefficients of items as functions of how often each distinct item occurs.
//!
//! What does not depend on the counts (the agreement within an item, its share of each
//! level) is computed once for each distinct item.

use crate::stats::interval::ByCount;

use super::metric::Metric;
use super::multi::{disagreement, expected_by_category, total, weight_total};
use super::profiles::{AlphaModel, Profiles, size};
use super::{Undefined, Weights};

/// A coefficient that does not ask who judged. Its categories are the levels, drawn or not.
#[derive(Debug, Clone, PartialEq)]
pub enum Statistic {
    /// Krippendorff's alpha.
    Alpha(AlphaModel),
    /// Mean agreement of items with two or more judgements.
    Observed(Weights),
    /// Agreement of all pairs of judgements.
    Pooled(Weights),
    /// Fleiss' kappa.
    Fleiss(Weights),
    /// Gwet's AC1 and AC2.
    Gwet(Weights),
    /// Brennan and Prediger's kappa.
    BrennanPrediger(Weights),
}

impl Profiles {
    /// The coefficient of resampled items.
    ///
    /// # Errors
    /// [`Undefined::BadOption`] for weights that do not fit.
    pub fn statistic(self, statistic: Statistic) -> Result<ByCount<'static>, Undefined> {
        let counts = self.counts().to_vec();
        let weights = match &statistic {
            Statistic::Alpha(model) => {
                let mut alpha = AlphaOf::new(&self, model.clone());
                return Ok(ByCount::new(counts, move |counts| alpha.at(counts)));
            }
            Statistic::Observed(w)
            | Statistic::Pooled(w)
            | Statistic::Fleiss(w)
            | Statistic::Gwet(w)
            | Statistic::BrennanPrediger(w) => w,
        };
        let metric = weights.metric(self.levels())?;
        let mut kappa = KappaOf::new(&self, metric, &statistic);
        Ok(ByCount::new(counts, move |counts| kappa.at(counts)))
    }
}

/// Distinct items one after the other.
struct Items {
    ends: Vec<usize>,
    /// (level, judgements, or their share of the item).
    cells: Vec<(u32, f64)>,
}

impl Items {
    fn new(profiles: &Profiles, shares: bool) -> Self {
        let (mut ends, mut cells) = (Vec::new(), Vec::new());
        for item in profiles.iter() {
            let of = if shares { size(item) } else { 1.0 };
            cells.extend(item.iter().map(|&(level, n)| (level, f64::from(n) / of)));
            ends.push(cells.len());
        }
        Self { ends, cells }
    }

    /// The drawn items, with the number of each and its place.
    fn drawn<'a>(
        &'a self,
        counts: &'a [u64],
    ) -> impl Iterator<Item = (&'a [(u32, f64)], f64, usize)> {
        let mut start = 0;
        let items = self.ends.iter().zip(counts).enumerate();
        items.filter_map(move |(at, (&end, &count))| {
            let cells = &self.cells[start..end];
            start = end;
            (count > 0).then_some((cells, count as f64, at))
        })
    }
}

/// Alpha as a function of counts.
struct AlphaOf {
    model: AlphaModel,
    items: Items,
    /// Differences within each item; NaN where they depend on the counts.
    within: Vec<f64>,
    /// Judgements of the item less one; 0 for an item that holds nothing to compare.
    others: Vec<f64>,
    totals: Vec<f64>,
    ranks: Vec<f64>,
}

impl AlphaOf {
    fn new(profiles: &Profiles, model: AlphaModel) -> Self {
        let within = |cells| {
            if model.is_ordinal() {
                f64::NAN
            } else {
                model.observed(cells, &[])
            }
        };
        Self {
            within: profiles.iter().map(within).collect(),
            others: profiles.iter().map(|cells| size(cells) - 1.0).collect(),
            items: Items::new(profiles, false),
            totals: vec![0.0; profiles.levels()],
            ranks: Vec::new(),
            model,
        }
    }

    fn at(&mut self, counts: &[u64]) -> Option<f64> {
        let totals = &mut self.totals;
        totals.fill(0.0);
        for (cells, count, at) in self.items.drawn(counts) {
            if self.others[at] > 0.0 {
                for &(level, n) in cells {
                    totals[level as usize] += count * n;
                }
            }
        }
        if totals.iter().filter(|total| **total > 0.0).count() < 2 {
            return None;
        }
        let n: f64 = totals.iter().sum();
        self.model.ranks(totals, &mut self.ranks);
        let mut observed = 0.0;
        if self.model.is_ordinal() {
            // Ranks from the middle, which keeps their squares small.
            for rank in &mut self.ranks {
                *rank -= 0.5 * n;
            }
            for (cells, count, at) in self.items.drawn(counts).filter(|item| item.0.len() > 1) {
                let (mut sum, mut squares) = (0.0, 0.0);
                for &(level, n) in cells {
                    let rank = self.ranks[level as usize];
                    sum += n * rank;
                    squares += n * rank * rank;
                }
                let others = self.others[at];
                observed += count * 2.0 * ((others + 1.0) * squares - sum * sum) / others;
            }
        } else {
            for (within, &count) in self.within.iter().zip(counts) {
                observed += within * count as f64;
            }
        }
        let expected = self.model.expected(totals, &self.ranks);
        (expected > 0.0).then(|| 1.0 - observed * (n - 1.0) / expected)
    }
}

/// How chance is taken out.
enum Chance {
    None,
    /// Agreement weights against the shares.
    Shares,
    /// This times the mean of `share (1 - share)`.
    Spread(f64),
    Fixed(f64),
}

/// A kappa as a function of counts.
struct KappaOf {
    items: Items,
    /// Agreement within each item; NaN below two judgements.
    within: Vec<f64>,
    /// Pairs of judgements that an item counts for, where it does not count as one.
    pairs: Option<Vec<f64>>,
    metric: Metric,
    chance: Chance,
    shares: Vec<f64>,
}

impl KappaOf {
    fn new(profiles: &Profiles, metric: Metric, statistic: &Statistic) -> Self {
        let q = profiles.levels() as f64;
        let weights = weight_total(&metric, profiles.levels());
        let chance = match statistic {
            Statistic::Fleiss(_) => Chance::Shares,
            Statistic::Gwet(_) => Chance::Spread(weights / (q * (q - 1.0))),
            Statistic::BrennanPrediger(_) => Chance::Fixed(weights / (q * q)),
            _ => Chance::None,
        };
        let pairs = |cells: &[(u32, u32)]| (total(cells) * (total(cells) - 1)) as f64;
        let within = |cells: &[(u32, u32)]| {
            if total(cells) < 2 {
                f64::NAN
            } else {
                1.0 - disagreement(cells, &metric) / pairs(cells)
            }
        };
        let pooled = matches!(statistic, Statistic::Pooled(_));
        Self {
            items: Items::new(profiles, true),
            within: profiles.iter().map(within).collect(),
            pairs: pooled.then(|| profiles.iter().map(pairs).collect()),
            metric,
            chance,
            shares: vec![0.0; profiles.levels()],
        }
    }

    fn at(&mut self, counts: &[u64]) -> Option<f64> {
        let (mut sum, mut n) = (0.0, 0.0);
        for (at, (within, &count)) in self.within.iter().zip(counts).enumerate() {
            if !within.is_nan() {
                let each = self.pairs.as_ref().map_or(1.0, |pairs| pairs[at]);
                let weight = count as f64 * each;
                sum += weight * within;
                n += weight;
            }
        }
        let observed = sum / n;
        let chance = match self.chance {
            Chance::None => return (n > 0.0).then_some(observed),
            Chance::Fixed(chance) => chance,
            Chance::Shares => {
                self.share(counts);
                let against = expected_by_category(&self.metric, &self.shares);
                let terms = self.shares.iter().zip(&against);
                terms.map(|(share, against)| share * against).sum()
            }
            Chance::Spread(scale) => {
                self.share(counts);
                let spread = self.shares.iter().map(|p| p * (1.0 - p));
                scale * spread.sum::<f64>()
            }
        };
        (n > 0.0 && 1.0 - chance > 1e-12).then(|| (observed - chance) / (1.0 - chance))
    }

    /// Mean over items of the share of each level.
    fn share(&mut self, counts: &[u64]) {
        self.shares.fill(0.0);
        for (cells, count, _) in self.items.drawn(counts) {
            for &(level, share) in cells {
                self.shares[level as usize] += count * share;
            }
        }
        let items = counts.iter().sum::<u64>() as f64;
        self.shares.iter_mut().for_each(|share| *share /= items);
    }
}
