//! Correlations as statistics of drawn rows, for resampling by name.

use super::two_columns::pairs;
use crate::functions::prelude::*;
use crate::stats::correlation::RowStatistic;
use crate::stats::interval::ByCount;

/// The function `name` over `rows` as a statistic of the rows it draws; `None` where it has no
/// such form.
pub(in crate::functions) fn by_count(
    name: &str,
    rows: &Rows,
    options: &Options,
) -> Result<Option<ByCount<'static>>, Fault> {
    let which = match name {
        "pearson" => RowStatistic::Pearson,
        "spearman" => RowStatistic::Spearman,
        "kendall_tau" => match options.text("variant")? {
            "a" => RowStatistic::TauA,
            "c" => RowStatistic::TauC,
            _ => RowStatistic::TauB,
        },
        "lin_ccc" => RowStatistic::LinCcc,
        _ => return Ok(None),
    };
    // A weight that was given is not counted.
    if rows.columns.len() > 2 && !rows.numbers(2).is_empty() {
        return Ok(None);
    }
    Ok(pairs(rows)?.statistic(which))
}
