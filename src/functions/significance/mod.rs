//! Intervals, tests and effect sizes.

mod benjamini_hochberg;
mod blocks;
mod bootstrap_ci;
mod chi2;
mod cliffs_delta;
mod clopper_pearson;
mod cohens_d;
pub(in crate::functions) mod common;
mod fisher_exact;
mod friedman;
mod holm;
mod kruskal;
mod mann_whitney;
mod many;
mod mcnemar;
mod mean_ci;
mod metric;
mod nemenyi;
mod odds_ratio;
mod paired;
mod paired_bootstrap;
mod paired_t;
mod permutation_test;
mod proportion;
mod ranks;
mod welch_t;
mod wilcoxon_signed_rank;
mod wilson;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Intervals and tests",
    functions: &[
        &mean_ci::FUNCTION,
        &wilson::FUNCTION,
        &clopper_pearson::FUNCTION,
        &bootstrap_ci::FUNCTION,
        &paired_bootstrap::FUNCTION,
        &permutation_test::FUNCTION,
        &welch_t::FUNCTION,
        &paired_t::FUNCTION,
        &wilcoxon_signed_rank::FUNCTION,
        &mann_whitney::FUNCTION,
        &mcnemar::FUNCTION,
        &chi2::FUNCTION,
        &fisher_exact::FUNCTION,
        &odds_ratio::FUNCTION,
        &kruskal::FUNCTION,
        &friedman::FUNCTION,
        &nemenyi::FUNCTION,
        &benjamini_hochberg::FUNCTION,
        &holm::FUNCTION,
        &cohens_d::FUNCTION,
        &cliffs_delta::FUNCTION,
    ],
};
