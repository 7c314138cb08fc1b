//! Glicko-2 (Glickman 2001; "Example of the Glicko-2 system", 2022).
//!
//! All games of a rating period are rated at once from the ratings before it;
//! a known player without games only grows its deviation.

use super::RatingError;
use super::error::check;
use super::periods::Period;
use crate::stats::num::{exp, ln, logistic, sqrt};
use std::f64::consts::PI;

/// Rating points per unit of the Glicko-2 scale.
const SCALE: f64 = 173.7178;

/// Options of [`Glicko2`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glicko2Options {
    /// Constraint on volatility changes; default 0.5 (0.3 to 1.2 are usual).
    pub tau: f64,
    /// Rating of a new player; default 1500.
    pub rating: f64,
    /// Rating deviation of a new player; default 350.
    pub rd: f64,
    /// Volatility of a new player; default 0.06.
    pub volatility: f64,
}

impl Default for Glicko2Options {
    fn default() -> Self {
        Self {
            tau: 0.5,
            rating: 1500.0,
            rd: 350.0,
            volatility: 0.06,
        }
    }
}

/// One player's rating.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glicko2Rating {
    /// Rating, in points.
    pub rating: f64,
    /// Rating deviation, in points: the standard error.
    pub rd: f64,
    /// Volatility.
    pub volatility: f64,
}

#[derive(Debug, Clone, Copy)]
struct State {
    mu: f64,
    /// φ².
    var: f64,
    sigma: f64,
    /// Periods finished when `var` held; `None` for a new player, whose deviation does not grow.
    since: Option<u64>,
}

/// Glicko-2 ratings in progress, of players numbered from 0.
#[derive(Debug, Clone)]
pub struct Glicko2 {
    tau: f64,
    players: Vec<State>,
    period: Period,
}

fn state(r: Glicko2Rating, since: Option<u64>) -> State {
    State {
        mu: (r.rating - 1500.0) / SCALE,
        var: (r.rd / SCALE) * (r.rd / SCALE),
        sigma: r.volatility,
        since,
    }
}

impl State {
    /// φ² when `finished` periods are over: idle periods add σ² each.
    fn variance(&self, finished: u64) -> f64 {
        let idle = self.since.map_or(0, |then| finished.saturating_sub(then));
        self.var + idle as f64 * self.sigma * self.sigma
    }
}

impl Glicko2 {
    /// All `players` are new.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: Glicko2Options, players: usize) -> Result<Self, RatingError> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let o = &options;
        check("tau", o.tau, positive(o.tau), "a number > 0")?;
        check("init", o.rating, o.rating.is_finite(), "a finite number")?;
        check("rd", o.rd, positive(o.rd), "a number > 0")?;
        check(
            "volatility",
            o.volatility,
            positive(o.volatility),
            "a number > 0",
        )?;
        let new = Glicko2Rating {
            rating: o.rating,
            rd: o.rd,
            volatility: o.volatility,
        };
        Ok(Self {
            tau: o.tau,
            players: vec![state(new, None); players],
            period: Period::new(players),
        })
    }

    /// Sets a player's rating as it is before the current period.
    pub fn set(&mut self, player: u32, rating: Glicko2Rating) {
        self.players[player as usize] = state(rating, Some(self.period.finished));
    }

    /// Adds a game to the current period; `score` is 1 when `a` won, 0 when `b` did.
    pub fn play(&mut self, a: u32, b: u32, score: f64) {
        let (sa, sb) = (self.players[a as usize], self.players[b as usize]);
        for (i, own, other, s) in [(a, sa, sb, score), (b, sb, sa, 1.0 - score)] {
            let var = other.variance(self.period.finished);
            let g = 1.0 / sqrt(1.0 + 3.0 * var / (PI * PI));
            let e = logistic(g * (own.mu - other.mu));
            self.period.add(i, g * g * e * (1.0 - e), g * (s - e));
        }
    }

    /// Rates the games of the current period and starts the next one (steps 3
    /// to 8 of the paper); returns who played.
    pub fn end_period(&mut self) -> Vec<u32> {
        let before = self.period.finished;
        let evidence = self.period.finish();
        for (i, e) in &evidence {
            let s = &mut self.players[*i as usize];
            let var = s.variance(before);
            let v = 1.0 / e.information;
            s.sigma = volatility(s.sigma, var, v, v * e.surprise, self.tau);
            s.var = 1.0 / (1.0 / (var + s.sigma * s.sigma) + e.information);
            s.mu += s.var * e.surprise;
            s.since = Some(self.period.finished);
        }
        evidence.into_iter().map(|(i, _)| i).collect()
    }

    /// Lets periods without games pass.
    pub fn skip_periods(&mut self, periods: u64) {
        self.period.finished += periods;
    }

    /// Rating after the last finished period.
    #[must_use]
    pub fn rating(&self, player: u32) -> Glicko2Rating {
        let s = self.players[player as usize];
        Glicko2Rating {
            rating: SCALE * s.mu + 1500.0,
            rd: SCALE * sqrt(s.variance(self.period.finished)),
            volatility: s.sigma,
        }
    }
}

/// New volatility by the Illinois variant of regula falsi (step 5), to 1e-14.
fn volatility(sigma: f64, phi2: f64, v: f64, delta: f64, tau: f64) -> f64 {
    let a = ln(sigma * sigma);
    let f = |x: f64| {
        let e = exp(x);
        let d = phi2 + v + e;
        e * (delta * delta - d) / (2.0 * d * d) - (x - a) / (tau * tau)
    };
    let mut lo = a;
    let mut hi = if delta * delta > phi2 + v {
        ln(delta * delta - phi2 - v)
    } else {
        let mut k = 1.0;
        while f(a - k * tau) < 0.0 && k < 1000.0 {
            k += 1.0;
        }
        a - k * tau
    };
    let (mut f_lo, mut f_hi) = (f(lo), f(hi));
    for _ in 0..200 {
        if (hi - lo).abs() <= 1e-14 {
            break;
        }
        let c = lo + (lo - hi) * f_lo / (f_hi - f_lo);
        if !c.is_finite() {
            break;
        }
        let f_c = f(c);
        if f_c * f_hi <= 0.0 {
            lo = hi;
            f_lo = f_hi;
        } else {
            f_lo *= 0.5;
        }
        hi = c;
        f_hi = f_c;
    }
    exp(0.5 * lo)
}
