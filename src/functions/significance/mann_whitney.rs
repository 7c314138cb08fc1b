//! `mann_whitney`: the rank test of two samples.

use super::common::{ALTERNATIVE, CONTINUITY, SAMPLE, TEST, VALUE, record, two_samples};
use super::ranks::{DISTRIBUTION, settings};
use crate::functions::prelude::*;
use crate::stats::testing::mann_whitney;

pub(super) static FUNCTION: Function = Function {
    name: "mann_whitney",
    summary: "Mann and Whitney's rank test of two samples",
    details: "Rows with a NULL are dropped.  `sample` holds two labels; the first in order (numbers by value, text \
by code point) comes first. Ties count half and correct the variance. Exact p-values need no ties and at most 60 \
rows in a sample; auto takes them up to 50. NULL with the reason in `detail` when a sample is empty or all values \
are equal.",
    formula: "U = pairs with the first sample's value greater + half the ties; `estimate` is U / (n1 n2), the \
probability that the first is greater",
    errors: "more than two samples; a NaN",
    params: &[VALUE, SAMPLE],
    options: &[ALTERNATIVE, DISTRIBUTION, CONTINUITY],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Mann & Whitney (1947). On a test of whether one of two random variables is stochastically larger \
than the other. Ann. Math. Stat. 18, 50-60.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('a', 5), ('a', 7), ('a', 8), ('a', 6), ('b', 4), ('b', 5), ('b', 3), ('b', 6), \
('b', 4)) AS t(sample, value) |> CALL mann_whitney() |> SELECT statistic AS u, estimate AS share, round(p_value, 6) \
AS p, method",
        result: "u,share,p,method\n18.0,0.9,0.047194,\"Mann-Whitney, normal\"\n",
    },
    calls: &[
        "SELECT * FROM mann_whitney(t, value => y, sample => CASE WHEN grp = 'g1' THEN 'p' ELSE 'q' END)",
        "SELECT * FROM mann_whitney(t, value => y, sample => CASE WHEN grp = 'g1' THEN 'p' ELSE 'q' END, filter => \
round < 12, distribution => 'exact', alternative => 'greater')",
        "SELECT * FROM mann_whitney(t, value => y, sample => CASE WHEN grp = 'g1' THEN 'p' ELSE 'q' END, \
distribution => 'normal', continuity => true, alternative => 'less')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (x, y) = two_samples(rows)?;
    Ok(record(
        mann_whitney(&x, &y, &settings(options)?),
        rows.n_null,
    ))
}
