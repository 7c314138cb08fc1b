//! Two orders as two columns of ranks, one row per alternative.

use crate::functions::prelude::*;
use crate::functions::state::rows::Column;
use crate::stats::correlation::{Pairs, RankDistance, rank_distance};

pub(super) const X: Param = Param::number("x", "rank in one order, 1 = best; NULL drops the row");
pub(super) const Y: Param = Param::number("y", "rank in the other order; NULL drops the row");
pub(super) const X_LIST: Param = Param::number(
    "x",
    "place in one list, smaller = higher; NULL = not in the list",
)
.found();
pub(super) const Y_LIST: Param =
    Param::number("y", "place in the other list; NULL = not in the list").found();
pub(super) const NORMALIZE: Opt = Opt::flag(
    "normalize",
    "divide by the largest possible distance, so that 0 = the same order and 1 = reversed",
);

/// Distances of the two columns.
pub(super) fn distance(rows: &Rows, penalty: f64) -> Result<RankDistance, Fault> {
    let fault = |e: crate::stats::correlation::CorrelationError| Fault::new(e.to_string());
    let pairs = Pairs::from_columns(rows.numbers(0), rows.numbers(1)).map_err(fault)?;
    rank_distance(&pairs, penalty).map_err(fault)
}

/// The two lists, best first, as row numbers.
pub(super) fn lists(rows: &Rows) -> Result<(Vec<u32>, Vec<u32>), Fault> {
    let list = |i: usize, name: &str| {
        if matches!(rows.columns.get(i), None | Some(Column::Absent)) {
            return Err(
                Fault::new(format!("the place in the list `{name}` is not given"))
                    .hint("name both columns: x => rank_of_one, y => rank_of_the_other"),
            );
        }
        let mut places: Vec<(f64, u32)> = rows.numbers(i).iter().copied().zip(0..).collect();
        places.retain(|p| !p.0.is_nan());
        places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        if let Some(tie) = places.windows(2).find(|w| w[0].0 == w[1].0) {
            return Err(Fault::new(format!(
                "two rows have place {} in the list `{name}`",
                tie[0].0
            ))
            .hint("a list has no ties: break them in the query, row_number() OVER (ORDER BY …)"));
        }
        Ok(places.into_iter().map(|p| p.1).collect())
    };
    Ok((list(0, "x")?, list(1, "y")?))
}
