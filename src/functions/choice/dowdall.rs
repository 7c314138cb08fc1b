//! `dowdall`: harmonic points.

use super::ballots::{self, LOWER_BETTER, TIES, UNRANKED_ZERO, fault, ties, unranked};
use super::standing::{POINTS, points};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "dowdall",
    summary: "Dowdall (Nauru) count: place p is worth 1/p",
    details: "By default unranked alternatives get nothing, as in Nauru. Sums are exact up to 40 alternatives; beyond, 1/p is \
rounded to a double before the exact sum. One row per ballot and alternative; equal ranks are ties, alternatives \
without a row or with a NULL rank are unranked, rows with a NULL ballot or alternative are left out. The \
alternatives are those of the group. All that share the highest score win.",
    formula: "score = sum of weight / place",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[TIES, UNRANKED_ZERO, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(POINTS),
    citations: &[
        "Reilly (2002). Social choice in the South Seas: electoral innovation and the Borda count in the Pacific island \
countries. International Political Science Review 23.",
        "Fraenkel & Grofman (2014). The Borda count and its real-world alternatives: comparing scoring rules in Nauru and \
Slovenia. Australian Journal of Political Science 49.",
    ],
    example: Example {
        sql: on_ballots!(
            "SELECT alternative, score, winner FROM dowdall(v, weight => n) ORDER BY alternative"
        ),
        result: "alternative,score,winner\nx,5.666666666666667,false\ny,6.0,true\nz,4.833333333333333,false\n",
    },
    calls: &[
        "SELECT * FROM dowdall(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), by => grp)",
        "SELECT * FROM dowdall(t, ballot => item, alternative => annotator, rank => value, ties => 'competition', unranked => 'below')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = ballots::read(rows, options)?;
    let scores = ballots
        .profile
        .dowdall_with(ties(options)?, unranked(options)?);
    Ok(points(ballots.names, &ballots.n, &scores.map_err(fault)?))
}
