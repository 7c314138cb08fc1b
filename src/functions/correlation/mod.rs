//! Correlation of two columns.

mod controls;
mod corr_by_column;
mod corr_summary;
mod corr_system;
mod goodman_kruskal_gamma;
mod goodman_kruskal_gamma_test;
mod kendall_tau;
mod kendall_tau_test;
mod levels;
mod pairwise_accuracy;
mod partial_correlation;
mod partial_correlation_test;
mod pearson;
mod pearson_test;
mod point_biserial;
mod point_biserial_test;
pub(super) mod resampled;
mod soft_pairwise_accuracy;
mod somers_d;
mod somers_d_test;
mod spearman;
mod spearman_test;
mod tie_calibrated_accuracy;
mod two_columns;
mod weighted_tau;
mod weighted_tau_test;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Correlation",
    functions: &[
        &pearson::FUNCTION,
        &pearson_test::FUNCTION,
        &spearman::FUNCTION,
        &spearman_test::FUNCTION,
        &kendall_tau::FUNCTION,
        &kendall_tau_test::FUNCTION,
        &weighted_tau::FUNCTION,
        &weighted_tau_test::FUNCTION,
        &somers_d::FUNCTION,
        &somers_d_test::FUNCTION,
        &goodman_kruskal_gamma::FUNCTION,
        &goodman_kruskal_gamma_test::FUNCTION,
        &point_biserial::FUNCTION,
        &point_biserial_test::FUNCTION,
        &partial_correlation::FUNCTION,
        &partial_correlation_test::FUNCTION,
        &corr_system::FUNCTION,
        &corr_summary::FUNCTION,
        &corr_by_column::FUNCTION,
        &pairwise_accuracy::FUNCTION,
        &tie_calibrated_accuracy::FUNCTION,
        &soft_pairwise_accuracy::FUNCTION,
    ],
};
