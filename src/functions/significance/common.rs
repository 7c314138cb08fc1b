//! What the tests and models share: arguments, options and the record they return.

pub(in crate::functions) use crate::functions::agreement::options::{LEVEL, SEED};
use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::testing::{Alternative, Test};

/// The alternative to no difference.
pub(in crate::functions) const ALTERNATIVE: Opt = Opt::choice(
    "alternative",
    &["two_sided", "greater", "less"],
    "two_sided",
    "what stands against no difference; one-sided tests have a one-sided interval",
);
/// Replicates of a resampling method.
pub(in crate::functions) const REPLICATES: Opt = Opt::integer(
    "replicates",
    1,
    1_000_000,
    1000,
    "number of random replicates",
);
/// A continuity correction.
pub(super) const CONTINUITY: Opt =
    Opt::flag("continuity", "correct the approximation for continuity");

/// The number compared.
pub(super) const VALUE: Param = Param::number("value", "the number compared; NULL drops the row");
/// Which of two samples a row belongs to.
pub(super) const SAMPLE: Param = Param::label(
    "sample",
    "which sample the row belongs to; NULL drops the row",
);
/// First of two paired numbers.
pub(super) const X: Param = Param::number("x", "one of the pair; NULL drops the row");
/// Second of two paired numbers.
pub(super) const Y: Param = Param::number("y", "the other of the pair; NULL drops the row");
/// First of two paired labels.
pub(super) const LABEL_X: Param = Param::label("x", "one label; NULL drops the row");
/// Second of two paired labels.
pub(super) const LABEL_Y: Param = Param::label("y", "the other label; NULL drops the row");

/// The effect that a test is about.
const EFFECT: Out = Out::float("estimate", "the effect; NULL where undefined");
/// Its statistic.
const STATISTIC: Out = Out::float("statistic", "the test statistic, or what the function says");
/// Its degrees of freedom.
const DF: Out = Out::float("df", "degrees of freedom, where the statistic has them");
/// Its p-value.
const P_VALUE: Out = Out::float("p_value", "p-value of no effect");
/// Lower limit.
const LOWER: Out = Out::float("lower", "lower limit of the estimate");
/// Upper limit.
const UPPER: Out = Out::float("upper", "upper limit of the estimate");
/// Rows.
const N: Out = Out::int("n", "rows used");
/// Rows that are not there.
const N_NULL: Out = Out::int("n_null", "rows left out for a NULL");
/// How it was found.
const METHOD: Out = Out::text("method", "how the p-value or the interval was found");
/// Why not.
const DETAIL: Out = Out::text("detail", "why something is NULL; NULL when nothing is");

/// The record of a test.
pub(in crate::functions) const TEST: &[Out] = &[
    EFFECT, STATISTIC, DF, P_VALUE, LOWER, UPPER, N, N_NULL, METHOD, DETAIL,
];

/// The record of a test, then one more column.
pub(super) const fn and_one(more: Out) -> [Out; 11] {
    [
        EFFECT, STATISTIC, DF, P_VALUE, LOWER, UPPER, N, N_NULL, METHOD, DETAIL, more,
    ]
}

/// The record of a test, then four more columns.
pub(super) const fn and_four(a: Out, b: Out, c: Out, d: Out) -> [Out; 14] {
    [
        EFFECT, STATISTIC, DF, P_VALUE, LOWER, UPPER, N, N_NULL, METHOD, DETAIL, a, b, c, d,
    ]
}

/// The record of an estimate that is not a test.
pub(super) const ESTIMATE: &[Out] = &[
    Out::float("estimate", "the estimate; NULL where undefined"),
    Out::float("stderr", "its standard error"),
    LOWER,
    UPPER,
    N,
    N_NULL,
    Out::text("method", "the interval"),
    DETAIL,
];

/// An estimate, whose `statistic` is its standard error, as the record [`ESTIMATE`].
pub(super) fn estimate(test: Test, n_null: u64) -> Output {
    Output::Record(vec![
        test.estimate.into(),
        test.statistic.into(),
        test.lower.into(),
        test.upper.into(),
        test.n.into(),
        n_null.into(),
        test.method.into(),
        test.detail.map(str::to_owned).into(),
    ])
}

/// A test as the record [`TEST`].
pub(in crate::functions) fn record(test: Test, n_null: u64) -> Output {
    Output::Record(vec![
        test.estimate.into(),
        test.statistic.into(),
        test.df.into(),
        test.p_value.into(),
        test.lower.into(),
        test.upper.into(),
        test.n.into(),
        n_null.into(),
        test.method.into(),
        test.detail.map(str::to_owned).into(),
    ])
}

/// The alternative asked for.
pub(super) fn alternative(options: &Options) -> Result<Alternative, Fault> {
    Ok(match options.text("alternative")? {
        "greater" => Alternative::Greater,
        "less" => Alternative::Less,
        _ => Alternative::TwoSided,
    })
}

/// The pairs of columns 0 and 1.
pub(super) fn pairs(rows: &Rows) -> Vec<(f64, f64)> {
    let (x, y) = (rows.numbers(0), rows.numbers(1));
    x.iter().copied().zip(y.iter().copied()).collect()
}

/// The values of two samples, the first in label order first.
pub(super) fn two_samples(rows: &Rows) -> Result<(Vec<f64>, Vec<f64>), Fault> {
    let (names, ids) = rows.labels(1);
    if names.len() > 2 {
        return Err(Fault::new(format!(
            "sample has {} values ('{}', '{}', '{}'…), expected two",
            names.len(),
            names[0],
            names[1],
            names[2]
        ))
        .hint("keep two of them with WHERE or filter =>, or use kruskal"));
    }
    let of = |id: u32| {
        let rows = rows.numbers(0).iter().zip(ids);
        rows.filter(|(_, i)| **i == id).map(|(v, _)| *v).collect()
    };
    Ok((of(0), of(1)))
}

/// Counts of a 2 x 2 table with the labels of each side in order; sides may have fewer.
pub(super) fn two_by_two(tally: &Tally) -> Result<[[f64; 2]; 2], Fault> {
    for (side, names) in ["x", "y"].iter().zip(&tally.labels) {
        if names.len() > 2 {
            return Err(Fault::new(format!(
                "{side} has {} values ('{}', '{}', '{}'…), expected two",
                names.len(),
                names[0],
                names[1],
                names[2]
            ))
            .hint("make it a condition, or use chi2"));
        }
    }
    let mut table = [[0.0; 2]; 2];
    for cell in &tally.cells {
        table[cell.key[0] as usize][cell.key[1] as usize] += cell.weight;
    }
    Ok(table)
}

/// Cluster of every row from the optional label column `i`, the number of clusters, and
/// which rows have one; `None` when the column was not given.
pub(in crate::functions) fn clusters(rows: &Rows, i: usize) -> Option<(&[u32], usize, Vec<bool>)> {
    let (names, ids) = rows.labels(i);
    let given = matches!(
        rows.columns.get(i),
        Some(crate::functions::state::rows::Column::Labels(..))
    );
    given.then(|| {
        let kept = ids.iter().map(|id| *id != MISSING).collect();
        (ids, names.len(), kept)
    })
}
