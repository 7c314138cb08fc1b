//! Sources for a user's own files, with a column mapping.

use super::Source;

/// The generic sources.
pub static SOURCES: &[&dyn Source] = &[];
