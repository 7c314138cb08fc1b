//! Comparisons OpenAI released: WebGPT answers, and summaries of
//! Reddit posts and news. Also SHP, whose pairs are comments on Reddit.
//!
//! Nakano et al. 2021, <https://arxiv.org/abs/2112.09332>; Stiennon et al.
//! 2020, <https://arxiv.org/abs/2009.01325>; Ethayarajh et al. 2022,
//! <https://arxiv.org/abs/2110.08420>.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named, Pair};
use crate::ingest::{Card, Error, Record, Rows, json};

/// WebGPT.
pub(super) static WEBGPT: Named = Named {
    card: &Card {
        name: "webgpt_comparisons",
        title: "WebGPT comparisons",
        licence: "NOASSERTION",
        licence_note: "released by OpenAI without a stated licence; questions come from ELI5, TriviaQA and other sets",
        citation: "Nakano et al. (2021), WebGPT: Browser-assisted question-answering with human feedback",
        url: "https://huggingface.co/datasets/openai/webgpt_comparisons",
        files: "comparisons.jsonl, comparisons.parquet",
        kinds: &["pairwise"],
        fills: &["items", "responses", "comparisons"],
        caveats: &[
            "outcome is the larger of the two scores; equal scores are a tie",
            "scores are a rater's preference from -1 to 1, and sum to 0 but for rounding",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| shape::each(file, out, webgpt),
};

fn webgpt(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let question = record.value("question")?;
    let (native, prompt) = match question {
        Value::Object(map) => {
            let text = |key: &str| map.get(key).and_then(json::text).unwrap_or_default();
            let id = shape::join(&[&text("dataset"), &text("id")]);
            (Some(id), text("full_text").into_owned())
        }
        other => (None, json::text(other).unwrap_or_default().into_owned()),
    };
    let item = shape::item(out, native.as_deref(), &Value::from(prompt))?;
    let (a, b) = (record.text("answer_0")?, record.text("answer_1")?);
    let pair = Pair::write(out, item, [(None, Some(&*a)), (None, Some(&*b))])?;
    let scores = (record.float("score_0")?, record.float("score_1")?);
    let id = out.id(record);
    let mut row = pair.row(out, &id)?;
    row.text("outcome", shape::larger(scores.0, scores.1));
    let columns = [("score_a", "score_0"), ("score_b", "score_1")];
    shape::fill(
        &mut row,
        record,
        &columns,
        &["question", "answer_0", "answer_1"],
    );
    row.finish()
}

/// Learning to summarize.
pub(super) static SUMMARIZE: Named = Named {
    card: &Card {
        name: "summarize_from_feedback",
        title: "Summarize from feedback: comparisons and axis ratings",
        licence: "NOASSERTION",
        licence_note: "released by OpenAI under a modified MIT licence; posts are Reddit users' own words",
        citation: "Stiennon et al. (2020), Learning to summarize from human feedback, NeurIPS",
        url: "https://github.com/openai/summarize-from-feedback",
        files: "comparisons/<batch>.json, axis_evals/<batch>.json, or the same as .jsonl or .parquet",
        kinds: &["pairwise", "rating"],
        fills: &[
            "items",
            "systems",
            "responses",
            "annotators",
            "comparisons",
            "ratings",
        ],
        caveats: &[
            "choice counts from 0: 0 is response a",
            "axes are rated from 1 to 7; an axis not asked is no row",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| shape::each(file, out, summary),
};

/// Writes what is summarised, once; gives its id.
fn post(record: &Record, out: &mut Rows<'_>) -> Result<String, Error> {
    let info = record.object("info")?;
    let text = |key: &str| info.get(key).and_then(json::text);
    let id = text("id").ok_or_else(|| record.error("info", "an object with an 'id'"))?;
    let mut row = out.row("items")?;
    row.text("item", &*id)
        .text("prompt", text("post").or_else(|| text("article")))
        .text("category", text("subreddit").or_else(|| text("site")));
    for (key, value) in info {
        let both = key == "article" && info.get("post").is_none_or(Value::is_null);
        if !["id", "post", "subreddit", "site"].contains(&key.as_str()) && !both {
            row.meta(key, value.clone());
        }
    }
    if text("subreddit").is_some() {
        row.meta("site", info.get("site").cloned());
    }
    row.finish_once()?;
    Ok(id.into_owned())
}

/// A batch may be a list with one kind of record, told by its fields.
fn summary(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = post(record, out)?;
    let worker = record.opt_text("worker")?;
    if let Some(worker) = &worker {
        common::annotator(out, worker, "human_crowd", None)?;
    }
    let side = |value: &Value| {
        let part = |key: &str| {
            value
                .get(key)
                .and_then(json::text)
                .map(std::borrow::Cow::into_owned)
        };
        (part("policy"), part("text"), value.get("note").cloned())
    };
    let native = out.id(record);
    if let Some(single) = record.get("summary") {
        let (policy, text, note) = side(single);
        let response = shape::answer(out, &id, policy.as_deref(), &text.unwrap_or_default())?;
        let about = About {
            id: &native,
            item: Some(&id),
            system: policy.as_deref(),
            response: Some(&response),
            annotator: worker.as_deref(),
            task: None,
        };
        let axes = single.get("axes").and_then(Value::as_object);
        let axes = axes.ok_or_else(|| record.error("summary", "an object with 'axes'"))?;
        for (axis, value) in axes.iter().filter(|(_, v)| !v.is_null()) {
            let mut row = about.rating(out, axis, value, Some((1.0, 7.0)))?;
            row.meta("note", note.clone());
            common::rest(&mut row, record, &["info", "summary", "worker"]);
            row.finish()?;
        }
        return Ok(());
    }
    let [left, right] = record.list("summaries")? else {
        return Err(record.error("summaries", "two summaries"));
    };
    let (a, b) = (side(left), side(right));
    let answers = [
        (a.0.as_deref(), Some(a.1.as_deref().unwrap_or_default())),
        (b.0.as_deref(), Some(b.1.as_deref().unwrap_or_default())),
    ];
    let pair = Pair::write(out, id, answers)?;
    let outcome = match record.int("choice")? {
        0 => "a",
        1 => "b",
        _ => return Err(record.error("choice", "0 or 1")),
    };
    let mut row = pair.row(out, &native)?;
    row.text("outcome", outcome).text("annotator", worker);
    if let Some(confidence) = record.at(&["extra", "confidence"]) {
        row.value("confidence", confidence);
    }
    row.meta("note_a", a.2).meta("note_b", b.2);
    let only = record
        .get("extra")
        .and_then(Value::as_object)
        .is_some_and(|e| e.len() == 1);
    let extra = if only { "extra" } else { "" };
    common::rest(
        &mut row,
        record,
        &["info", "summaries", "choice", "worker", extra],
    );
    row.finish()
}

/// Stanford Human Preferences.
pub(super) static SHP: Named = Named {
    card: &Card {
        name: "shp",
        title: "Stanford Human Preferences (SHP)",
        licence: "NOASSERTION",
        licence_note: "derived from Reddit under its terms of use; see the dataset card",
        citation: "Ethayarajh et al. (2022), Understanding Dataset Difficulty with V-Usable Information, ICML",
        url: "https://huggingface.co/datasets/stanfordnlp/SHP",
        files: "<subreddit>/{train,validation,test}.json, or the same as .jsonl or .parquet",
        kinds: &["pairwise"],
        fills: &["items", "responses", "comparisons"],
        caveats: &[
            "labels is 1 where comment A is preferred, by votes and by time of writing",
            "scores are votes of Reddit users on the comments",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let split = file.stem();
        shape::each(file, out, |record, out| shp(record, split, out))
    },
};

fn shp(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = record.text("post_id")?;
    out.row("items")?
        .text("item", &*item)
        .text("category", record.opt_text("domain")?)
        .text("prompt", record.text("history")?)
        .finish_once()?;
    let (a, b) = (record.text("human_ref_A")?, record.text("human_ref_B")?);
    let pair = Pair::write(
        out,
        item.into_owned(),
        [(None, Some(&*a)), (None, Some(&*b))],
    )?;
    let outcome = match record.int("labels")? {
        1 => "a",
        0 => "b",
        _ => return Err(record.error("labels", "0 or 1")),
    };
    let id = out.id(record);
    let mut row = pair.row(out, &id)?;
    row.text("outcome", outcome).meta("split", split);
    let columns = [
        ("score_a", "score_A"),
        ("score_b", "score_B"),
        ("cohort", "domain"),
    ];
    let used = ["post_id", "history", "human_ref_A", "human_ref_B", "labels"];
    shape::fill(&mut row, record, &columns, &used);
    row.finish()
}
