//! Peering Through Preferences: ratings and rankings of the same responses.
//!
//! `feedback_ratings_*.csv` and `feedback_rankings_*.csv` have no header; the
//! other files list instructions and responses. Nothing has a key, so ids are
//! digests and the files join by text. Bansal et al. 2024,
//! <https://arxiv.org/abs/2308.15812>.

use std::collections::BTreeMap;

use serde_json::Value;

use super::common;
use crate::ingest::read::{self, CsvOptions, Header};
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source};

/// The source.
pub struct SparseFeedback;

static CARD: Card = Card {
    name: "sparse_feedback",
    title: "Peering Through Preferences: sparse feedback",
    licence: "MIT",
    licence_note: "licence of the repository",
    citation: "Bansal, Dang & Grover (2024), Peering Through Preferences: Unraveling Feedback Acquisition for Aligning Large Language Models, ICLR",
    url: "https://github.com/Hritikbansal/sparse_feedback",
    files: "data/**/feedback_{ratings,rankings}_*.csv, {ratings,rankings,davinci}_*.csv, *.json",
    kinds: &["rating", "pairwise"],
    fills: &[
        "items",
        "systems",
        "responses",
        "annotators",
        "ratings",
        "comparisons",
        "edges",
    ],
    caveats: &[
        "annotator is gpt-3.5-turbo throughout; people's feedback is published elsewhere",
        "the input 'nan' stands for no input and is read so, that files join by text",
        "several systems may have given the same text: an edge of kind 'generator' goes from each to the response",
        "in a comparison (a) was shown first",
    ],
    format_verified: true,
};

const JUDGE: &str = "gpt-3.5-turbo";

