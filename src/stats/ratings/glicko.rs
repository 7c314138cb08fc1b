//! Glicko (Glickman 1999, "Parameter estimation in large dynamic paired
//! comparison experiments", Applied Statistics 48).
//!
//! All games of a rating period are rated at once from the ratings before it.
//! The deviation of a known player grows by c² per period, at most to that of a
//! new player.

use super::RatingError;
use super::error::check;
use super::periods::Period;
use crate::stats::num::{logistic, sqrt};
use std::f64::consts::{LN_10, PI};

/// Points per natural unit of log-odds, inverted: ln 10 / 400.
const Q: f64 = LN_10 / 400.0;

/// Options of [`Glicko`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlickoOptions {
    /// Rating of a new player; default 1500.
    pub rating: f64,
    /// Deviation of a new player; default 350.
    pub rd: f64,
    /// Growth of the deviation per period; default 34.6, with which a deviation
    /// of 50 takes 100 periods to become 350.
    pub c: f64,
}

impl Default for GlickoOptions {
    fn default() -> Self {
        Self {
            rating: 1500.0,
            rd: 350.0,
            c: 34.6,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct State {
    rating: f64,
    rd: f64,
    /// Period at which `rd` held; `None` for a new player, whose deviation does not grow.
    since: Option<u64>,
}

/// Glicko ratings in progress, of players numbered from 0.
#[derive(Debug, Clone)]
pub struct Glicko {
    options: GlickoOptions,
    players: Vec<State>,
    period: Period,
}

impl Glicko {
    /// All `players` are new.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: GlickoOptions, players: usize) -> Result<Self, RatingError> {
        let o = &options;
        check("init", o.rating, o.rating.is_finite(), "a finite number")?;
        check("rd", o.rd, o.rd.is_finite() && o.rd > 0.0, "a number > 0")?;
        check("c", o.c, o.c.is_finite() && o.c >= 0.0, "a number >= 0")?;
        let new = State {
            rating: o.rating,
            rd: o.rd,
            since: None,
        };
        Ok(Self {
            options,
            players: vec![new; players],
            period: Period::new(players),
        })
    }

    /// Sets a player's rating and deviation as they are in the current period.
    pub fn set(&mut self, player: u32, rating: f64, rd: f64) {
        self.players[player as usize] = State {
            rating,
            rd,
            since: Some(self.period.finished),
        };
    }

    /// The deviation at the start of a period: it grew since it was known, but
    /// never beyond that of a new player.
    fn deviation(&self, s: State, period: u64) -> f64 {
        let idle = s.since.map_or(0, |then| period.saturating_sub(then));
        if idle == 0 {
            return s.rd;
        }
        let c = self.options.c;
        sqrt(s.rd * s.rd + idle as f64 * c * c).min(self.options.rd.max(s.rd))
    }

    /// Adds a game to the current period; `score` is 1 when `a` won, 0 when `b` did.
    pub fn play(&mut self, a: u32, b: u32, score: f64) {
        let (sa, sb) = (self.players[a as usize], self.players[b as usize]);
        for (i, own, other, s) in [(a, sa, sb, score), (b, sb, sa, 1.0 - score)] {
            let rd = self.deviation(other, self.period.finished);
            let g = 1.0 / sqrt(1.0 + 3.0 * Q * Q * rd * rd / (PI * PI));
            let e = logistic(g * Q * (own.rating - other.rating));
            self.period.add(i, g * g * e * (1.0 - e), g * (s - e));
        }
    }

    /// Rates the games of the current period and starts the next one; returns
    /// who played.
    pub fn end_period(&mut self) -> Vec<u32> {
        let period = self.period.finished;
        let evidence = self.period.finish();
        for (i, e) in &evidence {
            let s = self.players[*i as usize];
            let rd = self.deviation(s, period);
            let precision = 1.0 / (rd * rd) + Q * Q * e.information;
            self.players[*i as usize] = State {
                rating: s.rating + Q / precision * e.surprise,
                rd: sqrt(1.0 / precision),
                since: Some(period),
            };
        }
        evidence.into_iter().map(|(i, _)| i).collect()
    }

    /// Lets periods without games pass.
    pub fn skip_periods(&mut self, periods: u64) {
        self.period.finished += periods;
    }

    /// Rating and deviation after the last finished period.
    #[must_use]
    pub fn rating(&self, player: u32) -> (f64, f64) {
        let s = self.players[player as usize];
        let last = self.period.finished.saturating_sub(1);
        (s.rating, self.deviation(s, last))
    }
}
