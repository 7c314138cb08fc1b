//! `elo`: ratings updated game by game, in a stated order.

use super::battles::{BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT};
use super::board::{
    GAME, HISTORY, LOSSES, N, N_NULL, OPPONENT, RANK, RESULT, SYSTEM, TIES, WINS, fault,
};
use super::games::{Game, Step, games, run};
use crate::functions::prelude::*;
use crate::stats::ratings::{Elo, EloOptions, KFactor, RatingError};

/// Points per factor `base` of the odds.
pub(super) const SCALE: Opt = Opt::number(
    "scale",
    1e-9,
    1e12,
    400.0,
    "rating points per factor `base` in the odds",
);
/// Base of the odds.
pub(super) const BASE: Opt = Opt::number("base", 1.000_001, 1e12, 10.0, "base of the odds");
/// Where a new system starts.
pub(super) const INIT: Opt = Opt::number(
    "init",
    -1e12,
    1e12,
    1000.0,
    "rating of a new system, in points",
);
/// Points at stake.
pub(super) const K: Opt = Opt::number("k", 0.0, 1e6, 4.0, "points at stake in a game");
/// How the points at stake follow from the games played.
pub(super) const K_RULE: Opt = Opt::choice(
    "k_rule",
    &["fixed", "phases", "fide"],
    "fixed",
    "K is `k`; or goes by the system's games so far, k_phases and k_games; or is 40 in the first 30 games, then 20, \
and 10 for ever once the rating was 2400 (FIDE)",
);
/// K of each phase.
pub(super) const K_PHASES: Opt =
    Opt::numbers("k_phases", "K of each phase, for k_rule => 'phases'");
/// Ends of the phases.
pub(super) const K_GAMES: Opt = Opt::numbers(
    "k_games",
    "games after which each phase but the last ends, ascending",
);

pub(super) static FUNCTION: Function = Function {
    name: "elo",
    summary: "Elo ratings, updated game by game in the order given",
    details: "The result depends on the order of the games, so the call must give one; games with equal keys are \
ordered by their other arguments (`elo_ensemble` says how much the order matters). Both sides are updated from the \
ratings before the game. With one K for all, the sum of the ratings is kept, also with weights: a weight multiplies \
K, so weight => k_of_game / 4 is a K per game. With k_rule => 'phases' or 'fide' the two sides of a game can have \
different K and the sum moves. Rows with a NULL system, outcome or weight are skipped; so are games of weight 0 and \
of a system with itself. A system without counted games keeps the initial rating, with n = 0. One ladder per aspect, \
language or judge (multi-Elo) is by => aspect; all of them at once are by => (aspect, judge). history => true gives \
two rows per game.",
    formula: "R_a += K_a w (S - E), R_b -= K_b w (S - E), E = 1 / (1 + base^((R_b - R_a)/scale)), S = 1, 1/2 or 0",
    errors: "no order; an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite; phases that do \
not fit (one more K than ends, ends ascending); ratings beyond the range of numbers",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        K, K_RULE, K_PHASES, K_GAMES, SCALE, BASE, INIT, BOTH_BAD, HISTORY,
    ],
    ordered: true,
    returns: Returns::Table(&[
        RANK,
        SYSTEM,
        Out::float("rating", "rating after the last game, in points"),
        N,
        WINS,
        LOSSES,
        TIES,
        GAME,
        OPPONENT,
        RESULT,
        N_NULL,
    ]),
    citations: &[
        "Elo (1978). The Rating of Chessplayers, Past and Present. Arco.",
        "FIDE Handbook (2024). B.02 Rating Regulations, 8.3.3.",
        "Wu & Aji (2025). Style Over Substance: Evaluation Biases for Large Language Models. COLING 2025. (one ladder per aspect)",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x','y','a','style'), (2,'x','y','tie','style'), (3,'x','y','b','facts')) AS \
t(round, system_a, system_b, outcome, aspect) |> CALL elo(order_by => round, k => 32, by => aspect) |> SELECT aspect, \
rank, system, round(rating, 3) AS rating, n |> ORDER BY aspect, rank",
        result: "aspect,rank,system,rating,n\nfacts,1,y,1016.0,1\nfacts,2,x,984.0,1\nstyle,1,x,1014.53,2\nstyle,2,y,985.47,2\n",
    },
    calls: &[
        "SELECT * FROM elo(t, outcome => abs(value % 5) / 4.0, order_by => round, by => grp)",
        "SELECT * FROM elo(t, order_by => (round, weight), by => grp)",
        "SELECT elo(system_a, system_b, outcome, weight, k => 10 ORDER BY round DESC, x) AS r FROM t",
        "SELECT * FROM elo(t, order_by => round, history => true, both_bad => 'skip')",
        "SELECT * FROM elo(t, order_by => round, k_rule => 'phases', k_phases => [40, 20, 10], k_games => [9, 30])",
        "SELECT * FROM elo(t, order_by => round, k_rule => 'fide', init => 2380, weight => weight)",
    ],
    body: Body::Rows(rate),
};

