//! Ratings from the graph of wins: Rank Centrality, PageRank, eigenvector.
//!
//! - Rank Centrality (Negahban, Oh & Shah 2012, 2017): the stationary
//!   distribution of a walk that leaves `i` for `j` in proportion to the share
//!   of their games that `j` won.
//! - PageRank (Page, Brin, Motwani & Winograd 1999): every loser passes its
//!   score on to those who beat it; with `1 − damping` the walk jumps anywhere.
//! - Eigenvector (Bonacich 1972; Keener 1993): `W v = λ v`, `W_ij` the wins of
//!   `i` over `j`, so that a win against a strong system counts more.

use super::RatingError;
use super::counts::{BothBad, Folded, PairCounts};
use super::error::check;
use super::graph::{Connectivity, Status, connectivity};
use crate::stats::matrix::Square;
use crate::stats::num::{self, finite, ln, sqrt};

/// Rank Centrality is solved directly up to this many systems.
const RANK_CENTRALITY_LIMIT: usize = 3000;

/// Options shared by the three methods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CentralityOptions {
    /// What a tie is worth for each side, in wins: default ½. The Rank
    /// Centrality paper has no ties.
    pub tie: f64,
    /// Rows "both bad"; default as ties.
    pub both_bad: BothBad,
    /// PageRank: share of steps along the graph; default 0.85.
    pub damping: f64,
    /// Rank Centrality: pseudo-wins each way on every pair; default 0.
    pub alpha: f64,
    /// Steps of the power iteration at most; default 10 000.
    pub max_iterations: u32,
}

impl Default for CentralityOptions {
    fn default() -> Self {
        Self {
            tie: 0.5,
            both_bad: BothBad::Tie,
            damping: 0.85,
            alpha: 0.0,
            max_iterations: 10_000,
        }
    }
}

/// One system's score.
#[derive(Debug, Clone, PartialEq)]
pub struct CentralityScore {
    /// The system.
    pub system: String,
    /// Rank Centrality and PageRank: probability, sums to 1 over the rated
    /// systems. Eigenvector: Perron vector of Euclidean norm 1.
    pub score: Option<f64>,
    /// Rank Centrality only: `ln score`, centred to mean 0.
    pub theta: Option<f64>,
    /// Why there is, or is not, a score.
    pub status: Status,
}

/// Result of a centrality.
#[derive(Debug, Clone, PartialEq)]
pub struct Centrality {
    /// One per system, sorted by name.
    pub systems: Vec<CentralityScore>,
    /// Whether the power iteration met its stopping rule (a direct solution
    /// always does); scores are withheld when it did not.
    pub converged: bool,
    /// Steps of the power iteration.
    pub iterations: u32,
}

/// Directed credit `(winner, loser, weight)`.
fn credits(folded: &Folded, worth: f64) -> Vec<(usize, usize, f64)> {
    let mut out = Vec::with_capacity(2 * folded.pairs.len());
    for p in &folded.pairs {
        let tie = worth * p.ties.weight;
        for (w, l, c) in [
            (p.i, p.j, p.wins_i.weight + tie),
            (p.j, p.i, p.wins_j.weight + tie),
        ] {
            if c > 0.0 {
                out.push((w, l, c));
            }
        }
    }
    out
}

fn graph_of(n: usize, credits: &[(usize, usize, f64)], always: bool) -> Connectivity {
    let pairs: Vec<_> = credits.iter().map(|&(w, l, c)| (w, l, c, 0.0)).collect();
    connectivity(n, &pairs, always)
}

fn assemble(
    folded: &Folded,
    status: &[Status],
    rated: &[usize],
    score: &[f64],
    log: bool,
    converged: bool,
    iterations: u32,
) -> Centrality {
    let mut systems: Vec<CentralityScore> = folded
        .systems
        .iter()
        .zip(status)
        .map(|(s, &status)| CentralityScore {
            system: s.clone(),
            score: None,
            theta: None,
            status,
        })
        .collect();
    if converged {
        let mut theta: Vec<f64> = score.iter().map(|&p| ln(p)).collect();
        super::paired::centre(&mut theta);
        for (k, &g) in rated.iter().enumerate() {
            systems[g].score = score.get(k).copied().and_then(finite);
            systems[g].theta = theta.get(k).copied().filter(|_| log).and_then(finite);
        }
    }
    Centrality {
        systems,
        converged,
        iterations,
    }
}

