//! WildBench results: pairwise verdicts against a reference model, and scores.
//!
//! Keys live in the path: `<release>/pairwise.v2/eval=<judge>/ref=<ref>/<model>.json`
//! and `<release>/score.v2/eval=<judge>/<model>.json`. Lengths of responses
//! are in characters, as the length rule of WB-Reward needs them.
//! Lin et al. 2025, <https://arxiv.org/abs/2406.04770>.

use serde_json::{Map, Value};

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Row, Rows, Source, json};

/// The source.
pub struct WildBench;

static CARD: Card = Card {
    name: "wildbench",
    title: "WildBench evaluation results",
    licence: "Apache-2.0",
    licence_note: "licence of the repository; tasks come from WildChat, under ODC-BY",
    citation: "Lin et al. (2025), WildBench: Benchmarking LLMs with Challenging Tasks from Real Users in the Wild, ICLR",
    url: "https://github.com/allenai/WildBench",
    files: "eval_results/<release>/pairwise.v2/eval=<judge>/ref=<model>/<model>.json, eval_results/<release>/score.v2/eval=<judge>/<model>.json",
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
        "model_A was shown first; upstream shuffles which model that is",
        "strength is the extent, 2 for much better and 1 for slightly, positive towards model_A",
        "the reference model is the cohort of a comparison: WB-Reward averages over three of them",
        "responses ending in '... (truncated)' have truncated set, empty ones and '[This model response is empty.]' have blank set",
        "prompts and tags of the tasks are published elsewhere: items hold the session_id only",
        "checked against excerpts of the release only",
    ],
    format_verified: false,
};

/// Text upstream puts where a model said nothing.
const EMPTY: &str = "[This model response is empty.]";
/// End of a response upstream cut.
const CUT: &str = "... (truncated)";

/// Keys from the path of a file.
struct Keys<'f> {
    release: &'f str,
    judge: &'f str,
    reference: Option<&'f str>,
    model: &'f str,
}

fn keys(file: &File) -> Option<Keys<'_>> {
    let parts = common::parts(file);
    let (kind, release) = parts.iter().enumerate().find_map(|(n, part)| {
        let kind = ["pairwise", "score"]
            .into_iter()
            .find(|k| part.split('.').next() == Some(k))?;
        Some((
            kind,
            if n > 0 {
                parts.get(n - 1).copied()
            } else {
                None
            },
        ))
    })?;
    let value = |key: &str| parts.iter().find_map(|part| common::key(part, key));
    let reference = value("ref");
    (file.extension() == "json" && (kind == "pairwise") == reference.is_some()).then_some(())?;
    Some(Keys {
        release: release.unwrap_or_default(),
        judge: value("eval")?,
        reference,
        model: file.stem(),
    })
}

impl Source for WildBench {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            if common::is_paperwork(file, out) {
                continue;
            }
            let Some(keys) = keys(file) else {
                return Err(common::unknown(
                    file,
                    "pairwise.v2/eval=<judge>/ref=<model>/<model>.json, score.v2/eval=<judge>/<model>.json",
                )
                .hint("hand over a folder above pairwise.v2 or score.v2, so that the keys in the path are seen"));
            };
            common::annotator(out, keys.judge, "llm", Some(keys.judge))?;
            let records = common::records(file)?;
            match keys.reference {
                Some(reference) => out.each(records, |record, out| {
                    compared(record, &keys, reference, out)
                })?,
                None => out.each(records, |record, out| scored(record, &keys, out))?,
            }
        }
        Ok(())
    }
}

/// An id with the release and judge in front.
fn id(keys: &Keys<'_>, rest: &[&str]) -> String {
    let all = [keys.release, keys.judge]
        .into_iter()
        .chain(rest.iter().copied());
    all.filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("/")
}

/// Writes item, system and response, each once; gives the response's id.
///
/// The id holds a digest of the text, for a model's answers differ between
/// releases.
fn response(session: &str, system: &str, text: &str, out: &mut Rows<'_>) -> Result<String, Error> {
    out.row("items")?.text("item", session).finish_once()?;
    common::system(out, system, "model")?;
    let id = format!("{session}/{system}/{}", common::content_id(&[text]));
    out.row("responses")?
        .text("response", &id)
        .text("item", session)
        .text("system", system)
        .text("text", text)
        .text("modality", "text")
        .int("n_chars", common::chars(text))
        .bool("truncated", text.ends_with(CUT))
        .bool("blank", text.is_empty() || text == EMPTY)
        .finish_once()?;
    Ok(id)
}

