//! Ballots as the functions on whole orders take them: `ballot, alternative, rank or score [, weight]`.

use crate::functions::prelude::*;
use crate::stats::choice::{ChoiceError, Profile, Row};

pub(in crate::functions) const BALLOT: Param = Param::label(
    "ballot",
    "the ballot: a voter, a task, or an item ranked by one annotator",
);
pub(in crate::functions) const ALTERNATIVE: Param = Param::label("alternative", "what is ranked");
pub(in crate::functions) const RANK: Param = Param::number(
    "rank",
    "1 = best; equal = tied; no row or NULL = unranked; gaps mean nothing",
)
.found();
pub(in crate::functions) const SCORE: Param = Param::number(
    "score",
    "a score instead of a rank, higher better unless `lower_better`; goes before `rank`",
)
.optional();
pub(in crate::functions) const WEIGHT: Param = Param::number(
    "weight",
    "weight of the ballot, repeated on its rows; 1 when not given",
)
.optional();
pub(in crate::functions) const LOWER_BETTER: Opt =
    Opt::flag("lower_better", "whether the lowest score is the best");

/// What ballots say about NULL, ties and unranked alternatives, for the prose of functions.
macro_rules! ballots_prose {
    () => {
        "One row per ballot and alternative; equal ranks are ties; an alternative without a row on a ballot is \
below those that have one and tied with the others. A row with a NULL rank or score leaves its alternative unranked on that ballot; rows with a NULL ballot or alternative are skipped. "
    };
}
pub(in crate::functions) use ballots_prose;

/// The errors that ballots can raise, for the prose of functions.
macro_rules! ballots_errors {
    () => {
        "a ballot that ranks an alternative twice; weights that differ within a ballot or are negative; neither rank nor score"
    };
}
pub(in crate::functions) use ballots_errors;

/// The ballots of a group; ids are places among the sorted names.
pub(in crate::functions) struct Ballots<'a> {
    pub profile: Profile,
    pub names: &'a [String],
    /// Rows without a ballot, an alternative, a rank or a weight.
    pub n_null: u64,
}

impl Ballots<'_> {
    /// The name of an alternative.
    pub fn name(&self, id: u32) -> &str {
        self.names.get(id as usize).map_or("", |t| t)
    }

    /// The ids of names given as an option.
    pub fn ids(&self, names: &[String]) -> Result<Vec<u32>, Fault> {
        let id = |name: &String| match self.names.iter().position(|n| n == name) {
            Some(id) => Ok(id as u32),
            None => Err(
                Fault::new(format!("no ballot has the alternative '{name}'"))
                    .hint(format!("alternatives are {}", short_list(self.names))),
            ),
        };
        names.iter().map(id).collect()
    }
}

/// The first few names, for hints.
pub(in crate::functions) fn short_list(names: &[String]) -> String {
    let first: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
    let more = if names.len() > 8 { ", …" } else { "" };
    format!("{}{more}", first.join(", "))
}

/// Reads the first five arguments `(ballot, alternative, rank, score, weight)`.
pub(in crate::functions) fn read<'a>(
    rows: &'a Rows,
    options: &Options,
) -> Result<Ballots<'a>, Fault> {
    let (ballots, ballot) = rows.labels(0);
    let (names, alternative) = rows.labels(1);
    let scored = !rows.numbers(3).is_empty();
    let ranks = rows.numbers(if scored { 3 } else { 2 });
    if rows.len > 0 && ranks.is_empty() {
        return Err(Fault::new("it needs the column `rank` or `score`")
            .hint("rank => place, or score => points when higher is better"));
    }
    let turned = scored && !options.flag("lower_better")?;
    let weights = rows.numbers(4);
    let mut all = Vec::with_capacity(rows.len);
    for (i, ((&ballot, &alternative), &rank)) in
        ballot.iter().zip(alternative).zip(ranks).enumerate()
    {
        let weight = weights.get(i).copied().unwrap_or(1.0);
        if !rank.is_nan() && !weight.is_nan() {
            all.push(Row {
                ballot,
                alternative,
                rank: if turned { -rank } else { rank },
                weight,
            });
        }
    }
    let n_null = rows.n_null + (rows.len - all.len()) as u64;
    let profile = Profile::new(names.len(), all).map_err(|e| {
        let name = |list: &'a [String], id: u32| list.get(id as usize).map_or("", |t| t);
        match e {
            ChoiceError::Repeated {
                ballot,
                alternative,
            } => Fault::new(format!(
                "ballot '{}' ranks '{}' twice",
                name(ballots, ballot),
                name(names, alternative)
            ))
            .hint("make the ballot finer (ballot => item || '/' || annotator), or aggregate the ranks first"),
            ChoiceError::BadWeight { ballot, what } => {
                Fault::new(format!("ballot '{}': {what}", name(ballots, ballot)))
            }
            other => Fault::new(other.to_string()),
        }
    })?;
    Ok(Ballots {
        profile,
        names,
        n_null,
    })
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
