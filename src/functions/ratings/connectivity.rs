//! `connectivity`: who can be compared with whom.

use super::battles::{BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use super::fitting::TIES_HALF;
use crate::functions::prelude::*;
use crate::stats::ratings::standings;

pub(super) static FUNCTION: Function = Function {
    name: "connectivity",
    summary: "Which systems the comparisons connect, and which cannot be rated together",
    details: "Systems of different components were never compared, not even through others: no method can say which \
is better. Within a component only systems of one strong part (each reaches each along wins) have finite \
Bradley-Terry differences; `status` is that of bradley_terry, whose fit rates the largest strong part. Components and \
parts are numbered by size, then by their first system. A tie connects in both directions unless ties => 'skip'. Rows \
with a NULL are skipped, as are comparisons of a system with itself.",
    formula: "components of the graph of comparisons; strong components of the graph of wins",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[TIES_HALF, BOTH_BAD],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("system", "the system"),
        Out::int("component", "number of its component, 1 = the largest"),
        Out::int("component_size", "systems in it"),
        Out::int("part", "number of its strong part, 1 = the largest"),
        Out::int("part_size", "systems in it"),
        Out::int("opponents", "distinct opponents"),
        Out::int("n", "comparisons of the system"),
        Out::int("wins", "comparisons won"),
        Out::int("losses", "comparisons lost"),
        Out::int("ties", "ties"),
        Out::text("status", "as in bradley_terry"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Ford (1957). Solution of a ranking problem from binary comparisons. Amer. Math. Monthly 64(8), 28-33.",
        "Hunter (2004). MM algorithms for generalized Bradley-Terry models. Annals of Statistics 32, 384-406.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('a','b','a'), ('b','a','a'), ('c','a','a'), ('x','y','a')) AS t(system_a, system_b, outcome) |> CALL connectivity() |> SELECT system, component, part, status",
        result: "system,component,part,status\na,1,1,ok\nb,1,1,ok\nc,1,2,undefeated\nx,2,3,disconnected\ny,2,4,disconnected\n",
    },
    calls: &[
        "SELECT * FROM connectivity(t, by => item)",
        "SELECT * FROM connectivity(t, by => item, weight => weight, ties => 'skip', both_bad => 'skip')",
    ],
    body: Body::Tally(graph),
};

fn graph(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let found = standings(&battles.folded, options.text("ties")? == "skip");
    let row = |(i, (system, s)): (usize, (&String, crate::stats::ratings::Standing))| {
        let r = battles.record(i);
        vec![
            system.clone().into(),
            s.component.into(),
            s.component_size.into(),
            s.part.into(),
            s.part_size.into(),
            s.opponents.into(),
            (r.wins + r.losses + r.ties).into(),
            r.wins.into(),
            r.losses.into(),
            r.ties.into(),
            s.status.name().into(),
            tally.n_null.into(),
        ]
    };
    let systems = battles.folded.systems.iter().zip(found);
    Ok(Output::Table(systems.enumerate().map(row).collect()))
}
