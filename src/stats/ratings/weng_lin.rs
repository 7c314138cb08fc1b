//! Bayesian online ranking of free-for-all contests (Weng & Lin 2011, JMLR 12).
//!
//! The models of the paper: Bradley–Terry full pairs (algorithm 1) and partial
//! pairs (algorithm 2), Thurstone–Mosteller full pairs (algorithm 3) and
//! partial pairs, Plackett–Luce (algorithm 4). Before each contest
//! `σ² += τ²` (not in the paper; keeps ratings able to move). With a factor of
//! the variance step of 1 and τ = 0, Thurstone–Mosteller is K-Sort's update.

use super::RatingError;
use super::contests::{Online, Skill};
use super::error::check;
use crate::stats::num::{exp, logistic, norm_cdf, norm_pdf, sqrt};

/// The likelihood of a contest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WengLinModel {
    /// Algorithm 1: every pair of players.
    BradleyTerryFull,
    /// Algorithm 2: neighbours in the final order.
    BradleyTerryPart,
    /// Algorithm 3: every pair of players.
    ThurstoneMostellerFull,
    /// The same over neighbours in the final order.
    ThurstoneMostellerPart,
    /// Algorithm 4.
    PlackettLuce,
}

/// The factor of the variance step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gamma {
    /// σ/c, as in the paper's experiments.
    Shrinking,
    /// 1, as in K-Sort Arena.
    One,
}

/// Options of [`WengLin`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WengLinOptions {
    /// The model; default Plackett–Luce.
    pub model: WengLinModel,
    /// Mean of a new player; default 25.
    pub mu: f64,
    /// Standard deviation of a new player; default 25/3.
    pub sigma: f64,
    /// Performance noise; default 25/6.
    pub beta: f64,
    /// Smallest factor by which a variance shrinks in a contest; default 1e-4.
    pub kappa: f64,
    /// Standard deviation added before each contest; default 25/300.
    pub tau: f64,
    /// Draw margin of Thurstone–Mosteller; default 0.1.
    pub epsilon: f64,
    /// Factor of the variance step; default σ/c.
    pub gamma: Gamma,
}

impl Default for WengLinOptions {
    fn default() -> Self {
        Self {
            model: WengLinModel::PlackettLuce,
            mu: 25.0,
            sigma: 25.0 / 3.0,
            beta: 25.0 / 6.0,
            kappa: 1e-4,
            tau: 25.0 / 300.0,
            epsilon: 0.1,
            gamma: Gamma::Shrinking,
        }
    }
}

/// Weng–Lin ratings in progress, of players numbered from 0.
#[derive(Debug, Clone)]
pub struct WengLin {
    options: WengLinOptions,
    players: Vec<Skill>,
    entrants: Vec<Entrant>,
}

/// One contestant during an update, and what it gains.
#[derive(Debug, Clone, Copy)]
struct Entrant {
    mu: f64,
    var: f64,
    rank: f64,
    omega: f64,
    delta: f64,
}

impl WengLin {
    /// All `players` are new.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: WengLinOptions, players: usize) -> Result<Self, RatingError> {
        let o = &options;
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let not_negative = |x: f64| x.is_finite() && x >= 0.0;
        let at_least_0 = "a number >= 0";
        check("init", o.mu, o.mu.is_finite(), "a finite number")?;
        check("sigma", o.sigma, positive(o.sigma), "a number > 0")?;
        check("beta", o.beta, positive(o.beta), "a number > 0")?;
        let kappa = o.kappa > 0.0 && o.kappa <= 1.0;
        check("kappa", o.kappa, kappa, "a number in (0, 1]")?;
        check("tau", o.tau, not_negative(o.tau), at_least_0)?;
        check("epsilon", o.epsilon, not_negative(o.epsilon), at_least_0)?;
        let new = Skill {
            mu: o.mu,
            var: o.sigma * o.sigma,
            n: 0,
        };
        Ok(Self {
            options,
            players: vec![new; players],
            entrants: Vec::new(),
        })
    }

    /// Sets the beliefs (mean, standard deviation) of the first players.
    #[cfg(test)]
    pub(super) fn start(&mut self, beliefs: &[(f64, f64)]) {
        for (s, (mu, sigma)) in self.players.iter_mut().zip(beliefs) {
            (s.mu, s.var) = (*mu, sigma * sigma);
        }
    }
}

impl Online for WengLin {
    fn play(&mut self, contest: &[(u32, f64)]) -> Result<(), RatingError> {
        let o = self.options;
        let entrants = &mut self.entrants;
        entrants.clear();
        entrants.extend(contest.iter().map(|&(i, rank)| {
            let s = self.players[i as usize];
            Entrant {
                mu: s.mu,
                var: s.var + o.tau * o.tau,
                rank,
                omega: 0.0,
                delta: 0.0,
            }
        }));
        match o.model {
            WengLinModel::PlackettLuce => plackett_luce(entrants, &o),
            WengLinModel::BradleyTerryFull | WengLinModel::ThurstoneMostellerFull => {
                for i in 0..entrants.len() {
                    for q in 0..entrants.len() {
                        if q != i {
                            meet(entrants, i, q, &o);
                        }
                    }
                }
            }
            WengLinModel::BradleyTerryPart | WengLinModel::ThurstoneMostellerPart => {
                for i in 1..entrants.len() {
                    meet(entrants, i - 1, i, &o);
                    meet(entrants, i, i - 1, &o);
                }
            }
        }
        if entrants.iter().any(|e| !(e.omega + e.delta).is_finite()) {
            return Err(RatingError::Row(
                "a rating leaves the range of numbers; beta is too small for the differences in skill".into(),
            ));
        }
        for (&(i, _), e) in contest.iter().zip(entrants) {
            let s = &mut self.players[i as usize];
            *s = Skill {
                mu: e.mu + e.omega,
                var: e.var * (1.0 - e.delta).max(o.kappa),
                n: s.n + 1,
            };
        }
        Ok(())
    }

