//! `corr_system`: correlation of system means.

use super::levels::{LEVELS, MEASURE, SYSTEM, of_system_means};
use super::two_columns::{X, Y};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "corr_system",
    summary: "System-level correlation: the means of each system are the points",
    details: "Rows with a NULL are dropped first, then x and y are averaged over the rows of each system, and the \
averages correlated. NULL with the reason in `detail` below two systems or when all means of a side are equal.",
    formula: "measure(mean x by system, mean y by system)",
    errors: "a NaN",
    params: &[SYSTEM, X, Y],
    options: &[MEASURE],
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
('i2','c',5,4)) AS t(item, system, x, y) |> CALL corr_system() |> SELECT round(estimate, 6) AS r, n_groups, n",
        result: "r,n_groups,n\n0.922613,3,6\n",
    },
    calls: &[
        "SELECT * FROM corr_system(t, system => system_a, by => grp)",
        "SELECT * FROM corr_system(t, system => system_a, measure => 'spearman')",
        "SELECT * FROM corr_system(t, system => system_a, measure => 'kendall')",
        "SELECT * FROM corr_system(t, system => system_a, measure => 'pairwise_accuracy')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    of_system_means(rows, options)
}
