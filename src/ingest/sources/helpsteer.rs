//! HelpSteer 1 to 3: ratings of five attributes, and preferences from -3 to 3.
//!
//! Wang et al. 2023, <https://arxiv.org/abs/2311.09528>; 2024,
//! <https://arxiv.org/abs/2410.01257>; 2025, <https://arxiv.org/abs/2505.11475>.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named, Pair};
use crate::ingest::{Card, Error, Record, Rows, json};

/// The source.
pub(super) static HELPSTEER: Named = Named {
    card: &Card {
        name: "helpsteer",
        title: "HelpSteer, HelpSteer2, HelpSteer2-Preference, HelpSteer3",
        licence: "CC-BY-4.0",
        licence_note: "prompts partly come from ShareGPT, WildChat and LMSYS-Chat-1M",
        citation: "Wang et al. (2024), HelpSteer2: Open-source dataset for training top-performing reward models; Wang et al. (2025), HelpSteer3-Preference",
        url: "https://huggingface.co/datasets/nvidia/HelpSteer3",
        files: "{train,validation}.jsonl.gz, disagreements/disagreements.jsonl.gz, preference/preference.jsonl.gz",
        kinds: &["rating", "pairwise"],
        fills: &["items", "responses", "annotators", "ratings", "comparisons"],
        caveats: &[
            "preferences are negative where the first response is better: strength has the other sign, positive towards a",
            "single annotators are known by their place in a list only: annotator1 of two records need not be one person",
            "ratings of HelpSteer and HelpSteer2 are means or agreed values from 0 to 4",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let split = file.stem();
        shape::each(file, out, |record, out| {
            match shape::pick(record, "response_1|response1") {
                Some(_) => preference(record, split, out),
                None => ratings(record, split, out),
            }
        })
    },
};

const ATTRIBUTES: [&str; 5] = [
    "helpfulness",
    "correctness",
    "coherence",
    "complexity",
    "verbosity",
];

fn ratings(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = shape::item(out, None, record.value("prompt")?)?;
    let response = shape::answer(out, &item, None, &record.text("response")?)?;
    let native = out.id(record);
    let mut used = vec!["prompt", "response"];
    used.extend(ATTRIBUTES);
    for attribute in ATTRIBUTES {
        let value = record.value(attribute)?;
        let all: Vec<(Option<String>, &Value)> = match value {
            Value::Array(list) => (1..)
                .zip(list)
                .map(|(n, v): (u32, _)| (Some(format!("annotator{n}")), v))
                .collect(),
            one => vec![(None, one)],
        };
        for (who, value) in all {
            if let Some(who) = &who {
                common::annotator(out, who, "human_crowd", None)?;
            }
            let id = shape::join(&[&native, who.as_deref().unwrap_or_default()]);
            let about = About {
                id: &id,
                item: Some(&item),
                response: Some(&response),
                annotator: who.as_deref(),
                ..About::default()
            };
            let mut row = about.rating(out, attribute, value, Some((0.0, 4.0)))?;
            row.meta("split", split);
            common::rest(&mut row, record, &used);
            row.finish()?;
        }
    }
    Ok(())
}

fn preference(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let prompt = shape::need(record, "context|prompt")?;
    let item = shape::item(out, None, prompt)?;
    let (a, b) = (
        shape::word(record, "response_1|response1")?,
        shape::word(record, "response_2|response2")?,
    );
    let pair = Pair::write(out, item, [(None, Some(&*a)), (None, Some(&*b))])?;
    let native = out.id(record);
    let overall = shape::need(record, "overall_preference|preference_strength")?;
    let lists = "individual_preference|all_preferences_unprocessed";
    let single = shape::pick(record, lists).and_then(Value::as_array);
    let verdicts = std::iter::once((None, overall)).chain(
        (1..)
            .zip(single.into_iter().flatten())
            .map(|(n, v): (u32, _)| (Some(format!("annotator{n}")), v)),
    );
    for (who, verdict) in verdicts {
        if let Some(who) = &who {
            common::annotator(out, who, "human_crowd", None)?;
        }
        let id = shape::join(&[&native, who.as_deref().unwrap_or_default()]);
        let part = |keys: [&str; 2]| keys.iter().find_map(|key| verdict.get(*key));
        let number = part(["score", "strength"]).unwrap_or(verdict);
        let strength = json::float(number).map(|s| 0.0 - s);
        let mut row = pair.row(out, &id)?;
        row.text("annotator", who.as_ref())
            .float("strength", strength)
            .text("outcome", strength.map(|s| shape::larger(s, 0.0)))
            .text("cohort", shape::maybe(record, "domain"))
            .meta("split", split);
        let why = part(["reasoning", "statement"]).and_then(Value::as_str);
        let own = shape::maybe(record, "preference_statement").filter(|_| who.is_none());
        row.text("rationale", why.map(Into::into).or(own));
        for (key, value) in verdict.as_object().into_iter().flatten() {
            if !["score", "strength", "reasoning", "statement"].contains(&key.as_str()) {
                row.meta(key, value.clone());
            }
        }
        if strength.is_none() {
            row.meta("preference", number.clone());
        }
        let used = [
            "context",
            "prompt",
            "response_1",
            "response_2",
            "response1",
            "response2",
            "domain",
            "overall_preference",
            "preference_strength",
            "individual_preference",
            "all_preferences_unprocessed",
            "preference_statement",
            "split",
        ];
        common::rest(&mut row, record, &used);
        row.finish()?;
    }
    Ok(())
}
