//! `kendall_tau`: rank correlation from concordant and discordant pairs.

use super::two_columns::{X, Y, pairs};
use crate::functions::prelude::*;

pub(super) const VARIANT: Opt = Opt::choice("variant", &["a", "b", "c"], "b", "treatment of ties");

pub(super) static FUNCTION: Function = Function {
    name: "kendall_tau",
    summary: "Kendall's rank correlation of two columns",
    details: "Rows with a NULL on either side are dropped. NULL below two rows, and for variants b and c when a side \
is constant. Cost grows as n log n.",
    formula: "a: (C-D)/(n(n-1)/2); b: (C-D)/sqrt((C+D+T_x)(C+D+T_y)); c: 2m(C-D)/(n^2(m-1)), m = the smaller number \
of distinct values",
    errors: "a NaN",
    params: &[X, Y],
    options: &[VARIANT],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Kendall (1938). A new measure of rank correlation. Biometrika 30, 81-93.",
        "Knight (1966). A computer method for calculating Kendall's tau with ungrouped data. JASA 61, 436-439.",
    ],
    example: Example {
        sql: "SELECT round(kendall_tau(x, y), 6) AS b, round(kendall_tau(x, y, variant => 'a'), 6) AS a FROM \
(VALUES (1, 2), (2, 1), (3, 3), (4, 4), (4, 5)) AS t(x, y)",
        result: "b,a\n0.737865,0.7\n",
    },
    calls: &[
        "SELECT * FROM kendall_tau(t, by => grp)",
        "SELECT * FROM kendall_tau(t, variant => 'a')",
        "SELECT * FROM kendall_tau(t, variant => 'c')",
    ],
    body: Body::Unsorted(tau),
};

fn tau(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let k = pairs(rows)?.kendall(false);
    Ok(Output::Value(
        match options.text("variant")? {
            "a" => k.tau_a,
            "c" => k.tau_c,
            _ => k.tau_b,
        }
        .into(),
    ))
}