/// Stationary distribution of an irreducible chain given its rates (row: from,
/// column: to; the diagonal is ignored), without subtractions (Grassmann,
/// Taksar & Heyman 1985). Cubic in the number of states.
fn stationary(mut rates: Square) -> Vec<f64> {
    let n = rates.order();
    for k in (1..n).rev() {
        let out: f64 = rates.row(k)[..k].iter().sum();
        let last = rates.row(k)[..k].to_vec();
        for i in 0..k {
            let flow = rates.get(i, k) / out;
            rates.set(i, k, flow);
            if flow > 0.0 {
                for (x, l) in rates.row_mut(i)[..k].iter_mut().zip(&last) {
                    *x += flow * l;
                }
            }
        }
    }
    let mut pi = vec![0.0; n];
    if let Some(first) = pi.first_mut() {
        *first = 1.0;
    }
    for k in 1..n {
        let mass: f64 = (0..k).map(|i| pi[i] * rates.get(i, k)).sum();
        pi[k] = mass;
    }
    let total = num::sum(&pi);
    pi.iter().map(|p| p / total).collect()
}

/// Rank Centrality. With `alpha` 0 the largest strongly connected part of the
/// win graph is rated, as for Bradley–Terry; with `alpha` above 0 everyone.
///
/// # Errors
/// An option is out of range.
pub fn rank_centrality(
    counts: &PairCounts,
    o: &CentralityOptions,
) -> Result<Centrality, RatingError> {
    rank_centrality_folded(&counts.folded(o.both_bad), o)
}

/// [`rank_centrality`] on folded counts.
///
/// # Errors
/// As there.
pub fn rank_centrality_folded(
    folded: &Folded,
    o: &CentralityOptions,
) -> Result<Centrality, RatingError> {
    check(
        "alpha",
        o.alpha,
        o.alpha.is_finite() && o.alpha >= 0.0,
        "a number >= 0",
    )?;
    let credits = credits(folded, o.tie);
    let found = graph_of(folded.systems.len(), &credits, o.alpha > 0.0);
    let m = found.rated.len();
    check(
        "rated systems",
        m as f64,
        m <= RANK_CENTRALITY_LIMIT,
        "at most 3,000 for Rank Centrality, whose cost is cubic: use bradley_terry",
    )?;
    // wins.get(i, j): credit of j over i, the rate from i to j.
    let mut wins = Square::zeros(m);
    wins.add_all(o.alpha);
    for &(w, l, c) in &credits {
        let at = (found.rated.binary_search(&w), found.rated.binary_search(&l));
        if let (Ok(w), Ok(l)) = at {
            wins.add(l, w, c);
        }
    }
    let mut rates = Square::zeros(m);
    for i in 0..m {
        for j in 0..m {
            let games = wins.get(i, j) + wins.get(j, i);
            if i != j && games > 0.0 {
                rates.set(i, j, wins.get(i, j) / games);
            }
        }
    }
    let pi = stationary(rates);
    Ok(assemble(
        folded,
        &found.status,
        &found.rated,
        &pi,
        true,
        m > 0,
        0,
    ))
}

/// Rank Centrality as the PRISM analysis code computed it: the walk's entries
/// above and below the diagonal are paired in the order of their lists (upper
/// by row, lower by row), which from four systems on divides by the games of
/// another pair; 1,000 steps from the uniform distribution. Every system is
/// scored. For re-deriving published numbers only.
///
/// # Errors
/// An option is out of range.
pub fn rank_centrality_legacy(
    folded: &Folded,
    o: &CentralityOptions,
) -> Result<Centrality, RatingError> {
    let n = folded.systems.len();
    check(
        "alpha",
        o.alpha,
        o.alpha.is_finite() && o.alpha > 0.0,
        "a number > 0 with legacy_pairing",
    )?;
    check(
        "systems",
        n as f64,
        n <= RANK_CENTRALITY_LIMIT / 3,
        "at most 1,000 with legacy_pairing",
    )?;
    let mut wins = Square::zeros(n);
    wins.add_all(o.alpha);
    for (w, l, c) in credits(folded, o.tie) {
        wins.add(l, w, c);
    }
    let above = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
    let below = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
    let mut walk = Square::zeros(n);
    let spread = 1.0 / (n as f64 - 1.0).max(1.0);
    for ((i, j), (k, l)) in above.zip(below) {
        let (up, down) = (wins.get(i, j), wins.get(k, l));
        walk.set(i, j, spread * up / (up + down));
        walk.set(k, l, spread * down / (up + down));
    }
    for i in 0..n {
        let leaving: f64 = walk.row(i).iter().sum();
        walk.set(i, i, 1.0 - leaving);
    }
    let mut p = vec![1.0 / n as f64; n];
    let mut turned = Square::zeros(n);
    for i in 0..n {
        for j in 0..n {
            turned.set(j, i, walk.get(i, j));
        }
    }
    for _ in 0..1000 {
        p = turned.times(&p);
    }
    let all: Vec<usize> = (0..n).collect();
    let status = vec![Status::Ok; n];
    Ok(assemble(folded, &status, &all, &p, true, n > 1, 1000))
}

