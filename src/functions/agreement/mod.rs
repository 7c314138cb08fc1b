//! Inter-annotator agreement.

mod agreement_matrix;
mod annotator_disagreement;
mod bland_altman;
mod brennan_prediger;
mod brennan_prediger_detail;
mod cohen_kappa;
mod cohen_kappa_detail;
mod conger_kappa;
mod conger_kappa_detail;
mod cronbach_alpha;
mod cronbach_alpha_detail;
mod fleiss_kappa;
mod fleiss_kappa_detail;
mod gwet_ac1;
mod gwet_ac1_detail;
mod gwet_ac2;
mod gwet_ac2_detail;
mod icc;
mod icc_detail;
mod item_disagreement;
pub(super) mod judgements;
mod kendall_w;
mod kendall_w_detail;
mod krippendorff_alpha;
mod krippendorff_alpha_detail;
mod lin_ccc;
mod lin_ccc_detail;
mod mean_pairwise;
mod mean_pairwise_detail;
mod measurements;
pub(super) mod metric;
mod observed_agreement;
pub(super) mod options;
mod percent_agreement;
pub(super) mod resampled;
mod scott_pi;
mod scott_pi_detail;
mod two_raters;
mod weighted_kappa;
mod weighted_kappa_detail;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Agreement",
    functions: &[
        &percent_agreement::FUNCTION,
        &observed_agreement::FUNCTION,
        &cohen_kappa::FUNCTION,
        &cohen_kappa_detail::FUNCTION,
        &weighted_kappa::FUNCTION,
        &weighted_kappa_detail::FUNCTION,
        &scott_pi::FUNCTION,
        &scott_pi_detail::FUNCTION,
        &fleiss_kappa::FUNCTION,
        &fleiss_kappa_detail::FUNCTION,
        &conger_kappa::FUNCTION,
        &conger_kappa_detail::FUNCTION,
        &krippendorff_alpha::FUNCTION,
        &krippendorff_alpha_detail::FUNCTION,
        &gwet_ac1::FUNCTION,
        &gwet_ac1_detail::FUNCTION,
        &gwet_ac2::FUNCTION,
        &gwet_ac2_detail::FUNCTION,
        &brennan_prediger::FUNCTION,
        &brennan_prediger_detail::FUNCTION,
        &mean_pairwise::FUNCTION,
        &mean_pairwise_detail::FUNCTION,
        &agreement_matrix::FUNCTION,
        &item_disagreement::FUNCTION,
        &annotator_disagreement::FUNCTION,
        &icc::FUNCTION,
        &icc_detail::FUNCTION,
        &kendall_w::FUNCTION,
        &kendall_w_detail::FUNCTION,
        &lin_ccc::FUNCTION,
        &lin_ccc_detail::FUNCTION,
        &bland_altman::FUNCTION,
        &cronbach_alpha::FUNCTION,
        &cronbach_alpha_detail::FUNCTION,
    ],
};
