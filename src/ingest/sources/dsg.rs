//! DSG: Likert ratings of generated images, and the questions behind them.
//!
//! `tifa160-likert-anns.csv` has one rating per worker and image;
//! `*-anns.csv` otherwise list the atomic questions of a prompt, in a graph.
//! Cho et al. 2024, <https://arxiv.org/abs/2310.18235>.

use std::collections::{BTreeMap, BTreeSet};

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source};

/// The source.
pub struct Dsg;

static CARD: Card = Card {
    name: "dsg",
    title: "Davidsonian Scene Graph: ratings and questions",
    licence: "Apache-2.0",
    licence_note: "licence of the repository; prompts come from several datasets",
    citation: "Cho et al. (2024), Davidsonian Scene Graph: Improving Reliability in Fine-grained Evaluation for Text-to-Image Generation, ICLR",
    url: "https://github.com/j-min/DSG",
    files: "dsg/data/tifa160-likert-anns.csv, dsg/data/tifa160-dev-anns.csv, dsg/data/dsg-1k-anns.csv",
    kinds: &["rating"],
    fills: &[
        "items",
        "systems",
        "responses",
        "annotators",
        "ratings",
        "features",
    ],
    caveats: &[
        "five images have four ratings instead of five",
        "rated items are those of dsg-1k-anns.csv; their feature source_id is the id used in tifa160-dev-anns.csv",
        "a question is an item whose parent is the prompt; three numbers of tifa160-dev-anns.csv come twice",
    ],
    format_verified: true,
};

impl Source for Dsg {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        let mut prompts = BTreeSet::new();
        let mut likert = None;
        for file in input.files() {
            match common::base(file) {
                "tifa160-likert-anns.csv" if likert.is_some() => return Err(common::second(file)),
                "tifa160-likert-anns.csv" => likert = Some(file),
                "tifa160-dev-anns.csv" | "dsg-1k-anns.csv" => questions(file, &mut prompts, out)?,
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "tifa160-likert-anns.csv, tifa160-dev-anns.csv, dsg-1k-anns.csv",
                    ));
                }
            }
        }
        let Some(likert) = likert else { return Ok(()) };
        out.each(common::comma(likert)?, |record, out| {
            rating(record, &prompts, out)
        })
    }
}

/// Reads one rating; `prompts` are the items written already.
fn rating(record: &Record, prompts: &BTreeSet<String>, out: &mut Rows<'_>) -> Result<(), Error> {
    let (item, system, worker) = (
        record.text("item_id")?,
        record.text("t2i_model")?,
        record.text("worker_id")?,
    );
    if !prompts.contains(&*item) {
        out.row("items")?.text("item", &*item).finish_once()?;
    }
    common::feature(
        out,
        ("item", &item),
        "source_id",
        record.value("source_id")?,
    )?;
    common::system(out, &system, "model")?;
    common::annotator(out, &worker, "human_crowd", None)?;
    let response = format!("{item}/{system}");
    out.row("responses")?
        .text("response", &response)
        .text("item", &*item)
        .text("system", &*system)
        .text("modality", "image")
        .finish_once()?;
    let mut row = out.row("ratings")?;
    row.text("rating", format!("{response}/{worker}"))
        .text("item", &*item)
        .text("system", &*system)
        .text("response", response)
        .text("annotator", worker)
        .text("aspect", "consistency")
        .float("value", record.float("answer")?)
        .float("scale_min", 1.0)
        .float("scale_max", 5.0);
    let used = ["t2i_model", "item_id", "source_id", "worker_id", "answer"];
    common::rest(&mut row, record, &used);
    row.finish()
}

/// Reads the questions of one set of prompts.
fn questions(file: &File, prompts: &mut BTreeSet<String>, out: &mut Rows<'_>) -> Result<(), Error> {
    let set = file.stem().trim_end_matches("-anns");
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    out.each(common::comma(file)?, |record, out| {
        let prompt = record.text("item_id")?;
        out.row("items")?
            .text("item", &*prompt)
            .text("split", set)
            .text("prompt", record.text("text")?)
            .finish_once()?;
        prompts.insert(prompt.to_string());
        let question = format!("{prompt}/{}", record.text("proposition_id")?);
        let again = *seen
            .entry(question.clone())
            .and_modify(|n| *n += 1)
            .or_insert(0);
        let mut row = out.row("items")?;
        row.text(
            "item",
            if again == 0 {
                question
            } else {
                format!("{question}/{again}")
            },
        )
        .text("split", set)
        .text("category", record.opt_text("category_broad")?)
        .texts("tags", [record.opt_text("category_detailed")?])
        .text("prompt", record.text("question_natural_language")?)
        .text("parent", &*prompt);
        let used = [
            "item_id",
            "text",
            "proposition_id",
            "category_broad",
            "category_detailed",
            "question_natural_language",
        ];
        common::rest(&mut row, record, &used);
        row.finish()
    })
}
