use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::*;

fn batch(rows: &[(&str, i64)]) -> RecordBatch {
    let models: StringArray = rows.iter().map(|row| Some(row.0)).collect();
    let wins: Int64Array = rows.iter().map(|row| Some(row.1)).collect();
    RecordBatch::try_from_iter([
        ("model", Arc::new(models) as ArrayRef),
        ("wins", Arc::new(wins)),
    ])
    .unwrap()
}

#[test]
fn equal_results_in_other_batches_and_encodings_do_not_differ() {
    let whole = batch(&[("a", 1), ("b", 2), ("c", 3)]);
    let view = RecordBatch::try_from_iter([
        ("model", cast(whole.column(0), &DataType::Utf8View).unwrap()),
        ("wins", whole.column(1).clone()),
    ])
    .unwrap();
    let parts = [view.slice(0, 1), view.slice(1, 0), view.slice(1, 2)];
    let difference = rows(&[whole], &parts).unwrap();
    assert!(difference.is_empty());
    assert_eq!(difference.to_string(), "no difference in 3 rows");
}

#[test]
fn a_changed_cell_is_named() {
    let recorded = batch(&[("a", 1), ("b", 2)]);
    let now = batch(&[("a", 1), ("b", 3)]);
    let difference = rows(&[recorded], &[now]).unwrap();
    assert_eq!(
        difference.cells,
        [CellDifference {
            row: 1,
            column: "wins".into(),
            recorded: "2".into(),
            now: "3".into()
        }]
    );
    assert_eq!(
        (difference.rows_only_recorded, difference.rows_only_now),
        (1, 1)
    );
    assert_eq!(difference.only_recorded[0].cells, ["b", "2"]);
    assert_eq!(difference.only_now[0].row, 1);
    assert!(!difference.is_order_only());
}

#[test]
fn an_inserted_row_is_the_only_one_sided_row() {
    let recorded = batch(&[("a", 1), ("c", 3), ("d", 4)]);
    let now = batch(&[("a", 1), ("b", 2), ("c", 3), ("d", 4)]);
    let difference = rows(&[recorded], &[now]).unwrap();
    assert_eq!(difference.rows_differing, 2);
    assert_eq!(difference.rows_only_recorded, 0);
    assert_eq!(
        difference.only_now,
        [RowDifference {
            row: 1,
            cells: vec!["b".into(), "2".into()],
            count: 1
        }]
    );
    assert!(
        difference
            .to_string()
            .contains("only now (1×), row 1: b, 2")
    );
}

#[test]
fn multiplicity_counts() {
    let recorded = batch(&[("a", 1), ("a", 1), ("b", 2)]);
    let now = batch(&[("a", 1), ("b", 2), ("b", 2), ("b", 2)]);
    let difference = rows(&[recorded], &[now]).unwrap();
    assert_eq!(
        (difference.rows_only_recorded, difference.rows_only_now),
        (1, 2)
    );
    assert_eq!(difference.only_now[0].count, 2);
}

#[test]
fn moved_rows_are_order_only() {
    let difference = rows(
        &[batch(&[("a", 1), ("b", 2)])],
        &[batch(&[("b", 2), ("a", 1)])],
    );
    let difference = difference.unwrap();
    assert!(difference.is_order_only());
    assert_eq!(difference.rows_differing, 2);
    assert_eq!(difference.cells.len(), 4);
}

#[test]
fn lists_are_short_and_counts_are_not() {
    let many: Vec<(&str, i64)> = (0..100).map(|i| ("a", i)).collect();
    let other: Vec<(&str, i64)> = (0..100).map(|i| ("b", i)).collect();
    let difference = first_rows(&[batch(&many)], &[batch(&other)], 3).unwrap();
    assert_eq!(difference.rows_differing, 100);
    assert_eq!(difference.cells.len(), 3);
    assert_eq!(difference.only_now.len(), 3);
    assert_eq!(difference.rows_only_now, 100);
}

#[test]
fn other_columns_are_said_and_rows_left_alone() {
    let recorded = batch(&[("a", 1)]);
    let now = recorded.project(&[0]).unwrap();
    let difference = rows(&[recorded], &[now]).unwrap();
    assert_eq!(
        difference.to_string(),
        "the columns differ: recorded (model utf8, wins int64), now (model utf8)"
    );
    assert!(!difference.is_empty());
    assert!(!difference.is_order_only());
}

#[test]
fn an_empty_side_is_all_rows_of_the_other() {
    let difference = rows(&[], &[batch(&[("a", 1), ("a", 1)])]).unwrap();
    assert_eq!((difference.rows_recorded, difference.rows_now), (0, 2));
    assert_eq!(difference.only_now[0].count, 2);
    assert!(!difference.is_empty());
}
