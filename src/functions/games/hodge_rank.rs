//! `hodge_rank`: ratings, and how much of the results no rating explains.

use super::contests::{
    BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, contests_errors, contests_prose, read,
};
use crate::functions::choice::standing::ranked;
use crate::functions::prelude::*;
use crate::stats::games::{HODGE_LIMIT, hodge_rank};

pub(super) static FUNCTION: Function = Function {
    name: "hodge_rank",
    summary: "Least squares ratings, and the shares of the results that are rating, local cycles and global cycles",
    details: concat!(
        contests_prose!(),
        "Differences of ratings fit the margins; the mean within a connected component is 0, and ratings of different components \
cannot be compared. Curl is what runs around triangles, harmonic what runs around longer circles only; shares are NULL when all margins \
are 0. `curl` near 1 means that an order of these systems says little."
    ),
    formula: "margin_ij = (wins - losses) / games; min over r of sum w_ij (margin_ij - (r_i - r_j))^2 with w = games or 1; shares of \
sum w_ij margin_ij^2",
    errors: concat!(
        contests_errors!(),
        "; more than 1500 systems, or more than 4 million triangles where some pairs never met"
    ),
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        BOTH_BAD,
        Opt::choice(
            "weights",
            &["games", "equal"],
            "games",
            "what a pair counts: its comparisons, or the same for all",
        ),
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int(
            "rank",
            "1 = best; ratings that agree to 12 digits share a rank",
        ),
        Out::text("system", "the system"),
        Out::float("rating", "rating in units of margin"),
        Out::int("component", "connected component"),
        Out::float(
            "gradient",
            "share that the ratings explain; the same on every row",
        ),
        Out::float("curl", "share in local cycles"),
        Out::float("harmonic", "share in global cycles"),
        Out::int("edges", "pairs that met"),
        Out::int("triangles", "triples that all met"),
        Out::bool(
            "converged",
            "whether the split of curl and harmonic reached its stopping rule",
        ),
    ]),
    citations: &[
        "Jiang, Lim, Yao & Ye (2011). Statistical ranking and combinatorial Hodge theory. Math. Program. 127, 203-244.",
    ],
    example: Example {
        sql: "SELECT rank, system, round(rating, 6) AS rating, round(gradient, 6) AS gradient, round(curl, 6) AS curl FROM hodge_rank((SELECT * FROM \
(VALUES ('x','y','a'), ('y','z','a'), ('x','z','a')) AS t(system_a, system_b, outcome)))",
        result: "rank,system,rating,gradient,curl\n1,x,0.666667,0.888889,0.111111\n2,y,0.0,0.888889,0.111111\n3,z,-0.666667,0.888889,0.111111\n",
    },
    calls: &[
        "SELECT * FROM hodge_rank(t, by => grp)",
        "SELECT * FROM hodge_rank(t, weight => weight, both_bad => 'skip', weights => 'equal')",
    ],
    body: Body::Tally(rank),
};

fn rank(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let contests = read(tally, options)?;
    let weighted = options.text("weights")? == "games";
    let found = hodge_rank(&contests.pairwise, weighted)
        .ok_or_else(|| contests.too_many("hodge_rank", HODGE_LIMIT))?;
    // Ranks from the leading digits: the last ones are rounding, not preference.
    let leading: Vec<f64> = found.ratings.iter().map(|r| (r * 1e12).round()).collect();
    let rows = ranked(&leading).into_iter().map(|(place, id)| {
        vec![
            place.into(),
            contests.name(id).into(),
            found.ratings.get(id as usize).copied().into(),
            found
                .component
                .get(id as usize)
                .map(|c| u64::from(*c))
                .into(),
            found.gradient.into(),
            found.curl.into(),
            found.harmonic.into(),
            found.edges.into(),
            found.triangles.into(),
            found.converged.into(),
        ]
    });
    Ok(Output::Table(rows.collect()))
}
