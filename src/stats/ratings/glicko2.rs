//! Glicko-2 (Glickman 2001; "Example of the Glicko-2 system", 2022).
//!
//! All games of a rating period are rated at once from the ratings before it;
//! a known player without games only grows its deviation.

use super::RatingError;
use super::counts::Outcome;
use super::error::check;
use super::players::Players;
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
#[derive(Debug, Clone, PartialEq)]
pub struct Glicko2Rating {
    /// The player.
    pub system: String,
    /// Rating, in points.
    pub rating: f64,
    /// Rating deviation, in points: the standard error.
    pub rd: f64,
    /// Volatility.
    pub volatility: f64,
    /// Games that counted.
    pub n: u64,
}

#[derive(Debug, Clone)]
struct State {
    mu: f64,
    phi: f64,
    sigma: f64,
    games: Vec<(usize, f64)>,
    n: u64,
}

/// Glicko-2 ratings in progress.
#[derive(Debug, Clone)]
pub struct Glicko2 {
    options: Glicko2Options,
    players: Players<State>,
}

fn state(rating: f64, rd: f64, volatility: f64) -> State {
    State {
        mu: (rating - 1500.0) / SCALE,
        phi: rd / SCALE,
        sigma: volatility,
        games: Vec::new(),
        n: 0,
    }
}

impl Glicko2 {
    /// Starts without players.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: Glicko2Options) -> Result<Self, RatingError> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let o = &options;
        check("tau", o.tau, positive(o.tau), "a number > 0")?;
        check("rating", o.rating, o.rating.is_finite(), "a finite number")?;
        check("rd", o.rd, positive(o.rd), "a number > 0")?;
        check(
            "volatility",
            o.volatility,
            positive(o.volatility),
            "a number > 0",
        )?;
        Ok(Self {
            options,
            players: Players::new(),
        })
    }

    /// Sets a player's rating, deviation and volatility before the next period.
    ///
    /// # Errors
    /// A number is out of range.
    pub fn set(
        &mut self,
        player: &str,
        rating: f64,
        rd: f64,
        volatility: f64,
    ) -> Result<(), RatingError> {
        Self::new(Glicko2Options {
            rating,
            rd,
            volatility,
            ..self.options
        })?;
        let i = self.players.enter(player, || state(rating, rd, volatility));
        let n = self.players.at(i).n;
        *self.players.at(i) = State {
            n,
            ..state(rating, rd, volatility)
        };
        Ok(())
    }

    /// Adds a game to the current period; "both bad" is a tie. A NULL outcome
    /// and a game against oneself change nothing.
    pub fn play(&mut self, a: &str, b: &str, outcome: Option<Outcome>) {
        let o = self.options;
        let new = || state(o.rating, o.rd, o.volatility);
        let ia = self.players.enter(a, new);
        let ib = self.players.enter(b, new);
        let score = match outcome {
            Some(Outcome::A) => 1.0,
            Some(Outcome::B) => 0.0,
            Some(Outcome::Tie | Outcome::BothBad) => 0.5,
            None => return,
        };
        if ia != ib {
            self.players.at(ia).games.push((ib, score));
            self.players.at(ib).games.push((ia, 1.0 - score));
        }
    }

    /// Rates the games of the current period and starts the next one.
    pub fn end_period(&mut self) {
        let before: Vec<(f64, f64)> = self.players.all().iter().map(|s| (s.mu, s.phi)).collect();
        for s in self.players.all() {
            rate(s, &before, self.options.tau);
        }
    }

    /// Ratings after the last finished period, sorted by player.
    #[must_use]
    pub fn ratings(&self) -> Vec<Glicko2Rating> {
        let one = |(name, s): (&str, &State)| Glicko2Rating {
            system: name.to_owned(),
            rating: SCALE * s.mu + 1500.0,
            rd: SCALE * s.phi,
            volatility: s.sigma,
            n: s.n,
        };
        self.players.sorted().map(one).collect()
    }
}

/// One player's update (steps 3 to 8 of the paper).
fn rate(s: &mut State, before: &[(f64, f64)], tau: f64) {
    let games = std::mem::take(&mut s.games);
    if games.is_empty() {
        s.phi = sqrt(s.phi * s.phi + s.sigma * s.sigma);
        return;
    }
    let (mut information, mut surprise) = (0.0, 0.0);
    for &(opponent, score) in &games {
        let (mu, phi) = before[opponent];
        let g = 1.0 / sqrt(1.0 + 3.0 * phi * phi / (PI * PI));
        let e = logistic(g * (s.mu - mu));
        information += g * g * e * (1.0 - e);
        surprise += g * (score - e);
    }
    let v = 1.0 / information;
    s.sigma = volatility(s, v, v * surprise, tau);
    let phi_star = s.phi * s.phi + s.sigma * s.sigma;
    let phi = 1.0 / (1.0 / phi_star + information);
    s.mu += phi * surprise;
    s.phi = sqrt(phi);
    s.n += games.len() as u64;
}

/// New volatility by the Illinois variant of regula falsi (step 5), to 1e-14.
fn volatility(s: &State, v: f64, delta: f64, tau: f64) -> f64 {
    let a = ln(s.sigma * s.sigma);
    let phi2 = s.phi * s.phi;
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
