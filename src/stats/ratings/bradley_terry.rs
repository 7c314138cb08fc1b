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

use super::bootstrap::{self, Replicates};
use super::counts::{BothBad, Folded, FoldedPair, PairCounts, Tally};
use super::graph::{Status, connectivity};
use super::likelihood::Model;
use super::paired::{Pair, Problem, Solution};
use super::{RatingError, check};
use crate::stats::num::{self, exp, finite, ln, norm_quantile, sqrt};
use crate::stats::rng::DEFAULT_SEED;

/// What a tie counts as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ties {
    /// Half a win for each side (the default).
    #[default]
    Half,
    /// Not at all.
    Skip,
    /// A win for each side: two rows.
    Duplicate,
    /// An outcome of its own, Davidson (1970), tie parameter ν.
    Davidson,
    /// An outcome of its own, Rao & Kupper (1967), tie parameter η.
    RaoKupper,
}

/// Where standard errors and intervals come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Errors {
    /// Sandwich `H⁺ M H⁺` (Huber 1967, White 1982): holds when the model is
    /// not quite right. The default.
    #[default]
    Sandwich,
    /// Inverse information `H⁺`: trusts the model.
    Hessian,
    /// Multinomial bootstrap of the rows, through the pair counts; percentile
    /// intervals. With weighted rows each cell keeps its mean weight.
    Bootstrap,
    /// None.
    None,
}

/// Options of [`bradley_terry`].
#[derive(Debug, Clone, PartialEq)]
pub struct BradleyTerryOptions {
    /// Tie policy; default half a win each.
    pub ties: Ties,
    /// Rows "both bad"; default as ties.
    pub both_bad: BothBad,
    /// Penalty `− l2/2 · Σ θ²`; default 0.
    pub l2: f64,
    /// Rating points per factor `base` of the odds; default 400.
    pub scale: f64,
    /// Base of the odds; default 10. Must be above 1.
    pub base: f64,
    /// Mean rating of the rated systems; default 1000. With an anchor: its rating.
    pub init: f64,
    /// Shift all ratings so that this system has `init`.
    pub anchor: Option<String>,
    /// Confidence level of `lower` and `upper`; default 0.95.
    pub level: f64,
    /// Kind of errors; default sandwich.
    pub errors: Errors,
    /// Bootstrap replicates; default 1000.
    pub replicates: u32,
    /// Bootstrap seed; default [`DEFAULT_SEED`].
    pub seed: u64,
    /// Newton steps at most; default 100.
    pub max_iterations: u32,
}

impl Default for BradleyTerryOptions {
    fn default() -> Self {
        Self {
            ties: Ties::Half,
            both_bad: BothBad::Tie,
            l2: 0.0,
            scale: 400.0,
            base: 10.0,
            init: 1000.0,
            anchor: None,
            level: 0.95,
            errors: Errors::Sandwich,
            replicates: 1000,
            seed: DEFAULT_SEED,
            max_iterations: 100,
        }
    }
}

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
    /// Best rank the intervals allow: 1 + systems whose interval lies above.
    pub rank_lower: Option<u64>,
    /// Worst rank the intervals allow: rated systems minus those whose
    /// interval lies below.
    pub rank_upper: Option<u64>,
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
}

/// Weights of wins of i, wins of j and ties under a policy, and the rows.
fn credit(p: &FoldedPair, ties: Ties) -> ([Tally; 3], u64) {
    let plus = |a: Tally, b: Tally| Tally {
        rows: a.rows + b.rows,
        weight: a.weight + b.weight,
        weight_sq: a.weight_sq + b.weight_sq,
    };
    let decided = p.wins_i.rows + p.wins_j.rows;
    match ties {
        Ties::Skip => ([p.wins_i, p.wins_j, Tally::default()], decided),
        Ties::Duplicate => (
            [
                plus(p.wins_i, p.ties),
                plus(p.wins_j, p.ties),
                Tally::default(),
            ],
            decided + p.ties.rows,
        ),
        _ => ([p.wins_i, p.wins_j, p.ties], decided + p.ties.rows),
    }
}

