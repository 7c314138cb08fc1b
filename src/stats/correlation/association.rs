//! Association of ordinals with errors and intervals: tau, gamma, Somers' D.
//!
//! Asymptotic errors of Goodman & Kruskal 1963, 1972 and Brown & Benedetti 1977:
//! ASE1 gives the interval, ASE0 (under no association) the p-value. With every
//! row a cell of its own they are sums over rows of concordance counts, so the
//! cost is n log n whatever the number of levels.

use crate::stats::num::{self, Compensated, finite, sqrt};

use super::kendall::group_sizes;
use super::{Pairs, dist};

/// Which coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coefficient {
    /// (C - D) / all pairs.
    TauA,
    /// Corrected for ties on both sides.
    TauB,
    /// Stuart's, for tables of unequal sides.
    TauC,
    /// Goodman and Kruskal's gamma.
    Gamma,
    /// Somers' D of y given x.
    SomersD,
}

/// A coefficient with its error and interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Association {
    /// The coefficient, -1..1.
    pub estimate: f64,
    /// Asymptotic standard error (ASE1); `None` where it is 0, as under perfect association.
    pub stderr: Option<f64>,
    /// Two-sided normal p-value of no association; `None` where its error is 0.
    pub p_value: Option<f64>,
    /// Lower normal limit, at least -1.
    pub lower: Option<f64>,
    /// Upper normal limit, at most 1.
    pub upper: Option<f64>,
}

/// Sums over rows; integers as long as they are counts.
struct Sums {
    /// Rows.
    n: f64,
    /// n² - Σ (rows with that x)².
    w_x: f64,
    /// n² - Σ (rows with that y)².
    w_y: f64,
    /// 2 (C - D).
    score: f64,
    /// 2 C and 2 D.
    concordant: f64,
    discordant: f64,
    /// Smaller number of distinct values.
    classes: f64,
}

/// What a row contributes.
struct Row {
    /// Concordant minus discordant rows.
    score: f64,
    /// Rows with the same x, rows with the same y.
    same_x: f64,
    same_y: f64,
    /// Concordant and discordant rows.
    concordant: f64,
    discordant: f64,
}

impl Pairs {
    /// The coefficient with its interval at `confidence`; `None` where it is undefined.
    #[must_use]
    pub fn association(&self, which: Coefficient, confidence: f64) -> Option<Association> {
        let (x, y) = self.dense();
        let (x_sizes, y_sizes) = (group_sizes(x), group_sizes(y));
        let scores = self.scores(x, y);
        let both: Vec<u64> = self
            .rows()
            .chunk_by(|a, b| a == b)
            .flat_map(|run| std::iter::repeat_n(run.len() as u64, run.len()))
            .collect();
        let counts = self.counts();
        let n = self.n() as u64;
        let squares =
            |sizes: &[u64]| -> u128 { sizes.iter().map(|t| u128::from(*t) * u128::from(*t)).sum() };
        let all = u128::from(n) * u128::from(n);
        let sums = Sums {
            n: n as f64,
            w_x: (all - squares(&x_sizes)) as f64,
            w_y: (all - squares(&y_sizes)) as f64,
            score: 2.0 * (i128::from(counts.concordant) - i128::from(counts.discordant)) as f64,
            concordant: 2.0 * counts.concordant as f64,
            discordant: 2.0 * counts.discordant as f64,
            classes: x_sizes.len().min(y_sizes.len()) as f64,
        };
        let estimate = sums.estimate(which)?;
        let row = |at: usize| {
            let same_x = x_sizes[x[at] as usize];
            let same_y = y_sizes[y[at] as usize];
            let untied = (n + both[at] - same_x - same_y) as i64;
            let concordant = (untied + scores[at]) / 2;
            Row {
                score: scores[at] as f64,
                same_x: same_x as f64,
                same_y: same_y as f64,
                concordant: concordant as f64,
                discordant: (untied - concordant) as f64,
            }
        };
        let mut squares = Compensated::new();
        for at in 0..self.n() {
            let term = sums.influence(which, estimate, &row(at));
            squares.add(term * term);
        }
        let stderr = sums.stderr(which, estimate, squares.value());
        let mut null = Compensated::new();
        scores.iter().for_each(|s| null.add(*s as f64 * *s as f64));
        let spread = null.value() - sums.score * sums.score / sums.n;
        // A spread of a few units in the last place of its terms is 0.
        let varies = spread > 1e-13 * null.value();
        // Every coefficient is 2 (C - D) over its norm, with ASE0 2 sqrt(spread) over it.
        let z = sums.score / (2.0 * sqrt(spread));
        let half = dist::normal_critical(confidence) * stderr.unwrap_or(0.0);
        Some(Association {
            estimate,
            stderr,
            p_value: varies.then(|| dist::normal_two_sided(z)).and_then(finite),
            lower: stderr.map(|_| (estimate - half).max(-1.0)),
            upper: stderr.map(|_| (estimate + half).min(1.0)),
        })
    }
}

