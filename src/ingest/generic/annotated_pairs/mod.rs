//! Annotated pairs, version 2: one JSON document of response pairs with the
//! annotations of many annotators (people, models, principles) on each.

mod write;

use serde_json::{Map, Value};

pub use self::write::{Annotation, Annotator, Side, Writer};
use super::Card;
use crate::ingest::read::{self, JsonShape};
use crate::ingest::{Error, File, Input, Options, Record, Rows, Source, json};
use crate::schema::{self, Type};

/// Columns of `comparisons` that an annotation holds under their own names:
/// the format has no others for them, and keeps what it does not know.
pub const COLUMNS: &[&str] = &[
    "strength",
    "prob_a",
    "score_a",
    "score_b",
    "confidence",
    "shown_order",
    "repeat",
    "round",
    "time",
    "cohort",
    "rationale",
];

/// The version written, and read in all its minor versions.
const VERSION: &str = "2.0";

/// Annotated pairs.
pub(super) struct AnnotatedPairs;

static CARD: Card = Card {
    name: "annotated_pairs",
    title: "Annotated pairs (JSON, version 2)",
    licence: "",
    licence_note: "The licence is that of the files handed over.",
    citation: "Findeis, Kaufmann, Hüllermeier, Albanie & Mullins (2025). Inverse Constitutional AI: Compressing Preferences into Principles. ICLR.",
    url: "https://github.com/rdnfn/icai",
    files: "JSON documents {metadata, annotators, comparisons}, also as .gz, .zst or .zip",
    kinds: &["pairwise"],
    fills: &["comparisons", "items", "systems", "responses", "annotators"],
    caveats: &[
        "One row in comparisons per pair and annotator, called PAIR/ANNOTATOR; a pair is an item, its metadata is in the item's meta.",
        "No preference counts as a tie only where its reason says so; for other reasons (not applicable, invalid, both, neither) the outcome is NULL and the reason is in meta.",
        "An entry of an annotation called like a column of comparisons (such as shown_order or confidence), with a value that fits, fills it; other entries go into meta.",
        "The metadata of the document is in the meta of its row in sources.",
        "Checked against what the tool itself writes (github.com/rdnfn/icai, its exporter of annotated pairs), not against a released file.",
    ],
    format_verified: false,
};

impl Source for AnnotatedPairs {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, options: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        if let Some(name) = options.params.keys().find(|n| *n != "revision") {
            return Err(Error::fatal("the option revision, or none")
                .field("option")
                .found(name));
        }
        if !options.mapping.columns.is_empty() {
            return Err(
                Error::fatal("no mapping, for the fields of this format are known").field("--map"),
            );
        }
        for file in input.files() {
            head(file, out)?;
            let pairs = read::json(file, JsonShape::Named("comparisons".to_owned()))?;
            out.each(pairs, pair)?;
        }
        Ok(())
    }
}

/// The metadata and the annotators of a document.
fn head(file: &File, out: &mut Rows<'_>) -> Result<(), Error> {
    let parts = read::json(file, JsonShape::Except("comparisons".to_owned()))?;
    let mut default = None;
    let mut annotators = None;
    for part in parts {
        let part = part?;
        let fields = || -> Map<String, Value> {
            let rest = part.fields().filter(|(name, _)| *name != "key");
            rest.map(|(name, value)| (name.to_owned(), value.clone()))
                .collect()
        };
        match &*part.text("key")? {
            "metadata" => {
                let metadata = fields();
                let version = metadata.get("version").and_then(json::text);
                if !version
                    .as_deref()
                    .is_some_and(|v| v == "2" || v.starts_with("2."))
                {
                    let found = metadata
                        .get("version")
                        .map_or("nothing".to_owned(), json::show);
                    return Err(file
                        .error("annotated pairs of version 2")
                        .field("metadata.version")
                        .found(&found));
                }
                default = metadata
                    .get("default_annotator")
                    .and_then(json::text)
                    .map(|t| t.into_owned());
                out.source_meta(file.name(), Value::Object(metadata));
            }
            "annotators" => annotators = Some(part),
            other => {
                let value = part
                    .get("value")
                    .cloned()
                    .unwrap_or_else(|| Value::Object(fields()));
                out.source_meta(&format!("{}/{other}", file.name()), value);
            }
        }
    }
    let Some(annotators) = annotators else {
        return Err(file.error("an entry 'annotators' beside 'comparisons'"));
    };
    out.record(&annotators, |out| {
        for (id, about) in annotators.fields().filter(|(name, _)| *name != "key") {
            annotator(&annotators, id, about, default.as_deref() == Some(id), out)?;
        }
        Ok(())
    })
}

fn annotator(
    record: &Record,
    id: &str,
    about: &Value,
    default: bool,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let Value::Object(about) = about else {
        return Err(record.error(id, "an object with name, description and type"));
    };
    let kind = about.get("type").and_then(Value::as_str);
    let mut row = out.row("annotators")?;
    row.text("annotator", id).text(
        "kind",
        kind.and_then(|kind| match kind {
            "principle" => Some("principle"),
            "human" => Some("human"),
            "llm" | "ai" | "model" | "language_model" => Some("llm"),
            "reward_model" => Some("reward_model"),
            "metric" => Some("metric"),
            "rule" => Some("rule"),
            _ => None,
        }),
    );
    for (name, value) in about {
        match (name.as_str(), value) {
            ("description", Value::String(text)) => {
                row.text("description", text);
            }
            _ => {
                row.meta(name, value.clone());
            }
        }
    }
    if default && !about.contains_key("default") {
        row.meta("default", true);
    }
    row.finish_once()
}

