//! Which comparison to ask for next, and who can be compared at all.

use super::bradley_terry::{BradleyTerryFit, SystemRating};
use super::counts::Folded;
use super::graph::{Digraph, Status, connectivity};
use crate::stats::num::{ln_1p, logistic, sqrt};

/// A pair and what one more comparison of it would tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextPair {
    /// Place of the system that sorts first.
    pub i: usize,
    /// Place of the system that sorts second.
    pub j: usize,
    /// Expected decrease of the entropy of the strengths, in nats, by the normal
    /// approximation: `½ ln(1 + p(1−p) Var(θᵢ − θⱼ))` (Chen et al. 2013; MacKay 1992).
    pub gain: f64,
    /// Probability that the first system wins.
    pub probability: f64,
    /// Standard error of the difference, in log-strength.
    pub stderr: f64,
    /// Rows there are for the pair.
    pub n: u64,
}

/// The `limit` pairs of rated systems with the greatest gain. The fit must hold
/// a covariance (of the inverse information).
#[must_use]
pub fn next_pairs(folded: &Folded, fit: &BradleyTerryFit, limit: usize) -> Vec<NextPair> {
    let Some(v) = &fit.covariance else {
        return Vec::new();
    };
    let theta = |k: usize| {
        let system: Option<&SystemRating> = fit.rated.get(k).and_then(|g| fit.systems.get(*g));
        system.and_then(|s| s.theta).unwrap_or(0.0)
    };
    let rows = |i: usize, j: usize| {
        let at = folded.pairs.binary_search_by_key(&(i, j), |p| (p.i, p.j));
        at.ok()
            .and_then(|at| folded.pairs.get(at))
            .map_or(0, |p| p.wins_i.rows + p.wins_j.rows + p.ties.rows)
    };
    let mut out = Vec::new();
    for (x, &i) in fit.rated.iter().enumerate() {
        for (y, &j) in fit.rated.iter().enumerate().skip(x + 1) {
            let variance = (v.get(x, x) + v.get(y, y) - 2.0 * v.get(x, y)).max(0.0);
            let p = logistic(theta(x) - theta(y));
            out.push(NextPair {
                i,
                j,
                gain: 0.5 * ln_1p(p * (1.0 - p) * variance),
                probability: p,
                stderr: sqrt(variance),
                n: 0,
            });
        }
    }
    out.sort_by(|a, b| b.gain.total_cmp(&a.gain).then((a.i, a.j).cmp(&(b.i, b.j))));
    out.truncate(limit);
    for pair in &mut out {
        pair.n = rows(pair.i, pair.j);
    }
    out
}

/// Where a system stands in the graph of comparisons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Number of its connected component, from 1, the largest first; systems of
    /// different components cannot be compared at all.
    pub component: u64,
    /// Systems in it.
    pub component_size: u64,
    /// Number of its strongly connected part, from 1, the largest first; only
    /// within one are all differences of ratings finite.
    pub part: u64,
    /// Systems in it.
    pub part_size: u64,
    /// Distinct opponents.
    pub opponents: u64,
    /// Whether it has a rating, or why not.
    pub status: Status,
}

/// Studies the graph of the comparisons; a tie counts for both sides unless
/// `skip_ties`.
#[must_use]
pub fn standings(folded: &Folded, skip_ties: bool) -> Vec<Standing> {
    let n = folded.systems.len();
    let mut edges = Vec::with_capacity(folded.pairs.len());
    let (mut wins, mut both) = (Vec::new(), Vec::new());
    let mut opponents = vec![0; n];
    for p in &folded.pairs {
        let tie = if skip_ties { 0.0 } else { p.ties.weight };
        let (a, b) = (p.wins_i.weight + tie, p.wins_j.weight + tie);
        edges.push((p.i, p.j, a, b));
        if a > 0.0 {
            wins.push((p.i, p.j));
        }
        if b > 0.0 {
            wins.push((p.j, p.i));
        }
        if a > 0.0 || b > 0.0 {
            both.extend([(p.i, p.j), (p.j, p.i)]);
            opponents[p.i] += 1;
            opponents[p.j] += 1;
        }
    }
    let number = |graph: Digraph| {
        let mut parts = graph.strong_components();
        parts.sort_by_key(|p| (std::cmp::Reverse(p.len()), p.first().copied()));
        let mut of = vec![(0, 0); n];
        for (k, part) in parts.iter().enumerate() {
            for &u in part {
                of[u] = (k as u64 + 1, part.len() as u64);
            }
        }
        of
    };
    let components = number(Digraph::new(n, &both));
    let parts = number(Digraph::new(n, &wins));
    connectivity(n, &edges, false)
        .status
        .into_iter()
        .enumerate()
        .map(|(u, status)| Standing {
            component: components[u].0,
            component_size: components[u].1,
            part: parts[u].0,
            part_size: parts[u].1,
            opponents: opponents[u],
            status,
        })
        .collect()
}
