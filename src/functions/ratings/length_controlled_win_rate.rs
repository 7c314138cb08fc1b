//! `length_controlled_win_rate`: the win rate against a baseline at equal lengths.

use super::battles::{LEVEL, verdict};
use crate::functions::prelude::*;
use crate::stats::ratings::{LengthRow, length_controlled};

pub(super) static FUNCTION: Function = Function {
    name: "length_controlled_win_rate",
    summary: "Win rate against a baseline, as it would be with responses of equal length",
    details: "One row per comparison of the system with the baseline; use it with GROUP BY system (by => system). A \
logistic model explains the preference by the difference of lengths, through tanh of it in standard deviations, and by \
the difficulty of the instruction where one is given; the controlled win rate is its mean prediction at equal lengths. \
Unlike the AlpacaEval code, which penalises by cross-validation and ignores the error of the parameters, the fit is plain maximum likelihood \
(or has the penalty `l2` on the slopes), and stderr holds both the parameters' error (sandwich) and that of the sample of \
instructions. NULL with a `detail` where there is no finite maximum, such as a system that always wins. Rows with a \
NULL are skipped.",
    formula: "logit P(win) = t + phi tanh((length - baseline_length) / sd) + psi difficulty; lc_win_rate = mean of \
P(win) with the middle term 0",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite",
    params: &[
        Param::label(
            "outcome",
            "'a' = the system, 'b' = the baseline, 'tie', 'both_bad', or the probability that the system is preferred",
        ),
        Param::number("length", "length of the system's response"),
        Param::number("baseline_length", "length of the baseline's response"),
        Param::number("difficulty", "difficulty of the instruction").optional(),
        Param::number("weight", "weight of the row; 1 when not given").optional(),
    ],
    options: &[
        Opt::number(
            "l2",
            0.0,
            f64::MAX,
            0.0,
            "penalty l2/2 times the squares of phi and psi",
        ),
        LEVEL,
    ],
    ordered: false,
    returns: Returns::Record(&[
        Out::float("win_rate", "mean score, 0 to 1"),
        Out::float("lc_win_rate", "mean predicted score at equal lengths"),
        Out::float("stderr", "standard error of lc_win_rate"),
        Out::float("lower", "lower limit, not below 0"),
        Out::float("upper", "upper limit, not above 1"),
        Out::float("length_effect", "phi, in log-odds"),
        Out::float("length_effect_stderr", "standard error of phi"),
        Out::float(
            "length_sd",
            "standard deviation of the differences of length",
        ),
        Out::int("n", "rows used"),
        Out::text("detail", "why there is no number, or no length effect"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Dubois, Galambosi, Liang & Hashimoto (2024). Length-controlled AlpacaEval. COLM.",
    ],
    // Longer by 10 wins 3 of 4, shorter by 10 wins 1 of 4: symmetric, so at equal length 1/2;
    // sd = 10, phi tanh(1) = ln 3, phi = 1.4425.
    example: Example {
        sql: "SELECT * FROM (VALUES ('a',20,10), ('a',20,10), ('a',20,10), ('b',20,10), ('a',10,20), ('b',10,20), ('b',10,20), ('b',10,20)) AS t(outcome, length, baseline_length) |> CALL length_controlled_win_rate() |> SELECT win_rate, round(lc_win_rate, 6) AS lc, round(length_effect, 4) AS phi",
        result: "win_rate,lc,phi\n0.5,0.5,1.4425\n",
    },
    calls: &[
        "SELECT * FROM length_controlled_win_rate(t, length => value, baseline_length => y, by => system_a)",
        "SELECT * FROM length_controlled_win_rate(t, length => value, baseline_length => y, difficulty => x, weight => weight, l2 => 0.5, level => 0.9)",
    ],
    body: Body::Unsorted(rate),
};

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (labels, ids) = rows.labels(0);
    let scores: Vec<Result<f64, Fault>> = labels.iter().map(|l| score(l)).collect();
    let (length, baseline) = (rows.numbers(1), rows.numbers(2));
    let mut skipped = 0_u64;
    let mut out = Vec::with_capacity(rows.len);
    for (i, id) in ids.iter().enumerate() {
        let at = |x: &[f64], default: f64| x.get(i).copied().unwrap_or(default);
        let row = LengthRow {
            score: match scores.get(*id as usize) {
                Some(s) => s.clone()?,
                None => f64::NAN,
            },
            difference: at(length, f64::NAN) - at(baseline, f64::NAN),
            difficulty: at(rows.numbers(3), 0.0),
            weight: at(rows.numbers(4), 1.0),
        };
        if row.weight < 0.0 || row.weight.is_infinite() {
            return Err(Fault::new(format!(
                "a weight is {}, expected a finite number that is not negative",
                row.weight
            )));
        }
        if row.score.is_nan() || row.difficulty.is_nan() || row.weight.is_nan() {
            skipped += 1;
        } else if !(row.difference.is_finite() && row.difficulty.is_finite()) {
            return Err(Fault::new("a length or a difficulty is not finite"));
        } else {
            out.push(row);
        }
    }
    let found = length_controlled(&out, options.number("l2")?, options.number("level")?);
    Ok(Output::Record(vec![
        found.win_rate.into(),
        found.controlled.into(),
        found.stderr.into(),
        found.lower.into(),
        found.upper.into(),
        found.length_effect.into(),
        found.length_stderr.into(),
        found.length_sd.into(),
        found.n.into(),
        Value::Text(found.detail.map(Into::into)),
        (rows.n_null + skipped).into(),
    ]))
}

/// The credit of a verdict, `both_bad` as a tie.
fn score(text: &str) -> Result<f64, Fault> {
    Ok(verdict(text)?.score(false).unwrap_or(0.5))
}
