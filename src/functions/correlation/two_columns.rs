//! Two columns of numbers as the correlations take them.

use crate::functions::prelude::*;
use crate::stats::correlation::{Coefficient, Pairs};
use crate::stats::testing::Test;

pub(super) const X: Param = Param::number("x", "one side; NULL drops the row");
pub(super) const Y: Param = Param::number("y", "the other side; NULL drops the row");
pub(super) const WEIGHT: Param = Param::number(
    "weight",
    "weight of the row, not negative; NULL drops the row; 1 when not given",
)
.optional();
/// A side with two labels.
pub(super) const YES: Param = Param::label(
    "x",
    "two labels, the second in order counts as yes; NULL drops the row",
);
/// Which side depends on the other.
pub(super) const DEPENDENT: Opt = Opt::choice(
    "dependent",
    &["y", "x"],
    "y",
    "the side that depends; pairs tied on the other are left out",
);

/// The pairs of a group.
pub(super) fn pairs(rows: &Rows) -> Result<Pairs, Fault> {
    Pairs::from_columns(rows.numbers(0), rows.numbers(1)).map_err(|e| Fault::new(e.to_string()))
}

/// The pairs with the dependent side second.
pub(super) fn directed(rows: &Rows, options: &Options) -> Result<Pairs, Fault> {
    let pairs = pairs(rows)?;
    Ok(match options.text("dependent")? {
        "x" => pairs.swapped(),
        _ => pairs,
    })
}

/// Rows of a yes/no label and a number.
pub(super) fn yes(rows: &Rows) -> Result<Vec<(bool, f64)>, Fault> {
    let (names, ids) = rows.labels(0);
    if names.len() > 2 {
        return Err(Fault::new(format!(
            "x has {} labels ('{}', '{}', '{}'…), expected two",
            names.len(),
            names[0],
            names[1],
            names[2]
        ))
        .hint("make it a condition: x => outcome = 'a'"));
    }
    let rows = ids.iter().zip(rows.numbers(1));
    Ok(rows.map(|(id, v)| (*id == 1, *v)).collect())
}

/// A test without a coefficient.
pub(super) fn undefined(rows: &Rows, method: &'static str) -> Test {
    Test {
        n: rows.len as u64,
        method,
        detail: Some(if rows.len < 2 {
            "fewer than two rows"
        } else {
            "a side is constant or infinite"
        }),
        ..Test::default()
    }
}

/// Why a defined coefficient lacks a p-value or limits.
pub(super) fn few(n: u64) -> Option<&'static str> {
    match n {
        0..=2 => Some("two rows have no p-value and no interval"),
        3 => Some("three rows have no interval"),
        _ => None,
    }
}

/// A measure of ordinal association as a test.
pub(super) fn association(
    rows: &Rows,
    pairs: &Pairs,
    which: Coefficient,
    options: &Options,
) -> Result<Test, Fault> {
    const METHOD: &str = "normal";
    let found = pairs.association(which, options.number("level")?);
    Ok(found.map_or_else(
        || undefined(rows, METHOD),
        |a| Test {
            estimate: Some(a.estimate),
            statistic: a.stderr,
            p_value: a.p_value,
            lower: a.lower,
            upper: a.upper,
            n: pairs.n() as u64,
            method: METHOD,
            detail: a
                .stderr
                .is_none()
                .then_some("the estimated error is 0: no interval"),
            ..Test::default()
        },
    ))
}
