//! Ballots as the functions of social choice take them:
//! `ballot, alternative, rank [, score] [, weight]`.

use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::choice::{BordaTies, ChoiceError, Grades, Profile, Row, Unranked};

pub(super) const BALLOT: Param = Param::label(
    "ballot",
    "the ballot: a voter, a task, or an item ranked by one annotator",
);
pub(super) const ALTERNATIVE: Param = Param::label("alternative", "what is ranked");
pub(super) const RANK: Param = Param::number(
    "rank",
    "1 = best; equal = tied; no row or NULL = unranked; gaps mean nothing",
)
.found();
pub(super) const SCORE: Param = Param::number(
    "score",
    "a score instead of a rank, higher better unless `lower_better`; goes before `rank`",
)
.optional();
pub(super) const WEIGHT: Param = Param::number(
    "weight",
    "weight of the ballot, repeated on its rows; 1 when not given",
)
.optional();

/// Columns of the rules that read ranks.
pub(super) const PARAMS: &[Param] = &[BALLOT, ALTERNATIVE, RANK, SCORE, WEIGHT];

/// Columns of the rules that read the scores themselves.
pub(super) const GRADES: &[Param] = &[
    BALLOT,
    ALTERNATIVE,
    Param::number("score", "the score; no row or NULL = not scored"),
    WEIGHT,
];

pub(super) const LOWER_BETTER: Opt =
    Opt::flag("lower_better", "whether the lowest score is the best");

pub(super) const TIES: Opt = Opt::choice(
    "ties",
    &["average", "competition", "last", "dense"],
    "average",
    "the place that tied alternatives take: the mean of their places (they share the points), the best, the worst, or \
without gaps",
);

pub(super) const UNRANKED: Opt = unranked_by_default("below");

/// The same with no points by default.
pub(super) const UNRANKED_ZERO: Opt = unranked_by_default("zero");

const fn unranked_by_default(default: &'static str) -> Opt {
    Opt::choice(
        "unranked",
        &["below", "zero"],
        default,
        "unranked alternatives share the places below the ranked ones, or get no points",
    )
}

/// What every rule says about its input.
pub(super) const ERRORS: &str = "a ballot that ranks an alternative twice; weights that differ within a ballot or are \
negative, or differ by too many orders of magnitude to be added exactly; neither rank nor score";

/// The ballots of one group.
pub(super) struct Ballots {
    pub names: Vec<String>,
    /// Ballots that rank each alternative.
    pub n: Vec<u64>,
    pub profile: Profile,
}

/// The rows of one group: names of the alternatives, how many ballots rank each, the rows.
pub(super) struct Lines {
    ballots: Vec<String>,
    pub names: Vec<String>,
    pub n: Vec<u64>,
    pub rows: Vec<Row>,
}

/// Reads the columns from `at` on, with ranks, or with scores where `score` says so.
fn lines(rows: &Rows, at: usize, value: usize, weight: usize) -> Lines {
    let (ballots, ballot) = rows.labels(at);
    let (names, alternative) = rows.labels(at + 1);
    let (values, weights) = (rows.numbers(value), rows.numbers(weight));
    let mut n = vec![0_u64; names.len()];
    let mut all = Vec::with_capacity(rows.len);
    for (i, ((&b, &a), &rank)) in ballot.iter().zip(alternative).zip(values).enumerate() {
        let weight = weights.get(i).copied().unwrap_or(1.0);
        if b == MISSING || a == MISSING || rank.is_nan() || weight.is_nan() {
            continue;
        }
        if let Some(n) = n.get_mut(a as usize) {
            *n += 1;
        }
        all.push(Row {
            ballot: b,
            alternative: a,
            rank,
            weight,
        });
    }
    Lines {
        ballots: ballots.to_vec(),
        names: names.to_vec(),
        n,
        rows: all,
    }
}

impl Lines {
    /// The fault in the words of the input.
    pub fn fault(&self, error: &ChoiceError) -> Fault {
        let ballot = |id: u32| self.ballots.get(id as usize).map_or("", |t| t);
        match *error {
            ChoiceError::Repeated {
                ballot: b,
                alternative,
            } => Fault::new(format!(
                "ballot '{}' ranks '{}' twice",
                ballot(b),
                self.names.get(alternative as usize).map_or("", |t| t)
            ))
            .hint(
                "make the ballot finer (ballot => item || '/' || annotator), or aggregate the ranks first",
            ),
            ChoiceError::BadWeight { ballot: b, what } => {
                Fault::new(format!("ballot '{}': {what}", ballot(b)))
            }
            ref other => Fault::new(other.to_string()),
        }
    }

    fn turn(&mut self) {
        for row in &mut self.rows {
            row.rank = -row.rank;
        }
    }
}

/// Reads ballots whose columns start at `at`, in the order of [`PARAMS`].
pub(super) fn read_at(rows: &Rows, options: &Options, at: usize) -> Result<Ballots, Fault> {
    let scored = !rows.numbers(at + 3).is_empty();
    if rows.len > 0 && !scored && rows.numbers(at + 2).is_empty() {
        return Err(Fault::new("it needs the column `rank` or `score`")
            .hint("rank => place, or score => points when higher is better"));
    }
    let mut lines = lines(rows, at, at + 2 + usize::from(scored), at + 4);
    if scored && !options.flag("lower_better")? {
        lines.turn();
    }
    let all = std::mem::take(&mut lines.rows);
    let profile = Profile::new(lines.names.len(), all).map_err(|e| lines.fault(&e))?;
    Ok(Ballots {
        names: lines.names,
        n: lines.n,
        profile,
    })
}

/// Reads ballots in the order of [`PARAMS`].
pub(super) fn read(rows: &Rows, options: &Options) -> Result<Ballots, Fault> {
    read_at(rows, options, 0)
}

/// Scores of one group: names, how many ballots score each alternative, the scores, and
/// -1 where the lowest is the best (the scores are turned then).
pub(super) struct Scored {
    pub names: Vec<String>,
    pub n: Vec<u64>,
    pub grades: Grades,
    pub sign: f64,
}

/// Reads scores in the order of [`GRADES`].
pub(super) fn scores(rows: &Rows, options: &Options) -> Result<Scored, Fault> {
    let mut lines = lines(rows, 0, 2, 3);
    let turned = options.flag("lower_better")?;
    if turned {
        lines.turn();
    }
    let all = std::mem::take(&mut lines.rows);
    let grades = Grades::new(lines.names.len(), all).map_err(|e| lines.fault(&e))?;
    Ok(Scored {
        names: lines.names,
        n: lines.n,
        grades,
        sign: if turned { -1.0 } else { 1.0 },
    })
}

/// A fault of a rule.
pub(super) fn fault(error: ChoiceError) -> Fault {
    Fault::new(error.to_string())
}

/// The treatment of ties that the option `ties` names.
pub(super) fn ties(options: &Options) -> Result<BordaTies, Fault> {
    Ok(match options.text("ties")? {
        "competition" => BordaTies::Competition,
        "last" => BordaTies::Last,
        "dense" => BordaTies::Dense,
        _ => BordaTies::Average,
    })
}

/// What the option `unranked` says.
pub(super) fn unranked(options: &Options) -> Result<Unranked, Fault> {
    Ok(match options.text("unranked")? {
        "zero" | "skip" => Unranked::Zero,
        _ => Unranked::Below,
    })
}
