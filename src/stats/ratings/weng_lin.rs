//! Bayesian online ranking of free-for-all contests (Weng & Lin 2011, JMLR 12).
//!
//! Three models of the paper: Bradley–Terry full pairs (algorithm 1),
//! Thurstone–Mosteller full pairs (algorithm 3), Plackett–Luce (algorithm 4).
//! Before each match `σ² += τ²` (not in the paper; keeps ratings able to move).

use super::RatingError;
use super::error::check;
use super::players::{Players, canonical_standings};
use crate::stats::num::{exp, logistic, norm_cdf, norm_pdf, sqrt};

/// The likelihood of a contest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WengLinModel {
    /// Algorithm 1.
    BradleyTerryFull,
    /// Algorithm 3.
    ThurstoneMostellerFull,
    /// Algorithm 4.
    PlackettLuce,
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
    /// Smallest factor by which a variance shrinks in a match; default 1e-4.
    pub kappa: f64,
    /// Standard deviation added before each match; default 25/300.
    pub tau: f64,
    /// Draw margin of Thurstone–Mosteller; default 0.1.
    pub epsilon: f64,
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
        }
    }
}

/// A player's belief: normal with mean `mu` and standard deviation `sigma`.
#[derive(Debug, Clone, PartialEq)]
pub struct SkillRating {
    /// The player.
    pub player: String,
    /// Mean.
    pub mu: f64,
    /// Standard deviation.
    pub sigma: f64,
    /// Matches played.
    pub n: u64,
}

/// Weng–Lin ratings in progress.
#[derive(Debug, Clone)]
pub struct WengLin {
    options: WengLinOptions,
    /// (mu, sigma², matches)
    players: Players<(f64, f64, u64)>,
}

/// One contestant during an update.
struct Entrant {
    mu: f64,
    var: f64,
    rank: f64,
}

impl WengLin {
    /// Starts without players.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: WengLinOptions) -> Result<Self, RatingError> {
        let o = &options;
        let not_negative = |x: f64| x.is_finite() && x >= 0.0;
        check("mu", o.mu, o.mu.is_finite(), "a finite number")?;
        check(
            "sigma",
            o.sigma,
            o.sigma > 0.0 && o.sigma.is_finite(),
            "a number > 0",
        )?;
        check(
            "beta",
            o.beta,
            o.beta > 0.0 && o.beta.is_finite(),
            "a number > 0",
        )?;
        check(
            "kappa",
            o.kappa,
            o.kappa > 0.0 && o.kappa <= 1.0,
            "a number in (0, 1]",
        )?;
        check("tau", o.tau, not_negative(o.tau), "a number >= 0")?;
        check(
            "epsilon",
            o.epsilon,
            not_negative(o.epsilon),
            "a number >= 0",
        )?;
        Ok(Self {
            options,
            players: Players::new(),
        })
    }

    /// Plays one match of `(player, rank)`; lower rank is better, equal ranks
    /// are ties. A match of one player changes nothing but its τ.
    ///
    /// # Errors
    /// A rank is not finite, or a player occurs twice.
    pub fn play(&mut self, contest: &[(&str, f64)]) -> Result<(), RatingError> {
        let sorted = canonical_standings(contest)?;
        let o = self.options;
        let ids: Vec<usize> = sorted
            .iter()
            .map(|c| self.players.enter(c.0, || (o.mu, o.sigma * o.sigma, 0)))
            .collect();
        let entrants: Vec<Entrant> = ids
            .iter()
            .zip(&sorted)
            .map(|(&i, &(_, rank))| {
                let s = self.players.at(i);
                Entrant {
                    mu: s.0,
                    var: s.1 + o.tau * o.tau,
                    rank,
                }
            })
            .collect();
        let changes = match o.model {
            WengLinModel::PlackettLuce => plackett_luce(&entrants, o.beta),
            _ => full_pairs(&entrants, &o),
        };
        for ((&i, e), (omega, delta)) in ids.iter().zip(&entrants).zip(changes) {
            let s = self.players.at(i);
            *s = (e.mu + omega, e.var * (1.0 - delta).max(o.kappa), s.2 + 1);
        }
        Ok(())
    }

    /// Ratings so far, sorted by player.
    #[must_use]
    pub fn ratings(&self) -> Vec<SkillRating> {
        let one = |(player, &(mu, var, n)): (&str, &(f64, f64, u64))| SkillRating {
            player: player.to_owned(),
            mu,
            sigma: sqrt(var),
            n,
        };
        self.players.sorted().map(one).collect()
    }
}

