//! `positional`: any weights of places.

use super::ballots::{self, LOWER_BETTER, TIES, UNRANKED_ZERO, fault, ties, unranked};
use super::standing::{POINTS, points};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "positional",
    summary: "Scoring rule with any weights of places",
    details: "`points => [w1, w2, …]` lists what places 1, 2, … are worth; places beyond the list are worth 0. [1] is \
plurality, [1, 1] two-approval, [3, 2, 1] a medal table. With `ties => 'average'` tied alternatives share the \
points of their places. One row per ballot and alternative; equal ranks are ties, alternatives without a row or \
with a NULL rank are unranked, rows with a NULL ballot or alternative are left out. The alternatives are those \
of the group. All that share the highest score win.",
    formula: "score = sum of weight * points[place]",
    errors: "no `points`, or points that are not finite; as borda",
    params: ballots::PARAMS,
    options: &[
        Opt::numbers("points", "points of places 1, 2, …; required"),
        TIES,
        UNRANKED_ZERO,
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(POINTS),
    citations: &[
        "Young (1975). Social choice scoring functions. SIAM Journal on Applied Mathematics 28.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM positional(v, weight => n, points => [3, 1])"),
        result: "rank,alternative,score,winner,n\n1,y,15.0,true,3\n2,x,12.0,false,3\n3,z,9.0,false,3\n",
    },
    calls: &[
        "SELECT * FROM positional(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), points => [3, 2, 0.5], by => grp)",
        "SELECT * FROM positional(t, ballot => item, alternative => annotator, rank => value, points => [3, 2], ties => 'dense', unranked => 'below')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let Some(worth) = options.numbers("points")? else {
        return Err(Fault::new("it needs the points of places").hint("points => [3, 2, 1]"));
    };
    let ballots = ballots::read(rows, options)?;
    let scores = ballots
        .profile
        .positional(worth, ties(options)?, unranked(options)?);
    Ok(points(ballots.names, &ballots.n, &scores.map_err(fault)?))
}
