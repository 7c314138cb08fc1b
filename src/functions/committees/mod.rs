//! Committees, and who is well served.

mod committee_quality;
mod group_minmax;
mod members;
mod multiwinner;
mod values;
mod welfare;
mod welfare_simulation;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Committees and fairness",
    functions: &[
        &multiwinner::FUNCTION,
        &committee_quality::FUNCTION,
        &welfare::FUNCTION,
        &welfare_simulation::FUNCTION,
        &group_minmax::FUNCTION,
    ],
};
