//! `friedman`: the rank test of several systems on the same items.

use super::blocks::{ITEM, SCORE, SYSTEM, read};
use super::common::{and_four, record};
use crate::functions::prelude::*;
use crate::stats::testing::friedman;

const COLUMNS: &[Out] = &and_four(
    Out::float(
        "f",
        "Iman and Davenport's F; NULL when the items rank all alike",
    ),
    Out::float("f_p_value", "p-value of f"),
    Out::int("n_items", "complete items"),
    Out::int("n_incomplete", "items left out"),
);

pub(super) static FUNCTION: Function = Function {
    name: "friedman",
    summary: "Friedman's rank test of several systems scored on the same items",
    details: "Rows with a NULL are dropped.  Items that lack a score of some system are left out and counted in \
`n_incomplete`; repeated scores of a system on an item are an error: average them before. Ties get their average \
rank and correct the statistic. `f` and `f_p_value` are the less conservative form of Iman and Davenport. NULL with \
the reason in `detail` below two systems or without a complete item. nemenyi compares the systems pair by pair.",
    formula: "chi-square = 12 b / (k (k + 1)) sum (R_j - (k + 1)/2)^2 over the tie correction, b items, k systems; \
`estimate` is Kendall's W; F = (b - 1) W / (1 - W)",
    errors: "repeated scores of a system on an item; a NaN; more than 50 million cells of items and systems",
    params: &[ITEM, SYSTEM, SCORE],
    options: &[],
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Friedman (1937). The use of ranks to avoid the assumption of normality implicit in the analysis \
of variance. JASA 32, 675-701.",
        "Iman & Davenport (1980). Approximations of the critical region of the Friedman statistic. Comm. Stat. A9, \
571-595.",
        "Demsar (2006). Statistical comparisons of classifiers over multiple data sets. JMLR 7, 1-30.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'a',1), (1,'b',2), (1,'c',3), (2,'a',1), (2,'b',3), (2,'c',2), (3,'a',1), \
(3,'b',2), (3,'c',3), (4,'a',2), (4,'b',1), (4,'c',3)) AS t(item, system, value) |> CALL friedman() |> SELECT \
statistic, round(p_value, 6) AS p, estimate AS w, n_items",
        result: "statistic,p,w,n_items\n4.5,0.105399,0.5625,4\n",
    },
    calls: &[
        "SELECT * FROM friedman(t, item => round, system => annotator, value => y, filter => round % 2 = 0 AND \
annotator <> 'annotator 3')",
        "SELECT * FROM friedman(t, system => annotator)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let read = read(rows)?;
    let found = friedman(&read.blocks, read.systems.len());
    let Output::Record(mut parts) = record(found.test, rows.n_null) else {
        return Err(Fault::new("a test is a record"));
    };
    parts.extend([
        found.f.into(),
        found.f_p_value.into(),
        found.blocks.into(),
        read.incomplete.into(),
    ]);
    Ok(Output::Record(parts))
}
