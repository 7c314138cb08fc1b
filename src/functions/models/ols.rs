//! `ols`: least-squares regression.

use super::fit::{CLUSTER, INTERCEPT, Input, PREDICTORS, coefficients, row};
use crate::functions::prelude::*;
use crate::functions::significance::common::LEVEL;
use crate::stats::models::{OlsErrors, ols};

pub(super) static FUNCTION: Function = Function {
    name: "ols",
    summary: "Least-squares regression with classical, robust or cluster errors",
    details: "One row per coefficient; what belongs to the whole fit is repeated on each. Rows with a NULL are \
dropped and counted. A predictor that is constant or a linear combination of others, or too few rows, gives NULL \
estimates with the reason in `detail`. Rows are sorted first, so their order does not matter. Limits and p-values \
take Student's t with n - k degrees of freedom, with clusters as many as clusters less one.",
    formula: "b = (X'X)^-1 X'y; hc0: (X'X)^-1 X' diag(e^2) X (X'X)^-1; hc1: times n/(n-k); hc2, hc3: e / sqrt(1-h), \
e / (1-h); cluster: scores summed by cluster, times G/(G-1) (n-1)/(n-k)",
    errors: "an infinite value; errors => 'cluster' without cluster",
    params: &[
        Param::number("y", "the outcome; NULL drops the row"),
        PREDICTORS,
        CLUSTER,
    ],
    options: &[
        Opt::choice(
            "errors",
            &["classical", "hc0", "hc1", "hc2", "hc3", "cluster"],
            "classical",
            "where standard errors come from",
        ),
        INTERCEPT,
        LEVEL,
    ],
    ordered: false,
    returns: Returns::Table(coefficients![
        Out::int("n", "rows used"),
        Out::float("df", "degrees of freedom of the limits and p-values"),
        Out::float(
            "r_squared",
            "share of the variance explained; about 0 without an intercept"
        ),
        Out::float(
            "adjusted_r_squared",
            "the same, adjusted for the predictors"
        ),
        Out::float("sigma", "residual standard deviation"),
        Out::float("f", "classical F of all predictors"),
        Out::float("f_p_value", "its p-value"),
        Out::int("clusters", "clusters, for cluster errors"),
        Out::int("n_null", "rows left out for a NULL"),
        Out::text("detail", "why there is no fit; NULL when there is one"),
    ]),
    citations: &[
        "White (1980). A heteroskedasticity-consistent covariance matrix estimator. Econometrica 48, \
817-838.",
        "MacKinnon & White (1985). Some heteroskedasticity-consistent covariance matrix estimators with improved \
finite sample properties. J. Econometrics 29, 305-325.",
        "Liang & Zeger (1986). Longitudinal data analysis using generalized linear models. Biometrika 73, 13-22.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 0), (3, 1), (2, 2), (5, 3), (4, 4), (6, 5)) AS t(y, x) |> CALL \
ols(predictors => (x), errors => 'hc3') |> SELECT term, round(estimate, 6) AS b, round(stderr, 6) AS stderr, \
round(p_value, 6) AS p, round(r_squared, 6) AS r2",
        result: "term,b,stderr,p,r2\nintercept,1.285714,0.652007,0.119904,0.78449\nx,0.885714,0.194226,0.010337,0.78449\n",
    },
    calls: &[
        "SELECT * FROM ols(t, predictors => (x, weight), by => grp)",
        "SELECT * FROM ols(t, predictors => (x), errors => 'hc0', intercept => false)",
        "SELECT * FROM ols(t, predictors => (x, weight), errors => 'hc1')",
        "SELECT * FROM ols(t, predictors => (x, weight), errors => 'hc2')",
        "SELECT * FROM ols(t, predictors => (x, weight), errors => 'hc3', level => 0.9)",
        "SELECT * FROM ols(t, predictors => (x, weight), errors => 'cluster', cluster => annotator)",
    ],
    body: Body::Rows(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = Input::read(rows, None, Some(2))?;
    let errors = match options.text("errors")? {
        "hc0" => OlsErrors::Hc0,
        "hc1" => OlsErrors::Hc1,
        "hc2" => OlsErrors::Hc2,
        "hc3" => OlsErrors::Hc3,
        "cluster" => OlsErrors::Cluster,
        _ => OlsErrors::Classical,
    };
    if errors == OlsErrors::Cluster && input.clusters.is_none() {
        return Err(Fault::new("errors => 'cluster' needs a cluster").hint("cluster => annotator"));
    }
    let intercept = options.flag("intercept")?;
    let level = options.number("level")?;
    let fit = input
        .design(intercept)
        .and_then(|design| ols(&design, &input.y, errors, input.groups()));
    let detail = fit.as_ref().err().map(|unfit| input.why(*unfit));
    let fit = fit.ok();
    let terms = input.terms(intercept);
    let table = terms.iter().enumerate().map(|(at, term)| {
        let fit = fit.as_ref();
        let coefficient = fit.and_then(|f| f.coefficients.get(at));
        let mut row = row(term, coefficient, fit.map(|f| f.df), level);
        row.extend([
            input.y.len().into(),
            fit.map(|f| f.df).into(),
            fit.and_then(|f| f.r_squared).into(),
            fit.and_then(|f| f.adjusted_r_squared).into(),
            fit.map(|f| f.sigma).into(),
            fit.and_then(|f| f.f).into(),
            fit.and_then(|f| f.f_p_value).into(),
            fit.and_then(|f| f.clusters).into(),
            input.n_null.into(),
            detail.clone().into(),
        ]);
        row
    });
    Ok(Output::Table(table.collect()))
}
