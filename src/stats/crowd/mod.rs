//! One label per item from many annotators, and how good the annotators are.
//!
//! - [`majority_vote`]: the label with the most votes; ties are visible.
//! - [`wawa`]: votes weighted by how often an annotator is with the majority.
//! - [`dawid_skene`]: confusion matrix per annotator, by expectation-maximisation;
//!   [`one_coin`]: one accuracy per annotator; [`mace`]: knowing or guessing;
//!   [`glad`]: ability and difficulty.
//! - [`reliability`]: each annotator against the others; [`self_consistency`]: one against itself.
//! - [`Pool`]: what happens when a candidate takes a place among the annotators
//!   ([`rater_swap`], [`limited_pool`], [`alternative_annotator_test`]); [`juries`].
//!
//! Items, annotators and labels are ids. The iterative fits add in id order:
//! number the names by sorted order and the result depends on nothing else.

mod alt_test;
mod consistency;
mod dawid_skene;
mod em;
mod glad;
mod jury;
mod mace;
mod pool;
#[cfg(test)]
mod pool_tests;
mod reliability;
#[cfg(test)]
mod tests;
mod vote;

pub use alt_test::{AltTest, AltTestOptions, AltTestRow, alternative_annotator_test};
pub use consistency::{Consistency, self_consistency};
pub use dawid_skene::{DawidSkene, OneCoin, dawid_skene, one_coin};
pub use em::FitOptions;
pub use glad::{Glad, glad};
pub use jury::{Juries, Jury, JurySize, juries};
pub use mace::{Mace, MaceOptions, mace};
pub use pool::{Pool, PoolSize, Swap, SwapDelta, TiedVote, limited_pool, rater_swap};
pub use reliability::{Reliability, reliability};
pub use vote::{Vote, VoteTies, Wawa, majority_vote, wawa};
