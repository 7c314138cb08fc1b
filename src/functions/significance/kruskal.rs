//! `kruskal`: the rank test of several samples.

use super::common::{SAMPLE, TEST, VALUE, record};
use crate::functions::prelude::*;
use crate::stats::testing::kruskal;

pub(super) static FUNCTION: Function = Function {
    name: "kruskal",
    summary: "Kruskal and Wallis' rank test of several samples",
    details: "Rows with a NULL are dropped. Ties get their average rank and correct the statistic. NULL with the \
reason in `detail` below two samples or when all values are equal.",
    formula: "H = 12 / (n (n + 1)) sum n_i (R_i - (n + 1)/2)^2 over the tie correction, chi-square with k - 1 \
degrees of freedom; `estimate` is epsilon squared H / (n - 1)",
    errors: "a NaN",
    params: &[VALUE, SAMPLE],
    options: &[],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Kruskal & Wallis (1952). Use of ranks in one-criterion variance analysis. JASA 47, 583-621.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 'a'), (2, 'a'), (3, 'a'), (4, 'b'), (5, 'b'), (6, 'b'), (2, 'c'), (4, 'c'), \
(7, 'c')) AS t(value, sample) |> CALL kruskal() |> SELECT round(statistic, 6) AS h, df, round(p_value, 6) AS p",
        result: "h,df,p\n4.090395,2.0,0.129355\n",
    },
    calls: &["SELECT * FROM kruskal(t, sample => grp)"],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let (names, samples) = rows.labels(1);
    Ok(record(
        kruskal(rows.numbers(0), samples, names.len()),
        rows.n_null,
    ))
}