/// One pair with all its annotations.
fn pair(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = match record.opt_text("id")? {
        Some(id) => id.into_owned(),
        None => out.id(record),
    };
    let mut item = out.row("items")?;
    item.text("item", id.as_str());
    match record.get("prompt") {
        Some(turns @ (Value::Array(_) | Value::Object(_))) => {
            item.json("context", turns);
        }
        _ => {
            item.text("prompt", record.opt_text("prompt")?);
        }
    }
    let own = ["id", "prompt", "response_a", "response_b", "annotations"];
    for (name, value) in record.fields().filter(|(name, _)| !own.contains(name)) {
        item.meta(name, value.clone());
    }
    item.finish()?;
    let systems = [
        response(record, "response_a", &id, out)?,
        response(record, "response_b", &id, out)?,
    ];
    for (annotator, said) in record.object("annotations")? {
        annotation(record, &id, &systems, (annotator, said), out)?;
    }
    Ok(())
}

/// The response of one side; gives its system.
fn response(
    record: &Record,
    side: &str,
    pair: &str,
    out: &mut Rows<'_>,
) -> Result<Option<String>, Error> {
    let value = record.value(side)?;
    let empty = Map::new();
    let (text, about) = match value {
        Value::Object(map) => (map.get("text"), map),
        other => (Some(other), &empty),
    };
    let text = match text {
        None | Some(Value::Null) => None,
        Some(turns @ (Value::Array(_) | Value::Object(_))) => Some(json::canonical(turns).into()),
        Some(other) => json::text(other),
    };
    let system = about
        .get("model")
        .and_then(json::text)
        .map(|t| t.into_owned());
    if let Some(system) = &system {
        out.row("systems")?.text("system", system).finish_once()?;
    }
    let mut row = out.row("responses")?;
    row.text("response", format!("{pair}/{}", letter(side)))
        .text("item", pair)
        .text("system", system.as_deref())
        .text("text", text.as_deref())
        .text("modality", "text");
    if let Some(text) = &text {
        row.int("n_chars", i64::try_from(text.chars().count()).ok())
            .bool("blank", text.trim().is_empty());
    }
    for (name, value) in about {
        if !["text", "model"].contains(&name.as_str()) {
            row.meta(name, value.clone());
        }
    }
    row.finish()?;
    Ok(system)
}

fn letter(side: &str) -> &str {
    side.strip_prefix("response_").unwrap_or(side)
}

fn annotation(
    record: &Record,
    pair: &str,
    systems: &[Option<String>; 2],
    (annotator, said): (&str, &Value),
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let empty = Map::new();
    let (pref, about) = match said {
        Value::Object(map) => (map.get("pref"), map),
        other => (Some(other), &empty),
    };
    let reason = about.get("no_pref_reason").and_then(Value::as_str);
    let outcome = match pref {
        None | Some(Value::Null) => match reason.map(str::to_ascii_lowercase).as_deref() {
            Some("tie" | "equal") => Some("tie"),
            Some("both_bad" | "bothbad" | "tie (bothbad)") => Some("both_bad"),
            _ => None,
        },
        Some(Value::String(text)) => match text.as_str() {
            "a" | "text_a" => Some("a"),
            "b" | "text_b" => Some("b"),
            "tie" => Some("tie"),
            // Cells of a table, which the tool copies as they are.
            "" | "nan" | "None" | "irrelevant" | "not_applicable" | "invalid" => None,
            _ => return Err(wrong(record, annotator, said)),
        },
        Some(_) => return Err(wrong(record, annotator, said)),
    };
    let [system_a, system_b] = systems;
    let mut row = out.row("comparisons")?;
    row.text("comparison", format!("{pair}/{annotator}"))
        .text("item", pair)
        .text("system_a", system_a.as_deref())
        .text("system_b", system_b.as_deref())
        .text("response_a", format!("{pair}/a"))
        .text("response_b", format!("{pair}/b"))
        .text("annotator", annotator)
        .text("outcome", outcome);
    for (name, value) in about {
        if fits(name, value) {
            row.value(name, value);
        } else if name != "pref" || (outcome.is_none() && value.is_string()) {
            row.meta(name, value.clone());
        }
    }
    if about.is_empty() && outcome.is_none() && said.is_string() {
        row.meta("pref", said.clone());
    }
    row.finish()
}

/// Whether an entry of an annotation is a column of `comparisons`.
fn fits(name: &str, value: &Value) -> bool {
    let column = COLUMNS.contains(&name).then(|| {
        let table = schema::table("comparisons")?;
        table.column(name)
    });
    let Some(column) = column.flatten() else {
        return false;
    };
    match (column.kind, value) {
        (Type::Text, Value::String(text)) => column.check_text(text).is_ok(),
        (Type::Timestamp, Value::String(_)) => json::micros(value).is_some(),
        (Type::Int32 | Type::Int64, Value::Number(_)) => {
            json::int(value).is_some_and(|v| column.check_int(v).is_ok())
        }
        (Type::Float64, Value::Number(_)) => {
            json::float(value).is_some_and(|v| column.check_float(v).is_ok())
        }
        _ => false,
    }
}

fn wrong(record: &Record, annotator: &str, said: &Value) -> Error {
    record
        .wrong("{\"pref\": \"a\", \"b\" (or \"text_a\", \"text_b\"), \"tie\" or null}")
        .field(format!("annotations.{annotator}"))
        .found(&json::show(said))
}
