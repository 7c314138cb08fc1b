//! The relation form of a function: `SELECT * FROM bradley_terry(battles, by => language)`.
//!
//! It is planned as an ordinary aggregate followed by an unnest and a
//! projection, so filters on group columns are pushed below it, `EXPLAIN` shows
//! it, and any engine on the same plans can run it.

use datafusion::common::{Column, DFSchema, DataFusionError, Result, ScalarValue, UnnestOptions};
use datafusion::functions::core::expr_fn::{get_field, r#struct as struct_of};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{AggregateUDF, Expr, ExprFunctionExt, LogicalPlanBuilder, lit};
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, FunctionArg, FunctionArgExpr, Spanned, TableFactor,
};
use std::sync::Arc;

use super::error::{Error, Kind, span_of};
use super::rewrite::{named, no_order, slot, tuple, unknown_argument};
use crate::functions::definition::Returns;
use crate::functions::options::nearest;
use crate::functions::{self, Function};

/// Name of the aggregate's column before it is unnested.
const ROWS: &str = "__rows";
/// Arguments that every relation form has.
const COMMON: &[&str] = &["by", "filter"];

/// Plans relation forms.
#[derive(Debug)]
pub(super) struct Relations;

impl RelationPlanner for Relations {
    fn plan_relation(
        &self,
        factor: TableFactor,
        cx: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let function = match &factor {
            TableFactor::Function { name, .. } => functions::find(&name.to_string().to_lowercase()),
            _ => None,
        };
        let (
            Some(f),
            TableFactor::Function {
                name, args, alias, ..
            },
        ) = (function, &factor)
        else {
            return Ok(RelationPlanning::Original(Box::new(factor)));
        };
        let span = span_of(name.span());
        let plan = plan(f, args, cx).map_err(|e| match e {
            Fail::Own(e) => DataFusionError::External(Box::new(e.at(span))),
            Fail::DataFusion(e) => e,
        })?;
        let plan = match alias {
            Some(_) => plan,
            None => plan.alias(f.name)?,
        };
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(
            plan.build()?,
            alias.clone(),
        ))))
    }
}

enum Fail {
    Own(Error),
    DataFusion(DataFusionError),
}

impl From<DataFusionError> for Fail {
    fn from(e: DataFusionError) -> Self {
        Self::DataFusion(e)
    }
}
impl From<Error> for Fail {
    fn from(e: Error) -> Self {
        Self::Own(e)
    }
}

/// What a call of a relation form says, against the schema of its input.
#[derive(Default)]
struct Arguments {
    slots: Vec<Option<Expr>>,
    by: Vec<Expr>,
    filter: Option<Expr>,
    keys: Vec<Expr>,
}

fn arguments(
    f: &'static Function,
    args: &[FunctionArg],
    schema: &DFSchema,
    cx: &mut dyn RelationPlannerContext,
) -> std::result::Result<Arguments, Fail> {
    let mut out = Arguments {
        slots: vec![None; f.arity()],
        ..Arguments::default()
    };
    for arg in args {
        let Some((name, e)) = named(arg) else {
            let hint = format!("{}(t, column => expression, option => value)", f.name);
            return Err(
                Error::new(Kind::Sql, format!("{}: `{arg}` needs a name", f.name))
                    .hint(hint)
                    .into(),
            );
        };
        let wanted = name.value.to_lowercase();
        let column = f.params.iter().position(|p| p.name == wanted);
        if let Some(i) = column.or_else(|| f.option_position(&wanted)) {
            out.slots[i] = Some(cx.sql_to_expr(slot(f, i, e), schema)?);
        } else if wanted == "by" {
            for e in tuple(e) {
                out.by.push(cx.sql_to_expr(e, schema)?);
            }
        } else if wanted == "filter" {
            out.filter = Some(cx.sql_to_expr(e.clone(), schema)?);
        } else if f.ordered && wanted == "order_by" {
            for e in tuple(e) {
                out.keys.push(cx.sql_to_expr(e, schema)?);
            }
        } else {
            let also: Vec<&str> = COMMON
                .iter()
                .copied()
                .chain(f.ordered.then_some("order_by"))
                .collect();
            return Err(unknown_argument(f, name, &also).into());
        }
    }
    for (p, slot) in f.params.iter().zip(&mut out.slots) {
        let found = p.found && schema.columns().iter().any(|c| c.name == p.name);
        if slot.is_none() && (p.required || found) {
            *slot = Some(column(f, p.name, schema)?);
        }
    }
    if f.ordered {
        if out.keys.is_empty() {
            return Err(no_order(f).into());
        }
        out.slots[f.params.len() + 1] = Some(lit("a".repeat(out.keys.len())));
        out.slots[f.params.len()] = Some(struct_of(std::mem::take(&mut out.keys)));
    }
    Ok(out)
}

