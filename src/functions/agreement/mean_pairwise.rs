//! `mean_pairwise`: the mean of a metric over all pairs of annotators.

use super::judgements::{JUDGEMENTS, REPEATS, read};
use super::metric::{PAIR_METRIC, pair_metric};
use super::options::{CATEGORIES, coefficient};
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "mean_pairwise",
    summary: "Mean of a metric over all pairs of annotators",
    details: "Each pair that judged `min_items` common items weighs the same; pairs whose metric is undefined are left \
out. With cohen_kappa it is Light's kappa. NULL without a pair that has a value.",
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
    returns: Returns::Value(Type::Float),
    citations: &[
        "Light (1971). Measures of response agreement for qualitative data: some generalizations and alternatives. \
Psychological Bulletin 76, 365-377.",
    ],
    example: Example {
        sql: "SELECT mean_pairwise(item, annotator, value) AS kappa, mean_pairwise(item, annotator, value, metric => \
'percent_agreement') AS share FROM (VALUES (0,'x',0), (0,'y',0), (1,'x',1), (1,'y',1), (2,'x',0), \
(2,'y',0), (2,'z',0), (3,'x',1), (3,'y',0), (3,'z',1)) AS t(item, annotator, value)",
        result: "kappa,share\n0.5,0.75\n",
    },
    calls: &[
        "SELECT * FROM mean_pairwise(t, metric => 'cohen_kappa')",
        "SELECT * FROM mean_pairwise(t, metric => 'weighted_kappa_quadratic')",
        "SELECT * FROM mean_pairwise(t, metric => 'scott_pi')",
        "SELECT * FROM mean_pairwise(t, metric => 'pearson')",
        "SELECT * FROM mean_pairwise(t, metric => 'kendall_tau')",
        "SELECT * FROM mean_pairwise(t, by => grp, metric => 'percent_agreement', min_items => 2)",
    ],
    body: Body::Unsorted(mean),
};

fn mean(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let metric = pair_metric(options, &judgements)?;
    let min = options.count("min_items")?;
    coefficient(agreement::mean_pairwise(&judgements.ratings, &metric, min).map(|m| m.mean))
}
