//! Elo-MMR: Bayesian ratings of large contests (Ebtekar & Liu, WWW 2021).
//!
//! Each contest: every belief diffuses, a performance is estimated from the
//! standings, and the belief takes it in. Performances are logistic (Elo-MMR:
//! the belief is the maximum of a normal and one logistic factor per past
//! performance, so an odd contest moves it little) or normal (Elo-MMχ: the
//! belief stays normal). A player ties with itself and with everyone of its
//! rank; a tie counts as a win and a loss where performances are logistic.

use super::RatingError;
use super::contests::{Online, Skill};
use super::error::check;
use super::weng_lin::mills;
use crate::stats::num::{exp, pow, sqrt, tanh};
use std::f64::consts::PI;

/// Most players of one contest: the cost of a contest is their square.
pub const MOST_PLAYERS: usize = 20_000;

/// A past performance is forgotten when its weight is this part of the rest.
const FORGOTTEN: f64 = 1e-16;

/// The distribution of performances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EloMmrVariant {
    /// Elo-MMR.
    Logistic,
    /// Elo-MMχ.
    Normal,
}

/// Options of [`EloMmr`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EloMmrOptions {
    /// The distribution of performances; default logistic.
    pub variant: EloMmrVariant,
    /// Mean of a new player; default 1500.
    pub mu: f64,
    /// Standard deviation of a new player; default 350.
    pub sigma: f64,
    /// Weight of one contest; default 0.2.
    pub weight_limit: f64,
    /// Standard deviation that a player of many contests approaches; default 80.
    pub sigma_limit: f64,
    /// ρ: how fast past performances turn into a normal prior; default 1.
    pub transfer_speed: f64,
}

impl Default for EloMmrOptions {
    fn default() -> Self {
        Self {
            variant: EloMmrVariant::Logistic,
            mu: 1500.0,
            sigma: 350.0,
            weight_limit: 0.2,
            sigma_limit: 80.0,
            transfer_speed: 1.0,
        }
    }
}

#[derive(Debug, Clone)]
struct Belief {
    mu: f64,
    var: f64,
    /// Normal part: centre and weight.
    normal: (f64, f64),
    /// Past performances; empty where performances are normal.
    past: Vec<Past>,
    n: u64,
}

#[derive(Debug, Clone, Copy)]
struct Past {
    performance: f64,
    weight: f64,
    /// `e^((performance − init) / s)`, with `s` the scale of a logistic performance.
    power: f64,
}

/// Elo-MMR ratings in progress, of players numbered from 0.
#[derive(Debug, Clone)]
pub struct EloMmr {
    options: EloMmrOptions,
    /// β and γ: standard deviations of a performance and of the drift.
    beta: f64,
    gamma: f64,
    players: Vec<Belief>,
}

/// One contestant before the update: centre and deviation of its performance, rank.
#[derive(Debug, Clone, Copy)]
struct Entrant {
    mu: f64,
    delta: f64,
    rank: f64,
}

/// √3/π: scale of a logistic of standard deviation 1.
fn logistic_scale(sigma: f64) -> f64 {
    sigma * sqrt(3.0) / PI
}

impl EloMmr {
    /// All `players` are new.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: EloMmrOptions, players: usize) -> Result<Self, RatingError> {
        let o = &options;
        let positive = |name, x: f64| check(name, x, x.is_finite() && x > 0.0, "a number > 0");
        check("init", o.mu, o.mu.is_finite(), "a finite number")?;
        positive("sigma", o.sigma)?;
        positive("weight_limit", o.weight_limit)?;
        positive("sigma_limit", o.sigma_limit)?;
        let rho = o.transfer_speed;
        let not_negative = rho.is_finite() && rho >= 0.0;
        check("transfer_speed", rho, not_negative, "a number >= 0")?;
        let new = Belief {
            mu: o.mu,
            var: o.sigma * o.sigma,
            normal: (o.mu, 1.0 / (o.sigma * o.sigma)),
            past: Vec::new(),
            n: 0,
        };
        Ok(Self {
            beta: sqrt(1.0 + 1.0 / o.weight_limit) * o.sigma_limit,
            gamma: sqrt(o.weight_limit) * o.sigma_limit,
            options,
            players: vec![new; players],
        })
    }

    /// Sets the mean of a new player.
    #[cfg(test)]
    pub(super) fn lift(&mut self, player: u32, mu: f64) {
        let b = &mut self.players[player as usize];
        b.mu = mu;
        b.normal.0 = mu;
    }
}

impl Online for EloMmr {
    fn play(&mut self, contest: &[(u32, f64)]) -> Result<(), RatingError> {
        if contest.len() > MOST_PLAYERS {
            return Err(RatingError::Row(format!(
                "a contest has {} players; the cost of a contest is their square, and {MOST_PLAYERS} is the limit",
                contest.len()
            )));
        }
        let variant = self.options.variant;
        let mut field = Vec::with_capacity(contest.len());
        for &(i, rank) in contest {
            let b = &mut self.players[i as usize];
            match variant {
                EloMmrVariant::Logistic => diffuse(b, self.gamma, self.options.transfer_speed),
                EloMmrVariant::Normal => b.var += self.gamma * self.gamma,
            }
            field.push(Entrant {
                mu: b.mu,
                delta: sqrt(b.var + self.beta * self.beta),
                rank,
            });
        }
        // Tied players face the same equation, so one solution serves them all.
        let mut last = (f64::NAN, self.options.mu);
        for &(i, rank) in contest {
            if rank != last.0 {
                let start = last.1;
                last = (
                    rank,
                    zero(start, self.beta, |x| evidence(variant, &field, rank, x)),
                );
            }
            let b = &mut self.players[i as usize];
            match variant {
                EloMmrVariant::Logistic => absorb(b, last.1, self.beta, self.options.mu),
                EloMmrVariant::Normal => {
                    let precision = 1.0 / b.var + 1.0 / (self.beta * self.beta);
                    b.mu += (last.1 - b.mu) / (self.beta * self.beta) / precision;
                    b.var = 1.0 / precision;
                }
            }
            b.n += 1;
        }
        Ok(())
    }

