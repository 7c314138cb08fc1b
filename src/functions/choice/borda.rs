//! `borda`: points for places on ballots.

use super::ballots::{self, LOWER_BETTER, UNRANKED, unranked};
use super::standing::{POINTS, points};
use super::tie_order::{BORDA_TIES, TIE_ORDER, borda};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "borda",
    summary: "Borda count: points for places on ballots",
    details: "With `ties => 'position'` tied alternatives are put in the order of `tie_order`, or without it in sorted order \
of their labels, and the first of them gets the fewest points: what argsort(argsort(scores)) does with array \
positions in the code of Colombo et al. One row per ballot and alternative; equal ranks are ties, alternatives \
without a row or with a NULL rank are unranked, rows with a NULL ballot or alternative are left out. The \
alternatives are those of the group. All that share the highest score win.",
    formula: "with m alternatives, place p is worth m - p points",
    errors: ballots::ERRORS,
    params: ballots::PARAMS,
    options: &[BORDA_TIES, TIE_ORDER, UNRANKED, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(POINTS),
    citations: &[
        "Borda (1781). Memoire sur les elections au scrutin. Histoire de l'Academie Royale des Sciences.",
        "Emerson (2013). The original Borda count and partial voting. Social Choice and Welfare 40.",
        "Colombo, Noiry, Irurozki & Clemencon (2022). What are the best systems? New perspectives on NLP benchmarking. \
NeurIPS.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x',1), (1,'y',2), (1,'z',3), (2,'y',1), (2,'x',1)) AS t(ballot, alternative, rank) |> CALL borda() |> SELECT alternative, score, winner",
        result: "alternative,score,winner\nx,3.5,true\ny,2.5,false\nz,0.0,false\n",
    },
    calls: &[
        "SELECT * FROM borda(t, ballot => item || annotator, alternative => system_a, rank => x, by => grp)",
        "SELECT * FROM borda(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), unranked => 'zero', ties => 'competition')",
        "SELECT * FROM borda(t, ballot => item, alternative => annotator, score => value, ties => 'position', tie_order => ['annotator 2'])",
        "SELECT * FROM borda(t, ballot => item, alternative => annotator, rank => value, ties => 'dense')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = ballots::read(rows, options)?;
    let unranked = unranked(options)?;
    let scores = borda(&ballots.profile, ballots.names, options, unranked)?;
    Ok(points(ballots.names, &ballots.n, &scores))
}
