//! `cliffs_delta`: how often one sample is above the other.

use super::common::{ESTIMATE, LEVEL, SAMPLE, VALUE, estimate, two_samples};
use crate::functions::prelude::*;
use crate::stats::testing::cliffs_delta;

pub(super) static FUNCTION: Function = Function {
    name: "cliffs_delta",
    summary: "Cliff's delta: how often one sample is above the other, minus how often below",
    details: "Rows with a NULL are dropped.  `sample` holds two labels; the first in order (numbers by value, text \
by code point) comes first. Cost grows as n log n. The interval asymmetric. NULL \
with the reason in `detail` when a sample is empty; no interval with one row in a sample or samples that do not \
overlap.",
    formula: "P(x > y) - P(x < y) over all pairs = 2 U / (n1 n2) - 1",
    errors: "more than two samples; a NaN",
    params: &[VALUE, SAMPLE],
    options: &[LEVEL],
    ordered: false,
    returns: Returns::Record(ESTIMATE),
    citations: &[
        "Cliff (1993). Dominance statistics: ordinal analyses to answer ordinal questions. Psychological \
Bulletin 114, 494-509.",
        "Feng & Cliff (2004). Monte Carlo evaluation of ordinal d with improved confidence interval. J. Mod. Appl. \
Stat. Methods 3, 322-332.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('a', 5), ('a', 7), ('a', 8), ('a', 6), ('b', 4), ('b', 5), ('b', 3), ('b', 6), \
('b', 4)) AS t(sample, value) |> CALL cliffs_delta() |> SELECT estimate, round(lower, 6) AS lower, round(upper, 6) \
AS upper",
        result: "estimate,lower,upper\n0.8,0.234979,0.960919\n",
    },
    calls: &[
        "SELECT * FROM cliffs_delta(t, value => y, sample => CASE WHEN grp = 'g1' THEN 'p' ELSE 'q' END)",
        "SELECT * FROM cliffs_delta(t, value => y, sample => CASE WHEN grp = 'g1' THEN 'p' ELSE 'q' END, level => \
0.9)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (x, y) = two_samples(rows)?;
    Ok(estimate(
        cliffs_delta(&x, &y, options.number("level")?),
        rows.n_null,
    ))
}
