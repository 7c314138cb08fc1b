//! Correlation with weights, and with covariates held fixed.

use crate::stats::agreement::compensated_sum;
use crate::stats::num;

use super::pearson::{t_p_value, z_limits};
use super::{CorrelationError, RankMethod, ranks};

/// Correlation of x and y with the covariates held fixed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Partial {
    /// The coefficient, -1..1.
    pub r: f64,
    /// Two-sided p-value from Student's t with n - 2 - covariates degrees of freedom; `None` without any.
    pub p_value: Option<f64>,
    /// Number of rows.
    pub n: u64,
    /// Number of covariates.
    pub covariates: u64,
}

impl Partial {
    /// Limits on Fisher's z scale with n - covariates in place of n (Fisher 1924), and the
    /// variance of Bonett & Wright 2000 for ranks; `None` without degrees of freedom.
    #[must_use]
    pub fn limits(&self, method: PartialMethod, confidence: f64) -> Option<(f64, f64)> {
        let rows = self.n as f64 - self.covariates as f64 - 3.0;
        if rows <= 0.0 {
            return None;
        }
        let spread = match method {
            PartialMethod::Pearson => 1.0,
            PartialMethod::Spearman => 1.0 + self.r * self.r / 2.0,
        };
        z_limits(self.r, num::sqrt(spread / rows), confidence)
    }
}

/// Which correlation is made partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PartialMethod {
    /// Of the values.
    #[default]
    Pearson,
    /// Of their average ranks.
    Spearman,
}

/// Pearson's correlation with row weights (x, y, weight >= 0); `None` when a side is
/// constant over the rows with weight.
///
/// # Errors
/// [`CorrelationError::NotANumber`] for NaN or infinity, [`CorrelationError::BadOption`]
/// for a negative weight.
pub fn pearson_weighted(rows: &[(f64, f64, f64)]) -> Result<Option<f64>, CorrelationError> {
    let finite =
        |row: &(f64, f64, f64)| row.0.is_finite() && row.1.is_finite() && row.2.is_finite();
    if let Some(row) = rows.iter().position(|row| !finite(row)) {
        return Err(CorrelationError::NotANumber { row });
    }
    if let Some(row) = rows.iter().find(|row| row.2 < 0.0) {
        return Err(CorrelationError::BadOption(format!(
            "weight {} is negative",
            row.2
        )));
    }
    let mut rows: Vec<(f64, f64, f64)> = rows
        .iter()
        .filter(|row| row.2 > 0.0)
        .map(|row| (row.0 + 0.0, row.1 + 0.0, row.2))
        .collect();
    rows.sort_unstable_by(|a, b| {
        a.0.total_cmp(&b.0)
            .then(a.1.total_cmp(&b.1))
            .then(a.2.total_cmp(&b.2))
    });
    let Some(&first) = rows.first() else {
        return Ok(None);
    };
    if rows.iter().all(|row| row.0 == first.0) || rows.iter().all(|row| row.1 == first.1) {
        return Ok(None);
    }
    let total = compensated_sum(rows.iter().map(|row| row.2));
    let mean_x = compensated_sum(rows.iter().map(|row| row.2 * (row.0 - first.0))) / total;
    let mean_y = compensated_sum(rows.iter().map(|row| row.2 * (row.1 - first.1))) / total;
    let moment = |f: &dyn Fn(f64, f64) -> f64| {
        compensated_sum(
            rows.iter()
                .map(|row| row.2 * f(row.0 - first.0 - mean_x, row.1 - first.1 - mean_y)),
        )
    };
    let (xx, yy, xy) = (
        moment(&|x, _| x * x),
        moment(&|_, y| y * y),
        moment(&|x, y| x * y),
    );
    Ok(num::finite(xy / (num::sqrt(xx) * num::sqrt(yy))).map(|r| r.clamp(-1.0, 1.0)))
}

/// Partial correlation of the first two columns given the others.
///
/// `columns`: x, y, then any number of covariates, all of one length. `None` when a
/// column is constant, a covariate is a linear combination of the others, or x or y of them.
///
/// # Errors
/// [`CorrelationError`]: lengths, NaN or infinity, fewer than two columns.
pub fn partial_correlation(
    columns: &[Vec<f64>],
    method: PartialMethod,
) -> Result<Option<Partial>, CorrelationError> {
    let [x, y, covariates @ ..] = columns else {
        return Err(CorrelationError::BadOption(
            "partial correlation needs two columns".into(),
        ));
    };
    let n = x.len();
    for column in columns {
        if column.len() != n {
            return Err(CorrelationError::Lengths {
                x: n,
                y: column.len(),
            });
        }
        if let Some(row) = column.iter().position(|value| !value.is_finite()) {
            return Err(CorrelationError::NotANumber { row });
        }
    }
    // Canonical row order: lexicographic over (x, y, covariates).
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_unstable_by(|&a, &b| {
        let cells = columns
            .iter()
            .map(|column| num::total_cmp(column[a], column[b]));
        cells.fold(core::cmp::Ordering::Equal, core::cmp::Ordering::then)
    });
    // Standardised columns, covariates first: sweeping them out leaves x and y.
    let mut sides = Vec::with_capacity(columns.len());
    for column in covariates.iter().chain([x, y]) {
        let values = match method {
            PartialMethod::Pearson => column.clone(),
            PartialMethod::Spearman => ranks(column, RankMethod::Average)?,
        };
        let Some(side) = standardised(&order, &values) else {
            return Ok(None);
        };
        sides.push(side);
    }
    let k = covariates.len();
    let mut matrix: Vec<Vec<f64>> = sides
        .iter()
        .map(|a| {
            sides
                .iter()
                .map(|b| compensated_sum(a.iter().zip(b).map(|(a, b)| a * b)))
                .collect()
        })
        .collect();
    for pivot in 0..k {
        let row = matrix[pivot].clone();
        if row[pivot] < 1e-12 {
            return Ok(None);
        }
        for line in matrix.iter_mut().skip(pivot + 1) {
            let factor = line[pivot] / row[pivot];
            for (cell, other) in line.iter_mut().zip(&row) {
                *cell -= factor * other;
            }
        }
    }
    let (xx, yy, xy) = (matrix[k][k], matrix[k + 1][k + 1], matrix[k][k + 1]);
    if xx < 1e-12 || yy < 1e-12 {
        return Ok(None);
    }
    let r = (xy / num::sqrt(xx * yy)).clamp(-1.0, 1.0);
    Ok(Some(Partial {
        r,
        p_value: t_p_value(r, n as f64 - 2.0 - k as f64),
        n: n as u64,
        covariates: k as u64,
    }))
}

/// Centred values of unit length in the given row order; `None` when they are all equal.
fn standardised(order: &[usize], values: &[f64]) -> Option<Vec<f64>> {
    let first = values[*order.first()?];
    if values.iter().all(|value| *value == first) {
        return None;
    }
    let n = order.len() as f64;
    let mut side: Vec<f64> = order.iter().map(|&row| values[row] - first).collect();
    let mean = compensated_sum(side.iter().copied()) / n;
    for value in &mut side {
        *value -= mean;
    }
    let length = num::sqrt(compensated_sum(side.iter().map(|v| v * v)));
    num::finite(1.0 / length)?;
    for value in &mut side {
        *value /= length;
    }
    Some(side)
}
