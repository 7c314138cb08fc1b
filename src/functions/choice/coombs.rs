//! `coombs`: the most last places go.

use super::ballots::{self, LOWER_BETTER, fault};
use super::standing::{COURSE, ELIMINATION_TIES, course, elimination_ties};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "coombs",
    summary: "Coombs: whoever has the most last places goes",
    details: "Ties for the last place share a ballot; unranked alternatives are last. With `stop => 'majority'` a majority of \
first places ends the count, as Coombs wrote it; with 'last' it goes on until one is left, which can elect \
somebody else. `count` is last places. One row per ballot and alternative; equal ranks are ties, alternatives \
without a row or with a NULL rank are unranked, rows with a NULL ballot or alternative are left out. The \
alternatives are those of the group. With `ties => 'any'` many ties can be too many to follow; then the call \
fails and says so.",
    formula: "round by round the alternative with the most last places goes",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[
        ELIMINATION_TIES,
        Opt::choice(
            "stop",
            &["majority", "last"],
            "majority",
            "what ends the count: a majority of first places, or one alternative left",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(COURSE),
    citations: &[
        "Coombs (1964). A Theory of Data. Wiley.",
        "Grofman & Feld (2004). If you like the alternative vote, then you ought to know about the Coombs rule. Electoral \
Studies 23.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM coombs(v, weight => n)"),
        result: "rank,alternative,winner,round,count\n1,y,true,,2.0\n2,z,false,,7.0\n3,x,false,1,5.0\n",
    },
    calls: &[
        "SELECT * FROM coombs(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), by => grp, ties => 'any')",
        "SELECT * FROM coombs(t, ballot => item, alternative => annotator, rank => value, ties => 'all', stop => 'last')",
        "SELECT * FROM coombs(t, ballot => item, alternative => annotator, rank => value, ties => 'label')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = ballots::read(rows, options)?;
    let stop = options.text("stop")? == "majority";
    let result = ballots
        .profile
        .coombs_course(elimination_ties(options)?, stop);
    Ok(course(ballots.names, &result.map_err(fault)?))
}
