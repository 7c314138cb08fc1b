//! AlpacaEval: annotations of pairs, and outputs of models.
//!
//! `results/<model>/<annotator>/annotations.json` has one record per pair,
//! whose `preference` runs from 1 (output_1) to 2 (output_2), 1.5 being a tie;
//! weighted annotators give any number between, that is 1 plus the probability
//! that output_2 is better. `model_outputs.json` has outputs only.
//! Li et al. 2023, <https://github.com/tatsu-lab/alpaca_eval>; Dubois et al.
//! 2024, <https://arxiv.org/abs/2404.04475>.

use std::collections::BTreeMap;

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct AlpacaEval;

static CARD: Card = Card {
    name: "alpaca_eval",
    title: "AlpacaEval annotations and outputs",
    licence: "Apache-2.0",
    licence_note: "licence of the code; the instructions and human annotations are CC-BY-NC-4.0",
    citation: "Li et al. (2023), AlpacaEval: An Automatic Evaluator of Instruction-following Models",
    url: "https://github.com/tatsu-lab/alpaca_eval",
    files: "results/<model>/<annotator>/annotations.json, results/<model>/model_outputs.json, reference_outputs.json",
    kinds: &["pairwise"],
    fills: &[
        "items",
        "systems",
        "responses",
        "annotators",
        "comparisons",
        "features",
    ],
    caveats: &[
        "prob_a is 2 - preference, also for annotators that give 1 or 2 only; the win rate of generator_2 is 1 - avg(prob_a)",
        "outcome is 'a' below 1.5, 'b' above, 'tie' at 1.5; anything outside 1 to 2 is NULL, kept in meta.preference",
        "items have no key upstream: theirs is a digest of subset and instruction",
        "which output was shown first is not recorded",
        "checked against excerpts of the release only",
    ],
    format_verified: false,
};

const USED: [&str; 8] = [
    "instruction",
    "output_1",
    "generator_1",
    "dataset",
    "output_2",
    "generator_2",
    "annotator",
    "preference",
];

impl Source for AlpacaEval {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match common::base(file) {
                "annotations.json" => annotations(file, out)?,
                "model_outputs.json" | "reference_outputs.json" => {
                    out.each(common::records(file)?, |record, out| {
                        let item = item(record, out)?;
                        let (response, _) = output(record, &item, ("output", "generator"), out)?;
                        for (name, value) in record.fields() {
                            if !["instruction", "dataset", "output", "generator"].contains(&name) {
                                common::feature(out, ("response", &response), name, value)?;
                            }
                        }
                        Ok(())
                    })?;
                }
                "leaderboard.csv" => {
                    common::skip(out, "leaderboard.csv", "it sums up annotations.json");
                }
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "annotations.json, model_outputs.json, reference_outputs.json, leaderboard.csv",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Writes the item, once; gives its id.
fn item(record: &Record, out: &mut Rows<'_>) -> Result<String, Error> {
    let (instruction, subset) = (record.text("instruction")?, record.opt_text("dataset")?);
    let id = common::content_id(&[subset.as_deref().unwrap_or_default(), &instruction]);
    out.row("items")?
        .text("item", &id)
        .text("category", subset)
        .text("prompt", instruction)
        .finish_once()?;
    Ok(id)
}

/// Writes system and response, each once; gives the ids of both.
fn output(
    record: &Record,
    item: &str,
    (text, generator): (&str, &str),
    out: &mut Rows<'_>,
) -> Result<(String, String), Error> {
    let (text, generator) = (record.text(text)?, record.text(generator)?);
    common::system(out, &generator, "model")?;
    // The same model may have answered anew for another run.
    let id = format!("{generator}/{item}/{}", common::content_id(&[&text]));
    let mut row = out.row("responses")?;
    row.text("response", &id)
        .text("item", item)
        .text("system", &*generator)
        .text("modality", "text");
    row.int("n_chars", common::chars(&text))
        .bool("blank", text.is_empty())
        .text("text", text);
    row.finish_once()?;
    Ok((id, generator.into_owned()))
}

/// Reads `annotations.json`.
fn annotations(file: &File, out: &mut Rows<'_>) -> Result<(), Error> {
    let mut seen: BTreeMap<String, i64> = BTreeMap::new();
    out.each(common::records(file)?, |record, out| {
        let item = item(record, out)?;
        let (response_a, a) = output(record, &item, ("output_1", "generator_1"), out)?;
        let (response_b, b) = output(record, &item, ("output_2", "generator_2"), out)?;
        let annotator = record.text("annotator")?;
        common::annotator(out, &annotator, "llm", None)?;
        let native = record.get("preference").cloned().unwrap_or_default();
        let preference = json::float(&native).filter(|p| (1.0..=2.0).contains(p));
        let outcome = preference.map(|p| match p {
            p if p < 1.5 => "a",
            p if p > 1.5 => "b",
            _ => "tie",
        });
        let pair = format!("{annotator}/{a}/{b}/{item}");
        let repeat = *seen
            .entry(pair.clone())
            .and_modify(|n| *n += 1)
            .or_insert(0);
        let again = if repeat == 0 {
            String::new()
        } else {
            format!("/{repeat}")
        };
        let mut row = out.row("comparisons")?;
        row.text("comparison", format!("{pair}{again}"))
            .text("item", &item)
            .text("system_a", a)
            .text("system_b", b)
            .text("response_a", response_a)
            .text("response_b", response_b)
            .text("annotator", &*annotator)
            .text("outcome", outcome)
            .float("prob_a", preference.map(|p| 2.0 - p))
            .int("repeat", repeat);
        // 2 - p need not give p back, digit for digit.
        if preference.is_none_or(|p| p.fract() != 0.0) {
            row.meta("preference", native);
        }
        common::rest(&mut row, record, &USED);
        row.finish()
    })
}
