//! `elo`: ratings updated game by game, in a stated order.

use super::battles::{BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, outcome};
use crate::functions::prelude::*;
use crate::stats::ratings::{BothBad, Elo, EloOptions};

pub(super) static FUNCTION: Function = Function {
    name: "elo",
    summary: "Elo ratings, updated game by game in the order given",
    details: "The result depends on the order of the games, so the call must give one; games with equal keys are \
ordered by their other arguments. Both sides are updated from the ratings before the game. A weight multiplies K, so \
that the sum of the ratings is kept. Rows with a NULL system or outcome are skipped.",
    formula: "R_a += K w (S - E), R_b -= K w (S - E), E = 1 / (1 + base^((R_b - R_a)/scale)), S = 1, 1/2 or 0",
    errors: "no order; an outcome that is none of the codes; a weight that is negative or not finite",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        Opt::number("k", 0.0, 1e6, 4.0, "points at stake in a game"),
        Opt::number(
            "scale",
            1e-9,
            1e12,
            400.0,
            "rating points per factor `base` in the odds",
        ),
        Opt::number("base", 1.000_001, 1e12, 10.0, "base of the odds"),
        Opt::number("init", f64::MIN, f64::MAX, 1000.0, "rating of a new system"),
        BOTH_BAD,
    ],
    ordered: true,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; equal ratings share a rank"),
        Out::text("system", "the system"),
        Out::float("rating", "rating after the last game, in points"),
        Out::int("n", "games played"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &["Elo (1978). The Rating of Chessplayers, Past and Present. Arco."],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x','y','a'), (2,'x','y','tie')) AS t(round, system_a, system_b, outcome) |> CALL elo(order_by => round, k => 32) |> SELECT system, round(rating, 3) AS rating, n",
        result: "system,rating,n\nx,1014.53,2\ny,985.47,2\n",
    },
    calls: &[
        "SELECT * FROM elo(t, order_by => (round, weight), by => grp)",
        "SELECT elo(system_a, system_b, outcome, weight, k => 10 ORDER BY round DESC, x) AS r FROM t",
    ],
    body: Body::Rows(rate),
};

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let fault = |e: crate::stats::ratings::RatingError| Fault::new(e.to_string());
    let both_bad = if options.text("both_bad")? == "skip" {
        BothBad::Skip
    } else {
        BothBad::Tie
    };
    let mut elo = Elo::new(EloOptions {
        k: options.number("k")?,
        scale: options.number("scale")?,
        base: options.number("base")?,
        init: options.number("init")?,
        both_bad,
    })
    .map_err(fault)?;
    let (names_a, a) = rows.labels(0);
    let (names_b, b) = rows.labels(1);
    let (codes, verdicts) = rows.labels(2);
    let verdict: Vec<_> = codes.iter().map(|c| outcome(c)).collect::<Result<_, _>>()?;
    let weights = rows.numbers(3);
    for (i, ((a, b), v)) in a.iter().zip(b).zip(verdicts).enumerate() {
        let (Some(a), Some(b)) = (names_a.get(*a as usize), names_b.get(*b as usize)) else {
            continue;
        };
        let weight = weights.get(i).copied().unwrap_or(1.0);
        if weight.is_nan() {
            continue;
        }
        elo.play(a, b, verdict.get(*v as usize).copied(), weight)
            .map_err(fault)?;
    }
    let mut ratings = elo.ratings();
    ratings.sort_by(|x, y| {
        y.rating
            .total_cmp(&x.rating)
            .then_with(|| x.system.cmp(&y.system))
    });
    let mut rank = 0;
    let mut last = f64::NAN;
    Ok(Output::Table(
        ratings
            .into_iter()
            .enumerate()
            .map(|(i, r)| {
                if r.rating != last {
                    rank = i + 1;
                    last = r.rating;
                }
                vec![
                    rank.into(),
                    r.system.into(),
                    r.rating.into(),
                    r.n.into(),
                    rows.n_null.into(),
                ]
            })
            .collect(),
    ))
}
