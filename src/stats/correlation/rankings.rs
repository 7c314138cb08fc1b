//! Distances and overlap of two rankings.
//!
//! Fagin et al. 2004 (Kendall distance with ties), Diaconis & Graham 1977
//! (footrule), Webber, Moffat & Zobel 2010 (rank-biased overlap).

use crate::stats::agreement::compensated_sum;
use crate::stats::num;

use super::{CorrelationError, Pairs, ranks};

/// Distances between two rankings of the same alternatives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankDistance {
    /// Discordant pairs, plus `tie_penalty` per pair tied in exactly one ranking.
    pub kendall: f64,
    /// The same over n(n-1)/2; `None` below two alternatives.
    pub kendall_normalized: Option<f64>,
    /// Σ |difference of average ranks|.
    pub footrule: f64,
    /// The same over floor(n²/2), its maximum; `None` below two alternatives.
    pub footrule_normalized: Option<f64>,
    /// Σ (difference of average ranks)².
    pub spearman: f64,
}

/// Distances between the two sides of `pairs`, one row per alternative: (rank in p, rank in q).
///
/// `tie_penalty` is Fagin's p in 0..=1; 1/2 makes ties neutral and the distance a metric.
///
/// # Errors
/// [`CorrelationError::BadOption`] for a penalty outside 0..=1.
pub fn rank_distance(pairs: &Pairs, tie_penalty: f64) -> Result<RankDistance, CorrelationError> {
    if !(0.0..=1.0).contains(&tie_penalty) {
        return Err(CorrelationError::BadOption(format!(
            "tie penalty {tie_penalty} is not between 0 and 1"
        )));
    }
    let counts = pairs.counts();
    let kendall = counts.discordant as f64 + tie_penalty * (counts.tied_x + counts.tied_y) as f64;
    let (x, y) = pairs.dense();
    let (mut steps, mut squares) = (0_i128, 0_i128);
    for (a, b) in ranks::doubled(x).into_iter().zip(ranks::doubled(y)) {
        let d = i128::from(a) - i128::from(b);
        steps += d.abs();
        squares += d * d;
    }
    let n = pairs.n() as u128;
    let footrule = steps as f64 / 2.0;
    Ok(RankDistance {
        kendall,
        kendall_normalized: (n > 1).then(|| kendall / (n * (n - 1) / 2) as f64),
        footrule,
        footrule_normalized: (n > 1).then(|| footrule / (n * n / 2) as f64),
        spearman: squares as f64 / 4.0,
    })
}

/// Rank-biased overlap of two lists without ties, extrapolated (Webber et al. 2010, eq. 32).
///
/// `a` and `b` list ids, best first, each at most once; they may differ in length
/// and members. `p` in (0, 1) is the persistence: the mean depth read is 1/(1-p).
/// `None` when either list is empty.
///
/// # Errors
/// [`CorrelationError::BadOption`] for p outside (0, 1) or an id listed twice.
pub fn rbo(a: &[u32], b: &[u32], p: f64) -> Result<Option<f64>, CorrelationError> {
    if !(p > 0.0 && p < 1.0) {
        return Err(CorrelationError::BadOption(format!(
            "rbo needs p between 0 and 1, not {p}"
        )));
    }
    let positions = |list: &[u32]| -> Result<Vec<(u32, usize)>, CorrelationError> {
        let mut places: Vec<(u32, usize)> = list.iter().copied().zip(1..).collect();
        places.sort_unstable();
        match places.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(CorrelationError::BadOption(format!(
                "id {} is listed twice",
                pair[0].0
            ))),
            None => Ok(places),
        }
    };
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (s, l) = (short.len(), long.len());
    let in_short = positions(short)?;
    positions(long)?;
    if s == 0 {
        return Ok(None);
    }
    // overlap[d]: members that both lists hold within depth d.
    let mut arrivals = vec![0_u64; l + 1];
    for (place, id) in (1..).zip(long) {
        if let Ok(at) = in_short.binary_search_by_key(id, |entry| entry.0) {
            arrivals[in_short[at].1.max(place)] += 1;
        }
    }
    let mut overlap = 0_u64;
    let mut at_s = 0_u64;
    let mut power = 1.0;
    let mut terms = Vec::with_capacity(l);
    for (depth, arrived) in arrivals.iter().enumerate().skip(1) {
        overlap += arrived;
        power *= p;
        if depth == s {
            at_s = overlap;
        }
        let d = depth as f64;
        let mut share = overlap as f64 / d;
        if depth > s {
            share += at_s as f64 * (depth - s) as f64 / (s as f64 * d);
        }
        terms.push(share * power);
    }
    let sum = compensated_sum(terms);
    let tail = (overlap - at_s) as f64 / l as f64 + at_s as f64 / s as f64;
    Ok(num::finite((1.0 - p) / p * sum + tail * power).map(|v| v.clamp(0.0, 1.0)))
}
