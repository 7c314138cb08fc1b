//! RealHumanEval: programmers' chats with models, and what they copied.
//!
//! Cells of `chat_data.csv` hold values as Python prints them. A chat message
//! is an event, each copy out of its answer another.
//! Mozannar et al. 2024, <https://arxiv.org/abs/2404.02806>.

use serde_json::{Value, json};

use super::{common, python};
use crate::ingest::{Card, Error, Input, Options, Record, Rows, Source};

/// The source.
pub struct RealHumanEval;

static CARD: Card = Card {
    name: "realhumaneval",
    title: "RealHumanEval: chats and tasks",
    licence: "CC0-1.0",
    licence_note: "",
    citation: "Mozannar et al. (2024), The RealHumanEval: Evaluating Large Language Models' Abilities to Support Programmers, TMLR",
    url: "https://github.com/clinicalml/realhumaneval",
    files: "data/chat_data.csv, data/tasks_data.csv, data/autocomplete_data.csv, data/study_data.csv",
    kinds: &["event", "rating"],
    fills: &[
        "items",
        "systems",
        "responses",
        "annotators",
        "events",
        "ratings",
    ],
    caveats: &[
        "events have no key upstream: theirs is the line of the file the record starts on",
        "meta.timestamp is seconds since the programmer's first message; round is the place among the file's events",
        "autocomplete_data.csv and study_data.csv were not at hand to check: every number of a programmer in the study is a rating of the system whose aspect is the column; what is no number is in meta of the first",
    ],
    format_verified: true,
};

const USED: [&str; 7] = [
    "request",
    "response",
    "copy_events",
    "logprobs",
    "programmer_id",
    "model",
    "task_name",
];

impl Source for RealHumanEval {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        let mut tasks = std::collections::BTreeSet::new();
        for file in input.files() {
            match common::base(file) {
                "tasks_data.csv" => out.each(common::comma(file)?, |record, out| {
                    tasks.insert(record.text("name")?.into_owned());
                    task(record, out)
                })?,
                "chat_data.csv" | "study_data.csv" | "autocomplete_data.csv" => {}
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "chat_data.csv, tasks_data.csv, study_data.csv, autocomplete_data.csv",
                    ));
                }
            }
        }
        for file in input.ending("chat_data.csv") {
            let mut round = 0;
            out.each(common::comma(file)?, |record, out| {
                let task = record.text("task_name")?;
                if !tasks.contains(&*task) {
                    out.row("items")?.text("item", task).finish_once()?;
                }
                chat(record, &mut round, out)
            })?;
        }
        for file in input.ending("autocomplete_data.csv") {
            out.each(common::comma(file)?, suggestion)?;
        }
        for file in input.ending("study_data.csv") {
            out.each(common::comma(file)?, programmer)?;
        }
        Ok(())
    }
}

/// Reads one suggestion of the autocompletion.
fn suggestion(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (person, system) = (record.text("programmer_id")?, record.text("model")?);
    common::annotator(out, &person, "human", None)?;
    common::system(out, &system, "model")?;
    let accepted = record.bool("accepted")?;
    let mut row = out.row("events")?;
    row.text("event", format!("autocomplete/{}", record.number()))
        .text("action", if accepted { "accept" } else { "impression" })
        .float("value", f64::from(u8::from(accepted)))
        .text("annotator", person)
        .text("system", system)
        .text("item", record.opt_text("task_name")?);
    row.meta("logprobs", cell(record, "logprobs")?);
    let used = [
        "programmer_id",
        "model",
        "accepted",
        "task_name",
        "logprobs",
    ];
    common::rest(&mut row, record, &used);
    row.finish()
}

/// Reads what the study measured of one programmer.
fn programmer(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (person, system) = (record.text("programmer_id")?, record.text("model")?);
    common::annotator(out, &person, "human", None)?;
    common::system(out, &system, "model")?;
    let known = ["programmer_id", "model", "column_1"];
    let number = crate::ingest::json::float;
    let mut others: Vec<(&str, &Value)> = record
        .fields()
        .filter(|(name, v)| !known.contains(name) && !v.is_null() && number(v).is_none())
        .collect();
    for (aspect, value) in record.fields().filter(|(name, _)| !known.contains(name)) {
        let Some(value) = number(value) else { continue };
        let mut row = out.row("ratings")?;
        row.text("rating", format!("study/{person}/{system}/{aspect}"))
            .text("system", &*system)
            .text("annotator", &*person)
            .text("aspect", aspect)
            .float("value", value)
            .text("cohort", "study");
        for (name, other) in others.drain(..) {
            row.meta(name, other.clone());
        }
        row.finish()?;
    }
    Ok(())
}

/// Reads one task.
fn task(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let mut row = out.row("items")?;
    row.text("item", record.text("name")?)
        .text("category", record.opt_text("type")?)
        .text("prompt", record.opt_text("task_description")?)
        .text("reference", record.opt_text("solution")?);
    common::rest(
        &mut row,
        record,
        &["name", "type", "task_description", "solution"],
    );
    row.finish()
}

/// The value of a cell as Python prints it.
fn cell(record: &Record, name: &str) -> Result<Value, Error> {
    match record.opt_text(name)? {
        None => Ok(Value::Null),
        Some(text) => {
            python::literal(&text).ok_or_else(|| record.error(name, "a value as Python prints it"))
        }
    }
}

/// Reads one message and its copies.
fn chat(record: &Record, round: &mut i64, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = format!("chat/{}", record.number());
    let (person, system) = (record.text("programmer_id")?, record.text("model")?);
    let item = record.text("task_name")?;
    common::annotator(out, &person, "human", None)?;
    common::system(out, &system, "model")?;
    let text = record.opt_text("response")?;
    let mut row = out.row("responses")?;
    row.text("response", &id)
        .text("item", &*item)
        .text("system", &*system)
        .text("modality", "text")
        .int("n_chars", text.as_deref().map(common::chars))
        .bool("blank", text.is_none())
        .meta("request", cell(record, "request")?)
        .meta("logprobs", cell(record, "logprobs")?);
    row.text("text", text).finish()?;
    let copies = match cell(record, "copy_events")? {
        Value::Array(copies) => copies,
        Value::Null => Vec::new(),
        _ => return Err(record.error("copy_events", "a list")),
    };
    let message = (id.clone(), json!({ "type": "chat" }));
    let copies = (0..)
        .zip(copies)
        .map(|(n, copy): (u32, Value)| (format!("{id}/copy/{n}"), copy));
    for (event, what) in std::iter::once(message).chain(copies) {
        let action = what
            .get("type")
            .and_then(Value::as_str)
            .ok_or_else(|| record.error("copy_events", "a list of objects with a 'type'"))?;
        let mut row = out.row("events")?;
        row.text("event", event)
            .text("annotator", &*person)
            .text("item", &*item)
            .text("system", &*system)
            .text("action", action)
            .int("round", *round);
        *round += 1;
        for (name, value) in what
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| *name != "type")
        {
            row.meta(name, value.clone());
        }
        common::rest(&mut row, record, &USED);
        row.finish()?;
    }
    Ok(())
}
