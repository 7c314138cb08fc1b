//! Options, columns and rows that the annotator functions share.

use crate::functions::agreement::judgements::Judgements;
use crate::functions::prelude::*;
use crate::stats::crowd::{Pool, TiedVote, VoteTies};

/// What repeats count as where each annotator has one vote.
pub(super) const ONE_EACH: Opt = Opt::choice(
    "repeats",
    &["error", "consistent", "lowest", "highest"],
    "error",
    "when one annotator judged one item more than once: an error, keep equal ones once and drop differing ones, \
take the lowest or the highest",
);
/// What a tied vote yields.
pub(super) const TIES: Opt = Opt::choice(
    "ties",
    &["null", "lowest", "highest", "median"],
    "null",
    "what a tied vote yields: nothing, or the first, last or middle one of the tied labels (the lower of two)",
);
/// What a tied vote is worth.
pub(super) const CREDIT: Opt = Opt::choice(
    "ties",
    &["share", "wrong", "lowest", "highest"],
    "share",
    "a tied vote: an even share of the credit, none, or the first or last of the tied labels wins",
);
/// The annotator under test.
pub(super) const CANDIDATE: Opt = Opt::text(
    "candidate",
    "the annotator under test, such as a judge; must be given",
);
/// Stopping rule.
pub(super) const TOLERANCE: Opt = Opt::number(
    "tolerance",
    0.0,
    1.0,
    1e-8,
    "stop when no probability changes by more than this in one step",
);
/// Stopping rule.
pub(super) const MAX_ITERATIONS: Opt = Opt::integer(
    "max_iterations",
    1,
    1_000_000,
    5000,
    "give up after this many steps; converged is then false",
);
/// Whether to list all labels.
pub(super) const ALL: Opt = Opt::flag(
    "all_labels",
    "one row for each item and label instead of each item's likeliest label",
);
/// The likeliest label.
pub(super) const LABEL: Out = Out::text(
    "label",
    "the likeliest label; NULL when two are equally likely within 1e-9",
);

/// The rule of `ties` for votes.
pub(super) fn vote_ties(options: &Options) -> Result<VoteTies, Fault> {
    Ok(match options.text("ties")? {
        "lowest" => VoteTies::Lowest,
        "highest" => VoteTies::Highest,
        "median" => VoteTies::Median,
        _ => VoteTies::Null,
    })
}

/// The rule of `ties` for credit.
pub(super) fn credit(options: &Options) -> Result<TiedVote, Fault> {
    Ok(match options.text("ties")? {
        "wrong" => TiedVote::Wrong,
        "lowest" => TiedVote::Lowest,
        "highest" => TiedVote::Highest,
        _ => TiedVote::Share,
    })
}

/// The pool without the candidate of the call.
pub(super) fn pool(judgements: &Judgements<'_>, options: &Options) -> Result<Pool, Fault> {
    let Some(name) = options.maybe_text("candidate")? else {
        return Err(Fault::new("no candidate was given")
            .hint("name the annotator under test: candidate => 'some-judge'"));
    };
    let at = judgements.annotators.iter().position(|a| a == name);
    // A group in which the candidate says nothing has no result, which is not an error.
    let id = at.map_or(u32::MAX, |at| at as u32);
    Pool::new(&judgements.ratings, id).map_err(|e| Fault::new(e.to_string()))
}

/// Refuses tables of annotators × labels × labels that would not fit.
pub(super) fn checked_size(judgements: &Judgements<'_>) -> Result<(), Fault> {
    let (annotators, k) = (judgements.annotators.len(), judgements.levels.len());
    if annotators.saturating_mul(k).saturating_mul(k) > 50_000_000 {
        return Err(Fault::new(format!(
            "{annotators} annotators and {k} labels need a table of more than 50 million cells"
        ))
        .hint("take fewer labels: round numbers, or map rare labels to one"));
    }
    Ok(())
}

/// Number of labels of each item.
pub(super) fn label_counts(judgements: &Judgements<'_>) -> Vec<u64> {
    let mut n = vec![0; judgements.items.len()];
    for row in judgements.ratings.rows() {
        if let Some(n) = n.get_mut(row.0 as usize) {
            *n += 1;
        }
    }
    n
}

/// Rows `item, label, probability, n, …` from row-major probabilities; `more` gives the
/// remaining columns of an item. Items without labels (dropped repeats) are left out.
pub(super) fn item_rows(
    judgements: &Judgements<'_>,
    posterior: &[f64],
    all_labels: bool,
    more: &dyn Fn(usize) -> Vec<Value>,
) -> Output {
    let k = judgements.levels.len().max(1);
    let counts = label_counts(judgements);
    let items = judgements.items.iter().zip(&counts).enumerate();
    let mut rows = Vec::new();
    for ((at, (item, &n)), chances) in items.zip(posterior.chunks_exact(k)) {
        if n == 0 {
            continue;
        }
        let mut push = |label: Option<String>, chance: f64| {
            let mut row = vec![
                item.clone().into(),
                Value::Text(label),
                chance.into(),
                n.into(),
            ];
            row.extend(more(at));
            rows.push(row);
        };
        if all_labels {
            for (label, &chance) in judgements.levels.iter().zip(chances) {
                push(Some(label.clone()), chance);
            }
            continue;
        }
        let most = chances.iter().copied().fold(0.0, f64::max);
        let mut tops = chances.iter().enumerate().filter(|c| *c.1 >= most - 1e-9);
        let top = tops.next().filter(|_| tops.next().is_none());
        push(top.and_then(|top| judgements.level(top.0 as u32)), most);
    }
    Output::Table(rows)
}
