//! Win rates: pooled over all games, and averaged over opponents.

use super::RatingError;
use super::counts::{BothBad, Folded, PairCounts, Tally};
use super::error::check;
use crate::stats::interval::{Bounds, agresti_coull, clopper_pearson, jeffreys, normal, wilson};
use crate::stats::num::{Compensated, finite, sqrt};

/// Options of [`win_rates`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WinRateOptions {
    /// What a tie is worth, in wins; default ½. `None`: ties are no games.
    pub tie: Option<f64>,
    /// Rows "both bad"; default as ties.
    pub both_bad: BothBad,
    /// Confidence level; default 0.95.
    pub level: f64,
    /// Kind of interval of `win_rate`; default Wilson's.
    pub interval: ProportionInterval,
}

/// An interval of a proportion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ProportionInterval {
    /// Wilson's score interval (1927).
    #[default]
    Wilson,
    /// Clopper & Pearson's (1934): covers at least as often as it says.
    ClopperPearson,
    /// Jeffreys' (Brown, Cai & DasGupta 2001).
    Jeffreys,
    /// Agresti & Coull's (1998).
    AgrestiCoull,
}

impl ProportionInterval {
    /// The interval of `successes` out of `trials`.
    #[must_use]
    pub fn of(self, successes: f64, trials: f64, level: f64) -> Option<Bounds> {
        match self {
            Self::Wilson => wilson(successes, trials, level),
            Self::ClopperPearson => clopper_pearson(successes, trials, level),
            Self::Jeffreys => jeffreys(successes, trials, level),
            Self::AgrestiCoull => agresti_coull(successes, trials, level),
        }
    }
}

impl Default for WinRateOptions {
    fn default() -> Self {
        Self {
            tie: Some(0.5),
            both_bad: BothBad::Tie,
            level: 0.95,
            interval: ProportionInterval::Wilson,
        }
    }
}

/// One system's win rates; `None` without games.
#[derive(Debug, Clone, PartialEq)]
pub struct WinRate {
    /// The system.
    pub system: String,
    /// (wins + tie·ties) / games, by weight.
    pub win_rate: Option<f64>,
    /// Interval of `win_rate`; with weights, on Kish's effective number
    /// of games (Σw)²/Σw².
    pub lower: Option<f64>,
    /// Upper end of the same.
    pub upper: Option<f64>,
    /// Kish's effective number of games (Σw)²/Σw²; `n` without weights.
    pub n_effective: Option<f64>,
    /// Unweighted mean, over the opponents met, of the win rate against each.
    pub average_win_rate: Option<f64>,
    /// Standard error of `average_win_rate`, opponents held fixed.
    pub average_stderr: Option<f64>,
    /// Normal interval of `average_win_rate`, clipped to \[0, 1\].
    pub average_lower: Option<f64>,
    /// Upper end of the same.
    pub average_upper: Option<f64>,
    /// Rows that counted.
    pub n: u64,
    /// Opponents met.
    pub opponents: u64,
}

#[derive(Clone, Default)]
struct Running {
    credit: Compensated,
    games: Compensated,
    games_sq: Compensated,
    rates: Compensated,
    variance: Compensated,
    n: u64,
    opponents: u64,
}

/// Win rates of every system, sorted by name.
///
/// # Errors
/// An option is out of range.
pub fn win_rates(counts: &PairCounts, o: &WinRateOptions) -> Result<Vec<WinRate>, RatingError> {
    win_rates_folded(&counts.folded(o.both_bad), o)
}

/// [`win_rates`] on folded counts.
///
/// # Errors
/// As there.
pub fn win_rates_folded(folded: &Folded, o: &WinRateOptions) -> Result<Vec<WinRate>, RatingError> {
    check(
        "level",
        o.level,
        o.level > 0.0 && o.level < 1.0,
        "a number in (0, 1)",
    )?;
    if let Some(t) = o.tie {
        check("tie", t, (0.0..=1.0).contains(&t), "a number in [0, 1]")?;
    }
    let mut run = vec![Running::default(); folded.systems.len()];
    let worth = o.tie.unwrap_or(0.0);
    for p in &folded.pairs {
        let ties = if o.tie.is_some() {
            p.ties
        } else {
            Tally::default()
        };
        let games = p.wins_i.weight + p.wins_j.weight + ties.weight;
        if games <= 0.0 {
            continue;
        }
        let squares = p.wins_i.weight_sq + p.wins_j.weight_sq + ties.weight_sq;
        let rows = p.wins_i.rows + p.wins_j.rows + ties.rows;
        for (s, wins) in [(p.i, p.wins_i.weight), (p.j, p.wins_j.weight)] {
            let credit = wins + worth * ties.weight;
            let rate = credit / games;
            let second = (wins + worth * worth * ties.weight) / games;
            let r = &mut run[s];
            r.credit.add(credit);
            r.games.add(games);
            r.games_sq.add(squares);
            r.rates.add(rate);
            r.variance
                .add((second - rate * rate).max(0.0) * squares / (games * games));
            r.n += rows;
            r.opponents += 1;
        }
    }
    let finish = |(system, r): (&String, Running)| {
        let m = r.opponents as f64;
        let games = r.games.value();
        let win_rate = finite(r.credit.value() / games);
        let effective = games * games / r.games_sq.value();
        let bounds = win_rate.and_then(|p| {
            o.interval
                .of((p * effective).min(effective), effective, o.level)
        });
        let average = finite(r.rates.value() / m);
        let average_stderr = finite(sqrt(r.variance.value()) / m);
        let average_bounds = average
            .zip(average_stderr)
            .and_then(|(a, s)| normal(a, s, o.level));
        WinRate {
            system: system.clone(),
            win_rate,
            lower: bounds.map(|b| b.lower),
            upper: bounds.map(|b| b.upper),
            n_effective: finite(effective),
            average_win_rate: average,
            average_stderr,
            average_lower: average_bounds.map(|b| b.lower.max(0.0)),
            average_upper: average_bounds.map(|b| b.upper.min(1.0)),
            n: r.n,
            opponents: r.opponents,
        }
    };
    Ok(folded.systems.iter().zip(run).map(finish).collect())
}
