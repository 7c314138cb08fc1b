//! `krippendorff_alpha`: agreement of any number of annotators, missing data allowed.

use super::judgements::{JUDGEMENTS, REPEATS, read_units};
use super::metric::{ALPHA_ERRORS, LEVEL_OF_MEASUREMENT, PERIOD, level};
use super::options::{CATEGORIES, DISAGREEMENT, coefficient};
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "krippendorff_alpha",
    summary: "Agreement of any number of annotators beyond chance, with missing data",
    details: "Items with a single judgement do not count. NULL when no item has two judgements or all values are equal \
(0/0). Interval, ratio and circular need numbers; ordinal needs numbers or `categories`; custom takes the \
differences from `disagreement`. The cost is one pass over the judgements, except for ratio and custom, \
which visit all pairs of distinct values (at most 100,000 of them).",
    formula: "alpha = 1 - D_o / D_e, with the difference function of the level of measurement: 0/1, squared mid-rank \
distance, (v - w)^2, ((v - w) / (v + w))^2, sin^2(pi (v - w) / period)",
    errors: ALPHA_ERRORS,
    params: JUDGEMENTS,
    options: &[
        LEVEL_OF_MEASUREMENT,
        PERIOD,
        DISAGREEMENT,
        CATEGORIES,
        REPEATS,
    ],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Krippendorff (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.",
    ],
    example: Example {
        sql: "SELECT round(krippendorff_alpha(item, annotator, value, level => 'ordinal'), 6) AS alpha FROM (VALUES \
(1,'x',1), (1,'y',1), (2,'x',2), (2,'y',3), (3,'x',3), (3,'y',3), (4,'x',1)) AS t(item, annotator, value)",
        result: "alpha\n0.777778\n",
    },
    calls: &[
        "SELECT * FROM krippendorff_alpha(t, by => grp, level => 'nominal')",
        "SELECT * FROM krippendorff_alpha(t, by => grp, level => 'ordinal')",
        "SELECT * FROM krippendorff_alpha(t, by => grp, level => 'interval')",
        "SELECT * FROM krippendorff_alpha(t, by => grp, level => 'ratio')",
        "SELECT * FROM krippendorff_alpha(t, by => grp, level => 'circular', period => 24)",
        "SELECT * FROM krippendorff_alpha(t, value => grp, level => 'custom', disagreement => [0, 1, 2, 1, 0, 1, 2, \
1, 0])",
        "SELECT * FROM krippendorff_alpha(t, value => outcome, level => 'ordinal', categories => ['a', 'tie', \
'both_bad', 'b'])",
        "SELECT * FROM krippendorff_alpha(t, value => y, annotator => grp, repeats => 'keep', level => 'interval')",
    ],
    body: Body::Unsorted(alpha),
};

fn alpha(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (units, levels) = read_units(rows, options)?;
    let (level, values) = level(options, &levels)?;
    let alpha = agreement::krippendorff_alpha(&units, level, values.as_deref());
    coefficient(alpha.map(|a| a.alpha))
}
