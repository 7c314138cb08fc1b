//! `glad_annotators`: the ability of each annotator.

use super::shared::ONE_EACH;
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::CATEGORIES;
use crate::functions::prelude::*;
use crate::stats::crowd;

pub(super) static FUNCTION: Function = Function {
    name: "glad_annotators",
    summary: "The ability of each annotator, by GLAD",
    details: "Ability and log easiness have normal priors of mean 1 and variance 1, true labels are equally likely \
beforehand; each step is one Newton step for every ability and every item. No rows without labels. About a \
microsecond for each label and step. An ability of 0 is guessing, below 0 being wrong on purpose.",
    formula: "P(annotator is right) = logistic(ability / difficulty), wrong labels equally likely",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`",
    params: JUDGEMENTS,
    options: &[
        Opt::number(
            "tolerance",
            0.0,
            1.0,
            1e-6,
            "stop when no probability changes by more than this in one step",
        ),
        Opt::integer(
            "max_iterations",
            1,
            100_000,
            500,
            "give up after this many steps; converged is then false",
        ),
        CATEGORIES,
        ONE_EACH,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("annotator", "the annotator"),
        Out::float(
            "ability",
            "ability, on the log-odds scale of an item of difficulty 1",
        ),
        Out::float("log_likelihood", "log-likelihood of all labels"),
        Out::bool("converged", "whether the fit reached its stopping rule"),
        Out::int("iterations", "steps of the fit"),
    ]),
    citations: &[
        "Whitehill, Ruvolo, Wu, Bergsma & Movellan (2009). Whose vote should count more: optimal integration of \
labels from labelers of unknown expertise. NIPS 22, 2035-2043.",
    ],
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
    let steps = u32::try_from(options.count("max_iterations")?).unwrap_or(u32::MAX);
    let fit = crowd::glad(&judgements.ratings, options.number("tolerance")?, steps);
    let Some(fit) = fit else {
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
