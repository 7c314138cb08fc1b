//! `benjamini_hochberg`: p-values adjusted for the false discovery rate.

use super::many::{ADJUSTED, ALPHA, HYPOTHESIS, P_VALUE, adjusted};
use crate::functions::prelude::*;
use crate::stats::testing::Adjustment;

pub(super) static FUNCTION: Function = Function {
    name: "benjamini_hochberg",
    summary: "p-values adjusted to control the false discovery rate",
    details: "A hypothesis is rejected where its adjusted value is at most `alpha`. dependence => 'any' is the form \
of Benjamini and Yekutieli, valid under any dependence. Rows with a NULL are dropped, do not count as tests, and \
are counted in `n_null`.",
    formula: "adjusted p_(i) = min over j >= i of m p_(j) / j, at most 1; 'any': times sum of 1/i",
    errors: "a p-value outside 0 to 1; a hypothesis given twice",
    params: &[HYPOTHESIS, P_VALUE],
    options: &[
        Opt::choice(
            "dependence",
            &["positive", "any"],
            "positive",
            "how the tests may depend on each other",
        ),
        ALPHA,
    ],
    ordered: false,
    returns: Returns::Table(ADJUSTED),
    citations: &[
        "Benjamini & Hochberg (1995). Controlling the false discovery rate. JRSS B 57, 289-300.",
        "Benjamini & Yekutieli (2001). The control of the false discovery rate in multiple testing under \
dependency. Ann. Stat. 29, 1165-1188.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('h1', 0.01), ('h2', 0.04), ('h3', 0.03), ('h4', 0.5)) AS t(hypothesis, \
p_value) |> CALL benjamini_hochberg() |> SELECT hypothesis, round(adjusted, 6) AS adjusted, rejected",
        result: "hypothesis,adjusted,rejected\nh1,0.04,true\nh2,0.053333,false\nh3,0.053333,false\nh4,0.5,false\n",
    },
    calls: &[
        "SELECT * FROM benjamini_hochberg(t, hypothesis => item, p_value => x / 20, filter => annotator = \
'annotator 1')",
        "SELECT * FROM benjamini_hochberg(t, hypothesis => item, p_value => x / 20, filter => annotator = \
'annotator 1', dependence => 'any', alpha => 0.2)",
    ],
    body: Body::Rows(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let method = match options.text("dependence")? {
        "any" => Adjustment::BenjaminiYekutieli,
        _ => Adjustment::BenjaminiHochberg,
    };
    adjusted(rows, options, method)
}
