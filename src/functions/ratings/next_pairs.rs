//! `next_pairs`: which comparison to ask for next.

use super::battles::{BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use super::fitting::{BASE, SCALE, TIES_HALF, fitted, penalty_of, ties};
use crate::functions::prelude::*;
use crate::stats::num::ln;
use crate::stats::ratings::{BradleyTerryOptions, Errors, next_pairs};

pub(super) static FUNCTION: Function = Function {
    name: "next_pairs",
    summary: "The pairs of systems whose next comparison would tell most",
    details: "Fits bradley_terry with a normal prior (so that undefeated and new systems have a rating, an uncertain \
one) and lists the pairs by expected information: how much the entropy of the ratings is expected to fall with one more \
comparison. Pairs of systems of near-equal strength whose difference is not well known come first. At most 1,000 \
systems. Systems without any usable comparison are not listed. Rows with a NULL are skipped, as are comparisons of a \
system with itself.",
    formula: "gain = 1/2 ln(1 + p (1 - p) Var(t_a - t_b)) nats, Var from the inverse information",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite; more than 1,000 systems",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        Opt::integer("limit", 1, 1_000_000, 20, "pairs listed"),
        Opt::number(
            "prior",
            1e-3,
            1e9,
            400.0,
            "standard deviation of the prior on ratings, in points",
        ),
        TIES_HALF,
        BOTH_BAD,
        SCALE,
        BASE,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = tells most"),
        Out::text("system_a", "one system"),
        Out::text("system_b", "the other"),
        Out::float("information_gain", "expected fall of entropy, in nats"),
        Out::float("probability", "that system_a wins"),
        Out::float(
            "stderr",
            "standard error of the difference of ratings, in points",
        ),
        Out::int("n", "comparisons of the two so far"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "MacKay (1992). Information-based objective functions for active data selection. Neural Computation 4, 590-604.",
        "Chen, Bennett, Collins-Thompson & Horvitz (2013). Pairwise ranking aggregation in a crowdsourced setting. WSDM, 193-202.",
    ],
    // x and y met 4 times, 2 : 2: information of the difference 4/4 = 1, and half the prior's
    // precision 1/(400 ln(10)/400)^2 = 0.1886 each way: Var = 2/(2 + 0.1886) = 0.9138, gain = ln(1 + 0.9138/4)/2.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a'), ('x','y','a'), ('x','y','b'), ('x','y','b')) AS t(system_a, system_b, outcome) |> CALL next_pairs() |> SELECT rank, system_a, system_b, round(information_gain, 4) AS gain, probability, n",
        result: "rank,system_a,system_b,gain,probability,n\n1,x,y,0.1029,0.5,4\n",
    },
    calls: &[
        "SELECT * FROM next_pairs(t, by => grp, limit => 5)",
        "SELECT * FROM next_pairs(t, weight => weight, ties => 'skip', both_bad => 'skip', prior => 100, scale => 173, base => 2.718)",
    ],
    body: Body::Tally(plan),
};

fn plan(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let (scale, base) = (options.number("scale")?, options.number("base")?);
    let points = scale / ln(base);
    let settings = BradleyTerryOptions {
        ties: ties(options.text("ties")?),
        l2: penalty_of(options.number("prior")?, points),
        errors: Errors::Hessian,
        ..BradleyTerryOptions::default()
    };
    let systems = &battles.folded.systems;
    if systems.len() > 1000 {
        return Err(Fault::new(format!(
            "next_pairs: {} systems, expected at most 1,000",
            systems.len()
        ))
        .hint("leave out systems that are known well enough"));
    }
    let fit = fitted(&battles, &settings)?;
    let limit = options.count("limit")? as usize;
    let name = |i: usize| Value::Text(systems.get(i).cloned());
    let rows = next_pairs(&battles.folded, &fit, limit)
        .into_iter()
        .enumerate()
        .map(|(k, p)| {
            vec![
                (k + 1).into(),
                name(p.i),
                name(p.j),
                p.gain.into(),
                p.probability.into(),
                (points * p.stderr).into(),
                p.n.into(),
                tally.n_null.into(),
            ]
        });
    Ok(Output::Table(rows.collect()))
}
