//! Many judgements on one text: ACU annotations of summaries (RoSE), workers'
//! ratings of explanations (ACORN), and feedback with a score (Feedback
//! Collection, MetricInstruct).
//!
//! Liu et al. 2023, <https://arxiv.org/abs/2212.07981>; Brassard et al. 2024,
//! <https://arxiv.org/abs/2405.04818>; Kim et al. 2023,
//! <https://arxiv.org/abs/2310.08491>; Jiang et al. 2023,
//! <https://arxiv.org/abs/2310.00752>.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::{Card, Error, Record, Rows, json};

/// RoSE.
pub(super) static ROSE: Named = Named {
    card: &Card {
        name: "rose",
        title: "RoSE: atomic content units of summaries, four protocols",
        licence: "BSD-3-Clause",
        licence_note: "licence of the repository; texts come from CNN/DailyMail, XSum and SamSum",
        citation: "Liu et al. (2023), Revisiting the Gold Standard: Grounding Summarization Evaluation with Robust Human Evaluation, ACL",
        url: "https://huggingface.co/datasets/Salesforce/rose",
        files: "<configuration>.jsonl, .json or .parquet, computed_metrics/<metric>.jsonl",
        kinds: &["rating", "label", "score"],
        fills: &[
            "items",
            "systems",
            "responses",
            "ratings",
            "labels",
            "scores",
        ],
        caveats: &[
            "items are <configuration>/<count_id>: the name of the file is the configuration",
            "acu and normalized_acu are shares from 0 to 1, other protocols have scales of their own",
            "a file in computed_metrics gives a number, or an object of numbers, per system; it does not say of which configuration, so its items are the bare count_id",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let set = file.stem();
        if shape::within(file, "computed_metrics") {
            return shape::each(file, out, |record, out| metrics(record, set, out));
        }
        shape::each(file, out, |record, out| rose(record, set, out))
    },
};

fn rose(record: &Record, set: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = format!("{set}/{}", shape::word(record, "count_id|example_id|id")?);
    let mut row = out.row("items")?;
    row.text("item", &item).text("category", set);
    let columns = [("prompt", "source"), ("reference", "reference")];
    let used = ["count_id", "system_outputs", "annotations"];
    shape::fill(&mut row, record, &columns, &used);
    row.finish()?;
    let texts = record.get("system_outputs").and_then(Value::as_object);
    for (system, text) in texts.into_iter().flatten() {
        shape::system(out, system)?;
        let text = shape::said(text).unwrap_or_default();
        out.row("responses")?
            .text("response", format!("{item}/{system}"))
            .text("item", &item)
            .text("system", system)
            .text("modality", "text")
            .int("n_chars", common::chars(&text))
            .bool("blank", text.trim().is_empty())
            .text("text", text)
            .finish()?;
    }
    for (system, judged) in record.object("annotations")? {
        shape::system(out, system)?;
        let id = format!("{item}/{system}");
        let about = About {
            id: &id,
            item: Some(&item),
            system: Some(system),
            response: Some(&id),
            ..About::default()
        };
        let judged = judged
            .as_object()
            .ok_or_else(|| record.error("annotations", "an object per system"))?;
        for (name, value) in judged {
            let share = name.ends_with("acu").then_some((0.0, 1.0));
            match value {
                Value::Null => {}
                Value::Array(list) => {
                    let field = name.trim_end_matches("_labels");
                    for (n, label) in list.iter().enumerate() {
                        about.label(out, &format!("{field}/{n}"), label)?.finish()?;
                    }
                }
                Value::Object(map) => {
                    for (part, value) in map {
                        about
                            .rating(out, &format!("{name}/{part}"), value, None)?
                            .finish()?;
                    }
                }
                number => about.rating(out, name, number, share)?.finish()?,
            }
        }
    }
    Ok(())
}

fn metrics(record: &Record, metric: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let keys = "count_id|example_id|id";
    let item = shape::maybe(record, keys);
    let item = item.map_or_else(|| out.id(record), std::borrow::Cow::into_owned);
    for (system, value) in record
        .fields()
        .filter(|(n, _)| !keys.split('|').any(|k| k == *n))
    {
        let id = format!("{item}/{system}");
        let about = About {
            id: &id,
            item: Some(&item),
            system: Some(system),
            ..About::default()
        };
        match value {
            Value::Null => {}
            Value::Object(map) => {
                for (part, value) in map {
                    about
                        .score(out, &format!("{metric}/{part}"), value)?
                        .finish()?;
                }
            }
            number => about.score(out, metric, number)?.finish()?,
        }
    }
    Ok(())
}

/// ACORN.
pub(super) static ACORN: Named = Named {
    card: &Card {
        name: "acorn",
        title: "ACORN: ratings of explanations of commonsense reasoning",
        licence: "NOASSERTION",
        licence_note: "see the repository; questions and explanations come from several datasets",
        citation: "Brassard et al. (2024), ACORN: Aspect-wise Commonsense Reasoning Explanation Evaluation, COLM",
        url: "https://github.com/a-brassard/ACORN",
        files: "ACORN.jsonl",
        kinds: &["rating"],
        fills: &["items", "systems", "responses", "annotators", "ratings"],
        caveats: &[
            "ratings may be words: value is then NULL and label has the word",
            "voted_ratings are upstream's majority and have the annotator 'vote'",
            "the system is the source of the explanation (e_source)",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| match file.stem().to_lowercase().starts_with("acorn") {
        true => shape::each(file, out, acorn),
        false => Ok(false),
    },
};

fn acorn(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = record.text("id")?;
    let question = record.opt_text("q_id")?.unwrap_or_else(|| id.clone());
    let mut row = out.row("items")?;
    row.text("item", &*question)
        .text("category", record.opt_text("q_source")?)
        .text("prompt", record.text("question")?)
        .text("reference", record.opt_text("label")?);
    row.meta("choices", record.get("choices").cloned())
        .finish_once()?;
    let system = record.opt_text("e_source")?;
    if let Some(system) = &system {
        common::system(out, system, "method")?;
    }
    let text = record.text("explanation")?;
    let mut row = out.row("responses")?;
    row.text("response", &*id)
        .text("item", &*question)
        .text("system", system.as_deref())
        .text("modality", "text")
        .int("n_chars", common::chars(&text))
        .bool("blank", text.trim().is_empty())
        .text("text", &*text);
    let used = [
        "id",
        "q_id",
        "q_source",
        "e_source",
        "question",
        "choices",
        "label",
        "explanation",
        "voted_ratings",
        "worker_ratings",
    ];
    common::rest(&mut row, record, &used);
    row.finish()?;
    common::annotator(out, "vote", "rule", None)?;
    let voted = ("vote".to_owned(), record.value("voted_ratings")?);
    let workers = record
        .object("worker_ratings")?
        .iter()
        .map(|(w, v)| (w.clone(), v));
    for (n, (worker, ratings)) in std::iter::once(voted).chain(workers).enumerate() {
        if n > 0 {
            common::annotator(out, &worker, "human_crowd", None)?;
        }
        let ratings = ratings
            .as_object()
            .ok_or_else(|| record.error("worker_ratings", "an object of aspects per worker"))?;
        let row_id = format!("{id}/{worker}");
        let about = About {
            id: &row_id,
            item: Some(&question),
            system: system.as_deref(),
            response: Some(&id),
            annotator: Some(&worker),
            task: None,
        };
        for (aspect, value) in ratings.iter().filter(|(_, v)| !v.is_null()) {
            about.rating(out, aspect, value, None)?.finish()?;
        }
    }
    Ok(())
}

/// Feedback Collection.
pub(super) static FEEDBACK: Named = Named {
    card: &Card {
        name: "feedback_collection",
        title: "Feedback Collection (Prometheus)",
        licence: "CC-BY-4.0",
        licence_note: "generated with GPT-4, whose terms of use apply",
        citation: "Kim et al. (2023), Prometheus: Inducing Fine-grained Evaluation Capability in Language Models, ICLR 2024",
        url: "https://huggingface.co/datasets/prometheus-eval/Feedback-Collection",
        files: "new_feedback_collection.json, or the same as .jsonl or .parquet",
        kinds: &["rating"],
        fills: &["items", "responses", "annotators", "ratings"],
        caveats: &[
            "the aspect is the rubric's criterion; descriptions of its five scores are in meta",
            "input and output, which repeat all of it in one text, are in meta of the rating",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| shape::each(file, out, feedback),
};

fn feedback(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = shape::item(out, None, record.value("orig_instruction")?)?;
    let response = shape::answer(out, &item, None, &record.text("orig_response")?)?;
    common::annotator(out, "gpt-4", "llm", Some("gpt-4"))?;
    let native = out.id(record);
    let about = About {
        id: &native,
        item: Some(&item),
        response: Some(&response),
        annotator: Some("gpt-4"),
        ..About::default()
    };
    let score = match record.get("orig_score") {
        Some(score) => score.clone(),
        // The output ends with the score, where it is not given apart.
        None => {
            let text = record.text("output")?;
            let score = text
                .rsplit_once("[RESULT]")
                .map(|(_, s)| s.trim().to_owned());
            Value::from(score.ok_or_else(|| {
                record.error("output", "a text that ends in [RESULT] and a score")
            })?)
        }
    };
    let aspect = record
        .opt_text("orig_criteria")?
        .unwrap_or("overall".into());
    let mut row = about.rating(out, &aspect, &score, Some((1.0, 5.0)))?;
    let columns = [("rationale", "orig_feedback")];
    let used = [
        "orig_instruction",
        "orig_response",
        "orig_score",
        "orig_criteria",
    ];
    shape::fill(&mut row, record, &columns, &used);
    row.finish()
}

/// MetricInstruct.
pub(super) static METRIC_INSTRUCT: Named = Named {
    card: &Card {
        name: "metric_instruct",
        title: "MetricInstruct and results of TIGERScore: errors found in outputs",
        licence: "MIT",
        licence_note: "licence of the repository; inputs come from datasets of others",
        citation: "Jiang et al. (2023), TIGERScore: Towards Building Explainable Metric for All Text Generation Tasks, TMLR",
        url: "https://huggingface.co/datasets/TIGER-Lab/MetricInstruct",
        files: "<name>.json, <name>.jsonl, <name>.parquet",
        kinds: &["label", "rating"],
        fills: &["items", "responses", "annotators", "labels", "ratings"],
        caveats: &[
            "one label per error: its field is 'error', its value the aspect; severity, location and score reduction are in meta",
            "the rating is the score given or, without one, minus the sum of the reductions",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let split = file.stem();
        shape::each(file, out, |record, out| errors(record, split, out))
    },
};

fn errors(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let (task, asked, input, output) = (
        "task",
        "instruction",
        "input_context|input",
        "hypo_output|output|hypothesis_output",
    );
    let parts: Vec<_> = [asked, input]
        .into_iter()
        .filter_map(|names| shape::maybe(record, names))
        .collect();
    let prompt = parts.join("\n");
    let item = common::content_id(&[&prompt]);
    let mut row = out.row("items")?;
    row.text("item", &item)
        .text("task", shape::maybe(record, task))
        .text("prompt", &prompt);
    row.finish_once()?;
    let response = shape::answer(out, &item, None, &shape::word(record, output)?)?;
    common::annotator(out, "tigerscore", "metric", None)?;
    let native = out.id(record);
    let about = About {
        id: &native,
        item: Some(&item),
        response: Some(&response),
        annotator: Some("tigerscore"),
        ..About::default()
    };
    let found: Vec<(String, &Value)> = match record.get("errors") {
        Some(Value::Array(list)) => (0..)
            .zip(list)
            .map(|(n, v): (u32, _)| (n.to_string(), v))
            .collect(),
        Some(Value::Object(map)) => map.iter().map(|(k, v)| (k.clone(), v)).collect(),
        _ => Vec::new(),
    };
    let mut sum = None;
    for (key, error) in &found {
        let aspect = error.get("aspect").or_else(|| error.get("error_aspect"));
        let value = aspect.cloned().unwrap_or_else(|| (*error).clone());
        let reduction = error.get("score_reduction").and_then(json::float);
        if let Some(reduction) = reduction {
            sum = Some(sum.unwrap_or(0.0) - reduction);
        }
        let mut row = about.label(out, &format!("error/{key}"), &value)?;
        row.text("field", "error").text(
            "rationale",
            error.get("explanation").and_then(Value::as_str),
        );
        for (name, value) in error.as_object().into_iter().flatten() {
            if !["aspect", "explanation"].contains(&name.as_str()) {
                row.meta(name, value.clone());
            }
        }
        row.finish()?;
    }
    let score = record
        .get("score")
        .cloned()
        .or_else(|| sum.map(Value::from));
    let mut row = about.rating(out, "overall", &score.unwrap_or_default(), None)?;
    row.meta("split", split);
    let mut used: Vec<&str> = [task, asked, input, output]
        .iter()
        .flat_map(|n| n.split('|'))
        .collect();
    used.push("score");
    if !found.is_empty() {
        used.push("errors");
    }
    common::rest(&mut row, record, &used);
    row.finish()
}
