//! Tests of the program from outside: exit codes, streams, formats, errors,
//! and the tidiness of the source tree. One binary, so that one link serves all.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may fail and may look at the clock"
)]

mod errors;
mod formats;
mod hostile;
mod ingest;
mod kill;
mod lake;
mod matrix;
mod methods;
mod program;
mod queries;
mod readme;
mod real;
mod releases;
mod tidy;
mod tour;