impl Sums {
    fn estimate(&self, which: Coefficient) -> Option<f64> {
        let value = match which {
            Coefficient::TauA => self.score / (self.n * (self.n - 1.0)),
            // One square root of the product: exactly ±1 under perfect association.
            Coefficient::TauB => self.score / sqrt(self.w_x * self.w_y),
            Coefficient::TauC if self.classes > 1.0 => {
                self.score * self.classes / (self.n * self.n * (self.classes - 1.0))
            }
            Coefficient::TauC => return None,
            Coefficient::Gamma => self.score / (self.concordant + self.discordant),
            Coefficient::SomersD => self.score / self.w_x,
        };
        num::finite(value).map(|v| v.clamp(-1.0, 1.0))
    }

    /// The term whose squares add up to the variance, up to a factor.
    fn influence(&self, which: Coefficient, estimate: f64, row: &Row) -> f64 {
        match which {
            Coefficient::TauA | Coefficient::TauC => row.score - self.score / self.n,
            Coefficient::TauB => {
                let w = sqrt(self.w_x * self.w_y);
                // (2 w d + tau v)/w², v = n_x w_y + n_y w_x
                2.0 * row.score / w + estimate * (row.same_x / self.w_x + row.same_y / self.w_y)
            }
            Coefficient::Gamma => {
                self.discordant * row.concordant - self.concordant * row.discordant
            }
            Coefficient::SomersD => self.w_x * row.score - self.score * (self.n - row.same_x),
        }
    }

    fn stderr(&self, which: Coefficient, estimate: f64, squares: f64) -> Option<f64> {
        let n = self.n;
        let (variance, size) = match which {
            Coefficient::TauA => {
                let scale = 2.0 / (n * (n - 1.0));
                (scale * scale * squares, 1.0)
            }
            Coefficient::TauC => {
                let scale = 2.0 * self.classes / ((self.classes - 1.0) * n * n);
                (scale * scale * squares, 1.0)
            }
            Coefficient::TauB => {
                let mean = estimate * (1.0 / self.w_x + 1.0 / self.w_y);
                // Σ (…)² - n³ tau² (w_x + w_y)² / w⁴
                (squares - n * n * n * mean * mean, squares)
            }
            Coefficient::Gamma => {
                let pairs = self.concordant + self.discordant;
                let scale = 4.0 / (pairs * pairs);
                (scale * scale * squares, 1.0)
            }
            Coefficient::SomersD => {
                let scale = 2.0 / (self.w_x * self.w_x);
                (scale * scale * squares, 1.0)
            }
        };
        // Rounding of a difference is not a variance.
        (variance > 1e-13 * size || (size == 1.0 && variance > 0.0))
            .then(|| sqrt(variance))
            .and_then(finite)
    }
}
