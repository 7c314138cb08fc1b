//! Optimal orders, and how far orders are from each other.

mod footrule_optimal;
mod kemeny;
mod kendall_distance;
mod listed;
mod mc4;
mod rank_biased_overlap;
mod ranking_consensus;
mod slater;
mod spearman_footrule;
mod top_k_overlap;
mod two_orders;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Optimal orders and comparing orders",
    functions: &[
        &ranking_consensus::FUNCTION,
        &kemeny::FUNCTION,
        &slater::FUNCTION,
        &footrule_optimal::FUNCTION,
        &mc4::FUNCTION,
        &kendall_distance::FUNCTION,
        &spearman_footrule::FUNCTION,
        &rank_biased_overlap::FUNCTION,
        &top_k_overlap::FUNCTION,
    ],
};
