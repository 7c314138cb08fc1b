//! D3CODE: who the raters of offensive language are, in 21 countries.
//!
//! `d3-raters.csv` has demographics and moral foundations, `d3-items.csv` the
//! comments; an item listed twice belongs to two categories.
//! Davani et al. 2024, <https://arxiv.org/abs/2404.10857>.

use serde_json::{Map, Value};

use super::common;
use crate::ingest::{Card, Error, Input, Options, Record, Rows, Source};

/// The source.
pub struct D3Code;

static CARD: Card = Card {
    name: "d3code",
    title: "D3CODE raters and items",
    licence: "CC-BY-4.0",
    licence_note: "",
    citation: "Davani et al. (2024), D3CODE: Disentangling Disagreements in Data across Cultures on Offensiveness Detection and Evaluation, EMNLP",
    url: "https://github.com/google-research-datasets/D3code",
    files: "dataset/d3-raters.csv, dataset/d3-items.csv",
    kinds: &["label"],
    fills: &["items", "annotators", "labels", "features"],
    caveats: &[
        "the ratings themselves are not read: their file was not at hand to check the format",
        "an item may belong to several categories: they are labels with field 'category', without an annotator",
        "moral foundations are features of the annotator",
        "the comments are offensive by design",
    ],
    format_verified: true,
};

const PERSON: [&str; 5] = ["Age", "Gender", "Region", "Country", "SES"];

impl Source for D3Code {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match common::base(file) {
                "d3-raters.csv" => out.each(common::comma(file)?, rater)?,
                "d3-items.csv" => out.each(common::comma(file)?, item)?,
                _ if common::is_paperwork(file, out) => {}
                _ => return Err(common::unknown(file, "d3-raters.csv, d3-items.csv")),
            }
        }
        Ok(())
    }
}

/// Reads one rater.
fn rater(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = record.text("rater_id")?;
    let mut person = Map::new();
    for name in PERSON {
        if let Some(text) = record.opt_text(name)? {
            person.insert(name.to_owned(), Value::from(text.into_owned()));
        }
    }
    out.row("annotators")?
        .text("annotator", &*id)
        .text("kind", "human_crowd")
        .json("demographics", &Value::Object(person))
        .finish()?;
    for (name, value) in record
        .fields()
        .filter(|(name, _)| *name != "rater_id" && !PERSON.contains(name))
    {
        let mut row = out.row("features")?;
        row.text("kind", "annotator")
            .text("entity", &*id)
            .text("feature", name);
        match record.opt_float(name) {
            Ok(number) => {
                row.float("value", number);
            }
            Err(_) => {
                row.value("text", value);
            }
        }
        row.finish()?;
    }
    Ok(())
}

/// Reads one item in one category.
fn item(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = record.text("item_id")?;
    let (category, sub) = (record.text("category")?, record.opt_text("sub-category")?);
    out.row("items")?
        .text("item", &*id)
        .text("prompt", record.text("text")?)
        .finish_once()?;
    let mut row = out.row("labels")?;
    row.text(
        "label",
        format!("{id}/{category}/{}", sub.as_deref().unwrap_or_default()),
    )
    .text("item", &*id)
    .text("field", "category")
    .text("value", category);
    common::rest(&mut row, record, &["item_id", "text", "category"]);
    row.finish()
}
