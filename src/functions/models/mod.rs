//! Regression models.

mod fit;
mod logistic;
mod logit;
mod logit_map;
mod ols;
mod ordinal_logit;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Models",
    functions: &[
        &ols::FUNCTION,
        &logit::FUNCTION,
        &logit_map::FUNCTION,
        &ordinal_logit::FUNCTION,
    ],
};
