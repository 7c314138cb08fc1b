//! `percent_agreement`: the share of rows on which two raters agree.

use super::judgements::coefficient;
use super::two_raters::{FIRST, SECOND, confusion};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "percent_agreement",
    summary: "Share of rows on which two raters give the same label",
    details: "Rows with a NULL on either side are dropped; NULL without rows. Not corrected for chance.",
    formula: "equal rows / rows, from 0 to 1",
    errors: "none",
    params: &[FIRST, SECOND],
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
    calls: &["SELECT percent_agreement(system_a, system_b) AS s FROM t"],
    body: Body::Tally(share),
};

fn share(tally: &Tally, _: &Options) -> Result<Output, Fault> {
    let (confusion, _) = confusion(tally);
    coefficient(confusion.table().1.percent_agreement())
}
