//! Comparisons as the functions on games take them: who won how much against whom.

use std::collections::BTreeMap;

use crate::functions::prelude::*;
use crate::stats::choice::Pairwise;
use crate::stats::games::Payoff;

pub(in crate::functions) const SYSTEM_A: Param = Param::label("system_a", "the system shown first");
pub(in crate::functions) const SYSTEM_B: Param = Param::label("system_b", "the second system");
pub(in crate::functions) const OUTCOME: Param = Param::label(
    "outcome",
    "who won: 'a', 'b', 'tie', 'both_bad', or 1, 0, 0.5; NULL is skipped",
);
pub(in crate::functions) const WEIGHT: Param = Param::number(
    "weight",
    "weight of the row, not negative; 1 when not given",
)
.optional();
pub(in crate::functions) const BOTH_BAD: Opt = Opt::choice(
    "both_bad",
    &["tie", "skip"],
    "tie",
    "what 'both_bad' counts as",
);
pub(super) const PAYOFF: Opt = Opt::choice(
    "payoff",
    &["win_rate", "margin", "majority"],
    "win_rate",
    "what a win is worth: (wins - losses) / games of the pair, wins less losses, or 1 for having more wins",
);
/// How comparisons are read, for the prose of functions.
macro_rules! contests_prose {
    () => {
        "A tie is half a win for each side; a system against itself is skipped; rows with a NULL are skipped. "
    };
}
pub(in crate::functions) use contests_prose;

/// The errors that comparisons can raise, for the prose of functions.
macro_rules! contests_errors {
    () => {
        "an outcome that is none of these words; a weight that is negative"
    };
}
pub(in crate::functions) use contests_errors;

/// Counted comparisons; ids are places among the sorted names.
pub(in crate::functions) struct Contests {
    pub pairwise: Pairwise,
    pub names: Vec<String>,
}

impl Contests {
    /// The name of a system.
    pub fn name(&self, id: u32) -> &str {
        self.names.get(id as usize).map_or("", |t| t)
    }

    /// The fault for more systems than a method takes.
    pub fn too_many(&self, function: &str, limit: usize) -> Fault {
        Fault::new(format!(
            "{} systems, {function} takes up to {limit}",
            self.names.len()
        ))
        .hint("keep those of interest with WHERE, or compute by group with by => …")
    }
}

/// Wins of the first and of the second, out of 2; `None` to skip the row.
fn halves(outcome: &str, skip: bool) -> Result<Option<(f64, f64)>, Fault> {
    match outcome {
        "a" | "A" | "1" | "model_a" => Ok(Some((1.0, 0.0))),
        "b" | "B" | "0" | "model_b" => Ok(Some((0.0, 1.0))),
        "tie" | "0.5" => Ok(Some((0.5, 0.5))),
        "both_bad" | "bothbad" | "tie (bothbad)" => Ok((!skip).then_some((0.5, 0.5))),
        other => Err(Fault::new(format!(
            "an outcome is '{}', expected 'a', 'b', 'tie', 'both_bad', or 1, 0, 0.5",
            other.chars().take(40).flat_map(char::escape_debug).collect::<String>()
        ))
        .hint("map it: outcome => CASE winner WHEN 'left' THEN 'a' WHEN 'right' THEN 'b' ELSE 'tie' END")),
    }
}

/// Reads `(system_a, system_b, outcome [, weight])`.
pub(in crate::functions) fn read(tally: &Tally, options: &Options) -> Result<Contests, Fault> {
    let skip = options.text("both_bad")? == "skip";
    let mut names: Vec<&String> = tally.labels.iter().take(2).flatten().collect();
    names.sort();
    names.dedup();
    let place: BTreeMap<&str, u32> = (0..).zip(&names).map(|(i, n)| (n.as_str(), i)).collect();
    let mut rows = Vec::with_capacity(tally.cells.len());
    for cell in &tally.cells {
        let Some((won, lost)) = halves(tally.label(cell, 2), skip)? else {
            continue;
        };
        let at = |i: usize| place.get(tally.label(cell, i)).copied();
        let (Some(a), Some(b)) = (at(0), at(1)) else {
            return Err(Fault::new("a system has no name"));
        };
        for (over, under, share) in [(a, b, won), (b, a, lost)] {
            if a != b && share > 0.0 {
                rows.push((over, under, share * cell.weight));
            }
        }
    }
    let pairwise =
        Pairwise::from_preferences(names.len(), &rows).map_err(|e| Fault::new(e.to_string()))?;
    Ok(Contests {
        pairwise,
        names: names.into_iter().cloned().collect(),
    })
}

/// The option `payoff`.
pub(super) fn payoff(options: &Options) -> Result<Payoff, Fault> {
    Ok(match options.text("payoff")? {
        "margin" => Payoff::Margin,
        "majority" => Payoff::Majority,
        _ => Payoff::WinRate,
    })
}
