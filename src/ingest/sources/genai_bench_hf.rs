//! GenAI-Bench as published on Hugging Face: 1,600 prompts, six models, three
//! ratings each, in the columns of two revisions.
//!
//! Li et al. 2024, <https://arxiv.org/abs/2406.13743>.

use serde_json::Value;

use super::shape::{self, About, DESCRIBED, Named};
use super::{common, python};
use crate::ingest::{Card, Error, Record, Rows, json};

/// The source.
pub(super) static GENAI_BENCH_HF: Named = Named {
    card: &Card {
        name: "genai_bench_hf",
        title: "GenAI-Bench (compositional), the 1,600 prompts on Hugging Face",
        licence: "Apache-2.0",
        licence_note: "",
        citation: "Li et al. (2024), GenAI-Bench: Evaluating and Improving Compositional Text-to-Visual Generation, CVPR Workshop",
        url: "https://huggingface.co/datasets/BaiqiL/GenAI-Bench",
        files: "data/<part>.parquet, or the same as .json, .jsonl or .csv",
        kinds: &["rating"],
        fills: &["items", "systems", "responses", "annotators", "ratings"],
        caveats: &[
            "two revisions are read: HumanRatings as an object, or <model>_HumanRating as text",
            "raters are known by place in a list only; rater1 of two prompts need not be one person",
            "tags are basic/<skill> and advanced/<skill>; images are not carried along",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| shape::each(file, out, prompt),
};

const SUFFIX: &str = "_HumanRating";

/// A list, or text that prints one.
fn list(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(list) => Some(list.clone()),
        Value::String(text) => match python::literal(text)? {
            Value::Array(list) => Some(list),
            _ => None,
        },
        _ => None,
    }
}

fn tags(record: &Record) -> Vec<String> {
    let mut tags = Vec::new();
    for (kind, old) in [("basic", "basic_skills"), ("advanced", "advanced_skills")] {
        let found = record.at(&["Tags", kind]).or_else(|| record.get(old));
        let names = match found {
            Some(value) => list(value).unwrap_or_else(|| {
                let text = value.as_str().unwrap_or_default();
                text.split(',')
                    .map(str::trim)
                    .filter(|t| !t.is_empty())
                    .map(Value::from)
                    .collect()
            }),
            None => Vec::new(),
        };
        tags.extend(
            names
                .iter()
                .filter_map(json::text)
                .map(|name| format!("{kind}/{name}")),
        );
    }
    tags
}

fn prompt(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = shape::word(record, "Index|id")?;
    let mut row = out.row("items")?;
    row.text("item", &*item)
        .text("prompt", shape::word(record, "Prompt|prompt")?)
        .texts("tags", tags(record));
    let mut used = vec![
        "Index",
        "id",
        "Prompt",
        "prompt",
        "Tags",
        "basic_skills",
        "advanced_skills",
        "HumanRatings",
    ];
    let old: Vec<&str> = record
        .fields()
        .map(|(name, _)| name)
        .filter(|name| name.trim_end_matches('s').ends_with(SUFFIX))
        .collect();
    used.extend(&old);
    common::rest(&mut row, record, &used);
    row.finish()?;
    let mut models: Vec<(String, &Value)> = Vec::new();
    if let Some(Value::Object(map)) = record.get("HumanRatings") {
        models.extend(map.iter().map(|(name, v)| (name.clone(), v)));
    }
    for name in old {
        let model = name.trim_end_matches('s').trim_end_matches(SUFFIX);
        models.extend(record.get(name).map(|v| (model.to_owned(), v)));
    }
    if models.is_empty() {
        return Err(record.wrong("HumanRatings, or fields that end in _HumanRating"));
    }
    for (system, native) in models {
        let values = list(native)
            .ok_or_else(|| record.error("HumanRatings", "a list of ratings per model"))?;
        shape::system(out, &system)?;
        let response = format!("{item}/{system}");
        out.row("responses")?
            .text("response", &response)
            .text("item", &*item)
            .text("system", &system)
            .text("modality", "image")
            .finish()?;
        for (n, value) in (1_u32..).zip(&values) {
            let rater = format!("rater{n}");
            common::annotator(out, &rater, "human", None)?;
            let id = format!("{response}/{rater}");
            let about = About {
                id: &id,
                item: Some(&item),
                system: Some(&system),
                response: Some(&response),
                annotator: Some(&rater),
                task: None,
            };
            about
                .rating(out, "alignment", value, Some((1.0, 5.0)))?
                .finish()?;
        }
    }
    Ok(())
}
