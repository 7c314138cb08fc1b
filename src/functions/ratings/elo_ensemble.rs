//! `elo_ensemble`: Elo ratings over random orders of the games.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, Record, SYSTEM_A, SYSTEM_B, read_whole};
use super::board::{LOSSES, N, N_NULL, RANK, SYSTEM, TIES, WINS, fault};
use super::elo::{BASE, INIT, K, K_GAMES, K_PHASES, K_RULE, SCALE, settings};
use crate::functions::prelude::*;
use crate::stats::ratings::{Ensemble, Repeated, elo_ensemble};

pub(super) static FUNCTION: Function = Function {
    name: "elo_ensemble",
    summary: "Elo ratings averaged over random orders of the games, with their spread",
    details: "Elo depends on the order of the games. Where the order means nothing (votes of one week, one file), this \
plays them in `permutations` random orders and reports the mean, the spread and quantiles of the final ratings, and \
the ranks that a system takes. It needs no order: the permutations are drawn from the seed over the games in \
canonical order. The spread says how much is due to order alone; it is no sampling error (see bradley_terry for one). \
Rows with a NULL system or outcome are skipped, and games of a system with itself. Cost: games times permutations.",
    formula: "R_i = mean over permutations of elo's rating; spread = standard deviation (n - 1); lower, upper = \
quantiles (1 - level)/2, (1 + level)/2 (type 7); rank_lower, rank_upper cut the same share off each end of the ranks",
    errors: "an outcome that is no win, loss or tie; phases that do not fit; more than 200,000,000 systems times \
permutations",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME],
    options: &[
        Opt::integer(
            "permutations",
            2,
            1_000_000,
            100,
            "random orders that are played",
        ),
        Opt::integer(
            "seed",
            0,
            9_007_199_254_740_991,
            crate::stats::rng::DEFAULT_SEED as i64,
            "seed of the permutations",
        ),
        LEVEL,
        K,
        K_RULE,
        K_PHASES,
        K_GAMES,
        SCALE,
        BASE,
        INIT,
        BOTH_BAD,
    ],
    ordered: false,
    returns: Returns::Table(&[
        RANK,
        SYSTEM,
        Out::float("rating", "mean of the final ratings, in points"),
        Out::float("spread", "standard deviation of the final ratings"),
        Out::float("lower", "lower quantile of the final ratings"),
        Out::float("median", "median of the final ratings"),
        Out::float("upper", "upper quantile of the final ratings"),
        Out::int("rank_lower", "best rank within the level"),
        Out::int("rank_upper", "worst rank within the level"),
        N,
        WINS,
        LOSSES,
        TIES,
        N_NULL,
    ]),
    citations: &[
        "Elo (1978). The Rating of Chessplayers, Past and Present. Arco.",
        "Boubdir, Kim, Ermis, Hooker & Fadaee (2023). Elo Uncovered: Robustness and Best Practices in Language Model Evaluation. GEM 2023.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a'), ('x','y','b')) AS t(system_a, system_b, outcome) |> CALL \
elo_ensemble(k => 32, permutations => 200) |> WHERE system = 'x' |> SELECT system, round(lower, 3) AS lower, \
round(upper, 3) AS upper, rank_lower, rank_upper, n",
        result: "system,lower,upper,rank_lower,rank_upper,n\nx,998.53,1001.47,1,2,2\n",
    },
    calls: &[
        "SELECT * FROM elo_ensemble(t, permutations => 20, by => grp)",
        "SELECT elo_ensemble(system_a, system_b, outcome, permutations => 5, seed => 7, level => 0.5, both_bad => 'skip', \
k_rule => 'fide') AS r FROM t",
    ],
    body: Body::Tally(rate),
};

fn rate(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read_whole(tally, options)?;
    let names = battles.folded.systems.clone();
    let mut games = Vec::with_capacity(battles.folded.pairs.len() * 3);
    for p in &battles.folded.pairs {
        for (score, tally) in [(1.0, p.wins_i), (0.0, p.wins_j), (0.5, p.ties)] {
            games.push(Repeated {
                a: p.i as u32,
                b: p.j as u32,
                score,
                games: tally.rows,
            });
        }
    }
    let fit = elo_ensemble(
        &games,
        names.len(),
        &settings(options)?,
        options.count("permutations")? as u32,
        options.count("seed")?,
        options.number("level")?,
    )
    .map_err(fault)?;
    let mut rows: Vec<_> = names.into_iter().zip(fit).zip(&battles.records).collect();
    rows.sort_by(|((a, x), _), ((b, y), _)| y.mean.total_cmp(&x.mean).then_with(|| a.cmp(b)));
    let mut rank = 0;
    let mut last = f64::NAN;
    let row = |(i, ((name, e), r)): (usize, ((String, Ensemble), &Record))| {
        if e.mean != last {
            (rank, last) = (i + 1, e.mean);
        }
        vec![
            rank.into(),
            name.into(),
            e.mean.into(),
            e.spread.into(),
            e.lower.into(),
            e.median.into(),
            e.upper.into(),
            e.rank_lower.into(),
            e.rank_upper.into(),
            r.n().into(),
            r.wins.into(),
            r.losses.into(),
            r.ties.into(),
            tally.n_null.into(),
        ]
    };
    Ok(Output::Table(
        rows.into_iter().enumerate().map(row).collect(),
    ))
}
