//! DISTINCT, NULL, what is not finite, types, damaged states.

use super::{ROWS, aggregates, column, context, fixture, layout, run};
use crate::stats::exact::oracle::{big, parse_rounded};
use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use datafusion::prelude::SessionContext;
use num_bigint::BigInt;

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
    use super::super::state::{Total, merge_bytes};
    use crate::stats::exact::CoMoments;
    let mut total = Total::default();
    assert!(merge_bytes(&mut total, &[]).is_ok());
    assert_eq!(total.sum(), None);
    assert!(merge_bytes(&mut total, &2.5f64.to_le_bytes()).is_ok());
    assert_eq!(total.sum(), Some(2.5));
    for damaged in [&[0; 7][..], &[0; 8 + 1 + 2], &[1, 0, 0, 0, 0, 0, 0, 0, 9]] {
        assert!(merge_bytes(&mut total, damaged).is_err(), "{damaged:?}");
    }
    let mut pairs = CoMoments::default();
    for damaged in [&[0; 8][..], &[0; 9], &[0; 22]] {
        assert!(merge_bytes(&mut pairs, damaged).is_err(), "{damaged:?}");
    }
    assert!(merge_bytes(&mut pairs, &[0; 16]).is_ok());
    assert_eq!((pairs.count(), pairs.mean_x()), (1, Some(0.0)));
}
