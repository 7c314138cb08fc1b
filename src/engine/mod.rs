//! SQL over a snapshot: catalog, relation forms, exact numerics, the static
//! determinism verdict, records and replay.

mod catalog;
pub mod diff;
pub mod digest;
mod error;
pub mod exact;
pub mod files;
pub mod named;
pub mod order;
pub mod record;
mod relation;
mod rewrite;
pub mod session;
mod single;
mod table;
pub mod verdict;

pub use digest::ResultDigest;
pub use error::{Error, Kind, Span};
pub use files::FileTable;
pub use record::{Record, Replay, replay};
pub use session::{Answer, Options, Params, Session};
pub use verdict::Verdict;
