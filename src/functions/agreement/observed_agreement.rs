//! `observed_agreement`: how often annotators agree, without correction for chance.

use super::judgements::{JUDGEMENTS, REPEATS, WEIGHTED_ERRORS, read_units};
use super::options::{CATEGORIES, DISAGREEMENT, DISTANCE, coefficient, fault, weights, weights_of};
use crate::functions::prelude::*;
use crate::stats::agreement::{self, Weights};

pub(super) static FUNCTION: Function = Function {
    name: "observed_agreement",
    summary: "Share of agreeing pairs of judgements, for any number of annotators",
    details: "The percent agreement of long-form judgements. Items with one judgement do not count; NULL without any \
other. With pool => 'items' every item weighs the same, with 'pairs' every pair. With weights, nearby \
categories agree in part; not corrected for chance.",
    formula: "mean over items of sum(w) over ordered pairs / (m (m - 1)), m judgements in the item",
    errors: WEIGHTED_ERRORS,
    params: JUDGEMENTS,
    options: &[
        weights("none"),
        DISTANCE,
        DISAGREEMENT,
        CATEGORIES,
        REPEATS,
        Opt::choice(
            "pool",
            &["items", "pairs"],
            "items",
            "what weighs the same: items or pairs of judgements",
        ),
    ],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Scott (1955). Reliability of content analysis. Public Opinion Quarterly 19, 321-325.",
        "Gwet (2014). Handbook of Inter-Rater Reliability, 4th ed.",
    ],
    example: Example {
        sql: "SELECT round(observed_agreement(item, annotator, value), 6) AS share, round(observed_agreement(item, \
annotator, value, weights => 'quadratic'), 6) AS near FROM (VALUES (1,'x',1), (1,'y',1), (1,'z',2), \
(2,'x',2), (2,'y',2), (2,'z',2), (3,'x',3), (3,'y',3), (3,'z',3), (4,'x',1), (4,'y',2), (4,'z',3)) AS \
t(item, annotator, value)",
        result: "share,near\n0.583333,0.833333\n",
    },
    calls: &[
        "SELECT * FROM observed_agreement(t, by => grp)",
        "SELECT * FROM observed_agreement(t, by => grp, pool => 'pairs', weights => 'linear')",
        "SELECT * FROM observed_agreement(t, repeats => 'keep', annotator => grp, pool => 'pairs')",
    ],
    body: Body::Unsorted(share),
};

fn share(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (units, levels) = read_units(rows, options)?;
    let weights = weights_of(options, &levels)?;
    let pooled = options.text("pool")? == "pairs";
    if weights == Weights::None {
        let both = agreement::percent_agreement(&units);
        return coefficient(both.map(|a| {
            if pooled {
                a.pooled_pairs
            } else {
                a.percent_agreement
            }
        }));
    }
    let metric = weights.metric(units.levels()).map_err(|e| fault(&e))?;
    coefficient(agreement::weighted_agreement(&units, &metric, pooled))
}
