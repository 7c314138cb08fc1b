//! `footrule_optimal`: the order closest to the ballots in places.

use crate::functions::choice::ballots::{
    ALTERNATIVE, BALLOT, LOWER_BETTER, RANK, SCORE, WEIGHT, ballots_errors, ballots_prose, read,
};
use crate::functions::prelude::*;
use crate::stats::choice::FOOTRULE_LIMIT;

pub(super) static FUNCTION: Function = Function {
    name: "footrule_optimal",
    summary: "The order closest to the ballots in places, by optimal assignment",
    details: concat!(
        ballots_prose!(),
        "Tied alternatives stand at the mean of their places. Always exact; time grows as the cube of the number of \
alternatives. Its Kemeny distance is at most twice the optimal one. Listed is the first optimal order in the order of \
names; rank_lower and rank_upper are the places over all optimal orders."
    ),
    formula: "distance = sum over ballots of weight times |place in the order - place on the ballot|",
    errors: concat!(ballots_errors!(), "; more than 600 alternatives"),
    params: &[BALLOT, ALTERNATIVE, RANK, SCORE, WEIGHT],
    options: &[LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "place in the order, 1 = best"),
        Out::text("alternative", "the alternative"),
        Out::int("rank_lower", "best place over all optimal orders"),
        Out::int("rank_upper", "worst place over all optimal orders"),
        Out::float("distance", "weighted sum of the differences of places"),
        Out::bool("unique", "whether no other order is as close"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Dwork, Kumar, Naor & Sivakumar (2001). Rank aggregation methods for the web. WWW10, 613-622.",
        "Diaconis & Graham (1977). Spearman's footrule as a measure of disarray. JRSS B 39, 262-268.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x',1), (1,'y',2), (1,'z',3), (2,'x',1), (2,'y',2), (2,'z',3), (3,'z',1), (3,'x',2), \
(3,'y',3)) AS t(ballot, alternative, rank) |> CALL footrule_optimal() |> SELECT rank, alternative, distance, unique",
        result: "rank,alternative,distance,unique\n1,x,4.0,true\n2,y,4.0,true\n3,z,4.0,true\n",
    },
    calls: &[
        "SELECT * FROM footrule_optimal((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), by => grp)",
        "SELECT * FROM footrule_optimal((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), score => rank)",
    ],
    body: Body::Unsorted(order),
};

fn order(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = read(rows, options)?;
    let found = ballots.profile.footrule().ok_or_else(|| {
        Fault::new(format!(
            "{} alternatives, footrule_optimal orders up to {FOOTRULE_LIMIT}",
            ballots.names.len()
        ))
    })?;
    let place = |id: u32| found.places.get(id as usize);
    let rows = found.order.iter().enumerate().map(|(at, &id)| {
        vec![
            (at + 1).into(),
            ballots.name(id).into(),
            place(id).map(|p| u64::from(p.0)).into(),
            place(id).map(|p| u64::from(p.1)).into(),
            found.distance.into(),
            found.unique.into(),
            ballots.n_null.into(),
        ]
    });
    Ok(Output::Table(rows.collect()))
}
