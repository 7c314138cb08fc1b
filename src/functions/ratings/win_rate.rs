//! `win_rate`: how often each system wins, with intervals.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use crate::functions::prelude::*;
use crate::stats::ratings::{BothBad, ProportionInterval, WinRateOptions, win_rates_folded};

/// Kind of interval of a win rate.
pub(super) const INTERVAL: Opt = Opt::choice(
    "interval",
    &["wilson", "clopper_pearson", "jeffreys", "agresti_coull"],
    "wilson",
    "kind of interval",
);

/// The interval of a word.
pub(super) fn interval(word: &str) -> ProportionInterval {
    match word {
        "clopper_pearson" => ProportionInterval::ClopperPearson,
        "jeffreys" => ProportionInterval::Jeffreys,
        "agresti_coull" => ProportionInterval::AgrestiCoull,
        _ => ProportionInterval::Wilson,
    }
}

pub(super) static FUNCTION: Function = Function {
    name: "win_rate",
    summary: "Share of comparisons that each system wins, with intervals",
    details: "Rows with a NULL system or outcome are skipped, as are comparisons of a system with itself. A tie is \
half a win, a win, a loss, or left out of the count. Intervals take ties as fractions of a win, and with weights \
`n_effective` comparisons: they are then approximate. Clopper-Pearson intervals never cover less than they say. \
`average_win_rate` is the mean over opponents of \
the win rate against each. NULL for a system without counted comparisons.",
    formula: "(wins + worth of ties) / n; interval of a proportion from n_effective = (sum w)^2 / sum w^2 comparisons",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        Opt::choice(
            "ties",
            &["half", "skip", "win", "loss"],
            "half",
            "a tie is half a win, left out, a win, or a loss",
        ),
        BOTH_BAD,
        INTERVAL,
        LEVEL,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("system", "the system"),
        Out::float("win_rate", "share won, 0 to 1"),
        Out::float("lower", "lower limit"),
        Out::float("upper", "upper limit"),
        Out::float(
            "average_win_rate",
            "mean over opponents of the share won against each",
        ),
        Out::int("n", "comparisons counted"),
        Out::int("opponents", "distinct opponents"),
        Out::int("wins", "comparisons won"),
        Out::int("losses", "comparisons lost"),
        Out::int("ties", "ties"),
        Out::float(
            "n_effective",
            "comparisons that equal weights would need for the same precision",
        ),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Wilson (1927). Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.",
        "Clopper & Pearson (1934). The use of confidence or fiducial limits. Biometrika 26, 404-413.",
        "Brown, Cai & DasGupta (2001). Interval estimation for a binomial proportion. Statistical Science 16, 101-133.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a'), ('x','y','a'), ('y','x','a'), ('x','y','tie')) AS t(system_a, system_b, outcome) |> CALL win_rate() |> SELECT system, win_rate, round(lower, 4) AS lower, round(upper, 4) AS upper, n",
        result: "system,win_rate,lower,upper,n\nx,0.625,0.2194,0.9081,4\ny,0.375,0.0919,0.7806,4\n",
    },
    calls: &[
        "SELECT * FROM win_rate(t, by => grp, weight => weight)",
        "SELECT * FROM win_rate(t, ties => 'skip', interval => 'clopper_pearson')",
        "SELECT * FROM win_rate(t, ties => 'win', both_bad => 'skip', interval => 'jeffreys')",
        "SELECT * FROM win_rate(t, ties => 'loss', level => 0.9, interval => 'agresti_coull')",
    ],
    body: Body::Tally(rates),
};

fn rates(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let settings = WinRateOptions {
        tie: match options.text("ties")? {
            "skip" => None,
            "win" => Some(1.0),
            "loss" => Some(0.0),
            _ => Some(0.5),
        },
        both_bad: BothBad::Tie,
        level: options.number("level")?,
        interval: interval(options.text("interval")?),
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
                    r.n_effective.into(),
                    tally.n_null.into(),
                ]
            })
            .collect(),
    ))
}
