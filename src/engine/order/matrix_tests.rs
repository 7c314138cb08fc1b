//! One digest per query, over partitions × batch sizes × row orders.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, ListBuilder, StringArray, StringBuilder};
use arrow::compute::take_record_batch;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Constraint, Constraints};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::total;
use crate::engine::{digest, verdict};

const ROWS: i64 = 240;

/// Made-up battles: few models, many ties, exact duplicates (`battles`); and
/// the same with a key (`keyed`).
fn battles() -> RecordBatch {
    let models = ["ant", "bee", "cat", "dog"];
    let pick = |i: i64, by: i64| models[((i * i + by * i) % 4) as usize];
    let mut tags = ListBuilder::new(StringBuilder::new());
    for i in 0..ROWS {
        match i % 5 {
            0 => tags.append_null(),
            1 => tags.append_value(Vec::<Option<&str>>::new()),
            _ => tags.append_value([Some(pick(i, 2)), None]),
        }
    }
    let text = |f: &dyn Fn(i64) -> Option<&'static str>| -> ArrayRef {
        Arc::new((0..ROWS).map(f).collect::<StringArray>())
    };
    RecordBatch::try_from_iter_with_nullable([
        ("model_a", text(&|i| Some(pick(i, 1))), false),
        (
            "model_b",
            text(&|i| (i % 11 != 0).then(|| pick(i, 3))),
            true,
        ),
        (
            "turn",
            Arc::new(
                (0..ROWS)
                    .map(|i| (i % 7 != 0).then_some(i % 3))
                    .collect::<Int64Array>(),
            ) as ArrayRef,
            true,
        ),
        (
            "score",
            Arc::new(
                (0..ROWS)
                    .map(|i| Some((i % 6) as f64 / 3.0))
                    .collect::<Float64Array>(),
            ) as ArrayRef,
            true,
        ),
        ("tags", Arc::new(tags.finish()) as ArrayRef, true),
    ])
    .unwrap()
}

fn keyed() -> RecordBatch {
    let plain = battles();
    let ids: ArrayRef = Arc::new((0..ROWS).collect::<Int64Array>());
    RecordBatch::try_from_iter_with_nullable([
        ("turn", plain.column(2).clone(), true),
        ("id", ids, false),
        ("model_a", plain.column(0).clone(), false),
    ])
    .unwrap()
}

/// Rows in another order, dealt to `partitions`.
fn deal(whole: &RecordBatch, step: i64, partitions: usize) -> Vec<Vec<RecordBatch>> {
    let order: Int64Array = (0..ROWS).map(|i| (i * step + step / 2) % ROWS).collect();
    let shuffled = take_record_batch(whole, &order).unwrap();
    let share = (ROWS as usize).div_ceil(partitions);
    (0..partitions)
        .map(|p| {
            let start = (p * share).min(ROWS as usize);
            vec![shuffled.slice(start, share.min(ROWS as usize - start))]
        })
        .collect()
}

pub(in crate::engine) fn context(partitions: usize, batch: usize, step: i64) -> SessionContext {
    let config = SessionConfig::new()
        .with_target_partitions(partitions)
        .with_batch_size(batch)
        .with_information_schema(true);
    let context = SessionContext::new_with_config(config);
    let (plain, with_key) = (battles(), keyed());
    let table = MemTable::try_new(plain.schema(), deal(&plain, step, partitions)).unwrap();
    context.register_table("battles", Arc::new(table)).unwrap();
    let table = MemTable::try_new(with_key.schema(), deal(&with_key, step, partitions))
        .unwrap()
        .with_constraints(Constraints::new_unverified(vec![Constraint::PrimaryKey(
            vec![1],
        )]));
    context.register_table("keyed", Arc::new(table)).unwrap();
    context
}

pub(in crate::engine) fn run<T>(future: impl Future<Output = T>) -> T {
    #[cfg(feature = "cli")]
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    #[cfg(not(feature = "cli"))]
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap().block_on(future)
}

