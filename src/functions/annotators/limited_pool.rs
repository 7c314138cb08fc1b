//! `limited_pool`: what one more voter is worth to a small pool.

use super::shared::{CANDIDATE, CREDIT, ONE_EACH, credit, pool};
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::{CATEGORIES, fault};
use crate::functions::prelude::*;
use crate::stats::agreement::Undefined;
use crate::stats::crowd;

pub(super) static FUNCTION: Function = Function {
    name: "limited_pool",
    summary: "What a candidate, such as a judge, is worth to a small pool of annotators",
    details: "The truth is the majority of all annotators of an item but the candidate. For each size, annotators are \
drawn from those of the item; accuracy is the expected share of items whose vote is the truth, exactly, \
over all ways to draw. Items without the candidate's vote are left out, and those with a tied majority \
unless `ties` breaks it. No rows when nothing is left.",
    formula: "accuracy(n) = mean over items of P(majority of n drawn annotators = majority of all); delta with the \
candidate's vote added",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`; an item with more than 1,000 judgements or a million ways to draw counts",
    params: JUDGEMENTS,
    options: &[
        CANDIDATE,
        CREDIT,
        Opt::integer("max_size", 1, 1000, 10, "largest pool"),
        CATEGORIES,
        ONE_EACH,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("size", "annotators drawn"),
        Out::float("accuracy", "expected share of votes that are the truth"),
        Out::float("accuracy_with", "the same with the candidate's vote added"),
        Out::float("delta", "accuracy_with less accuracy"),
        Out::int("n", "items"),
    ]),
    citations: &[
        "Brassard, Heinzerling, Kudo, Sakaguchi & Inui (2024). ACORN: aspect-wise commonsense reasoning explanation \
evaluation. COLM.",
    ],
    example: Example {
        sql: "SELECT size, round(accuracy, 4) AS accuracy, round(accuracy_with, 4) AS accuracy_with, n FROM \
limited_pool((SELECT * FROM (VALUES (1,'x','a'), (1,'y','a'), (1,'z','b'), (1,'m','a')) AS t(item, \
annotator, value)), candidate => 'm')",
        result: "size,accuracy,accuracy_with,n\n1,0.6667,0.8333,1\n2,0.6667,1.0,1\n3,1.0,1.0,1\n",
    },
    calls: &[
        "SELECT * FROM limited_pool(t, candidate => 'annotator 1')",
        "SELECT * FROM limited_pool(t, candidate => 'annotator 2', ties => 'lowest')",
        "SELECT * FROM limited_pool(t, candidate => 'annotator 2', ties => 'wrong', max_size => 2)",
        "SELECT * FROM limited_pool(t, candidate => 'annotator 2', ties => 'highest', categories => [5, 4, 3, 2, 1])",
    ],
    body: Body::Unsorted(sizes),
};

fn sizes(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let pool = pool(&judgements, options)?;
    let most = u32::try_from(options.count("max_size")?).unwrap_or(u32::MAX);
    let sizes = match crowd::limited_pool(&pool, credit(options)?, most) {
        Err(Undefined::NoPairs) => Vec::new(),
        other => other.map_err(|e| fault(&e))?,
    };
    let row = |s: &crowd::PoolSize| {
        vec![
            u64::from(s.size).into(),
            s.accuracy.into(),
            s.accuracy_with.into(),
            (s.accuracy_with - s.accuracy).into(),
            s.n_items.into(),
        ]
    };
    Ok(Output::Table(sizes.iter().map(row).collect()))
}
