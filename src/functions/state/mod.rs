//! What an aggregate keeps while rows come in: counts of distinct tuples or all
//! rows, over interned labels, mergeable in any order.

mod keys;
pub mod labels;
mod order;
pub mod rows;
pub mod tally;
mod wire;
