//! Correlations as functions of how often each distinct row occurs, for resampling.

use crate::stats::interval::ByCount;
use crate::stats::num;

use super::kendall::{Fenwick, PairCounts, choose2, inversions};
use super::{Kendall, Pairs};

/// A coefficient that can be resampled by rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowStatistic {
    /// Pearson's correlation.
    Pearson,
    /// Spearman's correlation.
    Spearman,
    /// Kendall's tau-a.
    TauA,
    /// Kendall's tau-b.
    TauB,
    /// Stuart's tau-c.
    TauC,
    /// Lin's concordance correlation.
    LinCcc,
}

impl Pairs {
    /// The coefficient of resampled rows. `None` for infinite numbers where they have no value.
    #[must_use]
    pub fn statistic(&self, which: RowStatistic) -> Option<ByCount<'static>> {
        let numbers = matches!(which, RowStatistic::Pearson | RowStatistic::LinCcc);
        let mut counts = Vec::new();
        let mut rows = Vec::new();
        let mut ranks = Vec::new();
        let (x, y) = self.dense();
        let mut at = 0;
        for run in x.iter().zip(y).collect::<Vec<_>>().chunk_by(|a, b| a == b) {
            ranks.push((x[at], y[at]));
            counts.push(run.len() as u64);
            at += run.len();
        }
        if numbers {
            let distinct = self.rows().chunk_by(|a, b| a == b).map(|run| run[0]);
            rows.extend(distinct);
            let finite = |row: &(f64, f64)| row.0.is_finite() && row.1.is_finite();
            if !rows.iter().all(finite) {
                return None;
            }
            let largest = rows.iter().map(|row| row.0.abs().max(row.1.abs()));
            let scale = largest.fold(0.0, f64::max).max(f64::MIN_POSITIVE);
            let n = rows.len() as f64;
            // One scale and, for concordance, one origin for both sides.
            rows.iter_mut()
                .for_each(|row| *row = (row.0 / scale, row.1 / scale));
            let mut origin = (
                rows.iter().map(|row| row.0).sum::<f64>() / n,
                rows.iter().map(|row| row.1).sum::<f64>() / n,
            );
            if which == RowStatistic::LinCcc {
                origin.1 = origin.0;
            }
            rows.iter_mut()
                .for_each(|row| *row = (row.0 - origin.0, row.1 - origin.1));
        }
        Some(match which {
            RowStatistic::Pearson => ByCount::new(counts, move |counts| {
                Moments::of(rows.iter().copied().zip(counts)).pearson()
            }),
            RowStatistic::LinCcc => ByCount::new(counts, move |counts| {
                Moments::of(rows.iter().copied().zip(counts)).concordance()
            }),
            RowStatistic::Spearman => {
                let mut ranked = Ranked::new(ranks);
                ByCount::new(counts, move |counts| ranked.spearman(counts))
            }
            RowStatistic::TauA | RowStatistic::TauB | RowStatistic::TauC => {
                let mut ranked = Ranked::new(ranks);
                ByCount::new(counts, move |counts| {
                    let found = ranked.kendall(counts);
                    match which {
                        RowStatistic::TauA => found.tau_a,
                        RowStatistic::TauB => found.tau_b,
                        _ => found.tau_c,
                    }
                })
            }
        })
    }
}

/// Means and mean products.
struct Moments {
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Moments {
    fn of<'a>(rows: impl Iterator<Item = ((f64, f64), &'a u64)>) -> Self {
        let (mut n, mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for ((a, b), &count) in rows {
            let count = count as f64;
            n += count;
            x += count * a;
            y += count * b;
            xx += count * a * a;
            yy += count * b * b;
            xy += count * a * b;
        }
        Self {
            x: x / n,
            y: y / n,
            xx: xx / n,
            yy: yy / n,
            xy: xy / n,
        }
    }

    /// Both variances, where neither is nothing but rounding, and the covariance.
    fn centred(&self) -> Option<(f64, f64, f64)> {
        let (xx, yy) = (self.xx - self.x * self.x, self.yy - self.y * self.y);
        let varied = xx > 1e-13 * self.xx && yy > 1e-13 * self.yy;
        varied.then_some((xx, yy, self.xy - self.x * self.y))
    }

    fn pearson(&self) -> Option<f64> {
        let (xx, yy, xy) = self.centred()?;
        num::finite(xy / (num::sqrt(xx) * num::sqrt(yy))).map(|r| r.clamp(-1.0, 1.0))
    }

    fn concordance(&self) -> Option<f64> {
        let (xx, yy, xy) = self.centred()?;
        let shift = self.x - self.y;
        num::finite(2.0 * xy / (xx + yy + shift * shift)).map(|c| c.clamp(-1.0, 1.0))
    }
}

