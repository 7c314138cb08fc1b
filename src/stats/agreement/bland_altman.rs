//! Bland & Altman 1986, 1999: how far two measurements of the same things are apart.

use crate::stats::correlation::{Pairs, dist};
use crate::stats::num;

use super::{Undefined, compensated_sum};

/// Bias and limits of agreement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlandAltman {
    /// Mean of x - y.
    pub bias: f64,
    /// Standard deviation of x - y.
    pub sd: f64,
    /// Standard error of the bias.
    pub stderr: f64,
    /// Lower t limit of the bias.
    pub lower: f64,
    /// Upper t limit of the bias.
    pub upper: f64,
    /// Lower limit of agreement, `bias - z sd`.
    pub limit_lower: f64,
    /// Upper limit of agreement, `bias + z sd`.
    pub limit_upper: f64,
    /// Standard error of either limit.
    pub limit_stderr: f64,
    /// Share of differences outside the limits.
    pub outside: f64,
    /// Number of pairs.
    pub n: u64,
}

/// Limits that hold `coverage` of the differences when these are normal.
///
/// # Errors
/// [`Undefined::NoPairs`] below two pairs, [`Undefined::BadValue`] for infinite numbers.
pub fn bland_altman(
    pairs: &Pairs,
    confidence: f64,
    coverage: f64,
) -> Result<BlandAltman, Undefined> {
    let mut differences: Vec<f64> = pairs.rows().iter().map(|row| row.0 - row.1).collect();
    if differences.iter().any(|d| !d.is_finite()) {
        return Err(Undefined::BadValue(
            "bland_altman needs finite numbers with finite differences".into(),
        ));
    }
    if differences.len() < 2 {
        return Err(Undefined::NoPairs);
    }
    differences.sort_unstable_by(f64::total_cmp);
    let n = differences.len() as f64;
    let origin = differences[0];
    let shift = compensated_sum(differences.iter().map(|d| d - origin)) / n;
    let bias = origin + shift;
    let squares = differences.iter().map(|d| {
        let off = d - origin - shift;
        off * off
    });
    let sd = num::sqrt(compensated_sum(squares) / (n - 1.0));
    let stderr = sd / num::sqrt(n);
    let half = dist::t_critical(confidence, n - 1.0) * stderr;
    let z = dist::normal_critical(coverage);
    let (limit_lower, limit_upper) = (bias - z * sd, bias + z * sd);
    let outside = differences
        .iter()
        .filter(|d| **d < limit_lower || **d > limit_upper);
    Ok(BlandAltman {
        bias,
        sd,
        stderr,
        lower: bias - half,
        upper: bias + half,
        limit_lower,
        limit_upper,
        limit_stderr: sd * num::sqrt(1.0 / n + z * z / (2.0 * (n - 1.0))),
        outside: outside.count() as f64 / n,
        n: differences.len() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // Differences -1, 0, 1, 2: mean .5, variance 5/3.
        let pairs =
            Pairs::from_columns(&[1.0, 2.0, 4.0, 6.0], &[2.0, 2.0, 3.0, 4.0]).expect("pairs");
        let got = bland_altman(&pairs, 0.95, 0.95).expect("defined");
        assert_eq!((got.bias, got.n, got.outside), (0.5, 4, 0.0));
        assert!((got.sd - (5.0_f64 / 3.0).sqrt()).abs() < 1e-15);
        assert!((got.limit_upper - (0.5 + 1.959_963_984_540_054 * got.sd)).abs() < 1e-12);
        // t(.975, 3) = 3.182446305284263.
        assert!((got.upper - (0.5 + 3.182_446_305_284_263 * got.sd / 2.0)).abs() < 1e-9);
        let one = Pairs::from_columns(&[1.0], &[1.0]).expect("pairs");
        assert_eq!(bland_altman(&one, 0.95, 0.95), Err(Undefined::NoPairs));
    }
}
