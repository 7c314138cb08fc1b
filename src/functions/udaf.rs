//! The place where our functions meet DataFusion's aggregate interface.
//!
//! Every function is an aggregate of a full positional call: the column
//! arguments, for ordered functions the order key and its directions, then the
//! options as literals. The SQL front end fills the positions from named
//! arguments, defaults (NULL) and `ORDER BY` inside the call, so a plan holds
//! nothing but a name and arguments, and its partial states merge in any order.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::expr::AggregateFunctionParams;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, DocSection, Documentation, Expr,
    GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_expr::expressions::{CastExpr, Literal};
use datafusion::physical_plan::PhysicalExpr;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use super::definition::{Body, Family, Fault, Function, Kind};
use super::groups::Groups;
use super::options::Options;
use super::output::Output;
use super::state::rows::RowState;
use super::state::tally::TallyState;

/// All functions as DataFusion aggregates.
pub fn aggregates() -> Vec<Arc<AggregateUDF>> {
    static UDAFS: LazyLock<Vec<Arc<AggregateUDF>>> = LazyLock::new(|| {
        let members = |family: &'static Family| {
            family
                .functions
                .iter()
                .map(|f| Arc::new(AggregateUDF::from(Udaf::new(f, family.title))))
        };
        super::FAMILIES.iter().copied().flat_map(members).collect()
    });
    UDAFS.clone()
}

#[derive(Debug)]
struct Udaf {
    function: &'static Function,
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for Udaf {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}
impl Eq for Udaf {}
impl Hash for Udaf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl Udaf {
    fn new(function: &'static Function, family: &'static str) -> Self {
        let section = DocSection {
            include: true,
            label: family,
            description: None,
        };
        let documentation = Documentation::builder(section, function.summary, function.signature())
            .with_sql_example(function.example.sql)
            .build();
        Self {
            function,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation,
        }
    }

    /// The call, checked.
    fn checked(&self, args: &AccumulatorArgs<'_>) -> Result<Call> {
        let f = self.function;
        if f.ordered && args.exprs.len() <= f.params.len() + 1 {
            return Err(plan_error(order_required(f)));
        }
        if args.is_distinct {
            return Err(DataFusionError::Plan(format!(
                "{}: DISTINCT has no meaning here",
                f.name
            )));
        }
        let given = (0..f.params.len())
            .map(|i| literal(args.exprs.get(i)).is_none_or(|v| !v.is_null()))
            .collect();
        let first = f.params.len() + usize::from(f.ordered) * 2;
        let literals = args
            .exprs
            .iter()
            .skip(first)
            .zip(f.options)
            .map(|(e, o)| {
                literal(Some(e)).ok_or_else(|| {
                    DataFusionError::Plan(format!(
                        "{}: option `{}` must be a literal, found {e}",
                        f.name, o.name
                    ))
                })
            })
            .collect::<Result<Vec<ScalarValue>>>()?;
        let options = Options::new(f, &literals).map_err(plan_error)?;
        Ok(Call {
            function: f,
            given,
            fields: args.expr_fields.to_vec(),
            options: Arc::new(options),
        })
    }
}

/// A call of a function.
struct Call {
    function: &'static Function,
    /// Which column arguments are given.
    given: Vec<bool>,
    /// What the arguments are.
    fields: Vec<FieldRef>,
    options: Arc<Options>,
}

fn literal(expr: Option<&Arc<dyn PhysicalExpr>>) -> Option<ScalarValue> {
    let expr = expr?;
    if let Some(cast) = expr.downcast_ref::<CastExpr>() {
        return literal(Some(cast.expr()))?.cast_to(cast.cast_type()).ok();
    }
    expr.downcast_ref::<Literal>().map(|l| l.value().clone())
}

fn plan_error(fault: Fault) -> DataFusionError {
    DataFusionError::Plan(fault.to_string())
}

impl AggregateUDFImpl for Udaf {
    fn name(&self) -> &str {
        self.function.name
    }

    /// The call as one would write it: without the arguments that were left out.
    fn schema_name(&self, params: &AggregateFunctionParams) -> Result<String> {
        let f = self.function;
        let first = f.params.len() + usize::from(f.ordered) * 2;
        let mut parts = Vec::new();
        let mut order = None;
        for (i, arg) in params.args.iter().enumerate() {
            if matches!(arg, Expr::Literal(v, _) if v.is_null()) {
                continue;
            }
            let text = arg.schema_name().to_string();
            match i.checked_sub(first).and_then(|o| f.options.get(o)) {
                Some(o) => parts.push(format!("{} => {text}", o.name)),
                None if i == f.params.len() => order = Some(text),
                None if i > f.params.len() => {
                    order = order.map(|o| {
                        if text.contains('d') {
                            format!("{o} {text}")
                        } else {
                            o
                        }
                    });
                }
                None => parts.push(text),
            }
        }
        let order = order.map_or_else(String::new, |o| format!(" ORDER BY {o}"));
        let filter = params.filter.as_ref().map_or_else(String::new, |e| {
            format!(" FILTER (WHERE {})", e.schema_name())
        });
        Ok(format!("{}({}{order}){filter}", f.name, parts.join(", ")))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.function.returns.arrow())
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let f = self.function;
        let required = f.params.iter().take_while(|p| p.required).count();
        if given.len() < required || given.len() > f.arity() {
            return Err(DataFusionError::Plan(format!(
                "{} takes {required} to {} arguments, found {}\nhint: {}",
                f.name,
                f.arity(),
                given.len(),
                f.signature()
            )));
        }
        given
            .iter()
            .enumerate()
            .map(|(i, ty)| match f.params.get(i) {
                Some(p) => match p.kind {
                    Kind::Number => number_type(f, p.name, ty),
                    Kind::Numbers => numbers_type(f, p.name, ty),
                    Kind::Label => label_type(f, p.name, ty),
                    Kind::Columns => columns_type(f, p.name, ty),
                },
                None => Ok(ty.clone()),
            })
            .collect()
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Gather::of(&self.checked(&args)?)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let call = self.checked(&args)?;
        let columns = self.function.params.len() + if self.function.ordered { 2 } else { 0 };
        let accumulator = move || Ok(Box::new(Gather::of(&call)) as Box<dyn Accumulator>);
        Ok(Box::new(Groups::new(columns, accumulator)))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(
            format!("{}[state]", args.name),
            DataType::Binary,
            true,
        ))])
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The error of a sequential function that was called without an order.
pub(crate) fn order_required(f: &Function) -> Fault {
    Fault::new(format!(
        "{} depends on the order of its rows and was given none",
        f.name
    ))
    .hint(format!(
        "write {}(… ORDER BY round) or, as a relation, {}(t, order_by => round)",
        f.name, f.name
    ))
}

