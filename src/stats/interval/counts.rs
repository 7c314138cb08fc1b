//! Statistics of units that may be equal, as functions of how often each distinct one occurs.
//!
//! A replicate of the bootstrap (Efron 1979) draws a multinomial count for each distinct
//! unit, so it costs as many steps as there are distinct units, not rows; the jackknife
//! leaves out one unit of each kind.

use super::{percentile, standard_deviation};
use crate::stats::rng::{CountTable, Stream};

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampling {
    /// Number of replicates.
    pub replicates: u32,
    /// Seed of the draws.
    pub seed: u64,
    /// Confidence level, in (0, 1).
    pub level: f64,
}

/// The spread of the replicates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Standard deviation of the replicates.
    pub stderr: f64,
    /// Lower percentile.
    pub lower: f64,
    /// Upper percentile.
    pub upper: f64,
    /// Replicates with a value: those without (no variation) are left out.
    pub replicates: u32,
}

/// Up to this many units the jackknife leaves out one at a time.
const SINGLY: usize = 2000;
/// Groups of the jackknife beyond.
const GROUPS: usize = 1000;

/// The group of each of `n` units that a jackknife leaves out together, and how many groups
/// there are: each its own up to 2,000 units, beyond 1,000 random groups of nearly equal size.
#[must_use]
pub fn jackknife_groups(n: usize, seed: u64) -> (Vec<usize>, usize) {
    if n <= SINGLY {
        return ((0..n).collect(), n);
    }
    let mut group = vec![0; n];
    for (place, unit) in Stream::new(seed, 0, 1)
        .permutation(n)
        .into_iter()
        .enumerate()
    {
        group[unit] = place * GROUPS / n;
    }
    (group, GROUPS)
}

/// A statistic where distinct unit `i` occurs `counts[i]` times; `None` where undefined.
type OfCounts<'a> = Box<dyn FnMut(&[u64]) -> Option<f64> + 'a>;

/// A statistic of units, equal ones counted.
pub struct ByCount<'a> {
    /// How often each distinct unit occurs, in canonical order.
    counts: Vec<u64>,
    value: OfCounts<'a>,
}

impl<'a> ByCount<'a> {
    /// A statistic of `counts`, which are in canonical order. It must depend on nothing but
    /// the counts it is given.
    pub fn new(counts: Vec<u64>, value: impl FnMut(&[u64]) -> Option<f64> + 'a) -> Self {
        Self {
            counts,
            value: Box::new(value),
        }
    }

    /// Number of units.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.counts.iter().sum()
    }

    fn at(&mut self, counts: &[u64]) -> Option<f64> {
        (self.value)(counts).filter(|x| x.is_finite())
    }

    /// The statistic of the units as they are.
    pub fn value(&mut self) -> Option<f64> {
        (self.value)(&self.counts).filter(|x| x.is_finite())
    }

    /// Values over resampled units, and how many replicates have none.
    pub fn replicates(&mut self, replicates: u32, seed: u64) -> (Vec<f64>, u64) {
        let table = CountTable::new(&self.counts);
        let mut drawn = Vec::with_capacity(self.counts.len());
        let mut values = Vec::with_capacity(replicates as usize);
        for replicate in 0..replicates {
            Stream::new(seed, replicate, 0).resample_counts(&table, &mut drawn);
            values.extend(self.at(&drawn));
        }
        let undefined = u64::from(replicates) - values.len() as u64;
        (values, undefined)
    }

    /// Percentile interval. `None` when fewer than two replicates, or fewer than half of
    /// them, have a value.
    pub fn interval(&mut self, options: Resampling) -> Option<Interval> {
        let (mut values, undefined) = self.replicates(options.replicates, options.seed);
        if values.len() < 2 || undefined > u64::from(options.replicates) / 2 {
            return None;
        }
        let bounds = percentile(&mut values, options.level)?;
        Some(Interval {
            stderr: standard_deviation(&values)?,
            lower: bounds.lower,
            upper: bounds.upper,
            replicates: values.len() as u32,
        })
    }

    /// Values without one unit or one group of units, with how many such there are: each
    /// distinct unit where there are at most 2,000, else random groups.
    pub fn jackknife(&mut self, seed: u64) -> Vec<(f64, f64)> {
        let mut counts = self.counts.clone();
        let mut values = Vec::new();
        if counts.len() <= SINGLY {
            for at in 0..counts.len() {
                if counts[at] > 0 {
                    counts[at] -= 1;
                    let value = self.at(&counts);
                    counts[at] += 1;
                    values.extend(value.map(|v| (v, counts[at] as f64)));
                }
            }
            return values;
        }
        let of_unit = self.counts.iter().enumerate();
        let of_unit: Vec<usize> = of_unit
            .flat_map(|(at, &n)| std::iter::repeat_n(at, n as usize))
            .collect();
        let (group, groups) = jackknife_groups(of_unit.len(), seed);
        let mut members = vec![Vec::new(); groups];
        for (unit, group) in group.into_iter().enumerate() {
            members[group].push(of_unit[unit]);
        }
        for group in &members {
            group.iter().for_each(|at| counts[*at] -= 1);
            values.extend(self.at(&counts).map(|v| (v, 1.0)));
            group.iter().for_each(|at| counts[*at] += 1);
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of units of kind 1.
    fn share(counts: &[u64]) -> Option<f64> {
        let n: u64 = counts.iter().sum();
        (n > 0).then(|| counts[1] as f64 / n as f64)
    }

    #[test]
    fn the_error_of_a_share_is_the_binomial_one() {
        let mut units = ByCount::new(vec![40, 60], share);
        assert_eq!((units.units(), units.value()), (100, Some(0.6)));
        let options = Resampling {
            replicates: 4000,
            seed: 1,
            level: 0.95,
        };
        let got = units.interval(options).expect("defined");
        assert!((got.stderr - 0.048_99).abs() < 0.002, "{got:?}");
        // Without a 0 it is 60/99, without a 1 it is 59/99.
        let without = [(60.0 / 99.0, 40.0), (59.0 / 99.0, 60.0)];
        assert_eq!(units.jackknife(1), without);
    }

    #[test]
    fn many_units_are_left_out_in_groups() {
        let mut units = ByCount::new(vec![1; 5000], |counts| {
            let n: u64 = counts.iter().sum();
            Some(n as f64)
        });
        let values = units.jackknife(3);
        assert_eq!(values.len(), 1000);
        assert!(values.iter().all(|v| *v == (4995.0, 1.0)));
        assert_eq!(units.value(), Some(5000.0));
    }

    #[test]
    fn no_value_in_most_replicates_is_no_interval() {
        let mut units = ByCount::new(vec![2, 2], |counts| (counts[0] == 2).then_some(1.0));
        let (values, undefined) = units.replicates(1000, 5);
        assert_eq!(values.len() as u64 + undefined, 1000);
        // P(2 of 4) = 3/8.
        assert!((undefined as f64 / 1000.0 - 0.625).abs() < 0.05);
        let options = Resampling {
            replicates: 1000,
            seed: 5,
            level: 0.95,
        };
        assert_eq!(units.interval(options), None);
    }
}
