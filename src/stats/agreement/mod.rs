//! How far raters agree, beyond chance where asked.
//!
//! - [`Confusion`]: two raters; percent agreement, Cohen's kappa, Scott's pi.
//! - [`Units`]: any number of raters, values counted per item; Krippendorff's
//!   alpha, Fleiss' kappa, Gwet's AC1 and AC2, Brennan-Prediger, percent agreement.
//! - [`Ratings`]: the same with the raters kept; Conger's kappa.
//! - [`Matrix`]: numbers by every rater for every item; intraclass correlation,
//!   Kendall's W, Cronbach's alpha. [`lin_ccc`]: two measurements of each item.
//!
//! Every result is a function of the multiset of judgements: sums over items are
//! integers or sorted before they are added. Where a coefficient has no value it
//! is an [`Undefined`] reason, never a number.

mod bland_altman;
mod by_rater;
mod complete;
mod concordance;
mod confusion;
mod difference;
mod disagreement;
mod icc;
mod krippendorff;
mod matrix;
mod metric;
mod multi;
mod observed;
mod pairwise;
mod profiles;
#[cfg(test)]
mod properties;
mod ratings;
#[cfg(test)]
mod resampling_tests;
mod statistic;
mod sum;
mod table;
#[cfg(test)]
mod tests;
mod units;
#[cfg(test)]
pub(crate) mod vectors;

pub use bland_altman::{BlandAltman, bland_altman};
pub use by_rater::{conger_by_count, mean_pairwise_by_count};
pub use complete::Complete;
pub use concordance::{Concordance, KendallW, lin_ccc};
pub use confusion::{Confusion, Tally};
pub use disagreement::{
    AlphaState, AnnotatorDisagreement, ItemDisagreement, annotator_disagreement, item_disagreement,
};
pub use icc::{Icc, IccForms, Reliability};
pub use krippendorff::{Alpha, Level, krippendorff_alpha};
pub use matrix::Matrix;
pub use metric::{Metric, Weights};
pub use multi::{Agreement, brennan_prediger, conger_kappa, fleiss_kappa, gwet_ac1, gwet_ac2};
pub use observed::{ItemAgreement, percent_agreement, weighted_agreement};
pub use pairwise::{PairAgreement, PairMetric, PairwiseMean, agreement_matrix, mean_pairwise};
pub use profiles::{AlphaModel, Profiles};
pub use ratings::{Ratings, Repeats};
pub use statistic::Statistic;
pub(crate) use sum::{compensated_sum, order_free_sum};
pub use table::{Kappa, ScottPi, Table};
pub use units::{RatingsError, Units};

/// Why a coefficient has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undefined {
    /// No judgements at all.
    NoData,
    /// No item has two judgements to compare.
    NoPairs,
    /// All values are equal, so chance explains everything: 0/0.
    NoVariation,
    /// The value lies outside the coefficient's domain (what, and what is expected).
    BadValue(String),
    /// An option does not fit the data (what, and what is expected).
    BadOption(String),
}

impl core::fmt::Display for Undefined {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NoData => write!(f, "there are no judgements"),
            Self::NoPairs => write!(f, "no item has two judgements to compare"),
            Self::NoVariation => {
                write!(f, "all values are equal, so agreement beyond chance is 0/0")
            }
            Self::BadValue(what) | Self::BadOption(what) => f.write_str(what),
        }
    }
}

impl core::error::Error for Undefined {}
