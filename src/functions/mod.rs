//! The SQL functions: one file each, and the one list that registers them.
//!
//! To add one, write `src/functions/NAME.rs` with a `FUNCTION` value, then add
//! its `mod` line and its line in [`FUNCTIONS`]. Help, reference pages,
//! argument checks, state handling and tests follow from the value.

pub mod definition;
mod labels;
pub mod options;
pub mod output;
pub mod rows;
pub mod tally;
mod udaf;
mod wire;

pub use definition::Function;
pub use udaf::aggregates;
pub(crate) use udaf::order_required;

/// Every function of this project, in the order of listings.
pub static FUNCTIONS: &[&Function] = &[];

/// The function of that name.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().copied().find(|f| f.name == name)
}
