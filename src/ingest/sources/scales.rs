//! Wide tables of ratings: hate speech on ten ordinal items, listening tests,
//! and twelve dimensions of human beauty.
//!
//! Kennedy et al. 2020, <https://arxiv.org/abs/2009.10277>; Varadhan et al.
//! 2024, <https://arxiv.org/abs/2411.12719>; Liao et al. 2025,
//! <https://arxiv.org/abs/2503.23907>.

use serde_json::{Map, Value};

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::{Card, Error, Record, Rows, json};

/// Measuring hate speech.
pub(super) static HATE: Named = Named {
    card: &Card {
        name: "measuring_hate_speech",
        title: "Measuring Hate Speech",
        licence: "CC-BY-4.0",
        licence_note: "comments are users' own words",
        citation: "Kennedy et al. (2020), Constructing interval variables via faceted Rasch measurement and multitask deep learning: a hate speech application",
        url: "https://huggingface.co/datasets/ucberkeley-dlab/measuring-hate-speech",
        files: "measuring-hate-speech.parquet, or the same as .csv or .jsonl",
        kinds: &["rating", "label"],
        fills: &["items", "annotators", "ratings", "labels", "features"],
        caveats: &[
            "one rating per ordinal item; the released Rasch estimates are features of the comment and of the annotator",
            "targets that were ticked are labels of field target; those not ticked are no rows",
            "annotators' personal attributes are in annotators.demographics",
            "the text is offensive in places",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| shape::each(file, out, hate),
};

/// The ordinal items, with the largest value of each.
const ORDINALS: [(&str, f64); 10] = [
    ("sentiment", 4.0),
    ("respect", 4.0),
    ("insult", 4.0),
    ("humiliate", 4.0),
    ("status", 4.0),
    ("dehumanize", 4.0),
    ("violence", 4.0),
    ("genocide", 4.0),
    ("attack_defend", 4.0),
    ("hatespeech", 2.0),
];
/// Estimates for the comment.
const COMMENT: [&str; 5] = [
    "hate_speech_score",
    "std_err",
    "infitms",
    "outfitms",
    "hypothesis",
];
/// Estimates for the annotator.
const RATER: [&str; 3] = [
    "annotator_severity",
    "annotator_infitms",
    "annotator_outfitms",
];

/// An id that comes as a float where a column has gaps.
fn whole(value: &Value) -> Option<String> {
    json::int(value)
        .map(|v| v.to_string())
        .or_else(|| json::text(value).map(Into::into))
}

fn hate(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let key = |name: &str| whole(record.value(name)?).ok_or_else(|| record.error(name, "a key"));
    let (item, rater) = (key("comment_id")?, key("annotator_id")?);
    out.row("items")?
        .text("item", &item)
        .text("prompt", record.opt_text("text")?)
        .meta("platform", record.get("platform").cloned())
        .finish_once()?;
    let mut person = Map::new();
    for (name, value) in record.fields() {
        let own = name.starts_with("annotator_") && name != "annotator_id";
        if own && !RATER.contains(&name) && !value.is_null() {
            person.insert(
                name.trim_start_matches("annotator_").to_owned(),
                value.clone(),
            );
        }
    }
    out.row("annotators")?
        .text("annotator", &rater)
        .text("kind", "human_crowd")
        .json(
            "demographics",
            &if person.is_empty() {
                Value::Null
            } else {
                Value::Object(person)
            },
        )
        .finish_once()?;
    for name in RATER {
        let value = record.get(name).cloned().unwrap_or_default();
        common::feature(out, ("annotator", &rater), name, &number(value))?;
    }
    for name in COMMENT {
        let Some(value) = record.get(name) else {
            continue;
        };
        common::feature(out, ("item", &item), name, &number(value.clone()))?;
    }
    let native = format!("{item}/{rater}");
    let about = About {
        id: &native,
        item: Some(&item),
        annotator: Some(&rater),
        ..About::default()
    };
    for (name, most) in ORDINALS {
        let value = record.get(name).cloned().unwrap_or_default();
        let mut row = about.rating(out, name, &value, Some((0.0, most)))?;
        if name == "hatespeech" {
            for (field, value) in record.fields() {
                let known = ["comment_id", "annotator_id", "text", "platform"].contains(&field)
                    || ORDINALS.iter().any(|(o, _)| *o == field)
                    || COMMENT.contains(&field)
                    || field.starts_with("annotator_")
                    || field.starts_with("target_");
                if !known {
                    row.meta(field, value.clone());
                }
            }
        }
        row.finish()?;
    }
    for (field, value) in record.fields().filter(|(f, _)| f.starts_with("target_")) {
        if json::boolean(value) == Some(true) {
            let target = field.trim_start_matches("target_");
            let mut row = about.label(out, &format!("target/{target}"), &Value::from(target))?;
            row.text("field", "target").finish()?;
        }
    }
    Ok(())
}

/// A number, where a text is one.
fn number(value: Value) -> Value {
    match value.as_str().and_then(json::parse_float) {
        Some(number) => Value::from(number),
        None => value,
    }
}

/// MANGO.
pub(super) static MANGO: Named = Named {
    card: &Card {
        name: "mango",
        title: "MANGO: MUSHRA listening tests of Indian-language text-to-speech",
        licence: "CC-BY-4.0",
        licence_note: "",
        citation: "Varadhan et al. (2024), Rethinking MUSHRA: Addressing Modern Challenges in Text-to-Speech Evaluation",
        url: "https://huggingface.co/datasets/ai4bharat/MANGO",
        files: "csvs/<language>_<test>.csv",
        kinds: &["rating"],
        fills: &["items", "systems", "annotators", "ratings"],
        caveats: &[
            "columns are not known for certain: a rater, an utterance, and either system and score or one column of scores per system are expected",
            "the test and language are the name of the file; reference and anchor are systems like any other",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let test = file.stem();
        match shape::is(file, &["csv"]) {
            true => shape::each(file, out, |record, out| heard(record, test, out)),
            false => Ok(false),
        }
    },
};

const RATER_NAMES: &str =
    "rater|rater_id|listener|listener_id|user_id|user|annotator|annotator_id|email|name";
const UTTERANCE: &str = "utterance|utterance_id|sample|sample_id|audio|audio_id|file|file_name|filename|sentence_id|question|text_id|item";
const SYSTEM: &str = "system|system_id|model|stimulus";
const SCORE: &str = "score|rating|value";

fn heard(record: &Record, test: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let rater = shape::word(record, RATER_NAMES)?;
    let utterance = shape::word(record, UTTERANCE)?;
    common::annotator(out, &rater, "human_crowd", None)?;
    let item = format!("{test}/{utterance}");
    out.row("items")?
        .text("item", &item)
        .text("task", test)
        .finish_once()?;
    let picked = |names: &str| {
        names
            .split('|')
            .find(|n| record.get(n).is_some())
            .map(str::to_owned)
    };
    let mut used: Vec<String> = [RATER_NAMES, UTTERANCE]
        .iter()
        .filter_map(|n| picked(n))
        .collect();
    let cells: Vec<(String, &Value)> = match (picked(SYSTEM), picked(SCORE)) {
        (Some(system), Some(score)) => {
            let cell = (record.text(&system)?.into_owned(), record.value(&score)?);
            used.extend([system, score]);
            vec![cell]
        }
        _ => {
            let free = record.fields().filter(|(name, v)| {
                let plain = !name.to_lowercase().ends_with("id") && !name.starts_with("column_");
                plain && !used.iter().any(|u| u == name) && json::float(v).is_some()
            });
            free.map(|(name, v)| (name.to_owned(), v)).collect()
        }
    };
    if cells.is_empty() {
        return Err(
            record.wrong("a column of systems and one of scores, or a column of scores per system")
        );
    }
    used.extend(cells.iter().map(|(name, _)| name.clone()));
    let used: Vec<&str> = used.iter().map(String::as_str).collect();
    let native = out.id(record);
    for (system, value) in &cells {
        shape::system(out, system)?;
        let id = format!("{native}/{system}");
        let about = About {
            id: &id,
            item: Some(&item),
            system: Some(system),
            annotator: Some(&rater),
            ..About::default()
        };
        let mut row = about.rating(out, "mushra", value, Some((0.0, 100.0)))?;
        row.text("cohort", test);
        common::rest(&mut row, record, &used);
        row.finish()?;
    }
    Ok(())
}

/// HumanBeauty.
pub(super) static BEAUTY: Named = Named {
    card: &Card {
        name: "humanbeauty",
        title: "HumanBeauty: twelve dimensions of aesthetics of pictures of people",
        licence: "NOASSERTION",
        licence_note: "see the repository; pictures come from several datasets",
        citation: "Liao et al. (2025), HumanAesExpert: Advancing a Multi-Modality Foundation Model for Human Image Aesthetic Assessment",
        url: "https://huggingface.co/datasets/HumanAesExpert/HumanBeauty",
        files: "<source>/{label,train_label,test_label}.jsonl",
        kinds: &["rating"],
        fills: &["items", "ratings"],
        caveats: &[
            "names of the fields are not known for certain: the image is image, image_path, img, path or file_name, and every number, also inside objects, is a rating",
            "a value is a share from 0 to 1; a word such as 'good' leaves it NULL and stays as label",
            "label.jsonl repeats the lines of the two other files: hand over it or them",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let (source, split) = (shape::folder(file), file.stem());
        match split.ends_with("label") && shape::is(file, &["jsonl", "json"]) {
            true => shape::each(file, out, |record, out| beauty(record, source, split, out)),
            false => Ok(false),
        }
    },
};

fn beauty(record: &Record, source: &str, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let names = "image|image_path|img|img_path|path|file_name|filename";
    let item = shape::join(&[source, &shape::word(record, names)?]);
    let split = split.trim_end_matches("label").trim_end_matches('_');
    let mut row = out.row("items")?;
    row.text("item", &item)
        .text("category", source)
        .text("split", (!split.is_empty()).then_some(split));
    let words = ["bad", "poor", "fair", "good", "excellent"];
    let is_level = |v: &Value| {
        v.as_str()
            .is_some_and(|t| words.contains(&t.to_lowercase().as_str()))
    };
    let rated = |v: &Value| json::float(v).is_some() || is_level(v);
    let mut found: Vec<(String, Value)> = Vec::new();
    for (name, value) in record.fields() {
        match value {
            Value::Object(map) if map.values().all(&rated) => {
                found.extend(map.iter().map(|(k, v)| (k.clone(), v.clone())));
            }
            one if rated(one) => found.push((name.to_owned(), one.clone())),
            _ if names.split('|').any(|n| n == name) => {}
            other => {
                row.meta(name, other.clone());
            }
        }
    }
    row.finish()?;
    if found.is_empty() {
        return Err(record.wrong("at least one number per dimension"));
    }
    let about = About {
        id: &item,
        item: Some(&item),
        ..About::default()
    };
    for (aspect, value) in found {
        about
            .rating(out, &aspect, &value, Some((0.0, 1.0)))?
            .finish()?;
    }
    Ok(())
}