/// Reads one record of a pairwise file.
fn compared(
    record: &Record,
    keys: &Keys<'_>,
    reference: &str,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let (session, a, b) = (
        record.text("session_id")?,
        record.text("model_A")?,
        record.text("model_B")?,
    );
    let outputs = record.object("model_outputs")?;
    let output = |model: &str| {
        outputs
            .get(model)
            .and_then(Value::as_str)
            .ok_or_else(|| record.error("model_outputs", format!("the text of '{model}'")))
    };
    let response_a = response(&session, &a, output(&a)?, out)?;
    let response_b = response(&session, &b, output(&b)?, out)?;
    let winner = record.opt_text("winner")?;
    let outcome = match winner.as_deref() {
        Some(w) if *w == *a => Some("a"),
        Some(w) if *w == *b => Some("b"),
        Some("tie") => Some("tie"),
        _ => None,
    };
    let extent = record.opt_float("extent")?;
    let strength = match outcome {
        Some("a") => extent,
        Some("b") => extent.map(|e| -e),
        Some(_) => Some(0.0),
        None => None,
    };
    let choice = record
        .at(&["parsed_result", "choice"])
        .and_then(Value::as_str)
        .unwrap_or_default();
    let reason = match choice.trim_end_matches('+') {
        "A" => "reason of A>B",
        "B" => "reason of B>A",
        _ => "reason of A=B",
    };
    let mut row = out.row("comparisons")?;
    row.text("comparison", id(keys, &[reference, keys.model, &session]))
        .text("item", &*session)
        .text("system_a", &*a)
        .text("system_b", &*b)
        .text("response_a", response_a)
        .text("response_b", response_b)
        .text("annotator", keys.judge)
        .text("outcome", outcome)
        .float("strength", strength)
        .int("shown_order", 0)
        .text("cohort", reference)
        .text(
            "rationale",
            record
                .at(&["parsed_result", reason])
                .and_then(Value::as_str)
                .filter(|t| !t.is_empty()),
        );
    row.meta("model", keys.model);
    if outcome.is_none() {
        row.meta(
            "winner",
            winner.map_or(Value::Null, |w| Value::from(w.into_owned())),
        );
        row.meta("extent", record.get("extent").cloned().unwrap_or_default());
    }
    parsed(&mut row, record, &[reason]);
    common::rest(
        &mut row,
        record,
        &[
            "session_id",
            "parsed_result",
            "model_A",
            "model_B",
            "model_outputs",
            "winner",
            "extent",
        ],
    );
    row.finish()
}

/// Reads one record of a score file.
fn scored(record: &Record, keys: &Keys<'_>, out: &mut Rows<'_>) -> Result<(), Error> {
    let (session, system) = (record.text("session_id")?, record.text("model_test")?);
    let text = record.text("model_output")?;
    let response = response(&session, &system, &text, out)?;
    let native = record.get("score").cloned().unwrap_or_default();
    let value = json::float(&native);
    let mut row = out.row("ratings")?;
    row.text("rating", id(keys, &[keys.model, &session]))
        .text("item", &*session)
        .text("system", &*system)
        .text("response", response)
        .text("annotator", keys.judge)
        .float("value", value)
        .float("scale_min", 1.0)
        .float("scale_max", 10.0);
    if value.is_none() && !native.is_null() {
        row.text("label", json::show(&native).trim_matches('\''));
    }
    parsed(&mut row, record, &[]);
    common::rest(
        &mut row,
        record,
        &[
            "session_id",
            "parsed_result",
            "model_test",
            "score",
            "model_output",
        ],
    );
    row.finish()
}

/// Keeps what the judge wrote, but for what has a column already.
fn parsed(row: &mut Row<'_, '_>, record: &Record, used: &[&str]) {
    match record.get("parsed_result") {
        Some(Value::Object(map)) => {
            let rest: Map<String, Value> = map
                .iter()
                .filter(|(k, _)| !used.contains(&k.as_str()))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            row.meta("parsed_result", rest);
        }
        Some(other) => {
            row.meta("parsed_result", other.clone());
        }
        None => {}
    }
}
