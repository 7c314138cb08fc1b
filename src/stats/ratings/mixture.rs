//! Hidden groups of annotators, each with its own Bradley–Terry strengths.
//!
//! A mixture fitted by expectation and maximisation (Dempster, Laird & Rubin
//! 1977; Gormley & Murphy 2008 for rankings): every annotator belongs to one of
//! `K` groups; all of their comparisons follow its strengths. A Gaussian prior
//! on the strengths keeps every step defined. The likelihood has many maxima:
//! several seeded starts, the best is kept.

use super::RatingError;
use super::clusters::ClusterCell;
use super::counts::Folded;
use super::error::check;
use super::likelihood::Model;
use super::paired::{Pair, Problem};
use crate::stats::num::{Compensated, exp, ln, log_sum_exp};
use crate::stats::rng::{Stream, identity};

/// Options of [`bradley_terry_mixture`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixtureOptions {
    /// Number of groups.
    pub groups: usize,
    /// Penalty on the log-strengths of each group; above 0.
    pub l2: f64,
    /// Seeded starts.
    pub starts: u32,
    /// Seed.
    pub seed: u64,
    /// Steps per start at most.
    pub max_iterations: u32,
}

/// Result of [`bradley_terry_mixture`]; groups from the largest share down.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    /// Share of the annotators, per group.
    pub share: Vec<f64>,
    /// Log-strengths per group, mean 0.
    pub theta: Vec<Vec<f64>>,
    /// Per annotator: the probability of each group.
    pub membership: Vec<Vec<f64>>,
    /// Log-likelihood, without the penalty.
    pub log_likelihood: f64,
    /// Bayesian information criterion, by annotators.
    pub bic: f64,
    /// Whether the best start met its stopping rule.
    pub converged: bool,
    /// Its steps.
    pub iterations: u32,
    /// Starts that reached the same objective (within 1e-6 relative).
    pub agreeing_starts: u32,
}

struct State {
    share: Vec<f64>,
    theta: Vec<Vec<f64>>,
    membership: Vec<Vec<f64>>,
    log_likelihood: f64,
    objective: f64,
    converged: bool,
    iterations: u32,
}

struct Data<'a> {
    m: usize,
    pairs: Vec<(usize, usize)>,
    /// Per annotator: (pair, slot, weight).
    units: Vec<Vec<(usize, usize, f64)>>,
    names: &'a [String],
    o: MixtureOptions,
}

impl Data<'_> {
    fn maximise(&self, share: &[Vec<f64>], k: usize, start: Option<&[f64]>) -> Vec<f64> {
        let mut pairs: Vec<Pair> = self
            .pairs
            .iter()
            .map(|&(i, j)| Pair {
                i,
                j,
                w: [0.0; 3],
                q: [0.0; 3],
            })
            .collect();
        for (unit, r) in self.units.iter().zip(share) {
            for &(pair, slot, w) in unit {
                pairs[pair].w[slot] += w * r[k];
            }
        }
        let problem = Problem {
            m: self.m,
            pairs,
            model: Model::Logistic,
            l2: self.o.l2,
        };
        problem.maximise(start, 100).theta
    }

    /// Memberships given the parameters, and the log-likelihood.
    fn expect(&self, share: &[f64], theta: &[Vec<f64>]) -> (Vec<Vec<f64>>, f64) {
        let logs: Vec<Vec<[f64; 3]>> = theta
            .iter()
            .map(|t| {
                self.pairs
                    .iter()
                    .map(|&(i, j)| Model::Logistic.log_probabilities(t[i] - t[j], 0.0))
                    .collect()
            })
            .collect();
        let mut total = Compensated::new();
        let members = self
            .units
            .iter()
            .map(|unit| {
                let joint: Vec<f64> = share
                    .iter()
                    .zip(&logs)
                    .map(|(s, l)| {
                        let sum: f64 = unit.iter().map(|&(p, slot, w)| w * l[p][slot]).sum();
                        ln(s.max(1e-300)) + sum
                    })
                    .collect();
                let all = log_sum_exp(&joint);
                total.add(all);
                joint.iter().map(|x| exp(x - all)).collect()
            })
            .collect();
        (members, total.value())
    }

    fn run(&self, start: u32) -> State {
        let groups = self.o.groups;
        let mut membership: Vec<Vec<f64>> = self
            .names
            .iter()
            .map(|name| {
                let mut s = Stream::new(self.o.seed, start, identity(name));
                let draws: Vec<f64> = (0..groups).map(|_| s.exponential() + 1e-9).collect();
                let total: f64 = draws.iter().sum();
                draws.iter().map(|d| d / total).collect()
            })
            .collect();
        let mut theta: Vec<Vec<f64>> = vec![Vec::new(); groups];
        let mut share = vec![0.0; groups];
        let (mut objective, mut log_likelihood) = (f64::NEG_INFINITY, 0.0);
        let (mut converged, mut iterations) = (false, 0);
        while iterations < self.o.max_iterations && !converged {
            iterations += 1;
            for k in 0..groups {
                let mut s = Compensated::new();
                membership.iter().for_each(|r| s.add(r[k]));
                share[k] = s.value() / membership.len() as f64;
                let warm = (!theta[k].is_empty()).then(|| theta[k].clone());
                theta[k] = self.maximise(&membership, k, warm.as_deref());
            }
            (membership, log_likelihood) = self.expect(&share, &theta);
            let penalty: f64 = theta.iter().flatten().map(|t| t * t).sum();
            let next = log_likelihood - 0.5 * self.o.l2 * penalty;
            converged = next - objective <= 1e-9 * next.abs().max(1.0);
            objective = next;
        }
        State {
            share,
            theta,
            membership,
            log_likelihood,
            objective,
            converged,
            iterations,
        }
    }
}

