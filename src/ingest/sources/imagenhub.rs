//! ImagenHub: two aspects of generated images, rated by three people per task.
//!
//! One TSV file per task and rater, both named in the file's name; a column
//! per system, a cell per image: `[SC,PQ]`, semantic consistency and
//! perceptual quality, each 0, 0.5 or 1.
//! Ku et al. 2024, <https://arxiv.org/abs/2310.01596>.

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct ImagenHub;

static CARD: Card = Card {
    name: "imagenhub",
    title: "ImagenHub human ratings",
    licence: "MIT",
    licence_note: "",
    citation: "Ku et al. (2024), ImagenHub: Standardizing the Evaluation of Conditional Image Generation Models, ICLR",
    url: "https://github.com/TIGER-AI-Lab/ImagenHub",
    files: "eval/human_ratings/<task>/<task>_rater<n>.tsv",
    kinds: &["rating"],
    fills: &["items", "systems", "responses", "annotators", "ratings"],
    caveats: &[
        "raters are numbered within a task: rater1 of two tasks need not be one person, so ids name the task",
        "the overall score of the paper is the mean of sqrt(SC * PQ) per rating, not of the aspects' means",
        "prompts and images are published elsewhere; items carry upstream's uid",
    ],
    format_verified: true,
};

impl Source for ImagenHub {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            let named = (file.extension() == "tsv")
                .then(|| file.stem().rsplit_once("_rater"))
                .flatten();
            match named {
                Some((task, rater)) if !task.is_empty() && !rater.is_empty() => {
                    let rater = format!("{task}/rater{rater}");
                    common::annotator(out, &rater, "human", None)?;
                    ratings(file, task, &rater, out)?;
                }
                _ if common::is_paperwork(file, out) => {}
                _ => return Err(common::unknown(file, "<task>_rater<n>.tsv")),
            }
        }
        Ok(())
    }
}

/// Reads the file of one task and rater.
fn ratings(file: &File, task: &str, rater: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    out.each(common::tab(file)?, |record, out| {
        let uid = record.text("uid")?;
        let item = format!("{task}/{uid}");
        out.row("items")?
            .text("item", &item)
            .text("task", task)
            .finish_once()?;
        let systems = record
            .fields()
            .map(|(name, _)| name)
            .filter(|name| *name != "uid");
        for system in systems {
            common::system(out, system, "model")?;
            let response = format!("{item}/{system}");
            out.row("responses")?
                .text("response", &response)
                .text("item", &item)
                .text("system", system)
                .text("modality", "image")
                .finish_once()?;
            let cell = cell(record, system)?;
            for (aspect, value) in [("SC", cell.map(|c| c.0)), ("PQ", cell.map(|c| c.1))] {
                out.row("ratings")?
                    .text(
                        "rating",
                        format!(
                            "{response}/{}/{aspect}",
                            rater.rsplit('/').next().unwrap_or(rater)
                        ),
                    )
                    .text("item", &item)
                    .text("system", system)
                    .text("response", &response)
                    .text("annotator", rater)
                    .text("aspect", aspect)
                    .float("value", value)
                    .float("scale_min", 0.0)
                    .float("scale_max", 1.0)
                    .finish()?;
            }
        }
        Ok(())
    })
}

/// The two numbers of `[SC,PQ]`; `None` for an empty cell.
fn cell(record: &Record, system: &str) -> Result<Option<(f64, f64)>, Error> {
    let Some(text) = record.opt_text(system)?.filter(|t| !t.trim().is_empty()) else {
        return Ok(None);
    };
    let level = |t: &str| json::parse_float(t).filter(|v| [0.0, 0.5, 1.0].contains(v));
    text.trim()
        .strip_prefix('[')
        .and_then(|t| t.strip_suffix(']'))
        .and_then(|t| t.split_once(','))
        .and_then(|(sc, pq)| Some((level(sc)?, level(pq)?)))
        .map(Some)
        .ok_or_else(|| {
            record.error(
                system,
                "[SC,PQ] with numbers among 0, 0.5 and 1, or nothing",
            )
        })
}