fn number_type(f: &Function, name: &str, ty: &DataType) -> Result<DataType> {
    // Functions of dictionary-encoded text give dictionary-encoded numbers.
    if let DataType::Dictionary(_, value) = ty {
        return number_type(f, name, value);
    }
    if ty.is_numeric() || ty.is_null() || matches!(ty, DataType::Boolean) {
        Ok(DataType::Float64)
    } else {
        Err(DataFusionError::Plan(format!(
            "{}: argument `{name}` is {ty}, expected a number\nhint: cast it: CAST({name} AS DOUBLE)",
            f.name
        )))
    }
}

/// The type of several numbers: a struct whose fields are their names.
fn numbers_type(f: &Function, name: &str, ty: &DataType) -> Result<DataType> {
    let DataType::Struct(fields) = ty else {
        return number_type(f, name, ty);
    };
    let fields = fields.iter().map(|field| {
        let ty = number_type(f, name, field.data_type())?;
        Ok(Field::new(field.name(), ty, true))
    });
    Ok(DataType::Struct(fields.collect::<Result<Fields>>()?))
}

/// The type of several columns: a struct of labels and numbers.
fn columns_type(f: &Function, name: &str, ty: &DataType) -> Result<DataType> {
    let DataType::Struct(fields) = ty else {
        return label_type(f, name, ty);
    };
    for field in fields {
        label_type(f, name, field.data_type())?;
    }
    Ok(ty.clone())
}

fn label_type(f: &Function, name: &str, ty: &DataType) -> Result<DataType> {
    if ty.is_nested()
        || matches!(
            ty,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView
        )
    {
        Err(DataFusionError::Plan(format!(
            "{}: argument `{name}` is {ty}, expected text, a number or a boolean",
            f.name
        )))
    } else {
        Ok(ty.clone())
    }
}

#[derive(Debug)]
enum State {
    Tally(TallyState),
    Rows(RowState),
}

#[derive(Debug)]
struct Gather {
    function: &'static Function,
    state: State,
    options: Arc<Options>,
}

impl Gather {
    fn of(call: &Call) -> Self {
        let Call {
            function,
            given,
            fields,
            options,
        } = call;
        let state = match function.body {
            Body::Tally(_) => State::Tally(TallyState::new(function, given)),
            Body::Rows(_) | Body::Unsorted(_) => {
                State::Rows(RowState::new(function, given.clone(), fields))
            }
        };
        Self {
            function,
            state,
            options: Arc::clone(options),
        }
    }
}

impl Accumulator for Gather {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let n = self.function.params.len();
        let columns = values.get(..n.min(values.len())).unwrap_or(values);
        match &mut self.state {
            State::Tally(t) => t.update(columns),
            State::Rows(r) => {
                let key = match (values.get(n), values.get(n + 1)) {
                    (Some(key), Some(directions)) if self.function.ordered => {
                        let directions =
                            directions.as_string_opt::<i32>().filter(|d| !d.is_empty());
                        Some((key, directions.map_or("", |d| d.value(0))))
                    }
                    _ => None,
                };
                r.update(columns, key)
            }
        }
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let name = self.function.name;
        let output: std::result::Result<Output, Fault> = match (&mut self.state, self.function.body)
        {
            (State::Tally(t), Body::Tally(f)) => f(&t.finish(), &self.options),
            (State::Rows(r), Body::Rows(f)) => f(&r.finish(true), &self.options),
            (State::Rows(r), Body::Unsorted(f)) => f(&r.finish(false), &self.options),
            _ => {
                return Err(DataFusionError::Internal(format!(
                    "{name}: state and body do not fit"
                )));
            }
        };
        output
            .map_err(|mut fault| {
                if !fault.message.starts_with(name) {
                    fault.message = format!("{name}: {}", fault.message);
                }
                DataFusionError::Execution(fault.to_string())
            })?
            .scalar(&self.function.returns)
    }

    fn size(&self) -> usize {
        size_of_val(self)
            + match &self.state {
                State::Tally(t) => t.size(),
                State::Rows(r) => r.size(),
            }
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let bytes = match &mut self.state {
            State::Tally(t) => t.save(),
            State::Rows(r) => r.save(),
        };
        Ok(vec![ScalarValue::Binary(Some(bytes))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(states) = states.first().and_then(|s| s.as_binary_opt::<i32>()) else {
            return Err(DataFusionError::Internal(
                "a partial state is not binary".into(),
            ));
        };
        for state in states.iter().flatten() {
            match &mut self.state {
                State::Tally(t) => t.merge(state)?,
                State::Rows(r) => r.merge(state)?,
            }
        }
        Ok(())
    }
}
