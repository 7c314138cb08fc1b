//! Every aggregate over partitions × batch sizes × shuffled rows × layouts
//! gives one bit pattern, and it is the one of a big-integer computation.

use super::{aggregates, scalars};
use crate::stats::exact::oracle::{big, is_nearest, is_nearest_root, parse_rounded};
use arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, Float32Array, Float64Array, Int64Array, RecordBatch,
    StringArray,
};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{DataType, Float64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use num_bigint::{BigInt, Sign};
use std::sync::Arc;

/// A small generator (SplitMix64): fixtures must not change between runs.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Uniform in [0, 1).
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

const ROWS: usize = 1500;

/// id, group, and numbers of mixed magnitude with NULLs and repetitions.
fn fixture() -> RecordBatch {
    let mut r = Random(7);
    let mut column = |f: &mut dyn FnMut(&mut Random) -> Option<f64>| -> Vec<Option<f64>> {
        (0..ROWS).map(|_| f(&mut r)).collect()
    };
    let x = column(&mut |r| {
        (r.below(11) > 0).then(|| (r.unit() - 0.5) * libm::exp10((r.below(13) as f64) - 4.0))
    });
    let y = column(&mut |r| (r.below(13) > 0).then(|| r.unit() * 3.0 + r.below(5) as f64));
    // Few distinct values, both zeros, and the far ends of the range.
    let z = column(&mut |r| {
        Some(
            [
                0.1, 0.2, 0.3, -0.0, 0.0, 1e-200, 1e200, -1e200, 5e-324, 7.25,
            ][r.below(10) as usize],
        )
    });
    let k: Vec<i64> = (0..ROWS).map(|_| r.below(7) as i64).collect();
    let f: Vec<f32> = (0..ROWS).map(|_| r.unit() as f32).collect();
    let d: Vec<i128> = (0..ROWS).map(|_| i128::from(r.below(100_000))).collect();
    let s: Vec<String> = (0..ROWS).map(|_| format!("s{}", r.below(40))).collect();
    RecordBatch::try_from_iter_with_nullable([
        (
            "id",
            Arc::new(Int64Array::from_iter_values(0..ROWS as i64)) as ArrayRef,
            false,
        ),
        ("k", Arc::new(Int64Array::from(k)), false),
        ("x", Arc::new(Float64Array::from(x)), true),
        ("y", Arc::new(Float64Array::from(y)), true),
        ("z", Arc::new(Float64Array::from(z)), true),
        ("f", Arc::new(Float32Array::from(f)), false),
        (
            "d",
            Arc::new(
                Decimal128Array::from(d)
                    .with_precision_and_scale(10, 2)
                    .unwrap(),
            ),
            false,
        ),
        ("s", Arc::new(StringArray::from(s)), false),
    ])
    .unwrap()
}

/// Rows in another order, cut into batches, dealt to partitions.
fn layout(rows: &RecordBatch, seed: u64, batch: usize, partitions: usize) -> MemTable {
    let mut r = Random(seed);
    let mut order: Vec<(u64, i64)> = (0..ROWS as i64)
        .map(|i| (if seed == 0 { 0 } else { r.next() }, i))
        .collect();
    order.sort_unstable();
    let indices = Int64Array::from_iter_values(order.into_iter().map(|(_, i)| i));
    let rows = take_record_batch(rows, &indices).unwrap();
    let mut parts = vec![Vec::new(); partitions];
    let mut start = 0;
    while start < ROWS {
        let length = (1 + r.below(batch as u64) as usize).min(ROWS - start);
        parts[r.below(partitions as u64) as usize].push(rows.slice(start, length));
        start += length;
    }
    MemTable::try_new(rows.schema(), parts).unwrap()
}

fn context(partitions: usize, batch_size: usize, table: MemTable) -> SessionContext {
    let mut config = SessionConfig::new()
        .with_target_partitions(partitions)
        .with_batch_size(batch_size);
    // Make DataFusion give up partial aggregation early, so that states of single rows are merged too.
    config
        .options_mut()
        .execution
        .skip_partial_aggregation_probe_rows_threshold = 100;
    config
        .options_mut()
        .execution
        .skip_partial_aggregation_probe_ratio_threshold = 0.1;
    let context = SessionContext::new_with_config(config);
    aggregates()
        .into_iter()
        .for_each(|f| context.register_udaf(f.as_ref().clone()));
    scalars()
        .into_iter()
        .for_each(|f| context.register_udf(f.as_ref().clone()));
    context.register_table("t", Arc::new(table)).unwrap();
    context
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    #[cfg(feature = "cli")]
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    #[cfg(not(feature = "cli"))]
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.build().unwrap().block_on(future)
}

fn run(context: &SessionContext, sql: &str) -> RecordBatch {
    block_on(async {
        let frame = context
            .sql(sql)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let batches = frame
            .collect()
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        concat_batches(&schema, &batches).unwrap()
    })
}

/// Every cell, floats by their bits.
fn cells(batch: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::default();
    let mut cells = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let format = ArrayFormatter::try_new(column, &options).unwrap();
        for row in 0..batch.num_rows() {
            let cell = match column.as_primitive_opt::<Float64Type>() {
                Some(floats) if floats.is_valid(row) => {
                    format!("{:016x}", floats.value(row).to_bits())
                }
                _ => format.value(row).to_string(),
            };
            cells.push(format!("{}[{row}] {cell}", field.name()));
        }
    }
    cells
}

