//! `instant_runoff`: the fewest first places go.

use super::ballots::{self, LOWER_BETTER, fault};
use super::standing::{COURSE, ELIMINATION_TIES, course, elimination_ties};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "instant_runoff",
    summary: "Instant runoff (ranked choice): whoever has the fewest first places goes, until somebody has a majority",
    details: "Ballots move on to the next alternative left; ballots with nothing left no longer count, and the majority is of \
those that do. Tied firsts share a ballot. `count` is first places. One row per ballot and alternative; equal \
ranks are ties, alternatives without a row or with a NULL rank are unranked, rows with a NULL ballot or \
alternative are left out. The alternatives are those of the group. With `ties => 'any'` many ties can be too \
many to follow; then the call fails and says so.",
    formula: "round by round: winner when first places > half of the active weight, else the lowest goes",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[ELIMINATION_TIES, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(COURSE),
    citations: &[
        "Ware (1871), in Hoag & Hallett (1926). Proportional Representation. Macmillan.",
        "Freeman, Brill & Conitzer (2015). General tiebreaking schemes for computational social choice. AAMAS.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM instant_runoff(v, weight => n)"),
        result: "rank,alternative,winner,round,count\n1,y,true,,5.0\n2,x,false,,4.0\n3,z,false,1,2.0\n",
    },
    calls: &[
        "SELECT * FROM instant_runoff(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), by => grp, ties => 'any')",
        "SELECT * FROM instant_runoff(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), by => grp, ties => 'all')",
        "SELECT * FROM instant_runoff(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), by => grp, ties => 'label')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = ballots::read(rows, options)?;
    let result = ballots
        .profile
        .instant_runoff_course(elimination_ties(options)?);
    Ok(course(ballots.names, &result.map_err(fault)?))
}
