//! `weighted_vote`: the label with the greatest weight behind it.

use super::shared::{TIES, vote_ties};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "weighted_vote",
    summary: "The label with the greatest weight behind it",
    details: "Use it with GROUP BY item; the weight is what an annotator is worth, for example the competence of \
mace_annotators. A NULL value or weight does not vote; weights are added exactly, so ties are real. NULL \
without votes or when all weights are 0.",
    formula: "argmax over labels of the sum of the weights",
    errors: "a weight that is negative or not finite",
    params: &[
        Param::label("value", "the label given by one annotator"),
        Param::number("weight", "weight of the vote, not negative"),
    ],
    options: &[TIES],
    ordered: false,
    returns: Returns::Value(Type::Text),
    citations: &[
        "Littlestone & Warmuth (1994). The weighted majority algorithm. Information and Computation 108, 212-261.",
    ],
    example: Example {
        sql: "SELECT item, weighted_vote(value, weight) AS label FROM (VALUES (1,'a',0.9), (1,'b',0.4), (1,'b',0.4), \
(2,'a',0.5), (2,'b',0.5)) AS t(item, value, weight) GROUP BY item ORDER BY item",
        result: "item,label\n1,a\n2,\n",
    },
    calls: &[
        "SELECT * FROM weighted_vote(t, by => item)",
        "SELECT * FROM weighted_vote(t, by => item, weight => round, ties => 'highest')",
    ],
    body: Body::Tally(vote),
};

fn vote(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let most = tally.cells.iter().map(|c| c.weight).fold(0.0, f64::max);
    let tops = tally
        .cells
        .iter()
        .filter(|c| most > 0.0 && c.weight == most);
    let tied: Vec<u32> = tops.map(|c| c.key[0]).collect();
    let labels = tally.labels.first().map_or(&[][..], Vec::as_slice);
    let top = vote_ties(options)?.choose(&tied);
    let label = top.and_then(|id| labels.get(id as usize)).cloned();
    Ok(Output::Value(label.into()))
}
