//! `corr_by_column`: mean over systems of the correlation across items.

use super::levels::{LEVELS, MEASURE, SYSTEM, UNDEFINED, within_groups};
use super::two_columns::{X, Y};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "corr_by_column",
    summary: "Column-wise correlation: the mean over systems of the correlation across items",
    details: "As corr_summary with the roles of items and systems exchanged: the scores of each system (or \
candidate position) are a column, correlated across items, and the correlations averaged. `undefined` says what a \
column without a correlation counts as.",
    formula: "mean over systems of measure(x, y over the rows of the system)",
    errors: "a NaN",
    params: &[SYSTEM, X, Y],
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
('i2','c',5,4)) AS t(item, system, x, y) |> CALL corr_by_column(undefined => 'zero') |> SELECT round(estimate, 6) \
AS r, n_groups, n_undefined",
        result: "r,n_groups,n_undefined\n0.0,3,1\n",
    },
    calls: &[
        "SELECT * FROM corr_by_column(t, system => system_a, by => grp)",
        "SELECT * FROM corr_by_column(t, system => system_b, measure => 'kendall', undefined => 'zero')",
        "SELECT * FROM corr_by_column(t, system => item, measure => 'spearman', undefined => 'null')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    within_groups(rows, options)
}
