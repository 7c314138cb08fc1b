//! `dawid_skene`: true labels by annotators with errors of their own.

use super::models::{fit, prior};
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
    formula: "P(true = t | labels of the item) proportional to prior(t) product over annotators of P(annotator says l | t)",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`",
    params: JUDGEMENTS,
    options: &[
        ALL,
        Opt::choice(
            "model",
            &["full", "one_coin"],
            "full",
            "a confusion matrix for each annotator, or one accuracy",
        ),
        prior("class_prior", "items of each true label seen beforehand"),
        prior(
            "right_prior",
            "right answers of each annotator seen beforehand, for each true label",
        ),
        prior("wrong_prior", "the same for each wrong answer"),
        TOLERANCE,
        MAX_ITERATIONS,
        CATEGORIES,
        ONE_EACH,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("item", "the item"),
        LABEL,
        Out::float("probability", "probability of the label"),
        Out::int("n", "labels of the item"),
        Out::bool("converged", "whether the fit reached its stopping rule"),
        Out::int("iterations", "steps of the fit"),
    ]),
    citations: &[
        "Dawid & Skene (1979). Maximum likelihood estimation of observer error-rates using the EM algorithm. Applied \
Statistics 28, 20-28.",
        "Zhang, Chen, Zhou & Jordan (2016). Spectral methods meet EM: a provably optimal algorithm for \
crowdsourcing. JMLR 17, 1-44.",
    ],
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
