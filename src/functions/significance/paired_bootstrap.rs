//! `paired_bootstrap`: two paired columns compared by resampling.

use super::common::{LEVEL, REPLICATES, SEED, TEST, X, Y, record};
use super::paired::{CLUSTER, GOLD, MEASURE, read, test};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "paired_bootstrap",
    summary: "Bootstrap comparison of two paired columns: means, or correlations with a gold column",
    details: "Rows with a NULL are dropped.  With `gold`, the correlations of x and of y with it are compared by \
`measure`; without it, the means. Rows of one `cluster` are drawn together, a NULL cluster drops the row. NULL with \
the reason in `detail` without rows or where a correlation is undefined. The interval is percentile; `statistic` is \
the share of replicates in which x is ahead (half of the ties); the p-value moves the replicates to a difference of \
0. Replicates come from `seed` and the sorted rows, whatever their order.",
    formula: "p = (1 + replicates with |d* - d| >= |d|) / (1 + replicates)",
    errors: "a NaN; measure other than mean without gold, or mean with it",
    params: &[X, Y, GOLD, CLUSTER],
    options: &[MEASURE, REPLICATES, SEED, LEVEL],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Efron & Tibshirani (1993). An Introduction to the Bootstrap. Chapman & Hall.",
        "Koehn (2004). Statistical significance tests for machine translation evaluation. EMNLP, 388-395.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (3, 1), (5, 3), (4, 2)) AS t(x, y) |> CALL paired_bootstrap() |> SELECT \
estimate, statistic AS ahead, lower, upper, n",
        result: "estimate,ahead,lower,upper,n\n2.0,1.0,2.0,2.0,3\n",
    },
    calls: &[
        "SELECT * FROM paired_bootstrap(t, by => grp, replicates => 50)",
        "SELECT * FROM paired_bootstrap(t, cluster => item, replicates => 50, level => 0.9, seed => 3)",
        "SELECT * FROM paired_bootstrap(t, gold => value, measure => 'pearson', replicates => 20)",
        "SELECT * FROM paired_bootstrap(t, gold => value, measure => 'spearman', cluster => annotator, replicates \
=> 20)",
        "SELECT * FROM paired_bootstrap(t, gold => value, measure => 'kendall', replicates => 20)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (paired, n, left_out) = read(rows, options)?;
    let replicates = u32::try_from(options.count("replicates")?).unwrap_or(u32::MAX);
    let found = paired.bootstrap(replicates, options.count("seed")?, options.number("level")?);
    Ok(record(
        test(found, n, "paired bootstrap, percentile"),
        left_out,
    ))
}
