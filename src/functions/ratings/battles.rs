//! Comparisons as the rating functions take them: `system_a, system_b, outcome [, weight]`.

use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::ratings::{ClusterCell, Counted, Folded};

/// The first system of the pair, as shown to the judge.
pub(super) const SYSTEM_A: Param = Param::label("system_a", "the system shown first");
/// The second system.
pub(super) const SYSTEM_B: Param = Param::label("system_b", "the system shown second");
/// The verdict.
pub(super) const OUTCOME: Param = Param::label(
    "outcome",
    "who won: 'a', 'b', 'tie', 'both_bad', or a's credit as a number from 0 to 1; NULL (not parsed) is skipped",
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

/// A verdict on the system shown first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Verdict {
    /// Credit of a: 1 = it won, 0 = it lost, 0.5 = a tie, and anything between.
    Score(f64),
    /// Neither is any good.
    BothBad,
}

impl Verdict {
    /// The credit of a; `None` where it is left out.
    pub fn score(self, skip_both_bad: bool) -> Option<f64> {
        match self {
            Self::Score(s) => Some(s),
            Self::BothBad => (!skip_both_bad).then_some(0.5),
        }
    }
}

/// Whether a credit is more than a win, a loss or a tie.
pub(super) fn graded(score: f64) -> bool {
    score != 0.0 && score != 0.5 && score != 1.0
}

/// Reads a verdict.
pub(super) fn verdict(text: &str) -> Result<Verdict, Fault> {
    match text {
        "a" | "A" | "model_a" => Ok(Verdict::Score(1.0)),
        "b" | "B" | "model_b" => Ok(Verdict::Score(0.0)),
        "tie" => Ok(Verdict::Score(0.5)),
        "both_bad" | "bothbad" | "tie (bothbad)" => Ok(Verdict::BothBad),
        _ => match text.parse::<f64>() {
            Ok(score) if (0.0..=1.0).contains(&score) => Ok(Verdict::Score(score)),
            _ => Err(Fault::new(format!(
                "an outcome is '{}', expected 'a', 'b', 'tie', 'both_bad', or a number from 0 (b won) to 1 (a won)",
                shorten(text)
            ))
            .hint("map it: outcome => CASE winner WHEN 'left' THEN 'a' WHEN 'right' THEN 'b' WHEN 'draw' THEN 'tie' END")),
        },
    }
}

/// The fault of a graded verdict where only whole ones have a meaning.
pub(super) fn not_whole(score: f64, why: &str) -> Fault {
    Fault::new(format!(
        "an outcome is {score}, between a win and a loss, which has no meaning {why}"
    ))
    .hint("round it: outcome => CASE WHEN p > 0.5 THEN 'a' WHEN p < 0.5 THEN 'b' ELSE 'tie' END")
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

impl Record {
    /// Counts rows of a credit: above a half is won, below is lost.
    pub fn add(&mut self, score: f64, rows: u64) {
        if score > 0.5 {
            self.wins += rows;
        } else if score < 0.5 {
            self.losses += rows;
        } else {
            self.ties += rows;
        }
    }

    /// All rows.
    pub fn n(&self) -> u64 {
        self.wins + self.losses + self.ties
    }
}

/// Counted comparisons: folded pair counts and the record of every system.
#[derive(Debug)]
pub(super) struct Battles {
    pub folded: Folded,
    pub records: Vec<Record>,
    /// The folded counts by cluster; empty without clusters, unless some verdict is graded.
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

/// Reads the cells of `(system_a, system_b, outcome [, cluster] [, weight])` for a
/// function to which only wins, losses and ties have a meaning.
pub(super) fn read_whole(tally: &Tally, options: &Options) -> Result<Battles, Fault> {
    for text in tally.labels.get(2).into_iter().flatten() {
        if let Verdict::Score(score) = verdict(text)?
            && graded(score)
        {
            return Err(not_whole(score, "here"));
        }
    }
    read(tally, options)
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
    let codes = tally.labels.get(2).into_iter().flatten();
    let verdicts: Vec<Verdict> = codes.map(|t| verdict(t)).collect::<Result<_, _>>()?;
    let scores: Vec<Option<f64>> = verdicts.iter().map(|v| v.score(skip_both_bad)).collect();
    let between = scores.iter().flatten().copied().find(|s| graded(*s));
    if let (Some(score), Ok(ties)) = (between, options.text("ties"))
        && ties != "half"
    {
        return Err(not_whole(score, &format!("with ties => '{ties}'")));
    }
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
        let Some(score) = scores.get(verdict as usize) else {
            return Err(Fault::new("a comparison has no outcome"));
        };
        let Some(score) = score.filter(|_| a != b) else {
            continue;
        };
        for (system, score) in [(a, score), (b, 1.0 - score)] {
            if let Some(r) = records.get_mut(system) {
                r.add(score, cell.rows);
            }
        }
        let tally = crate::stats::ratings::Tally {
            rows: cell.rows,
            weight: cell.weight,
            weight_sq: cell.weight2,
        };
        if clustered || between.is_some() {
            clusters.push(ClusterCell {
                cluster: Some(cluster).filter(|c| *c != MISSING),
                i: a.min(b),
                j: a.max(b),
                score,
                first: a < b,
                tally,
            });
        }
        counted.push(Counted { a, b, score, tally });
    }
    let folded = Folded::from_counted(names.into_iter().cloned().collect(), &counted);
    Ok(Battles {
        folded,
        records,
        clusters,
    })
}
