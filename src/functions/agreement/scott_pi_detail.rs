//! `scott_pi_detail`: agreement of two raters with pooled marginals, with its uncertainty.

use super::options::{BOOTSTRAP, CATEGORIES, CI, DETAIL, LEVEL, SEED, stated};
use super::two_raters::{FIRST, Parts, SECOND, WEIGHT, detail, pair, two_sided};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "scott_pi_detail",
    summary: "Agreement of two raters beyond chance, with pooled marginals and its uncertainty",
    details: "Rows with a NULL on either side are dropped. The interval is normal and not clipped, or the percentiles of \
bootstrap replicates that draw rows. With `weight` there is no standard error. An undefined coefficient has \
NULL and a reason.",
    formula: "pi = (p_o - p_e) / (1 - p_e), p_e the sum of squared pooled shares; stderr linearised over rows",
    errors: "a value that is not among `categories`; a negative weight; a bootstrap of weighted rows",
    params: &[FIRST, SECOND, WEIGHT],
    options: &[CATEGORIES, CI, LEVEL, BOOTSTRAP, SEED],
    ordered: false,
    returns: Returns::Record(DETAIL),
    citations: &[
        "Scott (1955). Reliability of content analysis. Public Opinion Quarterly 19, 321-325.",
        "Gwet (2014). Handbook of Inter-Rater Reliability, 4th ed.",
    ],
    example: Example {
        sql: "SELECT round(estimate, 6) AS pi, round(observed, 2) AS observed, round(expected, 2) AS expected, n FROM \
scott_pi_detail((SELECT * FROM (VALUES ('a','a'), ('a','a'), ('b','b'), ('b','a'), ('b','b')) AS t(human, \
judge)), first => human, second => judge)",
        result: "pi,observed,expected,n\n0.6,0.8,0.5,5\n",
    },
    calls: &[
        "SELECT * FROM scott_pi_detail(t, first => outcome, second => grp)",
        "SELECT * FROM scott_pi_detail(t, first => value, second => 1 + round % 5, categories => [5, 4, 3, 2, 1], by \
=> grp, ci => 'bootstrap', bootstrap => 30)",
        "SELECT scott_pi_detail(system_a, system_b, weight, level => 0.9) AS p FROM t",
    ],
    body: Body::Tally(pi),
};

fn pi(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let pair = pair(tally, stated(options)?)?;
    let level = options.number("level")?;
    detail(tally, options, &pair, &|table| {
        let k = table.scott_pi(level)?;
        Ok(Parts {
            estimate: k.pi,
            observed: k.observed_agreement,
            expected: k.expected_agreement,
            stderr: k.stderr,
            lower: k.lower,
            upper: k.upper,
            p_value: two_sided(k.pi, k.stderr),
        })
    })
}
