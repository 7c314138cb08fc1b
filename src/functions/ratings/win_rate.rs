//! `win_rate`: how often each system wins, with Wilson intervals.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use crate::functions::prelude::*;
use crate::stats::ratings::{BothBad, WinRateOptions, win_rates_folded};

pub(super) static FUNCTION: Function = Function {
    name: "win_rate",
    summary: "Share of comparisons that each system wins, with Wilson intervals",
    details: "Rows with a NULL system or outcome are skipped, as are comparisons of a system with itself. A tie is \
worth `tie` of a win; with tie => -1 ties are left out of the count. `average_win_rate` is the mean over opponents of \
the win rate against each. NULL for a system without counted comparisons.",
    formula: "(wins + tie * ties) / n; Wilson score interval with n comparisons",
    errors: "an outcome that is none of the codes; a weight that is negative or not finite",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        Opt::number(
            "tie",
            -1.0,
            1.0,
            0.5,
            "worth of a tie, from 0 to 1; -1 leaves ties out",
        ),
        BOTH_BAD,
        LEVEL,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("system", "the system"),
        Out::float("win_rate", "share won, 0 to 1"),
        Out::float("lower", "lower Wilson limit"),
        Out::float("upper", "upper Wilson limit"),
        Out::float(
            "average_win_rate",
            "mean over opponents of the share won against each",
        ),
        Out::int("n", "comparisons counted"),
        Out::int("opponents", "distinct opponents"),
        Out::int("wins", "comparisons won"),
        Out::int("losses", "comparisons lost"),
        Out::int("ties", "ties"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Wilson (1927). Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a'), ('x','y','a'), ('y','x','a'), ('x','y','tie')) AS t(system_a, system_b, outcome) |> CALL win_rate() |> SELECT system, win_rate, round(lower, 4) AS lower, round(upper, 4) AS upper, n",
        result: "system,win_rate,lower,upper,n\nx,0.625,0.2194,0.9081,4\ny,0.375,0.0919,0.7806,4\n",
    },
    calls: &[
        "SELECT * FROM win_rate(t, by => grp, weight => weight)",
        "SELECT * FROM win_rate(t, tie => -1)",
    ],
    body: Body::Tally(rates),
};

fn rates(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let tie = Some(options.number("tie")?).filter(|t| *t >= 0.0);
    if options.number("tie")? < 0.0 && options.number("tie")? > -1.0 {
        return Err(Fault::new(
            "option `tie` is between -1 and 0, expected a number from 0 to 1, or -1",
        ));
    }
    let settings = WinRateOptions {
        tie,
        both_bad: BothBad::Tie,
        level: options.number("level")?,
    };
    let rates =
        win_rates_folded(&battles.folded, &settings).map_err(|e| Fault::new(e.to_string()))?;
    let mut rows: Vec<_> = rates.into_iter().zip(&battles.records).collect();
    rows.sort_by(|(a, _), (b, _)| {
        let key = |x: Option<f64>| x.unwrap_or(-1.0);
        key(b.win_rate)
            .total_cmp(&key(a.win_rate))
            .then_with(|| a.system.cmp(&b.system))
    });
    Ok(Output::Table(
        rows.into_iter()
            .map(|(r, record)| {
                vec![
                    r.system.into(),
                    r.win_rate.into(),
                    r.lower.into(),
                    r.upper.into(),
                    r.average_win_rate.into(),
                    r.n.into(),
                    r.opponents.into(),
                    record.wins.into(),
                    record.losses.into(),
                    record.ties.into(),
                    tally.n_null.into(),
                ]
            })
            .collect(),
    ))
}
