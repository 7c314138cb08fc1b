//! `anti_plurality`: fewest last places.

use super::ballots::{self, LOWER_BETTER, TIES, fault, ties};
use super::standing::{POINTS, points};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "anti_plurality",
    summary: "Anti-plurality (veto): minus the weight of last places",
    details: "A ballot counts against the alternative it ranks last; unranked alternatives are last and tied. With `ties => \
'average'` tied lasts share the ballot, with 'last' each is charged all of it, with 'competition' none. One row \
per ballot and alternative; equal ranks are ties, alternatives without a row or with a NULL rank are unranked, \
rows with a NULL ballot or alternative are left out. The alternatives are those of the group. All that share the \
highest score win.",
    formula: "score = -(sum of the weights of the ballots that rank it last)",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[TIES, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(POINTS),
    citations: &["Saari (1995). Basic Geometry of Voting. Springer."],
    example: Example {
        sql: on_ballots!("SELECT * FROM anti_plurality(v, weight => n)"),
        result: "rank,alternative,score,winner,n\n1,y,0.0,true,3\n2,z,-4.0,false,3\n3,x,-5.0,false,3\n",
    },
    calls: &[
        "SELECT * FROM anti_plurality(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), by => grp)",
        "SELECT * FROM anti_plurality(t, ballot => item, alternative => annotator, rank => value, ties => 'last', lower_better => true)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = ballots::read(rows, options)?;
    let scores = ballots
        .profile
        .anti_plurality_with(ties(options)?)
        .map_err(fault)?;
    Ok(points(ballots.names, &ballots.n, &scores))
}
