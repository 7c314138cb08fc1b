//! Results and samples of lm-evaluation-harness.
//!
//! Gao et al. 2024, <https://doi.org/10.5281/zenodo.12608602>.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// The source.
pub(super) static LM_EVAL: Named = Named {
    card: &Card {
        name: "lm_eval",
        title: "lm-evaluation-harness results and samples",
        licence: "NOASSERTION",
        licence_note: "that of the benchmarks the log is about",
        citation: "Gao et al. (2024), The Language Model Evaluation Harness, Zenodo",
        url: "https://github.com/EleutherAI/lm-evaluation-harness",
        files: "<model>/results_<date>.json, <model>/samples_<task>_<date>.jsonl",
        kinds: &["score"],
        fills: &["items", "systems", "responses", "scores"],
        caveats: &[
            "the model is model_name of the results, and for samples the folder they are in",
            "a metric is named as in the file ('acc,none'); its standard error is in meta.stderr",
            "requests and all answers of a sample are in meta of its response",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: lm_eval,
};

fn lm_eval(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let (stem, folder) = (file.stem(), shape::folder(file));
    if stem.starts_with("results") && file.extension() == "json" {
        return shape::document(file, out, |record, value, out| {
            results(record, value, (stem, folder), out)
        });
    }
    let Some(rest) = stem
        .strip_prefix("samples_")
        .filter(|_| shape::is(file, &["jsonl", "json"]))
    else {
        return Ok(false);
    };
    // The date is what follows the last '_'.
    let (task, date) = rest.rsplit_once('_').unwrap_or((rest, ""));
    if !folder.is_empty() {
        shape::system(out, folder)?;
    }
    shape::each(file, out, |record, out| {
        doc(record, (task, date, folder), out)
    })
}

fn results(
    record: &Record,
    value: &Value,
    (stem, folder): (&str, &str),
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let tasks = value.get("results").and_then(Value::as_object);
    let tasks = tasks.ok_or_else(|| record.wrong("an object with 'results'"))?;
    let name = value.get("model_name").and_then(json::text);
    let model = match (name, folder) {
        (Some(name), _) => name.into_owned(),
        (None, "") => return Err(record.wrong("a model_name, or a folder named like the model")),
        (None, folder) => folder.to_owned(),
    };
    shape::system(out, &model)?;
    let of = |table: &str, task: &str| value.get(table).and_then(|t| t.get(task)).cloned();
    let mut first = true;
    for (task, metrics) in tasks {
        let metrics = metrics
            .as_object()
            .ok_or_else(|| record.wrong("an object per task"))?;
        let id = format!("{stem}/{model}/{task}");
        let about = About {
            id: &id,
            system: Some(&model),
            task: Some(task),
            ..About::default()
        };
        for (metric, native) in metrics
            .iter()
            .filter(|(m, _)| *m != "alias" && !m.contains("_stderr"))
        {
            let (base, filter) = metric.split_once(',').unwrap_or((metric, ""));
            let stderr = match filter {
                "" => format!("{base}_stderr"),
                filter => format!("{base}_stderr,{filter}"),
            };
            let better =
                of("higher_is_better", task).and_then(|t| t.get(base).and_then(Value::as_bool));
            let n = of("n-samples", task).and_then(|t| t.get("effective").and_then(json::int));
            let mut row = about.score(out, metric, native)?;
            row.text("run", stem)
                .bool("higher_is_better", better)
                .int("n", n)
                .meta("stderr", metrics.get(&stderr).cloned())
                .meta("alias", metrics.get("alias").cloned())
                .meta("version", of("versions", task))
                .meta("n-shot", of("n-shot", task));
            if std::mem::take(&mut first) {
                let large = [
                    "results",
                    "versions",
                    "n-shot",
                    "higher_is_better",
                    "model_name",
                ];
                for (key, value) in value.as_object().into_iter().flatten() {
                    if !large.contains(&key.as_str()) {
                        row.meta(key, value.clone());
                    }
                }
            }
            row.finish()?;
        }
    }
    Ok(())
}

fn doc(
    record: &Record,
    (task, date, model): (&str, &str, &str),
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let item = format!("{task}/{}", record.text("doc_id")?);
    let target = record
        .get("target")
        .map(|t| json::text(t).map_or_else(|| json::canonical(t), Into::into));
    out.row("items")?
        .text("item", &item)
        .text("task", task)
        .text("reference", target)
        .json("context", record.get("doc").unwrap_or(&Value::Null))
        .finish_once()?;
    let filter = shape::maybe(record, "filter").unwrap_or_default();
    let response = shape::join(&[model, date, &item, &filter]);
    let answer = record.get("filtered_resps").or_else(|| record.get("resps"));
    let text = answer.and_then(|a| a.get(0)).and_then(shape::said);
    let metrics: Vec<&str> = match record.get("metrics") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => {
            let other = [
                "doc_id",
                "doc",
                "target",
                "arguments",
                "resps",
                "filtered_resps",
                "filter",
            ];
            let numbers = record
                .fields()
                .filter(|(n, v)| !other.contains(n) && v.is_number());
            numbers.map(|(name, _)| name).collect()
        }
    };
    let mut row = out.row("responses")?;
    row.text("response", &response)
        .text("item", &item)
        .text("system", (!model.is_empty()).then_some(model))
        .text("modality", "text")
        .int("n_chars", text.as_deref().map(common::chars))
        .text("text", text);
    let mut used = vec!["doc_id", "doc", "target"];
    used.extend(
        metrics
            .iter()
            .filter(|m| record.get(m).and_then(json::float).is_some()),
    );
    common::rest(&mut row, record, &used);
    row.finish()?;
    let about = About {
        id: &response,
        item: Some(&item),
        system: (!model.is_empty()).then_some(model),
        response: Some(&response),
        task: Some(task),
        ..About::default()
    };
    for metric in metrics {
        if let Some(value) = record.get(metric).filter(|v| json::float(v).is_some()) {
            let mut row = about.score(out, metric, value)?;
            row.text("run", (!date.is_empty()).then_some(date))
                .finish()?;
        }
    }
    Ok(())
}
