//! `rank_robustness`: how few comparisons hold the top of a leaderboard.

use super::battles::{BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read_whole};
use super::fitting::{TIES_HALF, fault, ties};
use crate::functions::prelude::*;
use crate::stats::num::ln;
use crate::stats::ratings::{BradleyTerryOptions, rank_robustness};

pub(super) static FUNCTION: Function = Function {
    name: "rank_robustness",
    summary: "The fewest comparisons found whose removal changes the top k of the Bradley-Terry ranking",
    details: "For the closest pairs of systems across the boundary, the rows that hold their order are found from their \
influence, taken out, and the model fitted again, until the order has changed; what is returned has been verified by a \
refit. The number is an upper bound of the fewest: these rows do change the top k, fewer others might. One row of \
result per pair and outcome to drop from: rows of one pair and outcome are exchangeable, so any of them will do. When \
no removal was found that leaves all systems rated, there is one row with NULLs and a `detail`. At most 500 rated \
systems. Rows with a NULL are skipped, as are comparisons of a system with itself.",
    formula: "influence of a row on t_a - t_b: - (e_a - e_b)' H+ (e_i - e_j) w (y - p), added greedily; then refits",
    errors: "an outcome that is no win, loss or tie; a weight that is negative or not finite; more than 500 rated systems",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        Opt::integer("k", 1, 1_000_000, 1, "size of the top"),
        TIES_HALF,
        BOTH_BAD,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("leaves", "the system that falls out of the order"),
        Out::text("enters", "the system that overtakes it"),
        Out::int("dropped", "comparisons to drop in all"),
        Out::float("share", "of the comparisons between rated systems"),
        Out::text("system_a", "drop comparisons of this system"),
        Out::text("system_b", "with this one"),
        Out::text(
            "outcome",
            "and this outcome: 'a', 'b' or 'tie', in either order of showing",
        ),
        Out::int("rows", "this many of them"),
        Out::int("predicted", "comparisons that influence alone predicted"),
        Out::float(
            "gap",
            "difference of the ratings before, in points of 400 per factor 10",
        ),
        Out::float("gap_after", "the same after the refit: below 0"),
        Out::int("n", "comparisons between rated systems"),
        Out::text("detail", "why there is no answer"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Broderick, Giordano & Meager (2020). An automatic finite-sample robustness metric. arXiv:2011.14999.",
        "Huang, Shen, Wei & Broderick (2025). Dropping just a handful of preferences can change top LLM rankings. arXiv:2508.11847.",
    ],
    // x leads y by 3 : 2; without two of its wins it trails 1 : 2.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a'), ('x','y','a'), ('x','y','a'), ('x','y','b'), ('x','y','b')) AS t(system_a, system_b, outcome) |> CALL rank_robustness() |> SELECT leaves, enters, dropped, system_a, system_b, outcome, rows, n",
        result: "leaves,enters,dropped,system_a,system_b,outcome,rows,n\nx,y,2,x,y,a,2,5\n",
    },
    calls: &[
        "SELECT * FROM rank_robustness(t, by => grp)",
        "SELECT * FROM rank_robustness(t, k => 3, ties => 'skip', weight => weight, both_bad => 'skip')",
    ],
    body: Body::Tally(robustness),
};

fn robustness(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read_whole(tally, options)?;
    let settings = BradleyTerryOptions {
        ties: ties(options.text("ties")?),
        ..BradleyTerryOptions::default()
    };
    let k = options.count("k")? as usize;
    let found = rank_robustness(&battles.folded, k, &settings).map_err(fault)?;
    let points = settings.scale / ln(settings.base);
    let Some(flip) = found.flip else {
        let mut row: Vec<Value> = vec![
            Value::Text(None),
            Value::Text(None),
            Value::Int(None),
            Value::Float(None),
            Value::Text(None),
            Value::Text(None),
            Value::Text(None),
            Value::Int(None),
            Value::Int(None),
            Value::Float(None),
            Value::Float(None),
        ];
        row.push(found.n.into());
        row.push(Value::Text(found.detail.map(Into::into)));
        row.push(tally.n_null.into());
        return Ok(Output::Table(vec![row]));
    };
    let row = |d: &crate::stats::ratings::Dropped| {
        vec![
            flip.leaves.clone().into(),
            flip.enters.clone().into(),
            flip.rows.into(),
            (flip.rows as f64 / found.n as f64).into(),
            d.system_a.clone().into(),
            d.system_b.clone().into(),
            ["a", "b", "tie"]
                .get(d.slot)
                .copied()
                .unwrap_or("tie")
                .into(),
            d.rows.into(),
            flip.predicted.into(),
            (points * flip.gap).into(),
            (points * flip.gap_after).into(),
            found.n.into(),
            Value::Text(None),
            tally.n_null.into(),
        ]
    };
    Ok(Output::Table(flip.dropped.iter().map(row).collect()))
}
