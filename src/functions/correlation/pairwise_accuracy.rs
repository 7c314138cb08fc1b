//! `pairwise_accuracy`: how often one score orders two rows as the other does.

use super::two_columns::{X, Y, pairs};
use crate::functions::prelude::*;
use crate::stats::correlation::AccuracyTies;

pub(super) static FUNCTION: Function = Function {
    name: "pairwise_accuracy",
    summary: "Share of pairs of rows that y orders as x does",
    details: "x is the measure, y is judged by it. Rows with a NULL on either side are dropped. With ties => 'match' a tie \
is right where both sides tie and wrong where one does; with 'skip' pairs tied in x are left out and ties in y alone are \
wrong; with 'half' those are half right. Of systems, average their scores first; the mean over items is \
corr_summary(measure => 'accuracy_with_ties'). NULL without a pair that counts. Cost grows as n log n.",
    formula: "match: (C + T_xy) / all pairs, which is (1 + tau_23) / 2; skip: C / (C + D + T_y); half: (C + T_y / 2) / (C + D \
+ T_y); T_y pairs tied in y alone",
    errors: "a NaN",
    params: &[X, Y],
    options: &[Opt::choice(
        "ties",
        &["match", "skip", "half"],
        "match",
        "what a pair tied on a side counts for",
    )],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Kocmi et al. (2021). To ship or not to ship: an extensive evaluation of automatic metrics for machine \
translation. WMT, 478-494.",
        "Deutsch, Foster & Freitag (2023). Ties matter: meta-evaluating modern metrics with pairwise accuracy and tie \
calibration. EMNLP, 12914-12929.",
    ],
    example: Example {
        sql: "SELECT round(pairwise_accuracy(x, y), 4) AS accuracy, round(pairwise_accuracy(x, y, ties => 'skip'), 4) AS \
untied FROM (VALUES (1, 1), (1, 2), (2, 2), (3, 3), (4, 5), (5, 5), (5, 4), (2, 2), (3, 1), (3, 3)) AS t(x, y)",
        result: "accuracy,untied\n0.7333,0.7949\n",
    },
    calls: &[
        "SELECT * FROM pairwise_accuracy(t, by => grp)",
        "SELECT * FROM pairwise_accuracy(t, x => value, ties => 'skip')",
        "SELECT * FROM pairwise_accuracy(t, y => value, ties => 'half')",
    ],
    body: Body::Unsorted(accuracy),
};

fn accuracy(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ties = match options.text("ties")? {
        "skip" => AccuracyTies::Skip,
        "half" => AccuracyTies::Half,
        _ => AccuracyTies::Match,
    };
    Ok(Output::Value(pairs(rows)?.counts().accuracy(ties).into()))
}
