//! `logit_map`: logistic regression with priors.

use super::fit::{INTERCEPT, Input, PREDICTORS, WEIGHT, YES, coefficients};
use super::logistic::table;
use crate::functions::prelude::*;
use crate::functions::significance::common::LEVEL;
use crate::stats::models::LogisticSettings;

pub(super) static FUNCTION: Function = Function {
    name: "logit_map",
    summary: "Logistic regression with Laplace (L1) and normal (L2) priors",
    details: "One row per coefficient; what belongs to the whole fit is repeated on each. Rows with a NULL are \
dropped and counted. A predictor that is constant or a linear combination of others, or too few rows, gives NULL \
estimates with the reason in `detail`. Rows are sorted first, so their order does not matter. The intercept has no \
prior. With a prior separated outcomes have a finite estimate. L1 sets coefficients to exactly 0, whose error is \
NULL; the errors of the others are those of Laplace's approximation with the zeros fixed, hence too small after \
selection.",
    formula: "maximum of the log-likelihood - l1 sum |b| - l2/2 sum b^2 (scikit-learn's C = 1/l2; a Laplace prior \
of scale s is l1 = 1/s)",
    errors: "a y that is neither 1 nor 0; a weight that is negative; an infinite value",
    params: &[YES, PREDICTORS, WEIGHT],
    options: &[
        Opt::number("l1", 0.0, f64::MAX, 0.0, "strength of the Laplace prior"),
        Opt::number("l2", 0.0, f64::MAX, 1.0, "strength of the normal prior"),
        INTERCEPT,
        LEVEL,
    ],
    ordered: false,
    returns: Returns::Table(coefficients![
        Out::float("odds_ratio", "exp(estimate)"),
        Out::int("n", "rows used"),
        Out::float("log_likelihood", "of the fit, without priors"),
        Out::float(
            "log_likelihood_null",
            "of the intercept alone; of even odds without one"
        ),
        Out::bool("converged", "whether the fit reached its stopping rule"),
        Out::int("iterations", "Newton steps"),
        Out::int("n_null", "rows left out for a NULL"),
        Out::text("detail", "why there is no fit; NULL when there is one"),
    ]),
    citations: &[
        "Tibshirani (1996). Regression shrinkage and selection via the lasso. JRSS B 58, 267-288.",
        "Friedman, Hastie & Tibshirani (2010). Regularization paths for generalized linear models via coordinate \
descent. J. Stat. Softw. 33(1).",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (0, 0), (0, 1), (1, 2), (0, 3), (1, 4), (1, 5)) AS t(y, x) |> CALL \
logit_map(predictors => (x)) |> SELECT term, round(estimate, 6) AS b, converged",
        result: "term,b,converged\nintercept,-1.917634,true\nx,0.767054,true\n",
    },
    calls: &[
        "SELECT * FROM logit_map(t, y => y > 1, predictors => (x, weight), by => grp)",
        "SELECT * FROM logit_map(t, y => y > 1, predictors => (x, value, weight), l1 => 20, l2 => 0, weight => \
round % 3)",
        "SELECT * FROM logit_map(t, y => y > 1, predictors => (x, value), l1 => 1, l2 => 2, intercept => false, \
level => 0.9)",
    ],
    body: Body::Rows(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = Input::read(rows, Some(2), None)?;
    let settings = LogisticSettings {
        weights: input.weights.as_deref(),
        l1: options.number("l1")?,
        l2: options.number("l2")?,
        ..LogisticSettings::default()
    };
    table(&input, &settings, options)
}
