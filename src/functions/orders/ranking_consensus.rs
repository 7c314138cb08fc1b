//! `ranking_consensus`: every rule side by side, and the cycle on which they part.

use super::listed::BUDGET;
use crate::functions::choice::ballots::{
    ALTERNATIVE, BALLOT, Ballots, LOWER_BETTER, RANK, SCORE, WEIGHT, ballots_errors, ballots_prose,
    read,
};
use crate::functions::prelude::*;
use crate::stats::choice::Effort;
use crate::stats::choice::consensus::{CONSENSUS_LIMIT, Consensus, Verdict};

pub(super) static FUNCTION: Function = Function {
    name: "ranking_consensus",
    summary: "Is there a best system: the winners and orders of many rules side by side, and where they part",
    details: concat!(
        ballots_prose!(),
        "One row per rule, Kemeny first. All tied winners are listed. `parts_at` is the highest place at which the rule \
leaves the Kemeny order (ties of the rule are read in Kemeny's favour), `parts_on` the two alternatives there, and `cycle` a \
shortest circle of majorities through both: where there is one, no order can satisfy all majorities; where there is none, \
the rule overrules a majority. `verdict` is the same on every row."
    ),
    formula: "tau: Kendall's tau-b of the rule's order and Kemeny's; mean_tau: mean tau-b with the other rules that give an order",
    errors: concat!(ballots_errors!(), "; more than 400 alternatives"),
    params: &[BALLOT, ALTERNATIVE, RANK, SCORE, WEIGHT],
    options: &[LOWER_BETTER, BUDGET],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("rule", "the rule"),
        Out::text("winner", "all tied winners, joined by ' = '"),
        Out::int(
            "n_winners",
            "number of tied winners; NULL where the rule gives none",
        ),
        Out::text(
            "ranking",
            "the order, best first: 'x > y = z'; NULL for rules that name winners only",
        ),
        Out::float("tau", "tau-b with the Kemeny order"),
        Out::float("mean_tau", "mean tau-b with the other rules"),
        Out::int(
            "parts_at",
            "highest place at which the rule leaves the Kemeny order; NULL where it does not",
        ),
        Out::text(
            "parts_on",
            "Kemeny's alternative at that place and the rule's: 'x / y'",
        ),
        Out::text(
            "cycle",
            "majorities that run in a circle through both: 'x > y > z > x'; NULL where none does",
        ),
        Out::bool(
            "condorcet",
            "whether the rule picks the Condorcet winner alone; NULL where there is none",
        ),
        Out::text("keeps", "properties that the rule always has"),
        Out::text("note", "what must be known about this answer"),
        Out::text("verdict", "the answer in one sentence"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Arrow (1951). Social Choice and Individual Values. Wiley.",
        "Condorcet (1785). Essai sur l'application de l'analyse a la probabilite des decisions. Imprimerie Royale.",
        "Colombo, Noiry, Irurozki & Clemencon (2022). What are the best systems? New perspectives on NLP benchmarking. NeurIPS.",
    ],
    example: Example {
        // Young (1988): 60 voters. b beats c 42:18, c beats a 35:25, a beats b 33:27.
        sql: "SELECT * FROM (SELECT n AS ballot, chr(96 + a) AS alternative, strpos(o, chr(96 + a)) AS rank, w AS weight FROM \
(VALUES (1, 'abc', 23), (2, 'bca', 17), (3, 'bac', 2), (4, 'cab', 10), (5, 'cba', 8)) AS v(n, o, w), (VALUES (1), (2), (3)) AS k(a)) \
|> CALL ranking_consensus(weight => weight) |> WHERE rule IN ('kemeny', 'borda', 'plurality') \
|> SELECT rule, winner, ranking, parts_at, parts_on, cycle",
        result: "rule,winner,ranking,parts_at,parts_on,cycle\n\
borda,b,b > a > c,2,c / a,c > a > b > c\n\
kemeny,b,b > c > a,,,\n\
plurality,a,a > b > c,1,b / a,b > c > a > b\n",
    },
    calls: &[
        "SELECT * FROM ranking_consensus((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a))",
        "SELECT * FROM ranking_consensus((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), score => rank, by => grp)",
    ],
    body: Body::Unsorted(consensus),
};

