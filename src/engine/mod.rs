//! SQL over a snapshot: catalog, relation forms, exact numerics, the static
//! determinism verdict, records and replay.

mod error;
mod relation;
mod rewrite;

pub use error::{Error, Kind, Span};
