//! Two raters: the coefficients read from their confusion table.
//!
//! Coefficients are computed from the table in label order with sums of integers
//! kept as integers in `f64` (exact below 2^53), so `kappa` is exactly 1 when the
//! raters never differ and exactly 0 when the disagreement equals the expected one.
//!
//! Cohen 1960 (kappa), Cohen 1968 (weighted kappa), Fleiss, Cohen & Everitt 1969
//! (standard errors), Scott 1955 (pi), Gwet 2014 (standard error of pi).

use crate::stats::correlation::dist;
use crate::stats::num;

use super::{Undefined, Weights};

/// The difference of a mean square and a squared mean; 0 where it is nothing but rounding.
fn less(squares: f64, square: f64) -> f64 {
    let difference = squares - square;
    if difference > 1e-15 * squares {
        difference
    } else {
        0.0
    }
}

/// A confusion table over category positions 0..categories.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    categories: usize,
    /// (position for x, position for y, weight), sorted, each cell once.
    cells: Vec<(usize, usize, f64)>,
    rows: u64,
    counts: bool,
}

/// Cohen's kappa with its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// 1 at perfect agreement, 0 at chance, >= -1.
    pub kappa: f64,
    /// Observed (weighted) agreement, 0..1.
    pub observed_agreement: f64,
    /// Agreement expected from the marginals, 0..1.
    pub expected_agreement: f64,
    /// Large-sample standard error (Fleiss, Cohen & Everitt 1969); `None` for weighted rows.
    pub stderr: Option<f64>,
    /// Standard error under independence, for testing kappa = 0; `None` for weighted rows.
    pub stderr0: Option<f64>,
    /// Lower normal limit, not clipped.
    pub lower: Option<f64>,
    /// Upper normal limit, not clipped.
    pub upper: Option<f64>,
    /// Number of rows.
    pub n: u64,
}

/// Scott's pi with its parts; see [`Table::scott_pi`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScottPi {
    /// The coefficient.
    pub pi: f64,
    /// Observed agreement, 0..1.
    pub observed_agreement: f64,
    /// Agreement expected from the pooled marginals, 0..1.
    pub expected_agreement: f64,
    /// Large-sample standard error (Gwet 2014); `None` for weighted rows.
    pub stderr: Option<f64>,
    /// Lower normal limit, not clipped.
    pub lower: Option<f64>,
    /// Upper normal limit, not clipped.
    pub upper: Option<f64>,
    /// Number of rows.
    pub n: u64,
}

impl Table {
    /// A table from a dense row-major count matrix (rows: x, columns: y).
    #[must_use]
    pub fn from_counts(counts: &[Vec<u64>]) -> Self {
        let mut categories = counts.len();
        let mut cells = Vec::new();
        let mut rows = 0;
        for (x, row) in counts.iter().enumerate() {
            categories = categories.max(row.len());
            for (y, &count) in row.iter().enumerate() {
                if count > 0 {
                    cells.push((x, y, count as f64));
                    rows += count;
                }
            }
        }
        Self {
            categories,
            cells,
            rows,
            counts: true,
        }
    }

    /// A table over a stated list of categories, used or not, from its cells (position for
    /// x, position for y, weight) in any order, each cell once. `counts` says that every
    /// row weighs one, which the large-sample errors assume.
    #[must_use]
    pub fn from_cells(
        categories: usize,
        mut cells: Vec<(usize, usize, f64)>,
        rows: u64,
        counts: bool,
    ) -> Self {
        cells.retain(|cell| cell.2 > 0.0);
        cells.sort_unstable_by_key(|cell| (cell.0, cell.1));
        Self {
            categories,
            cells,
            rows,
            counts,
        }
    }

    /// The cells (position for x, position for y, weight), sorted.
    #[must_use]
    pub fn cells(&self) -> &[(usize, usize, f64)] {
        &self.cells
    }

    fn total(&self) -> f64 {
        self.cells.iter().map(|cell| cell.2).sum()
    }

    fn marginals(&self) -> (Vec<f64>, Vec<f64>) {
        let mut x_totals = vec![0.0; self.categories];
        let mut y_totals = vec![0.0; self.categories];
        for &(x, y, weight) in &self.cells {
            x_totals[x] += weight;
            y_totals[y] += weight;
        }
        (x_totals, y_totals)
    }

    /// Share of the weight where both raters say the same; undefined without rows.
    ///
    /// # Errors
    /// [`Undefined::NoData`].
    pub fn percent_agreement(&self) -> Result<f64, Undefined> {
        let total = self.total();
        if total <= 0.0 {
            return Err(Undefined::NoData);
        }
        let agreeing: f64 = self
            .cells
            .iter()
            .filter(|cell| cell.0 == cell.1)
            .map(|cell| cell.2)
            .sum();
        Ok(agreeing / total)
    }

