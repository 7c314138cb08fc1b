//! The aggregate functions: DataFusion's in all but the arithmetic.

use super::accumulator::{Distinct, Exact, Finish};
use super::groups::ExactGroups;
use super::state::{State, Total};
use super::whole;
use crate::stats::exact::{CoMoments, Moments};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::{
    average, correlation, covariance, regr, stddev, sum, variance,
};
use datafusion::logical_expr::expr::{AggregateFunctionParams, WindowFunctionParams};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    SetMonotonicity, Signature,
};
use std::sync::Arc;

/// The exact aggregates, under the names and aliases of DataFusion's.
///
/// `sum`, `avg` (`mean`), `var` (`var_samp`, `var_sample`), `var_pop`
/// (`var_population`), `stddev` (`stddev_samp`), `stddev_pop`, `covar_samp`
/// (`covar`), `covar_pop`, `corr` and the `regr_` functions.
pub fn aggregates() -> Vec<Arc<AggregateUDF>> {
    use Statistic::{Pairs, Single, Sum};
    let functions = [
        (sum::sum_udaf(), Sum(Finish::Float(Total::sum))),
        (average::avg_udaf(), Sum(Finish::Float(Total::mean))),
        (
            variance::var_samp_udaf(),
            Single(Finish::Float(Moments::var_samp)),
        ),
        (
            variance::var_pop_udaf(),
            Single(Finish::Float(Moments::var_pop)),
        ),
        (
            stddev::stddev_udaf(),
            Single(Finish::Float(Moments::stddev_samp)),
        ),
        (
            stddev::stddev_pop_udaf(),
            Single(Finish::Float(Moments::stddev_pop)),
        ),
        (
            covariance::covar_samp_udaf(),
            Pairs(Finish::Float(CoMoments::covar_samp)),
        ),
        (
            covariance::covar_pop_udaf(),
            Pairs(Finish::Float(CoMoments::covar_pop)),
        ),
        (
            correlation::corr_udaf(),
            Pairs(Finish::Float(CoMoments::corr)),
        ),
        (
            regr::regr_slope_udaf(),
            Pairs(Finish::Float(CoMoments::slope)),
        ),
        (
            regr::regr_intercept_udaf(),
            Pairs(Finish::Float(CoMoments::intercept)),
        ),
        (
            regr::regr_count_udaf(),
            Pairs(Finish::Count(CoMoments::count)),
        ),
        (regr::regr_r2_udaf(), Pairs(Finish::Float(CoMoments::r2))),
        (
            regr::regr_avgx_udaf(),
            Pairs(Finish::Float(CoMoments::mean_x)),
        ),
        (
            regr::regr_avgy_udaf(),
            Pairs(Finish::Float(CoMoments::mean_y)),
        ),
        (regr::regr_sxx_udaf(), Pairs(Finish::Float(CoMoments::sxx))),
        (regr::regr_syy_udaf(), Pairs(Finish::Float(CoMoments::syy))),
        (regr::regr_sxy_udaf(), Pairs(Finish::Float(CoMoments::sxy))),
    ];
    functions
        .into_iter()
        .map(|(inner, statistic)| {
            Arc::new(AggregateUDF::new_from_impl(ExactAggregate::new(
                inner, statistic,
            )))
        })
        .collect()
}

/// Which state a function keeps, and what it reads off it.
#[derive(Debug, Clone, Copy)]
enum Statistic {
    /// `sum` and `avg`: exact for Float64, DataFusion's for anything else.
    Sum(Finish<Total>),
    Single(Finish<Moments>),
    Pairs(Finish<CoMoments>),
}

/// One of DataFusion's aggregates with exact arithmetic.
#[derive(Debug)]
struct ExactAggregate {
    inner: Arc<AggregateUDF>,
    statistic: Statistic,
    name: String,
    aliases: Vec<String>,
}

/// The built-in it replaces identifies a function.
impl PartialEq for ExactAggregate {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl Eq for ExactAggregate {}

impl std::hash::Hash for ExactAggregate {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl ExactAggregate {
    /// `sum` is named `SUM`, with `sum` as an alias. DataFusion's rule
    /// `SingleDistinctToGroupBy` takes an aggregate named exactly `sum` to be
    /// the sum of its partial sums, which rounds twice; under another name it
    /// leaves `sum(x), count(DISTINCT y)` alone. Columns are called `sum(x)`
    /// all the same, because names are made by the built-in.
    fn new(inner: Arc<AggregateUDF>, statistic: Statistic) -> Self {
        let mut name = inner.name().to_string();
        let mut aliases = inner.aliases().to_vec();
        if name == "sum" {
            aliases.push(std::mem::replace(&mut name, "SUM".to_string()));
        }
        Self {
            inner,
            statistic,
            name,
            aliases,
        }
    }

