//! The table.

use super::Axioms;

/// The rules, in the order of listings.
pub static AXIOMS: &[Axioms] = &[];