/// Fits `K` groups to counts by annotator. `annotators` are the names of the
/// clusters of `cells`; cells without a cluster are left out. Ties are half.
///
/// # Errors
/// An option is out of range.
pub fn bradley_terry_mixture(
    folded: &Folded,
    cells: &[ClusterCell],
    annotators: &[String],
    o: &MixtureOptions,
) -> Result<Option<Mixture>, RatingError> {
    check(
        "prior",
        o.l2,
        o.l2.is_finite() && o.l2 > 0.0,
        "a finite number > 0",
    )?;
    let pairs: Vec<(usize, usize)> = folded.pairs.iter().map(|p| (p.i, p.j)).collect();
    let mut units = vec![Vec::new(); annotators.len()];
    for c in cells {
        let unit = c.cluster.and_then(|u| units.get_mut(u as usize));
        if let (Some(unit), Ok(pair)) = (unit, pairs.binary_search(&(c.i, c.j)))
            && c.tally.weight > 0.0
        {
            let parts = c
                .shares()
                .into_iter()
                .enumerate()
                .filter(|(_, s)| s.0 > 0.0);
            unit.extend(parts.map(|(slot, (share, _))| (pair, slot, share * c.tally.weight)));
        }
    }
    for unit in &mut units {
        unit.sort_by_key(|u: &(usize, usize, f64)| (u.0, u.1));
    }
    if folded.systems.len() < 2 || units.is_empty() {
        return Ok(None);
    }
    let data = Data {
        m: folded.systems.len(),
        pairs,
        units,
        names: annotators,
        o: *o,
    };
    let mut runs: Vec<State> = (0..o.starts.max(1)).map(|s| data.run(s)).collect();
    let top = runs
        .iter()
        .map(|r| r.objective)
        .fold(f64::NEG_INFINITY, f64::max);
    let near = |x: f64| top - x <= 1e-6 * top.abs().max(1.0);
    let agreeing = runs.iter().filter(|r| near(r.objective)).count() as u32;
    let Some(at) = runs.iter().position(|r| r.objective == top) else {
        return Ok(None);
    };
    let best = runs.swap_remove(at);
    let mut order: Vec<usize> = (0..o.groups).collect();
    order.sort_by(|x, y| best.share[*y].total_cmp(&best.share[*x]).then(x.cmp(y)));
    let free = o.groups * (data.m - 1) + o.groups - 1;
    let bic = free as f64 * ln(annotators.len() as f64) - 2.0 * best.log_likelihood;
    Ok(Some(Mixture {
        share: order.iter().map(|k| best.share[*k]).collect(),
        theta: order.iter().map(|k| best.theta[*k].clone()).collect(),
        membership: best
            .membership
            .iter()
            .map(|r| order.iter().map(|k| r[*k]).collect())
            .collect(),
        log_likelihood: best.log_likelihood,
        bic,
        converged: best.converged,
        iterations: best.iterations,
        agreeing_starts: agreeing,
    }))
}
