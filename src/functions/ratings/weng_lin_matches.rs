//! `weng_lin_matches`: Bayesian online ratings from rankings of several.

use super::battles::LEVEL;
use super::board::HISTORY;
use super::skills::{PLACE, RANKED, RANKING, RANKING_COLUMNS, Z, of_rankings};
use super::trueskill::{BETA, INIT, SIGMA, TAU};
use super::weng_lin::{CITATION, EPSILON, FORMULA, KAPPA, MODEL, settings};
use crate::functions::prelude::*;
use crate::stats::ratings::WengLin;

pub(super) static FUNCTION: Function = Function {
    name: "weng_lin_matches",
    summary: "Weng-Lin (OpenSkill) ratings from free-for-all rankings, in the order given",
    details: "One row per ranking and system, with its rank in it (1 = best, equal = tied). A ranking stands where its \
first row stands in the order; rankings with equal keys are ordered by label. The partial models compare neighbours \
in the final order, where tied systems stand by name; c is that of the full models (some packages double it, or \
average over a window). Columns as for `weng_lin`, which takes games of two. Rows with a NULL ranking, system or rank \
are skipped, and rankings left with one system tell nothing. A system without counted rankings keeps the initial \
belief, with n = 0. history => true gives a row per ranking and system. The full models cost the square of the \
systems in a ranking, the others their number.",
    formula: FORMULA,
    errors: "no order; a system twice in one ranking; ratings beyond the range of numbers",
    params: &[RANKING, RANKED, PLACE],
    options: &[
        MODEL, INIT, SIGMA, BETA, TAU, KAPPA, EPSILON, LEVEL, Z, HISTORY,
    ],
    ordered: true,
    returns: RANKING_COLUMNS,
    citations: &[CITATION],
    example: Example {
        sql: "SELECT * FROM (VALUES ('m1','x',1), ('m1','y',2), ('m1','z',2)) AS t(ranking, system, rank) |> CALL \
weng_lin_matches(order_by => ranking) |> SELECT system, round(rating, 6) AS rating, round(stderr, 6) AS stderr |> \
ORDER BY system",
        result: "system,rating,stderr\nx,27.869049,8.205243\ny,23.565476,8.058224\nz,23.565476,8.058224\n",
    },
    calls: &[
        "SELECT * FROM weng_lin_matches((SELECT item AS ranking, system_a AS system, max(floor(y)) AS rank, min(round) \
AS round FROM t GROUP BY item, system_a), order_by => round)",
        "SELECT * FROM weng_lin_matches((SELECT item AS ranking, system_b AS system, max(floor(y)) AS rank, min(round) \
AS round FROM t GROUP BY item, system_b), order_by => round, model => 'thurstone_mosteller_part', history => true)",
    ],
    body: Body::Rows(rate),
};

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let settings = settings(options)?;
    of_rankings(rows, options, 0.0, |n| {
        Ok(Box::new(WengLin::new(settings, n)?))
    })
}
