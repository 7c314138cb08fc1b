//! Meta-evaluation levels as SQL takes them: a group label and two scores.

use crate::functions::prelude::*;
use crate::stats::correlation::{
    AccuracyTies, LevelCorrelation, Measure, UndefinedGroup, mean_within, of_means,
};

pub(super) const SYSTEM: Param = Param::label("system", "the system scored; NULL drops the row");
pub(super) const ITEM: Param = Param::label("item", "what was scored; NULL drops the row");
pub(super) const MEASURE: Opt = Opt::choice(
    "measure",
    &[
        "pearson",
        "spearman",
        "kendall",
        "pairwise_accuracy",
        "accuracy_with_ties",
    ],
    "pearson",
    "the correlation taken; kendall is tau-b; or the share of pairs that y orders as x does, those tied in x left out or \
right where y ties too",
);
pub(super) const UNDEFINED: Opt = Opt::choice(
    "undefined",
    &["skip", "zero", "null"],
    "skip",
    "what a group without a correlation counts as: nothing, 0, or the result is NULL",
);

/// The record of a level.
pub(super) const LEVELS: &[Out] = &[
    Out::float("estimate", "the correlation; NULL where undefined"),
    Out::int("n_groups", "systems, items or columns"),
    Out::int("n_undefined", "groups without a correlation"),
    Out::int("n", "rows used"),
    Out::int("n_null", "rows left out for a NULL"),
    Out::text("method", "the correlation taken"),
    Out::text("detail", "why the estimate is NULL; NULL when it is not"),
];

fn measure(options: &Options) -> Result<Measure, Fault> {
    Ok(match options.text("measure")? {
        "spearman" => Measure::Spearman,
        "kendall" => Measure::Kendall,
        "pairwise_accuracy" => Measure::Accuracy(AccuracyTies::Skip),
        "accuracy_with_ties" => Measure::Accuracy(AccuracyTies::Match),
        _ => Measure::Pearson,
    })
}

fn record(
    rows: &Rows,
    options: &Options,
    found: LevelCorrelation,
    why: &str,
) -> Result<Output, Fault> {
    let detail = found.estimate.is_none().then(|| why.to_owned());
    Ok(Output::Record(vec![
        found.estimate.into(),
        found.groups.into(),
        found.undefined.into(),
        rows.len.into(),
        rows.n_null.into(),
        options.text("measure")?.into(),
        detail.into(),
    ]))
}

/// One point per group: its means.
pub(super) fn of_system_means(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (_, groups) = rows.labels(0);
    let found = of_means(groups, rows.numbers(1), rows.numbers(2), measure(options)?)
        .map_err(|e| Fault::new(e.to_string()))?;
    record(
        rows,
        options,
        found,
        "fewer than two systems, or all means of a side are equal",
    )
}

/// The mean of the correlations within groups.
pub(super) fn within_groups(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let undefined = match options.text("undefined")? {
        "zero" => UndefinedGroup::Zero,
        "null" => UndefinedGroup::Null,
        _ => UndefinedGroup::Skip,
    };
    let (_, groups) = rows.labels(0);
    let (x, y) = (rows.numbers(1), rows.numbers(2));
    let found = mean_within(groups, x, y, measure(options)?, undefined)
        .map_err(|e| Fault::new(e.to_string()))?;
    let why = match (found.groups, undefined) {
        (0, _) => "no rows",
        (_, UndefinedGroup::Null) => "a group has no correlation: one row, or a constant side",
        _ => "no group has a correlation: one row, or a constant side",
    };
    record(rows, options, found, why)
}
