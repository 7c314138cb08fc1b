//! `self_consistency_detail`: how consistent repeated answers are.

use crate::functions::agreement::options::LEVEL;
use crate::functions::prelude::*;
use crate::stats::crowd;

use super::self_consistency::{PARAMS, units};

const COLUMNS: &[Out] = &[
    Out::float(
        "estimate",
        "share of equal pairs of answers, mean over items; NULL where undefined",
    ),
    Out::float("stderr", "standard error over items"),
    Out::float("lower", "lower limit, at least 0"),
    Out::float("upper", "upper limit, at most 1"),
    Out::float(
        "majority_share",
        "share of the most frequent answer, mean over items",
    ),
    Out::float("unanimous", "share of items whose answers are all equal"),
    Out::float("entropy", "entropy of the answers in bits, mean over items"),
    Out::int("n", "items with two or more answers"),
    Out::int("n_answers", "their answers"),
    Out::text("reason", "why there is no estimate: no_pairs"),
];

pub(super) static FUNCTION: Function = Function {
    name: "self_consistency_detail",
    summary: "How often one judge, asked again, gives the same answer, with its uncertainty",
    details: "Rows are repeated answers of one judge to one item; use GROUP BY annotator for several judges. Items with \
one answer do not count. The interval is Student's t over items. Undefined is NULL with a reason. The \
answer to go by is majority_vote.",
    formula: "mean over items of equal pairs / pairs of answers",
    errors: "none",
    params: PARAMS,
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Wang et al. (2023). Self-consistency improves chain of thought reasoning in language models. ICLR.",
    ],
    example: Example {
        sql: "SELECT round(estimate, 6) AS estimate, round(stderr, 6) AS stderr, round(majority_share, 6) AS \
majority_share, unanimous, round(entropy, 6) AS entropy, n, n_answers FROM self_consistency_detail((SELECT \
* FROM (VALUES (1,'a'), (1,'a'), (1,'b'), (2,'a'), (2,'a'), (3,'b')) AS t(item, value)))",
        result: "estimate,stderr,majority_share,unanimous,entropy,n,n_answers\n0.666667,0.333333,0.833333,0.5,0.459148,2,5\n",
    },
    calls: &["SELECT * FROM self_consistency_detail(t, by => grp, level => 0.9)"],
    body: Body::Tally(consistency),
};

fn consistency(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let found = crowd::self_consistency(&units(tally)?, options.number("level")?);
    let mut record = vec![
        found.map(|c| c.consistency).into(),
        found.and_then(|c| c.stderr).into(),
        found.and_then(|c| c.lower).into(),
        found.and_then(|c| c.upper).into(),
        found.map(|c| c.majority_share).into(),
        found.map(|c| c.unanimous).into(),
        found.map(|c| c.entropy).into(),
        found.map_or(0, |c| c.n).into(),
        found.map_or(0, |c| c.n_answers).into(),
    ];
    let reason = found.is_none().then(|| "no_pairs".to_owned());
    record.push(reason.into());
    Ok(Output::Record(record))
}
