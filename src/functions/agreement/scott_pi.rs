//! `scott_pi`: agreement of two raters beyond chance, with pooled marginals.

use super::options::{CATEGORIES, coefficient, stated};
use super::two_raters::{FIRST, SECOND, WEIGHT, pair};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "scott_pi",
    summary: "Agreement of two raters beyond chance, with the marginals of both pooled",
    details: "Rows with a NULL on either side are dropped. NULL when both raters used one and the same category \
throughout, or there are no rows. Unlike Cohen's kappa it does not forgive raters who use the categories \
differently.",
    formula: "pi = (p_o - p_e) / (1 - p_e), p_e the sum of squared pooled shares",
    errors: "a value that is not among `categories`; a negative weight",
    params: &[FIRST, SECOND, WEIGHT],
    options: &[CATEGORIES],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Scott (1955). Reliability of content analysis. Public Opinion Quarterly 19, 321-325.",
    ],
    example: Example {
        sql: "SELECT round(scott_pi(human, judge), 6) AS pi FROM (VALUES ('a','a'), ('a','a'), ('b','b'), ('b','a'), \
('b','b')) AS t(human, judge)",
        result: "pi\n0.6\n",
    },
    calls: &[
        "SELECT grp, scott_pi(outcome, grp) AS p FROM t GROUP BY grp",
        "SELECT scott_pi(system_a, system_b, weight) AS p FROM t",
        "SELECT scott_pi(value, 1 + round % 5, categories => [5, 4, 3, 2, 1]) AS p FROM t",
    ],
    body: Body::Tally(pi),
};

fn pi(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let pair = pair(tally, stated(options)?)?;
    coefficient(pair.table().scott_pi(0.95).map(|k| k.pi))
}
