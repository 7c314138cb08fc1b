//! `nash_averaging`: ratings that do not depend on who was entered twice.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use super::fitting::{SEED, fault};
use super::scores::{SCORE_BOOTSTRAP, spreads};
use crate::functions::prelude::*;
use crate::stats::ratings::{NashPayoff, nash_averaging};

pub(super) static FUNCTION: Function = Function {
    name: "nash_averaging",
    summary: "Nash averages: what each system wins against the equilibrium mix of systems",
    details: "The equilibrium of greatest entropy of the zero-sum game whose moves are the systems. It is unique, and \
entering a copy of a system changes no rating. `rating` is 0 for systems in the equilibrium and below 0 for the rest, in \
the unit of the payoff. A transitive leaderboard puts all weight on its first system; spread weight is a sign of \
cycles. Pairs that never met pay 0. `pseudo` comparisons are added to both sides of a pair that met, since log-odds \
need both to have won. A tie is half a win. At most 300 systems. An equilibrium costs the cube of their number, so intervals are made when asked for: \
ci => 'bootstrap' takes percentiles over replicates, and where the equilibrium is spread they pile up at 0. Rows with a NULL are skipped, as are comparisons of a \
system with itself.",
    formula: "p = argmax of entropy over {p >= 0, sum p = 1, A p <= 0}; rating = A p; A_ij = ln(w_ij / w_ji), or \
(w_ij - w_ji) / (w_ij + w_ji)",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite; more than 300 systems; \
pseudo => 0 with log-odds",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        Opt::choice(
            "payoff",
            &["log_odds", "margin"],
            "log_odds",
            "what a pair pays: log-odds of winning, or share won less share lost",
        ),
        Opt::number(
            "pseudo",
            0.0,
            f64::MAX,
            0.5,
            "pseudo-wins of both sides of a pair that met",
        ),
        BOTH_BAD,
        Opt::choice(
            "ci",
            &["none", "bootstrap"],
            "none",
            "no intervals, or stderr, lower and upper from the bootstrap",
        ),
        LEVEL,
        SCORE_BOOTSTRAP,
        SEED,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; ratings within 1e-6 share a rank"),
        Out::text("system", "the system"),
        Out::float("rating", "what it wins against the equilibrium"),
        Out::float("stderr", "standard deviation of the rating's replicates"),
        Out::float("lower", "lower percentile limit"),
        Out::float("upper", "upper percentile limit"),
        Out::float("weight", "its weight in the equilibrium"),
        Out::int("n", "comparisons of the system"),
        Out::bool(
            "converged",
            "whether no system wins against the equilibrium",
        ),
        Out::int("iterations", "steps"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Balduzzi, Tuyls, Perolat & Graepel (2018). Re-evaluating evaluation. NeurIPS 31.",
    ],
    // Rock, paper, scissors, equally strong cycles: a third each, all ratings 0.
    example: Example {
        sql: "SELECT * FROM (VALUES ('rock','scissors','a'), ('scissors','paper','a'), ('paper','rock','a')) AS t(system_a, system_b, outcome) |> CALL nash_averaging(payoff => 'margin', pseudo => 0) |> SELECT rank, system, round(rating, 6) AS rating, round(weight, 6) AS weight",
        result: "rank,system,rating,weight\n1,paper,0.0,0.333333\n1,rock,0.0,0.333333\n1,scissors,0.0,0.333333\n",
    },
    calls: &[
        "SELECT * FROM nash_averaging(t, by => grp)",
        "SELECT * FROM nash_averaging(t, ci => 'bootstrap', bootstrap => 5, level => 0.8, seed => 3)",
        "SELECT * FROM nash_averaging(t, weight => weight, payoff => 'margin', pseudo => 0, both_bad => 'skip')",
    ],
    body: Body::Tally(average),
};

fn average(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let payoff = if options.text("payoff")? == "margin" {
        NashPayoff::Margin
    } else {
        NashPayoff::LogOdds
    };
    let pseudo = options.number("pseudo")?;
    let found = nash_averaging(&battles.folded, payoff, pseudo).map_err(fault)?;
    let spread = spreads(&battles, options, |folded| {
        match nash_averaging(folded, payoff, pseudo) {
            Ok(n) if n.converged => n.rating.into_iter().map(Some).collect(),
            _ => vec![None; folded.systems.len()],
        }
    })?;
    let known = |x: &[f64], i: usize| x.get(i).copied().filter(|_| found.converged);
    let mut order: Vec<usize> = (0..battles.folded.systems.len()).collect();
    let key = |i: &usize| known(&found.rating, *i).unwrap_or(f64::NEG_INFINITY);
    // Equal within the accuracy of the equilibrium is equal.
    let bucket = |i: &usize| (key(i) * 1e6).round();
    order.sort_by(|i, j| bucket(j).total_cmp(&bucket(i)).then(i.cmp(j)));
    let row = |i: &usize| {
        let better = |j: &usize| bucket(j) > bucket(i);
        let rank = found
            .converged
            .then(|| 1 + order.partition_point(better) as u64);
        let r = battles.record(*i);
        let spread = spread.get(*i).copied().unwrap_or_default();
        vec![
            rank.into(),
            Value::Text(battles.folded.systems.get(*i).cloned()),
            known(&found.rating, *i).into(),
            spread.stderr.into(),
            spread.lower.into(),
            spread.upper.into(),
            known(&found.weight, *i).into(),
            r.n().into(),
            found.converged.into(),
            Value::Int(Some(i64::from(found.iterations))),
            tally.n_null.into(),
        ]
    };
    Ok(Output::Table(order.iter().map(row).collect()))
}
