//! Two columns of numbers as the correlations take them.

use crate::functions::prelude::*;
use crate::stats::correlation::Pairs;

pub(super) const X: Param = Param::number("x", "one side; NULL drops the row");
pub(super) const Y: Param = Param::number("y", "the other side; NULL drops the row");

/// The pairs of a group.
pub(super) fn pairs(rows: &Rows) -> Result<Pairs, Fault> {
    Pairs::from_columns(rows.numbers(0), rows.numbers(1)).map_err(|e| Fault::new(e.to_string()))
}
