//! Ranks from ratings, and what their uncertainty leaves of them.

use super::bradley_terry::SystemRating;
use crate::stats::matrix::Square;
use crate::stats::num::{self, norm_quantile, sqrt};

/// Strengths closer than this share a rank: the accuracy of the fit.
const SAME: f64 = 1e-9;

/// Fills the ranks of the rated systems. `factor` is rating points per unit of
/// θ; `rated` are the places of the systems that `covariance` is about.
pub(super) fn rank(
    systems: &mut [SystemRating],
    factor: f64,
    level: f64,
    rated: &[usize],
    covariance: Option<&Square>,
) {
    let slack = SAME * factor;
    let sorted = |pick: fn(&SystemRating) -> Option<f64>| {
        let mut v: Vec<f64> = systems.iter().filter_map(pick).collect();
        v.sort_by(|a, b| num::total_cmp(*a, *b));
        v
    };
    let mut ratings = sorted(|s| s.rating);
    let lowers = sorted(|s| s.lower);
    // Chains of near-equal ratings take the value of their highest member.
    let original = ratings.clone();
    for k in (0..ratings.len().saturating_sub(1)).rev() {
        if original[k + 1] - original[k] <= slack {
            ratings[k] = ratings[k + 1];
        }
    }
    let above = |v: &[f64], x: f64| (v.len() - v.partition_point(|&y| y <= x)) as u64;
    for s in systems.iter_mut() {
        s.rank = s.rating.map(|x| {
            let at = original.partition_point(|&y| y < x);
            1 + above(&ratings, ratings.get(at).copied().unwrap_or(x))
        });
        s.rank_arena = s.upper.map(|x| 1 + above(&lowers, x + slack));
    }
    match covariance {
        Some(v) => by_differences(systems, level, rated, v),
        None => by_ratings(systems, level),
    }
}

/// Mogstad, Romano, Shaikh & Wilhelm (2024): all differences at once, at the
/// level that Bonferroni's inequality asks of `m (m − 1) / 2` intervals.
fn by_differences(systems: &mut [SystemRating], level: f64, rated: &[usize], v: &Square) {
    let m = rated.len();
    let tests = (m * m.saturating_sub(1)) as f64;
    let z = norm_quantile(1.0 - (1.0 - level) / tests.max(1.0));
    let theta: Vec<f64> = rated
        .iter()
        .map(|&g| systems[g].theta.unwrap_or(f64::NAN))
        .collect();
    for (k, &g) in rated.iter().enumerate() {
        let (mut above, mut below) = (0, 0);
        for j in (0..m).filter(|j| *j != k) {
            let variance = v.get(j, j) + v.get(k, k) - 2.0 * v.get(j, k);
            let reach = z * sqrt(variance.max(0.0)) + SAME;
            let d = theta[j] - theta[k];
            above += u64::from(d > reach);
            below += u64::from(d < -reach);
        }
        let s = &mut systems[g];
        if s.stderr.is_some() {
            s.rank_lower = Some(1 + above);
            s.rank_upper = Some(m as u64 - below);
        }
    }
}

/// With very many systems: intervals of all ratings at once (Bonferroni), and
/// the systems whose intervals lie apart.
fn by_ratings(systems: &mut [SystemRating], level: f64) {
    let m = systems.iter().filter(|s| s.stderr.is_some()).count();
    let z = norm_quantile(1.0 - (1.0 - level) / (2.0 * m.max(1) as f64));
    let end = |s: &SystemRating, sign: f64| {
        let (t, e) = s.theta.zip(s.theta_stderr)?;
        Some(t + sign * z * e)
    };
    let sorted = |sign: f64| {
        let mut v: Vec<f64> = systems.iter().filter_map(|s| end(s, sign)).collect();
        v.sort_by(|a, b| num::total_cmp(*a, *b));
        v
    };
    let (lowers, uppers) = (sorted(-1.0), sorted(1.0));
    for s in systems {
        let ends = end(s, -1.0).zip(end(s, 1.0));
        if let Some((low, high)) = ends {
            let above = lowers.len() - lowers.partition_point(|&y| y <= high + SAME);
            let below = uppers.partition_point(|&y| y < low - SAME);
            s.rank_lower = Some(1 + above as u64);
            s.rank_upper = Some((m - below) as u64);
        }
    }
}
