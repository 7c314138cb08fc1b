//! One label from several annotators, and the annotators themselves.

mod majority_vote;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Annotators",
    functions: &[&majority_vote::FUNCTION],
};