/// PageRank of every system that occurs in a usable game.
///
/// # Errors
/// An option is out of range.
pub fn pagerank(counts: &PairCounts, o: &CentralityOptions) -> Result<Centrality, RatingError> {
    pagerank_folded(&counts.folded(o.both_bad), o)
}

/// [`pagerank`] on folded counts.
///
/// # Errors
/// As there.
pub fn pagerank_folded(folded: &Folded, o: &CentralityOptions) -> Result<Centrality, RatingError> {
    check(
        "damping",
        o.damping,
        (0.0..1.0).contains(&o.damping),
        "a number in [0, 1)",
    )?;
    let credits = credits(folded, o.tie);
    let found = graph_of(folded.systems.len(), &credits, true);
    let m = found.rated.len();
    let n = m as f64;
    let local = |u: &usize| found.rated.binary_search(u).unwrap_or(0);
    let mut lost = vec![0.0; m];
    let edges: Vec<(usize, usize, f64)> = credits
        .iter()
        .map(|(w, l, c)| (local(w), local(l), *c))
        .collect();
    for &(_, l, c) in &edges {
        lost[l] += c;
    }
    let mut score = vec![1.0 / n; m];
    let (mut converged, mut iterations) = (false, 0);
    while m > 0 && !converged && iterations < o.max_iterations {
        iterations += 1;
        let mut dangling = 0.0;
        for (s, l) in score.iter().zip(&lost) {
            if *l <= 0.0 {
                dangling += s;
            }
        }
        let mut next = vec![0.0; m];
        for &(w, l, c) in &edges {
            next[w] += score[l] * c / lost[l];
        }
        for x in &mut next {
            *x = o.damping * (*x + dangling / n) + (1.0 - o.damping) / n;
        }
        let total = num::sum(&next);
        let mut change = 0.0;
        for (x, s) in next.iter_mut().zip(&score) {
            *x /= total;
            change += (*x - s).abs();
        }
        score = next;
        converged = change <= 1e-14;
    }
    Ok(assemble(
        folded,
        &found.status,
        &found.rated,
        &score,
        false,
        converged,
        iterations,
    ))
}

/// Eigenvector centrality of the largest connected component. Systems without
/// a win over a scored system get 0. Not defined without a cycle of wins:
/// `converged` is then `false`.
///
/// # Errors
/// None at present; kept for symmetry with the other methods.
pub fn eigenvector(counts: &PairCounts, o: &CentralityOptions) -> Result<Centrality, RatingError> {
    eigenvector_folded(&counts.folded(o.both_bad), o)
}

/// [`eigenvector`] on folded counts.
///
/// # Errors
/// As there.
pub fn eigenvector_folded(
    folded: &Folded,
    o: &CentralityOptions,
) -> Result<Centrality, RatingError> {
    let credits = credits(folded, o.tie);
    let n = folded.systems.len();
    let found = graph_of(n, &credits, true);
    let mut rated: Vec<usize> = Vec::new();
    for part in &found.components {
        if part.len() > rated.len().max(1) {
            rated.clone_from(part);
        }
    }
    let status: Vec<Status> = (0..n)
        .map(|u| match rated.binary_search(&u) {
            Ok(_) => Status::Ok,
            Err(_) if found.status[u] == Status::NoGames => Status::NoGames,
            Err(_) => Status::Disconnected,
        })
        .collect();
    let m = rated.len();
    let edges: Vec<(usize, usize, f64)> = credits
        .iter()
        .filter_map(|&(w, l, c)| {
            Some((
                rated.binary_search(&w).ok()?,
                rated.binary_search(&l).ok()?,
                c,
            ))
        })
        .collect();
    // The shift makes the Perron root strictly dominant, also for even cycles.
    let total: f64 = edges.iter().map(|e| e.2).sum();
    let shift = total / (2 * m.max(1)) as f64;
    let mut v = vec![1.0 / sqrt(m as f64); m];
    let (mut converged, mut iterations, mut root) = (false, 0, 0.0);
    while m > 0 && !converged && iterations < o.max_iterations {
        iterations += 1;
        let mut next: Vec<f64> = v.iter().map(|x| shift * x).collect();
        for &(w, l, c) in &edges {
            next[w] += c * v[l];
        }
        let norm = sqrt(num::dot(&next, &next));
        let mut change = 0.0_f64;
        for (x, old) in next.iter_mut().zip(&v) {
            *x /= norm;
            change = change.max((*x - old).abs());
        }
        v = next;
        root = norm - shift;
        converged = change <= 1e-14;
    }
    let converged = converged && root > 1e-9 * shift;
    Ok(assemble(
        folded, &status, &rated, &v, false, converged, iterations,
    ))
}
