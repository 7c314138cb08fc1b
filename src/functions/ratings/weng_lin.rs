//! `weng_lin`: Bayesian online ratings from games of two.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B};
use super::board::HISTORY;
use super::skills::{GAME_COLUMNS, Z, of_games};
use super::trueskill::{BETA, INIT, SIGMA, TAU};
use crate::functions::prelude::*;
use crate::stats::ratings::{Gamma, WengLin, WengLinModel, WengLinOptions};

/// The likelihood.
pub(super) const MODEL: Opt = Opt::choice(
    "model",
    &[
        "plackett_luce",
        "bradley_terry_full",
        "bradley_terry_part",
        "thurstone_mosteller_full",
        "thurstone_mosteller_part",
    ],
    "plackett_luce",
    "the likelihood of a result: full compares every pair of systems, part only neighbours in the final order",
);
/// Least factor of a variance.
pub(super) const KAPPA: Opt = Opt::number(
    "kappa",
    1e-12,
    1.0,
    1e-4,
    "smallest factor by which a variance shrinks in a game",
);
/// Draw margin.
pub(super) const EPSILON: Opt = Opt::number(
    "epsilon",
    0.0,
    1e12,
    0.1,
    "draw margin of Thurstone-Mosteller",
);
/// The paper.
pub(super) const CITATION: &str =
    "Weng & Lin (2011). A Bayesian approximation method for online ranking. JMLR 12, 267-300.";
/// The updates.
pub(super) const FORMULA: &str = "s^2 += tau^2; mu += Omega, s^2 *= max(1 - Delta, kappa). Pairs (i, q), c^2 = s_i^2 + s_q^2 + \
2 beta^2, gamma = s_i/c: Bradley-Terry: Omega += s_i^2/c (score - p), Delta += gamma s_i^2/c^2 p (1 - p), p = 1/(1 + \
exp((mu_q - mu_i)/c)); Thurstone-Mosteller: V and W of a normal difference beyond or within epsilon/c. Plackett-Luce: \
c^2 = sum (s^2 + beta^2), p_iq = exp(mu_i/c)/sum over those not before q; Omega = s_i^2/c sum_q (1[i = q] - p_iq)/A_q, \
Delta = gamma s_i^2/c^2 sum_q p_iq (1 - p_iq)/A_q, q not after i, A_q = how many tie with q";

pub(super) static FUNCTION: Function = Function {
    name: "weng_lin",
    summary: "Weng-Lin (OpenSkill) ratings from games of two, in the order given",
    details: "A closed-form Bayesian update after every game: `rating` is the mean of the belief about a skill, \
`stderr` its standard deviation, `lower` and `upper` bound the interval of the level, and `conservative` = rating - z \
stderr ranks. For two systems the full and partial models agree; for free-for-alls see weng_lin_matches. With \
epsilon 0 Thurstone-Mosteller knows no ties of positive probability, and a tie pulls the two means together. The \
result depends on the order of the games, so the call must give one; games with equal keys are ordered by their other \
arguments. Rows with a NULL system or outcome are skipped; so are games of a system with itself. A system without \
counted games keeps the initial belief, with n = 0. history => true gives two rows per game.",
    formula: FORMULA,
    errors: "no order; an outcome that is no win, loss or tie; ratings beyond the range of numbers",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME],
    options: &[
        MODEL, INIT, SIGMA, BETA, TAU, KAPPA, EPSILON, LEVEL, Z, BOTH_BAD, HISTORY,
    ],
    ordered: true,
    returns: GAME_COLUMNS,
    citations: &[CITATION],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x','y','a')) AS t(round, system_a, system_b, outcome) |> CALL \
weng_lin(order_by => round, model => 'bradley_terry_full') |> SELECT system, round(rating, 6) AS rating, round(stderr, \
6) AS stderr |> ORDER BY system",
        result: "system,rating,stderr\nx,27.635389,8.065901\ny,22.364611,8.065901\n",
    },
    calls: &[
        "SELECT * FROM weng_lin(t, order_by => round, by => grp)",
        "SELECT * FROM weng_lin(t, order_by => round, model => 'thurstone_mosteller_full', history => true, level => 0.9)",
        "SELECT * FROM weng_lin(t, order_by => round, model => 'bradley_terry_part', both_bad => 'skip', z => 0)",
    ],
    body: Body::Rows(rate),
};

/// The options that Weng-Lin functions share.
pub(super) fn settings(options: &Options) -> Result<WengLinOptions, Fault> {
    let model = match options.text("model")? {
        "bradley_terry_full" => WengLinModel::BradleyTerryFull,
        "bradley_terry_part" => WengLinModel::BradleyTerryPart,
        "thurstone_mosteller_full" => WengLinModel::ThurstoneMostellerFull,
        "thurstone_mosteller_part" => WengLinModel::ThurstoneMostellerPart,
        _ => WengLinModel::PlackettLuce,
    };
    Ok(WengLinOptions {
        model,
        mu: options.number("init")?,
        sigma: options.number("sigma")?,
        beta: options.number("beta")?,
        kappa: options.number("kappa")?,
        tau: options.number("tau")?,
        epsilon: options.number("epsilon")?,
        gamma: Gamma::Shrinking,
    })
}

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let settings = settings(options)?;
    of_games(rows, options, |n| Ok(Box::new(WengLin::new(settings, n)?)))
}
