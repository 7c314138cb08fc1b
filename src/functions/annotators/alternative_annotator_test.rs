//! `alternative_annotator_test`: may a judge replace human annotators.

use super::alternative::{OPTIONS, run};
use crate::functions::agreement::judgements::{JUDGEMENTS, read};
use crate::functions::agreement::options::undefined_record;
use crate::functions::prelude::*;

const COLUMNS: &[Out] = &[
    Out::float(
        "winning_rate",
        "share of annotators whom the candidate may replace",
    ),
    Out::float(
        "advantage",
        "mean probability that the candidate is at least as close as an annotator",
    ),
    Out::bool("passed", "whether winning_rate is at least one half"),
    Out::int("n_annotators", "annotators tested"),
    Out::int("n_wins", "annotators whom the candidate may replace"),
    Out::int("n_few", "annotators left out for too few common items"),
    Out::text(
        "reason",
        "why there is no result: no_pairs (no annotator with enough common items)",
    ),
];

pub(super) static FUNCTION: Function = Function {
    name: "alternative_annotator_test",
    summary: "May a candidate, such as a judge, replace the human annotators?",
    details: "Each annotator in turn is left out and compared with the candidate on the items that both and someone else \
judged: who is at least as close to the remaining annotators? A one-sided t test asks whether the \
candidate's advantage, with `epsilon` in its favour, is real; false discoveries are controlled after \
Benjamini and Yekutieli. Undefined is NULL with a reason. See alternative_annotator_test_by_annotator for \
the single tests.",
    formula: "d = [annotator at least as close] - [candidate at least as close]; t = (mean(d) - epsilon) / (sd(d) / \
sqrt(n)); p = P(T <= t) with n - 1 degrees of freedom; winning rate = rejections / annotators; advantage = \
mean of P(candidate at least as close)",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`; a value that is not a number with score => 'rmse'; no candidate",
    params: JUDGEMENTS,
    options: OPTIONS,
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Calderon, Reichart & Dror (2025). The alternative annotator test for LLM-as-a-judge: how to statistically \
justify replacing human annotators with LLMs. ACL.",
        "Benjamini & Yekutieli (2001). The control of the false discovery rate in multiple testing under dependency. \
Annals of Statistics 29, 1165-1188.",
    ],
    example: Example {
        sql: "SELECT * FROM alternative_annotator_test((SELECT item, annotator, CASE WHEN annotator = 'm' THEN item % 2 \
WHEN annotator = 'x' AND item % 5 < 2 THEN 1 - item % 2 WHEN annotator = 'y' AND item % 5 = 2 THEN 1 - item \
% 2 ELSE item % 2 END AS value FROM (SELECT 10 * tens + ones AS item FROM (VALUES (0), (1), (2), (3)) AS \
a(tens) CROSS JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) AS b(ones)) CROSS JOIN \
(VALUES ('x'), ('y'), ('z'), ('m')) AS c(annotator)), candidate => 'm', epsilon => 0.1)",
        result: "winning_rate,advantage,passed,n_annotators,n_wins,n_few,reason\n1.0,1.0,true,3,3,0,\n",
    },
    calls: &[
        "SELECT * FROM alternative_annotator_test(t, candidate => 'annotator 1')",
        "SELECT * FROM alternative_annotator_test(t, candidate => 'annotator 2', score => 'rmse', epsilon => 0.1, q \
=> 0.2, min_items => 5)",
        "SELECT * FROM alternative_annotator_test(t, by => grp, candidate => 'annotator 2', min_items => 2)",
    ],
    body: Body::Unsorted(test),
};

fn test(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    Ok(match run(&judgements, options)? {
        Err(e) => return undefined_record(COLUMNS, &[], &e),
        Ok(test) => Output::Record(vec![
            test.winning_rate.into(),
            test.advantage.into(),
            (test.winning_rate >= 0.5).into(),
            test.rows.len().into(),
            test.rows.iter().filter(|row| row.replaced).count().into(),
            test.n_few.into(),
            Value::Text(None),
        ]),
    })
}
