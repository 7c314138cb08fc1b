//! What a function needs to know about the order of its rows. The rewrite and
//! the verdict both ask here.

use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment, WindowFunction};
use datafusion::logical_expr::{Expr, SortExpr, WindowFrame, WindowFrameUnits};

/// A function's need for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Need {
    /// The order of rows does not matter, or only the groups of equal keys do.
    None,
    /// Ties may be broken by appending keys.
    TotalOrder,
    /// An order is needed and none was stated.
    Missing,
    /// The order within equal keys matters, and appending keys would change
    /// the frame: fine only when the stated keys are total.
    TotalAsWritten,
}

/// Built-in aggregates whose value is the order of their rows.
const ORDERED_AGGREGATES: [&str; 5] = [
    "array_agg",
    "first_value",
    "last_value",
    "nth_value",
    "string_agg",
];

/// Window functions of the groups of equal keys: ties do not change them.
const PEER_FUNCTIONS: [&str; 4] = ["cume_dist", "dense_rank", "percent_rank", "rank"];

/// Window functions of a row's position, which take no notice of the frame.
const POSITION_FUNCTIONS: [&str; 4] = ["lag", "lead", "ntile", "row_number"];

/// The need of an aggregate call outside a window.
pub(in crate::engine) fn aggregate_need(call: &AggregateFunction) -> Need {
    if !ORDERED_AGGREGATES.contains(&call.func.name()) {
        Need::None
    } else if is_stated(&call.params.order_by) {
        Need::TotalOrder
    } else {
        Need::Missing
    }
}

/// The need of a window call.
pub(in crate::engine) fn window_need(call: &WindowFunction) -> Need {
    let name = call.fun.name();
    let stated = is_stated(&call.params.order_by);
    let frame = &call.params.window_frame;
    let ordered = || {
        if stated {
            Need::TotalOrder
        } else {
            Need::Missing
        }
    };
    if PEER_FUNCTIONS.contains(&name) {
        return Need::None;
    }
    if POSITION_FUNCTIONS.contains(&name) {
        return ordered();
    }
    let rows = frame.units == WindowFrameUnits::Rows;
    if ORDERED_AGGREGATES.contains(&name) {
        return if !stated {
            Need::Missing
        } else if rows || whole(frame) || reaches_its_end(name, call) {
            Need::TotalOrder
        } else {
            Need::TotalAsWritten
        };
    }
    if rows && !whole(frame) {
        ordered()
    } else {
        Need::None
    }
}

/// Whether the call ignores the frame of [`WindowFrame`] altogether, so that
/// the frame may be replaced when keys are added.
pub(super) fn ignores_frame(name: &str) -> bool {
    POSITION_FUNCTIONS.contains(&name)
}

/// An order by constants is none (DataFusion writes `ORDER BY 1` as a constant
/// into some windows without order).
fn is_stated(order_by: &[SortExpr]) -> bool {
    order_by
        .iter()
        .any(|key| !matches!(key.expr, Expr::Literal(..)))
}

/// The frame is the whole partition.
fn whole(frame: &WindowFrame) -> bool {
    frame.start_bound.is_unbounded() && frame.end_bound.is_unbounded()
}

/// `first_value` of a frame that starts with the partition is the partition's
/// first row wherever the frame ends; likewise `last_value`. Skipping NULLs
/// makes the other end matter again.
fn reaches_its_end(name: &str, call: &WindowFunction) -> bool {
    let frame = &call.params.window_frame;
    let respects_nulls = call.params.null_treatment != Some(NullTreatment::IgnoreNulls);
    respects_nulls
        && call.params.filter.is_none()
        && match name {
            "first_value" => frame.start_bound.is_unbounded(),
            "last_value" => frame.end_bound.is_unbounded(),
            _ => false,
        }
}
