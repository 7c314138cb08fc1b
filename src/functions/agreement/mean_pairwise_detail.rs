//! `mean_pairwise_detail`: the mean of a metric over all pairs of annotators, with its range.

use super::judgements::{JUDGEMENTS, REPEATS, read};
use super::metric::{PAIR_METRIC, pair_metric};
use super::options::{CATEGORIES, undefined_record};
use crate::functions::prelude::*;
use crate::stats::agreement;

const COLUMNS: &[Out] = &[
    Out::float("estimate", "the mean; NULL where undefined"),
    Out::float("min", "lowest value of a pair"),
    Out::float("max", "highest value of a pair"),
    Out::int("n", "pairs of annotators with a value"),
    Out::int(
        "n_undefined",
        "pairs left out because their value is undefined",
    ),
    Out::int("n_null", "rows left out for a NULL"),
    Out::text("reason", "why there is no estimate: no_pairs, no_variation"),
];

pub(super) static FUNCTION: Function = Function {
    name: "mean_pairwise_detail",
    summary: "Mean of a metric over all pairs of annotators, with its range",
    details: "Each pair that judged `min_items` common items weighs the same; pairs whose metric is undefined are left \
out and counted. With cohen_kappa it is Light's kappa. Undefined is NULL with a reason.",
    formula: "mean over pairs of annotators of the metric on their common items",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`; an order on text without `categories`; more than 50 million pairs of judgements",
    params: JUDGEMENTS,
    options: &[
        PAIR_METRIC,
        Opt::integer(
            "min_items",
            1,
            i64::MAX,
            1,
            "pairs of annotators with fewer common items are left out",
        ),
        CATEGORIES,
        REPEATS,
    ],
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Light (1971). Measures of response agreement for qualitative data: some generalizations and alternatives. \
Psychological Bulletin 76, 365-377.",
    ],
    example: Example {
        sql: "SELECT estimate, min, max, n, n_undefined FROM mean_pairwise_detail((SELECT * FROM (VALUES (0,'x',0), \
(0,'y',0), (1,'x',1), (1,'y',1), (2,'x',0), (2,'y',0), (2,'z',0), (3,'x',1), (3,'y',0), (3,'z',1)) AS \
t(item, annotator, value)), metric => 'percent_agreement')",
        result: "estimate,min,max,n,n_undefined\n0.75,0.5,1.0,3,0\n",
    },
    calls: &[
        "SELECT * FROM mean_pairwise_detail(t, by => grp, metric => 'spearman', min_items => 3)",
        "SELECT * FROM mean_pairwise_detail(t, metric => 'weighted_kappa_linear', value => outcome, categories => \
['a', 'tie', 'both_bad', 'b'])",
    ],
    body: Body::Unsorted(mean),
};

fn mean(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let metric = pair_metric(options, &judgements)?;
    let n_null = Value::from(rows.n_null);
    let min = options.count("min_items")?;
    Ok(
        match agreement::mean_pairwise(&judgements.ratings, &metric, min) {
            Err(e) => return undefined_record(COLUMNS, &[("n_null", n_null)], &e),
            Ok(m) => Output::Record(vec![
                m.mean.into(),
                m.min.into(),
                m.max.into(),
                m.n_pairs.into(),
                m.n_undefined.into(),
                n_null,
                Value::Text(None),
            ]),
        },
    )
}
