//! Correlation of two columns.

mod kendall_tau;
mod spearman;
mod two_columns;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Correlation",
    functions: &[&kendall_tau::FUNCTION, &spearman::FUNCTION],
};
