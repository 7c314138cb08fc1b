//! Ordinary least squares with classical, robust and cluster errors.
//!
//! White 1980 (HC0), MacKinnon & White 1985 (HC1-HC3), Liang & Zeger 1986 (clusters).

use super::{Coefficient, Design, Unfit};
use crate::stats::num::{dot, f_sf, finite, sqrt, sum};

/// Where standard errors come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OlsErrors {
    /// One variance for all rows.
    #[default]
    Classical,
    /// White's.
    Hc0,
    /// HC0 times n / (n - k).
    Hc1,
    /// Residuals over √(1 - leverage).
    Hc2,
    /// Residuals over 1 - leverage.
    Hc3,
    /// By cluster, times G/(G - 1) (n - 1)/(n - k).
    Cluster,
}

/// A least-squares fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Ols {
    /// The intercept first, when there is one.
    pub coefficients: Vec<Coefficient>,
    /// Degrees of freedom of t: n - k, or clusters - 1.
    pub df: f64,
    /// Residual degrees of freedom n - k.
    pub df_residual: f64,
    /// Share of the variance explained; about 0 without an intercept. `None` when y is constant.
    pub r_squared: Option<f64>,
    /// The same, adjusted for the number of predictors.
    pub adjusted_r_squared: Option<f64>,
    /// Residual standard deviation.
    pub sigma: f64,
    /// Classical F of all predictors.
    pub f: Option<f64>,
    /// Its p-value.
    pub f_p_value: Option<f64>,
    /// Clusters, with cluster errors.
    pub clusters: Option<u64>,
}

/// Fits y on the design; `clusters` are ids in `0..count`, one per row.
///
/// # Errors
/// [`Unfit::TooFewRows`], [`Unfit::Collinear`]; one cluster is [`Unfit::TooFewRows`].
pub fn ols(
    design: &Design,
    y: &[f64],
    errors: OlsErrors,
    clusters: Option<(&[u32], usize)>,
) -> Result<Ols, Unfit> {
    let (n, k) = (design.rows(), design.terms());
    if n <= k {
        return Err(Unfit::TooFewRows);
    }
    let solver = design.solver(&design.gram(None))?;
    let middle = if design.has_intercept() {
        sum(y) / n as f64
    } else {
        0.0
    };
    let centred: Vec<f64> = y.iter().map(|v| v - middle).collect();
    let mut b = solver.solve(&design.transposed_times(&centred));
    let residuals = |b: &[f64]| -> Vec<f64> {
        let fitted = design.times(b);
        centred.iter().zip(&fitted).map(|(y, f)| y - f).collect()
    };
    // One step of refinement wins back the digits that the normal equations lose.
    let step = solver.solve(&design.transposed_times(&residuals(&b)));
    for (b, s) in b.iter_mut().zip(&step) {
        *b += s;
    }
    let residual = residuals(&b);
    let rss = dot(&residual, &residual);
    let tss = dot(&centred, &centred);
    let df_residual = (n - k) as f64;
    let variance = rss / df_residual;
    let (covariance, groups) = match errors {
        OlsErrors::Classical => {
            let mut inverse = solver.inverse();
            for i in 0..k {
                for j in 0..k {
                    let value = inverse.get(i, j) * variance;
                    inverse.set(i, j, value);
                }
            }
            (inverse, None)
        }
        _ => robust(design, &solver, &residual, errors, clusters)?,
    };
    if let Some(slot) = b.first_mut().filter(|_| design.has_intercept()) {
        *slot += middle;
    }
    let estimates = design.unscaled(&b);
    let stderrs = design.unscaled_errors(&covariance);
    let predictors = (k - usize::from(design.has_intercept())) as f64;
    let f = (tss - rss) / predictors / variance;
    let known = predictors > 0.0 && tss > 0.0;
    let df_total = df_residual + predictors;
    Ok(Ols {
        coefficients: estimates
            .into_iter()
            .zip(stderrs)
            .map(|(estimate, stderr)| Coefficient { estimate, stderr })
            .collect(),
        df: groups.map_or(df_residual, |g| g as f64 - 1.0),
        df_residual,
        r_squared: known.then(|| 1.0 - rss / tss),
        adjusted_r_squared: known.then(|| 1.0 - (rss / df_residual) / (tss / df_total)),
        sigma: sqrt(variance),
        f: finite(f).filter(|_| known),
        f_p_value: finite(f_sf(f, predictors, df_residual)).filter(|_| known && f.is_finite()),
        clusters: groups.map(|g| g as u64),
    })
}

type Covariance = (crate::stats::matrix::Square, Option<usize>);

fn robust(
    design: &Design,
    solver: &super::Solver,
    residual: &[f64],
    errors: OlsErrors,
    clusters: Option<(&[u32], usize)>,
) -> Result<Covariance, Unfit> {
    let (n, k) = (design.rows() as f64, design.terms() as f64);
    let mut scores = residual.to_vec();
    let mut factor = 1.0;
    let mut groups = None;
    match errors {
        OlsErrors::Hc1 => factor = n / (n - k),
        OlsErrors::Hc2 | OlsErrors::Hc3 => {
            let bread = solver.inverse();
            let terms = design.terms();
            let mut x = vec![0.0; terms];
            for (row, score) in scores.iter_mut().enumerate() {
                for (t, slot) in x.iter_mut().enumerate() {
                    *slot = design.column(t)[row];
                }
                let mut leverage = 0.0;
                for (i, a) in x.iter().enumerate() {
                    for (j, b) in x.iter().enumerate() {
                        leverage += a * b * bread.get(i, j);
                    }
                }
                let rest = (1.0 - leverage).max(1e-12);
                *score /= match errors {
                    OlsErrors::Hc2 => sqrt(rest),
                    _ => rest,
                };
            }
        }
        OlsErrors::Cluster => groups = clusters,
        _ => {}
    }
    let (meat, count) = design.scatter(&scores, groups);
    let count = if groups.is_some() {
        if count < 2 {
            return Err(Unfit::TooFewRows);
        }
        let g = count as f64;
        factor = g / (g - 1.0) * (n - 1.0) / (n - k);
        Some(count)
    } else {
        None
    };
    let mut covariance = solver.sandwich(&meat);
    for i in 0..design.terms() {
        for j in 0..design.terms() {
            let value = covariance.get(i, j) * factor;
            covariance.set(i, j, value);
        }
    }
    Ok((covariance, count))
}
