//! `leaderboard_agreement`: do two leaderboards agree where both are sure?

use super::separability::ordered;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "leaderboard_agreement",
    summary: "Agreement of two leaderboards over the pairs that their intervals tell apart",
    details: "One row per system with its limits on both leaderboards. A pair counts +1 when both put the same system \
clearly ahead, -1 when they disagree, and 0 when the intervals of either overlap. Rows with a NULL are skipped. NULL \
with fewer than two systems. At most 20,000 systems: every pair is looked at.",
    formula: "(agreed - disagreed) / pairs",
    errors: "a lower limit above its upper limit; more than 20,000 systems",
    params: &[
        Param::number("lower", "lower limit on the leaderboard"),
        Param::number("upper", "upper limit"),
        Param::number("reference_lower", "lower limit on the reference"),
        Param::number("reference_upper", "upper limit on the reference"),
    ],
    options: &[],
    ordered: false,
    returns: Returns::Record(&[
        Out::float("agreement", "from -1 to 1"),
        Out::int("agreed", "pairs on which both are sure and agree"),
        Out::int("disagreed", "pairs on which both are sure and disagree"),
        Out::int("undecided", "pairs on which one is not sure"),
        Out::float(
            "agreement_when_sure",
            "agreed / (agreed + disagreed); NULL when there is none",
        ),
        Out::float("separability", "share of pairs the leaderboard tells apart"),
        Out::float("reference_separability", "share the reference tells apart"),
        Out::int("n", "systems"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Li et al. (2024). From crowdsourced data to high-quality benchmarks: Arena-Hard and BenchBuilder pipeline. arXiv:2406.11939.",
    ],
    // Pairs (1,2): both sure and agree; (1,3): disagree; (2,3): the first is not sure.
    example: Example {
        sql: "SELECT * FROM (VALUES (4,5, 6,7), (0,1, 2,3), (0.5,2, 8,9)) AS t(lower, upper, reference_lower, reference_upper) |> CALL leaderboard_agreement() |> SELECT agreement, agreed, disagreed, undecided",
        result: "agreement,agreed,disagreed,undecided\n0.0,1,1,1\n",
    },
    calls: &[
        "SELECT * FROM leaderboard_agreement(t, lower => y, upper => y + x / 9, reference_lower => x, reference_upper => x + y + 3, by => grp)",
    ],
    body: Body::Unsorted(agreement),
};

fn agreement(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let column = |i: usize| rows.numbers(i);
    let (low, high, ref_low, ref_high) = (column(0), column(1), column(2), column(3));
    ordered(low, high)?;
    ordered(ref_low, ref_high)?;
    let n = rows.len;
    if n > 20_000 {
        return Err(Fault::new(format!(
            "leaderboard_agreement: {n} systems, expected at most 20,000"
        )));
    }
    // +1: the first is ahead, -1: the second, 0: not sure.
    let ahead = |low: &[f64], high: &[f64], i: usize, j: usize| {
        let at = |x: &[f64], i: usize| x.get(i).copied().unwrap_or(f64::NAN);
        i32::from(at(low, i) > at(high, j)) - i32::from(at(low, j) > at(high, i))
    };
    let (mut agreed, mut disagreed, mut sure, mut ref_sure) = (0_u64, 0_u64, 0_u64, 0_u64);
    for i in 0..n {
        for j in i + 1..n {
            let (ours, theirs) = (ahead(low, high, i, j), ahead(ref_low, ref_high, i, j));
            sure += u64::from(ours != 0);
            ref_sure += u64::from(theirs != 0);
            agreed += u64::from(ours * theirs > 0);
            disagreed += u64::from(ours * theirs < 0);
        }
    }
    let pairs = (n * n.saturating_sub(1) / 2) as u64;
    let of = |x: f64, total: u64| (total > 0).then(|| x / total as f64);
    Ok(Output::Record(vec![
        of(agreed as f64 - disagreed as f64, pairs).into(),
        agreed.into(),
        disagreed.into(),
        (pairs - agreed - disagreed).into(),
        of(agreed as f64, agreed + disagreed).into(),
        of(sure as f64, pairs).into(),
        of(ref_sure as f64, pairs).into(),
        n.into(),
        rows.n_null.into(),
    ]))
}
