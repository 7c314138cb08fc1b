//! Elo ratings (Elo 1978), game by game.
//!
//! Depends on the order of games: the caller hands them over in a total order.
//! `R_a += K·w·(S − E)`, `E = 1/(1 + base^((R_b − R_a)/scale))`, `S` 1, ½ or 0;
//! both sides are updated from the ratings before the game.

use super::RatingError;
use super::counts::{BothBad, Outcome};
use super::error::check;
use super::players::Players;
use crate::stats::num::{ln, logistic};

/// Options of [`Elo`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EloOptions {
    /// Points at stake in one game; default 4 (as in the Arena leaderboards).
    pub k: f64,
    /// Points per factor `base` of the odds; default 400.
    pub scale: f64,
    /// Base of the odds; default 10.
    pub base: f64,
    /// Rating of a new system; default 1000.
    pub init: f64,
    /// Rows "both bad"; default as ties.
    pub both_bad: BothBad,
}

impl Default for EloOptions {
    fn default() -> Self {
        Self {
            k: 4.0,
            scale: 400.0,
            base: 10.0,
            init: 1000.0,
            both_bad: BothBad::Tie,
        }
    }
}

/// One system's Elo rating.
#[derive(Debug, Clone, PartialEq)]
pub struct EloRating {
    /// The system.
    pub system: String,
    /// Its rating after the last game.
    pub rating: f64,
    /// Games that counted.
    pub n: u64,
}

/// Elo ratings in progress.
#[derive(Debug, Clone)]
pub struct Elo {
    options: EloOptions,
    rate: f64,
    players: Players<(f64, u64)>,
}

impl Elo {
    /// Starts without players.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: EloOptions) -> Result<Self, RatingError> {
        let o = &options;
        check("k", o.k, o.k.is_finite() && o.k >= 0.0, "a number >= 0")?;
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
        Ok(Self {
            rate: ln(o.base) / o.scale,
            options,
            players: Players::new(),
        })
    }

    /// Plays one game. A NULL outcome, a game against oneself and a game of
    /// weight 0 change nothing.
    ///
    /// # Errors
    /// The weight is negative, infinite or not a number.
    pub fn play(
        &mut self,
        a: &str,
        b: &str,
        outcome: Option<Outcome>,
        weight: f64,
    ) -> Result<(), RatingError> {
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(RatingError::Weight {
                a: a.to_owned(),
                b: b.to_owned(),
                weight,
            });
        }
        let init = self.options.init;
        let ia = self.players.enter(a, || (init, 0));
        let ib = self.players.enter(b, || (init, 0));
        let score = match outcome {
            Some(Outcome::A) => 1.0,
            Some(Outcome::B) => 0.0,
            Some(Outcome::Tie) => 0.5,
            Some(Outcome::BothBad) if self.options.both_bad == BothBad::Tie => 0.5,
            _ => return Ok(()),
        };
        if ia == ib || weight == 0.0 {
            return Ok(());
        }
        let (ra, rb) = (self.players.at(ia).0, self.players.at(ib).0);
        let expected = logistic((ra - rb) * self.rate);
        let change = self.options.k * weight * (score - expected);
        *self.players.at(ia) = (ra + change, self.players.at(ia).1 + 1);
        *self.players.at(ib) = (rb - change, self.players.at(ib).1 + 1);
        Ok(())
    }

    /// Ratings so far, sorted by system.
    #[must_use]
    pub fn ratings(&self) -> Vec<EloRating> {
        let one = |(system, &(rating, n)): (&str, &(f64, u64))| EloRating {
            system: system.to_owned(),
            rating,
            n,
        };
        self.players.sorted().map(one).collect()
    }
}
