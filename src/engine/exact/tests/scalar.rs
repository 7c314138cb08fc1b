//! The scalar functions are those of the `libm` crate.

use super::{ROWS, block_on, column, context, fixture, layout, run, scalars};
use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::SessionContext;

type Kernel = fn(f64) -> f64;

#[test]
fn scalar_functions_are_libms() {
    let rows = fixture();
    let context = context(2, 512, layout(&rows, 0, 300, 1));
    let y = column(&rows, "y");
    let cases: [(&str, Kernel); 20] = [
        ("exp(y)", libm::exp),
        ("ln(y)", libm::log),
        ("log(y)", libm::log10),
        ("log2(y)", libm::log2),
        ("log10(y)", libm::log10),
        ("log(3, y)", |y| libm::log(y) / libm::log(3.0)),
        ("power(y, 2.5)", |y| libm::pow(y, 2.5)),
        ("pow(1.5, y)", |y| libm::pow(1.5, y)),
        ("cbrt(y)", libm::cbrt),
        ("sin(y)", libm::sin),
        ("cos(y)", libm::cos),
        ("tan(y)", libm::tan),
        ("cot(y)", |y| 1.0 / libm::tan(y)),
        ("atan(y)", libm::atan),
        ("atan2(y, 2.0)", |y| libm::atan2(y, 2.0)),
        ("sinh(y)", libm::sinh),
        ("cosh(y)", libm::cosh),
        ("tanh(y)", libm::tanh),
        ("asinh(y)", libm::asinh),
        ("sqrt(y)", f64::sqrt),
    ];
    for (call, expected) in cases {
        let result = column(
            &run(&context, &format!("SELECT {call} AS v FROM t ORDER BY id")),
            "v",
        );
        for i in 0..ROWS {
            assert_eq!(result.is_valid(i), y.is_valid(i), "{call}");
            if y.is_valid(i) {
                assert_eq!(
                    result.value(i).to_bits(),
                    expected(y.value(i)).to_bits(),
                    "{call} of {}",
                    y.value(i)
                );
            }
        }
    }
}

#[test]
fn scalar_functions_keep_types_errors_and_whole_logarithms() {
    let context = SessionContext::new();
    scalars()
        .into_iter()
        .for_each(|f| context.register_udf(f.as_ref().clone()));
    let one = |sql: &str| {
        run(&context, &format!("SELECT {sql} AS v"))
            .column(0)
            .clone()
    };
    for (call, expected) in [
        ("log(1000)", 3.0),
        ("log10(1000)", 3.0),
        ("log(2, 8)", 3.0),
        ("log(3, 243)", 5.0),
        ("log(5, 125.0)", 3.0),
        ("log(10, CAST(1000000 AS DECIMAL(20, 0)))", 6.0),
        ("log(CAST(0.01 AS DECIMAL(20, 2)))", -2.0),
        ("power(2, 10)", 1024.0),
        ("exp(0)", 1.0),
        ("asin(1)", std::f64::consts::FRAC_PI_2),
        ("acos(1)", 0.0),
        ("acosh(1)", 0.0),
        ("atanh(0)", 0.0),
    ] {
        assert_eq!(
            one(call).as_primitive::<Float64Type>().value(0),
            expected,
            "{call}"
        );
    }
    assert_eq!(
        one("ln(-1)")
            .as_primitive::<Float64Type>()
            .value(0)
            .to_bits(),
        0x7ff8_0000_0000_0000
    );
    assert_eq!(one("exp(CAST(1 AS REAL))").data_type(), &DataType::Float32);
    assert!(one("exp(NULL)").is_null(0));
    let refused = block_on(async { context.sql("SELECT power(0, -1)").await?.collect().await });
    assert!(refused.is_err_and(|e| e.to_string().contains("zero raised to a negative power")));
}