/// Fits the model to pair counts. See the module text for what is rated.
///
/// # Errors
/// An option is out of range, or the anchor is not a rated system.
pub fn bradley_terry(
    counts: &PairCounts,
    options: &BradleyTerryOptions,
) -> Result<BradleyTerryFit, RatingError> {
    validate(options)?;
    let folded = counts.folded(options.both_bad);
    fit(&folded, options)
}

pub(super) fn validate(o: &BradleyTerryOptions) -> Result<(), RatingError> {
    check("l2", o.l2, o.l2.is_finite() && o.l2 >= 0.0, "a number >= 0")?;
    check(
        "scale",
        o.scale,
        o.scale.is_finite() && o.scale > 0.0,
        "a number > 0",
    )?;
    check(
        "base",
        o.base,
        o.base.is_finite() && o.base > 1.0,
        "a number > 1",
    )?;
    check("init", o.init, o.init.is_finite(), "a finite number")?;
    check(
        "level",
        o.level,
        o.level > 0.0 && o.level < 1.0,
        "a number in (0, 1)",
    )
}

/// What the fit works on: the rated systems and their games.
struct Prepared {
    problem: Problem,
    /// Global index of each local one.
    rated: Vec<usize>,
    /// Row counts per pair, for the bootstrap.
    rows: Vec<[u64; 3]>,
    status: Vec<Status>,
    n: Vec<u64>,
    components: Vec<Vec<String>>,
}

fn prepare(folded: &Folded, o: &BradleyTerryOptions) -> Prepared {
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
        rows,
        status: found.status,
        n,
        components: found.components.iter().map(name).collect(),
    }
}

/// Standard errors and interval ends in θ, per rated system.
#[derive(Default)]
struct Uncertainty {
    stderr: Vec<Option<f64>>,
    lower: Vec<Option<f64>>,
    upper: Vec<Option<f64>>,
    phi_stderr: Option<f64>,
    failed: u32,
}

fn uncertainty(p: &Prepared, s: &Solution, o: &BradleyTerryOptions) -> Uncertainty {
    let m = p.problem.m;
    let mut out = Uncertainty {
        stderr: vec![None; m],
        lower: vec![None; m],
        upper: vec![None; m],
        ..Uncertainty::default()
    };
    if o.errors == Errors::None || !s.converged || m < 2 {
        return out;
    }
    if o.errors == Errors::Bootstrap {
        let r: Replicates = bootstrap::run(&p.problem, &p.rows, s, o.replicates, o.seed);
        out.failed = r.failed;
        for k in 0..m {
            let mut column = r.column(k);
            out.stderr[k] = crate::stats::interval::standard_deviation(&column);
            if let Some(b) = crate::stats::interval::percentile(&mut column, o.level) {
                out.lower[k] = finite(b.lower);
                out.upper[k] = finite(b.upper);
            }
        }
        return out;
    }
    let Some(cov) = p.problem.covariance(&s.theta, s.phi) else {
        return out;
    };
    out.phi_stderr = p.problem.model.has_phi().then(|| sqrt(cov.phi));
    let variance: Vec<f64> = if o.errors == Errors::Hessian {
        (0..m).map(|k| cov.theta.get(k, k)).collect()
    } else {
        p.problem.sandwich(&s.theta, s.phi, &cov)
    };
    let z = norm_quantile(0.5 + 0.5 * o.level);
    for (k, v) in variance.iter().enumerate() {
        let se = sqrt(v.max(0.0));
        out.stderr[k] = finite(se);
        out.lower[k] = finite(s.theta[k] - z * se);
        out.upper[k] = finite(s.theta[k] + z * se);
    }
    out
}

pub(super) fn fit(folded: &Folded, o: &BradleyTerryOptions) -> Result<BradleyTerryFit, RatingError> {
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
    let u = uncertainty(&p, &solution, o);
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
            o.init - factor * theta
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
    rank(&mut systems, factor);
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
        n,
        status,
    }
}

/// Strengths closer than this share a rank: the accuracy of the fit.
const SAME: f64 = 1e-9;

/// Fills the three ranks of the rated systems. `factor` is rating points per
/// unit of θ.
fn rank(systems: &mut [SystemRating], factor: f64) {
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
