//! Social choice: from ballots or pairwise counts to winners and orders.
//!
//! - [`Profile`]: weighted rankings with ties and missing alternatives; scoring
//!   rules and elimination rules.
//! - [`Pairwise`]: how much weight puts one alternative over another, from a
//!   profile or straight from battles; Condorcet rules.
//!
//! Weights are held as exact integers on a common power of two, so tallies,
//! margins and ties between them do not depend on any order, and two sums are
//! equal exactly when they should be. All tied winners are listed, in ascending
//! order of their ids; where a tie must be broken the rule says how.

mod axioms;
mod bits;
mod bucklin;
pub mod committees;
pub mod consensus;
mod counting;
#[cfg(test)]
mod drawn;
mod exact;
mod grades;
mod kemeny;
mod locking;
mod lottery;
mod optimal;
mod pairwise;
mod paths;
mod profile;
#[cfg(test)]
mod properties;
mod runoff;
mod scoring;
mod sets;
mod shares;
mod stable;
mod stv;
mod tally;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod textbook;

pub use axioms::{AXIOMS, Axioms, Property};
pub use bucklin::Bucklin;
pub use grades::{Grades, Judgment, MeanScore, Missing, Star};
pub use kemeny::{KEMENY_LIMIT, KEMENY_ORDERS, Kemeny};
pub use locking::RankedPairs;
pub use lottery::{Game, LOTTERY_EXACT, Lottery, symmetric_game};
pub use optimal::{
    Cost, EXACT_LIMIT, Effort, FOOTRULE_LIMIT, Footrule, MC4_LIMIT, Mc4, ORDER_LIMIT, OptimalOrder,
};
pub use pairwise::{Minimax, Pairwise};
pub use paths::Strength;
pub use profile::{Profile, Row};
pub use runoff::{Elimination, EliminationTies, Exit, MAX_STATES};
pub use scoring::{BordaTies, Unranked};
pub use sets::Covering;
pub use stv::{Quota, Seat, Stv};

/// A score for every alternative and the alternatives with the highest.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// By alternative id.
    pub scores: Vec<f64>,
    /// Ids with the highest score, ascending; ties are decided on exact sums.
    pub winners: Vec<u32>,
}

/// What is wrong with ballots, weights or options.
#[derive(Debug, Clone, PartialEq)]
pub enum ChoiceError {
    /// An alternative id at or above the stated number.
    OutOfRange {
        /// The id.
        id: u32,
        /// The number of alternatives.
        limit: usize,
    },
    /// One ballot ranks one alternative twice.
    Repeated {
        /// The ballot.
        ballot: u32,
        /// The alternative.
        alternative: u32,
    },
    /// A rank that is NaN.
    BadRank {
        /// The ballot.
        ballot: u32,
    },
    /// A weight that is negative or not finite, or differs within a ballot.
    BadWeight {
        /// The ballot or the row.
        ballot: u32,
        /// What is wrong.
        what: &'static str,
    },
    /// The weights span so many orders of magnitude that their sums do not fit 128 bits.
    WeightRange,
    /// The rule would have to visit too many tie orders.
    TooManyTies {
        /// The rule.
        rule: &'static str,
    },
    /// The sizes of ties have too large a common multiple for shares to be exact.
    TieSizes,
}

impl core::fmt::Display for ChoiceError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::OutOfRange { id, limit } => write!(f, "alternative id {id} is not below {limit}"),
            Self::Repeated {
                ballot,
                alternative,
            } => {
                write!(
                    f,
                    "ballot {ballot} ranks alternative {alternative} more than once"
                )
            }
            Self::BadRank { ballot } => write!(f, "ballot {ballot} holds a rank that is NaN"),
            Self::BadWeight { ballot, what } => write!(f, "ballot {ballot}: {what}"),
            Self::WeightRange => write!(
                f,
                "the weights differ by too many orders of magnitude to be added exactly: round or rescale them"
            ),
            Self::TooManyTies { rule } => write!(
                f,
                "{rule}: so many steps tie that following every order of them takes too much work"
            ),
            Self::TieSizes => write!(
                f,
                "ties of too many different sizes share places: break them, or complete the ballots"
            ),
        }
    }
}

impl core::error::Error for ChoiceError {}