    fn skill(&self, player: u32) -> Skill {
        self.players[player as usize]
    }
}

/// Adds to entrant `i` what its comparison with entrant `q` says.
fn meet(entrants: &mut [Entrant], i: usize, q: usize, o: &WengLinOptions) {
    let other = entrants[q];
    let e = &mut entrants[i];
    let c = sqrt(e.var + other.var + 2.0 * o.beta * o.beta);
    let x = (e.mu - other.mu) / c;
    let (gain, shrink) = match o.model {
        WengLinModel::BradleyTerryFull | WengLinModel::BradleyTerryPart => {
            let p = logistic(x);
            let score = if e.rank < other.rank {
                1.0
            } else if e.rank > other.rank {
                0.0
            } else {
                0.5
            };
            (score - p, p * (1.0 - p))
        }
        _ => thurstone(x, o.epsilon / c, e.rank, other.rank),
    };
    e.omega += e.var / c * gain;
    e.delta += gamma(e.var, c, o) * e.var / (c * c) * shrink;
}

fn gamma(var: f64, c: f64, o: &WengLinOptions) -> f64 {
    match o.gamma {
        Gamma::Shrinking => sqrt(var) / c,
        Gamma::One => 1.0,
    }
}

/// Mean shift and variance factor of a truncated normal difference.
fn thurstone(x: f64, margin: f64, rank: f64, other: f64) -> (f64, f64) {
    if rank < other {
        exceed(x, margin)
    } else if rank > other {
        let (v, w) = exceed(-x, margin);
        (-v, w)
    } else {
        within(x, margin)
    }
}

/// V and W of a win: the difference exceeds the margin.
pub(super) fn exceed(x: f64, margin: f64) -> (f64, f64) {
    let t = x - margin;
    let v = mills(t);
    if t > -37.0 {
        return (v, v * (v + t));
    }
    // The tail beyond t has variance 1 - W, nearly 1/t²: no cancellation here.
    let t2 = t * t;
    (v, 1.0 - (1.0 - (6.0 - 50.0 / t2) / t2) / t2)
}

/// φ(t)/Φ(t), also where both underflow.
pub(super) fn mills(t: f64) -> f64 {
    if t > -37.0 {
        return norm_pdf(t) / norm_cdf(t);
    }
    // Asymptotic series of the inverse Mills ratio.
    let t2 = t * t;
    -t / (1.0 - 1.0 / t2 + 3.0 / (t2 * t2) - 15.0 / (t2 * t2 * t2))
}

/// V and W of a draw: the difference lies within the margin.
pub(super) fn within(x: f64, margin: f64) -> (f64, f64) {
    let y = x.abs();
    let (upper, lower) = (margin - y, -margin - y);
    let mass = norm_cdf(upper) - norm_cdf(lower);
    let (v, w) = if mass > 1e-300 {
        let v = (norm_pdf(lower) - norm_pdf(upper)) / mass;
        let spread = (upper * norm_pdf(upper) - lower * norm_pdf(lower)) / mass;
        (v, v * v + spread)
    } else {
        (upper, 1.0)
    };
    (if x < 0.0 { -v } else { v }, w)
}

/// Algorithm 4. Entrants stand by rank: stage q is the choice of q among all
/// that are not placed before it, so sums over stages are running sums.
fn plackett_luce(entrants: &mut [Entrant], o: &WengLinOptions) {
    let beta = o.beta;
    let total: f64 = entrants.iter().map(|e| e.var + beta * beta).sum();
    let c = sqrt(total);
    let top = entrants
        .iter()
        .map(|e| e.mu)
        .fold(f64::NEG_INFINITY, f64::max);
    // Chances below 1e-150 are as good as that: their squares stay numbers.
    let worth = |e: &Entrant| exp((e.mu - top) / c).max(1e-150);
    // Suffix sums of worth: what each group of tied entrants chooses from.
    let mut rest: Vec<f64> = entrants.iter().map(worth).collect();
    for i in (1..rest.len()).rev() {
        rest[i - 1] += rest[i];
    }
    // Sums over the stages so far of 1/(ties · rest) and 1/(ties · rest²).
    let (mut first, mut second) = (0.0, 0.0);
    let mut start = 0;
    while start < entrants.len() {
        let rank = entrants[start].rank;
        let tied = entrants[start..].iter().take_while(|e| e.rank == rank);
        let ties = tied.count();
        // As many stages as tied entrants, each divided by that number.
        first += 1.0 / rest[start];
        second += 1.0 / (rest[start] * rest[start]);
        for e in &mut entrants[start..start + ties] {
            let w = worth(e);
            e.omega = e.var / c * (1.0 / ties as f64 - w * first);
            e.delta = gamma(e.var, c, o) * e.var / (c * c) * (w * first - w * w * second);
        }
        start += ties;
    }
}
