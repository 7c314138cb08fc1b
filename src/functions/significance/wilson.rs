//! `wilson`: the score interval of a proportion.

use super::common::{CONTINUITY, LEVEL};
use super::proportion::{PROPORTION, SUCCESS, interval};
use crate::functions::prelude::*;
use crate::stats::interval::{wilson, wilson_continuity};

pub(super) static FUNCTION: Function = Function {
    name: "wilson",
    summary: "Share of successes with Wilson's score interval",
    details: "Rows with a NULL are dropped. A row is a trial; `success` is true or false, 1 or 0. NULL without \
rows. A proportion of 0 or 1 has a limit of exactly 0 or 1. With `continuity` the interval is Newcombe's method 4.",
    formula: "(p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)",
    errors: "a success that is neither true nor false, 1 nor 0",
    params: &[SUCCESS],
    options: &[LEVEL, CONTINUITY],
    ordered: false,
    returns: Returns::Record(PROPORTION),
    citations: &[
        "Wilson (1927). Probable inference, the law of succession, and statistical inference. JASA 22, \
209-212.",
        "Newcombe (1998). Two-sided confidence intervals for the single proportion. Stat. Med. 17, 857-872.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (true), (true), (false), (true)) AS t(success) |> CALL wilson() |> SELECT \
estimate, round(lower, 6) AS lower, round(upper, 6) AS upper, successes, n",
        result: "estimate,lower,upper,successes,n\n0.75,0.300642,0.954413,3,4\n",
    },
    calls: &[
        "SELECT * FROM wilson(t, success => y > 1, by => grp)",
        "SELECT * FROM wilson(t, success => y > 1, continuity => true, level => 0.9)",
    ],
    body: Body::Tally(compute),
};

fn compute(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    if options.flag("continuity")? {
        let method = "Wilson, with continuity correction";
        return interval(tally, options, method, wilson_continuity);
    }
    interval(tally, options, "Wilson", wilson)
}
