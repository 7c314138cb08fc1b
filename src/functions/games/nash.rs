//! `nash`: the equilibrium of the game that comparisons make of systems.

use super::contests::{
    BOTH_BAD, OUTCOME, PAYOFF, SYSTEM_A, SYSTEM_B, WEIGHT, contests_errors, contests_prose, payoff,
    read,
};
use crate::functions::choice::standing::ranked;
use crate::functions::prelude::*;
use crate::stats::games::{EQUILIBRIUM_LIMIT, nash};

pub(super) static FUNCTION: Function = Function {
    name: "nash",
    summary: "The mixture of systems that no system beats on average",
    details: concat!(
        contests_prose!(),
        "Two players each choose a system; the payoff is how it does against the other's. Pairs that never met pay 0. Solved in whole \
numbers for up to 48 systems in the top component (of no one else it depends), else in doubles; `unique` is NULL where it is not decided, \
and a mixture that is not unique depends on the order of names. payoff => 'margin' gives the maximal lottery, 'majority' the \
bipartisan set."
    ),
    formula: "p >= 0 with sum 1 and payoff of every system against p <= 0",
    errors: concat!(contests_errors!(), "; more than 1000 systems"),
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[BOTH_BAD, PAYOFF],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "by probability, then by payoff; 1 = best"),
        Out::text("system", "the system"),
        Out::float("probability", "its share of the mixture"),
        Out::text(
            "fraction",
            "the same exactly; NULL where not solved exactly or longer than 60 characters",
        ),
        Out::float(
            "payoff",
            "what it gains against the mixture; 0 for its members, never above but for rounding",
        ),
        Out::bool(
            "unique",
            "whether there is no other equilibrium; NULL where not decided",
        ),
        Out::bool("exact", "whether it was solved in whole numbers"),
    ]),
    citations: &[
        "Fisher & Ryan (1992). Optimal strategies for a generalized scissors, paper, and stone game. Amer. Math. Monthly 99, 935-942.",
        "Balduzzi, Tuyls, Perolat & Graepel (2018). Re-evaluating evaluation. NeurIPS.",
        "Laffond, Laslier & Le Breton (1993). The bipartisan set of a tournament game. Games Econ. Behav. 5, 182-201.",
    ],
    example: Example {
        sql: "SELECT rank, system, fraction, payoff, unique FROM nash((SELECT * FROM (VALUES ('x','y','a'), ('y','z','a'), ('z','x','a'), ('x','w','a'), \
('y','w','a'), ('z','w','tie')) AS t(system_a, system_b, outcome)))",
        result: "rank,system,fraction,payoff,unique\n1,x,1/3,0.0,true\n1,y,1/3,0.0,true\n1,z,1/3,0.0,true\n4,w,0,-0.6666666666666666,true\n",
    },
    calls: &[
        "SELECT * FROM nash(t, by => grp)",
        "SELECT * FROM nash(t, weight => weight, payoff => 'margin', both_bad => 'skip')",
        "SELECT * FROM nash(t, payoff => 'majority')",
    ],
    body: Body::Tally(equilibrium),
};

fn equilibrium(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let contests = read(tally, options)?;
    if contests.names.is_empty() {
        return Ok(Output::Table(Vec::new()));
    }
    let found = nash(&contests.pairwise, payoff(options)?)
        .ok_or_else(|| contests.too_many("nash", EQUILIBRIUM_LIMIT))?;
    let game = &found.game;
    let fraction = |id: u32| {
        let text = game.fractions.as_ref()?.get(id as usize)?;
        (text.len() <= 60).then(|| text.clone())
    };
    // Outside the mixture by payoff: ranks from the leading digits.
    let scores: Vec<f64> = game
        .probabilities
        .iter()
        .zip(&found.against)
        .map(|(p, v)| {
            if *p > 0.0 {
                *p
            } else {
                (v.min(0.0) * 1e12).round() / 1e12 - 1.0
            }
        })
        .collect();
    let rows = ranked(&scores).into_iter().map(|(place, id)| {
        let at = id as usize;
        vec![
            place.into(),
            contests.name(id).into(),
            game.probabilities.get(at).copied().into(),
            fraction(id).into(),
            found.against.get(at).copied().into(),
            Value::Bool(game.unique),
            game.exact.into(),
        ]
    });
    Ok(Output::Table(rows.collect()))
}
