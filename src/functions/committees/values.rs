//! Values of systems as the functions on welfare take them.

use crate::functions::prelude::*;

pub(super) const SYSTEM: Param = Param::label("system", "what was valued");
pub(super) const VALUE: Param =
    Param::number("value", "what it is worth to somebody, higher = better");
pub(super) const GROUP: Param = Param::label(
    "group",
    "group of whoever it is worth that to; NULL = in no group",
)
.optional();

/// Name of a label id.
pub(super) fn name(names: &[String], id: u32) -> Option<String> {
    names.get(id as usize).cloned()
}
