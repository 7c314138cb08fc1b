//! `ordinal_logit`: proportional-odds regression.

use super::fit::{Input, PREDICTORS, coefficients, row};
use crate::functions::prelude::*;
use crate::functions::significance::common::LEVEL;
use crate::functions::state::labels::number_label;
use crate::stats::models::ordinal_logit;

pub(super) static FUNCTION: Function = Function {
    name: "ordinal_logit",
    summary: "Proportional-odds regression of ordered levels",
    details: "One row per predictor, then one per cut point between adjacent levels, whose term is 'low|high'. Rows \
with a NULL are dropped and counted. A predictor that is constant or a linear combination of others, or too few \
rows, gives NULL estimates with the reason in `detail`. Rows are sorted first, so their order does not matter. The \
levels are the distinct numbers of y in their order. Predictors that separate the levels have no finite maximum: \
NULL with the reason in `detail`. Limits and p-values are normal; a cut point has no p-value. A positive \
coefficient shifts towards higher levels.",
    formula: "P(y <= j) = 1 / (1 + exp(x b - cut_j))",
    errors: "an infinite value; more than 1,000 levels",
    params: &[
        Param::number("y", "the level, as a number; NULL drops the row"),
        PREDICTORS,
    ],
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Table(coefficients![
        Out::text("kind", "'coefficient' or 'cut'"),
        Out::int("n", "rows used"),
        Out::float("log_likelihood", "of the fit"),
        Out::float("log_likelihood_null", "of the shares of the levels alone"),
        Out::bool("converged", "whether the fit reached its stopping rule"),
        Out::int("iterations", "Newton steps"),
        Out::int("n_null", "rows left out for a NULL"),
        Out::text("detail", "why there is no fit; NULL when there is one"),
    ]),
    citations: &["McCullagh (1980). Regression models for ordinal data. JRSS B 42, 109-142."],
    example: Example {
        sql: "SELECT * FROM (VALUES (0, 0), (0, 1), (1, 1), (0, 2), (1, 3), (2, 3), (1, 4), (2, 5)) AS t(y, x) |> \
CALL ordinal_logit(predictors => (x)) |> SELECT term, kind, round(estimate, 4) AS estimate, round(log_likelihood, \
6) AS ll",
        result: "term,kind,estimate,ll\n0|1,cut,2.218,-5.691141\n1|2,cut,5.2779,-5.691141\nx,coefficient,1.3628,-5.691141\n",
    },
    calls: &[
        "SELECT * FROM ordinal_logit(t, y => value, predictors => (x, weight), by => grp)",
        "SELECT * FROM ordinal_logit(t, y => value, predictors => (x), level => 0.9)",
    ],
    body: Body::Rows(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = Input::read(rows, None, None)?;
    let mut levels = input.y.clone();
    levels.sort_unstable_by(f64::total_cmp);
    levels.dedup();
    if levels.len() > 1000 {
        return Err(Fault::new(format!(
            "y has {} levels, expected at most 1,000",
            levels.len()
        ))
        .hint("round y, or use ols"));
    }
    let place = |y: &f64| levels.partition_point(|l| l < y) as u32;
    let y: Vec<u32> = input.y.iter().map(place).collect();
    let fit = input
        .design(true)
        .and_then(|design| ordinal_logit(&design, &y, levels.len()));
    let detail = fit.as_ref().err().map(|unfit| input.why(*unfit));
    let fit = fit.ok();
    let level = options.number("level")?;
    let cuts = levels
        .windows(2)
        .map(|w| format!("{}|{}", number_label(w[0]), number_label(w[1])));
    let predictors = input.names.iter().map(|n| (n.clone(), "coefficient"));
    let terms = predictors.chain(cuts.map(|cut| (cut, "cut")));
    let table = terms.enumerate().map(|(at, (term, kind))| {
        let fit = fit.as_ref();
        let coefficient = fit.and_then(|f| f.coefficients.iter().chain(&f.cuts).nth(at));
        let mut row = row(&term, coefficient, None, level);
        if kind == "cut" {
            // A cut point of 0 is no hypothesis.
            row[3] = Value::Float(None);
            row[4] = Value::Float(None);
        }
        row.extend([
            kind.into(),
            input.y.len().into(),
            fit.map(|f| f.log_likelihood).into(),
            fit.map(|f| f.log_likelihood_null).into(),
            fit.is_some().into(),
            Value::Int(fit.map(|f| i64::from(f.iterations))),
            input.n_null.into(),
            detail.clone().into(),
        ]);
        row
    });
    Ok(Output::Table(table.collect()))
}