    fn skill(&self, player: u32) -> Skill {
        let b = &self.players[player as usize];
        Skill {
            mu: b.mu,
            var: b.var,
            n: b.n,
        }
    }
}

/// Minus the derivative of the log-likelihood of performance `x` at `rank`
/// against the field, and its own derivative; increasing in `x`.
fn evidence(variant: EloMmrVariant, field: &[Entrant], rank: f64, x: f64) -> (f64, f64) {
    let (mut value, mut slope) = (0.0, 0.0);
    for e in field {
        let (v, s) = match variant {
            EloMmrVariant::Logistic => {
                let width = 2.0 * logistic_scale(e.delta);
                let t = tanh((x - e.mu) / width);
                let s = (1.0 - t * t) / width;
                if e.rank < rank {
                    (t + 1.0, s)
                } else if e.rank > rank {
                    (t - 1.0, s)
                } else {
                    (2.0 * t, 2.0 * s)
                }
            }
            EloMmrVariant::Normal => {
                let z = (x - e.mu) / e.delta;
                let (v, s) = if e.rank < rank {
                    let h = mills(-z);
                    (h, h * (h - z))
                } else if e.rank > rank {
                    let g = mills(z);
                    (-g, g * (g + z))
                } else {
                    (z, 1.0)
                };
                (v, s / e.delta)
            }
        };
        value += v / e.delta;
        slope += s / e.delta;
    }
    (value, slope)
}

/// The drift between contests: weights fade, and part of them becomes normal.
fn diffuse(b: &mut Belief, gamma: f64, rho: f64) {
    let kappa = 1.0 / (1.0 + gamma * gamma / b.var);
    let kept = pow(kappa, rho);
    let past: f64 = b.past.iter().map(|p| p.weight).sum();
    let (w_normal, w_past) = (kept * b.normal.1, (1.0 - kept) * (b.normal.1 + past));
    let total = w_normal + w_past;
    b.normal = (
        (w_normal * b.normal.0 + w_past * b.mu) / total,
        kappa * total,
    );
    for p in &mut b.past {
        p.weight *= kappa * kept;
    }
    let least = b.normal.1 * FORGOTTEN;
    b.past.retain(|p| p.weight > least);
    b.var /= kappa;
}

/// Takes in a logistic performance.
fn absorb(b: &mut Belief, performance: f64, beta: f64, init: f64) {
    let scale = logistic_scale(beta);
    let power = |x: f64| exp((x - init) / scale);
    b.past.push(Past {
        performance,
        weight: 1.0 / (beta * beta),
        power: power(performance),
    });
    b.var = 1.0 / (1.0 / b.var + 1.0 / (beta * beta));
    b.mu = zero(b.mu, beta, |x| {
        let mut value = b.normal.1 * (x - b.normal.0);
        let mut slope = b.normal.1;
        // tanh((x − p) / 2s) from powers, so that a step takes one exponential for all
        // terms; far from `init` powers leave the range of numbers.
        let here = power(x);
        for p in &b.past {
            let sum = here + p.power;
            let t = if here.is_normal() && p.power.is_normal() && sum.is_finite() {
                (here - p.power) / sum
            } else {
                tanh((x - p.performance) / (2.0 * scale))
            };
            let weight = p.weight * beta * beta / scale;
            value += weight * t;
            slope += weight * (1.0 - t * t) / (2.0 * scale);
        }
        (value, slope)
    });
}

/// Zero of an increasing function, given with its derivative, that is negative
/// far left of `start` and positive far right: a bracket by doubling steps of
/// `unit`, then Newton's method, halving the bracket where a step leaves it.
fn zero(start: f64, unit: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut lo, mut hi) = (f64::NEG_INFINITY, f64::INFINITY);
    let (mut x, mut step) = (start, unit);
    for _ in 0..300 {
        let (value, slope) = f(x);
        if value == 0.0 {
            return x;
        }
        if value < 0.0 {
            lo = x;
        } else {
            hi = x;
        }
        let mut next = x - value / slope;
        if !(next > lo && next < hi && (next - x).abs() <= step) {
            // Outside the bracket, or further than the search has widened.
            next = if lo.is_finite() && hi.is_finite() {
                0.5 * (lo + hi)
            } else {
                step *= 2.0;
                x - value.signum() * 0.5 * step
            };
        }
        if (next - x).abs() <= 1e-13 * (x.abs() + unit) || next <= lo || next >= hi {
            return next.clamp(lo, hi);
        }
        x = next;
    }
    x
}