async fn answer(context: &SessionContext, sql: &str, ordered: bool) -> Vec<RecordBatch> {
    let plan = context.state().create_logical_plan(sql).await.unwrap();
    let plan = if ordered { total(plan).unwrap() } else { plan };
    let frame = context.execute_logical_plan(plan).await;
    let frame = frame.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batches = frame.collect().await;
    batches.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Distinct digests of a query over the whole matrix.
fn digests(sql: &str, ordered: bool) -> BTreeSet<String> {
    run(async {
        let mut seen = BTreeSet::new();
        for partitions in [1, 2, 8] {
            for batch in [1, 1024, 8192] {
                for step in [1, 7, 113] {
                    let context = context(partitions, batch, step);
                    let batches = answer(&context, sql, ordered).await;
                    let plan = context.state().create_logical_plan(sql).await.unwrap();
                    let digest = digest::result(plan.schema().as_arrow(), &batches);
                    seen.insert(digest.unwrap().to_string());
                }
            }
        }
        seen
    })
}

const QUERIES: [&str; 57] = [
    "SELECT * FROM battles",
    "SELECT model_a, turn FROM battles",
    "SELECT model_a FROM battles ORDER BY turn DESC",
    "SELECT * FROM battles ORDER BY turn LIMIT 7",
    "SELECT * FROM battles ORDER BY turn DESC NULLS LAST LIMIT 7 OFFSET 5",
    "SELECT model_a FROM battles ORDER BY turn LIMIT 7",
    "SELECT model_b, score FROM battles LIMIT 9",
    "SELECT tags FROM battles LIMIT 30",
    "SELECT * FROM battles OFFSET 200",
    "SELECT count(*) FROM battles",
    "SELECT model_a, count(*) AS n, max(score) FROM battles GROUP BY model_a",
    "SELECT model_a, count(*) AS n FROM battles GROUP BY model_a ORDER BY n % 2 LIMIT 2",
    "SELECT model_a, model_b, count(*) FROM battles GROUP BY ROLLUP (model_a, model_b)",
    "SELECT turn, median(score), count(DISTINCT model_b) FROM battles GROUP BY turn",
    "SELECT DISTINCT model_a, turn FROM battles",
    "SELECT DISTINCT ON (model_a) model_a, score, tags FROM battles ORDER BY model_a DESC, turn",
    "SELECT DISTINCT ON (model_a) turn FROM battles ORDER BY model_a, turn LIMIT 2",
    "SELECT array_agg(model_b ORDER BY turn) FROM battles",
    "SELECT model_a, array_agg(score ORDER BY turn DESC) AS s FROM battles GROUP BY model_a",
    "SELECT array_agg(tags ORDER BY turn) FROM battles",
    "SELECT array_agg(DISTINCT model_b ORDER BY model_b) FROM battles",
    "SELECT model_a, string_agg(model_b, ',' ORDER BY turn) FROM battles GROUP BY model_a",
    "SELECT turn, first_value(model_b ORDER BY score), last_value(model_b ORDER BY score) FROM battles GROUP BY turn",
    "SELECT turn, first_value(model_b IGNORE NULLS ORDER BY score) FROM battles GROUP BY turn",
    "SELECT turn, nth_value(model_b, 3 ORDER BY score) FROM battles GROUP BY turn",
    "SELECT array_agg(model_b ORDER BY turn) FILTER (WHERE score > 0.5) FROM battles",
    "SELECT *, row_number() OVER (ORDER BY turn) AS r FROM battles",
    "SELECT model_a, row_number() OVER (PARTITION BY model_a ORDER BY turn) AS r, rank() OVER (PARTITION BY model_a ORDER BY turn) AS k FROM battles",
    "SELECT model_b, lag(model_b) OVER (ORDER BY turn), lead(score, 2) OVER (ORDER BY turn), ntile(7) OVER (ORDER BY turn) FROM battles",
    "SELECT model_b, lag(score) OVER (ORDER BY score RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM battles",
    "SELECT first_value(model_b) OVER (PARTITION BY turn ORDER BY score) AS f, last_value(model_b) OVER (PARTITION BY turn ORDER BY score ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS l FROM battles",
    "SELECT model_a, count(score) OVER (ORDER BY turn ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS c, max(score) OVER (ORDER BY turn ROWS 3 PRECEDING) AS m FROM battles",
    "SELECT model_a, count(*) OVER (ORDER BY turn) AS c, dense_rank() OVER (ORDER BY score) AS d, percent_rank() OVER (ORDER BY score), cume_dist() OVER (ORDER BY score) FROM battles",
    "SELECT array_agg(model_b) OVER (PARTITION BY turn ORDER BY score ROWS 2 PRECEDING) FROM battles",
    "SELECT model_a, max(score) OVER () FROM battles",
    "SELECT r, count(*) FROM (SELECT row_number() OVER (PARTITION BY model_b ORDER BY score) AS r, turn FROM battles) GROUP BY r ORDER BY 2 LIMIT 4",
    "SELECT l.model_a, r.turn FROM battles l JOIN battles r ON l.model_a = r.model_b AND l.turn = r.turn ORDER BY r.turn LIMIT 40",
    "SELECT l.id, r.score FROM keyed l LEFT JOIN battles r ON l.turn = r.turn AND r.score > 1.6 WHERE l.id < 9",
    "SELECT model_a FROM battles UNION ALL SELECT model_b FROM battles ORDER BY 1 LIMIT 50",
    "SELECT model_a FROM battles UNION SELECT model_b FROM battles",
    "SELECT * FROM (SELECT model_a, turn FROM battles ORDER BY turn LIMIT 3) AS x JOIN (SELECT model_b FROM battles LIMIT 2) AS y ON true",
    "SELECT count(*) FROM battles WHERE score > (SELECT score FROM battles LIMIT 1)",
    "SELECT model_a, turn FROM battles WHERE model_a IN (SELECT model_b FROM battles WHERE turn = 1 LIMIT 2)",
    "WITH t AS (SELECT model_a, score FROM battles ORDER BY turn DESC LIMIT 20) SELECT model_a, max(score) FROM t GROUP BY model_a",
    "SELECT unnest(tags) FROM battles LIMIT 20",
    "SELECT * FROM keyed ORDER BY turn LIMIT 11",
    "SELECT model_a, lag(id) OVER (ORDER BY turn) AS before FROM keyed ORDER BY before DESC LIMIT 12",
    "SELECT model_a FROM battles INTERSECT SELECT model_b FROM battles",
    "SELECT model_a, turn FROM battles EXCEPT ALL SELECT model_b, turn FROM battles",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 20) SELECT n % 3 AS m, n FROM r ORDER BY m LIMIT 8",
    "SELECT model_a, turn, score FROM battles |> WHERE score > 0.4 |> ORDER BY turn DESC |> LIMIT 8 |> SELECT model_a",
    "VALUES (3, 'c'), (1, 'a'), (2, 'b')",
    "SELECT model_a, (SELECT count(*) FROM keyed k WHERE k.turn = b.turn) AS n FROM battles b ORDER BY n LIMIT 15",
    "SELECT model_a FROM battles b WHERE EXISTS (SELECT 1 FROM keyed k WHERE k.turn = b.turn AND k.id < 3)",
    "SELECT grouping(model_a), model_a, min(turn) FROM battles GROUP BY GROUPING SETS ((model_a), ()) ORDER BY 3 LIMIT 3",
    "SELECT model_a, array_agg(n ORDER BY n) FROM (SELECT model_a, turn, row_number() OVER (PARTITION BY model_a ORDER BY turn) AS n FROM battles) GROUP BY model_a, turn ORDER BY turn LIMIT 5",
    "SELECT row_number() OVER (ORDER BY r) AS q, r, model_b FROM (SELECT model_b, row_number() OVER (ORDER BY turn) AS r FROM battles) ORDER BY q DESC LIMIT 9",
];

