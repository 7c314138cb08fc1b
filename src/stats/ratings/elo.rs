//! Elo ratings (Elo 1978), game by game.
//!
//! Depends on the order of games: the caller hands them over in a total order.
//! `R_a += K·w·(S − E)`, `E = 1/(1 + base^((R_b − R_a)/scale))`, `S` from 0 to 1;
//! both sides are updated from the ratings before the game.

use super::RatingError;
use super::error::check;
use crate::stats::num::{ln, logistic};

/// How many points a system has at stake in a game.
#[derive(Debug, Clone, PartialEq)]
pub enum KFactor {
    /// The same for everyone: the sum of the ratings never changes.
    Fixed(f64),
    /// By games played: `(games, K)` pairs with ascending games; K holds until
    /// that many games are played, the last one for ever.
    Phases(Vec<(u64, f64)>),
    /// 40 in the first 30 games, then 20; 10 for ever once a rating was 2400
    /// (FIDE Handbook B.02, 8.3.3).
    Fide,
}

/// Options of [`Elo`].
#[derive(Debug, Clone, PartialEq)]
pub struct EloOptions {
    /// Points at stake in one game; default 4 (as in the Arena leaderboards).
    pub k: KFactor,
    /// Points per factor `base` of the odds; default 400.
    pub scale: f64,
    /// Base of the odds; default 10.
    pub base: f64,
    /// Rating of a new system; default 1000.
    pub init: f64,
}

impl Default for EloOptions {
    fn default() -> Self {
        Self {
            k: KFactor::Fixed(4.0),
            scale: 400.0,
            base: 10.0,
            init: 1000.0,
        }
    }
}

/// Rating from which FIDE's K is 10, for ever.
const FIDE_TOP: f64 = 2400.0;

#[derive(Debug, Clone, Copy)]
struct State {
    rating: f64,
    n: u64,
    top: bool,
}

/// Elo ratings in progress, of systems numbered from 0.
#[derive(Debug, Clone)]
pub struct Elo {
    k: KFactor,
    rate: f64,
    systems: Vec<State>,
}

impl Elo {
    /// All `systems` start at the initial rating.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: EloOptions, systems: usize) -> Result<Self, RatingError> {
        let o = &options;
        let stake = |k: f64| check("k", k, k.is_finite() && k >= 0.0, "a number >= 0");
        match &o.k {
            KFactor::Fixed(k) => stake(*k)?,
            KFactor::Phases(phases) => {
                phases.iter().try_for_each(|p| stake(p.1))?;
                let ascending = phases.windows(2).all(|w| w[0].0 < w[1].0);
                let count = phases.len() as f64;
                check("phases", count, !phases.is_empty(), "at least one phase")?;
                check("phases", count, ascending, "games in ascending order")?;
            }
            KFactor::Fide => {}
        }
        let positive = |x: f64, above: f64| x.is_finite() && x > above;
        check("scale", o.scale, positive(o.scale, 0.0), "a number > 0")?;
        check("base", o.base, positive(o.base, 1.0), "a number > 1")?;
        check("init", o.init, o.init.is_finite(), "a finite number")?;
        let start = State {
            rating: o.init,
            n: 0,
            top: o.init >= FIDE_TOP,
        };
        Ok(Self {
            rate: ln(o.base) / o.scale,
            k: options.k,
            systems: vec![start; systems],
        })
    }

    fn stake(&self, s: State) -> f64 {
        match &self.k {
            KFactor::Fixed(k) => *k,
            KFactor::Phases(phases) => {
                let phase = phases.iter().find(|p| s.n < p.0).or(phases.last());
                phase.map_or(0.0, |p| p.1)
            }
            KFactor::Fide if s.n < 30 => 40.0,
            KFactor::Fide if s.top => 10.0,
            KFactor::Fide => 20.0,
        }
    }

    /// Plays one game; `score` is 1 when `a` won, 0 when `b` did. The systems
    /// are two different ones of those that take part.
    ///
    /// # Errors
    /// The ratings would leave the range of numbers.
    pub fn play(&mut self, a: u32, b: u32, score: f64, weight: f64) -> Result<(), RatingError> {
        let (sa, sb) = (self.systems[a as usize], self.systems[b as usize]);
        let surprise = weight * (score - logistic((sa.rating - sb.rating) * self.rate));
        let (up, down) = (self.stake(sa) * surprise, self.stake(sb) * surprise);
        for (i, s, change) in [(a, sa, up), (b, sb, -down)] {
            let rating = s.rating + change;
            if !rating.is_finite() {
                return Err(RatingError::Row(
                    "a rating leaves the range of numbers; k times weight is too large".into(),
                ));
            }
            self.systems[i as usize] = State {
                rating,
                n: s.n + 1,
                top: s.top || rating >= FIDE_TOP,
            };
        }
        Ok(())
    }

    /// A system's rating so far.
    #[must_use]
    pub fn rating(&self, system: u32) -> f64 {
        self.systems[system as usize].rating
    }
}
