//! `mc4`: alternatives by how long a walk towards preferred ones stays with them.

use crate::functions::choice::ballots::{
    ALTERNATIVE, BALLOT, LOWER_BETTER, RANK, SCORE, WEIGHT, ballots_errors, ballots_prose, read,
};
use crate::functions::choice::standing::ranked;
use crate::functions::prelude::*;
use crate::stats::choice::MC4_LIMIT;

pub(super) static FUNCTION: Function = Function {
    name: "mc4",
    summary: "Alternatives by how long a walk towards what majorities prefer stays with them",
    details: concat!(
        ballots_prose!(),
        "Without restarts the walk ends in the top cycle and says nothing about the rest; `teleport` keeps it moving. Shares \
that agree to 12 digits share a rank."
    ),
    formula: "from a draw any b: go there when more weight prefers b to a than a to b, else stay; with probability teleport \
jump anywhere; share = stationary probability",
    errors: concat!(ballots_errors!(), "; more than 1000 alternatives"),
    params: &[BALLOT, ALTERNATIVE, RANK, SCORE, WEIGHT],
    options: &[
        LOWER_BETTER,
        Opt::number(
            "teleport",
            0.001,
            0.999,
            0.05,
            "probability of a jump to a random alternative",
        ),
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; equal shares share a rank"),
        Out::text("alternative", "the alternative"),
        Out::float("share", "share of the time that the walk spends there"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Dwork, Kumar, Naor & Sivakumar (2001). Rank aggregation methods for the web. WWW10, 613-622.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x',1), (1,'y',2)) AS t(ballot, alternative, rank) |> CALL mc4() |> \
SELECT rank, alternative, round(share, 6) AS share",
        result: "rank,alternative,share\n1,x,0.952381\n2,y,0.047619\n",
    },
    calls: &[
        "SELECT * FROM mc4((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), by => grp)",
        "SELECT * FROM mc4((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), score => rank, lower_better => true, teleport => 0.3)",
    ],
    body: Body::Unsorted(walk),
};

fn walk(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = read(rows, options)?;
    if ballots.names.is_empty() {
        return Ok(Output::Table(Vec::new()));
    }
    let teleport = options.number("teleport")?;
    let found = ballots.profile.pairwise().mc4(teleport).ok_or_else(|| {
        Fault::new(format!(
            "{} alternatives, mc4 takes up to {MC4_LIMIT}",
            ballots.names.len()
        ))
    })?;
    // Ranks from the leading digits: the last ones are rounding, not preference.
    let leading: Vec<f64> = found.shares.iter().map(|s| (s * 1e12).round()).collect();
    let rows = ranked(&leading).into_iter().map(|(place, id)| {
        vec![
            place.into(),
            ballots.name(id).into(),
            found.shares.get(id as usize).copied().into(),
            ballots.n_null.into(),
        ]
    });
    Ok(Output::Table(rows.collect()))
}
