//! `wawa`: votes weighted by agreement with the majority.

use super::shared::{ALL, LABEL, ONE_EACH, item_rows};
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::CATEGORIES;
use crate::functions::prelude::*;
use crate::stats::crowd;

pub(super) static FUNCTION: Function = Function {
    name: "wawa",
    summary: "Votes weighted by how often the annotator is with the majority",
    details: "Worker agreement with aggregate: a vote weighs the share of the annotator's labels that are the majority \
label of their item, own vote included, tied items left out. Where all voters of an item weigh 0 their \
votes count alike. annotator_reliability lists the weights.",
    formula: "share of the summed weights behind each label",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`",
    params: JUDGEMENTS,
    options: &[ALL, CATEGORIES, ONE_EACH],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("item", "the item"),
        LABEL,
        Out::float("probability", "share of the weight behind the label"),
        Out::int("n", "labels of the item"),
    ]),
    citations: &[
        "Appen (formerly CrowdFlower): worker agreement with aggregate, as described by Ustalov, Pavlichenko & \
Tseitlin (2024). Learning from crowds with Crowd-Kit. JOSS 9(96), 6227.",
    ],
    example: Example {
        sql: "SELECT item, label, round(probability, 6) AS probability FROM wawa((SELECT * FROM (VALUES (1,'x','a'), \
(1,'y','a'), (1,'z','a'), (2,'x','b'), (2,'y','b'), (2,'z','b'), (3,'x','a'), (3,'y','a'), (3,'z','b')) AS \
t(item, annotator, value)))",
        result: "item,label,probability\n1,a,1.0\n2,b,1.0\n3,a,0.75\n",
    },
    calls: &[
        "SELECT * FROM wawa(t)",
        "SELECT * FROM wawa(t, by => grp, all_labels => true, categories => [1, 2, 3, 4, 5, 6])",
    ],
    body: Body::Unsorted(items),
};

fn items(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let all = options.flag("all_labels")?;
    let k = judgements.levels.len();
    let wawa = crowd::wawa(&judgements.ratings);
    let shares = wawa.posterior.into_iter();
    let shares = shares.flat_map(|row| row.unwrap_or_else(|| vec![0.0; k]));
    let shares: Vec<f64> = shares.collect();
    Ok(item_rows(&judgements, &shares, all, &|_| Vec::new()))
}
