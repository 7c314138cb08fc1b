//! `nemenyi`: every pair of systems after Friedman's test.

use super::blocks::{ITEM, SCORE, SYSTEM, read};
use super::common::LEVEL;
use crate::functions::prelude::*;
use crate::stats::num::{sqrt, studentized_range_quantile};
use crate::stats::testing::{friedman, nemenyi};

pub(super) static FUNCTION: Function = Function {
    name: "nemenyi",
    summary: "Nemenyi's comparison of every pair of systems on the same items",
    details: "Rows with a NULL are dropped.  Items that lack a score of some system are left out and counted in \
`n_incomplete`; repeated scores of a system on an item are an error: average them before. The p-values are adjusted \
for all pairs. `critical_difference` is the difference of mean ranks that is significant at 1 - level. Rank 1 is \
the lowest value: negative differences mean that system_a scores lower. No rows below two systems or without a \
complete item.",
    formula: "p = P(Q > |R_a - R_b| / sqrt(k (k + 1) / (12 b))), Q the studentized range of k values",
    errors: "repeated scores of a system on an item; a NaN; more than 50 million cells of items and systems; more \
than 2,000 systems",
    params: &[ITEM, SYSTEM, SCORE],
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("system_a", "one system"),
        Out::text("system_b", "the other, later in label order"),
        Out::float("mean_rank_a", "mean rank of system_a, 1 = lowest value"),
        Out::float("mean_rank_b", "mean rank of system_b"),
        Out::float("difference", "mean_rank_a - mean_rank_b"),
        Out::float("p_value", "p-value, adjusted for all pairs"),
        Out::float("critical_difference", "difference that is significant"),
        Out::bool("significant", "whether the difference is beyond it"),
        Out::int("n_items", "complete items"),
        Out::int("n_incomplete", "items left out"),
        Out::int("n_null", "rows left out for a NULL"),
    ]),
    citations: &[
        "Nemenyi (1963). Distribution-Free Multiple Comparisons. PhD thesis, Princeton.",
        "Demsar (2006). Statistical comparisons of classifiers over multiple data sets. JMLR 7, 1-30.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'a',1), (1,'b',2), (1,'c',3), (2,'a',1), (2,'b',3), (2,'c',2), (3,'a',1), \
(3,'b',2), (3,'c',3), (4,'a',2), (4,'b',1), (4,'c',3)) AS t(item, system, value) |> CALL nemenyi() |> SELECT \
system_a, system_b, mean_rank_a, mean_rank_b, round(p_value, 6) AS p, round(critical_difference, 3) AS cd",
        result: "system_a,system_b,mean_rank_a,mean_rank_b,p,cd\na,b,1.25,2.0,0.538595,1.657\na,c,1.25,2.75,0.085543,1.657\nb,c,2.0,2.75,0.538595,1.657\n",
    },
    calls: &[
        "SELECT * FROM nemenyi(t, item => round, system => annotator, value => y, level => 0.9, filter => \
round % 2 = 0 AND annotator <> 'annotator 3')",
        "SELECT * FROM nemenyi(t, system => annotator)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let read = read(rows)?;
    let k = read.systems.len();
    if k > 2000 {
        return Err(Fault::new(format!("{k} systems, expected at most 2,000")));
    }
    if k < 2 || read.blocks.is_empty() {
        return Ok(Output::Table(Vec::new()));
    }
    let found = friedman(&read.blocks, k);
    let items = found.blocks as f64;
    let unit = sqrt(k as f64 * (k as f64 + 1.0) / (12.0 * items));
    let level = options.number("level")?;
    let critical = unit * studentized_range_quantile(level, k as u32, f64::INFINITY);
    let table = nemenyi(&found.mean_ranks, found.blocks)
        .into_iter()
        .map(|pair| {
            vec![
                read.systems[pair.a].as_str().into(),
                read.systems[pair.b].as_str().into(),
                found.mean_ranks[pair.a].into(),
                found.mean_ranks[pair.b].into(),
                pair.difference.into(),
                pair.p_value.into(),
                critical.into(),
                (pair.difference.abs() > critical).into(),
                found.blocks.into(),
                read.incomplete.into(),
                rows.n_null.into(),
            ]
        });
    Ok(Output::Table(table.collect()))
}
