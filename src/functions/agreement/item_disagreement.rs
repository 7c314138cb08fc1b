//! `item_disagreement`: how much annotators disagree on each item.

use super::judgements::{JUDGEMENTS, REPEATS, read};
use super::metric::{ALPHA_ERRORS, LEVEL_OF_MEASUREMENT, PERIOD, alpha_model, level};
use super::options::{CATEGORIES, DISAGREEMENT, fault};
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "item_disagreement",
    summary: "How much annotators disagree on each item, and what the item does to alpha",
    details: "One row for each judged item. `alpha_without` is Krippendorff's alpha of the other items, `influence` what \
the item adds to alpha: negative for items that pull it down; both NULL where an alpha is undefined. Items \
with one judgement have no disagreement. More than 20 billion steps (distinct items times levels, squared \
but for nominal and interval) are an error.",
    formula: "entropy = -sum(p log2 p); disagreement = share of differing pairs; influence = alpha - alpha without the \
item",
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
    returns: Returns::Table(&[
        Out::text("item", "the item"),
        Out::int("n", "judgements"),
        Out::text("label", "the most frequent value; NULL when tied"),
        Out::float("share", "share of the most frequent value"),
        Out::float("disagreement", "share of differing pairs of judgements"),
        Out::float(
            "difference",
            "mean difference of pairs at the level of measurement",
        ),
        Out::float("entropy", "entropy of the values in bits"),
        Out::float(
            "normalized_entropy",
            "entropy over log2 of the number of values in use",
        ),
        Out::float("alpha_without", "alpha of the other items"),
        Out::float("influence", "alpha less alpha_without"),
    ]),
    citations: &[
        "Krippendorff (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.",
        "Shannon (1948). A mathematical theory of communication. Bell System Technical Journal 27, 379-423.",
    ],
    example: Example {
        sql: "SELECT item, label, round(disagreement, 4) AS disagreement, round(entropy, 4) AS entropy, \
round(alpha_without, 6) AS alpha_without FROM item_disagreement((SELECT * FROM (VALUES (1,'x',1), \
(1,'y',1), (1,'z',2), (2,'x',2), (2,'y',2), (2,'z',2), (3,'x',3), (3,'y',3), (3,'z',3), (4,'x',1), \
(4,'y',2), (4,'z',3)) AS t(item, annotator, value)))",
        result: "item,label,disagreement,entropy,alpha_without\n1,1,0.6667,0.9183,0.5\n2,2,0.0,0.0,0.230769\n3,3,0.0,0.0,0.130435\n4,,1.0,1.585,0.692308\n",
    },
    calls: &[
        "SELECT * FROM item_disagreement(t)",
        "SELECT * FROM item_disagreement(t, level => 'ordinal')",
        "SELECT * FROM item_disagreement(t, by => grp, level => 'interval')",
        "SELECT * FROM item_disagreement(t, level => 'circular', period => 7)",
    ],
    body: Body::Unsorted(items),
};

fn items(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let model = alpha_model(options, &judgements.levels)?;
    let items = agreement::item_disagreement(&judgements.ratings, &model);
    let items = items.map_err(|e| fault(&e))?;
    let (level, values) = level(options, &judgements.levels)?;
    let all = agreement::krippendorff_alpha(&judgements.units(), level, values.as_deref());
    let all = all.ok().map(|a| a.alpha);
    let row = |item: &agreement::ItemDisagreement| {
        vec![
            Value::Text(judgements.items.get(item.item as usize).cloned()),
            item.n.into(),
            item.top.and_then(|id| judgements.level(id)).into(),
            item.top_share.into(),
            item.disagreement.into(),
            item.difference.into(),
            item.entropy.into(),
            item.normalized_entropy.into(),
            item.alpha_without.into(),
            all.zip(item.alpha_without).map(|(a, b)| a - b).into(),
        ]
    };
    Ok(Output::Table(items.iter().map(row).collect()))
}