    /// Cohen's kappa, `1 - D_o / D_e`.
    ///
    /// `weights` says how much two different categories disagree, `confidence`
    /// (for example 0.95) the level of the normal interval.
    ///
    /// # Errors
    /// [`Undefined::NoData`] without rows; [`Undefined::NoVariation`] where the
    /// expected disagreement is 0 (both raters use one and the same category);
    /// [`Undefined::BadOption`] for category values that do not fit.
    pub fn cohen_kappa(&self, weights: &Weights, confidence: f64) -> Result<Kappa, Undefined> {
        let n = self.total();
        if n <= 0.0 {
            return Err(Undefined::NoData);
        }
        let metric = weights.metric(self.categories)?;
        let (x_totals, y_totals) = self.marginals();
        let observed: f64 = self
            .cells
            .iter()
            .map(|&(x, y, w)| w * metric.distance(x, y))
            .sum();
        let mut expected = 0.0;
        for (x, &wx) in x_totals.iter().enumerate().filter(|entry| *entry.1 > 0.0) {
            for (y, &wy) in y_totals.iter().enumerate() {
                expected += wx * wy * metric.distance(x, y);
            }
        }
        if expected <= 0.0 {
            return Err(Undefined::NoVariation);
        }
        let kappa = 1.0 - observed * n / expected;
        let scale = metric.largest();
        let pe = 1.0 - expected / (n * n * scale);
        let (stderr, stderr0) = if self.counts {
            let (a, b) = self.kappa_errors(&metric, &x_totals, &y_totals, kappa, pe);
            (Some(a), Some(b))
        } else {
            (None, None)
        };
        let half = stderr.and_then(|se| num::finite(se * dist::normal_critical(confidence)));
        Ok(Kappa {
            kappa,
            observed_agreement: 1.0 - observed / (n * scale),
            expected_agreement: pe,
            stderr,
            stderr0,
            lower: half.map(|h| kappa - h),
            upper: half.map(|h| kappa + h),
            n: self.rows,
        })
    }

    /// Standard errors of kappa in general and under independence, Fleiss, Cohen & Everitt 1969, eqs. 5 and 6.
    fn kappa_errors(
        &self,
        metric: &super::Metric,
        xs: &[f64],
        ys: &[f64],
        kappa: f64,
        pe: f64,
    ) -> (f64, f64) {
        let n = self.total();
        let scale = metric.largest();
        let agreement = |x: usize, y: usize| 1.0 - metric.distance(x, y) / scale;
        let mean_over = |totals: &[f64], at: usize| -> f64 {
            totals
                .iter()
                .enumerate()
                .map(|(other, &w)| w / n * agreement(at, other))
                .sum()
        };
        let row_means: Vec<f64> = (0..self.categories).map(|x| mean_over(ys, x)).collect();
        let column_means: Vec<f64> = (0..self.categories).map(|y| mean_over(xs, y)).collect();
        let denominator = n * (1.0 - pe) * (1.0 - pe);
        let mut general = 0.0;
        if kappa < 1.0 {
            for &(x, y, weight) in &self.cells {
                let term = agreement(x, y) - (row_means[x] + column_means[y]) * (1.0 - kappa);
                general += weight / n * term * term;
            }
            let centre = kappa - pe * (1.0 - kappa);
            general = less(general, centre * centre);
        }
        let mut independent = 0.0;
        for (x, &wx) in xs.iter().enumerate().filter(|entry| *entry.1 > 0.0) {
            for (y, &wy) in ys.iter().enumerate() {
                let term = agreement(x, y) - (row_means[x] + column_means[y]);
                independent += wx / n * (wy / n) * term * term;
            }
        }
        independent = less(independent, pe * pe);
        (
            num::sqrt(general / denominator),
            num::sqrt(independent / denominator),
        )
    }

    /// Scott's pi: chance agreement from the pooled marginals.
    ///
    /// # Errors
    /// As [`Table::cohen_kappa`].
    pub fn scott_pi(&self, confidence: f64) -> Result<ScottPi, Undefined> {
        let n = self.total();
        let observed_agreement = self.percent_agreement()?;
        let (xs, ys) = self.marginals();
        let pooled: Vec<f64> = xs
            .iter()
            .zip(&ys)
            .map(|(x, y)| (x + y) / (2.0 * n))
            .collect();
        // Twice-counted integers keep the sums exact for counts.
        let mut same = 0.0;
        for (x, y) in xs.iter().zip(&ys) {
            same += (x + y) * (x + y);
        }
        let pairs = 4.0 * n * n;
        if pairs - same <= 0.0 {
            return Err(Undefined::NoVariation);
        }
        let disagreeing: f64 = self
            .cells
            .iter()
            .filter(|cell| cell.0 != cell.1)
            .map(|cell| cell.2)
            .sum();
        let pe = same / pairs;
        let pi = 1.0 - disagreeing / n * (pairs / (pairs - same));
        let stderr = self.counts.then(|| {
            let mut squares = 0.0;
            for &(x, y, weight) in &self.cells {
                let agree = if x == y { 1.0 } else { 0.0 };
                let term = agree - (1.0 - pi) * (pooled[x] + pooled[y]);
                squares += weight / n * term * term;
            }
            let centre = observed_agreement - 2.0 * (1.0 - pi) * pe;
            let variance = ((squares - centre * centre) / (n * (1.0 - pe) * (1.0 - pe))).max(0.0);
            if disagreeing > 0.0 {
                num::sqrt(variance)
            } else {
                0.0
            }
        });
        let half = stderr.and_then(|se| num::finite(se * dist::normal_critical(confidence)));
        Ok(ScottPi {
            pi,
            observed_agreement,
            expected_agreement: pe,
            stderr,
            lower: half.map(|h| pi - h),
            upper: half.map(|h| pi + h),
            n: self.rows,
        })
    }
}
