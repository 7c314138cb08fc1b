//! Regression models with their errors: least squares, logistic, ordinal.
//!
//! A [`Design`] holds the rows in canonical order; sums run over it in that order,
//! so a fit is a function of the multiset of rows. Predictors are centred and scaled
//! inside, so that nearly constant or huge columns lose no digits.

mod design;
mod logistic;
mod ols;
mod ordinal;
#[cfg(test)]
mod tests;

pub use design::{Design, Solver};
pub use logistic::{Logistic, LogisticSettings, logistic};
pub use ols::{Ols, OlsErrors, ols};
pub use ordinal::{Ordinal, ordinal_logit};

/// Why a model has no estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// There are no more rows than coefficients.
    TooFewRows,
    /// A predictor (its place) is constant or a linear combination of those before it.
    Collinear(usize),
    /// The outcome does not vary.
    Constant,
    /// A combination of predictors separates the outcomes: no finite maximum.
    Separated,
    /// The stopping rule was not reached.
    NotConverged,
}

impl core::fmt::Display for Unfit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::TooFewRows => "no more rows than coefficients",
            Self::Collinear(_) => "a predictor is constant or a linear combination of others",
            Self::Constant => "the outcome does not vary",
            Self::Separated => "the predictors separate the outcomes: no finite maximum",
            Self::NotConverged => "the fit did not reach its stopping rule",
        })
    }
}

impl core::error::Error for Unfit {}

/// One coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error; `None` where there is none.
    pub stderr: Option<f64>,
}
