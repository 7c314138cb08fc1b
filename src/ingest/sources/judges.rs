//! What judges decide and why: Inverse Constitutional AI, Preference
//! Dissection, LLM-as-a-Personalized-Judge.
//!
//! Findeis et al. 2024, <https://arxiv.org/abs/2406.06560>; Li et al. 2024,
//! <https://arxiv.org/abs/2402.11296>; Dong et al. 2024,
//! <https://arxiv.org/abs/2406.11657>.

use serde_json::Value;

use super::shape::{self, About, DESCRIBED, Named, Pair};
use super::{common, python};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// Inverse Constitutional AI.
pub(super) static ICAI: Named = Named {
    card: &Card {
        name: "icai",
        title: "Inverse Constitutional AI: preferences and votes of principles",
        licence: "Apache-2.0",
        licence_note: "licence of the repository; preferences come from datasets of others",
        citation: "Findeis et al. (2024), Inverse Constitutional AI: Compressing Preferences into Principles, ICLR 2025",
        url: "https://github.com/rdnfn/icai",
        files: "<data>.csv with text_a, text_b, preferred_text; 040_votes_per_comparison.csv, 041_votes_per_cluster.json, 060_constitution.json",
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
            "principles are annotators: a vote True agrees with the original preference, False disagrees; such a comparison has no responses, and its outcome is 'a' for True",
            "sums over comparisons (041) are features of the principle",
            "annotated-pairs JSON is read by the generic source of that name",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: icai,
};

fn icai(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let stem = file.stem();
    match file.extension().as_str() {
        "csv" if stem.contains("votes_per_comparison") => shape::each(file, out, votes),
        "csv" => shape::each(file, out, preferred),
        "json" if stem.contains("votes_per_cluster") => {
            out.each(common::map(file)?, |record, out| {
                let id = record.text("key")?;
                principle(out, &id)?;
                shape::features(out, ("annotator", &id), record, &["key"])
            })?;
            Ok(true)
        }
        "json" if stem.contains("constitution") => shape::document(file, out, |_, value, out| {
            common::annotator(out, "constitution", "principle", None)?;
            common::feature(out, ("annotator", "constitution"), "text", value)
        }),
        _ => Ok(false),
    }
}

fn principle(out: &mut Rows<'_>, id: &str) -> Result<(), Error> {
    common::annotator(out, id, "principle", None)
}

fn preferred(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let prompt = shape::pick(record, "input|prompt|instruction")
        .cloned()
        .unwrap_or_default();
    let index =
        shape::maybe(record, "index|column_1|Unnamed: 0|comparison_id").map(|i| i.into_owned());
    let index = index.unwrap_or_else(|| out.id(record));
    let item = shape::item(out, Some(&index), &prompt)?;
    let (a, b) = (record.opt_text("model_a")?, record.opt_text("model_b")?);
    let (left, right) = (record.text("text_a")?, record.text("text_b")?);
    let answers = [(a.as_deref(), Some(&*left)), (b.as_deref(), Some(&*right))];
    let pair = Pair::write(out, item, answers)?;
    let mut row = pair.row(out, &index)?;
    shape::judge(&mut row, "preferred_text", record.get("preferred_text"));
    let used = [
        "input",
        "prompt",
        "instruction",
        "index",
        "column_1",
        "Unnamed: 0",
        "comparison_id",
        "text_a",
        "text_b",
        "model_a",
        "model_b",
        "preferred_text",
    ];
    common::rest(&mut row, record, &used);
    row.finish()
}

fn votes(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let index = shape::word(record, "index|column_1|Unnamed: 0|comparison_id")?;
    let text = record.text("votes")?;
    let votes = python::literal(&text).filter(Value::is_object);
    let votes = votes.ok_or_else(|| record.error("votes", "an object as Python prints it"))?;
    for (id, vote) in votes.as_object().into_iter().flatten() {
        principle(out, id)?;
        let pair = Pair {
            item: index.to_string(),
            ..Pair::default()
        };
        let mut row = pair.row(out, &format!("{index}/{id}"))?;
        row.text("annotator", id).text("aspect", "agreement");
        match vote {
            Value::Bool(agrees) => row.text("outcome", if *agrees { "a" } else { "b" }),
            Value::Null => &mut row,
            other => row.meta("vote", other.clone()),
        };
        row.finish()?;
    }
    Ok(())
}

/// Preference Dissection.
pub(super) static DISSECTION: Named = Named {
    card: &Card {
        name: "preference_dissection",
        title: "Preference Dissection: labels of 33 judges and 29 properties of answers",
        licence: "CC-BY-NC-4.0",
        licence_note: "queries come from Chatbot Arena conversations",
        citation: "Li et al. (2024), Dissecting Human and LLM Preferences, ACL",
        url: "https://huggingface.co/datasets/GAIR/preference-dissection",
        files: "<name>.json, .jsonl or .parquet; fitted_paras/<scenario>.jsonl",
        kinds: &["pairwise", "feature"],
        fills: &[
            "items",
            "responses",
            "annotators",
            "comparisons",
            "features",
        ],
        caveats: &[
            "properties are features of the pair's item: <property>/<field>; 999 upstream means not applicable and is not written",
            "a single-response annotation such as counted errors is one feature with its JSON text",
            "fitted parameters are features of the judge, <scenario>/<n>",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let scenario = file.stem();
        shape::each(file, out, |record, out| match record.get("parameters") {
            Some(list) => fitted(record, list, scenario, out),
            None => dissected(record, out),
        })
    },
};

/// Writes a judge: people, or a model.
fn labeller(out: &mut Rows<'_>, name: &str) -> Result<(), Error> {
    match name.starts_with("human") {
        true => common::annotator(out, name, "human_crowd", None),
        false => common::annotator(out, name, "llm", Some(name)),
    }
}

fn fitted(record: &Record, list: &Value, scenario: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let judge = shape::word(record, "model_name|model")?;
    labeller(out, &judge)?;
    let list = list
        .as_array()
        .ok_or_else(|| record.error("parameters", "a list of numbers"))?;
    for (n, value) in list.iter().enumerate() {
        common::feature(
            out,
            ("annotator", &judge),
            &format!("{scenario}/{n}"),
            value,
        )?;
    }
    Ok(())
}

fn dissected(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let native = out.id(record);
    let mut row = out.row("items")?;
    row.text("item", &native);
    let columns = [
        ("prompt", "query"),
        ("category", "scenario_auto-j|scenario"),
        ("reference", "gpt-4-turbo_reference"),
    ];
    let used = [
        "response_1",
        "response_2",
        "preference_labels",
        "basic_response_1",
        "basic_response_2",
        "comparison",
    ];
    shape::fill(&mut row, record, &columns, &used);
    row.finish()?;
    let text = |side: &Value| match side {
        Value::Object(map) => map
            .get("content")
            .or_else(|| map.get("text"))
            .and_then(shape::said),
        other => shape::said(other),
    };
    let (a, b) = (
        text(record.value("response_1")?),
        text(record.value("response_2")?),
    );
    let pair = Pair::write(
        out,
        native.clone(),
        [(None, a.as_deref()), (None, b.as_deref())],
    )?;
    for (side, response) in ["response_1", "response_2"].iter().zip(&pair.responses) {
        let map = record.get(side).and_then(Value::as_object);
        for (name, value) in map
            .into_iter()
            .flatten()
            .filter(|(n, _)| !["content", "text"].contains(&n.as_str()))
        {
            let response = response.as_deref().unwrap_or_default();
            common::feature(out, ("response", response), name, value)?;
        }
    }
    for (judge, label) in record.object("preference_labels")? {
        labeller(out, judge)?;
        let mut row = pair.row(out, &format!("{native}/{judge}"))?;
        row.text("annotator", judge);
        let word = label.as_str().map(|l| l.trim_start_matches("response_"));
        match word.map(|w| (w, common::one_two(&Value::from(w)))) {
            Some((_, Some(outcome))) => row.text("outcome", outcome),
            _ => {
                shape::judge(&mut row, "label", Some(label));
                &mut row
            }
        };
        row.finish()?;
    }
    properties(record, &native, out)
}

/// Writes the properties of a pair as features of its item.
fn properties(record: &Record, item: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let applies = |value: &Value| json::float(value) != Some(999.0);
    for field in ["basic_response_1", "basic_response_2", "comparison"] {
        let Some(Value::Object(properties)) = record.get(field) else {
            continue;
        };
        for (property, value) in properties {
            match value {
                Value::Object(parts) => {
                    for (part, value) in parts.iter().filter(|(_, v)| applies(v)) {
                        let name = format!("{field}/{property}/{part}");
                        common::feature(out, ("item", item), &name, value)?;
                    }
                }
                one if applies(one) => {
                    common::feature(out, ("item", item), &format!("{field}/{property}"), one)?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// LLM-as-a-Personalized-Judge.
pub(super) static PERSONALIZED: Named = Named {
    card: &Card {
        name: "personalized_judge",
        title: "LLM-as-a-Personalized-Judge outputs",
        licence: "NOASSERTION",
        licence_note: "see the repository; personas come from PRISM, OpinionQA and others",
        citation: "Dong et al. (2024), Can LLM be a Personalized Judge?, EMNLP Findings",
        url: "https://github.com/dong-river/Personalized-Judge",
        files: "<name>.jsonl",
        kinds: &["label"],
        fills: &["items", "annotators", "labels"],
        caveats: &[
            "the annotator is the name of the file, or the field model",
            "certainty is the number stated, from 1 to 100; a text without a number stays in meta",
            "checked against excerpts of the release only",
        ],
        format_verified: false,
    },
    read: |file, out| {
        let judge = file.stem();
        match shape::is(file, &["jsonl", "json"]) {
            true => shape::each(file, out, |record, out| verdict(record, judge, out)),
            false => Ok(false),
        }
    },
};

fn verdict(record: &Record, judge: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = shape::item(out, None, record.value("prompt")?)?;
    let judge = shape::maybe(record, "model").unwrap_or(judge.into());
    common::annotator(out, &judge, "llm", Some(&judge))?;
    let native = out.id(record);
    let about = About {
        id: &native,
        item: Some(&item),
        annotator: Some(&judge),
        ..About::default()
    };
    let answer = record.get("answer").cloned().unwrap_or_default();
    let mut row = about.label(out, "answer", &answer)?;
    if let Some(correct) = record.get("acc").and_then(json::boolean) {
        row.bool("correct", correct);
    } else if let Some(acc) = record.get("acc") {
        row.meta("acc", acc.clone());
    }
    if let Some(native) = record.get("certainty") {
        match json::float(native) {
            Some(certainty) => row.float("certainty", certainty),
            None => row.meta("certainty", native.clone()),
        };
    }
    let columns = [
        ("gold", "ground_truth"),
        ("rationale", "res|response|explanation"),
    ];
    shape::fill(
        &mut row,
        record,
        &columns,
        &["prompt", "answer", "acc", "certainty", "model"],
    );
    row.finish()
}
