//! One file per upstream dataset, one list.

use super::Source;

/// The named sources, by name.
pub static SOURCES: &[&dyn Source] = &[];
