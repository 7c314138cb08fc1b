//! `welch_t`: the two-sample t test.

use super::common::{ALTERNATIVE, LEVEL, SAMPLE, TEST, VALUE, alternative, record, two_samples};
use crate::functions::prelude::*;
use crate::stats::testing::two_sample_t;

pub(super) static FUNCTION: Function = Function {
    name: "welch_t",
    summary: "t test of the difference of two means, without assuming equal variances",
    details: "Rows with a NULL are dropped.  `sample` holds two labels; the first in order (numbers by value, text \
by code point) comes first. NULL with the reason in `detail` when a sample has fewer than two rows or nothing \
varies. variances => 'equal' is Student's test with one variance.",
    formula: "t = (m1 - m2) / sqrt(s1^2/n1 + s2^2/n2), degrees of freedom after Satterthwaite; `estimate` is m1 - m2",
    errors: "more than two samples; a NaN",
    params: &[VALUE, SAMPLE],
    options: &[
        Opt::choice(
            "variances",
            &["unequal", "equal"],
            "unequal",
            "whether both samples have one variance",
        ),
        ALTERNATIVE,
        LEVEL,
    ],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Welch (1947). The generalization of 'Student's' problem when several different population \
variances are involved. Biometrika 34, 28-35.",
        "Satterthwaite (1946). An approximate distribution of estimates of variance components. Biometrics Bulletin \
2, 110-114.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('a', 5), ('a', 7), ('a', 8), ('a', 6), ('b', 4), ('b', 5), ('b', 3), ('b', 6), \
('b', 4)) AS t(sample, value) |> CALL welch_t() |> SELECT round(estimate, 6) AS difference, round(statistic, 6) AS \
t, round(df, 6) AS df, round(p_value, 6) AS p, round(lower, 6) AS lower, round(upper, 6) AS upper",
        result: "difference,t,df,p,lower,upper\n2.1,2.552889,6.123786,0.042551,0.096998,4.103002\n",
    },
    calls: &[
        "SELECT * FROM welch_t(t, value => y, sample => CASE WHEN grp = 'g1' THEN 'p' ELSE 'q' END)",
        "SELECT * FROM welch_t(t, value => y, sample => CASE WHEN grp = 'g1' THEN 'p' ELSE 'q' END, variances => \
'equal', alternative => 'less')",
        "SELECT * FROM welch_t(t, value => y, sample => CASE WHEN grp = 'g1' THEN 'p' ELSE 'q' END, alternative => \
'greater', level => 0.9)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (x, y) = two_samples(rows)?;
    let equal = options.text("variances")? == "equal";
    let test = two_sample_t(
        &x,
        &y,
        equal,
        options.number("level")?,
        alternative(options)?,
    );
    Ok(record(test, rows.n_null))
}
