//! Rank aggregation and social choice.

mod borda;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Social choice",
    functions: &[&borda::FUNCTION],
};
