//! Eureka: scores of models on benchmarks, as the website shows them.
//!
//! `benchmark_results.json` maps a benchmark to experiments, series, models
//! and one score per category; `compiled_results.json` a modality to
//! capabilities and models. Balachandran et al. 2024,
//! <https://arxiv.org/abs/2409.10566>.

use serde_json::Value;

use super::common;
use crate::ingest::{Card, Error, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct Eureka;

static CARD: Card = Card {
    name: "eureka",
    title: "Eureka: evaluation results of large models",
    licence: "Apache-2.0",
    licence_note: "licence of the repository",
    citation: "Balachandran et al. (2024), Eureka: Evaluating and Understanding Large Foundation Models",
    url: "https://github.com/microsoft/eureka-ml-insights",
    files: "website/static/benchmark_results.json, website/static/compiled_results.json",
    kinds: &["score"],
    fills: &["systems", "scores"],
    caveats: &[
        "scores are aggregates, in per cent as shown; the number of cases is not stated",
        "slice is experiment, series and category; the same numbers come again under task 'capability/…'",
        "one benchmark measures toxicity: whether more is better depends on the category",
    ],
    format_verified: true,
};

impl Source for Eureka {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match common::base(file) {
                "benchmark_results.json" => out.each(common::map(file)?, benchmark)?,
                "compiled_results.json" => out.each(common::map(file)?, capabilities)?,
                "config.json" => common::skip(out, "config.json", "it describes the web page"),
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "benchmark_results.json, compiled_results.json, config.json",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The list called `name` in `value`.
fn list<'v>(record: &Record, value: &'v Value, name: &str) -> Result<&'v [Value], Error> {
    let found = value.get(name).and_then(Value::as_array).map(Vec::as_slice);
    found.ok_or_else(|| {
        record
            .wrong(format!("a list '{name}'"))
            .found(&json::show(value))
    })
}

/// The text called `name` in `value`.
fn text<'v>(record: &Record, value: &'v Value, name: &str) -> Result<&'v str, Error> {
    let found = value.get(name).and_then(Value::as_str);
    found.ok_or_else(|| {
        record
            .wrong(format!("text in '{name}'"))
            .found(&json::show(value))
    })
}

/// Writes one score.
fn score(
    out: &mut Rows<'_>,
    [task, slice, system]: [&str; 3],
    value: Option<f64>,
    description: Option<&Value>,
) -> Result<(), Error> {
    common::system(out, system, "model")?;
    let mut row = out.row("scores")?;
    row.text("score", format!("{task}/{slice}/{system}"))
        .text("system", system)
        .text("task", task)
        .text("metric", "score")
        .text("slice", slice)
        .float("value", value);
    if let Some(description) = description {
        row.meta("description", description.clone());
    }
    row.finish()
}

/// Reads one benchmark.
fn benchmark(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let task = record.text("key")?;
    for experiment in record.list("experiments")? {
        let categories = list(record, experiment, "categories")?;
        let title = text(record, experiment, "title")?;
        for series in list(record, experiment, "series")? {
            let name = text(record, series, "title")?;
            for model in list(record, series, "values")? {
                let (system, scores) =
                    (text(record, model, "name")?, list(record, model, "scores")?);
                if scores.len() != categories.len() {
                    return Err(record.wrong(format!(
                        "{} scores of {system} in '{title}'",
                        categories.len()
                    )));
                }
                for (category, native) in categories.iter().zip(scores) {
                    let category =
                        json::text(category).ok_or_else(|| record.wrong("categories as text"))?;
                    let value = json::float(native);
                    if value.is_none() && !native.is_null() {
                        return Err(record
                            .wrong("a number among the scores")
                            .found(&json::show(native)));
                    }
                    score(
                        out,
                        [&task, &format!("{title}/{name}/{category}"), system],
                        value,
                        None,
                    )?;
                }
            }
        }
    }
    Ok(())
}

/// Reads the capabilities of one modality.
fn capabilities(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let task = format!("capability/{}", record.text("key")?);
    for capability in record.list("capabilities")? {
        let name = text(record, capability, "name")?;
        for model in list(record, capability, "models")? {
            let native = model.get("score").unwrap_or(&Value::Null);
            let value = json::float(native);
            if value.is_none() && !native.is_null() {
                return Err(record
                    .wrong("a number in 'score'")
                    .found(&json::show(native)));
            }
            score(
                out,
                [&task, name, text(record, model, "name")?],
                value,
                capability.get("description"),
            )?;
        }
    }
    Ok(())
}
