//! `plackett_luce`: ratings from rankings.

use super::battles::LEVEL;
use super::fitting::{BASE, INIT, SCALE, fault, penalty_of, scaled};
use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::ratings::{BradleyTerryOptions, RankingCounts, Unranked, plackett_luce};

pub(super) static FUNCTION: Function = Function {
    name: "plackett_luce",
    summary: "Ratings from whole or partial rankings by the Plackett-Luce model, with intervals",
    details: "One row per ballot and alternative. A ranking is a series of choices: the first is chosen from all on \
offer, the second from the rest. An alternative without a row on a ballot was not on offer, or with unranked => \
'below' came after all ranked ones. The model has no ties: a ballot with equal ranks is an error, or with ties => \
'breslow' each tied alternative counts as chosen from all that are not better. An alternative that is never beaten \
(or never chosen over another) has no finite rating: it is NULL and `status` says why; the rest is fitted, or `prior` \
gives all a rating. Rows with a NULL ballot, alternative or rank are skipped. Every ballot has the weight of its \
rows, which must agree. Errors are from the inverse information.",
    formula: "P(ranking) = product over places of exp(t_i) / sum over those left of exp(t_j); rating = init + \
scale/ln(base) t, mean of t = 0",
    errors: "a ballot that ranks an alternative twice; tied ranks without ties => 'breslow'; weights that differ within \
a ballot or are negative; ties => 'breslow' with unranked => 'below' on tied ballots",
    params: &[
        Param::label(
            "ballot",
            "the ballot: a voter, or an item ranked by one annotator",
        ),
        Param::label("alternative", "what is ranked"),
        Param::number("rank", "1 = best"),
        Param::number(
            "weight",
            "weight of the ballot, repeated on its rows; 1 when not given",
        )
        .optional(),
    ],
    options: &[
        Opt::choice(
            "unranked",
            &["absent", "below"],
            "absent",
            "unranked alternatives were not on offer, or came last",
        ),
        Opt::choice(
            "ties",
            &["refuse", "breslow"],
            "refuse",
            "equal ranks are an error, or handled by Breslow's approximation",
        ),
        LEVEL,
        Opt::number(
            "prior",
            1e-6,
            1e12,
            0.0,
            "standard deviation, in rating points, of a normal prior on every rating",
        )
        .unset(),
        SCALE,
        BASE,
        INIT,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; equal ratings share a rank"),
        Out::text("alternative", "the alternative"),
        Out::float("rating", "rating in points; NULL where it is not finite"),
        Out::float("stderr", "standard error in points"),
        Out::float("lower", "lower limit"),
        Out::float("upper", "upper limit"),
        Out::float(
            "worth",
            "probability of being chosen first of all rated ones",
        ),
        Out::int("n", "ballots that rank it"),
        Out::text("status", "as in bradley_terry"),
        Out::float(
            "log_likelihood",
            "log-likelihood of the choices among rated ones",
        ),
        Out::bool("converged", "whether the fit reached its stopping rule"),
        Out::int("iterations", "steps of the fit"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Plackett (1975). The analysis of permutations. Applied Statistics 24, 193-202.",
        "Luce (1959). Individual Choice Behavior. Wiley.",
        "Hunter (2004). MM algorithms for generalized Bradley-Terry models. Annals of Statistics 32, 384-406.",
        "Breslow (1974). Covariance analysis of censored survival data. Biometrics 30, 89-99.",
    ],
    // Ballots of two: x first on 3 of 4, so the worths are 3/4 and 1/4.
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x',1), (1,'y',2), (2,'x',1), (2,'y',2), (3,'x',1), (3,'y',2), (4,'y',1), (4,'x',2)) AS t(ballot, alternative, rank) |> CALL plackett_luce() |> SELECT rank, alternative, round(worth, 6) AS worth, round(rating, 2) AS rating",
        result: "rank,alternative,worth,rating\n1,x,0.75,1095.42\n2,y,0.25,904.58\n",
    },
    calls: &[
        "SELECT * FROM plackett_luce(t, ballot => round, alternative => annotator, rank => x, ties => 'breslow', prior => 400)",
        "SELECT * FROM plackett_luce(t, ballot => item, alternative => annotator, rank => (CAST(substr(annotator, 11) AS bigint) * 3 + CAST(substr(item, 6) AS bigint)) % 4, filter => y < 4, unranked => 'below', weight => length(item), level => 0.9, scale => 100, base => 3, init => 0)",
    ],
    body: Body::Unsorted(fit),
};