fn plan(
    f: &'static Function,
    args: &[FunctionArg],
    cx: &mut dyn RelationPlannerContext,
) -> std::result::Result<LogicalPlanBuilder, Fail> {
    let Some((FunctionArg::Unnamed(FunctionArgExpr::Expr(SqlExpr::Subquery(query))), rest)) =
        args.split_first()
    else {
        return Err(Error::new(
            Kind::Sql,
            format!("{}: the first argument is not a table", f.name),
        )
        .into());
    };
    let input = cx.plan(TableFactor::Derived {
        lateral: false,
        subquery: query.clone(),
        alias: None,
        sample: None,
    })?;
    let Arguments {
        slots, by, filter, ..
    } = arguments(f, rest, input.schema(), cx)?;
    check_groups(f, &by)?;
    let args: Vec<Expr> = slots
        .into_iter()
        .map(|s| s.unwrap_or_else(|| lit(ScalarValue::Null)))
        .collect();
    let udaf: Arc<AggregateUDF> = cx
        .context_provider()
        .get_aggregate_meta(f.name)
        .ok_or_else(|| DataFusionError::Internal(format!("{} is not registered", f.name)))?;
    let mut aggregate = Expr::AggregateFunction(AggregateFunction::new_udf(
        udaf,
        args,
        false,
        None,
        vec![],
        None,
    ));
    if let Some(filter) = filter {
        aggregate = aggregate.filter(filter).build()?;
    }
    let plan = LogicalPlanBuilder::from(input).aggregate(by, vec![aggregate.alias(ROWS)])?;
    let mut columns: Vec<Expr> = plan
        .schema()
        .columns()
        .into_iter()
        .map(Expr::Column)
        .collect();
    columns.pop();
    let rows = || Expr::Column(Column::from_name(ROWS));
    Ok(match &f.returns {
        Returns::Value(_) => {
            columns.push(rows().alias(f.name));
            plan.project(columns)?
        }
        Returns::Record(out) => {
            columns.extend(out.iter().map(|c| get_field(rows(), c.name).alias(c.name)));
            plan.project(columns)?
        }
        Returns::Table(out) => {
            let options = UnnestOptions::new().with_preserve_nulls(false);
            columns.extend(out.iter().map(|c| get_field(rows(), c.name).alias(c.name)));
            plan.unnest_column_with_options(Column::from_name(ROWS), options)?
                .project(columns)?
        }
    })
}

/// Refuses groups that have the name of a column of the answer, or come twice.
fn check_groups(f: &Function, by: &[Expr]) -> std::result::Result<(), Fail> {
    let taken = |name: &str| match &f.returns {
        Returns::Value(_) => name == f.name,
        Returns::Record(out) | Returns::Table(out) => out.iter().any(|c| c.name == name),
    };
    for (at, group) in by.iter().enumerate() {
        let name = match group {
            Expr::Column(column) => column.name.clone(),
            other => other.schema_name().to_string(),
        };
        let error = if by.iter().take(at).any(|before| before == group) {
            let message = format!("{}: `by` names {name} twice", f.name);
            Error::new(Kind::Sql, message).hint("name each group once")
        } else if taken(&name) {
            let message = format!("{}: its answer has a column `{name}` of its own", f.name);
            Error::new(Kind::Sql, message).hint(format!(
                "call the group otherwise: {}((SELECT *, {name} AS {name}_group FROM t), by => {name}_group)",
                f.name
            ))
        } else {
            continue;
        };
        return Err(error.into());
    }
    Ok(())
}

/// The input column that a parameter means when it is not mapped.
fn column(f: &Function, name: &str, schema: &DFSchema) -> std::result::Result<Expr, Fail> {
    let found: Vec<Column> = schema
        .columns()
        .into_iter()
        .filter(|c| c.name == name)
        .collect();
    match found.as_slice() {
        [one] => Ok(Expr::Column(one.clone())),
        [] => {
            let names: Vec<String> = schema.columns().into_iter().map(|c| c.name).collect();
            let guess = nearest(name, names.iter().map(String::as_str)).unwrap_or("my_column");
            Err(Error::new(
                Kind::Sql,
                format!("{}: the input has no column `{name}`", f.name),
            )
            .hint(format!("map it: {}(…, {name} => {guess})", f.name))
            .hint(format!("its columns are {}", names.join(", ")))
            .into())
        }
        _ => Err(Error::new(
            Kind::Sql,
            format!("{}: the input has several columns `{name}`", f.name),
        )
        .hint(format!("name one: {}(…, {name} => t.{name})", f.name))
        .into()),
    }
}
