//! Preferences as a game: lotteries, equilibria, cycles and what ratings cannot explain.

pub(super) mod contests;
mod cyclic_triads;
mod exploitability;
mod hodge_rank;
mod maximal_lottery;
mod nash;
mod quantal_response;
mod skew_spectrum;
mod transitivity_violations;
mod triads;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Games and intransitivity",
    functions: &[
        &cyclic_triads::FUNCTION,
        &triads::FUNCTION,
        &transitivity_violations::FUNCTION,
        &hodge_rank::FUNCTION,
        &skew_spectrum::FUNCTION,
        &maximal_lottery::FUNCTION,
        &nash::FUNCTION,
        &quantal_response::FUNCTION,
        &exploitability::FUNCTION,
    ],
};
