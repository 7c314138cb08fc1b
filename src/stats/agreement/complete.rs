//! Coefficients of complete designs as functions of how often each distinct item occurs.

use crate::stats::interval::ByCount;

use super::icc::Anova;
use super::{Matrix, Undefined};

/// A coefficient of a [`Matrix`] that can be resampled by items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complete {
    /// Intraclass correlation: 1, 2 or 3 of Shrout and Fleiss, of one rating or the mean.
    Icc {
        /// 1, 2 or 3.
        form: u8,
        /// Reliability of the mean of all raters.
        mean: bool,
    },
    /// Cronbach's alpha of the columns.
    Cronbach,
    /// Kendall's W.
    KendallW,
}

impl Matrix {
    /// The coefficient of resampled items.
    ///
    /// # Errors
    /// [`Undefined::NoPairs`] below two items or raters (for W, one rater).
    pub fn statistic(&self, which: Complete) -> Result<ByCount<'static>, Undefined> {
        let least = usize::from(which != Complete::KendallW) + 1;
        if self.items() < 2 || self.raters() < least {
            return Err(Undefined::NoPairs);
        }
        let shifted = self.shifted();
        let mut rows: Vec<&[f64]> = shifted.rows().collect();
        let compare = |a: &&[f64], b: &&[f64]| {
            let cells = a.iter().zip(*b).map(|(a, b)| a.total_cmp(b));
            cells.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        };
        rows.sort_unstable_by(compare);
        let (mut cells, mut counts) = (Vec::new(), Vec::new());
        for same in rows.chunk_by(|a, b| compare(a, b).is_eq()) {
            cells.extend_from_slice(same[0]);
            counts.push(same.len() as u64);
        }
        let raters = self.raters();
        Ok(if which == Complete::KendallW {
            let mut w = Concordance::new(&cells, raters);
            ByCount::new(counts, move |counts| w.at(counts))
        } else {
            let squares = Squares::new(cells, raters);
            ByCount::new(counts, move |counts| {
                let anova = squares.at(counts)?;
                match which {
                    Complete::Icc { form, mean } => anova.estimate(form, mean),
                    _ => (anova.items > 0.0).then(|| 1.0 - anova.residual / anova.items),
                }
            })
        })
    }
}

/// Sums of squares as functions of counts.
struct Squares {
    raters: usize,
    cells: Vec<f64>,
    /// Mean of each distinct item, and its squared deviations from it.
    means: Vec<f64>,
    within: Vec<f64>,
}

impl Squares {
    /// The cells less their mean, so that a large offset costs no digits.
    fn new(mut cells: Vec<f64>, raters: usize) -> Self {
        let centre = crate::stats::num::mean(&cells).unwrap_or(0.0);
        let (mut means, mut within) = (Vec::new(), Vec::new());
        for row in cells.chunks_exact_mut(raters) {
            row.iter_mut().for_each(|v| *v -= centre);
            // A row of equal ratings has no spread within, whatever its mean rounds to.
            let equal = row.iter().all(|v| *v == row[0]);
            let mean = if equal {
                row[0]
            } else {
                row.iter().sum::<f64>() / raters as f64
            };
            within.push(row.iter().map(|v| (v - mean) * (v - mean)).sum());
            means.push(mean);
        }
        Self {
            raters,
            cells,
            means,
            within,
        }
    }

    fn at(&self, counts: &[u64]) -> Option<Anova> {
        let (k, mut n, mut sum, mut within) = (self.raters as f64, 0.0, 0.0, 0.0);
        let mut raters = vec![0.0; self.raters];
        let rows = self.cells.chunks_exact(self.raters);
        for (at, (row, &count)) in rows.zip(counts).enumerate().filter(|(_, row)| *row.1 > 0) {
            let count = count as f64;
            n += count;
            sum += count * self.means[at];
            within += count * self.within[at];
            for (total, v) in raters.iter_mut().zip(row) {
                *total += count * v;
            }
        }
        let grand = sum / n;
        let mut between = 0.0;
        for (mean, &count) in self.means.iter().zip(counts) {
            let d = mean - grand;
            between += count as f64 * d * d;
        }
        let columns = raters.iter().map(|total| total / n - grand);
        let columns: f64 = n * columns.map(|d| d * d).sum::<f64>();
        let varied = between > 0.0 || within > 0.0;
        (n > 1.0 && varied).then(|| Anova {
            n,
            k,
            items: k * between / (n - 1.0),
            within: within / (n * (k - 1.0)),
            raters: columns / (k - 1.0),
            residual: (within - columns).max(0.0) / ((n - 1.0) * (k - 1.0)),
        })
    }
}

/// Kendall's W as a function of counts.
struct Concordance {
    /// For each rater the distinct items in order, and the ends of ties.
    orders: Vec<(Vec<u32>, Vec<u32>)>,
    /// Doubled rank sum of each distinct item.
    sums: Vec<i64>,
}

impl Concordance {
    fn new(cells: &[f64], raters: usize) -> Self {
        let items = cells.len() / raters;
        let of_rater = |rater: usize| {
            let value = |item: u32| cells[item as usize * raters + rater];
            let mut order: Vec<u32> = (0..items as u32).collect();
            order.sort_by(|a, b| value(*a).total_cmp(&value(*b)));
            let mut end = 0;
            let ties = order.chunk_by(|a, b| value(*a) == value(*b));
            let ends = ties.map(|run| {
                end += run.len() as u32;
                end
            });
            let ends = ends.collect();
            (order, ends)
        };
        Self {
            orders: (0..raters).map(of_rater).collect(),
            sums: vec![0; items],
        }
    }

    fn at(&mut self, counts: &[u64]) -> Option<f64> {
        let (n, m) = (
            counts.iter().sum::<u64>() as i128,
            self.orders.len() as i128,
        );
        self.sums.fill(0);
        let mut ties = 0_i128;
        for (order, ends) in &self.orders {
            let (mut start, mut below) = (0, 0_i64);
            for &end in ends {
                let run = &order[start..end as usize];
                let here: i64 = run.iter().map(|item| counts[*item as usize] as i64).sum();
                for item in run {
                    self.sums[*item as usize] += 2 * below + here + 1;
                }
                below += here;
                start = end as usize;
                if here > 1 {
                    // Below 2^96 for as many items as there can be.
                    let t = i128::from(here);
                    ties += t.wrapping_mul(t).wrapping_mul(t) - t;
                }
            }
        }
        let middle = m * (n + 1);
        let mut spread = 0.0;
        for (sum, &count) in self.sums.iter().zip(counts) {
            let d = (i128::from(*sum) - middle) as f64;
            spread += count as f64 * d * d;
        }
        let largest = m * m * (n * n * n - n) - m * ties;
        (largest > 0).then(|| 3.0 * spread / largest as f64)
    }
}
