//! Beliefs about skill, from games of two or from rankings of several: what
//! TrueSkill, Weng-Lin, K-Sort and Elo-MMR share.

use super::battles::{graded, not_whole};
use super::board::{
    Board, GAME, LOSSES, LOWER, Line, N, N_NULL, NOBODY, OPPONENT, RANK, RESULT, STDERR, SYSTEM,
    TIES, UPPER, WINS, fault, half_width, number_of,
};
use super::games::{Game, Step, games, run};
use crate::functions::prelude::*;
use crate::stats::num::sqrt;
use crate::stats::ratings::{Contests, Online, RatingError, Skill};

/// One judgement of several systems.
pub(super) const RANKING: Param =
    Param::label("ranking", "the contest: one judgement of several systems");
/// Who takes part.
pub(super) const RANKED: Param = Param::label("system", "a system that takes part");
/// Its place.
pub(super) const PLACE: Param = Param::number(
    "rank",
    "its place, 1 = best; equal = tied; NULL (not ranked) is skipped",
);
/// Weight of the uncertainty in the conservative rating.
pub(super) const Z: Opt = Opt::number(
    "z",
    0.0,
    100.0,
    3.0,
    "standard errors that `conservative` lies below the rating; 0 ranks by the rating itself",
);
/// Mean of the belief.
pub(super) const RATING: Out = Out::float(
    "rating",
    "mean of the belief about the skill (mu), after the last game",
);
/// The figure of leaderboards.
pub(super) const CONSERVATIVE: Out = Out::float(
    "conservative",
    "rating - z stderr, by which the table is ranked",
);
/// Columns of functions of games.
pub(super) const GAME_COLUMNS: Returns = Returns::Table(&[
    RANK,
    SYSTEM,
    RATING,
    STDERR,
    LOWER,
    UPPER,
    CONSERVATIVE,
    N,
    WINS,
    LOSSES,
    TIES,
    GAME,
    OPPONENT,
    RESULT,
    N_NULL,
]);
/// Columns of functions of rankings.
pub(super) const RANKING_COLUMNS: Returns = Returns::Table(&[
    RANK,
    SYSTEM,
    RATING,
    STDERR,
    LOWER,
    UPPER,
    CONSERVATIVE,
    Out::int("n", "rankings counted so far"),
    Out::int(
        "game",
        "number of the ranking in the order, from 1; NULL in the final table",
    ),
    Out::text("ranking", "the ranking; NULL in the final table"),
    Out::float("place", "the system's rank in it; NULL in the final table"),
    N_NULL,
]);

/// Mean, stderr, lower, upper, conservative, result or place.
const WIDTH: usize = 6;

/// How beliefs are reported.
struct Report {
    half_width: f64,
    z: f64,
    /// The standard error at which `conservative` is the rating.
    free: f64,
}

impl Report {
    fn numbers(&self, s: Skill) -> [f64; WIDTH] {
        let sigma = sqrt(s.var);
        let (lower, upper) = (
            s.mu - self.half_width * sigma,
            s.mu + self.half_width * sigma,
        );
        let conservative = s.mu - self.z * (sigma - self.free);
        [s.mu, sigma, lower, upper, conservative, f64::NAN]
    }
}

/// A game of two as a contest.
struct Duels<'a> {
    method: &'a mut dyn Online,
    report: Report,
}

impl Step<WIDTH> for Duels<'_> {
    fn play(&mut self, g: &Game) -> Result<(), RatingError> {
        let (first, second) = if g.score == 0.0 || (g.score == 0.5 && g.b < g.a) {
            (g.b, g.a)
        } else {
            (g.a, g.b)
        };
        let worse = if g.score == 0.5 { 1.0 } else { 2.0 };
        self.method.play(&[(first, 1.0), (second, worse)])
    }

    fn numbers(&self, system: u32) -> [f64; WIDTH] {
        self.report.numbers(self.method.skill(system))
    }
}

/// Rates games of two.
pub(super) fn of_games(
    rows: &Rows,
    options: &Options,
    start: impl FnOnce(usize) -> Result<Box<dyn Online>, RatingError>,
) -> Result<Output, Fault> {
    let games = games(rows, options, None)?;
    if let Some(g) = games.games.iter().find(|g| graded(g.score)) {
        return Err(not_whole(g.score, "to a method of wins, losses and draws"));
    }
    let n_null = games.n_null;
    let mut method = start(games.names.len()).map_err(fault)?;
    let mut duels = Duels {
        method: &mut *method,
        report: report(options, 0.0)?,
    };
    let mut board = run(games, options.flag("history")?, &mut duels)?;
    let rank = board.rank(4);
    let [wins, losses, ties] = board.records();
    Ok(Output::Columns(vec![
        rank,
        board.systems(),
        board.number(0),
        board.number(1),
        board.number(2),
        board.number(3),
        board.number(4),
        board.n(),
        wins,
        losses,
        ties,
        board.games(),
        board.others(board.names.clone()),
        board.number(5),
        board.same(n_null),
    ]))
}

fn report(options: &Options, free: f64) -> Result<Report, Fault> {
    Ok(Report {
        half_width: half_width(options)?,
        z: options.number("z")?,
        free,
    })
}

/// Rates rankings of several; `free` is the standard error at which
/// `conservative` is the rating.
pub(super) fn of_rankings(
    rows: &Rows,
    options: &Options,
    free: f64,
    start: impl FnOnce(usize) -> Result<Box<dyn Online>, RatingError>,
) -> Result<Output, Fault> {
    let (rankings, of) = rows.labels(0);
    let (names, systems) = rows.labels(1);
    let cells = of.iter().zip(systems).zip(rows.numbers(2));
    let entries: Vec<(u32, u32, f64)> = cells.map(|((m, s), r)| (*m, *s, *r)).collect();
    let contests = Contests::group(&entries, rankings, names).map_err(fault)?;
    let mut method = start(names.len()).map_err(fault)?;
    let report = report(options, free)?;
    let history = options.flag("history")?;
    let mut board = Board::new(names.to_vec());
    let line = |method: &dyn Online, system: u32, game: u32, other: u32, place: f64| {
        let skill = method.skill(system);
        let mut numbers = report.numbers(skill);
        numbers[WIDTH - 1] = place;
        Line {
            system,
            game,
            other,
            n: skill.n,
            record: super::battles::Record::default(),
            numbers,
        }
    };
    for (i, (ranking, entries)) in contests.iter().enumerate() {
        method.play(entries).map_err(|e| {
            let label = rankings.get(ranking as usize).map_or("", |t| t);
            Fault::new(format!("ranking '{label}': {e}"))
        })?;
        if history {
            for &(system, place) in entries {
                board
                    .lines
                    .push(line(&*method, system, number_of(i)?, ranking, place));
            }
        }
    }
    if !history {
        for system in 0..names.len() as u32 {
            board
                .lines
                .push(line(&*method, system, 0, NOBODY, f64::NAN));
        }
    }
    let rank = board.rank(4);
    Ok(Output::Columns(vec![
        rank,
        board.systems(),
        board.number(0),
        board.number(1),
        board.number(2),
        board.number(3),
        board.number(4),
        board.n(),
        board.games(),
        board.others(rankings.to_vec()),
        board.number(5),
        board.same(rows.n_null),
    ]))
}
