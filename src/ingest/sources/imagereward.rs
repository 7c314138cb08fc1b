//! ImageReward: rankings with ties of four to nine images per prompt.
//!
//! Native ranks are kept: equal numbers are ties, and numbers may skip.
//! Xu et al. 2023, <https://arxiv.org/abs/2304.05977>.

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct ImageReward;

static CARD: Card = Card {
    name: "imagereward",
    title: "ImageReward expert rankings",
    licence: "Apache-2.0",
    licence_note: "licence of the repository; prompts come from DiffusionDB (CC0-1.0)",
    citation: "Xu et al. (2023), ImageReward: Learning and Evaluating Human Preferences for Text-to-Image Generation, NeurIPS",
    url: "https://github.com/THUDM/ImageReward",
    files: "data/{train,validation,test}.json, benchmark/benchmark-prompts.json",
    kinds: &["ranking"],
    fills: &["items", "responses", "rankings"],
    caveats: &[
        "one ranking per prompt; upstream does not say by whom, so annotator is NULL",
        "equal ranks are ties; the numbers may skip and need not start a new count after a tie",
        "the benchmark re-uses ids of the test set for other prompts: its items are called benchmark/<id>",
    ],
    format_verified: true,
};

impl Source for ImageReward {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match common::base(file) {
                "train.json" | "validation.json" | "test.json" => rankings(file, out)?,
                "benchmark-prompts.json" => out.each(common::records(file)?, |record, out| {
                    let mut row = out.row("items")?;
                    row.text("item", format!("benchmark/{}", record.text("id")?))
                        .text("split", "benchmark");
                    row.text("prompt", record.text("prompt")?);
                    common::rest(&mut row, record, &["id", "prompt"]);
                    row.finish()
                })?,
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "train.json, validation.json, test.json, benchmark-prompts.json",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Reads one split.
fn rankings(file: &File, out: &mut Rows<'_>) -> Result<(), Error> {
    let split = file.stem();
    out.each(common::records(file)?, |record, out| {
        let id = record.text("id")?;
        let entries = entries(record)?;
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let mut row = out.row("items")?;
        row.text("item", &*id)
            .text("split", split)
            .text("prompt", record.text("prompt")?);
        common::rest(
            &mut row,
            record,
            &["id", "prompt", "generations", "ranking"],
        );
        row.finish()?;
        for (image, rank) in entries {
            out.row("responses")?
                .text("response", &image)
                .text("item", &*id)
                .text("uri", &image)
                .text("modality", "image")
                .finish()?;
            out.row("rankings")?
                .text("ranking", &*id)
                .text("entry", &image)
                .text("item", &*id)
                .text("response", &image)
                .float("rank", rank)
                .int("n_ranked", count)
                .int("n_offered", count)
                .finish()?;
        }
        Ok(())
    })
}

/// Images with their ranks, in the order of the file.
fn entries(record: &Record) -> Result<Vec<(String, f64)>, Error> {
    let (images, ranks) = (record.list("generations")?, record.list("ranking")?);
    if images.len() != ranks.len() {
        return Err(record.error(
            "ranking",
            format!("a rank for each of the {} generations", images.len()),
        ));
    }
    images
        .iter()
        .zip(ranks)
        .map(|(image, rank)| {
            let image = image
                .as_str()
                .ok_or_else(|| record.error("generations", "a list of file names"))?;
            let rank = json::float(rank)
                .filter(|r| *r >= 1.0 && r.trunc() == *r)
                .ok_or_else(|| record.error("ranking", "a list of ranks, whole numbers from 1"))?;
            Ok((image.to_owned(), rank))
        })
        .collect()
}
