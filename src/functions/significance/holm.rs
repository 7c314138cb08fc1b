//! `holm`: p-values adjusted for the family-wise error.

use super::many::{ADJUSTED, ALPHA, HYPOTHESIS, P_VALUE, adjusted};
use crate::functions::prelude::*;
use crate::stats::testing::Adjustment;

pub(super) static FUNCTION: Function = Function {
    name: "holm",
    summary: "p-values adjusted to control the chance of any false rejection",
    details: "A hypothesis is rejected where its adjusted value is at most `alpha`. Holm's step-down method needs \
no assumption; hochberg steps up under independence or positive dependence; bonferroni is the single step. Rows \
with a NULL are dropped, do not count as tests, and are counted in `n_null`.",
    formula: "holm: max over j <= i of (m - j + 1) p_(j); hochberg: min over j >= i of (m - j + 1) p_(j); \
bonferroni: m p; at most 1",
    errors: "a p-value outside 0 to 1; a hypothesis given twice",
    params: &[HYPOTHESIS, P_VALUE],
    options: &[
        Opt::choice(
            "method",
            &["holm", "hochberg", "bonferroni"],
            "holm",
            "the procedure",
        ),
        ALPHA,
    ],
    ordered: false,
    returns: Returns::Table(ADJUSTED),
    citations: &[
        "Holm (1979). A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6, 65-70.",
        "Hochberg (1988). A sharper Bonferroni procedure for multiple tests of significance. Biometrika 75, \
800-802.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('h1', 0.01), ('h2', 0.04), ('h3', 0.03), ('h4', 0.5)) AS t(hypothesis, \
p_value) |> CALL holm() |> SELECT hypothesis, round(adjusted, 6) AS adjusted, rejected",
        result: "hypothesis,adjusted,rejected\nh1,0.04,true\nh2,0.09,false\nh3,0.09,false\nh4,0.5,false\n",
    },
    calls: &[
        "SELECT * FROM holm(t, hypothesis => item, p_value => x / 20, filter => annotator = 'annotator 1')",
        "SELECT * FROM holm(t, hypothesis => item, p_value => x / 20, filter => annotator = 'annotator 1', method \
=> 'hochberg', alpha => 0.2)",
        "SELECT * FROM holm(t, hypothesis => item, p_value => x / 20, filter => annotator = 'annotator 1', method \
=> 'bonferroni')",
    ],
    body: Body::Rows(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let method = match options.text("method")? {
        "hochberg" => Adjustment::Hochberg,
        "bonferroni" => Adjustment::Bonferroni,
        _ => Adjustment::Holm,
    };
    adjusted(rows, options, method)
}
