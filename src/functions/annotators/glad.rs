//! `glad`: true labels with the difficulty of items.

use super::models::{
    CONVERGED, ERRORS, GLAD, GLAD_FORMULA, GLAD_ITERATIONS, GLAD_TOLERANCE, ITEM, ITERATIONS, N,
    PROBABILITY, fit_glad,
};
use super::shared::{ALL, LABEL, ONE_EACH, item_rows};
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::CATEGORIES;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "glad",
    summary: "True labels and difficulty of items, given annotators of different ability",
    details: "Ability and log easiness have normal priors of mean 1 and variance 1, true labels are equally likely \
beforehand; each step is one Newton step for every ability and every item. No rows without labels. About a \
microsecond for each label and step. See glad_annotators for the ability.",
    formula: GLAD_FORMULA,
    errors: ERRORS,
    params: JUDGEMENTS,
    options: &[ALL, GLAD_TOLERANCE, GLAD_ITERATIONS, CATEGORIES, ONE_EACH],
    ordered: false,
    returns: Returns::Table(&[
        ITEM,
        LABEL,
        PROBABILITY,
        N,
        Out::float("difficulty", "above 0; the higher, the closer to guessing"),
        CONVERGED,
        ITERATIONS,
    ]),
    citations: GLAD,
    example: Example {
        sql: "SELECT item, label, n FROM glad((SELECT * FROM (VALUES (1,'x','a'), (1,'y','a'), (1,'z','b'), (2,'x','b'), \
(2,'y','b'), (2,'z','b'), (3,'x','c'), (3,'y','c'), (3,'z','b'), (4,'x','a'), (4,'y','a'), (4,'z','b')) AS \
t(item, annotator, value)))",
        result: "item,label,n\n1,a,3\n2,b,3\n3,c,3\n4,a,3\n",
    },
    calls: &[
        "SELECT * FROM glad(t)",
        "SELECT * FROM glad(t, by => grp, all_labels => true, tolerance => 0.001, max_iterations => 20, categories \
=> [1, 2, 3, 4, 5, 6])",
    ],
    body: Body::Unsorted(items),
};

fn items(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let all = options.flag("all_labels")?;
    let Some(fit) = fit_glad(&judgements, options)? else {
        return Ok(Output::Table(Vec::new()));
    };
    Ok(item_rows(&judgements, &fit.posterior, all, &|item| {
        vec![
            fit.difficulty.get(item).copied().flatten().into(),
            fit.converged.into(),
            u64::from(fit.iterations).into(),
        ]
    }))
}
