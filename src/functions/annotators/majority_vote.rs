//! `majority_vote`: the label that most judgements agree on.

use super::shared::{TIES, vote_ties};
use crate::functions::prelude::*;
use crate::stats::agreement::Units;
use crate::stats::crowd;

pub(super) static FUNCTION: Function = Function {
    name: "majority_vote",
    summary: "The label that most judgements agree on",
    details: "Use it with GROUP BY item. NULL values do not vote. With a tie the result is NULL, or one of the tied \
labels as `ties` says (numbers by value, text by code point). NULL without votes.",
    formula: "argmax over labels of the number of rows",
    errors: "none beyond wrong options",
    params: &[Param::label("value", "the label given by one annotator")],
    options: &[TIES],
    ordered: false,
    returns: Returns::Value(Type::Text),
    citations: &["Snow et al. (2008). Cheap and fast - but is it good? EMNLP, 254-263."],
    example: Example {
        sql: "SELECT item, majority_vote(value) AS label FROM (VALUES (1,'a'), (1,'a'), (1,'b'), (2,'a'), (2,'b')) AS \
t(item, value) GROUP BY item ORDER BY item",
        result: "item,label\n1,a\n2,\n",
    },
    calls: &[
        "SELECT * FROM majority_vote(t, by => item)",
        "SELECT * FROM majority_vote(t, by => item, ties => 'lowest')",
        "SELECT * FROM majority_vote(t, by => item, ties => 'highest')",
        "SELECT * FROM majority_vote(t, by => item, ties => 'median')",
    ],
    body: Body::Tally(vote),
};

fn vote(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let labels = tally.labels.first().map_or(&[][..], Vec::as_slice);
    let counts = tally.cells.iter().map(|c| (0, c.key[0], c.rows));
    let units =
        Units::from_counts(1, labels.len(), counts).map_err(|e| Fault::new(e.to_string()))?;
    let votes = crowd::majority_vote(&units, vote_ties(options)?);
    let top = votes.first().and_then(|vote| vote.top);
    let label = top.and_then(|id| labels.get(id as usize)).cloned();
    Ok(Output::Value(label.into()))
}
