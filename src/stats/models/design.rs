//! Rows of predictors, scaled, and what every fit needs of them.

use super::Unfit;
use crate::stats::matrix::{Cholesky, Square, dot};
use crate::stats::num::{self, sqrt, sum};

/// Predictors in canonical row order, each scaled to mean 0 (with an intercept) and
/// deviation 1, and an intercept column of ones in front when there is one.
#[derive(Debug, Clone)]
pub struct Design {
    /// Column by column.
    columns: Vec<Vec<f64>>,
    intercept: bool,
    centre: Vec<f64>,
    scale: Vec<f64>,
    n: usize,
}

/// The factor of a matrix of normal equations.
#[derive(Debug, Clone)]
pub struct Solver {
    factor: Cholesky,
}

impl Design {
    /// Takes cells row by row, `width` predictors each.
    ///
    /// # Errors
    /// [`Unfit::Collinear`] for a constant predictor beside an intercept or one of zeros.
    pub fn new(cells: &[f64], width: usize, n: usize, intercept: bool) -> Result<Self, Unfit> {
        let mut columns = Vec::with_capacity(width + 1);
        if intercept {
            columns.push(vec![1.0; n]);
        }
        let (mut centre, mut scale) = (Vec::new(), Vec::new());
        for at in 0..width {
            let mut column: Vec<f64> = cells.iter().skip(at).step_by(width).copied().collect();
            let first = column.first().copied().unwrap_or(0.0);
            if column.iter().all(|v| *v == first) && (intercept || first == 0.0) {
                return Err(Unfit::Collinear(at));
            }
            let middle = if intercept {
                let shifted: Vec<f64> = column.iter().map(|v| v - first).collect();
                first + sum(&shifted) / n as f64
            } else {
                0.0
            };
            for value in &mut column {
                *value -= middle;
            }
            let largest = column.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
            let squares: Vec<f64> = column
                .iter()
                .map(|v| (v / largest) * (v / largest))
                .collect();
            let size = largest * sqrt(sum(&squares) / n as f64);
            for value in &mut column {
                *value /= size;
            }
            centre.push(middle);
            scale.push(size);
            columns.push(column);
        }
        Ok(Self {
            columns,
            intercept,
            centre,
            scale,
            n,
        })
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.n
    }

    /// Number of coefficients, the intercept included.
    #[must_use]
    pub fn terms(&self) -> usize {
        self.columns.len()
    }

    /// Whether the first coefficient is the intercept.
    #[must_use]
    pub fn has_intercept(&self) -> bool {
        self.intercept
    }

    /// A scaled column.
    pub(super) fn column(&self, at: usize) -> &[f64] {
        &self.columns[at]
    }

    /// Deviations of the predictors, 1 for the intercept.
    pub(super) fn unit(&self, term: usize) -> f64 {
        match (self.intercept, term) {
            (true, 0) => 1.0,
            (true, _) => self.scale[term - 1],
            (false, _) => self.scale[term],
        }
    }

    /// The linear predictor of every row.
    pub(super) fn times(&self, b: &[f64]) -> Vec<f64> {
        let mut eta = vec![0.0; self.n];
        for (column, b) in self.columns.iter().zip(b) {
            for (e, x) in eta.iter_mut().zip(column) {
                *e += b * x;
            }
        }
        eta
    }

    /// Xᵀ v.
    pub(super) fn transposed_times(&self, v: &[f64]) -> Vec<f64> {
        self.columns.iter().map(|c| num::dot(c, v)).collect()
    }

    /// Xᵀ diag(w) X.
    pub(super) fn gram(&self, weights: Option<&[f64]>) -> Square {
        let k = self.terms();
        let mut gram = Square::zeros(k);
        let mut weighted = Vec::with_capacity(self.n);
        for i in 0..k {
            let left: &[f64] = match weights {
                None => &self.columns[i],
                Some(w) => {
                    weighted.clear();
                    weighted.extend(self.columns[i].iter().zip(w).map(|(x, w)| x * w));
                    &weighted
                }
            };
            for j in 0..=i {
                let value = dot(left, &self.columns[j]);
                gram.set(i, j, value);
                gram.set(j, i, value);
            }
        }
        gram
    }

