//! Many p-values as the adjustments take them.

use crate::functions::prelude::*;
use crate::stats::testing::{Adjustment, adjust};

pub(super) const HYPOTHESIS: Param = Param::label("hypothesis", "name of the test");
pub(super) const P_VALUE: Param = Param::number("p_value", "its p-value; NULL drops the row");
pub(super) const ALPHA: Opt = Opt::number(
    "alpha",
    0.0,
    1.0,
    0.05,
    "error rate at which hypotheses are rejected",
);

/// One row per test.
pub(super) const ADJUSTED: &[Out] = &[
    Out::text("hypothesis", "name of the test"),
    Out::float("p_value", "its p-value"),
    Out::float("adjusted", "the adjusted p-value"),
    Out::bool("rejected", "whether adjusted is at most alpha"),
    Out::int("n", "number of tests"),
    Out::int("n_null", "rows left out for a NULL"),
];

/// The adjusted table.
pub(super) fn adjusted(
    rows: &Rows,
    options: &Options,
    method: Adjustment,
) -> Result<Output, Fault> {
    let (names, ids) = rows.labels(0);
    let mut tests: Vec<(f64, u32)> = rows
        .numbers(1)
        .iter()
        .copied()
        .zip(ids.iter().copied())
        .collect();
    if let Some((p, id)) = tests.iter().find(|(p, _)| !(0.0..=1.0).contains(p)) {
        let name = &names[*id as usize];
        return Err(Fault::new(format!(
            "the p-value of '{name}' is {p}, expected 0 to 1"
        )));
    }
    if names.len() < tests.len() {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        let twice = ids.windows(2).find(|w| w[0] == w[1]).map_or(0, |w| w[0]);
        return Err(Fault::new(format!(
            "hypothesis '{}' is given more than once",
            names[twice as usize]
        ))
        .hint("make the name finer: hypothesis => concat(metric, ' ', system)"));
    }
    tests.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let p_values: Vec<f64> = tests.iter().map(|t| t.0).collect();
    let alpha = options.number("alpha")?;
    let table = tests
        .iter()
        .zip(adjust(&p_values, method))
        .map(|((p, id), q)| {
            vec![
                names[*id as usize].as_str().into(),
                (*p).into(),
                q.into(),
                (q <= alpha).into(),
                tests.len().into(),
                rows.n_null.into(),
            ]
        });
    Ok(Output::Table(table.collect()))
}
