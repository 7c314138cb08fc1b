//! Sums of whole numbers that refuse to overflow: the built-in sum of decimals
//! with 38 digits, handed back in the type that SQL promises.

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{Accumulator, AggregateUDF, EmitTo, GroupsAccumulator};
use std::sync::Arc;

/// Wide enough for as many 64-bit numbers as there can be rows.
const WIDE: DataType = DataType::Decimal128(38, 0);

/// Whether sums of this type are made here.
pub(super) fn is_whole(ty: &DataType) -> bool {
    matches!(ty, DataType::Int64 | DataType::UInt64)
}

/// The argument as the sum of decimals sees it.
pub(super) fn wide_field() -> FieldRef {
    Arc::new(Field::new("x", WIDE, true))
}

/// Calls `make` with arguments of the wide type.
fn wide<T>(
    args: &AccumulatorArgs<'_>,
    make: impl FnOnce(AccumulatorArgs<'_>) -> Result<T>,
) -> Result<T> {
    let fields = [wide_field()];
    make(AccumulatorArgs {
        return_field: wide_field(),
        schema: args.schema,
        ignore_nulls: args.ignore_nulls,
        order_bys: args.order_bys,
        is_reversed: args.is_reversed,
        name: args.name,
        is_distinct: args.is_distinct,
        exprs: args.exprs,
        expr_fields: &fields,
    })
}

/// The accumulator of one group.
pub(super) fn accumulator(
    sum: &AggregateUDF,
    args: &AccumulatorArgs<'_>,
    sliding: bool,
) -> Result<Box<dyn Accumulator>> {
    let inner = wide(args, |args| {
        if sliding {
            sum.create_sliding_accumulator(args)
        } else {
            sum.accumulator(args)
        }
    })?;
    let unsigned = args.return_field.data_type() == &DataType::UInt64;
    Ok(Box::new(Whole { inner, unsigned }))
}

/// Whether the sum of decimals has an accumulator of many groups for this call.
pub(super) fn groups_supported(sum: &AggregateUDF, args: &AccumulatorArgs<'_>) -> bool {
    wide(args, |args| Ok(sum.groups_accumulator_supported(args))).unwrap_or(false)
}

/// The accumulator of many groups.
pub(super) fn groups(
    sum: &AggregateUDF,
    args: &AccumulatorArgs<'_>,
) -> Result<Box<dyn GroupsAccumulator>> {
    let inner = wide(args, |args| sum.create_groups_accumulator(args))?;
    let unsigned = args.return_field.data_type() == &DataType::UInt64;
    Ok(Box::new(WholeGroups { inner, unsigned }))
}

fn widen(values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
    Ok(values
        .iter()
        .map(|v| cast(v, &WIDE))
        .collect::<std::result::Result<_, _>>()?)
}

fn overflow(sum: i128, ty: &str) -> DataFusionError {
    DataFusionError::Execution(format!(
        "a sum of whole numbers is {sum}, which does not fit {ty}\nhint: sum decimals: sum(CAST(x AS DECIMAL(38, 0)))"
    ))
}

fn signed(sum: i128) -> Result<i64> {
    i64::try_from(sum).map_err(|_| overflow(sum, "64 bits"))
}

fn unsigned(sum: i128) -> Result<u64> {
    u64::try_from(sum).map_err(|_| overflow(sum, "64 bits without a sign"))
}

#[derive(Debug)]
struct Whole {
    inner: Box<dyn Accumulator>,
    unsigned: bool,
}

impl Accumulator for Whole {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.update_batch(&widen(values)?)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.retract_batch(&widen(values)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.inner.supports_retract_batch()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sum = match self.inner.evaluate()? {
            ScalarValue::Decimal128(sum, _, _) => sum,
            other => {
                return Err(DataFusionError::Internal(format!(
                    "a sum of decimals is {other}"
                )));
            }
        };
        Ok(if self.unsigned {
            ScalarValue::UInt64(sum.map(unsigned).transpose()?)
        } else {
            ScalarValue::Int64(sum.map(signed).transpose()?)
        })
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(states)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}

struct WholeGroups {
    inner: Box<dyn GroupsAccumulator>,
    unsigned: bool,
}

impl GroupsAccumulator for WholeGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.inner
            .update_batch(&widen(values)?, groups, filter, total)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.inner.merge_batch(values, groups, total)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let sums = self.inner.evaluate(emit_to)?;
        let sums = sums
            .as_primitive_opt::<Decimal128Type>()
            .ok_or_else(|| DataFusionError::Internal("sums of decimals are none".into()))?;
        Ok(if self.unsigned {
            let sums = sums.iter().map(|s| s.map(unsigned).transpose());
            Arc::new(sums.collect::<Result<UInt64Array>>()?)
        } else {
            let sums = sums.iter().map(|s| s.map(signed).transpose());
            Arc::new(sums.collect::<Result<Int64Array>>()?)
        })
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        self.inner.convert_to_state(&widen(values)?, filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}
