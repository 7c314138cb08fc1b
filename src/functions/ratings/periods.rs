//! Rating periods of the Glicko functions: their arguments and their loop.

use super::battles::{LEVEL, Record};
use super::board::{Board, Line, NOBODY, half_width};
use super::games::{Games, games, records};
use crate::functions::prelude::*;

/// The period of a game.
pub(super) const PERIOD: Param = Param::number(
    "period",
    "the rating period of the game, a whole number: numbers in between are periods without games; when not given, \
games with equal order keys are one period",
)
.optional();
/// Rating of a newcomer.
pub(super) const INIT: Opt = Opt::number(
    "init",
    -1e12,
    1e12,
    1500.0,
    "rating of a new system, in points",
);
/// Deviation of a newcomer.
pub(super) const RD: Opt = Opt::number(
    "rd",
    1e-9,
    1e12,
    350.0,
    "rating deviation of a new system, in points",
);
/// Confidence level.
pub(super) const INTERVAL: Opt = LEVEL;
/// Rating after the last period.
pub(super) const RATING: Out = Out::float(
    "rating",
    "rating after the last period, in points; in the history, after the period of the row",
);
/// Which period.
pub(super) const PERIOD_OUT: Out = Out::float(
    "period",
    "the period: its number, or the place of its order key, from 1; NULL in the final table",
);

/// A method that rates the games of a period at once.
pub(super) trait Periodic {
    /// Adds a game to the period.
    fn play(&mut self, a: u32, b: u32, score: f64);
    /// Rates the period; returns who played.
    fn end_period(&mut self) -> Vec<u32>;
    /// Lets periods without games pass.
    fn skip_periods(&mut self, periods: u64);
    /// Rating, deviation and, where there is one, volatility.
    fn rating(&self, system: u32) -> [f64; 3];
}

/// Rating, stderr, lower, upper, volatility, period.
const WIDTH: usize = 6;

/// Plays all games period by period.
pub(super) fn run(
    rows: &Rows,
    options: &Options,
    start: impl FnOnce(usize) -> Result<Box<dyn Periodic>, Fault>,
) -> Result<(Board<WIDTH>, u64), Fault> {
    let mut games = games(rows, options, None)?;
    let periods = periods(rows, &mut games)?;
    let mut method = start(games.names.len())?;
    let z = half_width(options)?;
    let history = options.flag("history")?;
    let line = |method: &dyn Periodic, system: u32, game: u32, record: Record, period: f64| {
        let [rating, rd, volatility] = method.rating(system);
        Line {
            system,
            game,
            other: NOBODY,
            n: record.n(),
            record,
            numbers: [
                rating,
                rd,
                rating - z * rd,
                rating + z * rd,
                volatility,
                period,
            ],
        }
    };
    let mut lines = Vec::new();
    let mut so_far = vec![Record::default(); games.names.len()];
    let mut number = 0_u32;
    for (i, (g, period)) in games.games.iter().zip(&periods).enumerate() {
        method.play(g.a, g.b, g.score);
        for (system, score) in [(g.a, g.score), (g.b, 1.0 - g.score)] {
            if let Some(r) = so_far.get_mut(system as usize) {
                r.add(score, 1);
            }
        }
        let next = periods.get(i + 1);
        if next == Some(period) {
            continue;
        }
        number += 1;
        for system in method.end_period() {
            if let Some(r) = so_far.get(system as usize).filter(|_| history) {
                lines.push(line(&*method, system, number, *r, *period));
            }
        }
        if let Some(next) = next {
            method.skip_periods((next - period) as u64 - 1);
        }
    }
    if !history {
        for (system, record) in records(&games).into_iter().enumerate() {
            lines.push(line(&*method, system as u32, 0, record, f64::NAN));
        }
    }
    let mut board = Board::new(games.names);
    board.lines = lines;
    Ok((board, games.n_null))
}

/// The period of every game; games without one are taken out and counted.
fn periods(rows: &Rows, games: &mut Games) -> Result<Vec<f64>, Fault> {
    let given = rows.numbers(3);
    if given.is_empty() {
        // Distinct order keys among the games that count, from 1.
        let steps = rows.steps();
        let step = |row: u32| steps.get(row as usize).copied();
        let mut out = Vec::with_capacity(games.games.len());
        let (mut last, mut number) = (None, 0.0);
        for g in &games.games {
            if step(g.row) != last {
                last = step(g.row);
                number += 1.0;
            }
            out.push(number);
        }
        return Ok(out);
    }
    let period = |row: u32| given.get(row as usize).copied().unwrap_or(f64::NAN);
    let before = games.games.len();
    games.games.retain(|g| !period(g.row).is_nan());
    games.n_null += (before - games.games.len()) as u64;
    let out: Vec<f64> = games.games.iter().map(|g| period(g.row)).collect();
    if let Some(p) = out.iter().find(|p| p.fract() != 0.0 || p.abs() > 9e15) {
        return Err(Fault::new(format!(
            "a period is {p}, expected a whole number"
        )));
    }
    if let Some(w) = out.windows(2).find(|w| w[1] < w[0]) {
        return Err(Fault::new(format!(
            "period {} comes after period {} in the order",
            w[1], w[0]
        ))
        .hint("let the order agree with the periods: order_by => period"));
    }
    Ok(out)
}
