//! `annotator_reliability`: how well each annotator does against the others.

use super::shared::ONE_EACH;
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::{CATEGORIES, LEVEL};
use crate::functions::prelude::*;
use crate::stats::crowd;

pub(super) static FUNCTION: Function = Function {
    name: "annotator_reliability",
    summary: "How well each annotator does against the others",
    details: "Each label is held against the majority of the other annotators; items where the others are tied or absent \
do not count. `correlation` is that with the mean of the others (item-rest) and NULL unless all values are \
numbers. `favourite_share` near 1 shows one who always says the same. NULL where nothing can be compared.",
    formula: "agreement = labels equal to the others' majority / labels compared; Wilson's interval",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`",
    params: JUDGEMENTS,
    options: &[LEVEL, CATEGORIES, ONE_EACH],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("annotator", "the annotator"),
        Out::int("n", "labels"),
        Out::int(
            "n_compared",
            "labels on items where the others have a majority",
        ),
        Out::float("agreement", "share of these equal to that majority"),
        Out::float("lower", "lower limit"),
        Out::float("upper", "upper limit"),
        Out::float("kappa", "Cohen's kappa with that majority"),
        Out::float(
            "correlation",
            "Pearson's correlation with the mean of the others",
        ),
        Out::float(
            "wawa",
            "share of labels equal to the majority of all, own vote included",
        ),
        Out::float("favourite_share", "share of the most frequent own label"),
    ]),
    citations: &[
        "Snow et al. (2008). Cheap and fast - but is it good? EMNLP, 254-263.",
        "Wilson (1927). Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.",
    ],
    example: Example {
        sql: "SELECT annotator, n, n_compared, agreement, round(wawa, 6) AS wawa FROM annotator_reliability((SELECT * \
FROM (VALUES (1,'x','a'), (1,'y','a'), (1,'z','a'), (2,'x','b'), (2,'y','b'), (2,'z','b'), (3,'x','a'), \
(3,'y','a'), (3,'z','b')) AS t(item, annotator, value)))",
        result: "annotator,n,n_compared,agreement,wawa\nx,3,2,1.0,1.0\ny,3,2,1.0,1.0\nz,3,3,0.6666666666666666,0.666667\n",
    },
    calls: &[
        "SELECT * FROM annotator_reliability(t)",
        "SELECT * FROM annotator_reliability(t, by => grp, level => 0.9)",
        "SELECT * FROM annotator_reliability(t, value => outcome)",
    ],
    body: Body::Unsorted(annotators),
};

fn annotators(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let numbers = judgements.numbers().ok();
    let level = options.number("level")?;
    let all = crowd::reliability(&judgements.ratings, numbers.as_deref(), level);
    let wawa = crowd::wawa(&judgements.ratings).skills;
    let row = |r: &crowd::Reliability| {
        vec![
            Value::Text(judgements.annotators.get(r.annotator as usize).cloned()),
            r.n.into(),
            r.n_compared.into(),
            r.agreement.into(),
            r.bounds.map(|b| b.lower).into(),
            r.bounds.map(|b| b.upper).into(),
            r.kappa.into(),
            r.correlation.into(),
            wawa.get(r.annotator as usize).copied().flatten().into(),
            r.favourite_share.into(),
        ]
    };
    Ok(Output::Table(all.iter().map(row).collect()))
}
