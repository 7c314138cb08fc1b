//! Two columns of numbers as the correlations take them.

use super::definition::{Fault, Kind, Param};
use super::rows::Rows;
use crate::stats::correlation::Pairs;

pub(super) const X: Param = Param {
    name: "x",
    kind: Kind::Number,
    required: true,
    doc: "one side; NULL drops the row",
};
pub(super) const Y: Param = Param {
    name: "y",
    kind: Kind::Number,
    required: true,
    doc: "the other side; NULL drops the row",
};

/// The pairs of a group.
pub(super) fn pairs(rows: &Rows) -> Result<Pairs, Fault> {
    Pairs::from_columns(rows.numbers(0), rows.numbers(1)).map_err(|e| Fault::new(e.to_string()))
}