#[test]
fn every_query_has_one_digest() {
    for sql in QUERIES {
        let seen = digests(sql, true);
        assert_eq!(seen.len(), 1, "{sql}: {} digests", seen.len());
    }
}

/// The matrix can tell: without the rewrite these queries have several answers.
#[test]
fn without_the_rewrite_answers_differ() {
    for sql in [
        "SELECT * FROM battles",
        "SELECT * FROM battles ORDER BY turn LIMIT 7",
        "SELECT array_agg(model_b ORDER BY turn) FROM battles",
        "SELECT *, row_number() OVER (ORDER BY turn) AS r FROM battles",
        "SELECT DISTINCT ON (model_a) model_a, score, tags FROM battles ORDER BY model_a DESC, turn",
        "SELECT count(*) FROM battles WHERE score > (SELECT score FROM battles LIMIT 1)",
    ] {
        assert!(digests(sql, false).len() > 1, "{sql}");
    }
}

#[test]
fn none_of_the_queries_is_refused() {
    let context = context(1, 8192, 1);
    for sql in QUERIES {
        let plan = run(context.state().create_logical_plan(sql)).unwrap();
        let verdict = verdict::check(&plan, &|_| false);
        assert!(verdict.reproducible, "{sql}: {:?}", verdict.reasons);
        assert_eq!(
            verdict::check(&total(plan).unwrap(), &|_| false),
            verdict,
            "{sql}"
        );
    }
}

/// Filters, sorts and column names of the user are what they were.
#[test]
fn the_rewrite_keeps_columns_and_is_idempotent() {
    let context = context(1, 8192, 1);
    for sql in QUERIES {
        let plan = run(context.state().create_logical_plan(sql)).unwrap();
        let once = total(plan.clone()).unwrap();
        assert_eq!(once.schema().as_arrow(), plan.schema().as_arrow(), "{sql}");
        let twice = total(once.clone()).unwrap();
        assert_eq!(
            twice.display_indent().to_string(),
            once.display_indent().to_string(),
            "{sql}"
        );
    }
}
