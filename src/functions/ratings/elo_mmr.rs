//! `elo_mmr`: ratings from large contests.

use super::battles::LEVEL;
use super::board::HISTORY;
use super::skills::{PLACE, RANKED, RANKING, RANKING_COLUMNS, Z, of_rankings};
use crate::functions::prelude::*;
use crate::stats::ratings::{EloMmr, EloMmrOptions, EloMmrVariant};

pub(super) static FUNCTION: Function = Function {
    name: "elo_mmr",
    summary: "Elo-MMR ratings from contests of many, in the order given",
    details: "One row per contest (`ranking`) and system, with its rank in it (1 = best, equal = tied): a leaderboard, \
a competition. A contest stands where its first row stands in the order; contests with equal keys are ordered by \
label. variant => 'mmr' takes performances as logistic, so that an odd result moves a rating by a bounded amount; \
'mmx' (Elo-MMchi) takes them as normal, keeps one number per system, and is faster. Ties share a rank; a tie counts \
as a win and a loss ('mmx': as the tie of two normals), also the tie of a system with itself. `rating` is the mean of \
the belief, `stderr` its standard deviation, which tends to sigma_limit, and `conservative` = rating - z (stderr - \
sigma_limit), by which `rank` goes. Past performances whose weight has faded below 1e-16 of the normal part are forgotten. Rows with a \
NULL ranking, system or rank are skipped, and contests left with one system tell nothing. A system without counted \
contests keeps the initial belief, with n = 0. history => true gives a row per contest and system. A contest costs the \
square of its systems (times its distinct ranks over its systems); 20,000 systems are the limit.",
    formula: "beta^2 = (1 + 1/weight_limit) sigma_limit^2, gamma^2 = weight_limit sigma_limit^2; sigma^2 += gamma^2; \
performance p: zero of sum over better 1/d (tanh(z) + 1) + sum over worse 1/d (tanh(z) - 1) + sum over tied 2/d tanh(z), \
z = (p - mu_j) pi/(2 sqrt(3) d), d^2 = sigma_j^2 + beta^2; belief: maximum of a normal and one logistic factor per past \
performance, whose weights fade by k^(1 + transfer_speed), k = sigma^2/(sigma^2 + gamma^2); 1/sigma^2 += 1/beta^2",
    errors: "no order; a system twice in one contest; a contest of more than 20,000 systems",
    params: &[RANKING, RANKED, PLACE],
    options: &[
        Opt::choice(
            "variant",
            &["mmr", "mmx"],
            "mmr",
            "logistic or normal performances",
        ),
        Opt::number("init", -1e12, 1e12, 1500.0, "mean (mu) of a new system"),
        Opt::number(
            "sigma",
            1e-9,
            1e12,
            350.0,
            "standard deviation of the belief about a new system",
        ),
        Opt::number("weight_limit", 1e-9, 1e9, 0.2, "weight of one contest"),
        Opt::number(
            "sigma_limit",
            1e-9,
            1e12,
            80.0,
            "standard deviation that a system of many contests tends to",
        ),
        Opt::number(
            "transfer_speed",
            0.0,
            1e6,
            1.0,
            "how fast past performances become part of the normal prior (rho), for 'mmr'",
        ),
        LEVEL,
        Z,
        HISTORY,
    ],
    ordered: true,
    returns: RANKING_COLUMNS,
    citations: &[
        "Ebtekar & Liu (2021). Elo-MMR: A Rating System for Massive Multiplayer Competitions. WWW 2021, 1772-1784.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('c1','x',1), ('c1','y',2), ('c1','z',3)) AS t(ranking, system, rank) |> CALL \
elo_mmr(order_by => ranking) |> SELECT rank, system, round(rating, 4) AS rating, n |> ORDER BY rank",
        result: "rank,system,rating,n\n1,x,1704.8667,1\n2,y,1500.0,1\n3,z,1295.1333,1\n",
    },
    calls: &[
        "SELECT * FROM elo_mmr((SELECT item AS ranking, system_a AS system, max(floor(y)) AS rank, min(round) AS round \
FROM t GROUP BY item, system_a), order_by => round)",
        "SELECT * FROM elo_mmr((SELECT item AS ranking, system_b AS system, max(floor(y)) AS rank, min(round) AS round \
FROM t GROUP BY item, system_b), order_by => round, variant => 'mmx', history => true, level => 0.5, z => 1)",
        "SELECT * FROM elo_mmr((SELECT item AS ranking, system_b AS system, max(y) AS rank, min(round) AS round FROM t \
GROUP BY item, system_b), order_by => round, transfer_speed => 0, weight_limit => 1)",
    ],
    body: Body::Rows(rate),
};

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let variant = match options.text("variant")? {
        "mmx" => EloMmrVariant::Normal,
        _ => EloMmrVariant::Logistic,
    };
    let settings = EloMmrOptions {
        variant,
        mu: options.number("init")?,
        sigma: options.number("sigma")?,
        weight_limit: options.number("weight_limit")?,
        sigma_limit: options.number("sigma_limit")?,
        transfer_speed: options.number("transfer_speed")?,
    };
    of_rankings(rows, options, settings.sigma_limit, |n| {
        Ok(Box::new(EloMmr::new(settings, n)?))
    })
}
