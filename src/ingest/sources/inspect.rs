//! Logs of Inspect.
//!
//! UK AI Security Institute 2024, <https://inspect.aisi.org.uk>.

use serde_json::{Map, Value};

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::{Card, Error, Record, Rows, json};

/// Inspect.
pub(super) static INSPECT: Named = Named {
    card: &Card {
        name: "inspect",
        title: "Inspect evaluation logs",
        licence: "NOASSERTION",
        licence_note: "that of the benchmarks the log is about",
        citation: "UK AI Security Institute (2024), Inspect AI: Framework for Large Language Model Evaluations",
        url: "https://inspect.aisi.org.uk/eval-logs.html",
        files: "<log>.json; a log ending in .eval is converted by `inspect log convert --to json`",
        kinds: &["score", "label"],
        fills: &[
            "items",
            "systems",
            "responses",
            "annotators",
            "scores",
            "labels",
        ],
        caveats: &[
            "one log is one record: 64 MiB at most",
            "the run is eval.run_id; metrics of results are scores without item, scores of samples have one",
            "a score that is a word (C, I, P, N) is a label, with correct set for C and I",
            "messages, events and the rest of a sample are in meta of its response",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| match file.extension() == "json" {
        true => shape::document(file, out, log),
        false => Ok(false),
    },
};

/// Keys of a sample with a place of their own.
const SAMPLE: [&str; 7] = [
    "id", "epoch", "input", "target", "output", "scores", "choices",
];

fn log(record: &Record, log: &Value, out: &mut Rows<'_>) -> Result<(), Error> {
    let eval = log.get("eval").and_then(Value::as_object);
    let eval = eval.ok_or_else(|| record.wrong("a log of Inspect: an object with 'eval'"))?;
    let text = |key: &str| eval.get(key).and_then(json::text);
    let task = text("task").ok_or_else(|| record.wrong("a task in 'eval'"))?;
    let model = text("model").ok_or_else(|| record.wrong("a model in 'eval'"))?;
    let run = text("run_id")
        .or_else(|| text("created"))
        .unwrap_or_default();
    shape::system(out, &model)?;
    let about_run = |row: &mut crate::ingest::Row<'_, '_>| {
        row.text("run", (!run.is_empty()).then_some(&*run));
    };
    let results = log
        .get("results")
        .and_then(|r| r.get("scores"))
        .and_then(Value::as_array);
    let mut first = true;
    for score in results.into_iter().flatten() {
        let name = score.get("name").and_then(json::text).unwrap_or_default();
        for (metric, value) in score
            .get("metrics")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let id = format!("{run}/{task}/{model}/{name}");
            let about = About {
                id: &id,
                system: Some(&model),
                task: Some(&task),
                ..About::default()
            };
            let native = value.get("value").unwrap_or(value);
            let mut row = about.score(out, &format!("{name}/{metric}"), native)?;
            about_run(&mut row);
            if std::mem::take(&mut first) {
                row.meta("eval", eval.clone());
                for key in ["version", "status", "plan", "stats", "error"] {
                    row.meta(key, log.get(key).cloned());
                }
            }
            for (key, value) in score.as_object().into_iter().flatten() {
                if !["name", "metrics"].contains(&key.as_str()) {
                    row.meta(&format!("score_{key}"), value.clone());
                }
            }
            row.finish()?;
        }
    }
    let samples = log.get("samples").and_then(Value::as_array);
    for sample in samples.into_iter().flatten() {
        let map = sample.as_object();
        let map = map.ok_or_else(|| record.wrong("samples that are objects"))?;
        self::sample(map, (&run, &task, &model), out)?;
    }
    Ok(())
}

fn sample(
    sample: &Map<String, Value>,
    (run, task, model): (&str, &str, &str),
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let text = |key: &str| sample.get(key).and_then(json::text);
    let item = format!("{task}/{}", text("id").unwrap_or_default());
    let epoch = sample.get("epoch").and_then(json::int).unwrap_or(1);
    let target = match sample.get("target") {
        Some(Value::Array(list)) => Some(json::canonical(&Value::Array(list.clone()))),
        Some(other) => json::text(other).map(Into::into),
        None => None,
    };
    let input = sample.get("input").cloned().unwrap_or_default();
    let mut row = out.row("items")?;
    row.text("item", &item)
        .text("task", task)
        .text("reference", target)
        .meta("choices", sample.get("choices").cloned());
    match &input {
        Value::String(text) => row.text("prompt", text),
        turns => row.json("context", turns),
    };
    row.finish_once()?;
    let response = format!("{run}/{item}/{epoch}/{model}");
    let output = sample.get("output");
    let answer = output
        .and_then(|o| o.get("completion"))
        .and_then(json::text)
        .or_else(|| {
            let content = output?
                .get("choices")?
                .get(0)?
                .get("message")?
                .get("content")?;
            shape::said(content).map(Into::into)
        });
    let mut row = out.row("responses")?;
    row.text("response", &response)
        .text("item", &item)
        .text("system", model)
        .text("modality", "text")
        .int("n_chars", answer.as_deref().map(common::chars))
        .bool("blank", answer.as_deref().map(|a| a.trim().is_empty()))
        .text("text", answer)
        .meta("epoch", epoch)
        .meta("output", output.cloned());
    for (key, value) in sample.iter().filter(|(k, _)| !SAMPLE.contains(&k.as_str())) {
        row.meta(key, value.clone());
    }
    row.finish()?;
    let about = About {
        id: &response,
        item: Some(&item),
        system: Some(model),
        response: Some(&response),
        task: Some(task),
        ..About::default()
    };
    scores(sample, &about, (run, epoch), out)
}

/// What each scorer said of a sample: a number is a score, a word a label.
fn scores(
    sample: &Map<String, Value>,
    about: &About<'_>,
    (run, epoch): (&str, i64),
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    for (scorer, score) in sample
        .get("scores")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let value = score.get("value").unwrap_or(score);
        let rest = |row: &mut crate::ingest::Row<'_, '_>, skip: &str| {
            for (key, value) in score.as_object().into_iter().flatten() {
                if key != "value" && key != skip {
                    row.meta(key, value.clone());
                }
            }
        };
        if json::float(value).is_some() || value.is_boolean() {
            let number = value
                .as_bool()
                .map_or_else(|| value.clone(), |b| Value::from(f64::from(u8::from(b))));
            let mut row = about.score(out, scorer, &number)?;
            row.text("run", run);
            rest(&mut row, "");
            row.finish()?;
            continue;
        }
        common::annotator(out, scorer, "rule", None)?;
        let mut row = About {
            annotator: Some(scorer),
            ..*about
        }
        .label(out, scorer, value)?;
        let correct = match value.as_str() {
            Some("C") => Some(true),
            Some("I") => Some(false),
            _ => None,
        };
        row.bool("correct", correct)
            .int("repeat", epoch.saturating_sub(1).max(0))
            .text(
                "rationale",
                score.get("explanation").and_then(Value::as_str),
            );
        rest(&mut row, "explanation");
        row.finish()?;
    }
    Ok(())
}
