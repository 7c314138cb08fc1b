//! Results that the rules share: a row per alternative, best first.

use crate::functions::prelude::*;
use crate::stats::choice::{Elimination, EliminationTies, Scores};

pub(super) const RANK: Out = Out::int("rank", "1 = best; equal scores share a rank");
pub(super) const ALTERNATIVE: Out = Out::text("alternative", "the alternative");
pub(super) const WINNER: Out = Out::bool(
    "winner",
    "whether it wins; all that tie for the win do, decided on exact sums",
);
pub(super) const N: Out = Out::int("n", "ballots that rank it");

/// Columns of a rule with points.
pub(super) const POINTS: &[Out] = &[RANK, ALTERNATIVE, Out::float("score", "points"), WINNER, N];

/// Columns of a rule that eliminates.
pub(super) const COURSE: &[Out] = &[
    Out::int(
        "rank",
        "1 = winner, then the last to go; NULL where that depends on ties",
    ),
    ALTERNATIVE,
    Out::bool("winner", "whether it wins under the treatment of ties"),
    Out::int(
        "round",
        "the round in which it went; NULL for those left at the end, or where it depends on ties",
    ),
    Out::float(
        "count",
        "what the rule counted for it in its last round; NULL where that depends on ties",
    ),
];

pub(super) const ELIMINATION_TIES: Opt = Opt::choice(
    "ties",
    &["any", "all", "label"],
    "any",
    "when several are tied for elimination: every choice is followed and all that win under some choice win (an error where that is too much work); all of them \
go at once (all that are left win when all tie); or the last in sorted order goes, which is not neutral",
);

/// Rows by a score (higher better unless `lower`), then by label.
pub(super) fn by_score(
    names: &[String],
    scores: &[Option<f64>],
    lower: bool,
    rest: impl Fn(usize) -> Vec<Value>,
) -> Output {
    let key = |id: &usize| match scores.get(*id).copied().flatten() {
        Some(score) if lower => score,
        Some(score) => -score,
        None => f64::INFINITY,
    };
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|x, y| (key(x) + 0.0).total_cmp(&(key(y) + 0.0)).then(x.cmp(y)));
    let mut table = Vec::with_capacity(order.len());
    let (mut rank, mut last) = (0, None);
    for (place, id) in order.into_iter().enumerate() {
        let score = scores.get(id).copied().flatten();
        if score != last || place == 0 {
            (rank, last) = (place + 1, score);
        }
        let shown = score.map(|_| rank as u64);
        let mut row = vec![shown.into(), names.get(id).cloned().into(), score.into()];
        row.extend(rest(id));
        table.push(row);
    }
    Output::Table(table)
}

/// [`POINTS`] rows of a rule.
pub(super) fn points(names: &[String], n: &[u64], scores: &Scores) -> Output {
    let values: Vec<Option<f64>> = scores.scores.iter().copied().map(Some).collect();
    by_score(names, &values, false, |id| {
        vec![won(&scores.winners, id).into(), n.get(id).copied().into()]
    })
}

/// Whether `id` is among sorted ids.
pub(super) fn won(winners: &[u32], id: usize) -> bool {
    winners.binary_search(&(id as u32)).is_ok()
}

/// [`COURSE`] rows of a rule.
pub(super) fn course(names: &[String], result: &Elimination) -> Output {
    let exit = |id: usize| result.course.as_ref().and_then(|all| all.get(id)).copied();
    // Winners, then those left at the end, then the last round to go.
    let key = |id: usize| {
        let round = exit(id).and_then(|e| e.round);
        (!won(&result.winners, id), round.map_or(0, |r| u32::MAX - r))
    };
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&id| (key(id), id));
    let mut table = Vec::with_capacity(order.len());
    let (mut rank, mut last) = (0_u64, None);
    for (place, id) in order.into_iter().enumerate() {
        if last != Some(key(id)) {
            (rank, last) = (place as u64 + 1, Some(key(id)));
        }
        let known = result.course.is_some() || won(&result.winners, id);
        table.push(vec![
            known.then_some(rank).into(),
            names.get(id).cloned().into(),
            won(&result.winners, id).into(),
            exit(id).and_then(|e| e.round).map(u64::from).into(),
            exit(id).map(|e| e.count).into(),
        ]);
    }
    Output::Table(table)
}

/// What the option `ties` of eliminations says.
pub(super) fn elimination_ties(options: &Options) -> Result<EliminationTies, Fault> {
    Ok(match options.text("ties")? {
        "all" => EliminationTies::All,
        "label" => EliminationTies::ById,
        _ => EliminationTies::Any,
    })
}

/// One row per member of a set.
pub(super) fn members(names: &[String], ids: &[u32]) -> Output {
    let row = |&id: &u32| vec![names.get(id as usize).cloned().into()];
    Output::Table(ids.iter().map(row).collect())
}

/// Ids from the highest score down, and places that equal scores share.
pub(in crate::functions) fn ranked(scores: &[f64]) -> Vec<(usize, u32)> {
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    let at = |id: u32| {
        scores
            .get(id as usize)
            .copied()
            .unwrap_or(f64::NEG_INFINITY)
    };
    order.sort_by(|x, y| at(*y).total_cmp(&at(*x)).then(x.cmp(y)));
    let mut out: Vec<(usize, u32)> = Vec::with_capacity(order.len());
    for (i, &id) in order.iter().enumerate() {
        let place = match out.last() {
            Some(&(place, before)) if at(before) == at(id) => place,
            _ => i + 1,
        };
        out.push((place, id));
    }
    out
}
