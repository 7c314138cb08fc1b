use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema, UnionFields, UnionMode};
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::{LogicalPlanBuilder, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::DFParser;

use super::*;
use crate::engine::order::matrix_tests::{context, run};
use crate::engine::order::total;

/// The shared tables, and one with columns that have no order.
fn session() -> SessionContext {
    let context = context(2, 1024, 1);
    let entry = Field::new_struct(
        "entries",
        vec![
            Field::new("keys", DataType::Utf8, false),
            Field::new("values", DataType::Int64, true),
        ],
        false,
    );
    let union = UnionFields::try_new([0], [Field::new("i", DataType::Int64, true)]).unwrap();
    let schema = Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        Field::new("map", DataType::Map(Arc::new(entry), false), true),
        Field::new("either", DataType::Union(union, UnionMode::Sparse), true),
        Field::new("cents", DataType::Decimal128(10, 2), true),
        Field::new("single", DataType::Float32, true),
    ]));
    let empty = RecordBatch::new_empty(Arc::clone(&schema));
    let table = MemTable::try_new(schema, vec![vec![empty]]).unwrap();
    context.register_table("odd", Arc::new(table)).unwrap();
    context
}

fn judge_with(sql: &str, known: &dyn Fn(&str) -> bool) -> Verdict {
    let plan = run(session().state().create_logical_plan(sql)).unwrap();
    let verdict = check(&plan, known);
    assert_eq!(verdict.reproducible, verdict.reasons.is_empty());
    // The rewritten plan is refused for the same kinds of reasons; it may name them at more places.
    if let Ok(rewritten) = total(plan) {
        let codes = |v: &Verdict| v.reasons.iter().map(|r| r.code).collect::<BTreeSet<_>>();
        assert_eq!(codes(&check(&rewritten, known)), codes(&verdict), "{sql}");
    }
    verdict
}

fn codes(sql: &str) -> Vec<&'static str> {
    let verdict = judge_with(sql, &|_| false);
    verdict
        .reasons
        .iter()
        .map(|reason| reason.code.as_str())
        .collect()
}

