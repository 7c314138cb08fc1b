//! Columns held fixed, as the partial correlations take them.

use crate::functions::prelude::*;
use crate::stats::correlation::{Partial, PartialMethod, partial_correlation};

/// The columns held fixed.
pub(super) const CONTROLS: Param = Param::numbers(
    "controls",
    "columns held fixed: controls => (length, n_turns); a NULL drops the row",
);
/// Which correlation.
pub(super) const METHOD: Opt = Opt::choice(
    "method",
    &["pearson", "spearman"],
    "pearson",
    "correlation of the values or of their average ranks",
);

/// The partial correlation of columns 0 and 1 given column 2.
pub(super) fn partial(
    rows: &Rows,
    options: &Options,
) -> Result<(Option<Partial>, PartialMethod), Fault> {
    let method = match options.text("method")? {
        "spearman" => PartialMethod::Spearman,
        _ => PartialMethod::Pearson,
    };
    let (names, cells) = rows.matrix(2);
    let mut columns = vec![rows.numbers(0).to_vec(), rows.numbers(1).to_vec()];
    for at in 0..names.len() {
        columns.push(
            cells
                .iter()
                .skip(at)
                .step_by(names.len())
                .copied()
                .collect(),
        );
    }
    if rows.len < 2 {
        return Ok((None, method));
    }
    let found = partial_correlation(&columns, method).map_err(|e| Fault::new(e.to_string()))?;
    Ok((found, method))
}
