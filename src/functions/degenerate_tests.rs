//! Degenerate input: every function answers, with NULL where there is no number,
//! or refuses in its own words. It never panics, and never answers NaN or infinity.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::datasource::MemTable;
use std::sync::Arc;

use super::all;
use super::tests::{block, judgements, session};
use crate::engine::Params;

type Change = fn(&str, &mut Cells);

/// The columns of a table under change.
enum Cells {
    Text(Vec<Option<String>>),
    Whole(Vec<Option<i64>>),
    Float(Vec<Option<f64>>),
}

impl Cells {
    fn of(column: &ArrayRef) -> Self {
        match column.data_type() {
            DataType::Utf8 => Self::Text(
                column
                    .as_string::<i32>()
                    .iter()
                    .map(|t| t.map(str::to_owned))
                    .collect(),
            ),
            DataType::Int64 => Self::Whole(
                column
                    .as_primitive::<arrow::datatypes::Int64Type>()
                    .iter()
                    .collect(),
            ),
            _ => Self::Float(column.as_primitive::<Float64Type>().iter().collect()),
        }
    }

    fn array(self) -> ArrayRef {
        match self {
            Self::Text(cells) => Arc::new(StringArray::from(cells)),
            Self::Whole(cells) => Arc::new(Int64Array::from(cells)),
            Self::Float(cells) => Arc::new(Float64Array::from(cells)),
        }
    }

    fn text(&mut self, each: impl Fn(usize) -> Option<String>) {
        if let Self::Text(cells) = self {
            (0..cells.len()).for_each(|i| cells[i] = each(i));
        }
    }

    fn float(&mut self, each: impl Fn(usize, f64) -> f64) {
        if let Self::Float(cells) = self {
            for (i, cell) in cells.iter_mut().enumerate() {
                *cell = cell.map(|x| each(i, x));
            }
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Text(cells) => cells.fill(None),
            Self::Whole(cells) => cells.fill(None),
            Self::Float(cells) => cells.fill(None),
        }
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Name, number of rows, and what is done to every column.
const TABLES: [(&str, usize, Change); 16] = [
    ("no rows", 0, |_, _| {}),
    ("one row", 1, |_, _| {}),
    ("two rows", 2, |_, _| {}),
    ("nothing but NULL", 12, |_, cells| cells.clear()),
    ("one system against itself", 12, |name, cells| {
        if name.starts_with("system") {
            cells.text(|_| some("system-1"));
        }
    }),
    ("ties alone", 24, |name, cells| {
        if name == "outcome" {
            cells.text(|_| some("tie"));
        }
    }),
    ("a star", 24, |name, cells| match name {
        "system_a" => cells.text(|_| some("hub")),
        "system_b" => cells.text(|i| Some(format!("system-{}", i % 6))),
        "outcome" => cells.text(|i| some(["a", "b"][i / 6 % 2])),
        _ => {}
    }),
    (
        "one undefeated, one winless",
        24,
        |name, cells| match name {
            "system_a" => cells.text(|i| Some(format!("system-{}", [0, 0, 1][i % 3]))),
            "system_b" => cells.text(|i| Some(format!("system-{}", [1, 2, 2][i % 3]))),
            "outcome" => cells.text(|_| some("a")),
            _ => {}
        },
    ),
    ("two components", 24, |name, cells| match name {
        "system_a" => cells.text(|i| Some(format!("system-{}", i % 2 * 2))),
        "system_b" => cells.text(|i| Some(format!("system-{}", i % 2 * 2 + 1))),
        "outcome" => cells.text(|i| some(["a", "b"][i / 2 % 2])),
        _ => {}
    }),
    ("one item, one annotator", 12, |name, cells| {
        if matches!(name, "item" | "annotator" | "grp") {
            cells.text(|_| some("the only one"));
        }
    }),
    ("constant numbers", 24, |_, cells| {
        cells.float(|_, _| 1.0);
        if let Cells::Whole(cells) = cells {
            cells.fill(Some(1));
        }
    }),
    ("numbers of 0", 24, |_, cells| {
        cells.float(|_, _| 0.0);
        if let Cells::Whole(cells) = cells {
            cells.fill(Some(0));
        }
    }),
    ("numbers below 0", 24, |_, cells| {
        cells.float(|i, x| -1.0 - x.abs() - i as f64);
        if let Cells::Whole(cells) = cells {
            cells.iter_mut().for_each(|c| *c = c.map(|x| -x));
        }
    }),
    ("numbers that are not one", 24, |_, cells| {
        cells.float(|i, x| if i == 5 { f64::NAN } else { x });
    }),
    ("infinite numbers", 24, |_, cells| {
        cells.float(|i, x| if i == 5 { f64::INFINITY } else { x });
    }),
    ("numbers at the end of their range", 24, |_, cells| {
        cells.float(|i, _| if i % 2 == 0 { 1e308 } else { -1e308 });
        if let Cells::Whole(cells) = cells {
            for (i, cell) in cells.iter_mut().enumerate() {
                *cell = Some(if i % 2 == 0 { i64::MAX } else { i64::MIN });
            }
        }
    }),
];

fn table(rows: usize, change: Change) -> MemTable {
    let base = judgements(rows.max(1)).slice(0, rows);
    let schema = base.schema();
    let columns = schema.fields().iter().zip(base.columns());
    let changed = columns.map(|(field, column)| {
        let mut cells = Cells::of(column);
        change(field.name(), &mut cells);
        cells.array()
    });
    let batch = RecordBatch::try_new(Arc::clone(&schema), changed.collect()).unwrap();
    MemTable::try_new(schema, vec![vec![batch]]).unwrap()
}

/// A number in the answer that is none.
fn odd(column: &ArrayRef) -> Option<f64> {
    if let Some(floats) = column.as_primitive_opt::<Float64Type>() {
        return floats.iter().flatten().find(|x| !x.is_finite());
    }
    match column.data_type() {
        DataType::Struct(_) => column.as_struct().columns().iter().find_map(odd),
        DataType::List(_) => odd(column.as_list::<i32>().values()),
        _ => None,
    }
}

async fn fault(place: &str, sql: &str, rows: usize, change: Change) -> Option<String> {
    let session = session(1, 8192).await;
    session.add_table("t", Arc::new(table(rows, change)));
    match session.query(sql, &Params::new()).await {
        Ok(answer) => {
            let columns = answer.batches.iter().flat_map(RecordBatch::columns);
            let found = columns.filter_map(odd).next()?;
            Some(format!("{place}: the answer has {found}"))
        }
        Err(e) => {
            let text = e.to_string();
            let broken = ["panicked", "nternal error", "malformed", "overflow"];
            broken
                .iter()
                .any(|b| text.contains(b))
                .then(|| format!("{place}: {text}"))
        }
    }
}

#[test]
fn degenerate_tables_get_an_answer_or_a_reason() {
    let mut calls: Vec<&str> = Vec::new();
    for f in all() {
        // The calls of ratings differ in what they compute, those of others in how.
        let many = if f.params.iter().any(|p| p.name == "outcome") {
            3
        } else {
            1
        };
        calls.extend(f.calls.iter().copied().take(many));
    }
    let share = |worker: usize| {
        block(async {
            let mut wrong = Vec::new();
            for sql in calls.iter().skip(worker).step_by(2) {
                for (name, rows, change) in TABLES {
                    wrong.extend(fault(&format!("{name}: {sql}"), sql, rows, change).await);
                }
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
    assert!(
        wrong.is_empty(),
        "{} faults\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
