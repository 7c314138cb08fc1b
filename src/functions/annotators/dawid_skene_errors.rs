//! `dawid_skene_errors`: the confusion matrix of each annotator.

use super::models::{
    ANNOTATOR, CLASS_PRIOR, CONVERGED, DAWID_SKENE, DAWID_SKENE_FORMULA, ERRORS, ITERATIONS, MODEL,
    RIGHT_PRIOR, WRONG_PRIOR, fit,
};
use super::shared::{MAX_ITERATIONS, ONE_EACH, TOLERANCE};
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::CATEGORIES;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "dawid_skene_errors",
    summary: "How each annotator confuses labels, by the Dawid-Skene model",
    details: "Expectation-maximisation from the vote shares to its fixed point; another start can reach another optimum. \
Without priors it is plain maximum likelihood, where a label that an annotator never gave is impossible; \
priors are added counts and give the posterior mode. Missing judgements are allowed. No rows without \
labels; annotators times labels squared is limited to 50 million. One row for each annotator, true label \
and label; the probability is NULL for a true label that the annotator never met. With model => 'one_coin' \
the diagonal is the annotator's accuracy.",
    formula: DAWID_SKENE_FORMULA,
    errors: ERRORS,
    params: JUDGEMENTS,
    options: &[
        MODEL,
        CLASS_PRIOR,
        RIGHT_PRIOR,
        WRONG_PRIOR,
        TOLERANCE,
        MAX_ITERATIONS,
        CATEGORIES,
        ONE_EACH,
    ],
    ordered: false,
    returns: Returns::Table(&[
        ANNOTATOR,
        Out::text("true_label", "the true label"),
        Out::text("label", "what the annotator says"),
        Out::float("probability", "how likely the annotator says it"),
        Out::float("prior", "share of the true label over all items"),
        CONVERGED,
        ITERATIONS,
    ]),
    citations: DAWID_SKENE,
    example: Example {
        sql: "SELECT annotator, true_label, label, round(probability, 4) AS probability FROM dawid_skene_errors((SELECT * \
FROM (VALUES (1,'x','a'), (1,'y','a'), (1,'z','a'), (2,'x','b'), (2,'y','b'), (2,'z','b'), (3,'x','a'), \
(3,'y','a'), (3,'z','b')) AS t(item, annotator, value)), right_prior => 2, wrong_prior => 1, class_prior => \
1) WHERE true_label = 'a' AND label = 'a'",
        result: "annotator,true_label,label,probability\nx,a,a,0.7812\ny,a,a,0.7812\nz,a,a,0.6096\n",
    },
    calls: &[
        "SELECT * FROM dawid_skene_errors(t)",
        "SELECT * FROM dawid_skene_errors(t, by => grp, model => 'one_coin', right_prior => 1, wrong_prior => 1)",
    ],
    body: Body::Unsorted(errors),
};

fn errors(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let Some(fit) = fit(&judgements, options)? else {
        return Ok(Output::Table(Vec::new()));
    };
    let k = judgements.levels.len();
    let mut table = Vec::with_capacity(fit.errors.len());
    let tables = judgements.annotators.iter().zip(fit.errors.chunks(k * k));
    for (annotator, errors) in tables {
        for (at, error) in errors.iter().enumerate() {
            let (truth, label) = (at / k, at % k);
            table.push(vec![
                annotator.clone().into(),
                Value::Text(judgements.level(truth as u32)),
                Value::Text(judgements.level(label as u32)),
                (*error).into(),
                fit.priors.get(truth).copied().into(),
                fit.converged.into(),
                u64::from(fit.iterations).into(),
            ]);
        }
    }
    Ok(Output::Table(table))
}
