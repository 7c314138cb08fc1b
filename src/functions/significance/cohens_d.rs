//! `cohens_d`: a standardised difference of means.

use super::common::{ESTIMATE, LEVEL, SAMPLE, VALUE, estimate, two_samples};
use crate::functions::prelude::*;
use crate::stats::testing::cohens_d;

pub(super) static FUNCTION: Function = Function {
    name: "cohens_d",
    summary: "Cohen's d: the difference of two means in standard deviations",
    details: "Rows with a NULL are dropped.  `sample` holds two labels; the first in order (numbers by value, text \
by code point) comes first. The standard deviation is pooled. `hedges` corrects the bias of small samples exactly. \
The interval is normal. NULL with the reason in `detail` when a sample is empty \
or nothing varies within the samples.",
    formula: "(m1 - m2) / s_pooled; variance (n1 + n2)/(n1 n2) + d^2 / (2 (n1 + n2))",
    errors: "more than two samples; a NaN",
    params: &[VALUE, SAMPLE],
    options: &[Opt::flag("hedges", "apply Hedges' correction"), LEVEL],
    ordered: false,
    returns: Returns::Record(ESTIMATE),
    citations: &[
        "Cohen (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd ed.",
        "Hedges (1981). Distribution theory for Glass's estimator of effect size and related estimators. J. Educ. \
Stat. 6, 107-128.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('a', 5), ('a', 7), ('a', 8), ('a', 6), ('b', 4), ('b', 5), ('b', 3), ('b', 6), \
('b', 4)) AS t(sample, value) |> CALL cohens_d() |> SELECT round(estimate, 6) AS d, round(lower, 6) AS lower, \
round(upper, 6) AS upper",
        result: "d,lower,upper\n1.739675,0.198718,3.280633\n",
    },
    calls: &[
        "SELECT * FROM cohens_d(t, value => y, sample => CASE WHEN grp = 'g1' THEN 'p' ELSE 'q' END)",
        "SELECT * FROM cohens_d(t, value => y, sample => CASE WHEN grp = 'g1' THEN 'p' ELSE 'q' END, hedges => \
true, level => 0.9)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (x, y) = two_samples(rows)?;
    let hedges = options.flag("hedges")?;
    Ok(estimate(
        cohens_d(&x, &y, hedges, options.number("level")?),
        rows.n_null,
    ))
}
