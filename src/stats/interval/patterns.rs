//! Agreement of resampled items by pattern: items with the same judgements are drawn
//! together, so a replicate costs as much as there are distinct patterns.

use crate::stats::agreement::{Level, Units};
use crate::stats::num;
use crate::stats::rng::{CountTable, Stream};

/// The agreement computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PatternMetric {
    /// Krippendorff's alpha.
    Alpha(Level<'static>),
    /// Fleiss' kappa as generalised by Gwet.
    Fleiss,
}

/// Distinct items, as (level, count) pairs, and how often each occurs.
#[derive(Debug, Clone)]
pub struct Patterns {
    patterns: Vec<Vec<(u32, u32)>>,
    table: CountTable,
    levels: usize,
    metric: PatternMetric,
    values: Vec<f64>,
}

impl Patterns {
    /// The most levels: expected disagreement visits every pair of them.
    const LEVELS: usize = 200;

    /// The patterns of `units`; `None` where there are too many for them to pay.
    /// `values` are the levels as numbers, for [`Level::Interval`] and [`Level::Ratio`].
    #[must_use]
    pub fn new(units: &Units, metric: PatternMetric, values: Option<&[f64]>) -> Option<Self> {
        let mut items: Vec<&[(u32, u32)]> = units.iter().collect();
        items.sort_unstable();
        let (mut patterns, mut counts) = (Vec::new(), Vec::new());
        for run in items.chunk_by(|a, b| a == b) {
            patterns.push(run[0].to_vec());
            counts.push(run.len() as u64);
        }
        let pays = patterns.len() * 8 <= items.len() && units.levels() <= Self::LEVELS;
        pays.then(|| Self {
            patterns,
            table: CountTable::new(&counts),
            levels: units.levels(),
            metric,
            values: values.unwrap_or(&[]).to_vec(),
        })
    }

    /// The value over as many items drawn with replacement; `None` where it is undefined.
    #[must_use]
    pub fn draw(&self, seed: u64, replicate: u32) -> Option<f64> {
        let mut counts = Vec::new();
        Stream::new(seed, replicate, 0).resample_counts(&self.table, &mut counts);
        self.value(&counts)
    }

    /// The value where pattern `i` occurs `counts[i]` times.
    #[must_use]
    pub fn value(&self, counts: &[u64]) -> Option<f64> {
        match self.metric {
            PatternMetric::Alpha(level) => self.alpha(counts, level),
            PatternMetric::Fleiss => self.fleiss(counts),
        }
    }

