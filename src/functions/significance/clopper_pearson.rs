//! `clopper_pearson`: the exact interval of a proportion.

use super::common::LEVEL;
use super::proportion::{PROPORTION, SUCCESS, interval};
use crate::functions::prelude::*;
use crate::stats::interval::clopper_pearson;

pub(super) static FUNCTION: Function = Function {
    name: "clopper_pearson",
    summary: "Share of successes with Clopper and Pearson's exact interval",
    details: "Rows with a NULL are dropped. A row is a trial; `success` is true or false, 1 or 0. NULL without \
rows. A proportion of 0 or 1 has a limit of exactly 0 or 1.",
    formula: "beta quantiles: B(a/2; k, n-k+1) and B(1-a/2; k+1, n-k)",
    errors: "a success that is neither true nor false, 1 nor 0",
    params: &[SUCCESS],
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Record(PROPORTION),
    citations: &[
        "Clopper & Pearson (1934). The use of confidence or fiducial limits illustrated in the case of the \
binomial. Biometrika 26, 404-413.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (true), (true), (false), (true)) AS t(success) |> CALL clopper_pearson() |> \
SELECT estimate, round(lower, 6) AS lower, round(upper, 6) AS upper, successes, n",
        result: "estimate,lower,upper,successes,n\n0.75,0.19412,0.993691,3,4\n",
    },
    calls: &["SELECT * FROM clopper_pearson(t, success => y > 1, by => grp, level => 0.9)"],
    body: Body::Tally(compute),
};

fn compute(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    interval(tally, options, "Clopper-Pearson", clopper_pearson)
}
