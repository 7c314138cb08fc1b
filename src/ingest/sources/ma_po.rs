//! MA-PO: evaluators of answers, juries of them, and the sets made with both.
//!
//! Arif et al. 2024, <https://arxiv.org/abs/2408.08688>.

use serde_json::{Map, Value};

use super::common;
use super::shape::{self, About, DESCRIBED, Named, Pair};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// The source.
pub(super) static MAPO: Named = Named {
    card: &Card {
        name: "ma_po",
        title: "Fellowship of the LLMs (MA-PO): evaluators and generators",
        licence: "NOASSERTION",
        licence_note: "see the repository",
        citation: "Arif et al. (2024), The Fellowship of the LLMs: Multi-Agent Workflows for Synthetic Preference Optimization Dataset Generation",
        url: "https://github.com/ulrs0/MA-PO",
        files: "Kappa/<bench>/<strategy>.json, <evaluator>.json, <generator>_picks_<judge>.json, <name>-dpo.json, <name>-kto.json",
        kinds: &["score", "pairwise"],
        fills: &[
            "items",
            "systems",
            "responses",
            "annotators",
            "scores",
            "comparisons",
            "labels",
        ],
        caveats: &[
            "the system of a kappa is the jury: its models apart by '+'",
            "verdicts refer to pairs by their place in the file: the item is <file>/<n>",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: mapo,
};

fn mapo(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let stem = file.stem();
    let bench = shape::folder(file);
    if !shape::is(file, &["json", "jsonl"]) {
        return Ok(false);
    }
    if !shape::within(file, "Kappa") {
        return shape::each(file, out, |record, out| picked(record, stem, out));
    }
    shape::document(file, out, |record, value, out| {
        let list = value
            .as_array()
            .ok_or_else(|| record.error("value", "a list of juries"))?;
        for entry in list {
            let jury = entry.get(0).and_then(Value::as_array);
            let (Some(jury), Some(kappa)) = (jury, entry.get(1)) else {
                return Err(record.error("value", "a list of models and a kappa for each jury"));
            };
            let names: Vec<_> = jury.iter().filter_map(json::text).collect();
            let system = names.join("+");
            shape::system(out, &system)?;
            let id = format!("{bench}/{stem}/{system}");
            let about = About {
                id: &id,
                system: Some(&system),
                task: Some(bench),
                ..About::default()
            };
            let mut row = about.score(out, "cohen_kappa", kappa)?;
            row.text("run", stem).bool("higher_is_better", true);
            row.meta("models", jury.clone()).finish()?;
        }
        Ok(())
    })
}

/// Reads one verdict or one pair.
fn picked(record: &Record, set: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = format!("{set}/{}", record.number());
    if let (Some(prompt), Some(text)) = (record.get("prompt"), record.get("completion")) {
        // A text with a label good or bad.
        let item = shape::item(out, None, prompt)?;
        let text = json::text(text).unwrap_or_default();
        let response = shape::answer(out, &item, None, &text)?;
        let about = About {
            id: &id,
            item: Some(&item),
            response: Some(&response),
            ..About::default()
        };
        let mut row = about.label(out, "label", record.get("label").unwrap_or(&Value::Null))?;
        common::rest(&mut row, record, &["prompt", "completion", "label"]);
        return row.finish();
    }
    if let (Some(good), Some(bad)) = (record.get("chosen"), record.get("rejected")) {
        let item = shape::item(out, None, record.get("prompt").unwrap_or(&Value::Null))?;
        let (good, bad) = (shape::said(good), shape::said(bad));
        let pair = Pair::write(out, item, [(None, good.as_deref()), (None, bad.as_deref())])?;
        let mut row = pair.row(out, &id)?;
        row.text("outcome", "a");
        common::rest(&mut row, record, &["prompt", "chosen", "rejected"]);
        return row.finish();
    }
    common::annotator(out, set, "llm", None)?;
    let pair = Pair {
        item: id.clone(),
        ..Pair::default()
    };
    let mut row = pair.row(out, &id)?;
    row.text("annotator", set);
    let score = |name: &str| record.get(name).and_then(json::float);
    let scores = score("score_1").zip(score("score_2"));
    let pick = record.get("pick").map(|p| match p.as_str() {
        Some(text) => Value::from(
            text.trim()
                .trim_start_matches("response_")
                .trim_start_matches("Response "),
        ),
        None => p.clone(),
    });
    let by_pick = pick
        .as_ref()
        .and_then(|p| shape::outcome(p).or_else(|| common::one_two(p)));
    if by_pick.is_none()
        && scores.is_none()
        && record.get("pick").is_none()
        && !record.has("score_1")
    {
        return Err(record.wrong("a pick, two scores, a pair or a completion"));
    }
    row.text(
        "outcome",
        by_pick.or_else(|| scores.map(|(a, b)| shape::larger(a, b))),
    )
    .float("score_a", score("score_1"))
    .float("score_b", score("score_2"));
    let mut extra = Map::new();
    for (name, value) in record.fields() {
        let done = ["score_1", "score_2"].contains(&name) && json::float(value).is_some();
        let text = name == "response" && value.is_string();
        if !done && !text && !value.is_null() {
            extra.insert(name.to_owned(), value.clone());
        }
    }
    row.text("rationale", record.get("response").and_then(Value::as_str));
    for (name, value) in extra {
        row.meta(&name, value);
    }
    row.finish()
}
