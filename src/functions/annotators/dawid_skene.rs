//! `dawid_skene`: true labels by annotators with errors of their own.

use super::models::{
    CLASS_PRIOR, CONVERGED, DAWID_SKENE, DAWID_SKENE_FORMULA, ERRORS, ITEM, ITERATIONS, MODEL, N,
    PROBABILITY, RIGHT_PRIOR, WRONG_PRIOR, fit,
};
use super::shared::{ALL, LABEL, MAX_ITERATIONS, ONE_EACH, TOLERANCE, item_rows};
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::CATEGORIES;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "dawid_skene",
    summary: "True labels of items, given annotators who err each in their own way",
    details: "Expectation-maximisation from the vote shares to its fixed point; another start can reach another optimum. \
Without priors it is plain maximum likelihood, where a label that an annotator never gave is impossible; \
priors are added counts and give the posterior mode. Missing judgements are allowed. No rows without \
labels; annotators times labels squared is limited to 50 million. See dawid_skene_errors for the annotators.",
    formula: DAWID_SKENE_FORMULA,
    errors: ERRORS,
    params: JUDGEMENTS,
    options: &[
        ALL,
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
    returns: Returns::Table(&[ITEM, LABEL, PROBABILITY, N, CONVERGED, ITERATIONS]),
    citations: DAWID_SKENE,
    example: Example {
        sql: "SELECT item, label, round(probability, 4) AS probability, n, converged FROM dawid_skene((SELECT * FROM \
(VALUES (1,'x','a'), (1,'y','a'), (1,'z','a'), (2,'x','b'), (2,'y','b'), (2,'z','b'), (3,'x','a'), \
(3,'y','a'), (3,'z','b')) AS t(item, annotator, value)), right_prior => 2, wrong_prior => 1, class_prior => \
1)",
        result: "item,label,probability,n,converged\n1,a,0.9586,3,true\n2,b,0.938,3,true\n3,a,0.8327,3,true\n",
    },
    calls: &[
        "SELECT * FROM dawid_skene(t)",
        "SELECT * FROM dawid_skene(t, by => grp, repeats => 'lowest', annotator => system_a, item => system_b)",
        "SELECT * FROM dawid_skene(t, model => 'one_coin', all_labels => true)",
        "SELECT * FROM dawid_skene(t, right_prior => 2, wrong_prior => 0.5, class_prior => 1, categories => [1, 2, \
3, 4, 5, 6])",
        "SELECT * FROM dawid_skene(t, model => 'one_coin', right_prior => 3, wrong_prior => 1, tolerance => 0.001, \
max_iterations => 7)",
    ],
    body: Body::Unsorted(items),
};

fn items(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let all = options.flag("all_labels")?;
    let Some(fit) = fit(&judgements, options)? else {
        return Ok(Output::Table(Vec::new()));
    };
    Ok(item_rows(&judgements, &fit.posterior, all, &|_| {
        vec![fit.converged.into(), u64::from(fit.iterations).into()]
    }))
}
