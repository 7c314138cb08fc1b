//! `glad_annotators`: the ability of each annotator.

use super::models::{
    ANNOTATOR, CONVERGED, ERRORS, GLAD, GLAD_FORMULA, GLAD_ITERATIONS, GLAD_TOLERANCE, ITERATIONS,
    LOG_LIKELIHOOD, fit_glad,
};
use super::shared::ONE_EACH;
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::CATEGORIES;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "glad_annotators",
    summary: "The ability of each annotator, by GLAD",
    details: "Ability and log easiness have normal priors of mean 1 and variance 1, true labels are equally likely \
beforehand; each step is one Newton step for every ability and every item. No rows without labels. About a \
microsecond for each label and step. An ability of 0 is guessing, below 0 being wrong on purpose.",
    formula: GLAD_FORMULA,
    errors: ERRORS,
    params: JUDGEMENTS,
    options: &[GLAD_TOLERANCE, GLAD_ITERATIONS, CATEGORIES, ONE_EACH],
    ordered: false,
    returns: Returns::Table(&[
        ANNOTATOR,
        Out::float(
            "ability",
            "ability, on the log-odds scale of an item of difficulty 1",
        ),
        LOG_LIKELIHOOD,
        CONVERGED,
        ITERATIONS,
    ]),
    citations: GLAD,
    example: Example {
        sql: "SELECT annotator FROM glad_annotators((SELECT * FROM (VALUES (1,'x','a'), (1,'y','a'), (1,'z','b'), \
(2,'x','b'), (2,'y','b'), (2,'z','b'), (3,'x','c'), (3,'y','c'), (3,'z','b'), (4,'x','a'), (4,'y','a'), \
(4,'z','b')) AS t(item, annotator, value))) WHERE ability < 0.9",
        result: "annotator\nz\n",
    },
    calls: &[
        "SELECT * FROM glad_annotators(t)",
        "SELECT * FROM glad_annotators(t, by => grp, tolerance => 0.001)",
    ],
    body: Body::Unsorted(annotators),
};

fn annotators(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let Some(fit) = fit_glad(&judgements, options)? else {
        return Ok(Output::Table(Vec::new()));
    };
    let row = |(name, ability): (&String, &Option<f64>)| {
        vec![
            name.clone().into(),
            (*ability).into(),
            fit.log_likelihood.into(),
            fit.converged.into(),
            u64::from(fit.iterations).into(),
        ]
    };
    let rows = judgements.annotators.iter().zip(&fit.ability).map(row);
    Ok(Output::Table(rows.collect()))
}
