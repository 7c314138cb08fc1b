//! PRISM: who the participants are, what they talked about, and how they
//! scored up to four models at once.
//!
//! `utterances.jsonl` gives a rating per answer and the pairs of answers of
//! one turn; `conversations.jsonl` the aspects rated at the end;
//! `survey.jsonl` the participants. Kirk et al. 2024,
//! <https://arxiv.org/abs/2404.16019>.

use std::collections::BTreeMap;

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED};
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct Prism;

static CARD: Card = Card {
    name: "prism",
    title: "PRISM Alignment Dataset",
    licence: "CC-BY-4.0",
    licence_note: "human-written text CC-BY-4.0, model answers CC-BY-NC-4.0",
    citation: "Kirk et al. (2024), The PRISM Alignment Dataset: What Participatory, Representative and Individualised Human Feedback Reveals, NeurIPS",
    url: "https://huggingface.co/datasets/HannahRoseKirk/prism-alignment",
    files: "survey.jsonl, conversations.jsonl, utterances.jsonl, models.jsonl, metadata.jsonl",
    kinds: &["rating", "pairwise"],
    fills: &[
        "items",
        "systems",
        "responses",
        "annotators",
        "ratings",
        "comparisons",
        "features",
    ],
    caveats: &[
        "items are <conversation_id>/<turn>; all answers of one turn are compared with the one chosen (if_chosen)",
        "upstream draws every pair of answers of turn 0 from the scores, a difference of at most 5 being a tie: take ratings for that",
        "personal and sensitive attributes of participants are in annotators.demographics",
        DESCRIBED,
    ],
    format_verified: false,
};

impl Source for Prism {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        let mut surveyed = false;
        for file in input.files() {
            match common::base(file) {
                "survey.jsonl" => {
                    surveyed = true;
                    out.each(common::records(file)?, person)?;
                }
                "models.jsonl" => out.each(common::records(file)?, model)?,
                "metadata.jsonl" => out.each(common::records(file)?, flags)?,
                "conversations.jsonl" | "utterances.jsonl" => {}
                _ if common::is_paperwork(file, out) => {}
                _ => return Err(common::unknown(file, CARD.files)),
            }
        }
        for file in input.ending("conversations.jsonl") {
            out.each(common::records(file)?, |record, out| {
                known(record, surveyed, out)?;
                conversation(record, out)
            })?;
        }
        for file in input.ending("utterances.jsonl") {
            utterances(file, surveyed, out)?;
        }
        Ok(())
    }
}

/// Writes the participant, where there is no survey to say more.
fn known(record: &Record, surveyed: bool, out: &mut Rows<'_>) -> Result<(), Error> {
    if surveyed {
        return Ok(());
    }
    common::annotator(out, &record.text("user_id")?, "human_crowd", None)
}

fn person(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let known: serde_json::Map<String, Value> = record
        .fields()
        .filter(|(name, v)| !["user_id", "self_description"].contains(name) && !v.is_null())
        .map(|(name, v)| (name.to_owned(), v.clone()))
        .collect();
    out.row("annotators")?
        .text("annotator", record.text("user_id")?)
        .text("kind", "human_crowd")
        .text("description", record.opt_text("self_description")?)
        .json("demographics", &Value::Object(known))
        .finish()
}

fn model(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let name = shape::word(record, "model_name|model_id|model")?;
    for (field, value) in record.fields() {
        common::feature(out, ("system", &name), field, value)?;
    }
    Ok(())
}

/// Flags of one text: written as features of what it belongs to.
fn flags(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = out.id(record);
    let column = shape::maybe(record, "column_id").unwrap_or_default();
    let entity = shape::join(&[&column, &id]);
    shape::features(out, ("item", &entity), record, &[])
}

