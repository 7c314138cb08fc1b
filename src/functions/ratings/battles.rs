//! Comparisons as the rating functions take them: `system_a, system_b, outcome [, weight]`.

use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::ratings::{ClusterCell, Counted, Folded, Outcome};

/// The first system of the pair, as shown to the judge.
pub(super) const SYSTEM_A: Param = Param::label("system_a", "the system shown first");
/// The second system.
pub(super) const SYSTEM_B: Param = Param::label("system_b", "the system shown second");
/// The verdict.
pub(super) const OUTCOME: Param = Param::label(
    "outcome",
    "who won: 'a', 'b', 'tie', 'both_bad', or 1, 0, 0.5; NULL (not parsed) is skipped",
);
/// The weight of the row.
pub(super) const WEIGHT: Param = Param::number(
    "weight",
    "weight of the row, not negative; 1 when not given",
)
.optional();
/// What `both_bad` counts as.
pub(super) const BOTH_BAD: Opt = Opt::choice(
    "both_bad",
    &["tie", "skip"],
    "tie",
    "what 'both_bad' counts as",
);
/// Confidence level.
pub(super) const LEVEL: Opt = Opt::number(
    "level",
    0.5,
    0.9999,
    0.95,
    "confidence level of lower and upper",
);

/// Reads a verdict.
pub(super) fn outcome(text: &str) -> Result<Outcome, Fault> {
    match text {
        "a" | "A" | "1" | "model_a" => Ok(Outcome::A),
        "b" | "B" | "0" | "model_b" => Ok(Outcome::B),
        "tie" | "0.5" => Ok(Outcome::Tie),
        "both_bad" | "bothbad" | "tie (bothbad)" => Ok(Outcome::BothBad),
        _ => Err(Fault::new(format!(
            "an outcome is '{}', expected 'a', 'b', 'tie', 'both_bad', or 1, 0, 0.5",
            shorten(text)
        ))
        .hint("map it: outcome => CASE winner WHEN 'left' THEN 'a' WHEN 'right' THEN 'b' WHEN 'draw' THEN 'tie' END")),
    }
}

fn shorten(text: &str) -> String {
    let clean: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    if text.chars().count() > 40 {
        format!("{clean}…")
    } else {
        clean
    }
}

/// How often each system won, lost and tied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub wins: u64,
    pub losses: u64,
    pub ties: u64,
}

/// Counted comparisons: folded pair counts and the record of every system.
#[derive(Debug)]
pub(super) struct Battles {
    pub folded: Folded,
    pub records: Vec<Record>,
    /// The folded counts by cluster; empty without a fourth label column.
    pub clusters: Vec<ClusterCell>,
}

impl Battles {
    /// The record of the system at a place.
    pub fn record(&self, place: usize) -> Record {
        self.records.get(place).copied().unwrap_or_default()
    }
}

/// The places of the labels of a column among the sorted systems.
fn places(labels: Option<&Vec<String>>, systems: &[&String]) -> Vec<usize> {
    labels
        .into_iter()
        .flatten()
        .map(|l| systems.binary_search(&l).unwrap_or(usize::MAX))
        .collect()
}

/// Reads the cells of `(system_a, system_b, outcome [, cluster] [, weight])`.
pub(super) fn read(tally: &Tally, options: &Options) -> Result<Battles, Fault> {
    let skip_both_bad = options.text("both_bad")? == "skip";
    let mut names: Vec<&String> = tally.labels.iter().take(2).flatten().collect();
    names.sort();
    names.dedup();
    let (first, second) = (
        places(tally.labels.first(), &names),
        places(tally.labels.get(1), &names),
    );
    let verdicts: Vec<Result<Outcome, Fault>> = tally
        .labels
        .get(2)
        .into_iter()
        .flatten()
        .map(|t| outcome(t))
        .collect();
    let clustered = tally.labels.get(3).is_some_and(|l| !l.is_empty());
    let mut records = vec![Record::default(); names.len()];
    let mut counted = Vec::with_capacity(tally.cells.len());
    let mut clusters = Vec::new();
    for cell in &tally.cells {
        let [a, b, verdict, cluster] = cell.key;
        let place = |of: &[usize], id: u32| of.get(id as usize).copied();
        let (Some(a), Some(b)) = (place(&first, a), place(&second, b)) else {
            return Err(Fault::new("a system has no name"));
        };
        let verdict = match verdicts.get(verdict as usize) {
            Some(v) => v.clone()?,
            None => return Err(Fault::new("a comparison has no outcome")),
        };
        if a == b || (verdict == Outcome::BothBad && skip_both_bad) {
            continue;
        }
        for (system, won, lost) in [(a, Outcome::A, Outcome::B), (b, Outcome::B, Outcome::A)] {
            if let Some(r) = records.get_mut(system) {
                match verdict {
                    v if v == won => r.wins += cell.rows,
                    v if v == lost => r.losses += cell.rows,
                    _ => r.ties += cell.rows,
                }
            }
        }
        let counts = crate::stats::ratings::Tally {
            rows: cell.rows,
            weight: cell.weight,
            weight_sq: cell.weight2,
        };
        if clustered {
            clusters.push(ClusterCell {
                cluster: Some(cluster).filter(|c| *c != MISSING),
                i: a.min(b),
                j: a.max(b),
                slot: match verdict {
                    Outcome::A => usize::from(a > b),
                    Outcome::B => usize::from(a < b),
                    _ => 2,
                },
                tally: counts,
            });
        }
        counted.push(Counted {
            a,
            b,
            outcome: verdict,
            tally: counts,
        });
    }
    let folded = Folded::from_counted(names.into_iter().cloned().collect(), &counted);
    Ok(Battles {
        folded,
        records,
        clusters,
    })
}
