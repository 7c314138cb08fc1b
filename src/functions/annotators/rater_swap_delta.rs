//! `rater_swap_delta`: what replacing an annotator by a candidate does to agreement.

use super::shared::{CANDIDATE, ONE_EACH, pool};
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::metric::{
    ALPHA_ERRORS, LEVEL_OF_MEASUREMENT, PERIOD, alpha_model,
};
use crate::functions::agreement::options::{
    CATEGORIES, DISAGREEMENT, SEED, confidence, undefined_record,
};
use crate::functions::prelude::*;
use crate::stats::crowd::{Swap, rater_swap};
use crate::stats::rng::identity;

const COLUMNS: &[Out] = &[
    Out::float(
        "alpha",
        "Krippendorff's alpha of the pool without the candidate",
    ),
    Out::float("alpha_with", "mean alpha after a swap"),
    Out::float(
        "delta",
        "mean of the differences; below 0 the candidate lowers agreement",
    ),
    Out::float("sd", "standard deviation of the differences over swaps"),
    Out::float("lower", "lower percentile of the differences"),
    Out::float("upper", "upper percentile of the differences"),
    Out::float("share_lower", "share of swaps that lower alpha"),
    Out::int("n_swaps", "swaps with a defined alpha"),
    Out::int("n", "items that the candidate and the pool judged"),
    Out::text("reason", "why there is no result: no_pairs, no_variation"),
];

pub(super) static FUNCTION: Function = Function {
    name: "rater_swap_delta",
    summary: "What replacing an annotator by a candidate, such as a judge, does to agreement",
    details: "The candidate is one of the annotators, taken out of the pool first. With swap => 'each' every annotator in \
turn gives way on all items they share with the candidate; with 'random' on every item one annotator drawn \
at random, `swaps` times. Items that the candidate did not judge stay as they are. The spread is over \
swaps, not over samples of items.",
    formula: "delta = mean over swaps of alpha(pool after the swap) - alpha(pool)",
    errors: ALPHA_ERRORS,
    params: JUDGEMENTS,
    options: &[
        CANDIDATE,
        Opt::choice(
            "swap",
            &["random", "each"],
            "random",
            "who gives way: on every item one annotator at random, or each annotator in turn",
        ),
        Opt::integer("swaps", 1, 100_000, 100, "number of random swaps"),
        SEED,
        confidence("confidence"),
        LEVEL_OF_MEASUREMENT,
        PERIOD,
        DISAGREEMENT,
        CATEGORIES,
        ONE_EACH,
    ],
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Brassard, Heinzerling, Kudo, Sakaguchi & Inui (2024). ACORN: aspect-wise commonsense reasoning explanation \
evaluation. COLM.",
        "Krippendorff (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.",
    ],
    example: Example {
        sql: "SELECT round(alpha, 6) AS alpha, round(alpha_with, 6) AS alpha_with, round(delta, 6) AS delta, n_swaps, n \
FROM rater_swap_delta((SELECT * FROM (VALUES (1,'x','a'), (1,'y','a'), (1,'m','b'), (2,'x','b'), \
(2,'y','b'), (2,'m','b'), (3,'x','a'), (3,'y','b'), (3,'m','a')) AS t(item, annotator, value)), candidate \
=> 'm', swap => 'each')",
        result: "alpha,alpha_with,delta,n_swaps,n\n0.444444,0.097222,-0.347222,2,3\n",
    },
    calls: &[
        "SELECT * FROM rater_swap_delta(t, candidate => 'annotator 1', level => 'ordinal', swaps => 20)",
        "SELECT * FROM rater_swap_delta(t, by => grp, candidate => 'annotator 2', swap => 'each')",
        "SELECT * FROM rater_swap_delta(t, candidate => 'annotator 2', level => 'interval', swaps => 20, seed => 2, \
confidence => 0.9)",
    ],
    body: Body::Unsorted(delta),
};

fn delta(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let pool = pool(&judgements, options)?;
    let model = alpha_model(options, &judgements.levels)?;
    let names = judgements.items.iter();
    let identities: Vec<u64> = names.map(|name| identity(name)).collect();
    let swap = if options.text("swap")? == "each" {
        Swap::Each
    } else {
        Swap::Random {
            repeats: u32::try_from(options.count("swaps")?).unwrap_or(u32::MAX),
            seed: options.count("seed")?,
            items: &identities,
        }
    };
    Ok(
        match rater_swap(&pool, &model, swap, options.number("confidence")?) {
            Err(e) => return undefined_record(COLUMNS, &[], &e),
            Ok(d) => Output::Record(vec![
                d.alpha.into(),
                d.alpha_with.into(),
                d.delta.into(),
                d.sd.into(),
                d.lower.into(),
                d.upper.into(),
                d.share_lower.into(),
                d.n_swaps.into(),
                d.n_items.into(),
                Value::Text(None),
            ]),
        },
    )
}
