//! The static verdict: can this query's answer be reproduced, and if not, why.
//!
//! The plan is judged before the optimizer sees it (the optimizer folds
//! `now()` into a constant) and before anything runs. What the total order
//! pass ([`super::order`]) closes is fine; what remains open is a [`Reason`]
//! with a code, the construct's name and what to write instead. The rules for
//! users are in docs/determinism.md.

mod functions;
mod syntax;

#[cfg(test)]
mod tests;

use std::fmt;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{
    Distinct, Expr, ExprSchemable, LogicalPlan, WindowFunctionDefinition,
};

use super::digest::logical_type;
use super::order::{
    Need, aggregate_need, is_sortable, open_columns, tie_break, window_call, window_need,
};

pub use syntax::ignored_clauses;

/// Why a query cannot be reproduced: a stable code for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A function that returns something else every time: `random()`, `uuid()`.
    VolatileFunction,
    /// A function of the time at which the query runs: `now()`.
    Clock,
    /// A function of the engine or of how the data is stored: `version()`.
    EngineDependent,
    /// A function computed by the operating system's mathematics library.
    SystemMath,
    /// A variable of the session.
    SessionVariable,
    /// A table that describes the session rather than the data.
    SessionTable,
    /// An aggregate that is defined by an order nobody stated.
    UnorderedAggregate,
    /// A window function that needs an order and has none.
    UnorderedWindow,
    /// A window function whose value depends on the order of equal keys, in a
    /// frame to which no keys can be added.
    TiedFrame,
    /// An aggregate that approximates in the order rows arrive.
    ApproximateAggregate,
    /// An aggregate that rounds in the order rows arrive.
    InexactAggregate,
    /// An aggregate about which nothing is known.
    UnknownAggregate,
    /// A window function about which nothing is known.
    UnknownWindow,
    /// An operator about which nothing is known.
    UnknownOperator,
    /// `DISTINCT ON` without `ORDER BY`.
    UnorderedDistinctOn,
    /// A limit inside a table scan, where no order reaches.
    LimitInScan,
    /// A column that would have to break ties and has no order.
    UnsortableColumn,
    /// An output column whose values have no canonical bytes.
    UnsupportedType,
    /// A clause the engine would silently ignore: `TABLESAMPLE`.
    IgnoredClause,
    /// A statement that is not a query.
    NotAQuery,
}

impl Code {
    /// The code as it appears in messages and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VolatileFunction => "volatile_function",
            Self::Clock => "clock",
            Self::EngineDependent => "engine_dependent",
            Self::SystemMath => "system_math",
            Self::SessionVariable => "session_variable",
            Self::SessionTable => "session_table",
            Self::UnorderedAggregate => "unordered_aggregate",
            Self::UnorderedWindow => "unordered_window",
            Self::TiedFrame => "tied_frame",
            Self::ApproximateAggregate => "approximate_aggregate",
            Self::InexactAggregate => "inexact_aggregate",
            Self::UnknownAggregate => "unknown_aggregate",
            Self::UnknownWindow => "unknown_window",
            Self::UnknownOperator => "unknown_operator",
            Self::UnorderedDistinctOn => "unordered_distinct_on",
            Self::LimitInScan => "limit_in_scan",
            Self::UnsortableColumn => "unsortable_column",
            Self::UnsupportedType => "unsupported_type",
            Self::IgnoredClause => "ignored_clause",
            Self::NotAQuery => "not_a_query",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One construct that keeps a query from being reproducible.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// What kind of construct.
    pub code: Code,
    /// Which one, and why it is a problem; no full stop.
    pub message: String,
    /// What to write instead; no full stop.
    pub hint: String,
}

impl Reason {
    fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.hint)
    }
}

/// The verdict on a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// True when the same snapshot and numerics version give the same result
    /// digest everywhere.
    pub reproducible: bool,
    /// Why not; each construct once, in the order of codes and messages.
    /// Empty exactly when `reproducible`.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// Adds reasons found elsewhere (see [`ignored_clauses`]).
    #[must_use]
    pub fn with(mut self, reasons: Vec<Reason>) -> Self {
        self.reasons.extend(reasons);
        self.reasons.sort();
        self.reasons.dedup();
        self.reproducible = self.reasons.is_empty();
        self
    }
}

