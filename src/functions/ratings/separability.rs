//! `separability`: how many pairs of a leaderboard its intervals tell apart.

use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "separability",
    summary: "Share of pairs of a leaderboard whose intervals do not overlap",
    details: "One row per system with its limits, such as the result of bradley_terry. Rows with a NULL limit (systems \
without a rating) are skipped. Intervals that touch overlap. NULL with fewer than two systems.",
    formula: "pairs with lower_i > upper_j or lower_j > upper_i, divided by n (n - 1) / 2",
    errors: "a lower limit above its upper limit",
    params: &[
        Param::number("lower", "lower limit of the system's rating"),
        Param::number("upper", "upper limit"),
    ],
    options: &[],
    ordered: false,
    returns: Returns::Record(&[
        Out::float("separability", "share of pairs told apart, 0 to 1"),
        Out::int("separated", "pairs told apart"),
        Out::int("pairs", "pairs"),
        Out::int("n", "systems"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Li et al. (2024). From crowdsourced data to high-quality benchmarks: Arena-Hard and BenchBuilder pipeline. arXiv:2406.11939.",
    ],
    // [0,1] [2,3] [2.5,4]: the first is apart from both others.
    example: Example {
        sql: "SELECT * FROM (VALUES (0,1), (2,3), (2.5,4)) AS t(lower, upper) |> CALL separability() |> SELECT separability, separated, pairs",
        result: "separability,separated,pairs\n0.6666666666666666,2,3\n",
    },
    calls: &["SELECT * FROM separability(t, lower => y, upper => y + x, by => grp)"],
    body: Body::Unsorted(share),
};

/// Checks that no lower limit is above its upper limit.
pub(super) fn ordered(lower: &[f64], upper: &[f64]) -> Result<(), Fault> {
    match lower.iter().zip(upper).find(|(l, u)| l > u) {
        None => Ok(()),
        Some((l, u)) => Err(Fault::new(format!(
            "a lower limit is {l}, above its upper limit {u}"
        ))),
    }
}

fn share(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let (lower, upper) = (rows.numbers(0), rows.numbers(1));
    ordered(lower, upper)?;
    let mut sorted = lower.to_vec();
    sorted.sort_by(f64::total_cmp);
    let above = |u: &f64| sorted.len() - sorted.partition_point(|l| l <= u);
    let separated: u64 = upper.iter().map(|u| above(u) as u64).sum();
    let n = rows.len as u64;
    let pairs = n * n.saturating_sub(1) / 2;
    let share = (pairs > 0).then(|| separated as f64 / pairs as f64);
    Ok(Output::Record(vec![
        share.into(),
        separated.into(),
        pairs.into(),
        n.into(),
        rows.n_null.into(),
    ]))
}
