//! Ratings of systems from comparisons.

mod battles;
mod bradley_terry;
mod elo;
mod win_rate;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Ratings",
    functions: &[
        &bradley_terry::FUNCTION,
        &elo::FUNCTION,
        &win_rate::FUNCTION,
    ],
};
