//! The bits are those of a big-integer computation.

use super::{PAIRS, ROWS, SINGLES, all, column, context, fixture, layout, run};
use crate::stats::exact::oracle::{big, is_nearest, is_nearest_root};
use arrow::array::{Array, AsArray, Float64Array, RecordBatch};
use arrow::datatypes::DataType;
use num_bigint::{BigInt, Sign};

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