/// Judges `plan`, which must come from the SQL planner unoptimized; before or
/// after [`super::order::total`] makes no difference.
///
/// `known(name)` says which function names are this program's own and
/// therefore reproducible by construction: aggregates (exact sums registered
/// as `sum`, ordered estimators that demand and complete their `ORDER BY`),
/// window functions, scalar mathematics (`exp` from libm), and operators.
/// Names are lower-case. It does not pardon volatile functions, nor the
/// built-in ordered aggregates without an order.
pub fn check(plan: &LogicalPlan, known: &dyn Fn(&str) -> bool) -> Verdict {
    let mut check = Check {
        known,
        reasons: Vec::new(),
    };
    check.root(plan);
    // The closure never fails, so neither does the walk.
    let _ = plan.apply_with_subqueries(|node| {
        check.node(node);
        Ok(TreeNodeRecursion::Continue)
    });
    Verdict::default().with(check.reasons)
}

struct Check<'a> {
    known: &'a dyn Fn(&str) -> bool,
    reasons: Vec<Reason>,
}

impl Check<'_> {
    fn refuse(&mut self, code: Code, message: impl Into<String>, hint: impl Into<String>) {
        self.reasons.push(Reason::new(code, message, hint));
    }

    fn root(&mut self, plan: &LogicalPlan) {
        let statement = match plan {
            LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) => "EXPLAIN",
            LogicalPlan::DescribeTable(_) => "DESCRIBE",
            LogicalPlan::Statement(_) => "this statement",
            LogicalPlan::Ddl(_) => "a definition",
            LogicalPlan::Dml(_) => "a change of data",
            LogicalPlan::Copy(_) => "COPY",
            _ => return self.output(plan),
        };
        self.refuse(
            Code::NotAQuery,
            format!("{statement} is not a query: its output is about the engine, not the data"),
            "record a SELECT",
        );
    }

    fn output(&mut self, plan: &LogicalPlan) {
        for field in plan.schema().fields() {
            if logical_type(field.data_type()).is_none() {
                self.refuse(
                    Code::UnsupportedType,
                    format!(
                        "output column {:?} has type {}, which has no canonical bytes",
                        field.name(),
                        field.data_type()
                    ),
                    "select one of its members",
                );
            }
        }
        self.closed(open_columns(plan), "the order of the result");
    }

    /// Refuses when the order of `input` cannot be made total.
    fn total(&mut self, input: &LogicalPlan, covered: &[Expr], what: &str) {
        self.closed(tie_break(input, covered).unsortable, what);
    }

    fn closed(&mut self, open: Vec<String>, what: &str) {
        for column in open {
            self.refuse(
                Code::UnsortableColumn,
                format!(
                    "{what} cannot be made total: column {column:?} has a type without an order"
                ),
                "leave the column out, or select map_keys()/map_values() or a member of it",
            );
        }
    }

    fn node(&mut self, plan: &LogicalPlan) {
        match plan {
            LogicalPlan::TableScan(scan) => {
                if scan.table_name.schema() == Some("information_schema") {
                    self.refuse(
                        Code::SessionTable,
                        format!(
                            "table {} describes this session, not the data",
                            scan.table_name
                        ),
                        "query the snapshot's own tables",
                    );
                }
                if scan.fetch.is_some() {
                    self.refuse(
                        Code::LimitInScan,
                        format!("the scan of {} stops early, in no order", scan.table_name),
                        "use ORDER BY and LIMIT",
                    );
                }
            }
            LogicalPlan::Limit(limit) => self.closed(open_columns(&limit.input), "LIMIT"),
            LogicalPlan::Distinct(Distinct::On(distinct)) => match &distinct.sort_expr {
                None => self.refuse(
                    Code::UnorderedDistinctOn,
                    "DISTINCT ON without ORDER BY keeps an arbitrary row of each group",
                    "add ORDER BY: the DISTINCT ON expressions, then what makes a row the first",
                ),
                Some(keys) => {
                    let covered: Vec<Expr> = keys.iter().map(|key| key.expr.clone()).collect();
                    self.total(&distinct.input, &covered, "DISTINCT ON");
                }
            },
            LogicalPlan::Window(window) => {
                for call in window.window_expr.iter().filter_map(window_call) {
                    self.window(call, &window.input);
                }
            }
            LogicalPlan::Aggregate(aggregate) => {
                for expr in &aggregate.aggr_expr {
                    self.aggregates(expr, &aggregate.input);
                }
            }
            LogicalPlan::Extension(extension) => {
                let name = extension.node.name().to_lowercase();
                if !(self.known)(&name) {
                    self.refuse(
                        Code::UnknownOperator,
                        format!("nothing is known about the operator {name}"),
                        "write the query without it",
                    );
                }
            }
            _ => {}
        }
        // Neither closure fails.
        let _ = plan.apply_expressions(|expr| {
            expr.apply(|expr| {
                self.scalar(expr);
                Ok(TreeNodeRecursion::Continue)
            })
        });
    }

    fn aggregates(&mut self, expr: &Expr, input: &LogicalPlan) {
        let _ = expr.apply(|expr| {
            if let Expr::AggregateFunction(call) = expr {
                let name = call.func.name();
                if aggregate_need(call) == Need::Missing {
                    self.refuse(
                        Code::UnorderedAggregate,
                        format!("{name} without ORDER BY returns rows in the order they arrive"),
                        functions::order_hint(name),
                    );
                } else if aggregate_need(call) == Need::TotalOrder {
                    self.ordered_arguments(name, &call.params.args, input);
                }
                self.accuracy(name, &call.params.args, input);
            }
            Ok(TreeNodeRecursion::Continue)
        });
    }

    fn ordered_arguments(&mut self, name: &str, args: &[Expr], input: &LogicalPlan) {
        for argument in args {
            let kind = argument.get_type(input.schema()).unwrap_or(DataType::Null);
            if !is_sortable(&kind) {
                self.refuse(
                    Code::UnsortableColumn,
                    format!(
                        "ties in {name} cannot be broken: {argument} has a type without an order"
                    ),
                    "aggregate map_keys(), map_values() or a member of it",
                );
            }
        }
    }

    /// Whether the value of an aggregate is free of rounding order.
    fn accuracy(&mut self, name: &str, args: &[Expr], input: &LogicalPlan) {
        if (self.known)(name) {
            return;
        }
        let first = args.first().map(|arg| arg.get_type(input.schema()));
        let kind = first.and_then(std::result::Result::ok);
        match functions::accuracy(name, kind.as_ref()) {
            functions::Accuracy::Exact => {}
            functions::Accuracy::Arbitrary => self.refuse(
                Code::UnorderedAggregate,
                format!("{name} returns whichever row arrives first"),
                "use min(x), max(x) or first_value(x ORDER BY …)",
            ),
            functions::Accuracy::Approximate => self.refuse(
                Code::ApproximateAggregate,
                format!("{name} depends on the order in which rows arrive"),
                functions::exact_hint(name),
            ),
            functions::Accuracy::Rounded => self.refuse(
                Code::InexactAggregate,
                format!("this {name} rounds after every row, in the order they arrive"),
                "use the engine's exact aggregates, or sum decimals or integers",
            ),
            functions::Accuracy::Unknown => self.refuse(
                Code::UnknownAggregate,
                format!("nothing is known about the aggregate {name}"),
                "use a built-in aggregate, or one listed by SHOW FUNCTIONS",
            ),
        }
    }

    fn window(&mut self, call: &WindowFunction, input: &LogicalPlan) {
        let name = call.fun.name();
        let covered: Vec<Expr> = (call.params.partition_by.iter().cloned())
            .chain(call.params.order_by.iter().map(|key| key.expr.clone()))
            .collect();
        match window_need(call) {
            Need::None => {}
            Need::TotalOrder => self.total(input, &covered, &format!("{name} OVER")),
            Need::Missing => self.refuse(
                Code::UnorderedWindow,
                format!("{name} OVER (…) needs an order and none is stated"),
                "add ORDER BY to the window; ties are broken for you",
            ),
            Need::TotalAsWritten => {
                let open = tie_break(input, &covered);
                if !open.keys.is_empty() || !open.unsortable.is_empty() {
                    self.refuse(
                        Code::TiedFrame,
                        format!(
                            "{name} over a {} frame depends on the order of rows with equal keys",
                            call.params.window_frame.units
                        ),
                        "state the frame in ROWS, or add a unique column to the window's ORDER BY",
                    );
                }
            }
        }
        match &call.fun {
            WindowFunctionDefinition::AggregateUDF(_) => {
                self.accuracy(name, &call.params.args, input);
            }
            WindowFunctionDefinition::WindowUDF(_) => {
                if !functions::is_builtin_window(name) && !(self.known)(name) {
                    self.refuse(
                        Code::UnknownWindow,
                        format!("nothing is known about the window function {name}"),
                        "use a built-in window function",
                    );
                }
            }
        }
    }

    fn scalar(&mut self, expr: &Expr) {
        let refused = match expr {
            Expr::ScalarFunction(call) => {
                functions::scalar(call.name(), call.func.signature().volatility, self.known)
            }
            Expr::HigherOrderFunction(call) => {
                functions::scalar(call.name(), call.func.signature().volatility, self.known)
            }
            Expr::ScalarVariable(_, names) => Some(Reason::new(
                Code::SessionVariable,
                format!("{} is a variable of the session", names.join(".")),
                "write its value",
            )),
            _ => None,
        };
        self.reasons.extend(refused);
    }
}
