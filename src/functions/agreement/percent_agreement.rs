//! `percent_agreement`: the share of rows on which two raters agree.

use super::options::coefficient;
use super::two_raters::{FIRST, SECOND, WEIGHT, pair};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "percent_agreement",
    summary: "Share of rows on which two raters give the same label",
    details: "Rows with a NULL on either side are dropped; NULL without rows. Not corrected for chance. For several \
annotators in long form see observed_agreement.",
    formula: "equal rows / rows, from 0 to 1",
    errors: "a negative weight",
    params: &[FIRST, SECOND, WEIGHT],
    options: &[],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Scott (1955). Reliability of content analysis. Public Opinion Quarterly 19, 321-325.",
    ],
    example: Example {
        sql: "SELECT percent_agreement(human, judge) AS share FROM (VALUES ('a','a'), ('b','a'), ('b','b'), ('a', NULL), \
('tie','tie')) AS t(human, judge)",
        result: "share\n0.75\n",
    },
    calls: &[
        "SELECT percent_agreement(system_a, system_b) AS s FROM t",
        "SELECT grp, percent_agreement(outcome, grp, weight) AS s FROM t GROUP BY grp",
    ],
    body: Body::Tally(share),
};

fn share(tally: &Tally, _: &Options) -> Result<Output, Fault> {
    coefficient(pair(tally, None)?.table().percent_agreement())
}