/// (Ω, Δ) per entrant from all pairs it is in.
fn full_pairs(entrants: &[Entrant], o: &WengLinOptions) -> Vec<(f64, f64)> {
    let pair = |i: &Entrant, q: &Entrant| {
        let c = sqrt(i.var + q.var + 2.0 * o.beta * o.beta);
        let gamma = sqrt(i.var) / c;
        let x = (i.mu - q.mu) / c;
        let (gain, shrink) = if o.model == WengLinModel::BradleyTerryFull {
            let p = logistic(x);
            let score = if i.rank < q.rank {
                1.0
            } else if i.rank > q.rank {
                0.0
            } else {
                0.5
            };
            (score - p, p * (1.0 - p))
        } else {
            thurstone(x, o.epsilon / c, i.rank, q.rank)
        };
        (i.var / c * gain, gamma * i.var / (c * c) * shrink)
    };
    (0..entrants.len())
        .map(|i| {
            let mut sum = (0.0, 0.0);
            for (q, other) in entrants.iter().enumerate() {
                if q != i {
                    let (omega, delta) = pair(&entrants[i], other);
                    sum = (sum.0 + omega, sum.1 + delta);
                }
            }
            sum
        })
        .collect()
}

/// Mean shift and variance factor of a truncated normal difference.
fn thurstone(x: f64, margin: f64, rank: f64, other: f64) -> (f64, f64) {
    if rank < other {
        let (v, w) = exceed(x, margin);
        (v, w)
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
    (v, v * (v + t))
}

/// φ(t)/Φ(t), also where both underflow.
fn mills(t: f64) -> f64 {
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

/// (Ω, Δ) per entrant of algorithm 4.
fn plackett_luce(entrants: &[Entrant], beta: f64) -> Vec<(f64, f64)> {
    let total: f64 = entrants.iter().map(|e| e.var + beta * beta).sum();
    let c = sqrt(total);
    let top = entrants
        .iter()
        .map(|e| e.mu)
        .fold(f64::NEG_INFINITY, f64::max);
    let worth: Vec<f64> = entrants.iter().map(|e| exp((e.mu - top) / c)).collect();
    // Per stage q: worth of those not placed before q, and ties with q.
    let stages: Vec<(f64, f64)> = entrants
        .iter()
        .map(|q| {
            let mut sum = 0.0;
            let mut tied = 0.0;
            for (s, w) in entrants.iter().zip(&worth) {
                if s.rank >= q.rank {
                    sum += w;
                }
                if s.rank == q.rank {
                    tied += 1.0;
                }
            }
            (sum, tied)
        })
        .collect();
    entrants
        .iter()
        .enumerate()
        .map(|(i, e)| {
            let (mut omega, mut delta) = (0.0, 0.0);
            for (q, (other, (sum, tied))) in entrants.iter().zip(&stages).enumerate() {
                if other.rank <= e.rank {
                    let p = worth[i] / sum;
                    omega += (f64::from(u8::from(q == i)) - p) / tied;
                    delta += p * (1.0 - p) / tied;
                }
            }
            let gamma = sqrt(e.var) / c;
            (e.var / c * omega, gamma * e.var / (c * c) * delta)
        })
        .collect()
}
