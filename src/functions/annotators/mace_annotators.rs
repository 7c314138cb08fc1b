//! `mace_annotators`: how competent each annotator is.

use super::models::{
    ANNOTATOR, CONVERGED, ERRORS, ITERATIONS, LOG_LIKELIHOOD, MACE, MACE_FORMULA, RESTARTS,
    SMOOTHING, fit_mace,
};
use super::shared::{MAX_ITERATIONS, ONE_EACH, TOLERANCE};
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::{CATEGORIES, SEED};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "mace_annotators",
    summary: "How often each annotator knows the answer, by MACE",
    details: "Each label is the true one with the annotator's competence, else drawn from the annotator's habits; true \
labels are equally likely beforehand. Expectation-maximisation with added counts; the likeliest of several \
starts counts. No rows without labels. Competence is the probability of knowing; `guess` is the label that \
the annotator guesses most, NULL when two are equally likely within 1e-9.",
    formula: MACE_FORMULA,
    errors: ERRORS,
    params: JUDGEMENTS,
    options: &[
        RESTARTS,
        SMOOTHING,
        SEED,
        TOLERANCE,
        MAX_ITERATIONS,
        CATEGORIES,
        ONE_EACH,
    ],
    ordered: false,
    returns: Returns::Table(&[
        ANNOTATOR,
        Out::float("competence", "probability of knowing the answer"),
        Out::text("guess", "the label guessed most"),
        Out::float("guess_probability", "how likely a guess is that label"),
        LOG_LIKELIHOOD,
        CONVERGED,
        ITERATIONS,
    ]),
    citations: MACE,
    example: Example {
        sql: "SELECT annotator, competence > 0.9 AS knows, guess FROM mace_annotators((SELECT * FROM (VALUES (1,'x','a'), \
(1,'y','a'), (1,'z','b'), (2,'x','b'), (2,'y','b'), (2,'z','b'), (3,'x','c'), (3,'y','c'), (3,'z','b'), \
(4,'x','a'), (4,'y','a'), (4,'z','b')) AS t(item, annotator, value)), smoothing => 0.01) WHERE annotator = \
'z'",
        result: "annotator,knows,guess\nz,false,b\n",
    },
    calls: &[
        "SELECT * FROM mace_annotators(t)",
        "SELECT * FROM mace_annotators(t, by => grp, restarts => 2, smoothing => 1)",
    ],
    body: Body::Unsorted(annotators),
};

fn annotators(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let Some(fit) = fit_mace(&judgements, options)? else {
        return Ok(Output::Table(Vec::new()));
    };
    let habits = fit.habits.chunks_exact(judgements.levels.len());
    let known = judgements.annotators.iter().zip(&fit.competence);
    let row = |((name, competence), habits): ((&String, &Option<f64>), &[f64])| {
        let most = habits.iter().copied().fold(0.0, f64::max);
        let mut tops = habits.iter().enumerate().filter(|h| *h.1 >= most - 1e-9);
        let top = tops.next().filter(|_| tops.next().is_none());
        vec![
            name.clone().into(),
            (*competence).into(),
            Value::Text(top.and_then(|top| judgements.level(top.0 as u32))),
            most.into(),
            fit.log_likelihood.into(),
            fit.converged.into(),
            u64::from(fit.iterations).into(),
        ]
    };
    Ok(Output::Table(known.zip(habits).map(row).collect()))
}
