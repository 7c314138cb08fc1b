//! `mace`: true labels by annotators who know or guess.

use super::models::fit_mace;
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
    formula: "P(annotator says l | true t) = competence [l = t] + (1 - competence) habit(l)",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`",
    params: JUDGEMENTS,
    options: &[
        ALL,
        Opt::integer(
            "restarts",
            1,
            1000,
            10,
            "starts, the first from competence one half, the others random",
        ),
        Opt::number(
            "smoothing",
            0.0,
            1e6,
            0.1,
            "added to the counts of knowing, of guessing and of each guessed label",
        ),
        SEED,
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
        "Hovy, Berg-Kirkpatrick, Vaswani & Hovy (2013). Learning whom to trust with MACE. NAACL-HLT, 1120-1130.",
    ],
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
