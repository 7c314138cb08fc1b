//! Ballots as the functions of social choice take them:
//! `ballot, alternative, rank [, score] [, weight]`.

use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::choice::{BordaTies, ChoiceError, Grades, Profile, Row, Unranked};

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

/// Columns of the rules that read ranks.
pub(super) const PARAMS: &[Param] = &[BALLOT, ALTERNATIVE, RANK, SCORE, WEIGHT];

/// Columns of the rules that read the scores themselves.
pub(super) const GRADES: &[Param] = &[
    BALLOT,
    ALTERNATIVE,
    Param::number("score", "the score; no row or NULL = not scored"),
    WEIGHT,
];

pub(in crate::functions) const LOWER_BETTER: Opt =
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
        "a ballot that ranks an alternative twice; weights that differ within a ballot or are \
negative, or differ by too many orders of magnitude to be added exactly; neither rank nor score"
    };
}
pub(in crate::functions) use ballots_errors;

/// What every rule says about its input.
pub(super) const ERRORS: &str = ballots_errors!();

/// The ballots of one group; ids are places among the sorted names.
pub(in crate::functions) struct Ballots<'a> {
    pub names: &'a [String],
    /// Ballots that rank each alternative.
    pub n: Vec<u64>,
    pub profile: Profile,
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

/// The rows of one group: names of the alternatives, how many ballots rank each, the rows.
struct Lines<'a, I> {
    ballots: &'a [String],
    names: &'a [String],
    n: Vec<u64>,
    count: usize,
    rows: I,
}

/// Reads rows: ballots and alternatives in the columns `at` and `at + 1`, ranks or scores in
/// `value`, turned by `sign`.
fn lines<'a>(
    rows: &'a Rows,
    members: impl Iterator<Item = usize> + Clone + 'a,
    [at, value, weight]: [usize; 3],
    sign: f64,
) -> Lines<'a, impl Iterator<Item = Row> + Clone + 'a> {
    let (ballots, ballot) = rows.labels(at);
    let (names, alternative) = rows.labels(at + 1);
    let (values, weights) = (rows.numbers(value), rows.numbers(weight));
    let row = move |i: usize| {
        let row = Row {
            ballot: *ballot.get(i)?,
            alternative: *alternative.get(i)?,
            rank: sign * values.get(i)?,
            weight: weights.get(i).copied().unwrap_or(1.0),
        };
        let missing = row.ballot == MISSING || row.alternative == MISSING;
        (!missing && !row.rank.is_nan() && !row.weight.is_nan()).then_some(row)
    };
    let rows = members.filter_map(row);
    let mut n = vec![0_u64; names.len()];
    let mut count = 0;
    for row in rows.clone() {
        count += 1;
        if let Some(n) = n.get_mut(row.alternative as usize) {
            *n += 1;
        }
    }
    Lines {
        ballots,
        names,
        n,
        count,
        rows,
    }
}

impl<I> Lines<'_, I> {
    /// The fault in the words of the input.
    fn fault(&self, error: &ChoiceError) -> Fault {
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
}

/// Reads the ballots of some rows, whose columns start at `at`, in the order of [`PARAMS`].
pub(super) fn read_part<'a>(
    rows: &'a Rows,
    members: impl ExactSizeIterator<Item = usize> + Clone + 'a,
    options: &Options,
    at: usize,
) -> Result<Ballots<'a>, Fault> {
    let scored = !rows.numbers(at + 3).is_empty();
    if rows.len > 0 && !scored && rows.numbers(at + 2).is_empty() {
        return Err(Fault::new("it needs the column `rank` or `score`")
            .hint("rank => place, or score => points when higher is better"));
    }
    let turned = scored && !options.flag("lower_better")?;
    let sign = if turned { -1.0 } else { 1.0 };
    let value = at + 2 + usize::from(scored);
    let all = members.len();
    let lines = lines(rows, members, [at, value, at + 4], sign);
    let n_null = rows.n_null + (all - lines.count) as u64;
    let profile =
        Profile::from_rows(lines.names.len(), lines.rows.clone()).map_err(|e| lines.fault(&e))?;
    Ok(Ballots {
        names: lines.names,
        n: lines.n,
        profile,
        n_null,
    })
}

/// Reads ballots whose columns start at `at`, in the order of [`PARAMS`].
pub(super) fn read_at<'a>(
    rows: &'a Rows,
    options: &Options,
    at: usize,
) -> Result<Ballots<'a>, Fault> {
    read_part(rows, 0..rows.len, options, at)
}

/// Reads ballots in the order of [`PARAMS`].
pub(in crate::functions) fn read<'a>(
    rows: &'a Rows,
    options: &Options,
) -> Result<Ballots<'a>, Fault> {
    read_at(rows, options, 0)
}

/// Scores of one group: names, how many ballots score each alternative, the scores, and
/// -1 where the lowest is the best (the scores are turned then).
pub(super) struct Scored<'a> {
    pub names: &'a [String],
    pub n: Vec<u64>,
    pub grades: Grades,
    pub sign: f64,
}

/// Reads scores in the order of [`GRADES`].
pub(super) fn scores<'a>(rows: &'a Rows, options: &Options) -> Result<Scored<'a>, Fault> {
    let sign = if options.flag("lower_better")? {
        -1.0
    } else {
        1.0
    };
    let lines = lines(rows, 0..rows.len, [0, 2, 3], sign);
    let all = lines.rows.clone().collect();
    let grades = Grades::new(lines.names.len(), all).map_err(|e| lines.fault(&e))?;
    Ok(Scored {
        names: lines.names,
        n: lines.n,
        grades,
        sign,
    })
}

/// A fault of a rule.
pub(super) fn fault(error: ChoiceError) -> Fault {
    let fault = Fault::new(error.to_string());
    match error {
        ChoiceError::TooManyTies { .. } => fault.hint(
            "take ties => 'label' or 'all' where the function has them, or a rule that breaks no ties: schulze, split_cycle, minimax",
        ),
        _ => fault,
    }
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
