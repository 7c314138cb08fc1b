//! What an aggregate keeps while rows come in: counts of distinct tuples or all
//! rows, over interned labels, mergeable in any order.

pub mod labels;
pub mod rows;
pub mod tally;
mod wire;
