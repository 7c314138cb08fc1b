//! `trueskill`: Bayesian skills from games of two.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B};
use super::board::HISTORY;
use super::skills::{GAME_COLUMNS, Z, of_games};
use crate::functions::prelude::*;
use crate::stats::ratings::{TrueSkill, TrueSkillOptions};

/// Mean of a newcomer.
pub(super) const INIT: Opt = Opt::number("init", -1e12, 1e12, 25.0, "mean (mu) of a new system");
/// Deviation of a newcomer.
pub(super) const SIGMA: Opt = Opt::number(
    "sigma",
    1e-9,
    1e12,
    25.0 / 3.0,
    "standard deviation of the belief about a new system",
);
/// Noise of a performance.
pub(super) const BETA: Opt = Opt::number(
    "beta",
    1e-9,
    1e12,
    25.0 / 6.0,
    "standard deviation of a performance around the skill",
);
/// Drift.
pub(super) const TAU: Opt = Opt::number(
    "tau",
    0.0,
    1e12,
    25.0 / 300.0,
    "standard deviation added to a belief before each game, so that skills can change",
);
/// How often equals draw.
pub(super) const DRAW: Opt = Opt::number(
    "draw_probability",
    0.0,
    0.999_999,
    0.1,
    "probability that two equal systems tie; it sets the draw margin",
);
/// The paper.
pub(super) const CITATION: &str =
    "Herbrich, Minka & Graepel (2006). TrueSkill: A Bayesian Skill Rating System. NIPS 19.";

pub(super) static FUNCTION: Function = Function {
    name: "trueskill",
    summary: "TrueSkill ratings from games of two, in the order given",
    details: "The belief about each skill is a normal distribution: `rating` is its mean, `stderr` its standard \
deviation, `lower` and `upper` bound the interval of the level, and `conservative` = rating - z stderr is the usual \
figure of leaderboards, by which `rank` goes. A game of two is exact (one message); for free-for-alls see \
trueskill_matches. The result depends on the order of the games, so the call must give one; games with equal keys are \
ordered by their other arguments. Rows with a NULL system or outcome are skipped; so are games of a system with \
itself. A system without counted games keeps the initial belief, with n = 0. history => true gives two rows per game.",
    formula: "s^2 += tau^2; c^2 = 2 beta^2 + s_a^2 + s_b^2; t = (mu_a - mu_b)/c; winner: mu += s^2/c v(t - e/c), s^2 \
*= 1 - s^2/c^2 w(t - e/c), v = phi/Phi, w = v (v + t - e/c); loser with the opposite sign; ties with the two-sided v, \
w; e = Phi^-1((draw_probability + 1)/2) sqrt(2) beta",
    errors: "no order; an outcome that is no win, loss or tie; a tie though draw_probability is 0",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME],
    options: &[INIT, SIGMA, BETA, TAU, DRAW, LEVEL, Z, BOTH_BAD, HISTORY],
    ordered: true,
    returns: GAME_COLUMNS,
    citations: &[CITATION],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x','y','a')) AS t(round, system_a, system_b, outcome) |> CALL \
trueskill(order_by => round) |> SELECT system, round(rating, 3) AS rating, round(stderr, 3) AS stderr, \
round(conservative, 3) AS conservative |> ORDER BY system",
        result: "system,rating,stderr,conservative\nx,29.396,7.171,7.881\ny,20.604,7.171,-0.91\n",
    },
    calls: &[
        "SELECT * FROM trueskill(t, order_by => round, by => grp)",
        "SELECT * FROM trueskill(t, order_by => (round, item), history => true, level => 0.9, z => 0, both_bad => 'skip', \
draw_probability => 0.4, tau => 0)",
    ],
    body: Body::Rows(rate),
};

/// The options that TrueSkill functions share.
pub(super) fn settings(options: &Options) -> Result<TrueSkillOptions, Fault> {
    Ok(TrueSkillOptions {
        mu: options.number("init")?,
        sigma: options.number("sigma")?,
        beta: options.number("beta")?,
        tau: options.number("tau")?,
        draw_probability: options.number("draw_probability")?,
    })
}

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let settings = settings(options)?;
    of_games(rows, options, |n| {
        Ok(Box::new(TrueSkill::new(settings, n)?))
    })
}
