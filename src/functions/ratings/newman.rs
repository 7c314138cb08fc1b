//! `newman`: ratings with ties by Newman's model.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read_whole};
use super::fitting::{
    ANCHOR, ANCHOR_RATING, BASE, BOOTSTRAP, CI, INIT, L2, PRIOR, RATING_COLUMNS, SCALE, SEED,
    fault, rating_table, scaled, with_errors,
};
use crate::functions::prelude::*;
use crate::stats::ratings::newman_folded;

pub(super) static FUNCTION: Function = Function {
    name: "newman",
    summary: "Ratings from comparisons with ties by Newman's model",
    details: "Newman's iteration converges to the maximum of Davidson's likelihood; here that maximum is found by \
Newton's method, so the ratings are those of bradley_terry with ties => 'davidson' and tie_parameter is Newman's \
v = nu/2. NULLs, systems without a finite rating, ranks and intervals as there.",
    formula: "P(a beats b) = s_a / (s_a + s_b + 2 v sqrt(s_a s_b)), P(tie) = 2 v sqrt(s_a s_b) / (the same), \
s = base^(R/scale)",
    errors: "an outcome that is no win, loss or tie; a weight that is negative or not finite; an anchor that is not rated",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        BOTH_BAD,
        CI,
        LEVEL,
        BOOTSTRAP,
        SEED,
        L2,
        PRIOR,
        SCALE,
        BASE,
        INIT,
        ANCHOR,
        ANCHOR_RATING,
    ],
    ordered: false,
    returns: Returns::Table(RATING_COLUMNS),
    citations: &[
        "Newman (2023). Efficient computation of rankings from pairwise comparisons. JMLR 24(238), 1-25.",
        "Davidson (1970). On extending the Bradley-Terry model to accommodate ties. JASA 65, 317-328.",
    ],
    // Two systems are fitted exactly: 4 : 1 : 2 gives odds 4 and nu = 2/sqrt(4) = 1.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a',4), ('x','y','b',1), ('x','y','tie',2)) AS t(system_a, system_b, outcome, weight) |> CALL newman(weight => weight) |> SELECT system, round(rating, 2) AS rating, round(tie_parameter, 6) AS v",
        result: "system,rating,v\nx,1120.41,0.5\ny,879.59,0.5\n",
    },
    calls: &[
        "SELECT * FROM newman(t, by => grp)",
        "SELECT * FROM newman(t, weight => weight, both_bad => 'skip', ci => 'hessian', prior => 200)",
        "SELECT * FROM newman(t, ci => 'bootstrap', bootstrap => 20)",
    ],
    body: Body::Tally(fit),
};

fn fit(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read_whole(tally, options)?;
    let fit =
        newman_folded(&battles.folded, &with_errors(options, scaled(options)?)?).map_err(fault)?;
    Ok(rating_table(&battles, fit, tally.n_null))
}
