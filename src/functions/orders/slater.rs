//! `slater`: the order that turns over the fewest results of comparisons.

use super::listed::{BUDGET, COLUMNS, METHOD, search_prose, table};
use crate::functions::games::contests::{
    BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, contests_errors, contests_prose, read,
};
use crate::functions::prelude::*;
use crate::stats::choice::Cost;

pub(super) static FUNCTION: Function = Function {
    name: "slater",
    summary: "The order of systems that turns over the fewest majorities of their comparisons",
    details: concat!(contests_prose!(), search_prose!()),
    formula: "distance = number of pairs whose loser is above the winner; with cost => 'margin' the sum of wins \
less losses of those pairs, which is Kemeny's rule on comparisons up to a constant that no order can avoid (added here)",
    errors: concat!(contests_errors!(), "; more than 2000 systems"),
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        BOTH_BAD,
        Opt::choice(
            "cost",
            &["majority", "margin"],
            "majority",
            "what a pair costs when its loser is above: 1, or the comparisons that say otherwise",
        ),
        METHOD,
        BUDGET,
    ],
    ordered: false,
    returns: Returns::Table(COLUMNS),
    citations: &[
        "Slater (1961). Inconsistencies in a schedule of paired comparisons. Biometrika 48, 303-312.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a'), ('y','z','a'), ('z','x','a'), ('x','w','a'), ('y','w','a'), ('w','z','b')) \
AS t(system_a, system_b, outcome) |> CALL slater() |> SELECT rank, alternative, rank_lower, rank_upper, distance, n_optima",
        result: "rank,alternative,rank_lower,rank_upper,distance,n_optima\n1,x,1,3,1.0,3\n2,y,1,3,1.0,3\n3,z,1,3,1.0,3\n4,w,4,4,1.0,3\n",
    },
    calls: &[
        "SELECT * FROM slater(t, by => grp)",
        "SELECT * FROM slater(t, weight => weight, cost => 'margin', both_bad => 'skip')",
    ],
    body: Body::Tally(order),
};

fn order(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let contests = read(tally, options)?;
    let cost = match options.text("cost")? {
        "margin" => Cost::Margin,
        _ => Cost::Majority,
    };
    table(
        &contests.pairwise,
        &contests.names,
        cost,
        options,
        tally.n_null,
    )
}
