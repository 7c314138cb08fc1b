//! Transcendental scalar functions that are the same on every machine.
//!
//! DataFusion's call the system's mathematics library, whose last digits
//! differ between systems and processors. These keep names, signatures,
//! coercions and errors, and compute with the pure-Rust `libm` crate. `f32`
//! columns are computed in `f64` and rounded once more. `sqrt`, `abs`,
//! `floor`, `ceil`, `degrees` and the like are IEEE operations already.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::{cast, kernels::arity};
use arrow::datatypes::{DataType, Decimal256Type, DecimalType, Float64Type, i256};
use arrow::error::ArrowError;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err};
use datafusion::functions::math;
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature,
};
use std::sync::Arc;

/// The scalar functions, under the names and aliases of DataFusion's.
pub fn scalars() -> Vec<Arc<ScalarUDF>> {
    use Kernel::{Atan2, Log, Power, Unary};
    let functions = [
        (math::exp(), Unary(libm::exp)),
        (math::ln(), Unary(libm::log)),
        (math::log2(), Unary(libm::log2)),
        (math::log10(), Unary(libm::log10)),
        (math::log(), Log),
        (math::power(), Power),
        (math::cbrt(), Unary(libm::cbrt)),
        (math::sin(), Unary(libm::sin)),
        (math::cos(), Unary(libm::cos)),
        (math::tan(), Unary(libm::tan)),
        (math::cot(), Unary(|x| 1.0 / libm::tan(x))),
        (math::asin(), Unary(libm::asin)),
        (math::acos(), Unary(libm::acos)),
        (math::atan(), Unary(libm::atan)),
        (math::atan2(), Atan2),
        (math::sinh(), Unary(libm::sinh)),
        (math::cosh(), Unary(libm::cosh)),
        (math::tanh(), Unary(libm::tanh)),
        (math::asinh(), Unary(libm::asinh)),
        (math::acosh(), Unary(libm::acosh)),
        (math::atanh(), Unary(libm::atanh)),
    ];
    functions
        .into_iter()
        .map(|(inner, kernel)| Arc::new(ScalarUDF::new_from_impl(Portable { inner, kernel })))
        .collect()
}

#[derive(Debug, Clone, Copy)]
enum Kernel {
    Unary(fn(f64) -> f64),
    Atan2,
    Power,
    Log,
}

/// One of DataFusion's functions, computed portably.
#[derive(Debug)]
struct Portable {
    inner: Arc<ScalarUDF>,
    kernel: Kernel,
}

