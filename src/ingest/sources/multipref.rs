//! MultiPref: four annotators per pair, two of them experts, four aspects.
//!
//! Miranda et al. 2024, <https://arxiv.org/abs/2410.19133>.

use serde_json::{Map, Value};

use super::common;
use super::shape::{self, DESCRIBED, Named, Pair};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// The source.
pub(super) static MULTIPREF: Named = Named {
    card: &Card {
        name: "multipref",
        title: "MultiPref",
        licence: "ODC-By-1.0",
        licence_note: "answers come from models with terms of their own",
        citation: "Miranda et al. (2024), Hybrid Preferences: Learning to Route Instances for Human vs. AI Feedback",
        url: "https://huggingface.co/datasets/allenai/multipref",
        files: "data/<split>.parquet or .jsonl, features/<dataset>-features.jsonl",
        kinds: &["pairwise"],
        fills: &[
            "items",
            "systems",
            "responses",
            "annotators",
            "comparisons",
            "features",
        ],
        caveats: &[
            "strength is 2 for clearly and 1 for slightly better, positive towards completion_a",
            "annotators of the crowd are cohort normal, experts cohort expert",
            "feature files are read as features of the item named by prompt_id or comparison_id, whatever fields they have",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file: &File, out| {
        let features = file.stem().ends_with("features");
        shape::each(file, out, |record, out| {
            if features || !record.has("completion_a") {
                let key = shape::word(record, "prompt_id|comparison_id|id|prompt_hash")?;
                return shape::features(out, ("item", &key), record, &[]);
            }
            compared(record, out)
        })
    },
};

const GROUPS: [(&str, &str, &str); 2] = [
    ("normal_worker_annotations", "normal", "human_crowd"),
    ("expert_worker_annotations", "expert", "human_expert"),
];
const ASPECTS: [(&str, &str); 4] = [
    ("overall", "overall"),
    ("helpful", "helpfulness"),
    ("truthful", "truthfulness"),
    ("harmless", "harmlessness"),
];

fn compared(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = shape::word(record, "prompt_id|comparison_id")?;
    out.row("items")?
        .text("item", &*item)
        .text("category", record.opt_text("category")?)
        .text("prompt", shape::maybe(record, "text|prompt"))
        .meta("subcategory", record.get("subcategory").cloned())
        .meta("source", record.get("source").cloned())
        .finish_once()?;
    let (a, b) = (
        shape::maybe(record, "model_a"),
        shape::maybe(record, "model_b"),
    );
    let (left, right) = (record.text("completion_a")?, record.text("completion_b")?);
    let answers = [(a.as_deref(), Some(&*left)), (b.as_deref(), Some(&*right))];
    let pair = Pair::write(out, item.into_owned(), answers)?;
    let native = record.text("comparison_id")?;
    for (field, cohort, kind) in GROUPS {
        let Some(list) = record.get(field) else {
            continue;
        };
        let list = list
            .as_array()
            .ok_or_else(|| record.error(field, "a list of annotations"))?;
        for (n, annotation) in list.iter().enumerate() {
            let map = annotation
                .as_object()
                .ok_or_else(|| record.error(field, "a list of objects"))?;
            let who = map.get("evaluator").and_then(json::text);
            let who = who.map_or_else(|| format!("{cohort}{n}"), std::borrow::Cow::into_owned);
            out.row("annotators")?
                .text("annotator", &who)
                .text("kind", kind)
                .text("cohort", cohort)
                .finish_once()?;
            for (short, aspect) in ASPECTS {
                let id = format!("{native}/{cohort}/{n}/{aspect}");
                let mut row = pair.row(out, &id)?;
                row.text("annotator", &who)
                    .text("aspect", aspect)
                    .text("cohort", cohort);
                judged(&mut row, map, short);
                if aspect == "overall" {
                    whole(&mut row, map);
                    let used = [
                        "comparison_id",
                        "prompt_id",
                        "text",
                        "prompt",
                        "completion_a",
                        "completion_b",
                        "model_a",
                        "model_b",
                        "category",
                        "subcategory",
                        "source",
                        GROUPS[0].0,
                        GROUPS[1].0,
                    ];
                    common::rest(&mut row, record, &used);
                }
                row.finish()?;
            }
        }
    }
    Ok(())
}

/// What one annotation says about one aspect.
fn judged(row: &mut crate::ingest::Row<'_, '_>, map: &Map<String, Value>, short: &str) {
    let verdict = map.get(&format!("{short}_pref"));
    let text = verdict.and_then(Value::as_str).unwrap_or_default();
    let lower = text.to_lowercase();
    let size = if lower.contains("clearly") { 2.0 } else { 1.0 };
    let strength = match lower.get(..2) {
        Some("a-") => Some(size),
        Some("b-") => Some(-size),
        _ => (lower == "tie").then_some(0.0),
    };
    row.float("strength", strength)
        .text("outcome", strength.map(|s| shape::larger(s, 0.0)));
    if let (None, Some(verdict)) = (strength, verdict) {
        row.meta("pref", verdict.clone());
    }
    let sure = map.get(&format!("{short}_confidence"));
    let steps = ["not-confident", "fairly-confident", "absolutely-confident"];
    let step = sure
        .and_then(Value::as_str)
        .and_then(|s| steps.iter().position(|k| *k == s));
    row.float(
        "confidence",
        step.and_then(|s| u8::try_from(s).ok()).map(f64::from),
    );
    if let (None, Some(sure)) = (step, sure) {
        row.meta("confidence", sure.clone());
    }
    for (key, value) in map {
        let own = key.strip_prefix(short).and_then(|k| k.strip_prefix('_'));
        if let Some(key) = own.filter(|k| !["pref", "confidence"].contains(k)) {
            row.meta(key, value.clone());
        }
    }
}

/// What one annotation says about no single aspect.
fn whole(row: &mut crate::ingest::Row<'_, '_>, map: &Map<String, Value>) {
    for (key, value) in map.iter().filter(|(key, _)| *key != "evaluator") {
        let mut shorts = ASPECTS.iter().map(|(short, _)| *short);
        let aspect = shorts.any(|s| key.strip_prefix(s).is_some_and(|k| k.starts_with('_')));
        if key == "timestamp" && json::micros(value).is_some() {
            row.value("time", value);
        } else if !aspect {
            row.meta(key, value.clone());
        }
    }
}
