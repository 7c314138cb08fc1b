//! A short cut for metrics of judgements that do not look at who judged: drawn items
//! are counted straight into units, without resolving repeats again for every draw.

use super::metric::Metric;
use crate::functions::prelude::{Fault, Options};
use crate::functions::state::rows::Column;
use crate::stats::agreement::{Level, Undefined, Units, Weights, fleiss_kappa, krippendorff_alpha};
use crate::stats::interval::{PatternMetric, Patterns};

/// A metric of `(item, annotator, value)` over units.
pub(super) struct ItemMetric {
    kind: Kind,
    /// Level of every row.
    levels: Vec<u32>,
    n_levels: usize,
    /// The levels as numbers, where the kind needs them.
    values: Option<Vec<f64>>,
}

#[derive(Clone, Copy)]
enum Kind {
    Alpha(Level<'static>),
    Fleiss,
}

impl ItemMetric {
    /// The short cut, where there is one: the metric is known, items are the units, and
    /// nobody judged an item twice.
    pub(super) fn new(name: &str, options: &Options, columns: &[Column]) -> Option<Self> {
        let [
            Column::Labels(_, items),
            Column::Labels(_, annotators),
            Column::Labels(names, levels),
        ] = columns
        else {
            return None;
        };
        let kind = match (name, options.text("level").ok()) {
            ("fleiss_kappa", None) => Kind::Fleiss,
            ("krippendorff_alpha", Some("nominal")) => Kind::Alpha(Level::Nominal),
            ("krippendorff_alpha", Some("ordinal")) => Kind::Alpha(Level::Ordinal),
            ("krippendorff_alpha", Some("interval")) => Kind::Alpha(Level::Interval),
            ("krippendorff_alpha", Some("ratio")) => Kind::Alpha(Level::Ratio),
            _ => return None,
        };
        let mut pairs: Vec<(u32, u32)> = items
            .iter()
            .copied()
            .zip(annotators.iter().copied())
            .collect();
        pairs.sort_unstable();
        if pairs.windows(2).any(|w| w[0] == w[1]) {
            return None;
        }
        let numbers = || {
            names
                .iter()
                .map(|n| n.parse::<f64>().ok().filter(|x| x.is_finite()))
        };
        let values = match kind {
            Kind::Fleiss | Kind::Alpha(Level::Nominal) => None,
            Kind::Alpha(_) => Some(numbers().collect::<Option<Vec<f64>>>()?),
        };
        Some(Self {
            kind,
            levels: levels.clone(),
            n_levels: names.len(),
            values,
        })
    }

    /// The patterns of the items, where there are few.
    pub(super) fn patterns(&self, items: &[u32]) -> Option<Patterns> {
        let n_items = items.iter().max().map_or(0, |last| *last as usize + 1);
        let units = Units::from_ids(n_items, self.n_levels, items, &self.levels).ok()?;
        let metric = match self.kind {
            Kind::Alpha(level) => PatternMetric::Alpha(level),
            Kind::Fleiss => PatternMetric::Fleiss,
        };
        Patterns::new(&units, metric, self.values.as_deref())
    }

    /// The value over drawn rows.
    pub(super) fn value(&self, picks: &[u32], draws: &[u32]) -> Result<Option<f64>, Fault> {
        let levels: Vec<u32> = picks.iter().map(|row| self.levels[*row as usize]).collect();
        let n_items = draws.last().map_or(0, |last| *last as usize + 1);
        let units = Units::from_ids(n_items, self.n_levels, draws, &levels)
            .map_err(|e| Fault::new(e.to_string()))?;
        let found = match self.kind {
            Kind::Alpha(level) => {
                krippendorff_alpha(&units, level, self.values.as_deref()).map(|a| a.alpha)
            }
            Kind::Fleiss => fleiss_kappa(&units, &Weights::None, 0.95).map(|k| k.coefficient),
        };
        match found {
            Ok(value) => Ok(Some(value)),
            Err(Undefined::NoData | Undefined::NoPairs | Undefined::NoVariation) => Ok(None),
            Err(other) => Err(Fault::new(other.to_string())),
        }
    }
}

impl Metric {
    /// The patterns of the items, where there are few: `units` is the item of every row.
    pub(super) fn patterns(&self, units: &[u32]) -> Option<Patterns> {
        self.items.as_ref()?.patterns(units)
    }

    /// The value over drawn units, by the short cut where there is one.
    pub(super) fn drawn(&self, picks: &[u32], draws: &[u32]) -> Result<Option<f64>, Fault> {
        match &self.items {
            Some(items) => items.value(picks, draws),
            None => self.value(picks, draws),
        }
    }
}