/// The built-in it replaces identifies a function.
impl PartialEq for Portable {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl Eq for Portable {}

impl std::hash::Hash for Portable {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

/// The sign of a NaN that arises differs between processors: one for all.
fn canonical(x: f64) -> f64 {
    if x.is_nan() {
        f64::from_bits(0x7ff8_0000_0000_0000)
    } else {
        x
    }
}

/// Logarithm of `x` to `base`; bases 2 and 10 have their own functions, so
/// that the logarithm of a power of the base comes out whole.
fn log_to_base(x: f64, base: f64) -> f64 {
    if base == 10.0 {
        libm::log10(x)
    } else if base == 2.0 {
        libm::log2(x)
    } else {
        libm::log(x) / libm::log(base)
    }
}

fn power(base: f64, exponent: f64) -> Result<f64, ArrowError> {
    if base == 0.0 && exponent < 0.0 {
        return Err(ArrowError::ComputeError(
            "zero raised to a negative power is undefined".to_string(),
        ));
    }
    Ok(canonical(libm::pow(base, exponent)))
}

/// A column as Float64. Decimals of scale s are divided by 10^s once.
fn to_float64(array: &ArrayRef) -> Result<Float64Array> {
    let whole = match array.data_type() {
        DataType::Float64 => return Ok(array.as_primitive().clone()),
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => {
            let scale = decimal_scale(array.data_type());
            let wide = cast(
                array,
                &DataType::Decimal256(Decimal256Type::MAX_PRECISION, scale),
            )?;
            // Decimal text is read with one rounding, whatever the scale.
            let column = wide.as_primitive::<Decimal256Type>();
            return Ok(column.try_unary(|v| parse_decimal(v, scale))?);
        }
        _ => cast(array, &DataType::Float64)?,
    };
    Ok(whole.as_primitive::<Float64Type>().clone())
}

fn decimal_scale(data_type: &DataType) -> i8 {
    match data_type {
        DataType::Decimal32(_, s)
        | DataType::Decimal64(_, s)
        | DataType::Decimal128(_, s)
        | DataType::Decimal256(_, s) => *s,
        _ => 0,
    }
}

fn parse_decimal(unscaled: i256, scale: i8) -> Result<f64, ArrowError> {
    format!("{unscaled}e{}", -i32::from(scale))
        .parse()
        .map_err(|e| {
            ArrowError::ComputeError(format!(
                "the decimal {unscaled}e-{scale} is not a number: {e}"
            ))
        })
}

/// Where x is a whole power of a whole base, its exponent: log(2, 8) is 3.
fn whole_logarithm(x: f64, base: f64, logarithm: f64) -> f64 {
    let nearest = logarithm.round();
    let is_whole =
        base >= 2.0 && base.fract() == 0.0 && x.fract() == 0.0 && (1.0..128.0).contains(&nearest);
    if !is_whole || (logarithm - nearest).abs() > 1e-9 || base > 1.8e19 || x.abs() > 1.7e38 {
        return logarithm;
    }
    match (base as u128).checked_pow(nearest as u32) {
        Some(power) if power as f64 == x && power == x as u128 => nearest,
        _ => logarithm,
    }
}

impl Portable {
    fn evaluate(&self, args: &ScalarFunctionArgs) -> Result<ArrayRef> {
        let name = self.inner.name();
        let columns = args
            .args
            .iter()
            .map(|arg| arg.to_array(args.number_rows))
            .collect::<Result<Vec<_>>>()?;
        let floats = columns.iter().map(to_float64).collect::<Result<Vec<_>>>()?;
        let result: Float64Array = match (self.kernel, floats.as_slice()) {
            (Kernel::Unary(f), [x]) => x.unary(|x| canonical(f(x))),
            (Kernel::Log, [x]) => x.unary(|x| canonical(whole_logarithm(x, 10.0, libm::log10(x)))),
            (Kernel::Log, [base, x]) => arity::binary(base, x, |base, x| {
                canonical(whole_logarithm(x, base, log_to_base(x, base)))
            })?,
            (Kernel::Atan2, [y, x]) => arity::binary(y, x, |y, x| canonical(libm::atan2(y, x)))?,
            (Kernel::Power, [base, exponent]) => arity::try_binary(base, exponent, power)?,
            (_, floats) => return exec_err!("{name} does not take {} arguments", floats.len()),
        };
        let result: ArrayRef = Arc::new(result);
        match args.return_type() {
            DataType::Float64 => Ok(result),
            narrow @ (DataType::Float16 | DataType::Float32) => Ok(cast(&result, narrow)?),
            other => Err(exec_datafusion_err!("{name} cannot return {other}")),
        }
    }
}

impl ScalarUDFImpl for Portable {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
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

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<arrow::datatypes::FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn is_strict(&self) -> bool {
        self.inner.is_strict()
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        self.inner.simplify(args, info)
    }

    fn evaluate_bounds(&self, inputs: &[&Interval]) -> Result<Interval> {
        self.inner.evaluate_bounds(inputs)
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        self.inner.output_ordering(inputs)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let result = self.evaluate(&args)?;
        if args
            .args
            .iter()
            .all(|arg| matches!(arg, ColumnarValue::Scalar(_)))
            && result.len() == 1
        {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &result, 0,
            )?));
        }
        Ok(ColumnarValue::Array(result))
    }
}
