//! `annotator_disagreement`: how much each annotator disagrees with the others.

use super::judgements::{JUDGEMENTS, REPEATS, read};
use super::metric::{ALPHA_ERRORS, LEVEL_OF_MEASUREMENT, PERIOD, alpha_model, level};
use super::options::{CATEGORIES, DISAGREEMENT, fault};
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "annotator_disagreement",
    summary: "How much each annotator disagrees with the others, and what that does to alpha",
    details: "One row for each annotator. Disagreement is averaged over the items that someone else judged too, each \
weighing the same. `alpha_without` is Krippendorff's alpha of the others, `influence` what the annotator \
adds to alpha: negative for one who pulls it down; NULL where undefined.",
    formula: "disagreement = mean over shared items of the share of others' judgements that differ; influence = alpha - \
alpha without the annotator",
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
        Out::text("annotator", "the annotator"),
        Out::int("n", "judgements"),
        Out::int("n_shared", "items that someone else judged too"),
        Out::float("disagreement", "share of differing pairs with the others"),
        Out::float(
            "difference",
            "mean difference from the others at the level of measurement",
        ),
        Out::float("alpha_without", "alpha of the other annotators"),
        Out::float("influence", "alpha less alpha_without"),
    ]),
    citations: &[
        "Krippendorff (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.",
    ],
    example: Example {
        sql: "SELECT annotator, n, disagreement, round(alpha_without, 6) AS alpha_without FROM \
annotator_disagreement((SELECT * FROM (VALUES (1,'x',1), (1,'y',1), (1,'z',2), (2,'x',2), (2,'y',2), \
(2,'z',2), (3,'x',3), (3,'y',3), (3,'z',3), (4,'x',1), (4,'y',2), (4,'z',3)) AS t(item, annotator, value)))",
        result: "annotator,n,disagreement,alpha_without\nx,4,0.375,0.263158\ny,4,0.375,0.333333\nz,4,0.5,0.666667\n",
    },
    calls: &[
        "SELECT * FROM annotator_disagreement(t)",
        "SELECT * FROM annotator_disagreement(t, level => 'ordinal')",
        "SELECT * FROM annotator_disagreement(t, by => grp, level => 'interval')",
        "SELECT * FROM annotator_disagreement(t, annotator => grp, repeats => 'keep', level => 'ratio')",
    ],
    body: Body::Unsorted(annotators),
};

fn annotators(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let model = alpha_model(options, &judgements.levels)?;
    let all = agreement::annotator_disagreement(&judgements.ratings, &model);
    let annotators = all.map_err(|e| fault(&e))?;
    let (level, values) = level(options, &judgements.levels)?;
    let alpha = agreement::krippendorff_alpha(&judgements.units(), level, values.as_deref());
    let alpha = alpha.ok().map(|a| a.alpha);
    let row = |a: &agreement::AnnotatorDisagreement| {
        vec![
            Value::Text(judgements.annotators.get(a.annotator as usize).cloned()),
            a.n.into(),
            a.n_shared.into(),
            a.disagreement.into(),
            a.difference.into(),
            a.alpha_without.into(),
            alpha.zip(a.alpha_without).map(|(x, y)| x - y).into(),
        ]
    };
    Ok(Output::Table(annotators.iter().map(row).collect()))
}
