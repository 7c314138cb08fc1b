//! What can be wrong with a rating request.

use super::graph::Status;
use std::fmt;

/// Why ratings could not be computed.
#[derive(Debug, Clone, PartialEq)]
pub enum RatingError {
    /// A row's weight is negative, infinite or not a number.
    Weight {
        /// First system of the row.
        a: String,
        /// Second system of the row.
        b: String,
        /// The weight found.
        weight: f64,
    },
    /// An index was not handed out by this state.
    UnknownIndex(u32),
    /// The anchor has no rating.
    Anchor {
        /// The system asked for.
        anchor: String,
        /// Its status; `None` when it occurs in no row.
        status: Option<Status>,
    },
    /// An option is out of range.
    Option {
        /// Name of the option.
        name: &'static str,
        /// Value found.
        value: f64,
        /// What is allowed.
        expected: &'static str,
    },
    /// Bytes that are no state.
    State(String),
    /// A row that a sequential method cannot use.
    Row(String),
}

impl fmt::Display for RatingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weight { a, b, weight } => write!(
                f,
                "the comparison of '{a}' and '{b}' has weight {weight}; expected a finite number >= 0"
            ),
            Self::UnknownIndex(i) => {
                write!(
                    f,
                    "system index {i} does not belong to this state; intern the name first"
                )
            }
            Self::Anchor { anchor, status } => match status {
                None => write!(
                    f,
                    "anchor '{anchor}' occurs in no comparison; name a system of the data"
                ),
                Some(s) => write!(
                    f,
                    "anchor '{anchor}' has no rating (status {s}); choose a system with status ok, or set l2 above 0"
                ),
            },
            Self::Option {
                name,
                value,
                expected,
            } => write!(f, "option {name} is {value}; expected {expected}"),
            Self::State(why) => write!(f, "the bytes are no state of pair counts: {why}"),
            Self::Row(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for RatingError {}

/// An option error unless `ok`.
pub(super) fn check(
    name: &'static str,
    value: f64,
    ok: bool,
    expected: &'static str,
) -> Result<(), RatingError> {
    if ok {
        Ok(())
    } else {
        Err(RatingError::Option {
            name,
            value,
            expected,
        })
    }
}
