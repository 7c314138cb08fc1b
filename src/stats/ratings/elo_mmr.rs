//! Elo-MMR: Bayesian ratings of large contests (Ebtekar & Liu, WWW 2021).
//!
//! Logistic performances. Each contest: every belief diffuses, a performance is
//! estimated from the standings (a tie counts as a win and as a loss, the
//! player itself included), and the belief becomes the maximum of a normal and
//! one logistic factor per past performance.

use super::RatingError;
use super::error::check;
use super::players::{Players, canonical_standings};
use super::weng_lin::SkillRating;
use crate::stats::num::{pow, sqrt, tanh};
use std::f64::consts::PI;

/// Options of [`EloMmr`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EloMmrOptions {
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
    sigma: f64,
    /// Normal part: centre and weight.
    normal: (f64, f64),
    /// Past performances and their weights.
    past: Vec<(f64, f64)>,
    n: u64,
}

/// Elo-MMR ratings in progress.
#[derive(Debug, Clone)]
pub struct EloMmr {
    options: EloMmrOptions,
    /// β and γ: standard deviations of a performance and of the drift.
    beta: f64,
    gamma: f64,
    players: Players<Belief>,
}

/// √3/π: scale of a logistic of standard deviation 1.
fn logistic_scale(sigma: f64) -> f64 {
    sigma * sqrt(3.0) / PI
}

impl EloMmr {
    /// Starts without players.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: EloMmrOptions) -> Result<Self, RatingError> {
        let o = &options;
        let positive = |x: f64| x.is_finite() && x > 0.0;
        check("mu", o.mu, o.mu.is_finite(), "a finite number")?;
        check("sigma", o.sigma, positive(o.sigma), "a number > 0")?;
        check(
            "weight_limit",
            o.weight_limit,
            positive(o.weight_limit),
            "a number > 0",
        )?;
        check(
            "sigma_limit",
            o.sigma_limit,
            positive(o.sigma_limit),
            "a number > 0",
        )?;
        let rho = o.transfer_speed;
        check(
            "transfer_speed",
            rho,
            rho.is_finite() && rho >= 0.0,
            "a number >= 0",
        )?;
        Ok(Self {
            beta: sqrt(1.0 + 1.0 / o.weight_limit) * o.sigma_limit,
            gamma: sqrt(o.weight_limit) * o.sigma_limit,
            options,
            players: Players::new(),
        })
    }

    /// Plays one contest of `(player, rank)`; lower rank is better.
    ///
    /// # Errors
    /// A rank is not finite, or a player occurs twice.
    pub fn play(&mut self, contest: &[(&str, f64)]) -> Result<(), RatingError> {
        let sorted = canonical_standings(contest)?;
        let o = self.options;
        let ids: Vec<usize> = sorted
            .iter()
            .map(|c| {
                self.players.enter(c.0, || Belief {
                    mu: o.mu,
                    sigma: o.sigma,
                    normal: (o.mu, 1.0 / (o.sigma * o.sigma)),
                    past: Vec::new(),
                    n: 0,
                })
            })
            .collect();
        for &i in &ids {
            diffuse(self.players.at(i), self.gamma, o.transfer_speed);
        }
        // (centre, performance deviation, rank) of everyone before the update.
        let field: Vec<(f64, f64, f64)> = ids
            .iter()
            .zip(&sorted)
            .map(|(&i, c)| {
                let b = self.players.at(i);
                (b.mu, sqrt(b.sigma * b.sigma + self.beta * self.beta), c.1)
            })
            .collect();
        for (&i, &(mu, _, rank)) in ids.iter().zip(&field) {
            let performance = zero(mu, |x| {
                let mut s = 0.0;
                for &(m, delta, r) in &field {
                    let t = tanh((x - m) / (2.0 * logistic_scale(delta)));
                    if r <= rank {
                        s += (t + 1.0) / delta; // lost to, or level with
                    }
                    if r >= rank {
                        s += (t - 1.0) / delta; // beat, or level with
                    }
                }
                s
            });
            update(self.players.at(i), performance, self.beta);
        }
        Ok(())
    }

    /// Ratings so far, sorted by player.
    #[must_use]
    pub fn ratings(&self) -> Vec<SkillRating> {
        let one = |(player, b): (&str, &Belief)| SkillRating {
            player: player.to_owned(),
            mu: b.mu,
            sigma: b.sigma,
            n: b.n,
        };
        self.players.sorted().map(one).collect()
    }
}

fn diffuse(b: &mut Belief, gamma: f64, rho: f64) {
    let kappa = 1.0 / (1.0 + gamma * gamma / (b.sigma * b.sigma));
    let kept = pow(kappa, rho);
    let past: f64 = b.past.iter().map(|p| p.1).sum();
    let (w_normal, w_past) = (kept * b.normal.1, (1.0 - kept) * (b.normal.1 + past));
    let total = w_normal + w_past;
    b.normal = (
        (w_normal * b.normal.0 + w_past * b.mu) / total,
        kappa * total,
    );
    for p in &mut b.past {
        p.1 *= kappa * kept;
    }
    b.sigma /= sqrt(kappa);
}

fn update(b: &mut Belief, performance: f64, beta: f64) {
    b.past.push((performance, 1.0 / (beta * beta)));
    b.sigma = 1.0 / sqrt(1.0 / (b.sigma * b.sigma) + 1.0 / (beta * beta));
    b.n += 1;
    let scale = logistic_scale(beta);
    b.mu = zero(b.mu, |x| {
        let mut s = b.normal.1 * (x - b.normal.0);
        for &(p, w) in &b.past {
            s += w * beta * beta / scale * tanh((x - p) / (2.0 * scale));
        }
        s
    });
}

/// Zero of an increasing function that is negative far left of `start` and
/// positive far right: doubling outwards, then bisection to the last bit.
fn zero(start: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut lo, mut hi, mut step) = (start - 1.0, start + 1.0, 1.0);
    while f(lo) > 0.0 && step < 1e9 {
        step *= 2.0;
        lo -= step;
    }
    step = 1.0;
    while f(hi) < 0.0 && step < 1e9 {
        step *= 2.0;
        hi += step;
    }
    for _ in 0..200 {
        let middle = 0.5 * (lo + hi);
        if middle <= lo || middle >= hi {
            break;
        }
        if f(middle) < 0.0 {
            lo = middle;
        } else {
            hi = middle;
        }
    }
    0.5 * (lo + hi)
}
