//! The SQL functions: one file each, a folder per family, and the one list that
//! registers the families.
//!
//! To add a function, write `src/functions/FAMILY/NAME.rs` with a `FUNCTION`
//! value, then add its `mod` line and its line in the family's list. Help,
//! reference pages, argument checks, state handling and tests follow from the
//! value. The other files here are the plumbing that all functions share.

mod agreement;
mod annotators;
mod choice;
mod committees;
mod correlation;
pub mod definition;
#[cfg(test)]
mod degenerate_tests;
mod games;
mod groups;
mod models;
pub mod options;
mod orders;
pub mod output;
mod prelude;
mod ratings;
mod reference;
mod significance;
pub mod state;
#[cfg(test)]
mod tests;
mod udaf;

pub use definition::{Family, Function};
pub use reference::{page, reference};
pub use udaf::aggregates;
pub(crate) use udaf::order_required;

/// The families, in the order of listings.
pub static FAMILIES: &[&Family] = &[
    &ratings::FAMILY,
    &choice::FAMILY,
    &orders::FAMILY,
    &games::FAMILY,
    &committees::FAMILY,
    &agreement::FAMILY,
    &correlation::FAMILY,
    &significance::FAMILY,
    &models::FAMILY,
    &annotators::FAMILY,
];

/// Every function, in the order of listings.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().flat_map(|f| f.functions.iter().copied())
}

/// The function of that name.
pub fn find(name: &str) -> Option<&'static Function> {
    all().find(|f| f.name == name)
}
