//! OpinPref: experts' preferences between two summaries of reviews, with
//! seven features of each.
//!
//! Nath et al. 2024, <https://arxiv.org/abs/2402.15473>.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named, Pair};
use crate::ingest::{Card, Error, Record, Rows};

/// The source.
pub(super) static OPINPREF: Named = Named {
    card: &Card {
        name: "opinpref",
        title: "OpinPref: preferences between opinion summaries",
        licence: "NOASSERTION",
        licence_note: "see the repository; reviews come from e-commerce sites",
        citation: "Nath et al. (2024), Leveraging Domain Knowledge for Efficient Reward Modelling in RLHF: A Case-Study in E-Commerce Opinion Summarization",
        url: "https://github.com/swaroop-nath/reward-approx-social-choice-opp-summ",
        files: "reward_modelling/annotations-{train,valid}.jsonl",
        kinds: &["pairwise", "rating"],
        fills: &["items", "responses", "annotators", "comparisons", "ratings"],
        caveats: &[
            "the annotator is the field source; 'common' stands for several",
            "features of the summaries are given with the pair, not by the annotator: their ratings have no annotator",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let split = file.stem().rsplit('-').next().unwrap_or_default();
        shape::each(file, out, |record, out| pair(record, split, out))
    },
};

fn pair(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = shape::word(record, "unique-id|unique_id|id")?;
    let mut row = out.row("items")?;
    row.text("item", &*id).text("split", split);
    row.json("context", record.get("reviews").unwrap_or(&Value::Null))
        .finish()?;
    let pairs = shape::need(record, "summary-pairs|summary_pairs")?;
    let mut responses = [None, None];
    for (n, key) in ["summary-one", "summary-two"].into_iter().enumerate() {
        let summary = pairs
            .get(key)
            .or_else(|| pairs.get(key.replace('-', "_")))
            .ok_or_else(|| record.error("summary-pairs", format!("an object with '{key}'")))?;
        let text = summary
            .get("summary-text")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let response = format!("{id}/{key}");
        let mut row = out.row("responses")?;
        row.text("response", &response)
            .text("item", &*id)
            .text("modality", "text")
            .int("n_chars", common::chars(text))
            .bool("blank", text.is_empty())
            .text("text", text);
        for (name, value) in summary.as_object().into_iter().flatten() {
            if !["summary-text", "summary-score"].contains(&name.as_str()) {
                row.meta(name, value.clone());
            }
        }
        row.finish()?;
        let scores = summary.get("summary-score").and_then(Value::as_object);
        for (aspect, value) in scores.into_iter().flatten() {
            let about = About {
                id: &response,
                item: Some(&id),
                response: Some(&response),
                ..About::default()
            };
            about.rating(out, aspect, value, None)?.finish()?;
        }
        if let Some(slot) = responses.get_mut(n) {
            *slot = Some(response);
        }
    }
    let source = record.opt_text("source")?;
    if let Some(source) = &source {
        common::annotator(out, source, "human_expert", None)?;
    }
    let field = "preference-data";
    let outcome = common::one_two(shape::need(record, "preference-data|preference_data")?);
    let outcome = outcome.ok_or_else(|| record.error(field, "1 or 2"))?;
    let written = Pair {
        item: id.to_string(),
        responses,
        ..Pair::default()
    };
    let mut row = written.row(out, &id)?;
    row.text("annotator", source).text("outcome", outcome);
    let used = [
        "unique-id",
        "unique_id",
        "id",
        "reviews",
        "summary-pairs",
        "summary_pairs",
        "source",
        "preference-data",
        "preference_data",
    ];
    common::rest(&mut row, record, &used);
    row.finish()
}
