//! What the two faces of the alternative annotator test share.

use super::shared::{CANDIDATE, ONE_EACH, pool};
use crate::functions::agreement::judgements::Judgements;
use crate::functions::agreement::options::CATEGORIES;
use crate::functions::prelude::*;
use crate::stats::agreement::Undefined;
use crate::stats::crowd::{AltTest, AltTestOptions, alternative_annotator_test};

/// The options of the test.
pub(super) const OPTIONS: &[Opt] = &[
    CANDIDATE,
    Opt::choice(
        "score",
        &["accuracy", "rmse"],
        "accuracy",
        "closeness to the other annotators: share of equal labels, or root mean square difference of numbers",
    ),
    Opt::number(
        "epsilon",
        0.0,
        1.0,
        0.2,
        "advantage for being cheaper: 0.2 against experts, 0.15 skilled annotators, 0.1 crowd workers",
    ),
    Opt::number("q", 0.000_1, 0.5, 0.05, "false discovery rate"),
    Opt::integer(
        "min_items",
        2,
        1_000_000,
        30,
        "annotators with fewer common items are left out",
    ),
    CATEGORIES,
    ONE_EACH,
];

/// Runs the test of a call.
pub(super) fn run(
    judgements: &Judgements<'_>,
    options: &Options,
) -> Result<Result<AltTest, Undefined>, Fault> {
    let pool = pool(judgements, options)?;
    let rmse = options.text("score")? == "rmse";
    let numbers = rmse.then(|| judgements.numbers()).transpose()?;
    let settings = AltTestOptions {
        epsilon: options.number("epsilon")?,
        q: options.number("q")?,
        min_items: options.count("min_items")?,
        numbers: numbers.as_deref(),
    };
    Ok(alternative_annotator_test(&pool, settings))
}