fn fit(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let counts = read(rows, options)?;
    let unranked = if options.text("unranked")? == "below" {
        Unranked::Below
    } else {
        Unranked::Absent
    };
    let scale = scaled(options)?;
    let points = scale.scale / crate::stats::num::ln(scale.base);
    let settings = BradleyTerryOptions {
        level: options.number("level")?,
        l2: options
            .maybe_number("prior")?
            .map_or(0.0, |p| penalty_of(p, points)),
        ..scale
    };
    let fit = plackett_luce(&counts, unranked, &settings).map_err(fault)?;
    let mut sorted = fit.alternatives;
    let key = |a: &crate::stats::ratings::AlternativeRating| a.theta.unwrap_or(f64::NEG_INFINITY);
    sorted.sort_by(|p, q| {
        key(q)
            .total_cmp(&key(p))
            .then_with(|| p.alternative.cmp(&q.alternative))
    });
    let keys: Vec<f64> = sorted.iter().map(key).collect();
    let finite: Vec<f64> = keys.iter().copied().filter(|k| k.is_finite()).collect();
    let total = crate::stats::num::log_sum_exp(&finite);
    let row = |a: crate::stats::ratings::AlternativeRating| {
        let better = |t: f64| 1 + keys.partition_point(|k| *k > t + 1e-9) as u64;
        vec![
            a.theta.map(better).into(),
            a.alternative.into(),
            a.rating.into(),
            a.stderr.into(),
            a.lower.into(),
            a.upper.into(),
            a.theta.map(|t| crate::stats::num::exp(t - total)).into(),
            a.n.into(),
            a.status.name().into(),
            fit.log_likelihood.into(),
            fit.converged.into(),
            Value::Int(Some(i64::from(fit.iterations))),
            rows.n_null.into(),
        ]
    };
    Ok(Output::Table(sorted.into_iter().map(row).collect()))
}

/// Rows by ballot, as counted rankings.
fn read(rows: &Rows, options: &Options) -> Result<RankingCounts, Fault> {
    let (ballots, ballot) = rows.labels(0);
    let (alternatives, alternative) = rows.labels(1);
    let (ranks, weights) = (rows.numbers(2), rows.numbers(3));
    let breslow = options.text("ties")? == "breslow";
    let mut order: Vec<usize> = (0..rows.len).collect();
    order.sort_by_key(|i| {
        let at = |ids: &[u32]| ids.get(*i).copied().unwrap_or(MISSING);
        (at(ballot), at(alternative))
    });
    let mut counts = RankingCounts::new();
    for chunk in order.chunk_by(|i, j| ballot.get(*i) == ballot.get(*j)) {
        let name = chunk
            .first()
            .and_then(|i| ballots.get(*ballot.get(*i)? as usize))
            .map_or("", |b| b);
        let mut places = Vec::with_capacity(chunk.len());
        let mut weight: Option<f64> = None;
        for i in chunk {
            let w = weights.get(*i).copied().unwrap_or(1.0);
            if w.is_nan() || weight.is_some_and(|old| old != w) {
                return Err(Fault::new(format!(
                    "the rows of ballot '{name}' have different weights"
                ))
                .hint("a ballot has one weight: repeat it on all its rows"));
            }
            weight = Some(w);
            let text = alternative
                .get(*i)
                .and_then(|id| alternatives.get(*id as usize))
                .map_or("", |a| a.as_str());
            places.push((text, ranks.get(*i).copied().unwrap_or(f64::NAN)));
        }
        let weight = weight.unwrap_or(1.0);
        let added = if breslow {
            counts.add_tied(&places, weight)
        } else {
            counts.add(&places, weight)
        };
        added.map_err(|e| {
            Fault::new(format!("ballot '{name}': {e}")).hint(
                "make the ballot finer (ballot => item || '/' || annotator), or set ties => 'breslow'",
            )
        })?;
    }
    Ok(counts)
}
