//! `gwet_ac2_detail`: agreement of several annotators on ordered categories, with its uncertainty.

use super::judgements::{JUDGEMENTS, WEIGHTED_ERRORS, detail, weighted_detail};
use super::options::DETAIL;
use crate::functions::prelude::*;
use crate::stats::agreement::{self, Statistic};

pub(super) static FUNCTION: Function = Function {
    name: "gwet_ac2_detail",
    summary: "Agreement of several annotators on ordered categories, robust to lopsided ones, with its uncertainty",
    details: "Items may have different numbers of judgements: agreement is averaged over the items with two or more, \
marginals over all items, each weighing the same. The number of categories counts: list those that nobody \
used with `categories`. With weights => 'none' it is AC1. The interval is Student's t with n - 1 degrees of \
freedom over items, the upper limit at most 1; or the percentiles of bootstrap replicates that draw items. \
Undefined is NULL with a reason; no error with fewer than two items.",
    formula: "AC2 = (p_o - p_e) / (1 - p_e), p_e = sum(w) sum(p (1 - p)) / (q (q - 1)); stderr linearised over items",
    errors: WEIGHTED_ERRORS,
    params: JUDGEMENTS,
    options: &weighted_detail("quadratic"),
    ordered: false,
    returns: Returns::Record(DETAIL),
    citations: &["Gwet (2014). Handbook of Inter-Rater Reliability, 4th ed."],
    example: Example {
        sql: "SELECT round(estimate, 6) AS estimate, round(observed, 6) AS observed, round(expected, 6) AS expected, \
round(stderr, 4) AS stderr, round(lower, 3) AS lower, round(upper, 3) AS upper, n FROM \
gwet_ac2_detail((SELECT * FROM (VALUES (1,'x',1), (1,'y',1), (1,'z',2), (2,'x',2), (2,'y',2), (2,'z',2), \
(3,'x',3), (3,'y',3), (3,'z',3), (4,'x',1), (4,'y',2), (4,'z',3)) AS t(item, annotator, value)))",
        result: "estimate,observed,expected,stderr,lower,upper,n\n0.52,0.833333,0.652778,0.3716,-0.662,1.0,4\n",
    },
    calls: &[
        "SELECT * FROM gwet_ac2_detail(t, by => grp, repeats => 'keep', annotator => grp)",
        "SELECT * FROM gwet_ac2_detail(t, ci => 'bootstrap', bootstrap => 40, seed => 5, level => 0.9)",
        "SELECT * FROM gwet_ac2_detail(t, weights => 'linear', categories => [1, 2, 3, 4, 5, 6])",
    ],
    body: Body::Unsorted(of),
};

fn of(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    detail(rows, options, agreement::gwet_ac2, Statistic::Gwet)
}
