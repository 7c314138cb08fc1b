//! Bradley–Terry ratings with uncertainty, from pair counts.
//!
//! Bradley & Terry, "Rank analysis of incomplete block designs" (1952), with
//! the tie models of Davidson (1970) and Rao & Kupper (1967). Ratings are
//! `init + scale/ln(base) · θ`, where `θ` (log strength) has mean 0 over the
//! rated systems; errors refer to that constraint, also with an anchor.
//!
//! Where no finite maximum exists (see [`super::Status`]), the largest strongly
//! connected part of the win graph is rated from the games inside it. That is
//! the limit of the full likelihood: games between parts are predicted with
//! certainty and say nothing more. All other systems get a status, no number.
//! A positive `l2` makes the maximum exist for every system that played.

use super::RatingError;
use super::clusters::{ClusterCell, Units, credit};
use super::counts::{Folded, PairCounts};
use super::graph::{Status, connectivity};
use super::likelihood::Model;
use super::options::{BradleyTerryOptions, Link, Ties};
use super::paired::{Pair, Problem, Solution};
use super::uncertainty;
use crate::stats::matrix::Square;
use crate::stats::num::{self, exp, finite, ln};

/// One system's rating. Numbers are `None` where undefined; `status` says why.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemRating {
    /// The system.
    pub system: String,
    /// `init + scale/ln(base) · θ`.
    pub rating: Option<f64>,
    /// Natural-log strength, mean 0 over the rated systems.
    pub theta: Option<f64>,
    /// Standard error of `rating`.
    pub stderr: Option<f64>,
    /// Standard error of `theta`.
    pub theta_stderr: Option<f64>,
    /// Lower end of the interval of `rating`.
    pub lower: Option<f64>,
    /// Upper end of the interval of `rating`.
    pub upper: Option<f64>,
    /// 1 + number of systems rated higher (by more than 1e-9 in θ).
    pub rank: Option<u64>,
    /// Best rank that simultaneous intervals of all differences allow.
    pub rank_lower: Option<u64>,
    /// Worst rank that they allow.
    pub rank_upper: Option<u64>,
    /// 1 + number of systems whose `lower` is above this one's `upper`.
    pub rank_arena: Option<u64>,
    /// Rows used by the tie policy in which the system took part.
    pub n: u64,
    /// Why there is, or is not, a rating.
    pub status: Status,
}

/// Result of [`bradley_terry`].
#[derive(Debug, Clone, PartialEq)]
pub struct BradleyTerryFit {
    /// One per system, sorted by name.
    pub systems: Vec<SystemRating>,
    /// Whether Newton met its stopping rule; `false` also when nothing could
    /// be fitted.
    pub converged: bool,
    /// Newton steps.
    pub iterations: u32,
    /// Log-likelihood of the games between rated systems, without penalty.
    pub log_likelihood: Option<f64>,
    /// Davidson's ν or Rao and Kupper's η, at its boundary (0 or 1) when there
    /// is no tie.
    pub tie_parameter: Option<f64>,
    /// Standard error of ln ν or ln η; `None` at the boundary.
    pub log_tie_parameter_stderr: Option<f64>,
    /// Connected components of the comparison graph.
    pub components: Vec<Vec<String>>,
    /// Bootstrap replicates without a finite maximum (left out).
    pub failed_replicates: u32,
    /// Places of the rated systems.
    pub rated: Vec<usize>,
    /// Covariance of the strengths of `rated`, as the options ask; `None`
    /// above 1,000 systems or without errors.
    pub covariance: Option<Square>,
}

/// Fits the model to pair counts. See the module text for what is rated.
///
/// # Errors
/// An option is out of range, or the anchor is not a rated system.
pub fn bradley_terry(
    counts: &PairCounts,
    options: &BradleyTerryOptions,
) -> Result<BradleyTerryFit, RatingError> {
    options.validate()?;
    let folded = counts.folded(options.both_bad);
    fit(&folded, None, options)
}

/// What the fit works on: the rated systems and their games.
pub(super) struct Prepared {
    pub problem: Problem,
    /// Global index of each local one.
    pub rated: Vec<usize>,
    /// Local index of each global one; `usize::MAX` = not rated.
    pub local: Vec<usize>,
    /// Row counts per pair, for the bootstrap.
    pub rows: Vec<[u64; 3]>,
    status: Vec<Status>,
    n: Vec<u64>,
    components: Vec<Vec<String>>,
}

