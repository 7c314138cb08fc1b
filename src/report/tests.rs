//! Every format on one awkward result.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch, StringArray};
use arrow::datatypes::Int32Type;

use super::*;

fn awkward() -> RecordBatch {
    let text: ArrayRef = Arc::new(StringArray::from(vec![
        Some("a,\"b\"|c"),
        Some(""),
        None,
        Some("\u{1b}[31mred\nline"),
    ]));
    let large: ArrayRef = Arc::new(Int64Array::from(vec![
        Some(9_007_199_254_740_993),
        Some(-1),
        None,
        Some(0),
    ]));
    let float: ArrayRef = Arc::new(Float64Array::from(vec![
        Some(0.1 + 0.2),
        Some(1.0 / 3.0),
        None,
        Some(2.0),
    ]));
    let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(vec![
        Some(vec![Some(1), None]),
        Some(vec![]),
        None,
        Some(vec![Some(3)]),
    ]));
    RecordBatch::try_from_iter_with_nullable([
        ("t", text, true),
        ("n", large, true),
        ("x", float, true),
        ("l", list, true),
    ])
    .unwrap()
}

fn written(name: &str, batches: &[RecordBatch]) -> String {
    let mut bytes = Vec::new();
    let view = View::new(awkward().schema(), batches);
    find(name).unwrap().write(&view, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn csv_keeps_null_and_empty_apart_and_every_digit() {
    let text = written("csv", &[awkward()]);
    assert_eq!(
        text,
        "t,n,x,l\n\"a,\"\"b\"\"|c\",9007199254740993,0.30000000000000004,\"[1,null]\"\n\
         \"\",-1,0.3333333333333333,[]\n,,,\n\"\u{1b}[31mred\nline\",0,2.0,[3]\n"
    );
}

#[test]
fn tsv_quotes_only_what_it_must() {
    let text = written("tsv", &[awkward()]);
    assert!(
        text.starts_with("t\tn\tx\tl\n\"a,\"\"b\"\"|c\"\t9007199254740993\t"),
        "{text}"
    );
}

#[test]
fn json_keeps_large_integers_and_nulls() {
    let text = written("json", &[awkward()]);
    assert!(text.contains("\"n\":9007199254740993"), "{text}");
    assert!(text.contains("\"x\":0.30000000000000004"), "{text}");
    let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(parsed.as_array().unwrap().len(), 4);
    assert!(parsed[2]["n"].is_null() && parsed[2].as_object().unwrap().len() == 4);
    assert_eq!(written("json", &[]), "[]\n");
}

#[test]
fn json_refuses_what_is_no_number() {
    let batch = RecordBatch::try_from_iter([(
        "x",
        Arc::new(Float64Array::from(vec![f64::INFINITY])) as ArrayRef,
    )])
    .unwrap();
    let error = find("json")
        .unwrap()
        .write(&View::new(batch.schema(), &[batch]), &mut Vec::new())
        .unwrap_err();
    assert!(error.to_string().contains("column \"x\""), "{error}");
}

#[test]
fn the_table_cannot_drive_the_terminal() {
    let text = written("table", &[awkward()]);
    assert!(
        !text.contains('\u{1b}') && text.contains("\\u{1b}[31mred\\nline"),
        "{text}"
    );
    assert!(
        text.contains("NULL") && text.contains("0.30000") && text.contains("0.33333"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 2 + 4);
}

#[test]
fn numbers_stand_to_the_right() {
    let text = written("table", &[awkward()]);
    let ends: Vec<usize> = text
        .lines()
        .filter_map(|l| l.find("9007199254740993").map(|at| at + 16))
        .collect();
    let minus: Vec<usize> = text
        .lines()
        .filter_map(|l| l.find("-1").map(|at| at + 2))
        .collect();
    // Same end column, counted in characters of equal width before it.
    assert_eq!(ends.len(), 1);
    assert_eq!(minus.len(), 1);
    assert_eq!(ends, minus, "{text}");
}

#[test]
fn markdown_escapes_pipes() {
    let text = written("markdown", &[awkward()]);
    assert!(text.contains("a,\"b\"\\|c"), "{text}");
    let pipes = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(text.lines().all(|line| pipes(line) == 5), "{text}");
    assert!(text.lines().nth(1).unwrap().contains("-: |"), "{text}");
}

#[test]
fn arrow_and_parquet_read_back_equal() {
    let batch = awkward();
    let view = View::new(batch.schema(), std::slice::from_ref(&batch));
    let mut bytes = Vec::new();
    find("arrow").unwrap().write(&view, &mut bytes).unwrap();
    let mut reader =
        arrow::ipc::reader::FileReader::try_new(std::io::Cursor::new(bytes), None).unwrap();
    assert_eq!(reader.next().unwrap().unwrap(), batch);

    let mut bytes = Vec::new();
    find("parquet").unwrap().write(&view, &mut bytes).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(
        bytes::Bytes::from(bytes),
    )
    .unwrap();
    let back: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    assert_eq!(back, vec![batch]);
}

#[test]
fn text_formats_do_not_depend_on_the_batch_split() {
    let batch = awkward();
    let split = [batch.slice(0, 1), batch.slice(1, 2), batch.slice(3, 1)];
    for format in FORMATS.iter().filter(|format| !format.binary) {
        assert_eq!(
            written(format.name, std::slice::from_ref(&batch)),
            written(format.name, &split),
            "{}",
            format.name
        );
    }
}

#[test]
fn suffixes_name_one_format_each() {
    let mut seen = std::collections::BTreeMap::new();
    for format in FORMATS {
        for suffix in format.suffixes {
            assert!(seen.insert(suffix, format.name).is_none(), "{suffix} twice");
            let path = std::path::PathBuf::from(format!("out.{}", suffix.to_uppercase()));
            assert_eq!(by_suffix(&path).map(|f| f.name), Some(format.name));
        }
    }
    assert!(by_suffix(std::path::Path::new("noending")).is_none());
}

#[test]
fn head_takes_rows_across_batches() {
    let batch = awkward();
    let split = [batch.slice(0, 1), batch.slice(1, 3)];
    let kept = head(&split, 2);
    assert_eq!(
        kept.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(),
        [1, 1]
    );
    assert_eq!(head(&split, 99).len(), 2);
    assert!(head(&split, 0).is_empty());
}
