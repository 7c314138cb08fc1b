//! What is known about single functions, by name.

use arrow::datatypes::DataType;
use datafusion::logical_expr::Volatility;

use super::{Code, Reason};

/// How an aggregate's value depends on the order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accuracy {
    /// Not at all.
    Exact,
    /// It is one of the rows, whichever comes first.
    Arbitrary,
    /// Through an approximation.
    Approximate,
    /// Through rounding.
    Rounded,
    /// Nobody knows.
    Unknown,
}

/// Built-in aggregates whose state is a set, a count, an extreme or sorted
/// values. `median` and `percentile_cont` select from all values and
/// interpolate once; `approx_distinct` merges registers by maximum. The
/// ordered ones are judged by their `ORDER BY`.
const EXACT: [&str; 18] = [
    "approx_distinct",
    "array_agg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "count",
    "first_value",
    "grouping",
    "last_value",
    "max",
    "median",
    "min",
    "nth_value",
    "percentile_cont",
    "regr_count",
    "string_agg",
];

/// Built-in aggregates that add floats whatever the type of their argument.
const ROUNDED: [&str; 15] = [
    "corr",
    "covar_pop",
    "covar_samp",
    "regr_avgx",
    "regr_avgy",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "var",
    "var_pop",
];

/// The accuracy of a built-in aggregate on a first argument of type `kind`.
pub(super) fn accuracy(name: &str, kind: Option<&DataType>) -> Accuracy {
    if EXACT.contains(&name) {
        return Accuracy::Exact;
    }
    if name == "any_value" {
        return Accuracy::Arbitrary;
    }
    if name.starts_with("approx_") {
        return Accuracy::Approximate;
    }
    if ROUNDED.contains(&name) {
        return Accuracy::Rounded;
    }
    match name {
        "sum" => match kind {
            Some(kind) if kind.is_integer() || is_fixed_point(kind) => Accuracy::Exact,
            _ => Accuracy::Rounded,
        },
        // The average of integers is computed in floats.
        "avg" => match kind {
            Some(kind) if is_fixed_point(kind) => Accuracy::Exact,
            _ => Accuracy::Rounded,
        },
        _ => Accuracy::Unknown,
    }
}

fn is_fixed_point(kind: &DataType) -> bool {
    match kind {
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..)
        | DataType::Duration(_)
        | DataType::Null => true,
        DataType::Dictionary(_, values) => is_fixed_point(values),
        _ => false,
    }
}

/// Window functions DataFusion brings.
pub(super) fn is_builtin_window(name: &str) -> bool {
    matches!(
        name,
        "cume_dist"
            | "dense_rank"
            | "first_value"
            | "lag"
            | "last_value"
            | "lead"
            | "nth_value"
            | "ntile"
            | "percent_rank"
            | "rank"
            | "row_number"
    )
}

/// What to write instead of an ordered aggregate without order.
pub(super) fn order_hint(name: &str) -> String {
    match name {
        "string_agg" => "write string_agg(x, ',' ORDER BY …); ties are broken for you".into(),
        "nth_value" => "write nth_value(x, n ORDER BY …); ties are broken for you".into(),
        _ => format!("write {name}(x ORDER BY …); ties are broken for you"),
    }
}

/// What to write instead of an approximate aggregate.
pub(super) fn exact_hint(name: &str) -> &'static str {
    match name {
        "approx_median" => "use median(x)",
        _ => "use percentile_cont(p) WITHIN GROUP (ORDER BY x)",
    }
}

/// Elementary functions DataFusion takes from the platform's library, where
/// they are not correctly rounded and differ in the last bits.
const SYSTEM_MATH: [&str; 22] = [
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "cot",
    "exp", "ln", "log", "log10", "log2", "pow", "power", "sin", "sinh", "tan", "tanh",
];

/// The reason to refuse a scalar function, when there is one.
pub(super) fn scalar(
    name: &str,
    volatility: Volatility,
    known: &dyn Fn(&str) -> bool,
) -> Option<Reason> {
    match name {
        "version" => {
            return Some(Reason::new(
                Code::EngineDependent,
                "version() changes with the engine",
                "leave it out: a record names the numerics version",
            ));
        }
        "arrow_typeof" | "arrow_field" | "arrow_metadata" => {
            return Some(Reason::new(
                Code::EngineDependent,
                format!(
                    "{name}() tells how a column is stored, which may change under one snapshot"
                ),
                "leave it out",
            ));
        }
        "input_file_name" | "file_row_index" => {
            return Some(Reason::new(
                Code::EngineDependent,
                format!(
                    "{name}() tells where a row is stored, which may change under one snapshot"
                ),
                "use the table's key",
            ));
        }
        _ => {}
    }
    match volatility {
        Volatility::Volatile => Some(Reason::new(
            Code::VolatileFunction,
            format!("{name}() returns something else every time"),
            match name {
                "random" => "use a seeded function of a key, for example md5(concat(id, 'seed'))",
                "uuid" => "use a hash of the key, for example sha256(id)",
                _ => "leave it out",
            },
        )),
        Volatility::Stable => Some(Reason::new(
            Code::Clock,
            format!("{name}() depends on when the query runs"),
            "write the date, for example DATE '2025-01-01', or pass it as a parameter",
        )),
        Volatility::Immutable if SYSTEM_MATH.contains(&name) && !known(name) => Some(Reason::new(
            Code::SystemMath,
            format!("this {name}() comes from the operating system and differs in the last bits"),
            "use the engine's own, which is registered under the same name",
        )),
        Volatility::Immutable => None,
    }
}
