//! `cohen_kappa_detail`: agreement of two raters beyond chance, with its uncertainty.

use super::options::DETAIL;
use super::two_raters::{FIRST, SECOND, WEIGHT, WEIGHTED_ERRORS, kappa_detail, weighted_detail};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "cohen_kappa_detail",
    summary: "Agreement of two raters beyond chance, with its uncertainty",
    details: "Rows with a NULL on either side are dropped. The interval is normal and not clipped (Fleiss, Cohen & \
Everitt), or the percentiles of bootstrap replicates that draw rows. With `weight` there is no standard \
error. p_value tests kappa = 0 with the error under independence. An undefined coefficient has NULL and a \
reason. Distances are between places in the order of the categories; text has no order of its own, so \
weights by distance on text need `categories`. ",
    formula: "kappa = (p_o - p_e) / (1 - p_e) = 1 - sum(o d) / sum(e d), d the disagreement of two categories; stderr by \
the delta method",
    errors: WEIGHTED_ERRORS,
    params: &[FIRST, SECOND, WEIGHT],
    options: &weighted_detail("none"),
    ordered: false,
    returns: Returns::Record(DETAIL),
    citations: &[
        "Cohen (1960). A coefficient of agreement for nominal scales. Educ. Psychol. Meas. 20, 37-46.",
        "Cohen (1968). Weighted kappa. Psychological Bulletin 70, 213-220.",
        "Fleiss, Cohen & Everitt (1969). Large sample standard errors of kappa and weighted kappa. Psychological \
Bulletin 72, 323-327.",
        "Efron (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7, 1-26.",
    ],
    example: Example {
        sql: "SELECT round(estimate, 6) AS kappa, round(observed, 2) AS observed, round(expected, 2) AS expected, \
round(stderr, 6) AS stderr, n, reason FROM cohen_kappa_detail((SELECT * FROM (VALUES ('a','a'), ('a','a'), \
('b','b'), ('b','a'), ('b','b')) AS t(human, judge)), first => human, second => judge)",
        result: "kappa,observed,expected,stderr,n,reason\n0.615385,0.8,0.48,0.317548,5,\n",
    },
    calls: &[
        "SELECT * FROM cohen_kappa_detail(t, first => value, second => round % 5, by => grp, weights => 'linear')",
        "SELECT * FROM cohen_kappa_detail(t, first => outcome, second => grp, ci => 'bootstrap', bootstrap => 40, \
level => 0.9, seed => 3)",
        "SELECT cohen_kappa_detail(system_a, system_b, weight) AS k FROM t",
    ],
    body: Body::Tally(kappa_detail),
};
