//! `weighted_tau`: Kendall's tau that weighs the top more.

use super::two_columns::{X, Y, pairs};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "weighted_tau",
    summary: "Weighted Kendall's tau: disagreements at the top weigh more",
    details: "Rows with a NULL are dropped. Large values are the top. NULL below two rows or when a side is \
constant. Cost grows as n log n.",
    formula: "tau-b with the pair (i, j) weighted 1/(1 + r_i) + 1/(1 + r_j), r = 0 for the top; the mean of ranking \
by x (ties by y) and by y (ties by x)",
    errors: "a NaN",
    params: &[X, Y],
    options: &[Opt::choice(
        "rank",
        &["both", "x", "y"],
        "both",
        "which side says what is at the top",
    )],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Vigna (2015). A weighted correlation index for rankings with ties. WWW 2015, 1166-1176.",
    ],
    example: Example {
        sql: "SELECT round(weighted_tau(x, y), 6) AS tau FROM (VALUES (1, 2), (2, 1), (3, 4), (4, 3), (5, 5)) AS \
t(x, y)",
        result: "tau\n0.718978\n",
    },
    calls: &[
        "SELECT * FROM weighted_tau(t, by => grp)",
        "SELECT * FROM weighted_tau(t, rank => 'x')",
        "SELECT * FROM weighted_tau(t, rank => 'y')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let found = pairs(rows)?.weighted_tau();
    let rank = options.text("rank")?;
    let tau = found.map(|t| match rank {
        "x" => t.by_x,
        "y" => t.by_y,
        _ => t.tau,
    });
    Ok(Output::Value(tau.into()))
}
