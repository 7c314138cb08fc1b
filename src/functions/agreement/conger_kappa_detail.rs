//! `conger_kappa_detail`: Cohen's kappa for several annotators, with its uncertainty.

use super::judgements::{JUDGEMENTS, WEIGHTED_ERRORS, read, record, weighted_detail};
use super::options::{DETAIL, weights_of};
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "conger_kappa_detail",
    summary: "Cohen's kappa for several annotators: chance agreement from each one's own habits, with its uncertainty",
    details: "Items may have different numbers of judgements: agreement is averaged over the items with two or more, \
marginals over all items, each weighing the same. With two annotators it is Cohen's kappa. With repeats => \
'keep' each repeat counts as one more judgement of its annotator. The interval is Student's t with n - 1 \
degrees of freedom over items, the upper limit at most 1; or the percentiles of bootstrap replicates that draw \
items. Undefined is NULL with a reason; no error with fewer than two items.",
    formula: "kappa = (p_o - p_e) / (1 - p_e), p_e the mean over pairs of annotators of sum(p_g p_h); stderr linearised \
over items",
    errors: WEIGHTED_ERRORS,
    params: JUDGEMENTS,
    options: &weighted_detail("none"),
    ordered: false,
    returns: Returns::Record(DETAIL),
    citations: &[
        "Conger (1980). Integration and generalization of kappas for multiple raters. Psychological Bulletin 88, \
322-328.",
        "Gwet (2014). Handbook of Inter-Rater Reliability, 4th ed.",
    ],
    example: Example {
        sql: "SELECT round(estimate, 6) AS estimate, round(observed, 6) AS observed, round(expected, 6) AS expected, \
round(stderr, 4) AS stderr, round(lower, 3) AS lower, round(upper, 3) AS upper, n FROM \
conger_kappa_detail((SELECT * FROM (VALUES (1,'x',1), (1,'y',1), (1,'z',2), (2,'x',2), (2,'y',2), \
(2,'z',2), (3,'x',3), (3,'y',3), (3,'z',3), (4,'x',1), (4,'y',2), (4,'z',3)) AS t(item, annotator, value)))",
        result: "estimate,observed,expected,stderr,lower,upper,n\n0.393939,0.583333,0.3125,0.3044,-0.575,1.0,4\n",
    },
    calls: &[
        "SELECT * FROM conger_kappa_detail(t, by => grp, repeats => 'keep', annotator => grp)",
        "SELECT * FROM conger_kappa_detail(t, weights => 'linear', categories => [1, 2, 3, 4, 5, 6])",
        "SELECT * FROM conger_kappa_detail(t, ci => 'bootstrap', bootstrap => 40, seed => 5, level => 0.9)",
    ],
    body: Body::Unsorted(of),
};

fn of(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let weights = weights_of(options, &judgements.levels)?;
    let (ratings, level) = (&judgements.ratings, options.number("level")?);
    let got = agreement::conger_kappa(ratings, &weights, level);
    record(rows, options, got, || {
        agreement::conger_by_count(ratings, &weights)
    })
}
