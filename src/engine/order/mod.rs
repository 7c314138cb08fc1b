//! Total order: the rewrite that makes a plan's answer independent of the
//! order in which rows happen to arrive.
//!
//! SQL leaves ties open: rows equal in the `ORDER BY` keys come in any order,
//! so `LIMIT`, `row_number()` or `array_agg(x ORDER BY k)` may pick other rows
//! on another machine. This pass closes them. The keys the user wrote come
//! first; then all columns of the input, from left to right, ascending, NULLs
//! last. Rows equal in all columns are interchangeable. Where the input has a
//! known key (a primary key, the columns of a `GROUP BY`), keys after it are
//! left out: they cannot change the order, only cost time. So the answer does
//! not depend on whether a key is known.
//!
//! What the pass cannot close (an order nobody stated, a tied `RANGE` frame)
//! is refused by [`super::verdict`], which asks the same functions as this
//! module, so the two cannot disagree.

mod keys;
mod need;
mod rewrite;

#[cfg(test)]
pub(super) mod matrix_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::logical_expr::{Distinct, LogicalPlan, Sort};

pub(super) use keys::{is_sortable, tie_break};
pub(super) use need::{Need, aggregate_need, window_need};
pub(super) use rewrite::window_call;

/// Rewrites `plan` so that the order of its output rows is total and every
/// `LIMIT`, ordered aggregate, `DISTINCT ON` and position window function
/// inside it, subqueries included, sees totally ordered rows. The output
/// columns stay the same.
///
/// The order of the result: the user's outermost `ORDER BY` keys (also below
/// projections, filters, limits and aliases), then all remaining columns from
/// left to right, ascending, NULLs last. `EXPLAIN` gets the rewritten inner
/// plan; statements that return no rows of a query are returned as they are.
/// The rewrite is idempotent.
///
/// # Errors
/// Only from rebuilding plan nodes; a plan the SQL planner made has none.
pub fn total(plan: LogicalPlan) -> Result<LogicalPlan> {
    match plan {
        LogicalPlan::Explain(mut explain) => {
            explain.plan = Arc::new(total(Arc::unwrap_or_clone(explain.plan))?);
            Ok(LogicalPlan::Explain(explain))
        }
        LogicalPlan::Analyze(mut analyze) => {
            analyze.input = Arc::new(total(Arc::unwrap_or_clone(analyze.input))?);
            Ok(LogicalPlan::Analyze(analyze))
        }
        LogicalPlan::Statement(_)
        | LogicalPlan::Ddl(_)
        | LogicalPlan::Dml(_)
        | LogicalPlan::Copy(_)
        | LogicalPlan::DescribeTable(_) => Ok(plan),
        query => {
            let query = query
                .transform_up_with_subqueries(rewrite::node)
                .map(|changed| changed.data)?;
            Ok(ordered(query))
        }
    }
}

/// `plan` with its rows in total order: the order it already states, made
/// total, or a new sort by all columns.
fn ordered(plan: LogicalPlan) -> LogicalPlan {
    if states_order(&plan) {
        return extend_sort(plan);
    }
    let sort = tie_break(&plan, &[]).keys;
    if sort.is_empty() {
        return plan;
    }
    LogicalPlan::Sort(Sort {
        expr: sort,
        input: Arc::new(plan),
        fetch: None,
    })
}

/// Whether an `ORDER BY` below nodes that keep the order of their input
/// determines the order of this plan's rows.
fn states_order(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Sort(_) => true,
        LogicalPlan::Distinct(Distinct::On(distinct)) => distinct.sort_expr.is_some(),
        LogicalPlan::Projection(node) => states_order(&node.input),
        LogicalPlan::Filter(node) => states_order(&node.input),
        LogicalPlan::SubqueryAlias(node) => states_order(&node.input),
        LogicalPlan::Limit(node) => states_order(&node.input),
        _ => false,
    }
}

/// Columns without an order that keep the rows of `plan` from being totally
/// ordered by [`ordered`]; empty when they are.
pub(super) fn open_columns(plan: &LogicalPlan) -> Vec<String> {
    match plan {
        LogicalPlan::Sort(sort) => {
            let covered: Vec<_> = sort.expr.iter().map(|key| key.expr.clone()).collect();
            tie_break(&sort.input, &covered).unsortable
        }
        LogicalPlan::Distinct(Distinct::On(_)) if states_order(plan) => Vec::new(),
        // A chain of nodes with one input each, down to the sort.
        _ if states_order(plan) => plan.inputs().into_iter().flat_map(open_columns).collect(),
        _ => tie_break(plan, &[]).unsortable,
    }
}

/// Appends the tie-break to the sort that [`states_order`] found. The nodes on
/// the way keep their schemas because a sort does not change its own.
fn extend_sort(plan: LogicalPlan) -> LogicalPlan {
    let below = |input: Arc<LogicalPlan>| Arc::new(extend_sort(Arc::unwrap_or_clone(input)));
    match plan {
        LogicalPlan::Sort(mut sort) => {
            let covered: Vec<_> = sort.expr.iter().map(|key| key.expr.clone()).collect();
            sort.expr.extend(tie_break(&sort.input, &covered).keys);
            LogicalPlan::Sort(sort)
        }
        LogicalPlan::Projection(mut node) => {
            node.input = below(node.input);
            LogicalPlan::Projection(node)
        }
        LogicalPlan::Filter(mut node) => {
            node.input = below(node.input);
            LogicalPlan::Filter(node)
        }
        LogicalPlan::SubqueryAlias(mut node) => {
            node.input = below(node.input);
            LogicalPlan::SubqueryAlias(node)
        }
        LogicalPlan::Limit(mut node) => {
            node.input = below(node.input);
            LogicalPlan::Limit(node)
        }
        // DISTINCT ON leaves one row per key, sorted by that key: total already.
        other => other,
    }
}
