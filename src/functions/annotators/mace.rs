//! `mace`: true labels by annotators who know or guess.

use super::models::{
    CONVERGED, ERRORS, ITEM, ITERATIONS, MACE, MACE_FORMULA, N, PROBABILITY, RESTARTS, SMOOTHING,
    fit_mace,
};
use super::shared::{ALL, LABEL, MAX_ITERATIONS, ONE_EACH, TOLERANCE, item_rows};
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::{CATEGORIES, SEED};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "mace",
    summary: "True labels of items, given annotators who know the answer or guess",
    details: "Each label is the true one with the annotator's competence, else drawn from the annotator's habits; true \
labels are equally likely beforehand. Expectation-maximisation with added counts; the likeliest of several \
starts counts. No rows without labels. See mace_annotators for the competence.",
    formula: MACE_FORMULA,
    errors: ERRORS,
    params: JUDGEMENTS,
    options: &[
        ALL,
        RESTARTS,
        SMOOTHING,
        SEED,
        TOLERANCE,
        MAX_ITERATIONS,
        CATEGORIES,
        ONE_EACH,
    ],
    ordered: false,
    returns: Returns::Table(&[ITEM, LABEL, PROBABILITY, N, CONVERGED, ITERATIONS]),
    citations: MACE,
    example: Example {
        sql: "SELECT item, label, n FROM mace((SELECT * FROM (VALUES (1,'x','a'), (1,'y','a'), (1,'z','b'), (2,'x','b'), \
(2,'y','b'), (2,'z','b'), (3,'x','c'), (3,'y','c'), (3,'z','b'), (4,'x','a'), (4,'y','a'), (4,'z','b')) AS \
t(item, annotator, value)))",
        result: "item,label,n\n1,a,3\n2,b,3\n3,c,3\n4,a,3\n",
    },
    calls: &[
        "SELECT * FROM mace(t)",
        "SELECT * FROM mace(t, by => grp, restarts => 3, smoothing => 0.5, seed => 4, all_labels => true)",
        "SELECT * FROM mace(t, restarts => 1, tolerance => 0.001, max_iterations => 9, categories => [1, 2, 3, 4, 5, \
6])",
    ],
    body: Body::Unsorted(items),
};

fn items(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let all = options.flag("all_labels")?;
    let Some(fit) = fit_mace(&judgements, options)? else {
        return Ok(Output::Table(Vec::new()));
    };
    Ok(item_rows(&judgements, &fit.posterior, all, &|_| {
        vec![fit.converged.into(), u64::from(fit.iterations).into()]
    }))
}
