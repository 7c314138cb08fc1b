//! `kendall_tau_test`: Kendall's tau with p-value and interval.

use super::kendall_tau::VARIANT;
use super::two_columns::{X, Y, association, pairs};
use crate::functions::prelude::*;
use crate::functions::significance::common::{LEVEL, TEST, record};
use crate::stats::correlation::Coefficient;

pub(super) static FUNCTION: Function = Function {
    name: "kendall_tau_test",
    summary: "Kendall's rank correlation with its p-value and interval",
    details: "Rows with a NULL are dropped. The p-value is exact, by counting permutations, without ties up to 50 \
rows; else normal with the variance corrected for ties. The interval is normal with the asymptotic error, clipped \
to -1..1. NULL with the reason in `detail` where undefined.",
    formula: "tau as in kendall_tau; error of the estimate by the delta method over the cells of the table of x and \
y",
    errors: "a NaN",
    params: &[X, Y],
    options: &[VARIANT, LEVEL],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Kendall (1970). Rank Correlation Methods, 4th ed. Griffin.",
        "Brown & Benedetti (1977). Sampling behavior of tests for correlation in two-way contingency tables. JASA \
72, 309-315.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 2), (2, 1), (3, 3), (4, 4), (4, 5)) AS t(x, y) |> CALL kendall_tau_test() \
|> SELECT round(estimate, 6) AS tau, round(p_value, 6) AS p, round(lower, 6) AS lower, upper, method",
        result: "tau,p,lower,upper,method\n0.737865,0.076974,0.362982,1.0,normal\n",
    },
    calls: &[
        "SELECT * FROM kendall_tau_test(t, by => grp)",
        "SELECT * FROM kendall_tau_test(t, variant => 'a', level => 0.9)",
        "SELECT * FROM kendall_tau_test(t, variant => 'c')",
    ],
    body: Body::Unsorted(compute),
};

/// The most rows whose exact p-value is taken without being asked.
const EXACT: usize = 50;

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let pairs = pairs(rows)?;
    let which = match options.text("variant")? {
        "a" => Coefficient::TauA,
        "c" => Coefficient::TauC,
        _ => Coefficient::TauB,
    };
    let counted = pairs.kendall(pairs.n() <= EXACT);
    let mut test = association(rows, &pairs, which, options)?;
    test.statistic = None;
    test.method = if counted.p_value_exact.is_some() {
        "exact"
    } else {
        "normal"
    };
    test.p_value = counted.p_value_exact.or(counted.p_value);
    Ok(record(test, rows.n_null))
}
