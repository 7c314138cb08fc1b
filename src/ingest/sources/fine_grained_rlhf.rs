//! Fine-Grained RLHF (question answering): six preferences among four
//! answers, and errors marked in the first.
//!
//! The six numbers of `preference` are the pairs 12, 13, 14, 23, 24, 34:
//! upstream does not say so, but in this order 478 of the 500 released
//! records hold no contradiction, in the next best order 339.
//! Wu et al. 2023, <https://arxiv.org/abs/2306.01693>.

use serde_json::Value;

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source};

/// The source.
pub struct FineGrainedRlhf;

static CARD: Card = Card {
    name: "fine_grained_rlhf",
    title: "Fine-Grained RLHF: feedback on long-form answers",
    licence: "Apache-2.0",
    licence_note: "licence of the repository; questions come from ASQA",
    citation: "Wu et al. (2023), Fine-Grained Human Feedback Gives Better Rewards for Language Model Training, NeurIPS",
    url: "https://github.com/allenai/FineGrainedRLHF",
    files: "tasks/qa_feedback/data/{train,dev}_feedback.json",
    kinds: &["pairwise", "label"],
    fills: &["items", "responses", "comparisons", "labels"],
    caveats: &[
        "the order of the six pairs is inferred: 12, 13, 14, 23, 24, 34",
        "errors are marked in the first answer; meta.start and meta.end count characters",
        "items have no key upstream: theirs is their place in the file, from 0",
        "upstream names neither annotators nor systems",
    ],
    format_verified: true,
};

const PAIRS: [(usize, usize); 6] = [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)];

impl Source for FineGrainedRlhf {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match file
                .stem()
                .strip_suffix("_feedback")
                .filter(|_| file.extension() == "json")
            {
                Some(split) => feedback(file, split, out)?,
                None if common::is_paperwork(file, out) => {}
                None => {
                    return Err(common::unknown(
                        file,
                        "train_feedback.json, dev_feedback.json",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Reads one split.
fn feedback(file: &File, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    out.each(common::records(file)?, |record, out| {
        let item = format!("{split}/{}", record.number().saturating_sub(1));
        let mut row = out.row("items")?;
        row.text("item", &item)
            .text("split", split)
            .text("prompt", record.text("question")?)
            .text("reference", record.opt_text("gold")?);
        if let Some(passages) = record.get("passages") {
            row.json("context", passages);
        }
        for (name, value) in record.fields() {
            let used = ["question", "passages", "gold", "feedback", "preference"];
            if !used.contains(&name) && !name.starts_with("prediction ") {
                row.meta(name, value.clone());
            }
        }
        for (name, value) in record.object("feedback")? {
            if !["errors", "missing-info", "corrected-prediction"].contains(&name.as_str()) {
                row.meta(name, value.clone());
            }
        }
        row.finish()?;
        for n in 1..=4 {
            answer(
                out,
                &item,
                &n.to_string(),
                &record.text(&format!("prediction {n}"))?,
            )?;
        }
        if let Some(text) = record
            .at(&["feedback", "corrected-prediction"])
            .and_then(Value::as_str)
        {
            answer(out, &item, "corrected", text)?;
        }
        preferences(record, &item, out)?;
        errors(record, &item, "errors", "error", out)?;
        errors(record, &item, "missing-info", "missing-info", out)
    })
}

/// Writes one answer.
fn answer(out: &mut Rows<'_>, item: &str, name: &str, text: &str) -> Result<(), Error> {
    out.row("responses")?
        .text("response", format!("{item}/{name}"))
        .text("item", item)
        .text("modality", "text")
        .int("n_chars", common::chars(text))
        .bool("blank", text.is_empty())
        .text("text", text)
        .finish()
}

/// Writes the six preferences.
fn preferences(record: &Record, item: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let list = record.list("preference")?;
    if list.len() != PAIRS.len() {
        return Err(record.error("preference", "six numbers"));
    }
    for ((a, b), native) in PAIRS.into_iter().zip(list) {
        let outcome = common::one_two(native);
        let mut row = out.row("comparisons")?;
        row.text("comparison", format!("{item}/{a}{b}"))
            .text("item", item)
            .text("response_a", format!("{item}/{a}"))
            .text("response_b", format!("{item}/{b}"))
            .text("outcome", outcome);
        if outcome.is_none() {
            row.meta("preference", native.clone());
        }
        row.finish()?;
    }
    Ok(())
}

/// Writes one list of marked errors.
fn errors(
    record: &Record,
    item: &str,
    list: &str,
    field: &str,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let marks = match record.at(&["feedback", list]) {
        None => return Ok(()),
        Some(Value::Array(marks)) => marks,
        Some(_) => return Err(record.error("feedback", format!("a list in '{list}'"))),
    };
    for (n, mark) in marks.iter().enumerate() {
        let Some(mark) = mark.as_object() else {
            return Err(record.error("feedback", format!("a list of objects in '{list}'")));
        };
        let mut row = out.row("labels")?;
        row.text("label", format!("{item}/{field}/{n}"))
            .text("item", item)
            .text("response", format!("{item}/1"))
            .text("field", field);
        for (name, value) in mark {
            match name.as_str() {
                "error type" => {
                    row.value("value", value);
                }
                "explanation" => {
                    row.text("rationale", value.as_str().filter(|t| !t.is_empty()));
                }
                _ => {
                    row.meta(name, value.clone());
                }
            }
        }
        row.finish()?;
    }
    Ok(())
}