/// What is refused, and the reason's code.
const REFUSED: &[(&str, &str)] = &[
    ("SELECT random()", "volatile_function"),
    ("SELECT uuid() FROM battles", "volatile_function"),
    (
        "SELECT * FROM battles WHERE turn > random()",
        "volatile_function",
    ),
    (
        "SELECT * FROM battles WHERE model_a IN (SELECT model_b FROM battles WHERE score < random())",
        "volatile_function",
    ),
    (
        "SELECT (SELECT max(random()) FROM battles)",
        "volatile_function",
    ),
    (
        "SELECT count(*) FROM battles ORDER BY random()",
        "volatile_function",
    ),
    (
        "SELECT count(*) FILTER (WHERE random() < 0.5) FROM battles",
        "volatile_function",
    ),
    (
        "SELECT l.turn FROM battles l JOIN battles r ON l.score < random()",
        "volatile_function",
    ),
    ("SELECT now()", "clock"),
    ("SELECT current_timestamp", "clock"),
    ("SELECT current_date", "clock"),
    ("SELECT current_time", "clock"),
    (
        "SELECT * FROM battles WHERE turn < date_part('year', now())",
        "clock",
    ),
    ("WITH t AS (SELECT now() AS n) SELECT 1 FROM t", "clock"),
    ("SELECT version()", "engine_dependent"),
    ("SELECT arrow_typeof(turn) FROM battles", "engine_dependent"),
    ("SELECT exp(score) FROM battles", "system_math"),
    ("SELECT power(score, 0.5) FROM battles", "system_math"),
    ("SELECT min(ln(score)) FROM battles", "system_math"),
    ("SELECT * FROM information_schema.tables", "session_table"),
    ("SHOW TABLES", "session_table"),
    (
        "SELECT array_agg(model_a) FROM battles",
        "unordered_aggregate",
    ),
    (
        "SELECT array_agg(DISTINCT model_a) FROM battles",
        "unordered_aggregate",
    ),
    (
        "SELECT array_agg(model_a ORDER BY 'x') FROM battles",
        "unordered_aggregate",
    ),
    (
        "SELECT string_agg(model_a, ',') FROM battles",
        "unordered_aggregate",
    ),
    (
        "SELECT first_value(model_a) FROM battles",
        "unordered_aggregate",
    ),
    (
        "SELECT last_value(model_a) FROM battles GROUP BY turn",
        "unordered_aggregate",
    ),
    (
        "SELECT nth_value(model_a, 2) FROM battles",
        "unordered_aggregate",
    ),
    (
        "SELECT array_agg(m) FROM (SELECT model_a AS m FROM battles ORDER BY turn)",
        "unordered_aggregate",
    ),
    (
        "SELECT any_value(model_a) FROM battles",
        "unordered_aggregate",
    ),
    (
        "SELECT row_number() OVER () FROM battles",
        "unordered_window",
    ),
    (
        "SELECT lag(turn) OVER (PARTITION BY model_a) FROM battles",
        "unordered_window",
    ),
    ("SELECT lead(turn) OVER () FROM battles", "unordered_window"),
    ("SELECT ntile(4) OVER () FROM battles", "unordered_window"),
    (
        "SELECT first_value(turn) OVER () FROM battles",
        "unordered_window",
    ),
    (
        "SELECT count(*) OVER (ROWS 2 PRECEDING) FROM battles",
        "unordered_window",
    ),
    (
        "SELECT array_agg(turn) OVER (PARTITION BY model_a) FROM battles",
        "unordered_window",
    ),
    (
        "SELECT last_value(model_a) OVER (ORDER BY turn) FROM battles",
        "tied_frame",
    ),
    (
        "SELECT nth_value(model_a, 2) OVER (ORDER BY turn) FROM battles",
        "tied_frame",
    ),
    (
        "SELECT first_value(model_b) IGNORE NULLS OVER (ORDER BY turn) FROM battles",
        "tied_frame",
    ),
    (
        "SELECT array_agg(model_a) OVER (ORDER BY turn) FROM battles",
        "tied_frame",
    ),
    (
        "SELECT first_value(model_a) OVER (ORDER BY turn GROUPS 1 PRECEDING) FROM battles",
        "tied_frame",
    ),
    (
        "SELECT approx_percentile_cont(0.5) WITHIN GROUP (ORDER BY score) FROM battles",
        "approximate_aggregate",
    ),
    (
        "SELECT approx_median(score) FROM battles",
        "approximate_aggregate",
    ),
    ("SELECT sum(score) FROM battles", "inexact_aggregate"),
    ("SELECT sum(single) FROM odd", "inexact_aggregate"),
    ("SELECT avg(turn) FROM battles", "inexact_aggregate"),
    ("SELECT stddev(turn) FROM battles", "inexact_aggregate"),
    ("SELECT var_pop(score) FROM battles", "inexact_aggregate"),
    ("SELECT corr(score, turn) FROM battles", "inexact_aggregate"),
    (
        "SELECT regr_slope(score, turn) FROM battles",
        "inexact_aggregate",
    ),
    (
        "SELECT sum(score) OVER (ORDER BY turn) FROM battles",
        "inexact_aggregate",
    ),
    (
        "SELECT * FROM battles WHERE score > (SELECT avg(score) FROM battles)",
        "inexact_aggregate",
    ),
    (
        "SELECT DISTINCT ON (model_a) model_a, turn FROM battles",
        "unordered_distinct_on",
    ),
    ("SELECT id, map FROM odd", "unsortable_column"),
    (
        "SELECT id FROM (SELECT id, map FROM odd LIMIT 3)",
        "unsortable_column",
    ),
    (
        "SELECT id, row_number() OVER (ORDER BY id) FROM odd",
        "unsortable_column",
    ),
    (
        "SELECT array_agg(map ORDER BY id) FROM odd",
        "unsortable_column",
    ),
    ("EXPLAIN SELECT 1", "not_a_query"),
    ("EXPLAIN ANALYZE SELECT 1", "not_a_query"),
    ("DESCRIBE battles", "not_a_query"),
    ("CREATE VIEW v AS SELECT 1", "not_a_query"),
    ("SET datafusion.execution.batch_size = 7", "not_a_query"),
    ("COPY battles TO 'x.parquet'", "not_a_query"),
    ("INSERT INTO keyed VALUES (1, 2, 'x')", "not_a_query"),
];

#[test]
fn each_refused_construct_has_its_reason() {
    let page = include_str!("../../../docs/determinism.md");
    for (sql, code) in REFUSED {
        assert!(codes(sql).contains(code), "{sql}: {:?}", codes(sql));
        assert!(
            page.contains(&format!("`{code}`")),
            "{code} is not explained"
        );
    }
}

/// The neighbours of what is refused. (The matrix test of the total order has
/// more, each shown to be reproducible.)
#[test]
fn allowed_constructs_have_no_reason() {
    for sql in [
        "SELECT sum(turn), count(*), min(score), max(model_a) FROM battles",
        "SELECT sum(cents), avg(cents) FROM odd",
        "SELECT approx_distinct(model_a), median(score), bool_and(turn > 1) FROM battles",
        "SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY score) FROM battles",
        "SELECT regr_count(score, turn), bit_xor(turn) FROM battles",
        "SELECT sqrt(score), abs(turn), round(score, 2), md5(model_a) FROM battles",
        "SELECT date_trunc('month', DATE '2025-03-04'), to_timestamp(0)",
        "SELECT rank() OVER (ORDER BY turn), count(*) OVER (PARTITION BY model_a) FROM battles",
        "SELECT last_value(model_a) OVER (ORDER BY id) FROM keyed",
        "SELECT nth_value(model_a, 2) OVER (PARTITION BY turn ORDER BY id) FROM keyed",
        "SELECT first_value(model_a) OVER (ORDER BY turn) FROM battles",
        "SELECT last_value(model_a) OVER (ORDER BY turn RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM battles",
        "SELECT id, cents FROM odd",
        "SELECT id FROM odd LIMIT 3",
        "SELECT 'now()', 'random' AS \"random()\"",
    ] {
        let verdict = judge_with(sql, &|_| false);
        assert!(verdict.reproducible, "{sql}: {:?}", verdict.reasons);
    }
}