    fn drawn<'a>(
        &'a self,
        counts: &'a [u64],
    ) -> impl Iterator<Item = (&'a [(u32, u32)], f64, f64)> {
        let rows = self.patterns.iter().zip(counts).filter(|(_, n)| **n > 0);
        rows.map(|(cells, n)| {
            let size: u32 = cells.iter().map(|cell| cell.1).sum();
            (cells.as_slice(), *n as f64, f64::from(size))
        })
    }

    fn alpha(&self, counts: &[u64], level: Level) -> Option<f64> {
        let mut totals = vec![0.0; self.levels];
        for (cells, times, _) in self.drawn(counts).filter(|row| row.2 >= 2.0) {
            for (at, count) in cells {
                totals[*at as usize] += times * f64::from(*count);
            }
        }
        let n: f64 = totals.iter().sum();
        let mut below = 0.0;
        let midranks: Vec<f64> = totals
            .iter()
            .map(|t| {
                below += t;
                below - 0.5 * t
            })
            .collect();
        let scale = match level {
            Level::Ordinal => &midranks,
            _ => &self.values,
        };
        let distance = |a: usize, b: usize| match level {
            Level::Nominal => 1.0,
            Level::Ratio => {
                let (v, w) = (scale[a], scale[b]);
                (v - w) * (v - w) / ((v + w) * (v + w))
            }
            _ => (scale[a] - scale[b]) * (scale[a] - scale[b]),
        };
        let mut observed = num::Compensated::new();
        for (cells, times, size) in self.drawn(counts).filter(|row| row.2 >= 2.0) {
            for (i, (a, n_a)) in cells.iter().enumerate() {
                for (b, n_b) in &cells[i + 1..] {
                    let pairs = times * f64::from(*n_a) * f64::from(*n_b) / (size - 1.0);
                    observed.add(pairs * distance(*a as usize, *b as usize));
                }
            }
        }
        let mut expected = num::Compensated::new();
        for a in 0..self.levels {
            for b in (a + 1..self.levels).filter(|b| totals[a] > 0.0 && totals[*b] > 0.0) {
                expected.add(totals[a] * totals[b] * distance(a, b));
            }
        }
        num::finite(1.0 - observed.value() * (n - 1.0) / expected.value())
    }

    fn fleiss(&self, counts: &[u64]) -> Option<f64> {
        let mut shares = vec![0.0; self.levels];
        let (mut agreed, mut pairs, mut items) = (num::Compensated::new(), 0.0, 0.0);
        for (cells, times, size) in self.drawn(counts).filter(|row| row.2 >= 1.0) {
            items += times;
            let mut equal = 0.0;
            for (at, count) in cells {
                let count = f64::from(*count);
                shares[*at as usize] += times * count / size;
                equal += count * (count - 1.0);
            }
            if size >= 2.0 {
                pairs += times;
                agreed.add(times * equal / (size * (size - 1.0)));
            }
        }
        let chance: f64 = shares.iter().map(|s| (s / items) * (s / items)).sum();
        let kappa = (agreed.value() / pairs - chance) / (1.0 - chance);
        num::finite(kappa).filter(|_| chance < 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::agreement::{Weights, fleiss_kappa, krippendorff_alpha};

    /// Made-up judgements: 400 items, 3 or fewer judgements each, 4 levels.
    fn units() -> Units {
        let mut stream = Stream::new(3, 0, 0);
        let (mut items, mut levels) = (Vec::new(), Vec::new());
        for item in 0..400 {
            let base = stream.below(4) as u32;
            for _ in 0..1 + stream.below(3) {
                items.push(item);
                let other = stream.below(4) as u32;
                levels.push(if stream.below(3) == 0 { other } else { base });
            }
        }
        Units::from_ids(400, 4, &items, &levels).expect("units")
    }

    #[test]
    fn all_items_give_the_coefficient() {
        let (units, values) = (units(), [1.0, 2.0, 4.0, 7.0]);
        let all = |p: &Patterns| -> Vec<u64> {
            let mut items: Vec<&[(u32, u32)]> = units.iter().collect();
            items.sort_unstable();
            let counts: Vec<u64> = items
                .chunk_by(|a, b| a == b)
                .map(|r| r.len() as u64)
                .collect();
            assert_eq!(counts.len(), p.patterns.len());
            counts
        };
        let mut checked = 0;
        for level in [
            Level::Nominal,
            Level::Ordinal,
            Level::Interval,
            Level::Ratio,
        ] {
            let p = Patterns::new(&units, PatternMetric::Alpha(level), Some(&values)).expect("few");
            let wanted = krippendorff_alpha(&units, level, Some(&values)).expect("defined");
            assert!(
                (p.value(&all(&p)).expect("defined") - wanted.alpha).abs() < 1e-12,
                "{level:?}"
            );
            let spread: Vec<f64> = (0..200).filter_map(|r| p.draw(5, r)).collect();
            assert!(spread.iter().all(|v| (v - wanted.alpha).abs() < 0.25));
            assert!(
                spread.iter().any(|v| *v < wanted.alpha)
                    && spread.iter().any(|v| *v > wanted.alpha)
            );
            checked += 1;
        }
        let p = Patterns::new(&units, PatternMetric::Fleiss, None).expect("few");
        let wanted = fleiss_kappa(&units, &Weights::None, 0.95).expect("defined");
        assert!((p.value(&all(&p)).expect("defined") - wanted.coefficient).abs() < 1e-12);
        assert_eq!((checked, p.value(&vec![0; p.patterns.len()])), (4, None));
    }
}
