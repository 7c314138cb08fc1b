//! The SQL functions: one file each, and the one list that registers them.
//!
//! To add one, write `src/functions/NAME.rs` with a `FUNCTION` value, then add
//! its `mod` line and its line in [`FUNCTIONS`]. Help, reference pages,
//! argument checks, state handling and tests follow from the value.

mod battles;
mod borda;
mod bradley_terry;
mod cohen_kappa;
pub mod definition;
mod elo;
mod fleiss_kappa;
mod judgements;
mod kendall_tau;
mod krippendorff_alpha;
mod labels;
mod majority_vote;
pub mod options;
pub mod output;
mod percent_agreement;
mod reference;
pub mod rows;
mod spearman;
pub mod tally;
#[cfg(test)]
mod tests;
mod two_columns;
mod two_raters;
mod udaf;
mod win_rate;
mod wire;

pub use definition::Function;
pub use reference::{page, reference};
pub use udaf::aggregates;
pub(crate) use udaf::order_required;

/// Every function of this project, in the order of listings.
pub static FUNCTIONS: &[&Function] = &[
    &bradley_terry::FUNCTION,
    &elo::FUNCTION,
    &win_rate::FUNCTION,
    &borda::FUNCTION,
    &cohen_kappa::FUNCTION,
    &percent_agreement::FUNCTION,
    &fleiss_kappa::FUNCTION,
    &krippendorff_alpha::FUNCTION,
    &kendall_tau::FUNCTION,
    &spearman::FUNCTION,
    &majority_vote::FUNCTION,
];

/// The function of that name.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().copied().find(|f| f.name == name)
}