#[test]
fn own_functions_are_trusted_except_to_be_volatile() {
    let ours = |name: &str| ["sum", "avg", "exp", "random", "array_agg"].contains(&name);
    for (sql, fine) in [
        ("SELECT sum(score), avg(turn) FROM battles", true),
        ("SELECT exp(score) FROM battles", true),
        (
            "SELECT sum(score) OVER (ORDER BY turn ROWS 1 PRECEDING) FROM battles",
            true,
        ),
        ("SELECT stddev(score) FROM battles", false),
        ("SELECT ln(score) FROM battles", false),
        ("SELECT random()", false),
        ("SELECT array_agg(score) FROM battles", false),
    ] {
        let verdict = judge_with(sql, &ours);
        assert_eq!(verdict.reproducible, fine, "{sql}: {:?}", verdict.reasons);
    }
}

#[test]
fn unknown_functions_are_refused_unless_declared_immutable() {
    let context = session();
    for (name, volatility) in [
        ("steady", Volatility::Immutable),
        ("shaky", Volatility::Volatile),
    ] {
        let body = Arc::new(|args: &[datafusion::logical_expr::ColumnarValue]| Ok(args[0].clone()));
        let kind = DataType::Int64;
        context.register_udf(create_udf(name, vec![kind.clone()], kind, volatility, body));
    }
    let aggregate = datafusion::logical_expr::create_udaf(
        "mystery",
        vec![DataType::Int64],
        Arc::new(DataType::Int64),
        Volatility::Immutable,
        Arc::new(|_| unreachable!("never run")),
        Arc::new(vec![DataType::Int64]),
    );
    context.register_udaf(aggregate);
    for (sql, code) in [
        ("SELECT steady(turn) FROM battles", None),
        (
            "SELECT shaky(turn) FROM battles",
            Some(Code::VolatileFunction),
        ),
        (
            "SELECT mystery(turn) FROM battles",
            Some(Code::UnknownAggregate),
        ),
        (
            "SELECT mystery(turn) OVER () FROM battles",
            Some(Code::UnknownAggregate),
        ),
    ] {
        let plan = run(context.state().create_logical_plan(sql)).unwrap();
        let found = check(&plan, &|_| false).reasons;
        assert_eq!(found.first().map(|reason| reason.code), code, "{sql}");
        assert!(
            check(&plan, &|name| name == "mystery").reproducible
                == (code != Some(Code::VolatileFunction))
        );
    }
}

#[test]
fn output_without_canonical_bytes_is_refused() {
    assert!(codes("SELECT either FROM odd").contains(&"unsupported_type"));
}

#[test]
fn a_limit_inside_a_scan_is_refused() {
    let context = session();
    let table = run(context.table_provider("battles")).unwrap();
    let scan = LogicalPlanBuilder::scan_with_filters_fetch(
        "battles",
        provider_as_source(table),
        None,
        vec![],
        Some(5),
    );
    let verdict = check(&scan.unwrap().build().unwrap(), &|_| false);
    assert_eq!(verdict.reasons[0].code, Code::LimitInScan);
}

#[test]
fn reasons_come_once_each_with_a_hint() {
    let verdict = judge_with(
        "SELECT random() AS x, random() AS y, now() FROM battles WHERE score > random()",
        &|_| false,
    );
    let found: Vec<Code> = verdict.reasons.iter().map(|reason| reason.code).collect();
    assert_eq!(found, [Code::VolatileFunction, Code::Clock]);
    for reason in &verdict.reasons {
        assert!(!reason.hint.is_empty());
        assert!(reason.to_string().contains(&reason.message));
    }
}

#[test]
fn clauses_the_planner_drops_are_found_in_the_statement() {
    for (sql, word) in [
        (
            "SELECT * FROM battles TABLESAMPLE BERNOULLI (10)",
            Some("TABLESAMPLE"),
        ),
        (
            "SELECT * FROM (SELECT * FROM battles) x TABLESAMPLE (10 ROWS)",
            Some("TABLESAMPLE"),
        ),
        (
            "SELECT 1 WHERE 1 IN (SELECT turn FROM battles TABLESAMPLE (3 PERCENT))",
            Some("TABLESAMPLE"),
        ),
        ("SELECT * FROM battles", None),
    ] {
        let mut statements = DFParser::parse_sql(sql).unwrap();
        let Some(datafusion::sql::parser::Statement::Statement(statement)) = statements.pop_front()
        else {
            panic!("{sql}");
        };
        let found = ignored_clauses(&statement);
        assert_eq!(found.len(), usize::from(word.is_some()), "{sql}");
        if let Some(word) = word {
            assert!(found[0].message.contains(word), "{found:?}");
            assert!(
                !Verdict {
                    reproducible: true,
                    reasons: vec![]
                }
                .with(found)
                .reproducible
            );
        }
    }
}
