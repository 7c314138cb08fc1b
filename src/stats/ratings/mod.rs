//! Ratings of systems from comparisons, rankings and contests.
//!
//! Order-free methods work on [`PairCounts`], the sufficient statistics of
//! paired comparisons; sequential methods take rows in the caller's order.

mod bootstrap;
mod bradley_terry;
#[cfg(test)]
mod bradley_terry_tests;
mod counts;
mod error;
mod folded;
mod graph;
mod likelihood;
mod paired;
#[cfg(test)]
pub(crate) mod vectors;
mod weight;

pub use bradley_terry::{
    BradleyTerryFit, BradleyTerryOptions, Errors, SystemRating, Ties, bradley_terry,
};
pub use counts::{BothBad, Folded, FoldedPair, Ignored, Outcome, PairCell, PairCounts, Tally};
pub use error::RatingError;
pub use folded::{Counted, bradley_terry_folded};
pub use graph::Status;
pub use weight::{Cell, WeightSum};

use error::check;