/// The options that Elo functions share.
pub(super) fn settings(options: &Options) -> Result<EloOptions, Fault> {
    let rule = options.text("k_rule")?;
    let phases = (options.numbers("k_phases")?, options.numbers("k_games")?);
    let k = match (rule, phases) {
        ("phases", (Some(k), Some(ends))) => phases_of(k, ends)?,
        ("phases", _) => {
            return Err(Fault::new("k_rule => 'phases' needs k_phases and k_games")
                .hint("write k_phases => [40, 20, 10], k_games => [30, 100]"));
        }
        (_, (Some(_), _) | (_, Some(_))) => {
            return Err(Fault::new(format!(
                "k_phases and k_games have no meaning with k_rule => '{rule}'"
            ))
            .hint("write k_rule => 'phases'"));
        }
        ("fide", _) => KFactor::Fide,
        _ => KFactor::Fixed(options.number("k")?),
    };
    Ok(EloOptions {
        k,
        scale: options.number("scale")?,
        base: options.number("base")?,
        init: options.number("init")?,
    })
}

fn phases_of(k: &[f64], ends: &[f64]) -> Result<KFactor, Fault> {
    let whole = |x: &f64| x.fract() == 0.0 && (1.0..9e15).contains(x);
    let ascending = ends.windows(2).all(|w| w[0] < w[1]);
    if k.len() != ends.len() + 1 || !ends.iter().all(whole) || !ascending {
        return Err(Fault::new(format!(
            "{} phases and {} ends of phases do not fit",
            k.len(),
            ends.len()
        ))
        .hint("there is one more K than ends, and ends are whole and ascending: k_phases => [40, 20, 10], k_games => [30, 100]"));
    }
    let ends = ends.iter().map(|x| *x as u64).chain([u64::MAX]);
    Ok(KFactor::Phases(ends.zip(k.iter().copied()).collect()))
}

impl Step<2> for Elo {
    fn play(&mut self, g: &Game) -> Result<(), RatingError> {
        Self::play(self, g.a, g.b, g.score, g.weight)
    }

    fn numbers(&self, system: u32) -> [f64; 2] {
        [self.rating(system), f64::NAN]
    }
}

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let games = games(rows, options, Some(3))?;
    let n_null = games.n_null;
    let mut elo = Elo::new(settings(options)?, games.names.len()).map_err(fault)?;
    let mut board = run(games, options.flag("history")?, &mut elo)?;
    let rank = board.rank(0);
    let [wins, losses, ties] = board.records();
    Ok(Output::Columns(vec![
        rank,
        board.systems(),
        board.number(0),
        board.n(),
        wins,
        losses,
        ties,
        board.games(),
        board.others(board.names.clone()),
        board.number(1),
        board.same(n_null),
    ]))
}
