//! `self_consistency`: does one judge, asked again, say the same?.

use crate::functions::prelude::*;
use crate::stats::agreement::Units;
use crate::stats::crowd;

pub(super) static FUNCTION: Function = Function {
    name: "self_consistency",
    summary: "How often one judge, asked again, gives the same answer",
    details: "Rows are repeated answers of one judge to one item; use GROUP BY annotator for several judges. Items with \
one answer do not count. NULL without any other. The answer to go by is majority_vote.",
    formula: "mean over items of equal pairs / pairs of answers",
    errors: "none",
    params: PARAMS,
    options: &[],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Wang et al. (2023). Self-consistency improves chain of thought reasoning in language models. ICLR.",
    ],
    example: Example {
        sql: "SELECT round(self_consistency(item, value), 6) AS consistency FROM (VALUES (1,'a'), (1,'a'), (1,'b'), \
(2,'a'), (2,'a'), (3,'b')) AS t(item, value)",
        result: "consistency\n0.666667\n",
    },
    calls: &["SELECT * FROM self_consistency(t, by => grp)"],
    body: Body::Tally(consistency),
};

/// The columns.
pub(super) const PARAMS: &[Param] = &[
    Param::label("item", "what was asked"),
    Param::label("value", "one of the answers; NULL is missing"),
];

/// The answers counted by item.
pub(super) fn units(tally: &Tally) -> Result<Units, Fault> {
    let size = |column: usize| tally.labels.get(column).map_or(0, Vec::len);
    let counts = tally.cells.iter().map(|c| (c.key[0], c.key[1], c.rows));
    Units::from_counts(size(0), size(1), counts).map_err(|e| Fault::new(e.to_string()))
}

fn consistency(tally: &Tally, _: &Options) -> Result<Output, Fault> {
    let found = crowd::self_consistency(&units(tally)?, 0.95);
    Ok(Output::Value(found.map(|c| c.consistency).into()))
}