pub(super) fn prepare(folded: &Folded, o: &BradleyTerryOptions) -> Prepared {
    let count = folded.systems.len();
    let mut n = vec![0; count];
    let mut edges = Vec::with_capacity(folded.pairs.len());
    let mut all = Vec::with_capacity(folded.pairs.len());
    for p in &folded.pairs {
        let (tally, rows) = credit(p, o.ties);
        n[p.i] += rows;
        n[p.j] += rows;
        let [a, b, t] = tally.map(|t| t.weight);
        edges.push((p.i, p.j, a + t, b + t));
        all.push((p.i, p.j, tally));
    }
    let found = connectivity(count, &edges, o.l2 > 0.0);
    let mut local = vec![usize::MAX; count];
    for (k, &u) in found.rated.iter().enumerate() {
        local[u] = k;
    }
    let (mut pairs, mut rows) = (Vec::new(), Vec::new());
    let mut ties = 0.0;
    for (i, j, tally) in all {
        let (li, lj) = (local[i], local[j]);
        if li != usize::MAX && lj != usize::MAX && tally.iter().any(|t| t.weight > 0.0) {
            pairs.push(Pair {
                i: li,
                j: lj,
                w: tally.map(|t| t.weight),
                q: tally.map(|t| t.weight_sq),
            });
            rows.push(tally.map(|t| t.rows));
            ties += tally[2].weight;
        }
    }
    let model = match o.ties {
        Ties::Davidson if ties > 0.0 => Model::Davidson,
        Ties::RaoKupper if ties > 0.0 => Model::RaoKupper,
        _ if o.link == Link::Probit => Model::Probit,
        _ => Model::Logistic,
    };
    let name = |part: &Vec<usize>| part.iter().map(|&u| folded.systems[u].clone()).collect();
    Prepared {
        problem: Problem {
            m: found.rated.len(),
            pairs,
            model,
            l2: o.l2,
        },
        rated: found.rated,
        local,
        rows,
        status: found.status,
        n,
        components: found.components.iter().map(name).collect(),
    }
}

pub(super) fn fit(
    folded: &Folded,
    clusters: Option<&[ClusterCell]>,
    o: &BradleyTerryOptions,
) -> Result<BradleyTerryFit, RatingError> {
    let mut p = prepare(folded, o);
    let decided: f64 = p.problem.pairs.iter().map(|q| q.w[0] + q.w[1]).sum();
    if p.problem.model.has_phi() && decided <= 0.0 {
        for &u in &p.rated {
            p.status[u] = Status::OnlyTies;
        }
        p.rated.clear();
    }
    let possible = !p.rated.is_empty();
    let solution = if possible {
        p.problem.maximise(None, o.max_iterations)
    } else {
        Solution {
            theta: Vec::new(),
            phi: 0.0,
            log_likelihood: 0.0,
            iterations: 0,
            converged: false,
        }
    };
    let units = match clusters {
        Some(cells) => Units::of_clusters(cells, &p.problem.pairs, &p.local, o.ties),
        None => Units::of_cells(&p.problem.pairs, &p.rows),
    };
    let u = uncertainty::of(&p.problem, &units, &solution, o);
    let factor = o.scale / ln(o.base);
    let shift = match &o.anchor {
        None => o.init,
        Some(name) => {
            let at = folded.systems.binary_search(name).ok();
            let local = at.and_then(|g| p.rated.binary_search(&g).ok());
            let theta = local.and_then(|k| solution.theta.get(k));
            let theta = theta.ok_or_else(|| RatingError::Anchor {
                anchor: name.clone(),
                status: at.and_then(|g| p.status.get(g)).copied(),
            })?;
            o.anchor_rating.unwrap_or(o.init) - factor * theta
        }
    };
    let mut systems: Vec<SystemRating> = folded
        .systems
        .iter()
        .enumerate()
        .map(|(g, name)| blank(name, p.n[g], p.status[g]))
        .collect();
    let place = |theta: f64| num::finite(shift + factor * theta);
    for (k, &g) in p.rated.iter().enumerate() {
        let s = &mut systems[g];
        s.theta = num::finite(solution.theta[k]);
        s.rating = place(solution.theta[k]);
        s.theta_stderr = u.stderr[k];
        s.stderr = u.stderr[k].map(|e| factor * e);
        s.lower = u.lower[k].and_then(place);
        s.upper = u.upper[k].and_then(place);
    }
    super::ranks::rank(
        &mut systems,
        factor,
        o.level,
        &p.rated,
        u.covariance.as_ref(),
    );
    let tie_parameter = match (o.ties, p.problem.model.has_phi()) {
        (Ties::Davidson | Ties::RaoKupper, true) if possible => finite(exp(solution.phi)),
        (Ties::Davidson, false) if possible => Some(0.0),
        (Ties::RaoKupper, false) if possible => Some(1.0),
        _ => None,
    };
    Ok(BradleyTerryFit {
        systems,
        converged: solution.converged,
        iterations: solution.iterations,
        log_likelihood: possible.then_some(solution.log_likelihood).and_then(finite),
        tie_parameter,
        log_tie_parameter_stderr: u.phi_stderr.and_then(finite),
        components: p.components,
        failed_replicates: u.failed,
        rated: p.rated,
        covariance: u.covariance,
    })
}

fn blank(name: &str, n: u64, status: Status) -> SystemRating {
    SystemRating {
        system: name.to_owned(),
        rating: None,
        theta: None,
        stderr: None,
        theta_stderr: None,
        lower: None,
        upper: None,
        rank: None,
        rank_lower: None,
        rank_upper: None,
        rank_arena: None,
        n,
        status,
    }
}
