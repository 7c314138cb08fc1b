//! Exact sums of floating-point numbers and the statistics made of them.
//!
//! Floating-point addition is not associative, so an ordinary sum depends on
//! the order of the rows, and with it on threads, batches and file layout.
//! Here a sum is an integer in fixed point: adding, merging and taking back
//! are exact and commute, and there is one rounding, at the end. A result is
//! therefore a function of the multiset of values alone.
//!
//! - [`ExactSum`]: Σx or Σxy of any finite doubles, rounded once.
//! - [`Moments`]: n, Σx, Σx² → mean, variance, standard deviation.
//! - [`CoMoments`]: n, Σx, Σy, Σx², Σxy, Σy² → covariance, correlation, regression.
//!
//! Everything but the sums themselves is evaluated as an exact rational and
//! rounded once to nearest, ties to even; square roots too are correctly
//! rounded (the integer square root of the scaled rational), so `stddev` may
//! differ in the last place from `sqrt` of the rounded variance.
//!
//! Idea of the long accumulator: U. Kulisch, *Computer Arithmetic and
//! Validity* (2013), ch. 8; of the small fast window with a slow full-range
//! companion: R. M. Neal, "Fast exact summation using small and large
//! superaccumulators", arXiv:1505.05571 (2015).

mod bytes;
mod comoments;
mod moments;
#[cfg(test)]
pub(crate) mod oracle;
mod rational;
mod slices;
mod sum;
#[cfg(test)]
mod tests;
mod wide;

pub use comoments::CoMoments;
pub use moments::Moments;
pub use sum::ExactSum;

/// Why serialised bytes were refused by one of the `from_bytes` functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadState(&'static str);

impl std::fmt::Display for BadState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "not the state of an exact sum: {}; it was truncated, damaged or written by another version",
            self.0
        )
    }
}

impl std::error::Error for BadState {}

/// The one NaN this module returns: the quiet NaN with sign and payload clear.
const CANONICAL_NAN: f64 = f64::from_bits(0x7ff8_0000_0000_0000);
