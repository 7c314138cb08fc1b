//! `corr_summary`: mean over items of the correlation across systems.

use super::levels::{ITEM, LEVELS, MEASURE, UNDEFINED, within_groups};
use super::two_columns::{X, Y};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "corr_summary",
    summary: "Summary-level correlation: the mean over items of the correlation across systems",
    details: "Rows with a NULL are dropped first. Within each item every row is a point: average repeated \
judgements before. An item on which a side is constant, or with one row, has no correlation: `undefined` says \
whether it is left out of the mean, counts as 0, or makes the result NULL; `n_undefined` counts such items.",
    formula: "mean over items of measure(x, y over the rows of the item)",
    errors: "a NaN",
    params: &[ITEM, X, Y],
    options: &[MEASURE, UNDEFINED],
    ordered: false,
    returns: Returns::Record(LEVELS),
    citations: &[
        "Louis & Nenkova (2013). Automatically assessing machine summary content without a gold standard. \
Computational Linguistics 39, 267-300.",
        "Deutsch, Dror & Roth (2021). A statistical analysis of summarization evaluation metrics using resampling \
methods. TACL 9, 1132-1146.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('i1','a',1,1), ('i1','b',2,3), ('i1','c',3,2), ('i2','a',2,1), ('i2','b',3,2), \
('i2','c',5,4)) AS t(item, system, x, y) |> CALL corr_summary() |> SELECT round(estimate, 6) AS r, n_groups, \
n_undefined",
        result: "r,n_groups,n_undefined\n0.75,2,0\n",
    },
    calls: &[
        "SELECT * FROM corr_summary(t, by => grp)",
        "SELECT * FROM corr_summary(t, item => annotator, measure => 'kendall', undefined => 'zero')",
        "SELECT * FROM corr_summary(t, measure => 'spearman', undefined => 'null')",
        "SELECT * FROM corr_summary(t, measure => 'accuracy_with_ties')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    within_groups(rows, options)
}
