//! Pearson's product-moment and Spearman's rank correlation.
//!
//! Intervals: Fisher 1921 for Pearson; Bonett & Wright 2000 for Spearman.

use crate::stats::agreement::compensated_sum;
use crate::stats::num;

use super::{Pairs, dist, ranks};

/// Pearson's correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pearson {
    /// The coefficient, -1..1.
    pub r: f64,
    /// Two-sided p-value of r = 0 from Student's t with n - 2 degrees of freedom; `None` below three rows.
    pub p_value: Option<f64>,
    /// Lower limit on Fisher's z scale; `None` below four rows.
    pub lower: Option<f64>,
    /// Upper limit on Fisher's z scale; `None` below four rows.
    pub upper: Option<f64>,
    /// Number of rows.
    pub n: u64,
}

/// Spearman's rank correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spearman {
    /// Pearson's correlation of the average ranks, -1..1.
    pub rho: f64,
    /// Two-sided p-value of rho = 0 from Student's t with n - 2 degrees of freedom; `None` below three rows.
    pub p_value: Option<f64>,
    /// Lower limit on Fisher's z scale with variance (1 + rho²/2)/(n - 3); `None` below four rows.
    pub lower: Option<f64>,
    /// Upper limit likewise.
    pub upper: Option<f64>,
    /// Number of rows.
    pub n: u64,
}

/// Correlation of a yes/no column with a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointBiserial {
    /// Pearson's correlation with yes = 1, no = 0.
    pub r: f64,
    /// Two-sided p-value of r = 0 from Student's t (that of the two-sample t test); `None` below three rows.
    pub p_value: Option<f64>,
    /// Lower limit, from Tate's large-sample error; `None` below four rows or with no error.
    pub lower: Option<f64>,
    /// Upper limit likewise.
    pub upper: Option<f64>,
}

/// Point-biserial correlation of rows (yes, value), with the large-sample error of Tate 1954:
/// variance (1 - r²)² (1 - 3r²/2 + r²/(4pq)) / n, p the share of yes.
///
/// # Errors
/// [`CorrelationError::NotANumber`](super::CorrelationError).
pub fn point_biserial(
    rows: &[(bool, f64)],
    confidence: f64,
) -> Result<Option<PointBiserial>, super::CorrelationError> {
    let as_number = |yes: bool| if yes { 1.0 } else { 0.0 };
    let pairs = Pairs::new(rows.iter().map(|(b, v)| (as_number(*b), *v)).collect())?;
    let n = rows.len() as f64;
    let p = rows.iter().filter(|row| row.0).count() as f64 / n;
    Ok(pairs.pearson(confidence).map(|found| {
        let r2 = found.r * found.r;
        let rest = 1.0 - r2;
        let variance = rest * rest * (1.0 - 1.5 * r2 + r2 / (4.0 * p * (1.0 - p))) / n;
        let half = dist::normal_critical(confidence) * num::sqrt(variance);
        let limits = (n > 3.0 && variance > 0.0).then_some(half);
        PointBiserial {
            r: found.r,
            p_value: found.p_value,
            lower: limits.map(|half| (found.r - half).max(-1.0)),
            upper: limits.map(|half| (found.r + half).min(1.0)),
        }
    }))
}

/// p-value of a correlation by Student's t.
pub(super) fn t_p_value(r: f64, df: f64) -> Option<f64> {
    if df <= 0.0 {
        return None;
    }
    if r.abs() >= 1.0 {
        return Some(0.0);
    }
    Some(dist::t_two_sided(
        r * num::sqrt(df / ((1.0 - r) * (1.0 + r))),
        df,
    ))
}

/// Limits on Fisher's z scale with standard error `stderr`.
pub(super) fn z_limits(r: f64, stderr: f64, confidence: f64) -> Option<(f64, f64)> {
    if r.abs() >= 1.0 {
        return Some((r, r));
    }
    let z = num::atanh(r);
    let half = num::finite(dist::normal_critical(confidence) * stderr)?;
    // The estimate lies within, whatever tanh and atanh round to.
    Some((num::tanh(z - half).min(r), num::tanh(z + half).max(r)))
}

impl Pairs {
    /// Pearson's correlation; `None` when a side is constant, infinite or has fewer than two rows.
    /// `confidence` is the level of the interval.
    #[must_use]
    pub fn pearson(&self, confidence: f64) -> Option<Pearson> {
        let n = self.n() as f64;
        if self.n() < 2
            || self
                .rows()
                .iter()
                .any(|row| !row.0.is_finite() || !row.1.is_finite())
        {
            return None;
        }
        // Scaling by the largest magnitude keeps the squares finite.
        let scaled = |of: &dyn Fn(&(f64, f64)) -> f64| -> Option<Vec<f64>> {
            let first = of(&self.rows()[0]);
            if self.rows().iter().all(|row| of(row) == first) {
                return None;
            }
            let largest = self
                .rows()
                .iter()
                .map(|row| of(row).abs())
                .fold(0.0, f64::max);
            let shift = first / largest;
            let mut values: Vec<f64> = self
                .rows()
                .iter()
                .map(|row| of(row) / largest - shift)
                .collect();
            let mean = compensated_sum(values.iter().copied()) / n;
            for value in &mut values {
                *value -= mean;
            }
            Some(values)
        };
        let x = scaled(&|row| row.0)?;
        let y = scaled(&|row| row.1)?;
        let xx = compensated_sum(x.iter().map(|v| v * v));
        let yy = compensated_sum(y.iter().map(|v| v * v));
        let xy = compensated_sum(x.iter().zip(&y).map(|(a, b)| a * b));
        let norm = num::sqrt(xx) * num::sqrt(yy);
        let r = num::finite(xy / norm)?.clamp(-1.0, 1.0);
        let limits = (self.n() > 3)
            .then_some(())
            .and_then(|()| z_limits(r, 1.0 / num::sqrt(n - 3.0), confidence));
        Some(Pearson {
            r,
            p_value: t_p_value(r, n - 2.0),
            lower: limits.map(|l| l.0),
            upper: limits.map(|l| l.1),
            n: self.n() as u64,
        })
    }

    /// Spearman's correlation, from integer ranks; `None` when a side is constant or has fewer than two rows.
    #[must_use]
    pub fn spearman(&self, confidence: f64) -> Option<Spearman> {
        let (x, y) = self.dense();
        let (x, y) = (ranks::doubled(x), ranks::doubled(y));
        let n = self.n() as i64;
        // Doubled average ranks have mean n + 1 on both sides.
        let (mut xx, mut yy, mut xy) = (0_i128, 0_i128, 0_i128);
        for (&a, &b) in x.iter().zip(&y) {
            // At most 2^32 in size: no product overflows.
            let (a, b) = (i128::from(a - n - 1), i128::from(b - n - 1));
            xx += a.wrapping_mul(a);
            yy += b.wrapping_mul(b);
            xy += a.wrapping_mul(b);
        }
        if xx == 0 || yy == 0 {
            return None;
        }
        let rho = (xy as f64 / num::sqrt(xx as f64 * yy as f64)).clamp(-1.0, 1.0);
        let n = self.n() as f64;
        let stderr = num::sqrt((1.0 + rho * rho / 2.0) / (n - 3.0));
        let limits = (self.n() > 3)
            .then_some(())
            .and_then(|()| z_limits(rho, stderr, confidence));
        Some(Spearman {
            rho,
            p_value: t_p_value(rho, n - 2.0),
            lower: limits.map(|l| l.0),
            upper: limits.map(|l| l.1),
            n: self.n() as u64,
        })
    }
}
