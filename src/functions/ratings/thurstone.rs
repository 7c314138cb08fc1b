//! `thurstone`: ratings by the law of comparative judgement.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use super::fitting::{
    ANCHOR, ANCHOR_RATING, BOOTSTRAP, CI, CLUSTER, INIT, L2, PRIOR, RATING_COLUMNS, SEED,
    TIES_PLAIN, fitted, rating_table, ties, with_errors,
};
use crate::functions::prelude::*;
use crate::stats::ratings::{BradleyTerryOptions, Link};

pub(super) static FUNCTION: Function = Function {
    name: "thurstone",
    summary: "Ratings by Thurstone's law of comparative judgement, with intervals",
    details: "Case V: the qualities of two systems, as perceived, are normal with equal variances and independent; \
fitted by maximum likelihood. `scale` is the standard deviation of the difference of two perceptions in rating \
points; the default, 200 times the root of 2, is that of Elo's original rating. Ties count half, twice or not. NULLs, systems \
without a finite rating, ranks, intervals and clusters as in bradley_terry.",
    formula: "P(a beats b) = Phi((R_a - R_b) / scale)",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite; an anchor that is not \
rated; both l2 and prior",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT, CLUSTER],
    options: &[
        TIES_PLAIN,
        BOTH_BAD,
        CI,
        LEVEL,
        BOOTSTRAP,
        SEED,
        L2,
        PRIOR,
        Opt::number(
            "scale",
            1e-9,
            1e12,
            282.842_712_474_619,
            "standard deviation of a difference, in rating points",
        ),
        INIT,
        ANCHOR,
        ANCHOR_RATING,
    ],
    ordered: false,
    returns: Returns::Table(RATING_COLUMNS),
    citations: &[
        "Thurstone (1927). A law of comparative judgment. Psychological Review 34, 273-286.",
        "Mosteller (1951). Remarks on the method of paired comparisons: I. Psychometrika 16, 3-9.",
    ],
    // Phi^-1(3/4) = 0.67449; times 282.84, half to each side of 1000.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a',3), ('x','y','b',1)) AS t(system_a, system_b, outcome, weight) |> CALL thurstone(weight => weight) |> SELECT system, round(rating, 2) AS rating",
        result: "system,rating\nx,1095.39\ny,904.61\n",
    },
    calls: &[
        "SELECT * FROM thurstone(t, by => grp)",
        "SELECT * FROM thurstone(t, weight => weight, ties => 'skip', ci => 'hessian', prior => 200, anchor => 'system-1')",
        "SELECT * FROM thurstone(t, cluster => item, ties => 'duplicate')",
        "SELECT * FROM thurstone(t, ci => 'bootstrap', bootstrap => 20)",
    ],
    body: Body::Tally(fit),
};

fn fit(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    // With base e a unit of strength is `scale` points.
    let scale = BradleyTerryOptions {
        link: Link::Probit,
        ties: ties(options.text("ties")?),
        scale: options.number("scale")?,
        base: std::f64::consts::E,
        init: options.number("init")?,
        ..BradleyTerryOptions::default()
    };
    let settings = with_errors(options, scale)?;
    let found = fitted(&battles, &settings)?;
    Ok(rating_table(&battles, found, tally.n_null))
}
