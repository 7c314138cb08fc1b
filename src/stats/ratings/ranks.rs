//! Ranks from ratings and from their intervals.

use super::bradley_terry::SystemRating;
use crate::stats::num;

/// Strengths closer than this share a rank: the accuracy of the fit.
const SAME: f64 = 1e-9;

/// Fills the three ranks of the rated systems. `factor` is rating points per
/// unit of θ.
pub(super) fn rank(systems: &mut [SystemRating], factor: f64) {
    let slack = SAME * factor;
    let sorted = |pick: fn(&SystemRating) -> Option<f64>| {
        let mut v: Vec<f64> = systems.iter().filter_map(pick).collect();
        v.sort_by(|a, b| num::total_cmp(*a, *b));
        v
    };
    let mut ratings = sorted(|s| s.rating);
    let lowers = sorted(|s| s.lower);
    let uppers = sorted(|s| s.upper);
    // Chains of near-equal ratings take the value of their highest member.
    let original = ratings.clone();
    for k in (0..ratings.len().saturating_sub(1)).rev() {
        if original[k + 1] - original[k] <= slack {
            ratings[k] = ratings[k + 1];
        }
    }
    let above = |v: &[f64], x: f64| (v.len() - v.partition_point(|&y| y <= x)) as u64;
    let below = |v: &[f64], x: f64| v.partition_point(|&y| y < x) as u64;
    for s in systems {
        s.rank = s.rating.map(|x| {
            let at = original.partition_point(|&y| y < x);
            1 + above(&ratings, ratings.get(at).copied().unwrap_or(x))
        });
        s.rank_lower = s.upper.map(|x| 1 + above(&lowers, x + slack));
        s.rank_upper = s
            .lower
            .map(|x| ratings.len() as u64 - below(&uppers, x - slack));
    }
}
