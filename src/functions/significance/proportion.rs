//! Yes/no rows as the intervals of a proportion take them.

use crate::functions::prelude::*;
use crate::stats::interval::Bounds;

/// The outcome of a trial.
pub(super) const SUCCESS: Param = Param::label(
    "success",
    "whether the trial succeeded: true or false, 1 or 0; NULL drops the row",
);

/// The record of a proportion.
pub(super) const PROPORTION: &[Out] = &[
    Out::float("estimate", "share of successes; NULL without rows"),
    Out::float("lower", "lower limit"),
    Out::float("upper", "upper limit"),
    Out::int("successes", "rows with success"),
    Out::int("n", "rows used"),
    Out::int("n_null", "rows left out for a NULL"),
    Out::text("method", "the interval"),
    Out::text("detail", "why something is NULL; NULL when nothing is"),
];

/// The share of successes with the interval `of` (successes, rows, level).
pub(super) fn interval(
    tally: &Tally,
    options: &Options,
    method: &str,
    of: fn(f64, f64, f64) -> Option<Bounds>,
) -> Result<Output, Fault> {
    let (mut successes, mut n) = (0, 0);
    for cell in &tally.cells {
        n += cell.rows;
        match tally.label(cell, 0) {
            "true" | "1" => successes += cell.rows,
            "false" | "0" => {}
            other => {
                return Err(Fault::new(format!(
                    "success is '{other}', expected true or false, 1 or 0"
                ))
                .hint("make it a condition: success => value >= 4"));
            }
        }
    }
    let (k, trials) = (successes as f64, n as f64);
    let bounds = of(k, trials, options.number("level")?);
    let detail = (n == 0).then(|| "no rows".to_owned());
    Ok(Output::Record(vec![
        (n > 0).then(|| k / trials).into(),
        bounds.map(|b| b.lower).into(),
        bounds.map(|b| b.upper).into(),
        successes.into(),
        n.into(),
        tally.n_null.into(),
        method.into(),
        detail.into(),
    ]))
}
