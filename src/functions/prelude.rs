//! What a function's file needs.

pub(super) use super::definition::{
    Body, Example, Fault, Function, Opt, Out, Param, Returns, Type,
};
pub(super) use super::options::Options;
pub(super) use super::output::{Cells, Output, Value};
pub(super) use super::state::rows::Rows;
pub(super) use super::state::tally::Tally;
