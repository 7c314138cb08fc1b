//! Concordance of rankings and of measurements.
//!
//! Kendall & Babington Smith 1939 (W, with the tie correction of Kendall 1970);
//! Lin 1989, corrected 2000 (concordance correlation coefficient).

use crate::stats::correlation::{Pairs, RankMethod, dist, ranks};
use crate::stats::num;

use super::{Matrix, Undefined, compensated_sum};

/// Kendall's coefficient of concordance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KendallW {
    /// 0 (no agreement) to 1 (all raters order the items alike).
    pub w: f64,
    /// Friedman's chi-square.
    pub chi2: f64,
    /// Its degrees of freedom, items - 1.
    pub df: f64,
    /// Its upper tail probability.
    pub p_value: f64,
    /// Items.
    pub n_items: u64,
    /// Raters.
    pub n_raters: u64,
}

impl Matrix {
    /// Kendall's W: each rater's numbers are ranked (ties at their average).
    ///
    /// # Errors
    /// [`Undefined::NoPairs`] below two items, [`Undefined::NoVariation`] when every rater ties everything.
    pub fn kendall_w(&self) -> Result<KendallW, Undefined> {
        let (n, m) = (self.items() as i128, self.raters() as i128);
        if n < 2 || m < 1 {
            return Err(Undefined::NoPairs);
        }
        // Doubled ranks keep everything in integers.
        let mut sums = vec![0_i128; self.items()];
        let mut ties = 0_i128;
        for column in self.columns() {
            let average = ranks(&column, RankMethod::Average)
                .map_err(|e| Undefined::BadValue(e.to_string()))?;
            let mut doubled: Vec<i128> = average.iter().map(|rank| (2.0 * rank) as i128).collect();
            for (sum, rank) in sums.iter_mut().zip(&doubled) {
                *sum += rank;
            }
            doubled.sort_unstable();
            let cubes = doubled
                .chunk_by(|a, b| a == b)
                .map(|run| run.len() as i128)
                .map(|t| t * t * t - t);
            ties += cubes.sum::<i128>();
        }
        let spread: i128 = sums
            .iter()
            .map(|sum| (sum - m * (n + 1)) * (sum - m * (n + 1)))
            .sum();
        let largest = m * m * (n * n * n - n) - m * ties;
        if largest == 0 {
            return Err(Undefined::NoVariation);
        }
        // spread is 4 S, and W = 12 S / largest.
        let w = (3 * spread) as f64 / largest as f64;
        let df = (n - 1) as f64;
        let chi2 = m as f64 * df * w;
        Ok(KendallW {
            w,
            chi2,
            df,
            p_value: num::chi2_sf(chi2, df),
            n_items: n as u64,
            n_raters: m as u64,
        })
    }
}

/// Lin's concordance correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concordance {
    /// The coefficient, -1..1: 1 when all pairs lie on the line y = x.
    pub ccc: f64,
    /// Pearson's correlation (precision).
    pub pearson: f64,
    /// `ccc / pearson` (accuracy), 0..1; `None` when the correlation is 0.
    pub bias_correction: Option<f64>,
    /// Delta-method standard error; `None` below three pairs or without correlation.
    pub stderr: Option<f64>,
    /// Lower limit on Fisher's z scale.
    pub lower: Option<f64>,
    /// Upper limit on Fisher's z scale.
    pub upper: Option<f64>,
    /// Number of pairs.
    pub n: u64,
}

/// Lin's concordance correlation of two measurements, with 1/n moments.
///
/// # Errors
/// [`Undefined::NoPairs`] below two pairs; [`Undefined::NoVariation`] when a side is
/// constant; [`Undefined::BadValue`] for infinite values.
pub fn lin_ccc(pairs: &Pairs, confidence: f64) -> Result<Concordance, Undefined> {
    let rows = pairs.rows();
    if rows.len() < 2 {
        return Err(Undefined::NoPairs);
    }
    if rows
        .iter()
        .any(|row| !row.0.is_finite() || !row.1.is_finite())
    {
        return Err(Undefined::BadValue("lin_ccc needs finite numbers".into()));
    }
    let n = rows.len() as f64;
    // Numbers whose squares would not be finite are made smaller, which the coefficient does not see.
    let largest = rows.iter().map(|row| row.0.abs().max(row.1.abs()));
    let small: Vec<(f64, f64)>;
    let rows = if largest.fold(0.0, f64::max) < 1e140 {
        rows
    } else {
        small = rows
            .iter()
            .map(|row| (row.0 * 1e-200, row.1 * 1e-200))
            .collect();
        &small
    };
    // Deviations from one common origin keep the digits under a large offset.
    let origin = rows[0].0;
    let mean_x = compensated_sum(rows.iter().map(|row| row.0 - origin)) / n;
    let mean_y = compensated_sum(rows.iter().map(|row| row.1 - origin)) / n;
    let moment = |f: &dyn Fn(f64, f64) -> f64| {
        compensated_sum(
            rows.iter()
                .map(|row| f(row.0 - origin - mean_x, row.1 - origin - mean_y)),
        ) / n
    };
    let (xx, yy, xy) = (
        moment(&|x, _| x * x),
        moment(&|_, y| y * y),
        moment(&|x, y| x * y),
    );
    let Some(pearson) = pairs.pearson(confidence) else {
        return Err(Undefined::NoVariation);
    };
    let r = pearson.r;
    let shift = mean_x - mean_y;
    let identical = rows.iter().all(|row| row.0 == row.1);
    let ccc = if identical {
        1.0
    } else {
        (2.0 * xy / (xx + yy + shift * shift)).clamp(-1.0, 1.0)
    };
    let mut result = Concordance {
        ccc,
        pearson: r,
        bias_correction: num::finite(ccc / r),
        stderr: None,
        lower: None,
        upper: None,
        n: rows.len() as u64,
    };
    let room = 1.0 - ccc * ccc;
    if rows.len() > 2 && r != 0.0 && room > 0.0 {
        let u2 = shift * shift / num::sqrt(xx * yy);
        let (c2, r2) = (ccc * ccc, r * r);
        let z_variance = ((1.0 - r2) * c2 / (room * r2)
            + 2.0 * c2 * ccc * (1.0 - ccc) * u2 / (r * room * room)
            - c2 * c2 * u2 * u2 / (2.0 * r2 * room * room))
            / (n - 2.0);
        if let Some(z_error) = num::finite(num::sqrt(z_variance)) {
            let half = dist::normal_critical(confidence) * z_error;
            let z = num::atanh(ccc);
            result.stderr = Some(z_error * room);
            if half.is_finite() {
                result.lower = Some(num::tanh(z - half).min(ccc));
                result.upper = Some(num::tanh(z + half).max(ccc));
            }
        }
    } else if room <= 0.0 && rows.len() > 2 {
        result.stderr = Some(0.0);
        (result.lower, result.upper) = (Some(ccc), Some(ccc));
    }
    Ok(result)
}
