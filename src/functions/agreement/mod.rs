//! Inter-annotator agreement.

mod cohen_kappa;
mod fleiss_kappa;
mod judgements;
mod krippendorff_alpha;
mod percent_agreement;
mod two_raters;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Agreement",
    functions: &[
        &cohen_kappa::FUNCTION,
        &percent_agreement::FUNCTION,
        &fleiss_kappa::FUNCTION,
        &krippendorff_alpha::FUNCTION,
    ],
};
