//! `cohen_kappa`: agreement of two raters beyond chance.

use super::two_raters::{FIRST, SECOND, WEIGHT, WEIGHTED_ERRORS, kappa, weighted};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "cohen_kappa",
    summary: "Agreement of two raters beyond chance",
    details: "Rows with a NULL on either side are dropped. NULL when both raters used one and the same category \
throughout, or there are no rows. Distances are between places in the order of the categories; text has no \
order of its own, so weights by distance on text need `categories`. Unweighted unless `weights` says \
otherwise.",
    formula: "kappa = (p_o - p_e) / (1 - p_e) = 1 - sum(o d) / sum(e d), d the disagreement of two categories",
    errors: WEIGHTED_ERRORS,
    params: &[FIRST, SECOND, WEIGHT],
    options: &weighted("none"),
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Cohen (1960). A coefficient of agreement for nominal scales. Educ. Psychol. Meas. 20, 37-46.",
        "Cohen (1968). Weighted kappa. Psychological Bulletin 70, 213-220.",
    ],
    example: Example {
        sql: "SELECT round(cohen_kappa(human, judge), 6) AS kappa FROM (VALUES ('a','a'), ('a','a'), ('b','b'), \
('b','a'), ('b','b')) AS t(human, judge)",
        result: "kappa\n0.615385\n",
    },
    calls: &[
        "SELECT grp, cohen_kappa(value, round % 5, weights => 'quadratic') FILTER (WHERE y > 0) AS k FROM t GROUP BY \
grp",
        "SELECT cohen_kappa(system_a, system_b, weight) AS k FROM t",
    ],
    body: Body::Tally(kappa),
};