impl Source for SparseFeedback {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        let mut seen = BTreeMap::new();
        for file in input.files() {
            let name = common::base(file);
            match (name, file.extension().as_str()) {
                ("feedback_rankings_for_rm_sample.json", _) => {
                    common::skip(
                        out,
                        name,
                        "it repeats feedback_rankings_sample_generation.csv",
                    );
                }
                (_, "csv") if name.starts_with("feedback_ratings_") => {
                    let columns = ["instruction", "input", "response", "verdict"];
                    out.each(headless(file, &columns)?, |record, out| {
                        rating(record, &mut seen, out)
                    })?;
                }
                (_, "csv") if name.starts_with("feedback_rankings_") => {
                    let columns = ["instruction", "input", "response1", "response2", "verdict"];
                    out.each(headless(file, &columns)?, |record, out| {
                        comparison(record, &mut seen, out)
                    })?;
                }
                (_, "csv") => out.each(common::comma(file)?, listed)?,
                (_, "json") => out.each(common::records(file)?, listed)?,
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "feedback_ratings_*.csv, feedback_rankings_*.csv, *.csv, *.json",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The lines of a file without a header.
fn headless(file: &File, columns: &[&str]) -> Result<read::Records, Error> {
    let names = columns.iter().map(|c| (*c).to_owned()).collect();
    read::csv(
        file,
        &CsvOptions::default()
            .delimiter(b',')
            .header(Header::Names(names)),
    )
}

/// Writes the item, once; gives its id.
fn item(record: &Record, out: &mut Rows<'_>) -> Result<String, Error> {
    let (instruction, input) = (
        record.text("instruction")?,
        record.opt_text("input")?.unwrap_or_default(),
    );
    let input = if input == "nan" { "" } else { &*input };
    let id = common::content_id(&[&instruction, input]);
    let mut row = out.row("items")?;
    row.text("item", &id).text("prompt", instruction);
    if !input.is_empty() {
        row.json("context", &serde_json::json!({ "input": input }));
    }
    row.finish_once()?;
    Ok(id)
}

/// Writes a response, once; gives its id.
fn response(out: &mut Rows<'_>, item: &str, text: &str) -> Result<String, Error> {
    let id = format!("{item}/{}", common::content_id(&[text]));
    out.row("responses")?
        .text("response", &id)
        .text("item", item)
        .text("modality", "text")
        .int("n_chars", common::chars(text))
        .bool("blank", text.is_empty())
        .text("text", text)
        .finish_once()?;
    Ok(id)
}

/// `id`, and a count where it comes again.
fn again(seen: &mut BTreeMap<String, i64>, id: String) -> (String, i64) {
    let repeat = *seen.entry(id.clone()).and_modify(|n| *n += 1).or_insert(0);
    (
        if repeat == 0 {
            id
        } else {
            format!("{id}/{repeat}")
        },
        repeat,
    )
}

/// Text of a response, which may be empty.
fn text_of(record: &Record, name: &str) -> Result<String, Error> {
    Ok(record.opt_text(name)?.unwrap_or_default().into_owned())
}

/// Reads one rating.
fn rating(
    record: &Record,
    seen: &mut BTreeMap<String, i64>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let item = item(record, out)?;
    let response = response(out, &item, &text_of(record, "response")?)?;
    common::annotator(out, JUDGE, "llm", Some(JUDGE))?;
    let native = record.opt_text("verdict")?;
    let value = record
        .opt_float("verdict")
        .ok()
        .flatten()
        .filter(|v| (1.0..=7.0).contains(v));
    let (id, repeat) = again(seen, format!("rating/{response}"));
    let mut row = out.row("ratings")?;
    row.text("rating", id)
        .text("item", &item)
        .text("response", response)
        .text("annotator", JUDGE)
        .float("value", value)
        .float("scale_min", 1.0)
        .float("scale_max", 7.0)
        .int("repeat", repeat);
    if value.is_none() {
        row.text("label", native);
    }
    row.finish()
}

/// Reads one comparison.
fn comparison(
    record: &Record,
    seen: &mut BTreeMap<String, i64>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let item = item(record, out)?;
    let a = response(out, &item, &text_of(record, "response1")?)?;
    let b = response(out, &item, &text_of(record, "response2")?)?;
    common::annotator(out, JUDGE, "llm", Some(JUDGE))?;
    let native = record.opt_text("verdict")?;
    let outcome = match native.as_deref().map(str::trim) {
        Some("(a)") => Some("a"),
        Some("(b)") => Some("b"),
        Some("equal") => Some("tie"),
        _ => None,
    };
    let second = b.rsplit('/').next().unwrap_or_default();
    let (id, repeat) = again(seen, format!("ranking/{a}/{second}"));
    let mut row = out.row("comparisons")?;
    row.text("comparison", id)
        .text("item", &item)
        .text("response_a", &a)
        .text("response_b", &b)
        .text("annotator", JUDGE)
        .text("outcome", outcome)
        .int("shown_order", 0)
        .int("repeat", repeat);
    if outcome.is_none() {
        row.meta(
            "verdict",
            native.map_or(Value::Null, |n| Value::from(n.into_owned())),
        );
    }
    row.finish()
}

/// Reads one line of a list of instructions, with or without responses.
fn listed(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = item(record, out)?;
    for name in ["response", "response1", "response2", "output"] {
        if record.has(name) {
            let id = response(out, &item, &text_of(record, name)?)?;
            if let Some(generator) = record.opt_text("generator")? {
                common::system(out, &generator, "model")?;
                out.row("edges")?
                    .text("kind", "generator")
                    .text("src", generator)
                    .text("dst", id)
                    .text("context", record.opt_text("dataset")?)
                    .finish_once()?;
            }
        }
    }
    if record.has("responses") {
        for native in record.list("responses")? {
            let text = native
                .as_str()
                .ok_or_else(|| record.error("responses", "a list of text"))?;
            response(out, &item, text)?;
        }
    }
    let known = [
        "instruction",
        "input",
        "response",
        "response1",
        "response2",
        "output",
        "generator",
        "dataset",
        "responses",
    ];
    match record.fields().find(|(name, _)| !known.contains(name)) {
        Some((name, _)) => Err(record.error(name, format!("no fields but {}", known.join(", ")))),
        None => Ok(()),
    }
}
