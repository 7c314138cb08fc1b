//! One label per item from many annotators.
//!
//! - [`majority_vote`]: the label with the most votes; ties are visible.
//! - [`wawa`]: votes weighted by how often an annotator is with the majority.
//! - [`dawid_skene`]: confusion matrix per annotator, by expectation-maximisation;
//!   [`one_coin`]: one accuracy per annotator.
//!
//! Items, annotators and labels are ids. The iterative fits add in id order:
//! number the names by sorted order and the result depends on nothing else.

mod dawid_skene;
#[cfg(test)]
mod tests;
mod vote;

pub use dawid_skene::{DawidSkene, FitOptions, OneCoin, dawid_skene, one_coin};
pub use vote::{Vote, VoteTies, Wawa, majority_vote, wawa};
