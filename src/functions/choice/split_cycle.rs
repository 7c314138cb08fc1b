//! `split_cycle`: defeats that survive the cycles.

use super::ballots::LOWER_BETTER;
use super::standing::ALTERNATIVE;
use super::tournament::{self, STRENGTH, strength};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "split_cycle",
    summary: "Split Cycle: a defeat stands unless it is the weakest in a cycle",
    details: "All without a standing defeat win; there can be several without any tie, since Split Cycle refuses to choose \
where only weak defeats could. The relation has no cycles but is not an order, so there is no rank. Ballots \
(`ballot`, `alternative`, `rank` or `score`) or comparisons (`system_a`, `system_b`, `outcome`): a table with \
columns of these names needs no mapping, and ballots go before comparisons. A ranked alternative is over those \
ranked lower and over the unranked; ties prefer nobody.",
    formula: "a defeats b when margin(a, b) > the strength of every path from b to a",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[STRENGTH, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[
        ALTERNATIVE,
        Out::bool("winner", "whether no defeat of it stands"),
        Out::int("defeated_by", "alternatives that defeat it"),
        Out::int("defeats", "alternatives that it defeats"),
    ]),
    citations: &[
        "Holliday & Pacuit (2023). Split Cycle: a new Condorcet-consistent voting method independent of clones and immune \
to spoilers. Public Choice 197.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM split_cycle(v, weight => n)"),
        result: "alternative,winner,defeated_by,defeats\nx,false,2,0\ny,true,0,2\nz,false,1,1\n",
    },
    calls: &[
        "SELECT * FROM split_cycle(t, by => grp)",
        "SELECT * FROM split_cycle(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM split_cycle(t, by => grp, strength => 'winning_votes')",
        "SELECT * FROM split_cycle(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), strength => 'winning_votes')",
        "SELECT * FROM split_cycle(t, by => grp, strength => 'shares')",
        "SELECT * FROM split_cycle(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), strength => 'shares')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let n = input.names.len();
    let (mut lost, mut beaten) = (vec![0_u64; n], vec![0_u64; n]);
    for (winner, loser) in input.pairwise.split_cycle_defeats_by(strength(options)?) {
        if let Some(count) = beaten.get_mut(winner as usize) {
            *count += 1;
        }
        if let Some(count) = lost.get_mut(loser as usize) {
            *count += 1;
        }
    }
    let mut order: Vec<(u64, u64, String)> = lost
        .into_iter()
        .zip(beaten)
        .zip(input.names)
        .map(|((l, b), name)| (l, b, name))
        .collect();
    order.sort_by_key(|entry| entry.0);
    let row = |(lost, beaten, name): (u64, u64, String)| {
        vec![name.into(), (lost == 0).into(), lost.into(), beaten.into()]
    };
    Ok(Output::Table(order.into_iter().map(row).collect()))
}
