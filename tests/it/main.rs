//! Tests of the program from outside: exit codes, streams, formats, errors,
//! and the tidiness of the source tree. One binary, so that one link serves all.

mod errors;
mod formats;
mod lake;
mod program;
mod tidy;
mod tour;
