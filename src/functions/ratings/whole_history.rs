//! `whole_history`: Bradley-Terry ratings that change over time.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, Record, SYSTEM_A, SYSTEM_B, WEIGHT};
use super::board::{Board, LOWER, Line, N_NULL, NOBODY, RANK, SYSTEM, UPPER, fault, half_width};
use super::elo::{BASE, SCALE};
use super::games::games;
use crate::functions::prelude::*;
use crate::stats::ratings::{TimedGame, WholeHistoryOptions, whole_history};

pub(super) static FUNCTION: Function = Function {
    name: "whole_history",
    summary: "Ratings over time by the time-varying Bradley-Terry model (whole-history rating)",
    details: "Every system has a rating at each time it plays; all games, also later ones, tell about all of them. So \
it needs the time of the games as a number (days, weeks; to_unixtime(time) / 86400.0) and no other order. A system's \
ratings drift with variance w2 per unit of time, and a win over and a loss against an average system at its first \
time (prior_games) anchor the scale, so every system has a finite rating, undefeated ones too. The table has a \
system's rating at its last time; history => true gives a row per system and time. `stderr` is that of the paper: \
given the ratings of the others, hence somewhat too small. A tie is half a win. Rows with a NULL system, outcome, \
time or weight are skipped; so are games of weight 0 and of a system with itself, and systems without other games are \
not listed. The fit ends when no rating moves by more than 1e-9 natural units, or unconverged after 100 Newton steps.",
    formula: "P(a beats b at t) = 1/(1 + exp(r_b(t) - r_a(t))); r(t') - r(t) ~ N(0, |t' - t| w2 (ln(base)/scale)^2); \
mode of the posterior by Newton's method; rating = init + r scale/ln(base)",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite",
    params: &[
        SYSTEM_A,
        SYSTEM_B,
        OUTCOME,
        Param::number("time", "when the game was played, in any unit"),
        WEIGHT,
    ],
    options: &[
        Opt::number(
            "w2",
            1e-6,
            1e12,
            300.0,
            "variance of the drift, in squared points per unit of time",
        ),
        Opt::number(
            "prior_games",
            1e-6,
            1e6,
            2.0,
            "games against an average system at the first time, half of them won",
        ),
        SCALE,
        BASE,
        Opt::number(
            "init",
            -1e12,
            1e12,
            1000.0,
            "rating of the average system of the prior",
        ),
        LEVEL,
        BOTH_BAD,
        Opt::flag(
            "history",
            "a row per system and time instead of the last of each system",
        ),
    ],
    ordered: false,
    returns: Returns::Table(&[
        RANK,
        SYSTEM,
        Out::float("rating", "rating at the time of the row, in points"),
        Out::float(
            "stderr",
            "standard error given the others' ratings, in points",
        ),
        LOWER,
        UPPER,
        Out::float(
            "time",
            "the system's last time; in the history, the time of the row",
        ),
        Out::int("n", "games counted; in the history, games at that time"),
        Out::bool("converged", "whether the fit reached its stopping rule"),
        Out::int("iterations", "Newton steps"),
        N_NULL,
    ]),
    citations: &[
        "Coulom (2008). Whole-History Rating: A Bayesian Rating System for Players of Time-Varying Strength. Computers and Games, LNCS 5131, 113-124.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x','y','a'), (2,'x','y','b'), (3,'x','z','a')) AS t(time, system_a, system_b, \
outcome) |> CALL whole_history(history => true) |> SELECT system, time, round(rating, 3) AS rating, converged |> ORDER BY system, time",
        result: "system,time,rating,converged\nx,1.0,1065.413,true\nx,2.0,1064.953,true\nx,3.0,1065.434,true\n\
y,1.0,1032.356,true\ny,2.0,1033.298,true\nz,3.0,900.449,true\n",
    },
    calls: &[
        "SELECT * FROM whole_history(t, time => round, by => grp)",
        "SELECT * FROM whole_history(t, time => x, weight => weight, history => true, w2 => 50, prior_games => 1, level => \
0.9, both_bad => 'skip')",
    ],
    body: Body::Rows(fit),
};

/// Rating, stderr, lower, upper, time.
const WIDTH: usize = 5;

fn fit(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let games = games(rows, options, Some(4))?;
    let times = rows.numbers(3);
    let timed = games.games.iter().map(|g| TimedGame {
        a: g.a,
        b: g.b,
        score: g.score,
        weight: g.weight,
        time: times.get(g.row as usize).copied().unwrap_or(f64::NAN),
    });
    let timed: Vec<TimedGame> = timed.collect();
    let settings = WholeHistoryOptions {
        w2: options.number("w2")?,
        prior_games: options.number("prior_games")?,
        scale: options.number("scale")?,
        base: options.number("base")?,
        init: options.number("init")?,
    };
    let fit = whole_history(&timed, &settings).map_err(fault)?;
    let z = half_width(options)?;
    let history = options.flag("history")?;
    let mut board = Board::<WIDTH>::new(games.names);
    let mut n = 0;
    for (i, m) in fit.moments.iter().enumerate() {
        n += m.n;
        let last = fit
            .moments
            .get(i + 1)
            .is_none_or(|next| next.player != m.player);
        if last || history {
            board.lines.push(Line {
                system: m.player,
                game: u32::from(history),
                other: NOBODY,
                n: if history { m.n } else { n },
                record: Record::default(),
                numbers: [
                    m.rating,
                    m.stderr,
                    m.rating - z * m.stderr,
                    m.rating + z * m.stderr,
                    m.time,
                ],
            });
        }
        if last {
            n = 0;
        }
    }
    let rank = board.rank(0);
    Ok(Output::Columns(vec![
        rank,
        board.systems(),
        board.number(0),
        board.number(1),
        board.number(2),
        board.number(3),
        board.number(4),
        board.n(),
        Cells::Bool(vec![fit.converged; board.lines.len()]),
        board.same(u64::from(fit.iterations)),
        board.same(games.n_null),
    ]))
}