/// Properties that a rule has on every profile.
fn keeps(rule: &str) -> &'static str {
    match rule {
        "kemeny" => "condorcet, smith, monotone, reinforcement of orders",
        "ranked_pairs" | "schulze" | "split_cycle" => "condorcet, smith, monotone, clones",
        "copeland" => "condorcet, smith, monotone",
        "minimax" => "condorcet, monotone",
        "maximal_lottery" => "condorcet, smith, clones, reinforcement",
        "borda" | "plurality" => "monotone, reinforcement, participation",
        "instant_runoff" => "clones",
        "footrule" => "reinforcement of orders",
        _ => "",
    }
}

fn joined(ballots: &Ballots<'_>, ids: &[u32], by: &str) -> Option<String> {
    let names: Vec<&str> = ids.iter().map(|&id| ballots.name(id)).collect();
    (!names.is_empty()).then(|| names.join(by))
}

fn ranking(ballots: &Ballots<'_>, places: &[u32]) -> String {
    let mut order: Vec<(u32, u32)> = places.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut text = String::new();
    let mut last = None;
    for (place, id) in order {
        match last {
            Some(before) if before == place => text.push_str(" = "),
            Some(_) => text.push_str(" > "),
            None => {}
        }
        text.push_str(ballots.name(id));
        last = Some(place);
    }
    text
}

/// The answer in one sentence.
fn sentence(ballots: &Ballots<'_>, found: &Consensus) -> String {
    let answers = || found.verdicts.iter().filter(|v| !v.winners.is_empty());
    let n = answers().count();
    let others = |best: u32| -> Vec<&str> {
        answers()
            .filter(|v| v.winners != [best])
            .map(|v| v.rule)
            .collect()
    };
    if let Some(best) = found.condorcet {
        let name = ballots.name(best);
        let against = others(best);
        return if against.is_empty() {
            format!("{name} is best: it beats every other one and wins by all {n} rules")
        } else {
            format!(
                "{name} beats every other one, but {} of {n} rules do not choose it alone: {}",
                against.len(),
                against.join(", ")
            )
        };
    }
    let mut sets: Vec<&Vec<u32>> = answers().map(|v| &v.winners).collect();
    sets.sort();
    sets.dedup();
    let agreed = match sets.as_slice() {
        [one] => format!(
            "all {n} rules say {}",
            joined(ballots, one, " = ").unwrap_or_default()
        ),
        _ => format!("{n} rules give {} different answers", sets.len()),
    };
    match joined(ballots, &found.top_cycle, " > ") {
        Some(cycle) => format!("none beats every other one: {cycle}; {agreed}"),
        None => format!("none beats every other one: majorities are even at the top; {agreed}"),
    }
}

fn row(
    ballots: &Ballots<'_>,
    found: &Consensus,
    v: &Verdict,
    verdict: &str,
    n_null: u64,
) -> Vec<Value> {
    let parting = v.parting.as_ref();
    let pair = parting.map(|p| format!("{} / {}", ballots.name(p.pair.0), ballots.name(p.pair.1)));
    vec![
        v.rule.into(),
        joined(ballots, &v.winners, " = ").into(),
        (!v.winners.is_empty())
            .then_some(v.winners.len() as u64)
            .into(),
        v.places.as_ref().map(|p| ranking(ballots, p)).into(),
        v.tau.into(),
        v.mean_tau.into(),
        parting.map(|p| u64::from(p.place)).into(),
        pair.into(),
        parting
            .and_then(|p| joined(ballots, &p.cycle, " > "))
            .into(),
        Value::Bool(
            found
                .condorcet
                .filter(|_| !v.winners.is_empty())
                .map(|best| v.winners == [best]),
        ),
        keeps(v.rule).into(),
        v.note.clone().into(),
        verdict.into(),
        n_null.into(),
    ]
}

fn consensus(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = read(rows, options)?;
    if ballots.names.is_empty() {
        return Ok(Output::Table(Vec::new()));
    }
    let budget = options.count("budget")? as usize;
    let found = ballots
        .profile
        .consensus(Effort { budget })
        .ok_or_else(|| {
            Fault::new(format!(
                "{} alternatives, ranking_consensus compares up to {CONSENSUS_LIMIT}",
                ballots.names.len()
            ))
            .hint("keep the contenders: WHERE alternative IN (…)")
        })?;
    let verdict = sentence(&ballots, &found);
    let rows = found
        .verdicts
        .iter()
        .map(|v| row(&ballots, &found, v, &verdict, ballots.n_null));
    Ok(Output::Table(rows.collect()))
}
