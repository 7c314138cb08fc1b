//! The result of a search for an order: options, columns and rows.

use crate::functions::prelude::*;
use crate::stats::choice::{Cost, EXACT_LIMIT, Effort, ORDER_LIMIT, Pairwise};

pub(super) const METHOD: Opt = Opt::choice(
    "method",
    &["exact", "heuristic"],
    "exact",
    "prove the order optimal, or only search locally and bound what is missed",
);
pub(super) const BUDGET: Opt = Opt::integer(
    "budget",
    1,
    100_000_000,
    100_000,
    "most partial orders visited per component of the majority graph; when it ends, the best order found is returned \
with its gap and method 'budget'",
);

pub(super) const COLUMNS: &[Out] = &[
    Out::int("rank", "place in the order, 1 = best"),
    Out::text("alternative", "the alternative"),
    Out::int(
        "rank_lower",
        "best place over all optimal orders; NULL where they were not counted",
    ),
    Out::int("rank_upper", "worst place over all optimal orders"),
    Out::int(
        "component",
        "component of the majority graph, 1 = top; inside one the majorities run in cycles",
    ),
    Out::float("distance", "what the order costs"),
    Out::float("lower_bound", "no order costs less"),
    Out::float("gap", "distance less lower_bound; 0 = proved optimal"),
    Out::bool("optimal", "whether the order is proved optimal"),
    Out::int(
        "n_optima",
        "number of optimal orders; NULL where not counted, or above 9e18",
    ),
    Out::text(
        "method",
        "exact, heuristic (asked for), budget (the budget ended first), or size (a component of more than 128)",
    ),
    Out::int("n_null", "rows skipped for a NULL"),
];

/// How an order is found, for the prose of functions.
macro_rules! search_prose {
    () => {
        "Exact inside every component of the majority graph of up to 128 alternatives, unless the budget ends: 3-cycle \
inequalities with integer multipliers bound the cost, pairs that they decide are fixed, and dynamic programming over \
the sets that can still be on top settles the rest and counts the optimal orders. Listed is the first optimal order in \
the order of names; rank_lower and rank_upper say where the others differ."
    };
}
pub(super) use search_prose;

/// The rows of the order.
pub(super) fn table(
    pairwise: &Pairwise,
    names: &[String],
    cost: Cost,
    options: &Options,
    n_null: u64,
) -> Result<Output, Fault> {
    let heuristic = options.text("method")? == "heuristic";
    let budget = if heuristic {
        0
    } else {
        options.count("budget")? as usize
    };
    let found = pairwise
        .optimal_order(cost, Effort { budget })
        .ok_or_else(|| {
            Fault::new(format!(
                "{} alternatives, an order is searched among up to {ORDER_LIMIT}",
                names.len()
            ))
            .hint("rank them with borda, schulze or mc4, or compute by group with by => …")
        })?;
    let large = (1..=found.component.len() as u32)
        .any(|c| found.component.iter().filter(|x| **x == c).count() > EXACT_LIMIT);
    let method = match (heuristic, found.optimal) {
        (true, _) => "heuristic",
        (_, true) => "exact",
        _ if large => "size",
        _ => "budget",
    };
    let place = |id: u32| found.places.as_ref().and_then(|p| p.get(id as usize));
    let rows = found.order.iter().enumerate().map(|(at, &id)| {
        vec![
            (at + 1).into(),
            names.get(id as usize).cloned().into(),
            place(id).map(|p| u64::from(p.0)).into(),
            place(id).map(|p| u64::from(p.1)).into(),
            found
                .component
                .get(id as usize)
                .map(|c| u64::from(*c))
                .into(),
            found.distance.into(),
            found.lower_bound.into(),
            found.gap.into(),
            found.optimal.into(),
            found.optima.into(),
            method.into(),
            n_null.into(),
        ]
    });
    Ok(Output::Table(rows.collect()))
}
