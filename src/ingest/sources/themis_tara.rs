//! Tool-augmented reward modelling (TARA): pairs of a good and a bad answer,
//! with the tools a judge used.
//!
//! Files are JSON lines, though named `.json`; the task is the folder.
//! Li et al. 2024, <https://arxiv.org/abs/2310.01045>.

use serde_json::Value;

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct ThemisTara;

static CARD: Card = Card {
    name: "themis_tara",
    title: "TARA: tool-augmented reward modelling",
    licence: "MIT",
    licence_note: "licence of the repository; several tasks are made from datasets of others",
    citation: "Li et al. (2024), Tool-Augmented Reward Modeling, ICLR",
    url: "https://github.com/ernie-research/Tool-Augmented-Reward-Model",
    files: "data/<task>/*.json (one record a line)",
    kinds: &["pairwise", "label"],
    fills: &["items", "responses", "comparisons", "labels"],
    caveats: &[
        "response a is always pos_answer: outcome is 'a' in every row, and the order shown is not known",
        "score_a and score_b are 1 and -1 or 0, as upstream sets them per task",
        "actions, explanations and scores of the judge are in the meta of the response",
        "truthful_qa has single answers: they are labels with the truth as value and gold",
    ],
    format_verified: true,
};

impl Source for ThemisTara {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match common::base(file) {
                name @ ("weather_history.json" | "translate_history.json") => {
                    common::skip(out, name, "it is a tool's cache");
                }
                _ if file.extension() == "json" || file.extension() == "jsonl" => read(file, out)?,
                _ if common::is_paperwork(file, out) => {}
                _ => return Err(common::unknown(file, "<task>/*.json")),
            }
        }
        Ok(())
    }
}

/// Reads one file.
fn read(file: &File, out: &mut Rows<'_>) -> Result<(), Error> {
    let Some(task) = common::parts(file)
        .into_iter()
        .rev()
        .nth(1)
        .map(str::to_owned)
    else {
        return Err(file
            .error("a file in the folder of its task")
            .hint("hand over the folder above the tasks"));
    };
    out.each(common::records(file)?, |record, out| {
        let id = format!("{task}/{}", record.text("id")?);
        if record.has("pos_answer") {
            pair(record, &task, &id, out)
        } else {
            truth(record, &task, &id, out)
        }
    })
}

/// Reads one pair.
fn pair(record: &Record, task: &str, id: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let mut row = out.row("items")?;
    row.text("item", id)
        .text("task", task)
        .text("prompt", record.text("question")?);
    if let Some(context) = record.get("context") {
        row.json("context", &serde_json::json!({ "context": context }));
    }
    common::rest(
        &mut row,
        record,
        &["id", "question", "context", "pos_answer", "neg_answer"],
    );
    row.finish()?;
    let mut scores = [None, None];
    for ((side, name), score) in [("pos", "pos_answer"), ("neg", "neg_answer")]
        .into_iter()
        .zip(&mut scores)
    {
        let answer = record.object(name)?;
        let text = answer.get("answer").and_then(json::text);
        let Some(text) = text else {
            return Err(record.error(name, "an object with text in 'answer'"));
        };
        *score = answer.get("score").and_then(json::float);
        if score.is_none() && answer.get("score").is_some_and(|s| !s.is_null()) {
            return Err(record.error(name, "a number in 'score'"));
        }
        let mut row = out.row("responses")?;
        row.text("response", format!("{id}/{side}"))
            .text("item", id)
            .text("modality", "text")
            .int("n_chars", common::chars(&text))
            .bool("blank", text.is_empty())
            .text("text", text);
        for (key, value) in answer
            .iter()
            .filter(|(key, _)| !["answer", "score"].contains(&key.as_str()))
        {
            row.meta(key, value.clone());
        }
        row.finish()?;
    }
    let [a, b] = scores;
    out.row("comparisons")?
        .text("comparison", id)
        .text("item", id)
        .text("response_a", format!("{id}/pos"))
        .text("response_b", format!("{id}/neg"))
        .text("outcome", "a")
        .float("score_a", a)
        .float("score_b", b)
        .text("cohort", task)
        .finish()
}

/// Reads one answer that is true or not.
fn truth(record: &Record, task: &str, id: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let (question, answer) = (record.text("question")?, record.text("answer")?);
    let item = format!("{task}/question/{}", record.text("root")?);
    out.row("items")?
        .text("item", &item)
        .text("task", task)
        .text("prompt", question)
        .finish_once()?;
    out.row("responses")?
        .text("response", id)
        .text("item", &item)
        .text("modality", "text")
        .int("n_chars", common::chars(&answer))
        .text("text", answer)
        .finish()?;
    let gold = record.text("label")?;
    let mut row = out.row("labels")?;
    row.text("label", id)
        .text("item", &item)
        .text("response", id)
        .text("field", "truthful")
        .text("value", &*gold)
        .text("gold", &*gold);
    for (name, value) in record.fields() {
        if !["id", "question", "answer", "label", "root"].contains(&name) && *value != Value::Null {
            row.meta(name, value.clone());
        }
    }
    row.finish()
}