const SINGLES: [&str; 12] = [
    "sum",
    "avg",
    "mean",
    "var",
    "var_samp",
    "var_sample",
    "var_pop",
    "var_population",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "count",
];
const PAIRS: [&str; 13] = [
    "covar",
    "covar_samp",
    "covar_pop",
    "corr",
    "regr_slope",
    "regr_intercept",
    "regr_count",
    "regr_r2",
    "regr_avgx",
    "regr_avgy",
    "regr_sxx",
    "regr_syy",
    "regr_sxy",
];

/// `f(args)suffix AS n` for every aggregate, comma separated.
fn all(distinct: &str, column: &str, suffix: &str) -> String {
    let single = SINGLES
        .iter()
        .map(|f| format!("{f}({distinct}{column}){suffix}"));
    let pairs = PAIRS
        .iter()
        .map(|f| format!("{f}({distinct}y, {column}){suffix}"));
    single
        .chain(pairs)
        .enumerate()
        .map(|(i, call)| format!("{call} AS c{i}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn queries() -> Vec<String> {
    let sliding = " OVER (PARTITION BY k ORDER BY id ROWS BETWEEN 20 PRECEDING AND 3 FOLLOWING)";
    let mut queries = Vec::new();
    for column in ["x", "z"] {
        queries.push(format!("SELECT {} FROM t", all("", column, "")));
        queries.push(format!(
            "SELECT k, {} FROM t GROUP BY k ORDER BY k",
            all("", column, "")
        ));
        queries.push(format!(
            "SELECT k, {} FROM t GROUP BY k ORDER BY k",
            all("DISTINCT ", column, "")
        ));
        queries.push(format!("SELECT {} FROM t", all("DISTINCT ", column, "")));
        queries.push(format!(
            "SELECT {} FROM t",
            all("", column, " FILTER (WHERE id % 3 = 1)")
        ));
        queries.push(format!(
            "SELECT k, {} FROM t GROUP BY k ORDER BY k",
            all("", column, " FILTER (WHERE s < 's2')")
        ));
    }
    queries.push(format!(
        "SELECT id, {} FROM t ORDER BY id",
        all("", "x", sliding)
    ));
    queries.push(format!(
        "SELECT id, {} FROM t ORDER BY id",
        all("", "z", " OVER (PARTITION BY k)")
    ));
    // Nearly one group per row: partial aggregation is skipped.
    queries.push(
        "SELECT id % 1400 AS g, sum(x), stddev(x), corr(x, y) FROM t GROUP BY g ORDER BY g"
            .to_string(),
    );
    queries.push("SELECT sum(DISTINCT z), count(DISTINCT z) FROM t".to_string());
    queries.push("SELECT sum(x), count(DISTINCT s) FROM t".to_string());
    queries.push("SELECT k, sum(x), sum(DISTINCT z) FROM t GROUP BY k ORDER BY k".to_string());
    queries.push("SELECT k, sum(x) FROM t GROUP BY ROLLUP(k) ORDER BY k".to_string());
    queries.push("SELECT avg(m) FROM (SELECT k, avg(x) AS m FROM t GROUP BY k)".to_string());
    queries.push("SELECT sum(f), avg(f), stddev(f), corr(f, x), sum(k), avg(k), var(k), sum(d), avg(d), stddev(d) FROM t".to_string());
    queries
}

#[test]
fn one_bit_pattern_whatever_the_layout() {
    let rows = fixture();
    let expected: Vec<Vec<String>> = {
        let context = context(1, 8192, layout(&rows, 0, ROWS, 1));
        queries()
            .iter()
            .map(|sql| cells(&run(&context, sql)))
            .collect()
    };
    for partitions in [1, 2, 8] {
        for batch_size in [1, 1024, 8192] {
            for (seed, batch, parts) in [(3, 40, 5), (11, 700, 2)] {
                let context = context(partitions, batch_size, layout(&rows, seed, batch, parts));
                for (sql, expected) in queries().iter().zip(&expected) {
                    let got = cells(&run(&context, sql));
                    assert!(
                        &got == expected,
                        "{partitions} partitions, batches of {batch_size}, seed {seed}: {sql}\n{:?}",
                        got.iter().zip(expected).find(|(a, b)| a != b)
                    );
                }
            }
        }
    }
}

/// Σ of products of two columns of one group, in units of 2^-2148.
struct Truth {
    n: BigInt,
    x: BigInt,
    y: BigInt,
    xx: BigInt,
    xy: BigInt,
    yy: BigInt,
}

impl Truth {
    /// Sums over the pairs (y, x) without NULL.
    fn of(pairs: &[(f64, f64)]) -> Self {
        let sum = |f: &dyn Fn(BigInt, BigInt) -> BigInt| {
            pairs.iter().map(|&(y, x)| f(big(x), big(y))).sum()
        };
        Self {
            n: BigInt::from(pairs.len()),
            x: sum(&|x, _| x),
            y: sum(&|_, y| y),
            xx: sum(&|x, _| &x * &x),
            xy: sum(&|x, y| x * y),
            yy: sum(&|_, y| &y * &y),
        }
    }

    /// Whether `value` is the correctly rounded statistic.
    fn confirms(&self, function: &str, value: Option<f64>) -> bool {
        let Self {
            n,
            x,
            y,
            xx,
            xy,
            yy,
        } = self;
        let (cxx, cxy, cyy) = (n * xx - x * x, n * xy - x * y, n * yy - y * y);
        let (unit, square) = (BigInt::from(1) << 1074, BigInt::from(1) << 2148);
        let less = n - 1;
        let (num, den) = match function {
            "sum" => (x.clone(), unit),
            "avg" | "mean" | "regr_avgx" => (x.clone(), n * unit),
            "regr_avgy" => (y.clone(), n * unit),
            "var" | "var_samp" | "var_sample" | "stddev" | "stddev_samp" => {
                (cxx, n * less * square)
            }
            "var_pop" | "var_population" | "stddev_pop" => (cxx, n * n * square),
            "covar" | "covar_samp" => (cxy, n * less * square),
            "covar_pop" => (cxy, n * n * square),
            "corr" | "regr_r2" => (&cxy * &cxy, cxx * cyy),
            "regr_slope" => (cxy, cxx),
            "regr_intercept" => (y * xx - x * xy, cxx * unit),
            "regr_sxx" => (cxx, n * square),
            "regr_sxy" => (cxy, n * square),
            "regr_syy" => (cyy, n * square),
            other => panic!("no oracle for {other}"),
        };
        let Some(value) = value else {
            return den.sign() == Sign::NoSign;
        };
        if den.sign() == Sign::NoSign {
            return false;
        }
        match function {
            "corr" => {
                is_nearest_root(&num, &den, value.abs())
                    && (value >= 0.0 || (n * xy - x * y).sign() == Sign::Minus)
            }
            f if f.starts_with("stddev") => is_nearest_root(&num, &den, value),
            _ => is_nearest(&num, &den, value),
        }
    }
}

fn column(batch: &RecordBatch, name: &str) -> Float64Array {
    batch
        .column_by_name(name)
        .unwrap()
        .as_primitive::<Float64Type>()
        .clone()
}

/// Checks the columns c0, c1, … of one result row against the rows that went in.
fn check_against_truth(
    result: &RecordBatch,
    row: usize,
    values: &[Option<f64>],
    ys: &[Option<f64>],
) {
    let single: Vec<(f64, f64)> = values.iter().flatten().map(|&x| (x, x)).collect();
    let pairs: Vec<(f64, f64)> = ys
        .iter()
        .zip(values)
        .filter_map(|(&y, &x)| Some((y?, x?)))
        .collect();
    let functions = SINGLES
        .iter()
        .map(|f| (f, &single))
        .chain(PAIRS.iter().map(|f| (f, &pairs)));
    for (i, (function, rows)) in functions.enumerate() {
        if matches!(*function, "count" | "regr_count") {
            let count = arrow::compute::cast(&result[&*format!("c{i}")], &DataType::Int64).unwrap();
            assert_eq!(
                count
                    .as_primitive::<arrow::datatypes::Int64Type>()
                    .value(row),
                rows.len() as i64
            );
            continue;
        }
        let column = column(result, &format!("c{i}"));
        let value = column.is_valid(row).then(|| column.value(row));
        assert!(
            Truth::of(rows).confirms(function, value),
            "{function} of {} rows is not {value:?}",
            rows.len()
        );
    }
}

#[test]
fn results_are_those_of_big_integers() {
    let rows = fixture();
    let (x, y) = (column(&rows, "x"), column(&rows, "y"));
    let k = rows["k"].as_primitive::<arrow::datatypes::Int64Type>();
    let context = context(4, 64, layout(&rows, 5, 100, 3));
    let pick = |a: &Float64Array, keep: &dyn Fn(usize) -> bool| -> Vec<Option<f64>> {
        (0..ROWS)
            .filter(|&i| keep(i))
            .map(|i| a.is_valid(i).then(|| a.value(i)))
            .collect()
    };

    let whole = run(&context, &format!("SELECT {} FROM t", all("", "x", "")));
    check_against_truth(&whole, 0, &pick(&x, &|_| true), &pick(&y, &|_| true));

    let grouped = run(
        &context,
        &format!(
            "SELECT k, {} FROM t GROUP BY k ORDER BY k",
            all("", "x", "")
        ),
    );
    assert_eq!(grouped.num_rows(), 7);
    for group in 0..7 {
        let keep = |i: usize| k.value(i) == group as i64;
        check_against_truth(&grouped, group, &pick(&x, &keep), &pick(&y, &keep));
    }

    let filtered = run(
        &context,
        &format!(
            "SELECT {} FROM t",
            all("", "x", " FILTER (WHERE id % 3 = 1)")
        ),
    );
    check_against_truth(
        &filtered,
        0,
        &pick(&x, &|i| i % 3 == 1),
        &pick(&y, &|i| i % 3 == 1),
    );

    let window = " OVER (ORDER BY id ROWS BETWEEN 5 PRECEDING AND CURRENT ROW)";
    let sliding = run(
        &context,
        &format!("SELECT id, {} FROM t ORDER BY id", all("", "x", window)),
    );
    for row in [0, 1, 2, 7, 700, ROWS - 1] {
        let keep = |i: usize| i <= row && i + 5 >= row;
        check_against_truth(&sliding, row, &pick(&x, &keep), &pick(&y, &keep));
    }
}

#[test]
fn distinct_sums_count_each_value_once() {
    let rows = fixture();
    let context = context(3, 100, layout(&rows, 9, 50, 4));
    let mut values: Vec<f64> = column(&rows, "z")
        .values()
        .iter()
        .map(|z| z + 0.0)
        .collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let truth = values.iter().map(|&z| big(z)).sum::<BigInt>();
    let expected = parse_rounded(&truth, 1074);
    // Alone it is rewritten to a GROUP BY, beside another aggregate it is not.
    for sql in [
        "SELECT sum(DISTINCT z) AS v FROM t",
        "SELECT sum(DISTINCT z) AS v, count(DISTINCT s) FROM t",
        "SELECT sum(DISTINCT z) AS v, avg(x) FROM t",
        "SELECT sum(DISTINCT z) FILTER (WHERE id >= 0) AS v FROM t",
    ] {
        assert_eq!(
            column(&run(&context, sql), "v").value(0).to_bits(),
            expected.to_bits(),
            "{sql}"
        );
    }
    let windowed = "SELECT sum(DISTINCT z) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS v FROM t ORDER BY id";
    let windowed = column(&run(&context, windowed), "v");
    let z = column(&rows, "z");
    for i in 1..ROWS {
        let (a, b) = (z.value(i - 1), z.value(i));
        let expected = if a == b { a + 0.0 } else { a + b };
        assert_eq!(
            windowed.value(i).to_bits(),
            (expected + 0.0).to_bits(),
            "row {i}"
        );
    }
}

#[test]
fn a_sum_beside_a_distinct_count_is_rounded_once() {
    // Rounding per distinct value first would lose the ones.
    let context = SessionContext::new();
    aggregates()
        .into_iter()
        .for_each(|f| context.register_udaf(f.as_ref().clone()));
    let rows = "(VALUES (1e16, 'a'), (1.0, 'a'), (1.0, 'b'), (-1e16, 'b')) AS v(x, s)";
    let result = run(
        &context,
        &format!("SELECT sum(x) AS v, count(DISTINCT s) FROM {rows}"),
    );
    assert_eq!(column(&result, "v").value(0), 2.0);
    assert_eq!(result.schema().field(0).name(), "v");
    let named = run(&context, &format!("SELECT sum(x), avg(x) FROM {rows}"));
    assert_eq!(named.schema().field(0).name(), "sum(v.x)");
    assert_eq!(named.schema().field(1).name(), "avg(v.x)");
}

#[test]
fn nulls_zeros_and_what_is_not_finite() {
    let context = SessionContext::new();
    aggregates()
        .into_iter()
        .for_each(|f| context.register_udaf(f.as_ref().clone()));
    let sql = |rows: &str, call: &str| {
        let result = run(
            &context,
            &format!("SELECT {call} AS v FROM (VALUES {rows}) AS t(x)"),
        );
        let v = column(&result, "v");
        v.is_valid(0).then(|| v.value(0).to_bits())
    };
    let nan = Some(0x7ff8_0000_0000_0000);
    assert_eq!(sql("(CAST(NULL AS DOUBLE))", "sum(x)"), None);
    assert_eq!(sql("(CAST(NULL AS DOUBLE))", "var(x)"), None);
    assert_eq!(sql("(-0.0)", "sum(x)"), Some(0));
    assert_eq!(sql("(-0.0)", "avg(x)"), Some(0));
    assert_eq!(
        sql("(CAST('inf' AS DOUBLE)), (1.0)", "sum(x)"),
        Some(f64::INFINITY.to_bits())
    );
    assert_eq!(
        sql(
            "(CAST('inf' AS DOUBLE)), (CAST('-inf' AS DOUBLE))",
            "sum(x)"
        ),
        nan
    );
    assert_eq!(sql("(CAST('inf' AS DOUBLE)), (1.0)", "stddev(x)"), nan);
    assert_eq!(sql("(CAST('nan' AS DOUBLE)), (1.0)", "corr(x, x)"), nan);
    assert_eq!(sql("(1.0), (1.0)", "corr(x, x)"), None);
    assert_eq!(sql("(3.0)", "var(x)"), None);
    assert_eq!(sql("(3.0)", "var_pop(x)"), Some(0));
    assert_eq!(
        sql("(1e308), (1e308), (-1e308)", "sum(x)"),
        Some(1e308f64.to_bits())
    );
}

#[test]
fn integers_and_decimals_keep_their_types() {
    let rows = fixture();
    let context = context(2, 512, layout(&rows, 1, 300, 2));
    let result = run(
        &context,
        "SELECT sum(k) AS a, sum(d) AS b, avg(d) AS c, avg(k) AS d, regr_count(k, x) AS e FROM t",
    );
    let schema = result.schema();
    let types: Vec<&DataType> = schema.fields().iter().map(|f| f.data_type()).collect();
    assert_eq!(
        types,
        [
            &DataType::Int64,
            &DataType::Decimal128(20, 2),
            &DataType::Decimal128(14, 6),
            &DataType::Float64,
            &DataType::UInt64
        ]
    );
    let total: i64 = rows["k"]
        .as_primitive::<arrow::datatypes::Int64Type>()
        .values()
        .iter()
        .sum();
    assert_eq!(
        result["a"]
            .as_primitive::<arrow::datatypes::Int64Type>()
            .value(0),
        total
    );
}

#[test]
fn damaged_partial_states_are_refused() {
    use super::state::{Total, read_state};
    assert!(read_state::<Total>(&[]).is_err());
    assert!(read_state::<Total>(&[1, 0, 0, 0, 0, 0, 0, 0, 9]).is_err());
    assert!(read_state::<crate::stats::exact::CoMoments>(&[0; 9]).is_err());
}

#[test]
fn scalar_functions_are_libms() {
    let rows = fixture();
    let context = context(2, 512, layout(&rows, 0, 300, 1));
    let y = column(&rows, "y");
    let cases: [(&str, fn(f64) -> f64); 20] = [
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
