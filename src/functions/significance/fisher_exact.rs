//! `fisher_exact`: the exact test of a 2 x 2 table.

use super::common::{ALTERNATIVE, LABEL_X, LABEL_Y, TEST, alternative, record, two_by_two};
use crate::functions::prelude::*;
use crate::stats::testing::fisher_exact;

pub(super) static FUNCTION: Function = Function {
    name: "fisher_exact",
    summary: "Fisher's exact test of two yes/no labels",
    details: "Rows with a NULL are dropped. Each side has two labels in order. The two-sided p-value adds the \
tables that are no likelier than the one seen. NULL with the reason in `detail` when a side has fewer than two \
labels; the odds ratio is NULL when it is infinite.",
    formula: "hypergeometric distribution of the first cell given the margins; `estimate` is the sample odds ratio \
ad / bc",
    errors: "a side with more than two labels",
    params: &[LABEL_X, LABEL_Y],
    options: &[ALTERNATIVE],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &["Fisher (1935). The Design of Experiments. Oliver & Boyd."],
    example: Example {
        sql: "SELECT * FROM (VALUES ('p', 0), ('p', 0), ('p', 0), ('p', 1), ('q', 0), ('q', 1), ('q', 1), ('q', 1)) \
AS t(x, y) |> CALL fisher_exact() |> SELECT estimate, round(p_value, 6) AS p",
        result: "estimate,p\n9.0,0.485714\n",
    },
    calls: &[
        "SELECT * FROM fisher_exact(t, x => x > 5, y => y > 1, by => grp)",
        "SELECT * FROM fisher_exact(t, x => x > 5, y => y > 1, alternative => 'greater')",
        "SELECT * FROM fisher_exact(t, x => x > 5, y => y > 1, alternative => 'less')",
    ],
    body: Body::Tally(compute),
};

fn compute(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let counts = two_by_two(tally)?.map(|row| row.map(|count| count as u64));
    Ok(record(
        fisher_exact(counts, alternative(options)?),
        tally.n_null,
    ))
}
