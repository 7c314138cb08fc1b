//! `krippendorff_alpha_detail`: agreement of any number of annotators, with its parts and interval.

use super::judgements::{JUDGEMENTS, REPEATS, read_units};
use super::metric::{ALPHA_ERRORS, LEVEL_OF_MEASUREMENT, PERIOD, alpha_model, level};
use super::options::{
    BOOTSTRAP, CATEGORIES, DISAGREEMENT, SEED, confidence, fault, resampling, undefined_record,
};
use crate::functions::prelude::*;
use crate::stats::agreement::{self, Profiles, Statistic};
use crate::stats::num;

const COLUMNS: &[Out] = &[
    Out::float("estimate", "alpha; NULL where undefined"),
    Out::float("observed_disagreement", "mean difference within items"),
    Out::float(
        "expected_disagreement",
        "mean difference of all pairs of values",
    ),
    Out::float("stderr", "standard deviation of the replicates"),
    Out::float("lower", "lower percentile of the replicates"),
    Out::float("upper", "upper percentile of the replicates"),
    Out::int("n", "items with two or more judgements"),
    Out::int("n_values", "judgements of these items"),
    Out::int("replicates", "replicates with a value"),
    Out::int("n_null", "rows left out for a NULL"),
    Out::text(
        "reason",
        "why there is no estimate: no_pairs (nothing to compare), no_variation (all values equal, 0/0)",
    ),
];

pub(super) static FUNCTION: Function = Function {
    name: "krippendorff_alpha_detail",
    summary: "Agreement of any number of annotators, with D_o, D_e and a bootstrap interval",
    details: "Items with a single judgement do not count. Interval, ratio and circular need numbers; ordinal needs \
numbers or `categories`; custom takes the differences from `disagreement`. The bootstrap draws items with \
replacement; replicates without variation are left out, and when more than half are, there is no interval. \
Under ratio, circular and custom the interval takes at most 2,000 distinct values. The option `level` is \
the level of measurement; the confidence level is `confidence`.",
    formula: "alpha = 1 - D_o / D_e, with the difference function of the level of measurement",
    errors: ALPHA_ERRORS,
    params: JUDGEMENTS,
    options: &[
        LEVEL_OF_MEASUREMENT,
        PERIOD,
        DISAGREEMENT,
        CATEGORIES,
        REPEATS,
        Opt::choice(
            "ci",
            &["bootstrap", "none"],
            "bootstrap",
            "stderr, lower and upper by resampling items, or none",
        ),
        confidence("confidence"),
        BOOTSTRAP,
        SEED,
    ],
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Krippendorff (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.",
        "Efron (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7, 1-26.",
    ],
    example: Example {
        sql: "SELECT round(estimate, 6) AS alpha, round(observed_disagreement, 6) AS d_o, round(expected_disagreement, 6) \
AS d_e, n, n_values, reason FROM krippendorff_alpha_detail((SELECT * FROM (VALUES (1,'x',1), (1,'y',1), \
(1,'z',2), (2,'x',2), (2,'y',2), (2,'z',2), (3,'x',3), (3,'y',3), (3,'z',3), (4,'x',1), (4,'y',2), \
(4,'z',3)) AS t(item, annotator, value)), ci => 'none')",
        result: "alpha,d_o,d_e,n,n_values,reason\n0.414894,0.416667,0.712121,4,12,\n",
    },
    calls: &[
        "SELECT * FROM krippendorff_alpha_detail(t, by => grp, level => 'ordinal', bootstrap => 40)",
        "SELECT * FROM krippendorff_alpha_detail(t, level => 'interval', bootstrap => 40, confidence => 0.9, seed => \
1)",
        "SELECT * FROM krippendorff_alpha_detail(t, level => 'ratio', bootstrap => 40)",
        "SELECT * FROM krippendorff_alpha_detail(t, level => 'circular', period => 5.5, bootstrap => 40)",
        "SELECT * FROM krippendorff_alpha_detail(t, value => grp, level => 'custom', disagreement => [0, 1, 2, 1, 0, \
1, 2, 1, 0], bootstrap => 40)",
        "SELECT * FROM krippendorff_alpha_detail(t, by => grp, ci => 'none')",
    ],
    body: Body::Unsorted(alpha),
};

fn alpha(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (units, levels) = read_units(rows, options)?;
    let (level, values) = level(options, &levels)?;
    let n_null = Value::from(rows.n_null);
    let got = match agreement::krippendorff_alpha(&units, level, values.as_deref()) {
        Ok(got) => got,
        Err(e) => return undefined_record(COLUMNS, &[("n_null", n_null)], &e),
    };
    let interval = if options.text("ci")? == "bootstrap" {
        let statistic = Statistic::Alpha(alpha_model(options, &levels)?);
        let mut alpha = Profiles::new(&units)
            .statistic(statistic)
            .map_err(|e| fault(&e))?;
        alpha.interval(resampling(options, "confidence")?)
    } else {
        None
    };
    Ok(Output::Record(vec![
        got.alpha.into(),
        num::finite(got.observed_disagreement).into(),
        num::finite(got.expected_disagreement).into(),
        interval.map(|i| i.stderr).into(),
        interval.map(|i| i.lower).into(),
        interval.map(|i| i.upper).into(),
        got.n_units.into(),
        got.n_values.into(),
        interval.map(|i| u64::from(i.replicates)).into(),
        n_null,
        Value::Text(None),
    ]))
}
