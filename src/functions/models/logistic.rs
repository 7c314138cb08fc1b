//! A logistic fit as a table.

use super::fit::{Input, row};
use crate::functions::prelude::*;
use crate::stats::models::{LogisticSettings, logistic};
use crate::stats::num::{exp, finite};

/// Fits and lists the coefficients.
pub(super) fn table(
    input: &Input,
    settings: &LogisticSettings<'_>,
    options: &Options,
) -> Result<Output, Fault> {
    let intercept = options.flag("intercept")?;
    let level = options.number("level")?;
    let yes = input.yes()?;
    let fit = input
        .design(intercept)
        .and_then(|design| logistic(&design, &yes, settings));
    let detail = fit.as_ref().err().map(|unfit| input.why(*unfit));
    let fit = fit.ok();
    let terms = input.terms(intercept);
    let table = terms.iter().enumerate().map(|(at, term)| {
        let fit = fit.as_ref();
        let coefficient = fit.and_then(|f| f.coefficients.get(at));
        let mut row = row(term, coefficient, None, level);
        row.extend([
            coefficient.and_then(|c| finite(exp(c.estimate))).into(),
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
