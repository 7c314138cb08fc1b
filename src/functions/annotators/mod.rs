//! Labels from many annotators, and how good the annotators are.

mod alternative;
mod alternative_annotator_test;
mod alternative_annotator_test_by_annotator;
mod annotator_reliability;
mod dawid_skene;
mod dawid_skene_errors;
mod glad;
mod glad_annotators;
mod jury;
mod limited_pool;
mod mace;
mod mace_annotators;
mod majority_vote;
mod models;
mod rater_swap_delta;
mod self_consistency;
mod self_consistency_detail;
mod shared;
mod wawa;
mod weighted_vote;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Annotators",
    functions: &[
        &majority_vote::FUNCTION,
        &weighted_vote::FUNCTION,
        &wawa::FUNCTION,
        &dawid_skene::FUNCTION,
        &dawid_skene_errors::FUNCTION,
        &mace::FUNCTION,
        &mace_annotators::FUNCTION,
        &glad::FUNCTION,
        &glad_annotators::FUNCTION,
        &annotator_reliability::FUNCTION,
        &self_consistency::FUNCTION,
        &self_consistency_detail::FUNCTION,
        &rater_swap_delta::FUNCTION,
        &limited_pool::FUNCTION,
        &alternative_annotator_test::FUNCTION,
        &alternative_annotator_test_by_annotator::FUNCTION,
        &jury::FUNCTION,
    ],
};
