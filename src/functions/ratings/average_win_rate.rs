//! `average_win_rate`: the mean over opponents of the win rate against each.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use super::fitting::{fault, tie_worth};
use crate::functions::prelude::*;
use crate::stats::ratings::{WinRateOptions, win_rates_folded};

pub(super) static FUNCTION: Function = Function {
    name: "average_win_rate",
    summary: "Mean over opponents of the win rate against each, with intervals",
    details: "Every opponent met counts the same, however often it was met, so that the choice of opponents weighs \
less than in win_rate. It still depends on who was met: bradley_terry corrects for their strength. The error holds \
the opponents fixed. Rows with a NULL are skipped, as are comparisons of a system with itself. NULL without \
comparisons.",
    formula: "mean over opponents j of (wins over j + ties with j / 2) / comparisons with j",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[super::fitting::TIES_HALF, BOTH_BAD, LEVEL],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; equal rates share a rank"),
        Out::text("system", "the system"),
        Out::float("average_win_rate", "mean of the rates, 0 to 1"),
        Out::float("stderr", "its standard error"),
        Out::float("lower", "lower normal limit, not below 0"),
        Out::float("upper", "upper normal limit, not above 1"),
        Out::int("opponents", "distinct opponents"),
        Out::int("n", "comparisons counted"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Shah & Wainwright (2018). Simple, robust and optimal ranking from pairwise comparisons. JMLR 18(199), 1-38.",
    ],
    // x against y: 3 of 4, against z: 1 of 1; the mean is 0.875.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a',3), ('x','y','b',1), ('x','z','a',1)) AS t(system_a, system_b, outcome, weight) |> CALL average_win_rate(weight => weight) |> SELECT rank, system, average_win_rate, opponents",
        result: "rank,system,average_win_rate,opponents\n1,x,0.875,2\n2,y,0.25,1\n3,z,0.0,1\n",
    },
    calls: &[
        "SELECT * FROM average_win_rate(t, by => grp)",
        "SELECT * FROM average_win_rate(t, weight => weight, ties => 'skip', both_bad => 'skip', level => 0.9)",
    ],
    body: Body::Tally(rates),
};

fn rates(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let settings = WinRateOptions {
        tie: Some(tie_worth(options.text("ties")?)).filter(|t| *t > 0.0),
        level: options.number("level")?,
        ..WinRateOptions::default()
    };
    let mut rates = win_rates_folded(&battles.folded, &settings).map_err(fault)?;
    let key = |r: &crate::stats::ratings::WinRate| r.average_win_rate.unwrap_or(-1.0);
    rates.sort_by(|p, q| {
        key(q)
            .total_cmp(&key(p))
            .then_with(|| p.system.cmp(&q.system))
    });
    let keys: Vec<f64> = rates.iter().map(key).collect();
    let row = |r: crate::stats::ratings::WinRate| {
        let mine = r.average_win_rate;
        let rank = mine.map(|x| 1 + keys.partition_point(|k| *k > x + 1e-12) as u64);
        vec![
            rank.into(),
            r.system.into(),
            mine.into(),
            r.average_stderr.into(),
            r.average_lower.into(),
            r.average_upper.into(),
            r.opponents.into(),
            r.n.into(),
            tally.n_null.into(),
        ]
    };
    Ok(Output::Table(rates.into_iter().map(row).collect()))
}
