//! `weighted_kappa`: agreement of two raters on ordered categories.

use super::two_raters::{FIRST, SECOND, WEIGHT, WEIGHTED_ERRORS, kappa, weighted};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "weighted_kappa",
    summary: "Agreement of two raters on ordered categories, beyond chance",
    details: "Rows with a NULL on either side are dropped. NULL when both raters used one and the same category \
throughout, or there are no rows. Distances are between places in the order of the categories; text has no \
order of its own, so weights by distance on text need `categories`. The same as cohen_kappa with another \
default.",
    formula: "kappa = (p_o - p_e) / (1 - p_e) = 1 - sum(o d) / sum(e d), d the disagreement of two categories",
    errors: WEIGHTED_ERRORS,
    params: &[FIRST, SECOND, WEIGHT],
    options: &weighted("linear"),
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Cohen (1960). A coefficient of agreement for nominal scales. Educ. Psychol. Meas. 20, 37-46.",
        "Cohen (1968). Weighted kappa. Psychological Bulletin 70, 213-220.",
    ],
    example: Example {
        sql: "SELECT round(weighted_kappa(human, judge, categories => ['low', 'mid', 'high']), 6) AS kappa FROM (VALUES \
('low','low'), ('low','mid'), ('mid','mid'), ('high','mid'), ('high','high'), ('low','high')) AS t(human, \
judge)",
        result: "kappa\n0.294118\n",
    },
    calls: &[
        "SELECT grp, weighted_kappa(value, round % 5, weight, weights => 'ordinal') AS k FROM t GROUP BY grp",
        "SELECT weighted_kappa(value, 1 + round % 5, weights => 'quadratic', distance => 'value', categories => [1, \
2, 3, 4, 5]) AS k FROM t",
        "SELECT weighted_kappa(grp, outcome, weights => 'custom', categories => ['g1', 'g2', 'g3', 'a', 'b', 'tie'], \
disagreement => [0,1,2,3,4,5, 1,0,1,2,3,4, 2,1,0,1,2,3, 3,2,1,0,1,2, 4,3,2,1,0,1, 5,4,3,2,1,0]) AS k FROM t \
WHERE outcome <> 'both_bad'",
    ],
    body: Body::Tally(kappa),
};
