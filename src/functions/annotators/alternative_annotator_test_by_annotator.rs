//! `alternative_annotator_test_by_annotator`: a judge against each human annotator.

use super::alternative::{OPTIONS, run};
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::fault;
use crate::functions::prelude::*;
use crate::stats::agreement::Undefined;
use crate::stats::crowd::AltTestRow;

pub(super) static FUNCTION: Function = Function {
    name: "alternative_annotator_test_by_annotator",
    summary: "A candidate, such as a judge, against each human annotator",
    details: "Each annotator in turn is left out and compared with the candidate on the items that both and someone else \
judged: who is at least as close to the remaining annotators? A one-sided t test asks whether the \
candidate's advantage, with `epsilon` in its favour, is real; false discoveries are controlled after \
Benjamini and Yekutieli. One row for each annotator with enough common items; t is NULL when the \
differences do not vary, p is then 0 or 1.",
    formula: "d = [annotator at least as close] - [candidate at least as close]; t = (mean(d) - epsilon) / (sd(d) / \
sqrt(n)); p = P(T <= t) with n - 1 degrees of freedom",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`; a value that is not a number with score => 'rmse'; no candidate",
    params: JUDGEMENTS,
    options: OPTIONS,
    ordered: false,
    returns: Returns::Table(&[
        Out::text("annotator", "the annotator left out"),
        Out::int(
            "n",
            "items judged by the annotator, the candidate and someone else",
        ),
        Out::float(
            "advantage",
            "share of items on which the candidate is at least as close",
        ),
        Out::float(
            "annotator_advantage",
            "share of items on which the annotator is",
        ),
        Out::float("t", "t statistic"),
        Out::float("p_value", "one-sided p-value"),
        Out::float("p_adjusted", "after Benjamini and Yekutieli"),
        Out::bool(
            "replaced",
            "whether the candidate may replace the annotator",
        ),
    ]),
    citations: &[
        "Calderon, Reichart & Dror (2025). The alternative annotator test for LLM-as-a-judge: how to statistically \
justify replacing human annotators with LLMs. ACL.",
        "Benjamini & Yekutieli (2001). The control of the false discovery rate in multiple testing under dependency. \
Annals of Statistics 29, 1165-1188.",
    ],
    example: Example {
        sql: "SELECT annotator, n, advantage, annotator_advantage, replaced FROM \
alternative_annotator_test_by_annotator((SELECT item, annotator, CASE WHEN annotator = 'm' THEN item % 2 \
WHEN annotator = 'x' AND item % 5 < 2 THEN 1 - item % 2 WHEN annotator = 'y' AND item % 5 = 2 THEN 1 - item \
% 2 ELSE item % 2 END AS value FROM (SELECT 10 * tens + ones AS item FROM (VALUES (0), (1), (2), (3)) AS \
a(tens) CROSS JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) AS b(ones)) CROSS JOIN \
(VALUES ('x'), ('y'), ('z'), ('m')) AS c(annotator)), candidate => 'm', epsilon => 0.1)",
        result: "annotator,n,advantage,annotator_advantage,replaced\nx,40,1.0,0.6,true\ny,40,1.0,0.8,true\nz,40,1.0,1.0,true\n",
    },
    calls: &[
        "SELECT * FROM alternative_annotator_test_by_annotator(t, candidate => 'annotator 1')",
        "SELECT * FROM alternative_annotator_test_by_annotator(t, by => grp, candidate => 'annotator 2', score => \
'rmse', min_items => 3)",
    ],
    body: Body::Unsorted(tests),
};

fn tests(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let test = match run(&judgements, options)? {
        Err(Undefined::NoPairs) => return Ok(Output::Table(Vec::new())),
        other => other.map_err(|e| fault(&e))?,
    };
    let row = |row: &AltTestRow| {
        vec![
            Value::Text(judgements.annotators.get(row.annotator as usize).cloned()),
            row.n.into(),
            row.advantage.into(),
            row.annotator_advantage.into(),
            row.t.into(),
            row.p_value.into(),
            row.p_adjusted.into(),
            row.replaced.into(),
        ]
    };
    Ok(Output::Table(test.rows.iter().map(row).collect()))
}
