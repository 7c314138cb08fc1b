//! HANNA: stories by machines and people, scored by people and by metrics.
//!
//! `hanna_metric_scores_llm.csv` has a line per system and a column per
//! metric, whose cells are lists of one number per story; `user_study.csv`
//! has checks of explanations. Chhun et al. 2024,
//! <https://arxiv.org/abs/2405.13769>.

use super::common;
use crate::ingest::{Card, Error, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct Hanna;

static CARD: Card = Card {
    name: "hanna",
    title: "HANNA: evaluation of generated stories",
    licence: "MIT",
    licence_note: "",
    citation: "Chhun, Suchanek & Clavel (2024), Do Language Models Enjoy Their Own Stories? Prompting Large Language Models for Automatic Story Evaluation, TACL",
    url: "https://github.com/dig-team/hanna-benchmark-asg",
    files: "hanna_metric_scores_llm.csv, user_study.csv",
    kinds: &["score", "label"],
    fills: &["items", "systems", "responses", "scores", "labels"],
    caveats: &[
        "every column is a score under its native name: Relevance to Complexity are means over people, 'Human 1 RE' and so on one person's, 'Beluga-13B RE 1' a language model's under its first prompt",
        "the direction of a metric is not stated",
        "a story is known by its place in the lists, from 0",
        "the user study does not name its annotators: several rows on one explanation are several people",
    ],
    format_verified: true,
};

impl Source for Hanna {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match common::base(file) {
                "hanna_metric_scores_llm.csv" => out.each(common::comma(file)?, scores)?,
                "user_study.csv" => out.each(common::comma(file)?, check)?,
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "hanna_metric_scores_llm.csv, user_study.csv",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Reads the line of one system.
fn scores(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let system = record.text("Model")?;
    common::system(
        out,
        &system,
        if *system == *"Human" {
            "human"
        } else {
            "model"
        },
    )?;
    for (metric, native) in record.fields().filter(|(name, _)| *name != "Model") {
        let list = native
            .as_str()
            .and_then(|t| t.trim().strip_prefix('[')?.strip_suffix(']'));
        let Some(list) = list else {
            return Err(record.error(metric, "a list of numbers in brackets"));
        };
        for (story, number) in list.split(',').map(str::trim).enumerate() {
            let value = json::parse_float(number);
            if value.is_none() && !["nan", "None"].contains(&number) {
                return Err(record
                    .error(metric, "a list of numbers, nan or None")
                    .found(number));
            }
            let item = format!("story/{story}");
            out.row("items")?.text("item", &item).finish_once()?;
            let mut row = out.row("scores")?;
            row.text("score", format!("{system}/{story}/{metric}"))
                .text("system", &*system)
                .text("metric", metric)
                .text("item", item)
                .float("value", value);
            if value.is_none() {
                row.meta("value", number);
            }
            row.finish()?;
        }
    }
    Ok(())
}

/// Reads one person's check of one explanation.
fn check(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (story, text) = (
        record.text("Input.story_id")?,
        record.text("Input.explanation")?,
    );
    let item = format!("user_study/{story}");
    let response = format!("{item}/{}", common::content_id(&[&text]));
    out.row("items")?
        .text("item", &item)
        .text("task", "user_study")
        .finish_once()?;
    out.row("responses")?
        .text("response", &response)
        .text("item", &item)
        .text("modality", "text")
        .int("n_chars", common::chars(&text))
        .text("text", text)
        .finish_once()?;
    for (name, value) in record
        .fields()
        .filter(|(name, _)| !name.starts_with("Input."))
    {
        out.row("labels")?
            .text("label", format!("user_study/{}/{name}", record.number()))
            .text("item", &item)
            .text("response", &response)
            .text("field", name)
            .value("value", value)
            .finish()?;
    }
    Ok(())
}