/// Ranks of the distinct rows in order of x, then y.
struct Ranked {
    ranks: Vec<(u32, u32)>,
    /// Rows by rank of y, drawn.
    totals: Vec<u64>,
    drawn: Vec<u32>,
    buffer: Vec<u32>,
}

impl Ranked {
    fn new(ranks: Vec<(u32, u32)>) -> Self {
        let levels = ranks.iter().map(|row| row.1 as usize + 1).max();
        Self {
            totals: vec![0; levels.unwrap_or(0)],
            ranks,
            drawn: Vec::new(),
            buffer: Vec::new(),
        }
    }

    fn count(&mut self, counts: &[u64]) -> u64 {
        self.totals.fill(0);
        for (row, &count) in self.ranks.iter().zip(counts) {
            self.totals[row.1 as usize] += count;
        }
        counts.iter().sum()
    }

    /// The drawn rows by equal x, with their counts.
    fn runs<'a>(
        &'a self,
        counts: &'a [u64],
    ) -> impl Iterator<Item = (&'a [(u32, u32)], &'a [u64])> {
        let mut start = 0;
        self.ranks.chunk_by(|a, b| a.0 == b.0).map(move |run| {
            let own = &counts[start..start + run.len()];
            start += run.len();
            (run, own)
        })
    }

    fn spearman(&mut self, counts: &[u64]) -> Option<f64> {
        let n = self.count(counts) as f64;
        let mut below = 0;
        // Doubled mid-ranks less their mean, in place of the totals of y.
        let middle = |below: u64, here: u64| (2 * below + here) as f64 - n;
        let of_y: Vec<f64> = self
            .totals
            .iter()
            .map(|&here| {
                let rank = middle(below, here);
                below += here;
                rank
            })
            .collect();
        let (mut xx, mut yy, mut xy, mut below) = (0.0, 0.0, 0.0, 0);
        for (run, own) in self.runs(counts) {
            let here: u64 = own.iter().sum();
            let x = middle(below, here);
            below += here;
            for (row, &count) in run.iter().zip(own) {
                let (y, count) = (of_y[row.1 as usize], count as f64);
                xx += count * x * x;
                yy += count * y * y;
                xy += count * x * y;
            }
        }
        let varied = xx > 0.0 && yy > 0.0;
        varied.then(|| (xy / num::sqrt(xx * yy)).clamp(-1.0, 1.0))
    }

    fn kendall(&mut self, counts: &[u64]) -> Kendall {
        let n = self.count(counts);
        let over = |sizes: &mut dyn Iterator<Item = u64>| sizes.map(choose2).sum::<u128>();
        let tied_y = over(&mut self.totals.iter().copied());
        let tied_both = over(&mut counts.iter().copied());
        let mut x_sizes = self.runs(counts).map(|(_, own)| own.iter().sum::<u64>());
        let tied_x = over(&mut x_sizes);
        drop(x_sizes);
        let discordant = if 2 * self.ranks.len() as u64 <= n {
            let mut tree = Fenwick::new(self.totals.len());
            let (mut seen, mut found) = (0, 0);
            for (run, own) in self.runs(counts) {
                for (row, &count) in run.iter().zip(own).filter(|row| *row.1 > 0) {
                    found += count * (seen - tree.below(row.1 + 1));
                }
                for (row, &count) in run.iter().zip(own).filter(|row| *row.1 > 0) {
                    tree.add(row.1, count);
                    seen += count;
                }
            }
            found
        } else {
            self.drawn.clear();
            for (row, &count) in self.ranks.iter().zip(counts) {
                self.drawn.extend((0..count).map(|_| row.1));
            }
            self.buffer.resize(self.drawn.len(), 0);
            let highest = (self.totals.len() as u32).saturating_sub(1).checked_ilog2();
            inversions(&mut self.drawn, &mut self.buffer, highest.unwrap_or(0))
        };
        let concordant = choose2(n) + tied_both - tied_x - tied_y - u128::from(discordant);
        let classes_x = self
            .runs(counts)
            .filter(|run| run.1.iter().any(|c| *c > 0))
            .count();
        let classes_y = self.totals.iter().filter(|total| **total > 0).count();
        let found = PairCounts {
            concordant: concordant as u64,
            discordant,
            tied_x: (tied_x - tied_both) as u64,
            tied_y: (tied_y - tied_both) as u64,
            tied_both: tied_both as u64,
        };
        Kendall::of_counts(found, n, classes_x.min(classes_y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(got: Option<f64>, wanted: Option<f64>) -> bool {
        match (got, wanted) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            (a, b) => a.is_none() && b.is_none(),
        }
    }

    proptest! {
        #[test]
        fn coefficients_of_distinct_rows_are_those_of_all(
            rows in prop::collection::vec(((0_i32..4), prop_oneof![(0_i32..4).prop_map(f64::from), -2.0_f64..2.0]), 2..60),
        ) {
            let rows: Vec<(f64, f64)> = rows.iter().map(|r| (f64::from(r.0), r.1 + 0.0)).collect();
            let pairs = Pairs::new(rows).expect("numbers");
            let kendall = pairs.kendall(false);
            let ccc = crate::stats::agreement::lin_ccc(&pairs, 0.95).ok().map(|c| c.ccc);
            for (which, wanted) in [
                (RowStatistic::Pearson, pairs.pearson(0.95).map(|r| r.r)),
                (RowStatistic::Spearman, pairs.spearman(0.95).map(|r| r.rho)),
                (RowStatistic::TauA, kendall.tau_a),
                (RowStatistic::TauB, kendall.tau_b),
                (RowStatistic::TauC, kendall.tau_c),
                (RowStatistic::LinCcc, ccc),
            ] {
                let got = pairs.statistic(which).expect("finite").value();
                prop_assert!(same(got, wanted), "{which:?} {got:?} {wanted:?}");
            }
        }
    }

    #[test]
    fn drawn_rows_are_rows() {
        // Draws of distinct rows, which occur once each, are what their expansion gives.
        let rows: Vec<(f64, f64)> = (0..40)
            .map(|i| (f64::from(i * 7 % 13), f64::from(i * 5 % 11)))
            .collect();
        let mut distinct = rows;
        distinct.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        distinct.dedup();
        let counts: Vec<u64> = (0..distinct.len() as u64).map(|i| i * 3 % 4).collect();
        let drawn = distinct.iter().zip(&counts);
        let drawn: Vec<(f64, f64)> = drawn.flat_map(|(row, &n)| (0..n).map(|_| *row)).collect();
        let ranks = Pairs::new(distinct).expect("numbers");
        let (x, y) = ranks.dense();
        let mut ranked = Ranked::new(x.iter().copied().zip(y.iter().copied()).collect());
        let wanted = Pairs::new(drawn).expect("numbers");
        let got = ranked.kendall(&counts);
        assert_eq!(got.counts, wanted.counts());
        assert_eq!(
            (got.tau_b, got.tau_c),
            (wanted.kendall(false).tau_b, wanted.kendall(false).tau_c)
        );
        assert!(same(
            ranked.spearman(&counts),
            wanted.spearman(0.95).map(|s| s.rho)
        ));
        // Many rows of few kinds are counted, not listed.
        let many: Vec<u64> = counts.iter().map(|n| n * 5).collect();
        let quick = ranked.kendall(&many);
        assert!((quick.tau_b.unwrap_or(9.0) - got.tau_b.unwrap_or(7.0)).abs() < 1e-12);
    }
}