fn conversation(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (id, user) = (record.text("conversation_id")?, record.text("user_id")?);
    let mut row = out.row("items")?;
    row.text("item", &*id);
    let columns = [
        ("category", "conversation_type"),
        ("prompt", "opening_prompt"),
        ("context", "conversation_history"),
    ];
    let asked = ["performance_attributes", "choice_attributes"];
    let used = ["conversation_id", asked[0], asked[1]];
    shape::fill(&mut row, record, &columns, &used);
    row.finish()?;
    for kind in asked {
        let Some(Value::Object(aspects)) = record.get(kind) else {
            continue;
        };
        let short = kind.trim_end_matches("_attributes");
        for (aspect, value) in aspects.iter().filter(|(_, v)| !v.is_null()) {
            let about = About {
                id: &id,
                item: Some(&id),
                annotator: Some(&user),
                ..About::default()
            };
            let aspect = format!("{short}/{aspect}");
            about
                .rating(out, &aspect, value, Some((0.0, 100.0)))?
                .finish()?;
        }
    }
    Ok(())
}

/// One answer, as needed to compare it with the others of its turn.
struct Scored {
    response: String,
    system: String,
    user: String,
    score: Option<f64>,
    chosen: bool,
}

/// Reads all answers, then compares those of each turn.
fn utterances(file: &File, surveyed: bool, out: &mut Rows<'_>) -> Result<(), Error> {
    let mut turns: BTreeMap<String, Vec<Scored>> = BTreeMap::new();
    out.each(common::records(file)?, |record, out| {
        known(record, surveyed, out)?;
        let (item, scored) = utterance(record, out)?;
        turns.entry(item).or_default().push(scored);
        Ok(())
    })?;
    for (item, answers) in &turns {
        for chosen in answers.iter().filter(|a| a.chosen) {
            for other in answers.iter().filter(|a| !a.chosen) {
                out.row("comparisons")?
                    .text(
                        "comparison",
                        format!("{}/{}", chosen.response, other.response),
                    )
                    .text("item", item)
                    .text("system_a", &chosen.system)
                    .text("system_b", &other.system)
                    .text("response_a", &chosen.response)
                    .text("response_b", &other.response)
                    .text("annotator", &chosen.user)
                    .text("outcome", "a")
                    .float("score_a", chosen.score)
                    .float("score_b", other.score)
                    .finish()?;
            }
        }
    }
    Ok(())
}

fn utterance(record: &Record, out: &mut Rows<'_>) -> Result<(String, Scored), Error> {
    let (conversation, turn) = (record.text("conversation_id")?, record.int("turn")?);
    let item = format!("{conversation}/{turn}");
    let (id, user) = (record.text("utterance_id")?, record.text("user_id")?);
    let system = record.text("model_name")?;
    out.row("items")?
        .text("item", &item)
        .text("parent", &*conversation)
        .text("category", record.opt_text("conversation_type")?)
        .text("prompt", record.opt_text("user_prompt")?)
        .finish_once()?;
    out.row("systems")?
        .text("system", &*system)
        .text("kind", "model")
        .text("provider", record.opt_text("model_provider")?)
        .finish_once()?;
    let text = record.opt_text("model_response")?;
    out.row("responses")?
        .text("response", &*id)
        .text("item", &item)
        .text("system", &*system)
        .int("turn", turn)
        .text("modality", "text")
        .int("n_chars", text.as_deref().map(common::chars))
        .bool("blank", text.is_none())
        .text("text", text)
        .finish()?;
    let score = record.get("score").cloned().unwrap_or_default();
    let about = About {
        id: &id,
        item: Some(&item),
        system: Some(&system),
        response: Some(&id),
        annotator: Some(&user),
        task: None,
    };
    let mut row = about.rating(out, "overall", &score, Some((1.0, 100.0)))?;
    let used = [
        "utterance_id",
        "conversation_id",
        "user_id",
        "turn",
        "conversation_type",
        "user_prompt",
        "model_response",
        "model_name",
        "model_provider",
        "score",
    ];
    common::rest(&mut row, record, &used);
    row.finish()?;
    let scored = Scored {
        response: id.into_owned(),
        system: system.into_owned(),
        user: user.into_owned(),
        score: json::float(&score),
        chosen: record.opt_bool("if_chosen")?.unwrap_or(false),
    };
    Ok((item, scored))
}