    /// Whether arguments of this type are summed here, not by the built-in.
    fn is_exact_for(&self, argument: Option<&FieldRef>) -> bool {
        !matches!(self.statistic, Statistic::Sum(_))
            || argument.is_some_and(|field| field.data_type() == &DataType::Float64)
    }

    /// Whether this is a sum of whole numbers, which must not wrap.
    fn is_whole_sum(&self, argument: Option<&FieldRef>) -> bool {
        self.inner.name() == "sum" && argument.is_some_and(|f| whole::is_whole(f.data_type()))
    }
}

fn single<S: State>(finish: Finish<S>, distinct: bool) -> Box<dyn Accumulator> {
    if distinct {
        Box::new(Distinct::new(finish))
    } else {
        Box::new(Exact::new(finish))
    }
}

impl AggregateUDFImpl for ExactAggregate {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn schema_name(&self, params: &AggregateFunctionParams) -> Result<String> {
        self.inner.schema_name(params)
    }

    fn human_display(&self, params: &AggregateFunctionParams) -> Result<String> {
        self.inner.human_display(params)
    }

    fn window_function_schema_name(&self, params: &WindowFunctionParams) -> Result<String> {
        self.inner.window_function_schema_name(params)
    }

    fn display_name(&self, params: &AggregateFunctionParams) -> Result<String> {
        self.inner.display_name(params)
    }

    fn window_function_display_name(&self, params: &WindowFunctionParams) -> Result<String> {
        self.inner.window_function_display_name(params)
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(arg_types)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(arg_types)
    }

    fn is_nullable(&self) -> bool {
        self.inner.is_nullable()
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        self.inner.default_value(data_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.inner.inner().set_monotonicity(data_type)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        if self.is_whole_sum(args.input_fields.first()) {
            let field = whole::wide_field();
            return self.inner.state_fields(StateFieldsArgs {
                input_fields: std::slice::from_ref(&field),
                return_field: Arc::clone(&field),
                ..args
            });
        }
        if !self.is_exact_for(args.input_fields.first()) {
            return self.inner.state_fields(args);
        }
        let name = format_state_name(
            args.name,
            if args.is_distinct {
                "distinct"
            } else {
                "exact"
            },
        );
        Ok(vec![Arc::new(Field::new(
            name,
            DataType::LargeBinary,
            true,
        ))])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if self.is_whole_sum(args.expr_fields.first()) {
            return whole::accumulator(&self.inner, &args, false);
        }
        if !self.is_exact_for(args.expr_fields.first()) {
            return self.inner.accumulator(args);
        }
        Ok(match self.statistic {
            Statistic::Sum(finish) => single(finish, args.is_distinct),
            Statistic::Single(finish) => single(finish, args.is_distinct),
            Statistic::Pairs(finish) => single(finish, args.is_distinct),
        })
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if self.is_whole_sum(args.expr_fields.first()) {
            whole::accumulator(&self.inner, &args, true)
        } else if self.is_exact_for(args.expr_fields.first()) {
            self.accumulator(args)
        } else {
            self.inner.create_sliding_accumulator(args)
        }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        if self.is_whole_sum(args.expr_fields.first()) {
            whole::groups_supported(&self.inner, &args)
        } else if self.is_exact_for(args.expr_fields.first()) {
            !args.is_distinct
        } else {
            self.inner.groups_accumulator_supported(args)
        }
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        if self.is_whole_sum(args.expr_fields.first()) {
            return whole::groups(&self.inner, &args);
        }
        if !self.is_exact_for(args.expr_fields.first()) {
            return self.inner.create_groups_accumulator(args);
        }
        Ok(match self.statistic {
            Statistic::Sum(finish) => Box::new(ExactGroups::new(finish)),
            Statistic::Single(finish) => Box::new(ExactGroups::new(finish)),
            Statistic::Pairs(finish) => Box::new(ExactGroups::new(finish)),
        })
    }
}
