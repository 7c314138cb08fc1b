//! `trueskill_matches`: Bayesian skills from rankings of several.

use super::battles::LEVEL;
use super::board::HISTORY;
use super::skills::{PLACE, RANKED, RANKING, RANKING_COLUMNS, Z, of_rankings};
use super::trueskill::{BETA, CITATION, DRAW, INIT, SIGMA, TAU, settings};
use crate::functions::prelude::*;
use crate::stats::ratings::TrueSkill;

pub(super) static FUNCTION: Function = Function {
    name: "trueskill_matches",
    summary: "TrueSkill ratings from free-for-all rankings, in the order given",
    details: "One row per ranking and system, with its rank in it (1 = best, equal = tied). A ranking stands where its \
first row stands in the order; rankings with equal keys are ordered by label. Messages are passed along the final \
order until they change by no more than 1e-10, or 1e-7 in the last of 200 passes. With ties among three or more, the model's answer depends on \
who stands next to whom in the order; tied systems stand by name. Columns as for `trueskill`, which takes games of \
two. Rows with a NULL ranking, system or rank are skipped, and rankings left with one system tell nothing. A system \
without counted rankings keeps the initial belief, with n = 0. history => true gives a row per ranking and system.",
    formula: "expectation propagation: skills s_i ~ N(mu_i, sigma_i^2 + tau^2), performances p_i ~ N(s_i, beta^2), \
p_i - p_j > e for neighbours in the order, |p_i - p_j| <= e where they tie, e = Phi^-1((draw_probability + 1)/2) \
sqrt(2) beta",
    errors: "no order; a system twice in one ranking; a tie though draw_probability is 0; messages that do not settle \
in 200 passes",
    params: &[RANKING, RANKED, PLACE],
    options: &[INIT, SIGMA, BETA, TAU, DRAW, LEVEL, Z, HISTORY],
    ordered: true,
    returns: RANKING_COLUMNS,
    citations: &[CITATION],
    example: Example {
        sql: "SELECT * FROM (VALUES ('m1','x',1), ('m1','y',2), ('m1','z',3)) AS t(ranking, system, rank) |> CALL \
trueskill_matches(order_by => ranking) |> SELECT system, round(rating, 3) AS rating, round(stderr, 3) AS stderr, n |> \
ORDER BY system",
        result: "system,rating,stderr,n\nx,31.675,6.656,1\ny,25.0,6.208,1\nz,18.325,6.656,1\n",
    },
    calls: &[
        "SELECT * FROM trueskill_matches((SELECT item AS ranking, system_a AS system, max(floor(y)) AS rank, min(round) \
AS round FROM t GROUP BY item, system_a), order_by => round)",
        "SELECT * FROM trueskill_matches((SELECT item AS ranking, system_b AS system, max(y) AS rank, min(round) AS \
round FROM t GROUP BY item, system_b), order_by => round, history => true, draw_probability => 0.3, level => 0.5, \
z => 1)",
    ],
    body: Body::Rows(rate),
};

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let settings = settings(options)?;
    of_rankings(rows, options, 0.0, |n| {
        Ok(Box::new(TrueSkill::new(settings, n)?))
    })
}
