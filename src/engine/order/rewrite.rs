//! The rewrite of single plan nodes. Names of columns stay what they were:
//! a call that gains sort keys gets its old name as an alias.

use std::sync::Arc;

use datafusion::common::Column;
use datafusion::common::tree_node::Transformed;
use datafusion::error::Result;
use datafusion::logical_expr::expr::{AggregateFunction, Alias, WindowFunction};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::logical_plan::{Aggregate, DistinctOn, Window};
use datafusion::logical_expr::{
    Distinct, Expr, ExprSchemable, Limit, LogicalPlan, Projection, SortExpr, WindowFrame,
};

use super::need::{Need, aggregate_need, ignores_frame, window_need};
use super::{is_sortable, ordered, tie_break};

/// Rewrites one node whose inputs and subqueries are rewritten already.
pub(super) fn node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    match plan {
        LogicalPlan::Limit(limit) => Ok(limited(limit)),
        LogicalPlan::Sort(sort) if sort.fetch.is_some() => {
            Ok(Transformed::yes(ordered(LogicalPlan::Sort(sort))))
        }
        LogicalPlan::Aggregate(aggregate) => aggregated(aggregate),
        LogicalPlan::Window(window) => windowed(window),
        LogicalPlan::Distinct(Distinct::On(distinct)) => Ok(distinct_on(distinct)),
        other => Ok(Transformed::no(other)),
    }
}

fn limited(mut limit: Limit) -> Transformed<LogicalPlan> {
    if limit.skip.is_none() && limit.fetch.is_none() {
        return Transformed::no(LogicalPlan::Limit(limit));
    }
    limit.input = Arc::new(ordered(Arc::unwrap_or_clone(limit.input)));
    Transformed::yes(LogicalPlan::Limit(limit))
}

fn distinct_on(mut distinct: DistinctOn) -> Transformed<LogicalPlan> {
    if let Some(keys) = &mut distinct.sort_expr {
        let covered: Vec<Expr> = keys.iter().map(|key| key.expr.clone()).collect();
        keys.extend(tie_break(&distinct.input, &covered).keys);
        return Transformed::yes(LogicalPlan::Distinct(Distinct::On(distinct)));
    }
    Transformed::no(LogicalPlan::Distinct(Distinct::On(distinct)))
}

/// Ties in `array_agg(x ORDER BY k)` are broken by `x` itself: rows that agree
/// in both give the same value in either order.
fn aggregated(node: Aggregate) -> Result<Transformed<LogicalPlan>> {
    let (calls, changed) = rewrite_calls(node.aggr_expr, |expr| match expr {
        Expr::AggregateFunction(call) if aggregate_need(call) == Need::TotalOrder => {
            let before = call.params.order_by.len();
            append_arguments(call, &node.input);
            call.params.order_by.len() != before
        }
        _ => false,
    });
    let rebuilt = Aggregate::try_new_with_schema(node.input, node.group_expr, calls, node.schema)?;
    let plan = LogicalPlan::Aggregate(rebuilt);
    Ok(if changed {
        Transformed::yes(plan)
    } else {
        Transformed::no(plan)
    })
}

fn append_arguments(call: &mut AggregateFunction, input: &LogicalPlan) {
    for argument in &call.params.args {
        let sortable = argument
            .get_type(input.schema())
            .is_ok_and(|kind| is_sortable(&kind));
        let there = call.params.order_by.iter().any(|key| key.expr == *argument);
        if sortable && !there && !matches!(argument, Expr::Literal(..)) {
            call.params
                .order_by
                .push(argument.clone().sort(true, false));
        }
    }
}

/// Appends the tie-break to window calls that need it. Calls in one node must
/// share their sort keys, so a node that mixes both kinds is split in two; a
/// projection restores the order of columns.
fn windowed(node: Window) -> Result<Transformed<LogicalPlan>> {
    let needs_order =
        |expr: &Expr| window_call(expr).is_some_and(|call| window_need(call) == Need::TotalOrder);
    if !node.window_expr.iter().any(needs_order) {
        return Ok(Transformed::no(LogicalPlan::Window(node)));
    }
    let (ordered, peers): (Vec<Expr>, Vec<Expr>) =
        node.window_expr.iter().cloned().partition(needs_order);
    let mut plan = Arc::unwrap_or_clone(node.input);
    let input = plan.clone();
    let (calls, _) = rewrite_calls(ordered, |expr| match expr {
        Expr::WindowFunction(call) => append_tie_break(call, &input),
        _ => false,
    });
    plan = LogicalPlan::Window(Window::try_new(calls, Arc::new(plan))?);
    if !peers.is_empty() {
        plan = LogicalPlan::Window(Window::try_new(peers, Arc::new(plan))?);
        let columns = node
            .schema
            .iter()
            .map(|(qualifier, field)| Expr::Column(Column::new(qualifier.cloned(), field.name())))
            .collect();
        plan = LogicalPlan::Projection(Projection::try_new(columns, Arc::new(plan))?);
    }
    Ok(Transformed::yes(plan))
}

fn append_tie_break(call: &mut WindowFunction, input: &LogicalPlan) -> bool {
    let covered: Vec<Expr> = (call.params.partition_by.iter().cloned())
        .chain(call.params.order_by.iter().map(|key| key.expr.clone()))
        .collect();
    let keys: Vec<SortExpr> = tie_break(input, &covered).keys;
    if keys.is_empty() {
        return false;
    }
    if ignores_frame(call.fun.name()) && !call.params.window_frame.can_accept_multi_orderby() {
        call.params.window_frame = WindowFrame::new(Some(false));
    }
    call.params.order_by.extend(keys);
    true
}

/// The window call an expression of a window node is.
pub(in crate::engine) fn window_call(expr: &Expr) -> Option<&WindowFunction> {
    match expr {
        Expr::WindowFunction(call) => Some(call),
        Expr::Alias(alias) => window_call(&alias.expr),
        _ => None,
    }
}

/// Applies `change` to the call inside every expression (below aliases) and
/// keeps the expression's name.
fn rewrite_calls(exprs: Vec<Expr>, mut change: impl FnMut(&mut Expr) -> bool) -> (Vec<Expr>, bool) {
    fn call(expr: &mut Expr) -> &mut Expr {
        match expr {
            Expr::Alias(Alias { expr, .. }) => call(expr),
            other => other,
        }
    }
    let names = NamePreserver::new_for_projection();
    let mut any = false;
    let exprs = exprs
        .into_iter()
        .map(|mut expr| {
            let name = names.save(&expr);
            any |= change(call(&mut expr));
            name.restore(expr)
        })
        .collect();
    (exprs, any)
}
