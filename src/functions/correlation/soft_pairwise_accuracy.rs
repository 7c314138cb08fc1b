//! `soft_pairwise_accuracy`: whether a score is as sure of the better system as people are.

use super::levels::{ITEM, SYSTEM};
use super::two_columns::{X, Y};
use crate::functions::prelude::*;
use crate::functions::significance::common::{REPLICATES, SEED};
use crate::stats::correlation::{Scored, soft_pairwise_accuracy};
use crate::stats::rng::identity;

pub(super) static FUNCTION: Function = Function {
    name: "soft_pairwise_accuracy",
    summary: "Agreement of two scores on which of two systems is better, and on how sure that is",
    details: "x is the measure, y is judged by it. For each pair of systems and each score a paired permutation test gives \
the one-sided p-value of the first being better: the two trade places on random items, the same ones for both scores; a \
difference equal to the one seen counts half. Only items that every system has count; repeated scores of a system on an \
item are averaged. `hard` is the pairwise accuracy of the means over these items, pairs tied in x left out. NULL with the \
reason in `detail` below two systems or without a complete item.",
    formula: "mean over pairs of systems of 1 - |p_x - p_y|",
    errors: "a NaN or an infinite number",
    params: &[ITEM, SYSTEM, X, Y],
    options: &[REPLICATES, SEED],
    ordered: false,
    returns: Returns::Record(&[
        Out::float("estimate", "the accuracy, 0 to 1; NULL where undefined"),
        Out::float(
            "hard",
            "pairwise accuracy of the means; NULL where all means of x tie",
        ),
        Out::int("n_systems", "systems"),
        Out::int("n_items", "items that every system has"),
        Out::int("n_incomplete", "items left out because a system is missing"),
        Out::int("n", "rows given"),
        Out::int("n_null", "rows left out for a NULL"),
        Out::text("detail", "why the estimate is NULL; NULL when it is not"),
    ]),
    citations: &[
        "Thompson, Mathur, Deutsch & Khayrallah (2024). Improving statistical significance in human evaluation of \
automatic metrics via soft pairwise accuracy. WMT, 1222-1234.",
    ],
    example: Example {
        sql: "SELECT round(estimate, 2) AS soft, hard, n_systems, n_items FROM soft_pairwise_accuracy((SELECT * FROM (VALUES \
(1, 'a', 4, 80), (1, 'b', 2, 40), (2, 'a', 5, 90), (2, 'b', 3, 70), (3, 'a', 4, 60), (3, 'b', 4, 60)) AS t(item, system, x, \
y)))",
        result: "soft,hard,n_systems,n_items\n1.0,1.0,2,3\n",
    },
    calls: &[
        "SELECT * FROM soft_pairwise_accuracy(t, system => grp, item => annotator, replicates => 50)",
        "SELECT * FROM soft_pairwise_accuracy(t, system => grp, item => annotator, y => value, replicates => 50, seed => 3)",
        "SELECT * FROM soft_pairwise_accuracy(t, system => system_a, by => grp, replicates => 20)",
    ],
    body: Body::Unsorted(accuracy),
};

fn accuracy(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (items, item) = rows.labels(0);
    let (_, system) = rows.labels(1);
    let sides = rows.numbers(2).iter().zip(rows.numbers(3));
    let scores = item.iter().zip(system).zip(sides);
    let scores = scores.map(|((&item, &system), (&x, &y))| Scored { item, system, x, y });
    let scores: Vec<Scored> = scores.collect();
    let identities: Vec<u64> = items.iter().map(|item| identity(item)).collect();
    let replicates = u32::try_from(options.count("replicates")?).unwrap_or(u32::MAX);
    let found = soft_pairwise_accuracy(&scores, &identities, replicates, options.count("seed")?);
    let found = found.map_err(|e| Fault::new(e.to_string()))?;
    let why = match (found, rows.len) {
        (Some(_), _) => None,
        (None, 0) => Some("no rows"),
        (None, _) => Some("fewer than two systems, or no item that every system has"),
    };
    Ok(Output::Record(vec![
        found.map(|f| f.accuracy).into(),
        found.and_then(|f| f.hard).into(),
        found.map(|f| f.systems).into(),
        found.map(|f| f.items).into(),
        found.map(|f| f.incomplete).into(),
        rows.len.into(),
        rows.n_null.into(),
        why.map(str::to_owned).into(),
    ]))
}
