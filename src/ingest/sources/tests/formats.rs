//! What a dataset says does not depend on the format it is published in.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Array, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
    StructBuilder,
};
use arrow::datatypes::{DataType, Field, Fields};
use parquet::arrow::ArrowWriter;
use serde_json::json;

use crate::ingest::{Input, Options, ingest, source};
use crate::schema::Table;

/// A column of conversations: role and content of each turn.
fn conversations(rows: &[[(&str, &str); 2]]) -> ArrayRef {
    let fields = ["content", "role"].map(|name| Field::new(name, DataType::Utf8, true));
    let turns = StructBuilder::from_fields(Fields::from(fields.to_vec()), 8);
    let mut list = ListBuilder::new(turns);
    for row in rows {
        for (role, content) in row {
            for (at, text) in [content, role].into_iter().enumerate() {
                let column = list.values().field_builder::<StringBuilder>(at).unwrap();
                column.append_value(text);
            }
            list.values().append(true);
        }
        list.append(true);
    }
    Arc::new(list.finish())
}

fn rows(name: &str, bytes: Vec<u8>) -> Vec<(&'static Table, RecordBatch)> {
    let input = Input::from_memory([(name, bytes)]).unwrap();
    let mut sink = Vec::new();
    let battles = source("chatbot_arena").unwrap();
    ingest(battles, &input, &Options::default(), &mut sink).unwrap();
    sink.retain(|(table, _)| table.name != "sources");
    sink
}

#[test]
fn battles_are_the_same_in_parquet_and_in_json() {
    let (left, right) = (
        [("user", "Why?"), ("assistant", "Because.")],
        [("user", "Why?"), ("assistant", "")],
    );
    let winners = ["model_b", "tie (bothbad)"];
    let text = |values: [&str; 2]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("question_id", text(["q1", "q2"])),
        ("model_a", text(["tiny-7b", "owl-1t"])),
        ("model_b", text(["owl-1t", "tiny-7b"])),
        ("winner", text(winners)),
        ("judge", text(["arena_user_1", "arena_user_2"])),
        ("turn", Arc::new(Int64Array::from(vec![1, 1])) as ArrayRef),
        (
            "tstamp",
            Arc::new(Float64Array::from(vec![1.5e9, 1.5e9 + 0.25])) as ArrayRef,
        ),
        ("conversation_a", conversations(&[left, left])),
        ("conversation_b", conversations(&[right, right])),
    ])
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let turns = |turns: [(&str, &str); 2]| {
        turns
            .map(|(role, content)| json!({"content": content, "role": role}))
            .to_vec()
    };
    let line = |n: usize| {
        let models = [["tiny-7b", "owl-1t"], ["owl-1t", "tiny-7b"]][n];
        json!({
            "question_id": format!("q{}", n + 1),
            "model_a": models[0],
            "model_b": models[1],
            "winner": winners[n],
            "judge": format!("arena_user_{}", n + 1),
            "turn": 1,
            "tstamp": 1.5e9 + 0.25 * n as f64,
            "conversation_a": turns(left),
            "conversation_b": turns(right),
        })
    };
    let lines = format!("{}\n{}\n", line(0), line(1));
    let (parquet, jsonl) = (
        rows("train.parquet", bytes),
        rows("train.jsonl", lines.into_bytes()),
    );
    assert!(parquet.iter().any(|(table, _)| table.name == "comparisons"));
    assert_eq!(format!("{parquet:?}"), format!("{jsonl:?}"));
}
