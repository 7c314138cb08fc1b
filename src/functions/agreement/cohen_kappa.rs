//! `cohen_kappa`: agreement of two raters beyond chance.

use super::judgements::coefficient;
use super::two_raters::{FIRST, SECOND, confusion};
use crate::functions::prelude::*;
use crate::stats::agreement::Weights;

pub(super) static FUNCTION: Function = Function {
    name: "cohen_kappa",
    summary: "Agreement of two raters beyond chance",
    details: "Rows with a NULL on either side are dropped. NULL when both raters used one and the same category \
throughout, or there are no rows. With weights, the distance of two categories is that of their places in sorted \
order: numbers by value, text by code point.",
    formula: "kappa = (p_o - p_e) / (1 - p_e), with weights 1 - d/d_max (linear) or 1 - (d/d_max)^2 (quadratic)",
    errors: "none beyond wrong options",
    params: &[FIRST, SECOND],
    options: &[Opt::choice(
        "weights",
        &["none", "linear", "quadratic"],
        "none",
        "how much partial disagreement counts",
    )],
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
        "SELECT grp, cohen_kappa(value, round % 5, weights => 'quadratic') FILTER (WHERE y > 0) AS k FROM t GROUP BY grp",
    ],
    body: Body::Tally(kappa),
};

fn kappa(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let (confusion, _) = confusion(tally);
    let weights = match options.text("weights")? {
        "linear" => Weights::Linear,
        "quadratic" => Weights::Quadratic,
        _ => Weights::None,
    };
    let (_, table) = confusion.table();
    coefficient(table.cohen_kappa(&weights, 0.95).map(|k| k.kappa))
}
