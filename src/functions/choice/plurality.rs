//! `plurality`: most first places.

use super::ballots::{self, LOWER_BETTER, TIES, fault, ties};
use super::standing::{POINTS, points};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "plurality",
    summary: "Plurality: the weight of first places",
    details: "A ballot counts for the alternative it ranks first. With `ties => 'average'` tied firsts share it, with \
'competition' or 'dense' each gets all of it, with 'last' none. One row per ballot and alternative; equal ranks \
are ties, alternatives without a row or with a NULL rank are unranked, rows with a NULL ballot or alternative \
are left out. The alternatives are those of the group. All that share the highest score win.",
    formula: "score = sum of the weights of the ballots that rank it first",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[TIES, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(POINTS),
    citations: &["Saari (1995). Basic Geometry of Voting. Springer."],
    example: Example {
        sql: on_ballots!("SELECT * FROM plurality(v, weight => n)"),
        result: "rank,alternative,score,winner,n\n1,x,4.0,true,3\n2,y,3.0,false,3\n3,z,2.0,false,3\n",
    },
    calls: &[
        "SELECT * FROM plurality(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), by => grp)",
        "SELECT * FROM plurality(t, ballot => item, alternative => annotator, score => x, ties => 'competition')",
        "SELECT * FROM plurality(t, ballot => item, alternative => annotator, rank => value, ties => 'last')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = ballots::read(rows, options)?;
    let scores = ballots
        .profile
        .plurality_with(ties(options)?)
        .map_err(fault)?;
    Ok(points(ballots.names, &ballots.n, &scores))
}