    /// Σ over groups of (Xᵀ_g v_g)(Xᵀ_g v_g)ᵀ, and the number of groups; each row alone without groups.
    pub(super) fn scatter(&self, v: &[f64], groups: Option<(&[u32], usize)>) -> (Square, usize) {
        let Some((groups, count)) = groups else {
            let squares: Vec<f64> = v.iter().map(|v| v * v).collect();
            return (self.gram(Some(&squares)), self.n);
        };
        let k = self.terms();
        let mut sums = vec![0.0; k * count];
        let mut seen = vec![false; count];
        for (row, (group, v)) in groups.iter().zip(v).enumerate() {
            let group = *group as usize;
            seen[group] = true;
            for (slot, column) in sums[group * k..(group + 1) * k]
                .iter_mut()
                .zip(&self.columns)
            {
                *slot += column[row] * v;
            }
        }
        let mut scatter = Square::zeros(k);
        for i in 0..k {
            for j in 0..=i {
                let terms: Vec<f64> = sums.chunks_exact(k).map(|s| s[i] * s[j]).collect();
                let value = sum(&terms);
                scatter.set(i, j, value);
                scatter.set(j, i, value);
            }
        }
        (scatter, seen.iter().filter(|s| **s).count())
    }

    /// Coefficients on the scale of the data.
    pub(super) fn unscaled(&self, b: &[f64]) -> Vec<f64> {
        let mut out: Vec<f64> = (0..self.terms()).map(|t| b[t] / self.unit(t)).collect();
        if self.intercept {
            let moved: Vec<f64> = out[1..]
                .iter()
                .zip(&self.centre)
                .map(|(b, c)| b * c)
                .collect();
            out[0] -= sum(&moved);
        }
        out
    }

    /// Standard errors on the scale of the data from a covariance of the scaled coefficients.
    pub(super) fn unscaled_errors(&self, covariance: &Square) -> Vec<Option<f64>> {
        let k = self.terms();
        let variance = |t: usize| {
            if !(self.intercept && t == 0) {
                return covariance.get(t, t) / (self.unit(t) * self.unit(t));
            }
            // b_0 - Σ c_j b_j / s_j
            let load = |t: usize| match t {
                0 => 1.0,
                _ => -self.centre[t - 1] / self.scale[t - 1],
            };
            let mut terms = Vec::with_capacity(k * k);
            for i in 0..k {
                for j in 0..k {
                    terms.push(load(i) * load(j) * covariance.get(i, j));
                }
            }
            sum(&terms)
        };
        (0..k)
            .map(|t| num::finite(sqrt(variance(t))).filter(|s| *s > 0.0))
            .collect()
    }

    /// The factor of a matrix of normal equations.
    ///
    /// # Errors
    /// [`Unfit::Collinear`] with the predictor that the earlier ones determine.
    pub(super) fn solver(&self, gram: &Square) -> Result<Solver, Unfit> {
        let k = self.terms();
        // Predictors have unit deviation: a pivot this far below is a dependence.
        let mut left = gram.clone();
        for pivot in 0..k {
            let diagonal = left.get(pivot, pivot);
            let independent = diagonal > 1e-11 * gram.get(pivot, pivot);
            if !independent {
                return Err(Unfit::Collinear(
                    pivot.saturating_sub(usize::from(self.intercept)),
                ));
            }
            for i in pivot + 1..k {
                let factor = left.get(i, pivot) / diagonal;
                for j in pivot + 1..=i {
                    let value = left.get(i, j) - factor * left.get(j, pivot);
                    left.set(i, j, value);
                }
            }
        }
        let factor = gram.cholesky().ok_or(Unfit::Collinear(0))?;
        Ok(Solver { factor })
    }
}

impl Solver {
    /// Solves for one right side.
    #[must_use]
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        self.factor.solve(b)
    }

    /// The inverse.
    #[must_use]
    pub fn inverse(&self) -> Square {
        self.factor.inverse()
    }

    /// A⁻¹ M A⁻¹.
    #[must_use]
    pub fn sandwich(&self, meat: &Square) -> Square {
        let k = meat.order();
        let bread = self.inverse();
        let half: Vec<Vec<f64>> = (0..k).map(|i| meat.times(bread.row(i))).collect();
        let mut out = Square::zeros(k);
        for (i, line) in half.iter().enumerate() {
            for j in 0..k {
                out.set(i, j, num::dot(line, bread.row(j)));
            }
        }
        out
    }
}
