//! `agreement_matrix`: agreement of every pair of annotators.

use super::judgements::{JUDGEMENTS, REPEATS, read};
use super::metric::{PAIR_METRIC, pair_metric};
use super::options::{CATEGORIES, LEVEL, fault};
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "agreement_matrix",
    summary: "Agreement of every pair of annotators, people or judges",
    details: "One row for each two annotators with `min_items` common items, the first before the second; with `full` \
also the other way round. A metric that is undefined for a pair is NULL; intervals are those of the \
metric's own function, none for percent agreement and Kendall's tau.",
    formula: "the metric on the items that both annotators judged",
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
        Opt::flag("full", "list each pair both ways, as a heat map needs it"),
        CATEGORIES,
        REPEATS,
        LEVEL,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("first", "an annotator"),
        Out::text("second", "another annotator"),
        Out::int("n", "items that both judged"),
        Out::float("agreement", "share of these with equal values"),
        Out::float("estimate", "the metric; NULL where undefined"),
        Out::float("stderr", "its standard error, where it has one"),
        Out::float("lower", "lower limit"),
        Out::float("upper", "upper limit"),
    ]),
    citations: &[
        "Light (1971). Measures of response agreement for qualitative data: some generalizations and alternatives. \
Psychological Bulletin 76, 365-377.",
        "Cohen (1960). A coefficient of agreement for nominal scales. Educ. Psychol. Meas. 20, 37-46.",
    ],
    example: Example {
        sql: "SELECT first, second, n, agreement, estimate FROM agreement_matrix((SELECT * FROM (VALUES (0,'x',0), \
(0,'y',0), (1,'x',1), (1,'y',1), (2,'x',0), (2,'y',0), (2,'z',0), (3,'x',1), (3,'y',0), (3,'z',1)) AS \
t(item, annotator, value)))",
        result: "first,second,n,agreement,estimate\nx,y,4,0.75,0.5\nx,z,2,1.0,1.0\ny,z,2,0.5,0.0\n",
    },
    calls: &[
        "SELECT * FROM agreement_matrix(t)",
        "SELECT * FROM agreement_matrix(t, by => grp, metric => 'scott_pi', full => true, level => 0.9)",
        "SELECT * FROM agreement_matrix(t, metric => 'spearman', min_items => 5)",
        "SELECT * FROM agreement_matrix(t, metric => 'weighted_kappa_quadratic', value => outcome, categories => \
['a', 'tie', 'both_bad', 'b'])",
    ],
    body: Body::Unsorted(matrix),
};

fn matrix(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let metric = pair_metric(options, &judgements)?;
    let level = options.number("level")?;
    let pairs = agreement::agreement_matrix(&judgements.ratings, &metric, level);
    let mut pairs = pairs.map_err(|e| fault(&e))?;
    let min = options.count("min_items")?;
    pairs.retain(|pair| pair.n >= min);
    if options.flag("full")? {
        let turned: Vec<_> = pairs
            .iter()
            .map(|pair| agreement::PairAgreement {
                first: pair.second,
                second: pair.first,
                ..*pair
            })
            .collect();
        pairs.extend(turned);
        pairs.sort_unstable_by_key(|pair| (pair.first, pair.second));
    }
    let name = |id: u32| Value::Text(judgements.annotators.get(id as usize).cloned());
    let row = |pair: &agreement::PairAgreement| {
        vec![
            name(pair.first),
            name(pair.second),
            pair.n.into(),
            pair.agreement.into(),
            pair.value.into(),
            pair.stderr.into(),
            pair.lower.into(),
            pair.upper.into(),
        ]
    };
    Ok(Output::Table(pairs.iter().map(row).collect()))
}
