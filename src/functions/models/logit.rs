//! `logit`: logistic regression.

use super::fit::{CLUSTER, INTERCEPT, Input, PREDICTORS, WEIGHT, YES, coefficients};
use super::logistic::table;
use crate::functions::prelude::*;
use crate::functions::significance::common::LEVEL;
use crate::stats::models::LogisticSettings;

pub(super) static FUNCTION: Function = Function {
    name: "logit",
    summary: "Logistic regression by maximum likelihood",
    details: "One row per coefficient; what belongs to the whole fit is repeated on each. Rows with a NULL are \
dropped and counted. A predictor that is constant or a linear combination of others, or too few rows, gives NULL \
estimates with the reason in `detail`. Rows are sorted first, so their order does not matter. Predictors that \
separate the outcomes have no finite maximum: the estimates are NULL and `detail` says so (logit_map has one). \
Limits and p-values are normal. Cluster errors are scaled by G/(G-1).",
    formula: "P(y = 1) = 1 / (1 + exp(-x b)); errors from the inverse information H^-1, or H^-1 S H^-1 with S the \
scatter of the scores by row (sandwich) or by cluster",
    errors: "a y that is neither 1 nor 0; a weight that is negative; an infinite value; errors => 'cluster' without \
cluster",
    params: &[YES, PREDICTORS, WEIGHT, CLUSTER],
    options: &[
        Opt::choice(
            "errors",
            &["hessian", "sandwich", "cluster"],
            "hessian",
            "where standard errors come from",
        ),
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
        "Cox (1958). The regression analysis of binary sequences. JRSS B 20, 215-242.",
        "Albert & Anderson (1984). On the existence of maximum likelihood estimates in logistic regression models. \
Biometrika 71, 1-10.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (0, 0), (0, 1), (1, 2), (0, 3), (1, 4), (1, 5)) AS t(y, x) |> CALL \
logit(predictors => (x)) |> SELECT term, round(estimate, 6) AS b, round(stderr, 6) AS stderr, round(p_value, 6) AS \
p, round(log_likelihood, 6) AS ll",
        result: "term,b,stderr,p,ll\nintercept,-3.035069,2.545713,0.233172,-2.477987\nx,1.214028,0.912586,0.183414,-2.477987\n",
    },
    calls: &[
        "SELECT * FROM logit(t, y => y > 1, predictors => (x, weight), by => grp)",
        "SELECT * FROM logit(t, y => y > 1, predictors => (x), weight => round % 3, errors => 'sandwich', intercept \
=> false, level => 0.9)",
        "SELECT * FROM logit(t, y => y > 1, predictors => (x, value), errors => 'cluster', cluster => annotator)",
    ],
    body: Body::Rows(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = Input::read(rows, Some(2), Some(3))?;
    let errors = options.text("errors")?;
    if errors == "cluster" && input.clusters.is_none() {
        return Err(Fault::new("errors => 'cluster' needs a cluster").hint("cluster => annotator"));
    }
    let settings = LogisticSettings {
        weights: input.weights.as_deref(),
        sandwich: errors != "hessian",
        clusters: input.groups().filter(|_| errors == "cluster"),
        ..LogisticSettings::default()
    };
    table(&input, &settings, options)
}
