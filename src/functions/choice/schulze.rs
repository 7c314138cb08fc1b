//! `schulze`: the strongest beat paths.

use super::ballots::LOWER_BETTER;
use super::standing::ALTERNATIVE;
use super::tournament::{self, STRENGTH, strength};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "schulze",
    summary: "Schulze: no beat path to the winner is stronger than its own back",
    details: "A path is as strong as its weakest pairwise victory; a defeats b when the strongest path from a to b is stronger \
than the one back. That relation is transitive; `rank` is 1 plus the alternatives that defeat it, and all \
without a defeat win. Strengths are compared exactly. Time grows with the cube of the alternatives. Ballots \
(`ballot`, `alternative`, `rank` or `score`) or comparisons (`system_a`, `system_b`, `outcome`): a table with \
columns of these names needs no mapping, and ballots go before comparisons. A ranked alternative is over those \
ranked lower and over the unranked; ties prefer nobody.",
    formula: "p(a, b) = max over paths of the weakest link; a defeats b when p(a, b) > p(b, a)",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[STRENGTH, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best"),
        ALTERNATIVE,
        Out::int(
            "defeats",
            "alternatives that defeat it by a stronger beat path",
        ),
        Out::bool("winner", "whether none does"),
    ]),
    citations: &[
        "Schulze (2011). A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner \
election method. Social Choice and Welfare 36.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM schulze(v, weight => n)"),
        result: "rank,alternative,defeats,winner\n1,y,0,true\n2,z,1,false\n3,x,2,false\n",
    },
    calls: &[
        "SELECT * FROM schulze(t, by => grp)",
        "SELECT * FROM schulze(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM schulze(t, by => grp, strength => 'winning_votes')",
        "SELECT * FROM schulze(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), strength => 'winning_votes')",
        "SELECT * FROM schulze(t, by => grp, strength => 'shares')",
        "SELECT * FROM schulze(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), strength => 'shares')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let losses = input.pairwise.schulze_losses(strength(options)?);
    let mut order: Vec<(u64, String)> = losses.into_iter().zip(input.names).collect();
    order.sort();
    let row = |(losses, name): (u64, String)| {
        vec![
            (losses + 1).into(),
            name.into(),
            losses.into(),
            (losses == 0).into(),
        ]
    };
    Ok(Output::Table(order.into_iter().map(row).collect()))
}
