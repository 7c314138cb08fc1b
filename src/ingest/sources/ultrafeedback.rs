//! UltraFeedback: four answers per instruction, four aspects rated by GPT-4.
//!
//! Cui et al. 2023, <https://arxiv.org/abs/2310.01377>.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::{Card, Error, Record, Rows, json};

/// The source.
pub(super) static ULTRAFEEDBACK: Named = Named {
    card: &Card {
        name: "ultrafeedback",
        title: "UltraFeedback",
        licence: "MIT",
        licence_note: "answers come from models with terms of their own",
        citation: "Cui et al. (2023), UltraFeedback: Boosting Language Models with Scaled AI Feedback",
        url: "https://huggingface.co/datasets/openbmb/UltraFeedback",
        files: "<source>.jsonl, as .jsonl, .json or .parquet",
        kinds: &["rating"],
        fills: &[
            "items",
            "systems",
            "responses",
            "annotators",
            "ratings",
            "features",
        ],
        caveats: &[
            "ratings are text upstream; N/A leaves the value NULL and stays as label",
            "an overall score of 10 beside a fine-grained score of at most 2 is an error upstream corrected later to 1: such responses have the feature suspect_overall_10",
            "instructions repeat with other models: every record is an item of its own",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| shape::each(file, out, instruction),
};

fn instruction(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let prompt = record.text("instruction")?;
    let source = record.opt_text("source")?.unwrap_or_default();
    let native = out.id(record);
    let mut row = out.row("items")?;
    row.text("item", &native).text("prompt", &*prompt);
    let columns = [("category", "source")];
    shape::fill(&mut row, record, &columns, &["instruction", "completions"]);
    row.finish()?;
    common::annotator(out, "gpt-4", "llm", Some("gpt-4"))?;
    for (n, completion) in record.list("completions")?.iter().enumerate() {
        let text = |key: &str| completion.get(key).and_then(json::text);
        let model =
            text("model").ok_or_else(|| record.error("completions", "objects with a 'model'"))?;
        shape::system(out, &model)?;
        let id = format!("{native}/{n}");
        let answer = text("response").unwrap_or_default();
        let mut row = out.row("responses")?;
        row.text("response", &id)
            .text("item", &native)
            .text("system", &*model)
            .text("modality", "text")
            .int("n_chars", common::chars(&answer))
            .bool("blank", answer.trim().is_empty())
            .text("text", &*answer);
        for (key, value) in completion.as_object().into_iter().flatten() {
            let own = [
                "model",
                "response",
                "annotations",
                "overall_score",
                "fine-grained_score",
            ];
            if !own.contains(&key.as_str()) {
                row.meta(key, value.clone());
            }
        }
        row.finish()?;
        let about = About {
            id: &id,
            item: Some(&native),
            system: Some(&model),
            response: Some(&id),
            annotator: Some("gpt-4"),
            task: Some(&source),
        };
        ratings(completion, &about, out)?;
    }
    Ok(())
}

/// The aspects, and the two scores over all of them.
fn ratings(completion: &Value, about: &About<'_>, out: &mut Rows<'_>) -> Result<(), Error> {
    let aspects = completion.get("annotations").and_then(Value::as_object);
    for (aspect, judged) in aspects.into_iter().flatten() {
        let native = judged.get("Rating").unwrap_or(judged);
        let mut row = about.rating(out, aspect, native, Some((1.0, 5.0)))?;
        row.text("rationale", judged.get("Rationale").and_then(Value::as_str));
        for (key, value) in judged.as_object().into_iter().flatten() {
            if !["Rating", "Rationale"].contains(&key.as_str()) {
                row.meta(key, value.clone());
            }
        }
        row.finish()?;
    }
    let number = |key: &str| completion.get(key).filter(|v| !v.is_null());
    if let Some(overall) = number("overall_score") {
        about
            .rating(out, "overall", overall, Some((1.0, 10.0)))?
            .finish()?;
    }
    if let Some(fine) = number("fine-grained_score") {
        about.rating(out, "fine_grained", fine, None)?.finish()?;
    }
    let (overall, fine) = (
        number("overall_score").and_then(json::float),
        number("fine-grained_score").and_then(json::float),
    );
    if overall == Some(10.0) && fine.is_some_and(|f| f <= 2.0) {
        let entity = ("response", about.id);
        common::feature(out, entity, "suspect_overall_10", &Value::from(1.0))?;
    }
    Ok(())
}
