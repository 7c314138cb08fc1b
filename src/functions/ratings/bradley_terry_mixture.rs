//! `bradley_terry_mixture`: hidden groups of annotators with tastes of their own.

use super::battles::{BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use super::fitting::{BASE, INIT, SCALE, SEED, fault, penalty_of};
use crate::functions::prelude::*;
use crate::stats::num::ln;
use crate::stats::ratings::{Mixture, MixtureOptions, bradley_terry_mixture};

pub(super) static FUNCTION: Function = Function {
    name: "bradley_terry_mixture",
    summary: "Hidden groups of annotators, each with its own Bradley-Terry ratings",
    details: "A mixture fitted by expectation and maximisation from several seeded starts; the best is kept, and \
agreeing_starts says how many reached it: with 1 of many, do not trust it. All comparisons of an annotator belong to \
one group. Rows of kind 'system' hold the ratings of each class, rows of kind 'annotator' the class that each \
annotator most probably belongs to. A tie is half a win. The normal `prior` on ratings keeps every class finite. \
Classes are numbered by share. Compare bic over numbers of groups, 1 included: fewer is better where it is lower. \
Rows with a NULL are skipped, as are comparisons of a system with itself.",
    formula: "P(comparisons of u) = sum over classes of share_k product of P(outcome | ratings of k); bic = (K (m - 1) + \
K - 1) ln(annotators) - 2 log-likelihood",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite",
    params: &[
        SYSTEM_A,
        SYSTEM_B,
        OUTCOME,
        Param::label("annotator", "who judged"),
        WEIGHT,
    ],
    options: &[
        Opt::integer("groups", 1, 50, 2, "number of hidden groups"),
        Opt::integer("starts", 1, 1000, 5, "seeded starts"),
        SEED,
        Opt::number(
            "prior",
            1e-3,
            1e9,
            400.0,
            "standard deviation of the prior on ratings, in points",
        ),
        BOTH_BAD,
        SCALE,
        BASE,
        INIT,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("kind", "'system' or 'annotator'"),
        Out::int("class", "the hidden group, 1 = the largest"),
        Out::float("share", "share of annotators in the class"),
        Out::text("name", "the system or the annotator"),
        Out::int("rank", "of the system in the class"),
        Out::float("rating", "of the system in the class"),
        Out::float("probability", "that the annotator belongs to the class"),
        Out::float("log_likelihood", "log-likelihood"),
        Out::float("bic", "Bayesian information criterion"),
        Out::bool("converged", "whether the fit reached its stopping rule"),
        Out::int("iterations", "steps of the best start"),
        Out::int("agreeing_starts", "starts that reached the best"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Dempster, Laird & Rubin (1977). Maximum likelihood from incomplete data via the EM algorithm. JRSS B 39, 1-38.",
        "Gormley & Murphy (2008). A mixture of experts model for rank data. Annals of Applied Statistics 2, 1452-1477.",
        "Chakraborty et al. (2024). MaxMin-RLHF: alignment with diverse human preferences. ICML.",
    ],
    // Two camps that always disagree: one class each, opposite orders.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a','u1',9), ('x','y','a','u2',9), ('x','y','a','u3',9), ('x','y','b','v1',9), ('x','y','b','v2',9)) AS t(system_a, system_b, outcome, annotator, weight) |> CALL bradley_terry_mixture(weight => weight) |> WHERE kind = 'annotator' |> SELECT class, name, round(share, 3) AS share",
        result: "class,name,share\n1,u1,0.6\n1,u2,0.6\n1,u3,0.6\n2,v1,0.4\n2,v2,0.4\n",
    },
    calls: &[
        "SELECT * FROM bradley_terry_mixture(t, annotator => item, starts => 1)",
        "SELECT * FROM bradley_terry_mixture(t, groups => 3, weight => weight / 50, both_bad => 'skip', prior => 100, seed => 4, starts => 2, scale => 200, base => 2, init => 0)",
    ],
    body: Body::Tally(fit),
};

fn fit(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let points = options.number("scale")? / ln(options.number("base")?);
    let settings = MixtureOptions {
        groups: options.count("groups")? as usize,
        l2: penalty_of(options.number("prior")?, points),
        starts: u32::try_from(options.count("starts")?).unwrap_or(1),
        seed: options.count("seed")?,
        max_iterations: 300,
    };
    let annotators = tally.labels.get(3).map_or(&[][..], Vec::as_slice);
    let found = bradley_terry_mixture(&battles.folded, &battles.clusters, annotators, &settings)
        .map_err(fault)?;
    let Some(mixture) = found else {
        return Ok(Output::Table(Vec::new()));
    };
    let init = options.number("init")?;
    let tail = |mixture: &Mixture| {
        [
            mixture.log_likelihood.into(),
            mixture.bic.into(),
            mixture.converged.into(),
            Value::Int(Some(i64::from(mixture.iterations))),
            Value::Int(Some(i64::from(mixture.agreeing_starts))),
            tally.n_null.into(),
        ]
    };
    let mut out = Vec::new();
    for (k, (share, theta)) in mixture.share.iter().zip(&mixture.theta).enumerate() {
        let mut order: Vec<usize> = (0..theta.len()).collect();
        let key = |i: &usize| theta.get(*i).copied().unwrap_or(f64::NEG_INFINITY);
        order.sort_by(|i, j| key(j).total_cmp(&key(i)).then(i.cmp(j)));
        for i in &order {
            let better = |j: &usize| key(j) > key(i) + 1e-9;
            let mut row: Vec<Value> = vec![
                "system".into(),
                (k + 1).into(),
                (*share).into(),
                Value::Text(battles.folded.systems.get(*i).cloned()),
                (1 + order.partition_point(better)).into(),
                (init + points * key(i)).into(),
                Value::Float(None),
            ];
            row.extend(tail(&mixture));
            out.push(row);
        }
    }
    let mut members: Vec<(usize, &String, f64)> = annotators
        .iter()
        .zip(&mixture.membership)
        .filter_map(|(name, r)| {
            let mut best = (0, *r.first()?);
            for (k, p) in r.iter().enumerate() {
                if *p > best.1 {
                    best = (k, *p);
                }
            }
            Some((best.0, name, best.1))
        })
        .collect();
    members.sort_by_key(|m| m.0);
    for (k, name, p) in members {
        let mut row: Vec<Value> = vec![
            "annotator".into(),
            (k + 1).into(),
            mixture.share.get(k).copied().into(),
            name.clone().into(),
            Value::Int(None),
            Value::Float(None),
            p.into(),
        ];
        row.extend(tail(&mixture));
        out.push(row);
    }
    Ok(Output::Table(out))
}
