//! Input of the rules that read pairwise weights: ballots, or comparisons of two.

use super::ballots::{self, fault};
use crate::functions::prelude::*;
use crate::functions::state::labels::{Labels, MISSING};
use crate::stats::choice::{Pairwise, Strength};

/// Most alternatives: the matrix of pairs takes 16 bytes a cell.
pub(super) const LIMIT: usize = 4_000;

/// Columns: ballots, or `system_a, system_b, outcome`.
pub(super) const PARAMS: &[Param] = &[
    ballots::BALLOT.found(),
    ballots::ALTERNATIVE.found(),
    ballots::RANK,
    ballots::SCORE,
    ballots::WEIGHT,
    Param::label("system_a", "without ballots: one side of a comparison").found(),
    Param::label("system_b", "the other side").found(),
    Param::label(
        "outcome",
        "who won: 'a', 'b', 'tie', 'both_bad', or 1, 0, 0.5; a tie prefers nobody; NULL is skipped",
    )
    .found(),
];

/// What every rule says about its input.
pub(super) const ERRORS: &str = "a ballot that ranks an alternative twice; weights that differ within a ballot, are \
negative, or differ by too many orders of magnitude to be added exactly; an unknown outcome; neither ballots nor \
comparisons; more than 4,000 alternatives";

pub(super) const STRENGTH: Opt = Opt::choice(
    "strength",
    &["margins", "winning_votes", "shares"],
    "margins",
    "what a pairwise victory weighs: weight for less weight against, weight for, or the margin as a share of the weight \
that prefers one of the two (for pairs compared unequally often)",
);

/// The pairwise weights of one group.
pub(super) struct Tournament {
    pub names: Vec<String>,
    pub pairwise: Pairwise,
    /// The ballots, where the input has them.
    pub ballots: Option<crate::stats::choice::Profile>,
}

/// Reads columns in the order of [`PARAMS`]: ballots where `ballot` and `alternative` are
/// given, else comparisons.
pub(super) fn read(rows: &Rows, options: &Options) -> Result<Tournament, Fault> {
    let given = |i: usize| !rows.labels(i).1.is_empty();
    if rows.len == 0 {
        let pairwise = Pairwise::from_preferences(0, &[]).map_err(fault)?;
        return Ok(Tournament {
            names: Vec::new(),
            pairwise,
            ballots: None,
        });
    }
    if given(0) && given(1) {
        small(rows.labels(1).0.len())?;
        let ballots = ballots::read_at(rows, options, 0)?;
        return Ok(Tournament {
            pairwise: ballots.profile.pairwise(),
            names: ballots.names.to_vec(),
            ballots: Some(ballots.profile),
        });
    }
    if given(5) && given(6) && given(7) {
        return comparisons(rows);
    }
    Err(Fault::new(
        "it needs ballots (`ballot`, `alternative`, and `rank` or `score`) or comparisons (`system_a`, `system_b`, `outcome`)",
    )
    .hint("name the columns: ballot => item, alternative => system, score => value"))
}

fn small(n: usize) -> Result<(), Fault> {
    if n > LIMIT {
        return Err(Fault::new(format!(
            "{n} alternatives are more than the {LIMIT} that pairwise rules take"
        ))
        .hint("filter to the alternatives of interest, or use a positional rule such as borda"));
    }
    Ok(())
}

fn comparisons(rows: &Rows) -> Result<Tournament, Fault> {
    let mut labels = Labels::default();
    let mut side = |i: usize| -> Result<Vec<u32>, Fault> {
        let (texts, places) = rows.labels(i);
        let interned = texts.iter().map(|text| labels.intern(text));
        let interned: Vec<u32> = interned
            .collect::<Result<_, _>>()
            .map_err(|e| Fault::new(e.to_string()))?;
        let id = |place: &u32| interned.get(*place as usize).copied().unwrap_or(MISSING);
        Ok(places.iter().map(id).collect())
    };
    let (a, b) = (side(5)?, side(6)?);
    let (names, place) = labels.sorted();
    small(names.len())?;
    let (texts, outcomes) = rows.labels(7);
    let verdicts: Vec<Option<bool>> = texts.iter().map(|t| verdict(t)).collect::<Result<_, _>>()?;
    let weights = rows.numbers(4);
    let mut preferences = Vec::new();
    for (i, ((a, b), outcome)) in a.iter().zip(&b).zip(outcomes).enumerate() {
        let weight = weights.get(i).copied().unwrap_or(1.0);
        let (Some(&a), Some(&b)) = (place.get(*a as usize), place.get(*b as usize)) else {
            continue;
        };
        let Some(Some(won)) = verdicts.get(*outcome as usize).copied() else {
            continue;
        };
        if !weight.is_nan() {
            preferences.push(if won { (a, b, weight) } else { (b, a, weight) });
        }
    }
    let pairwise = Pairwise::from_preferences(names.len(), &preferences).map_err(fault)?;
    Ok(Tournament {
        names,
        pairwise,
        ballots: None,
    })
}

/// Whether the first won; `None` for a tie.
fn verdict(text: &str) -> Result<Option<bool>, Fault> {
    match text {
        "a" | "A" | "1" | "model_a" => Ok(Some(true)),
        "b" | "B" | "0" | "model_b" => Ok(Some(false)),
        "tie" | "0.5" | "both_bad" | "bothbad" | "tie (bothbad)" => Ok(None),
        _ => Err(Fault::new(format!(
            "an outcome is '{}', expected 'a', 'b', 'tie', 'both_bad', or 1, 0, 0.5",
            text.chars().take(40).flat_map(char::escape_debug).collect::<String>()
        ))
        .hint("map it: outcome => CASE winner WHEN 'left' THEN 'a' WHEN 'right' THEN 'b' ELSE 'tie' END")),
    }
}

/// What the option `strength` says.
pub(super) fn strength(options: &Options) -> Result<Strength, Fault> {
    Ok(match options.text("strength")? {
        "winning_votes" => Strength::WinningVotes,
        "shares" => Strength::Shares,
        _ => Strength::Margins,
    })
}
