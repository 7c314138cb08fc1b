//! Tables of scores from the graph of wins, with bootstrap intervals.

use super::battles::Battles;
use super::fitting::fault;
use crate::functions::prelude::*;
use crate::stats::ratings::{Centrality, Folded, RatingError, Spread, resampled};

/// Where the intervals of a score come from.
pub(super) const SCORE_CI: Opt = Opt::choice(
    "ci",
    &["bootstrap", "none"],
    "bootstrap",
    "stderr, lower and upper from the bootstrap, or none",
);
/// Replicates of a score.
pub(super) const SCORE_BOOTSTRAP: Opt = Opt::integer(
    "bootstrap",
    2,
    1_000_000,
    200,
    "replicates for ci => 'bootstrap'",
);

/// Columns of a table of scores.
pub(super) const SCORE_COLUMNS: &[Out] = &[
    Out::int("rank", "1 = best; equal scores share a rank"),
    Out::text("system", "the system"),
    Out::float("score", "the score; NULL where it is not defined"),
    Out::float("stderr", "standard deviation of the replicates"),
    Out::float("lower", "lower percentile limit"),
    Out::float("upper", "upper percentile limit"),
    Out::int("n", "comparisons of the system"),
    Out::int("wins", "comparisons won"),
    Out::int("losses", "comparisons lost"),
    Out::int("ties", "ties"),
    Out::text(
        "status",
        "ok, undefeated, winless, unbounded_above, unbounded_below, separated, disconnected, no_games",
    ),
    Out::bool(
        "converged",
        "whether the scores reached their stopping rule",
    ),
    Out::int("iterations", "steps; 0 = solved directly"),
    Out::int("n_null", "rows skipped for a NULL"),
];

/// The intervals of a score, when they are asked for.
pub(super) fn spreads(
    battles: &Battles,
    options: &Options,
    score: impl Fn(&Folded) -> Vec<Option<f64>>,
) -> Result<Vec<Spread>, Fault> {
    if options.text("ci")? == "none" {
        return Ok(vec![Spread::default(); battles.folded.systems.len()]);
    }
    let replicates = u32::try_from(options.count("bootstrap")?).unwrap_or(u32::MAX);
    let seed = options.count("seed")?;
    Ok(resampled(
        &battles.folded,
        &battles.clusters,
        (replicates, seed),
        options.number("level")?,
        score,
    ))
}

/// The table of a centrality, best first.
pub(super) fn score_table(
    battles: &Battles,
    options: &Options,
    n_null: u64,
    score: impl Fn(&Folded) -> Result<Centrality, RatingError>,
) -> Result<Output, Fault> {
    let found = score(&battles.folded).map_err(fault)?;
    let spread = spreads(battles, options, |folded| match score(folded) {
        Ok(c) => c.systems.iter().map(|s| s.score).collect(),
        Err(_) => vec![None; folded.systems.len()],
    })?;
    let mut order: Vec<usize> = (0..found.systems.len()).collect();
    let key = |i: &usize| found.systems.get(*i).and_then(|s| s.score).unwrap_or(-1.0);
    order.sort_by(|i, j| key(j).total_cmp(&key(i)).then(i.cmp(j)));
    let mut out = Vec::new();
    for i in &order {
        let Some(s) = found.systems.get(*i) else {
            continue;
        };
        // Closer than the accuracy of the iteration is equal.
        let better = |j: &usize| key(j) > key(i) + 1e-10;
        let rank = s.score.map(|_| 1 + order.partition_point(better) as u64);
        let record = battles.record(*i);
        let spread = spread.get(*i).copied().unwrap_or_default();
        out.push(vec![
            rank.into(),
            s.system.clone().into(),
            s.score.into(),
            spread.stderr.into(),
            spread.lower.into(),
            spread.upper.into(),
            (record.wins + record.losses + record.ties).into(),
            record.wins.into(),
            record.losses.into(),
            record.ties.into(),
            s.status.name().into(),
            found.converged.into(),
            Value::Int(Some(i64::from(found.iterations))),
            n_null.into(),
        ]);
    }
    Ok(Output::Table(out))
}
