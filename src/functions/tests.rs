//! Every definition is complete, every example is true, and every function
//! gives one answer whatever the order, split and encoding of its rows.

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::MemTable;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::definition::Returns;
use super::{all, find, reference};
use crate::engine::{Answer, Options, Params, Session};

pub(super) fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn options(partitions: usize, batch_size: usize) -> Options {
    Options {
        partitions: Some(partitions),
        batch_size: Some(batch_size),
        memory_limit: None,
    }
}

pub(super) async fn session(partitions: usize, batch_size: usize) -> Session {
    let options = options(partitions, batch_size);
    Session::open(None, None, options).await.unwrap()
}

/// A session that merges partial states of all functions, as distributed engines do.
async fn merging(partitions: usize, batch_size: usize) -> Session {
    let options = options(partitions, batch_size);
    let rules = PhysicalOptimizer::new().rules;
    Session::with_rules(None, None, options, rules)
        .await
        .unwrap()
}

fn csv(answer: &Answer) -> String {
    let mut bytes = Vec::new();
    let mut writer = arrow::csv::Writer::new(&mut bytes);
    for batch in &answer.batches {
        writer.write(batch).unwrap();
    }
    drop(writer);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn definitions_are_complete() {
    let mut names = BTreeSet::new();
    for f in all() {
        assert!(names.insert(f.name), "{} is listed twice", f.name);
        assert_eq!(find(f.name).map(|g| g.name), Some(f.name));
        assert!(
            f.name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
        );
        assert!(
            !f.summary.is_empty() && !f.summary.ends_with('.'),
            "{}: summary",
            f.name
        );
        assert!(
            !f.details.is_empty() && !f.formula.is_empty() && !f.errors.is_empty(),
            "{}: prose",
            f.name
        );
        assert!(
            !f.citations.is_empty() && !f.example.result.is_empty(),
            "{}: citation and example",
            f.name
        );
        let required: Vec<bool> = f.params.iter().map(|p| p.required).collect();
        assert!(
            required.is_sorted_by(|a, b| a >= b),
            "{}: required arguments come first",
            f.name
        );
        let mut words: BTreeSet<&str> = ["by", "filter", "order_by"].into();
        for name in f
            .params
            .iter()
            .map(|p| p.name)
            .chain(f.options.iter().map(|o| o.name))
        {
            assert!(words.insert(name), "{}: `{name}` is there twice", f.name);
        }
        assert!(!f.calls.is_empty(), "{}: calls for the matrix", f.name);
        let columns = f.returns.columns();
        if !matches!(f.returns, Returns::Value(_)) {
            let distinct: BTreeSet<&str> = columns.iter().map(|c| c.name).collect();
            assert_eq!(distinct.len(), columns.len(), "{}: result columns", f.name);
        }
    }
}

#[test]
fn examples_are_true() {
    let mut wrong = Vec::new();
    block(async {
        for f in all() {
            let session = session(2, 8192).await;
            let answer = match session.query(f.example.sql, &Params::new()).await {
                Ok(answer) => answer,
                Err(e) => {
                    wrong.push(format!("{}: {e}\n{}", f.name, f.example.sql));
                    continue;
                }
            };
            let got = csv(&answer);
            if got != f.example.result {
                let (sql, want) = (f.example.sql, f.example.result);
                wrong.push(format!("{}: {sql}\ngot\n{got}expected\n{want}", f.name));
            }
            assert!(
                answer.verdict.reproducible,
                "{}: {:?}",
                f.name, answer.verdict.reasons
            );
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reference_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/functions.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference")).unwrap();
        std::fs::write(path, reference()).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        page == reference(),
        "docs/reference/functions.md is stale: run BLESS=1 cargo test reference_page"
    );
}

/// Made-up judgements: columns that suit every function.
pub(super) fn judgements(rows: usize) -> RecordBatch {
    let mut state = 7u64;
    let mut next = |n: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let (mut a, mut b, mut outcome, mut weight, mut round) =
        (vec![], vec![], vec![], vec![], vec![]);
    let (mut item, mut annotator, mut value, mut x, mut y, mut grp) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    for row in 0..rows {
        let first = next(6);
        a.push(format!("system-{first}"));
        b.push(format!("system-{}", (first + 1 + next(5)) % 6));
        outcome.push([Some("a"), Some("b"), Some("tie"), Some("both_bad"), None][next(5) as usize]);
        weight.push(0.1 + next(1000) as f64 / 7.0);
        round.push((row / 3) as i64);
        item.push(format!("item {}", row / 4));
        annotator.push(format!("annotator {}", row % 4));
        value.push(if next(9) == 0 {
            None
        } else {
            Some((next(5) + 1) as i64)
        });
        x.push(if next(20) == 0 {
            None
        } else {
            Some(next(50) as f64 / 3.0)
        });
        y.push(next(50) as f64 / 7.0 - 2.0);
        grp.push(["g1", "g2", "g3"][next(3) as usize]);
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("system_a", Arc::new(StringArray::from(a))),
        ("system_b", Arc::new(StringArray::from(b))),
        ("outcome", Arc::new(StringArray::from(outcome))),
        ("weight", Arc::new(Float64Array::from(weight))),
        ("round", Arc::new(Int64Array::from(round))),
        ("item", Arc::new(StringArray::from(item))),
        ("annotator", Arc::new(StringArray::from(annotator))),
        ("value", Arc::new(Int64Array::from(value))),
        ("x", Arc::new(Float64Array::from(x))),
        ("y", Arc::new(Float64Array::from(y))),
        ("grp", Arc::new(StringArray::from(grp))),
    ];
    let fields: Vec<Field> = columns
        .iter()
        .map(|(n, c)| Field::new(*n, c.data_type().clone(), true))
        .collect();
    RecordBatch::try_new(
        Arc::new(Schema::new(fields)),
        columns.into_iter().map(|(_, c)| c).collect(),
    )
    .unwrap()
}

/// The same rows in another order and text encoding, cut into `partitions`.
fn layout(rows: &RecordBatch, stride: usize, text: &DataType, partitions: usize) -> MemTable {
    let n = rows.num_rows();
    let order: UInt32Array = (0..n)
        .map(|i| ((i * stride) % n) as u32)
        .collect::<Vec<_>>()
        .into();
    let columns: Vec<ArrayRef> = rows
        .columns()
        .iter()
        .map(|c| {
            let c = take(c, &order, None).unwrap();
            if c.data_type() == &DataType::Utf8 {
                cast(&c, text).unwrap()
            } else {
                c
            }
        })
        .collect();
    let fields: Vec<Field> = rows
        .schema()
        .fields()
        .iter()
        .zip(&columns)
        .map(|(f, c)| Field::new(f.name(), c.data_type().clone(), true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    let size = n.div_ceil(partitions * 3);
    let mut parts = vec![Vec::new(); partitions];
    for (i, start) in (0..n).step_by(size).enumerate() {
        parts[i % partitions].push(batch.slice(start, size.min(n - start)));
    }
    MemTable::try_new(schema, parts).unwrap()
}

/// The settings of the matrix: every two of text encoding and row order, partitions,
/// and batch size meet once.
fn settings() -> Vec<(usize, DataType, usize, usize)> {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let texts = [
        (1, DataType::Utf8),
        (7, DataType::Utf8View),
        (241, dictionary),
    ];
    let mut all = Vec::new();
    for (i, (stride, text)) in texts.into_iter().enumerate() {
        for (j, partitions) in [1, 2, 8].into_iter().enumerate() {
            all.push((
                stride,
                text.clone(),
                partitions,
                [8192, 1, 1024][(i + j) % 3],
            ));
        }
    }
    all
}

/// What is wrong with one call, over the matrix.
async fn faults(sql: &str, rows: &RecordBatch) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut first: Option<(String, Vec<RecordBatch>)> = None;
    for (stride, text, partitions, batch_size) in settings() {
        let place = format!("{sql}\n{text}, {partitions} partitions, batches of {batch_size}");
        let session = match partitions {
            8 => merging(partitions, batch_size).await,
            _ => session(partitions, batch_size).await,
        };
        session.add_table("t", Arc::new(layout(rows, stride, &text, partitions)));
        let answer = match session.query(sql, &Params::new()).await {
            Ok(answer) => answer,
            Err(e) => {
                wrong.push(format!("{place}: {e}"));
                break;
            }
        };
        if answer.rows() == 0 || !answer.verdict.reproducible {
            let reasons = &answer.verdict.reasons;
            wrong.push(format!("{place}: {} rows, {reasons:?}", answer.rows()));
            break;
        }
        let digest = answer.digest.to_string();
        let (one, batches) = first.get_or_insert_with(|| (digest.clone(), answer.batches.clone()));
        if *one != digest {
            let (one, two) = (format!("{batches:#?}"), format!("{:#?}", answer.batches));
            let differ = one.lines().zip(two.lines()).find(|(a, b)| a != b);
            wrong.push(format!("{place}: another digest, {differ:?}"));
            break;
        }
    }
    wrong
}

#[test]
fn one_answer_whatever_the_layout() {
    let rows = judgements(600);
    let calls: Vec<&str> = all().flat_map(|f| f.calls.iter().copied()).collect();
    let share = |worker: usize| {
        let mine = calls.iter().skip(worker).step_by(2);
        block(async {
            let mut wrong = Vec::new();
            for sql in mine {
                wrong.extend(faults(sql, &rows).await);
            }
            wrong
        })
    };
    let wrong = std::thread::scope(|scope| {
        let other = scope.spawn(|| share(1));
        let mut wrong = share(0);
        wrong.extend(other.join().unwrap());
        wrong
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The error of a query, as text.
fn error(sql: &str) -> String {
    block(async {
        let session = session(2, 8192).await;
        session.add_table(
            "t",
            Arc::new(layout(&judgements(40), 1, &DataType::Utf8, 1)),
        );
        match session.query(sql, &Params::new()).await {
            Ok(answer) => panic!("{sql} gave {}", csv(&answer)),
            Err(e) => e.to_string(),
        }
    })
}

#[test]
fn wrong_calls_say_what_to_do() {
    for (sql, parts) in [
        (
            "SELECT elo(system_a, system_b, outcome) FROM t",
            &["depends on the order", "ORDER BY round"][..],
        ),
        (
            "SELECT * FROM elo(t)",
            &["depends on the order", "order_by => round"],
        ),
        (
            "SELECT * FROM bradley_tery(t)",
            &["no relation function", "bradley_terry"],
        ),
        (
            "SELECT * FROM bradley_terry(t, tiez => 'skip')",
            &["no argument `tiez`", "did you mean `ties`"],
        ),
        (
            "SELECT * FROM bradley_terry(t, ties => 'skipp')",
            &["option `ties`", "did you mean 'skip'"],
        ),
        (
            "SELECT * FROM bradley_terry(t, level => 2)",
            &["option `level` is 2", "0.5 to 0.9999"],
        ),
        (
            "SELECT * FROM bradley_terry(t, level => y)",
            &["must be a literal"],
        ),
        (
            "SELECT * FROM bradley_terry(t, outcome => grp)",
            &["an outcome is 'g", "expected 'a', 'b'"],
        ),
        (
            "SELECT * FROM bradley_terry(t, weight => y)",
            &["a weight is -", "not negative"],
        ),
        ("SELECT * FROM bradley_terry(nowhere)", &["nowhere"]),
        (
            "SELECT * FROM bradley_terry((SELECT system_a, outcome FROM t))",
            &["no column `system_b`", "system_b => system_a"],
        ),
        (
            "SELECT * FROM krippendorff_alpha(t, value => grp, level => 'interval', repeats => 'keep')",
            &["not a number", "nominal"],
        ),
        (
            "SELECT * FROM fleiss_kappa(t, item => grp)",
            &["more than once", "repeats =>"],
        ),
        ("SELECT cohen_kappa(value) FROM t", &["cohen_kappa"]),
        (
            "SELECT cohen_kappa(value, x, y, 'linear') FROM t",
            &["too many arguments", "weights =>"],
        ),
        ("SELECT kendall_tau(x, grp) FROM t", &["expected a number"]),
        ("SELECT kendall_tau(x, 0.0/0.0) FROM t", &["NaN"]),
        (
            "SELECT bradley_terry(system_a, system_b, outcome ORDER BY round) FROM t",
            &["does not depend on the order"],
        ),
        ("SELECT * FROM t FOR SYSTEM_TIME AS OF '2020-01-01'", &["t"]),
        ("DROP TABLE t", &["DROP", "reads and never writes"]),
        ("COPY t TO 'x.csv'", &["reads and never writes"]),
        ("SELECT 1; SELECT 2", &["more than one"]),
        ("", &["no SQL statement"]),
        ("SELECT systm_a FROM t", &["systm_a", "system_a"]),
        (
            "SELECT * FROM borda(t, ballot => grp, alternative => system_a, rank => y)",
            &["twice"],
        ),
    ] {
        let e = error(sql);
        for part in parts {
            assert!(e.contains(part), "{sql}\n  said: {e}\n  lacks: {part}");
        }
    }
}

#[test]
fn forms_agree() {
    block(async {
        let session = session(2, 8192).await;
        session.add_table(
            "t",
            Arc::new(layout(&judgements(300), 1, &DataType::Utf8, 2)),
        );
        let forms = [
            "SELECT system, rating FROM bradley_terry(t, filter => grp = 'g1') ORDER BY system",
            "SELECT system, rating FROM bradley_terry(TABLE t, filter => grp = 'g1') ORDER BY system",
            "SELECT system, rating FROM bradley_terry((SELECT * FROM t WHERE grp = 'g1')) ORDER BY system",
            "WITH c AS (SELECT * FROM t WHERE grp = 'g1') SELECT r.system, r.rating FROM bradley_terry(c) AS r ORDER BY system",
            "FROM t |> WHERE grp = 'g1' |> CALL bradley_terry() |> SELECT system, rating |> ORDER BY system",
            "SELECT system, rating FROM (FROM bradley_terry(t, by => grp)) WHERE grp = 'g1' ORDER BY system",
            "SELECT r['system'] AS system, r['rating'] AS rating FROM (SELECT unnest(bradley_terry(system_a, system_b, \
outcome)) AS r FROM t WHERE grp = 'g1') ORDER BY system",
            "SELECT system, rating FROM bradley_terry((SELECT system_a AS m1, system_b AS m2, outcome AS o FROM t WHERE \
grp = 'g1'), system_a => m1, outcome => o, system_b => m2) ORDER BY system",
        ];
        let mut digests = BTreeSet::new();
        for sql in forms {
            let answer = session
                .query(sql, &Params::new())
                .await
                .unwrap_or_else(|e| panic!("{sql}: {e}"));
            digests.insert(answer.digest.to_string());
        }
        assert_eq!(digests.len(), 1);
    });
}
