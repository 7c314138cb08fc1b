//! `permutation_test`: two paired columns compared by swapping.

use super::common::{REPLICATES, SEED, TEST, X, Y, record};
use super::paired::{CLUSTER, GOLD, MEASURE, read, test};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "permutation_test",
    summary: "Permutation test of two paired columns: means, or correlations with a gold column",
    details: "Rows with a NULL are dropped.  With `gold`, the correlations of x and of y with it are compared by \
`measure`; without it, the means. Rows of one `cluster` are drawn together, a NULL cluster drops the row. NULL with \
the reason in `detail` without rows or where a correlation is undefined. x and y are swapped within rows (or \
clusters) at random; for correlations both columns are standardised first. For means of at most 14 rows (or \
clusters) every pattern is visited and p is exact, else patterns come from `seed` and the sorted rows, whatever \
their order.",
    formula: "p = share of swaps with a difference at least as large; sampled: (1 + such swaps) / (1 + replicates)",
    errors: "a NaN; measure other than mean without gold, or mean with it",
    params: &[X, Y, GOLD, CLUSTER],
    options: &[MEASURE, REPLICATES, SEED],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Fisher (1935). The Design of Experiments. Oliver & Boyd.",
        "Deutsch, Dror & Roth (2021). A statistical analysis of summarization evaluation metrics using resampling \
methods. TACL 9, 1132-1146.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (3, 1), (5, 2), (4, 3)) AS t(x, y) |> CALL permutation_test() |> SELECT \
estimate, p_value, method",
        result: "estimate,p_value,method\n2.0,0.25,every sign pattern\n",
    },
    calls: &[
        "SELECT * FROM permutation_test(t, by => grp, replicates => 50)",
        "SELECT * FROM permutation_test(t, cluster => annotator)",
        "SELECT * FROM permutation_test(t, gold => value, measure => 'pearson', replicates => 20, seed => 3)",
        "SELECT * FROM permutation_test(t, gold => value, measure => 'spearman', cluster => item, replicates => 20)",
        "SELECT * FROM permutation_test(t, gold => value, measure => 'kendall', replicates => 20)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (paired, n, left_out) = read(rows, options)?;
    let replicates = u32::try_from(options.count("replicates")?).unwrap_or(u32::MAX);
    let found = paired.permutation(replicates, options.count("seed")?);
    let method = match found {
        Some(r) if r.exact => "every sign pattern",
        _ => "random swaps",
    };
    Ok(record(test(found, n, method), left_out))
}
