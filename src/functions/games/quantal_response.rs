//! `quantal_response`: the equilibrium of players that err, or that stay near a reference.

use super::contests::{
    BOTH_BAD, OUTCOME, PAYOFF, SYSTEM_A, SYSTEM_B, WEIGHT, contests_errors, contests_prose, payoff,
    read,
};
use crate::functions::choice::standing::ranked;
use crate::functions::prelude::*;
use crate::stats::games::{EQUILIBRIUM_LIMIT, payoffs, quantal_response};

pub(super) static FUNCTION: Function = Function {
    name: "quantal_response",
    summary: "The mixture of systems that is its own softened best response",
    details: concat!(
        contests_prose!(),
        "A lower temperature nears a Nash equilibrium, a higher one the reference (every system alike). Unique for every positive \
temperature. Extragradient steps until the mixture and the response to it differ by less than 1e-13; `converged` says whether they did."
    ),
    formula: "p_i proportional to exp(payoff of i against p / temperature): the equilibrium regularised by \
temperature times the divergence from the reference",
    errors: concat!(contests_errors!(), "; more than 1000 systems"),
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        BOTH_BAD,
        PAYOFF,
        Opt::number(
            "temperature",
            1e-3,
            1e9,
            0.1,
            "how much payoff a unit of log odds is worth",
        ),
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int(
            "rank",
            "by probability; those that agree to 12 digits share a rank",
        ),
        Out::text("system", "the system"),
        Out::float("probability", "its share of the mixture"),
        Out::float("payoff", "what it gains against the mixture"),
        Out::float(
            "exploitability",
            "the most that a system gains against the mixture; the same on every row",
        ),
        Out::bool("converged", "whether the stopping rule was reached"),
        Out::int("iterations", "steps made"),
    ]),
    citations: &[
        "McKelvey & Palfrey (1995). Quantal response equilibria for normal form games. Games Econ. Behav. 10, 6-38.",
        "Zhou, Fazel & Du (2025). Extragradient preference optimization (EGPO): beyond last-iterate convergence for Nash learning from human feedback. COLM.",
    ],
    example: Example {
        // ln(p / (1 - p)) = 1 for payoffs 1 and -1 and temperature 1.
        sql: "SELECT rank, system, round(probability, 6) AS probability, converged FROM quantal_response((SELECT * FROM (VALUES ('x','y','a')) \
AS t(system_a, system_b, outcome)), temperature => 1)",
        result: "rank,system,probability,converged\n1,x,0.731059,true\n2,y,0.268941,true\n",
    },
    calls: &[
        "SELECT * FROM quantal_response(t, by => grp)",
        "SELECT * FROM quantal_response(t, weight => weight, payoff => 'majority', temperature => 0.5, both_bad => 'skip')",
    ],
    body: Body::Tally(mixture),
};

fn mixture(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let contests = read(tally, options)?;
    let n = contests.names.len();
    if n == 0 {
        return Ok(Output::Table(Vec::new()));
    }
    let too_many = || contests.too_many("quantal_response", EQUILIBRIUM_LIMIT);
    if n > EQUILIBRIUM_LIMIT {
        return Err(too_many());
    }
    let matrix = payoffs(&contests.pairwise, payoff(options)?);
    let found = quantal_response(&matrix, options.number("temperature")?, &vec![1.0; n])
        .ok_or_else(too_many)?;
    let worst = found.against.iter().copied().fold(0.0, f64::max);
    let leading: Vec<f64> = found
        .probabilities
        .iter()
        .map(|p| (p * 1e12).round())
        .collect();
    let rows = ranked(&leading).into_iter().map(|(place, id)| {
        let at = id as usize;
        vec![
            place.into(),
            contests.name(id).into(),
            found.probabilities.get(at).copied().into(),
            found.against.get(at).copied().into(),
            worst.into(),
            found.converged.into(),
            u64::from(found.iterations).into(),
        ]
    });
    Ok(Output::Table(rows.collect()))
}
