//! `weighted_tau_test`: weighted tau with p-value and interval.

use super::two_columns::{X, Y, pairs, undefined};
use crate::functions::prelude::*;
use crate::functions::significance::common::{LEVEL, REPLICATES, SEED, TEST, record};
use crate::stats::correlation::weighted_tau_test;
use crate::stats::testing::Test;

pub(super) static FUNCTION: Function = Function {
    name: "weighted_tau_test",
    summary: "Weighted Kendall's tau with a permutation p-value and a bootstrap interval",
    details: "Rows with a NULL are dropped. Weighted tau has no known distribution: y is permuted for the p-value \
and the rows are resampled for the percentile interval, from `seed`, whatever the order of the rows. NULL with the \
reason in `detail` when a side is constant. Cost is n log n per replicate.",
    formula: "p = (1 + permutations with |tau| at least as large) / (1 + replicates)",
    errors: "a NaN",
    params: &[X, Y],
    options: &[LEVEL, REPLICATES, SEED],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Vigna (2015). A weighted correlation index for rankings with ties. WWW 2015, 1166-1176.",
        "Efron & Tibshirani (1993). An Introduction to the Bootstrap. Chapman & Hall.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 1), (2, 2)) AS t(x, y) |> CALL weighted_tau_test(replicates => 99) |> \
SELECT estimate, p_value, n",
        result: "estimate,p_value,n\n1.0,1.0,2\n",
    },
    calls: &[
        "SELECT * FROM weighted_tau_test(t, by => grp, replicates => 20, level => 0.9)",
        "SELECT * FROM weighted_tau_test(t, replicates => 5, seed => 7)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let replicates = u32::try_from(options.count("replicates")?).unwrap_or(u32::MAX);
    let level = options.number("level")?;
    let found = weighted_tau_test(&pairs(rows)?, replicates, options.count("seed")?, level)
        .map_err(|e| Fault::new(e.to_string()))?;
    let test = found.map_or_else(
        || undefined(rows, METHOD),
        |t| Test {
            estimate: Some(t.tau),
            p_value: Some(t.p_value),
            lower: t.lower,
            upper: t.upper,
            n: rows.len as u64,
            method: METHOD,
            detail: (t.undefined > 0)
                .then_some("some resamples had a constant side and were left out"),
            ..Test::default()
        },
    );
    Ok(record(test, rows.n_null))
}

const METHOD: &str = "permutation, percentile bootstrap";
