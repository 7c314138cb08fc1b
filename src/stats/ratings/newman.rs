//! Newman's ranking with ties.
//!
//! M. E. J. Newman, "Efficient computation of rankings from pairwise
//! comparisons", JMLR 24 (2023). His iteration converges to the maximum of
//! Davidson's likelihood, with tie parameter `v = ν/2`; here that maximum is
//! found by Newton's method, with errors.

use super::bradley_terry::BradleyTerryFit;
use super::folded::bradley_terry_folded;
use super::options::{BradleyTerryOptions, Ties};
use super::{Folded, PairCounts, RatingError};

/// As [`super::bradley_terry`] with Davidson's ties, but `tie_parameter` is Newman's
/// `v`. `options.ties` is ignored.
///
/// # Errors
/// As [`super::bradley_terry`].
pub fn newman(
    counts: &PairCounts,
    options: &BradleyTerryOptions,
) -> Result<BradleyTerryFit, RatingError> {
    newman_folded(&counts.folded(options.both_bad), options)
}

/// [`newman`] on folded counts.
///
/// # Errors
/// As there.
pub fn newman_folded(
    folded: &Folded,
    options: &BradleyTerryOptions,
) -> Result<BradleyTerryFit, RatingError> {
    let options = BradleyTerryOptions {
        ties: Ties::Davidson,
        ..options.clone()
    };
    let mut fit = bradley_terry_folded(folded, &options)?;
    fit.tie_parameter = fit.tie_parameter.map(|nu| 0.5 * nu);
    Ok(fit)
}
