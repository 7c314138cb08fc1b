//! `stv`: several seats by transferable votes.

use super::ballots::{self, LOWER_BETTER, fault};
use super::standing::{ALTERNATIVE, N, elimination_ties};
use crate::functions::prelude::*;
use crate::stats::choice::Quota;

pub(super) static FUNCTION: Function = Function {
    name: "stv",
    summary: "Single transferable vote for one or several seats, with fractional transfers",
    details: "Weighted inclusive Gregory transfers: whoever is elected passes on its surplus from all its ballots in \
proportion. One alternative is elected or goes per round. Votes are kept to 2^-62 of the total, rounded down; \
differences below 2^-40 of it count as ties. With `ties => 'any'` every choice among those tied is followed: \
`elected` is true for those elected in all of them, `possible` in some; with 'label' the first in sorted order \
is elected first and the last goes first, which is not neutral. Else all without a vote go in one round. When no more are left than seats, all are \
elected. One row per ballot and alternative; equal ranks are ties, alternatives without a row or with a NULL \
rank are unranked, rows with a NULL ballot or alternative are left out. The alternatives are those of the group.",
    formula: "quota: droop = floor(votes / (seats + 1)) + 1, hagenbach_bischoff > votes / (seats + 1), hare = votes / seats",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[
        Opt::integer("seats", 1, 10_000, 1, "how many are elected"),
        Opt::choice(
            "quota",
            &["droop", "hagenbach_bischoff", "hare"],
            "droop",
            "the votes that elect; droop counts ballots of weight 1 as votes",
        ),
        Opt::choice(
            "ties",
            &["any", "label"],
            "any",
            "when votes tie: every choice is followed (an error where that is too much work), or labels decide",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[
        ALTERNATIVE,
        Out::bool("elected", "whether it is elected, however ties are broken"),
        Out::bool(
            "possible",
            "whether it is elected under some choice among those tied",
        ),
        Out::int(
            "round",
            "the round in which it was elected or went; NULL when the count ended before, or where ties were followed",
        ),
        Out::float(
            "votes",
            "its votes in that round, or at the end; NULL where ties were followed",
        ),
        Out::float("quota", "the quota"),
        N,
    ]),
    citations: &[
        "Tideman (1995). The single transferable vote. Journal of Economic Perspectives 9.",
        "Droop (1881). On methods of electing representatives. Journal of the Statistical Society of London 44.",
    ],
    example: Example {
        sql: on_ballots!(
            "SELECT alternative, elected, round, votes, quota FROM stv(v, weight => n, seats => 2) ORDER BY alternative"
        ),
        result: "alternative,elected,round,votes,quota\nx,true,1,4.0,4.0\ny,true,3,5.0,4.0\nz,false,2,2.0,4.0\n",
    },
    calls: &[
        "SELECT * FROM stv(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), seats => 2, by => grp)",
        "SELECT * FROM stv(t, ballot => item, alternative => annotator, score => value, seats => 2, quota => 'hare', ties => 'label')",
        "SELECT * FROM stv(t, ballot => item, alternative => annotator, rank => value, seats => 3, quota => 'hagenbach_bischoff')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = ballots::read(rows, options)?;
    let quota = match options.text("quota")? {
        "hare" => Quota::Hare,
        "hagenbach_bischoff" => Quota::HagenbachBischoff,
        _ => Quota::Droop,
    };
    let seats = options.count("seats")? as usize;
    let result = ballots
        .profile
        .stv(seats, quota, elimination_ties(options)?);
    let result = result.map_err(fault)?;
    let mut order: Vec<usize> = (0..ballots.names.len()).collect();
    let seat = |id: usize| result.seats.get(id).copied().unwrap_or_default();
    order.sort_by_key(|&id| (!seat(id).elected, !seat(id).possible, id));
    let row = |id: usize| {
        vec![
            ballots.names.get(id).cloned().into(),
            seat(id).elected.into(),
            seat(id).possible.into(),
            seat(id).round.map(u64::from).into(),
            seat(id).votes.into(),
            result.quota.into(),
            ballots.n.get(id).copied().into(),
        ]
    };
    Ok(Output::Table(order.into_iter().map(row).collect()))
}
