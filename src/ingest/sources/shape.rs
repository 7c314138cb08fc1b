//! What most named sources are made of: a card with a reader of one file,
//! fields that go by several names, and prompts, answers and judgements
//! written in one way.

use std::borrow::Cow;

use serde_json::Value;

pub(super) use super::about::About;
use super::common;
use crate::ingest::read::{self, CsvOptions};
use crate::ingest::{Card, Error, File, Input, Options, Record, Row, Rows, Source, json};

/// The caveat of a reader that was not tried on released files.
pub(super) const DESCRIBED: &str =
    "built from a description of the format, not checked against released files";

/// The caveat of a reader whose fields were compared with a published schema.
pub(super) const SCHEMA: &str = "names and types of its fields are those of the schema on the dataset's card; no released row was read";

/// A source that reads its files one by one.
pub(super) struct Named {
    /// The facts; the files it names are named in the error for another file.
    pub(super) card: &'static Card,
    /// Reads one file; false when it is none of this release.
    pub(super) read: fn(&File, &mut Rows<'_>) -> Result<bool, Error>,
}

impl Source for Named {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            if !common::is_paperwork(file, out) && !(self.read)(file, out)? {
                let hint = "hand over only the files of this release, in the folders they came in";
                let expected = format!("one of the files {}", self.card.files);
                return Err(file.error(expected).hint(hint));
            }
        }
        Ok(())
    }
}

/// Whether a file has one of these extensions.
pub(super) fn is(file: &File, extensions: &[&str]) -> bool {
    extensions.contains(&file.extension().as_str())
}

/// Whether a folder of the file's path is called `name`.
pub(super) fn within(file: &File, name: &str) -> bool {
    let parts = common::parts(file);
    parts.iter().rev().skip(1).any(|part| *part == name)
}

/// The folder a file is in; empty when none was handed over.
pub(super) fn folder(file: &File) -> &str {
    let parts = common::parts(file);
    parts.iter().rev().nth(1).copied().unwrap_or_default()
}

/// Reads every record of a data file in any format; false when the name is
/// not that of a data file.
pub(super) fn each(
    file: &File,
    out: &mut Rows<'_>,
    read: impl FnMut(&Record, &mut Rows<'_>) -> Result<(), Error>,
) -> Result<bool, Error> {
    let known = is(
        file,
        &["json", "jsonl", "ndjson", "parquet", "csv", "tsv", "xlsx"],
    );
    if known {
        out.each(read::any(file, &CsvOptions::default())?, read)?;
    }
    Ok(known)
}

/// A small file that is one JSON value, as one record with the field `value`.
pub(super) fn document(
    file: &File,
    out: &mut Rows<'_>,
    read: impl FnOnce(&Record, &Value, &mut Rows<'_>) -> Result<(), Error>,
) -> Result<bool, Error> {
    let text = file.text(read::MAX_RECORD as u64)?;
    let text = text.trim_start_matches('\u{feff}');
    let value = read::parse_json(text).map_err(|why| file.error(format!("JSON: {why}")))?;
    let record = Record::new(
        std::sync::Arc::clone(file.name()),
        1,
        vec![("value".into(), value)],
    );
    out.record(&record, |out| read(&record, record.value("value")?, out))?;
    Ok(true)
}

/// The field that goes by one of `names`, parted by `|`.
pub(super) fn pick<'r>(record: &'r Record, names: &str) -> Option<&'r Value> {
    names.split('|').find_map(|name| record.get(name))
}

/// As [`pick`], when it must be there.
pub(super) fn need<'r>(record: &'r Record, names: &str) -> Result<&'r Value, Error> {
    pick(record, names).ok_or_else(|| {
        let has: Vec<&str> = record.fields().map(|(name, _)| name).take(40).collect();
        let (first, others) = names.split_once('|').unwrap_or((names, ""));
        let expected = match others {
            "" => "a value".to_owned(),
            others => format!("a value, here or in {}", others.replace('|', ", ")),
        };
        record
            .wrong(expected)
            .field(first)
            .hint(format!("the record has: {}", has.join(", ")))
    })
}

/// As [`need`], as text.
pub(super) fn word<'r>(record: &'r Record, names: &str) -> Result<Cow<'r, str>, Error> {
    let value = need(record, names)?;
    json::text(value).ok_or_else(|| {
        record
            .wrong("text")
            .field(names.split('|').next().unwrap_or_default())
            .found(&json::show(value))
    })
}

/// As [`pick`], as text; `None` also for lists and objects.
pub(super) fn maybe<'r>(record: &'r Record, names: &str) -> Option<Cow<'r, str>> {
    pick(record, names).and_then(json::text)
}

/// Sets columns from native fields (`("column", "name|other name")`); what is
/// in neither `columns` nor `used` goes into `meta`.
pub(super) fn fill(
    row: &mut Row<'_, '_>,
    record: &Record,
    columns: &[(&str, &str)],
    used: &[&str],
) {
    let mut taken: Vec<&str> = used.iter().flat_map(|names| names.split('|')).collect();
    for (column, names) in columns {
        let found = names.split('|').find(|name| record.get(name).is_some());
        if let Some((name, value)) = found.and_then(|name| Some((name, record.get(name)?))) {
            row.value(column, value);
            taken.push(name);
        }
    }
    common::rest(row, record, &taken);
}

/// What one turn of a conversation says: text, or the text of its parts.
pub(super) fn said(turn: &Value) -> Option<String> {
    match turn {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => ["content", "text", "value", "answer"]
            .iter()
            .find_map(|key| map.get(*key))
            .and_then(said),
        Value::Array(parts) => {
            let texts: Vec<String> = parts.iter().filter_map(said).collect();
            (!texts.is_empty()).then(|| texts.join("\n"))
        }
        _ => None,
    }
}

/// Writes the item that is a prompt or the turns before an answer, once; its
/// id is made of its content where `id` is `None`. Without id and prompt there
/// is no item, and its id is empty.
pub(super) fn item(out: &mut Rows<'_>, id: Option<&str>, prompt: &Value) -> Result<String, Error> {
    let id = match id {
        Some(id) => id.to_owned(),
        None if prompt.is_null() => return Ok(String::new()),
        None => common::content_id(&[&json::canonical(prompt)]),
    };
    let text = match prompt {
        Value::Array(turns) => turns.last().and_then(said),
        other => said(other),
    };
    let context = match prompt {
        Value::Array(turns) if turns.len() > 1 || text.is_none() => prompt,
        Value::Object(_) => prompt,
        _ => &Value::Null,
    };
    out.row("items")?
        .text("item", &id)
        .text("prompt", text)
        .json("context", context)
        .finish_once()?;
    Ok(id)
}

/// Writes a system, once: a model, unless it is called human.
pub(super) fn system(out: &mut Rows<'_>, name: &str) -> Result<(), Error> {
    let human = name.eq_ignore_ascii_case("human");
    common::system(out, name, if human { "human" } else { "model" })
}

/// Writes a text a system gave, and the system, once; the id is made of both.
pub(super) fn answer(
    out: &mut Rows<'_>,
    item: &str,
    system: Option<&str>,
    text: &str,
) -> Result<String, Error> {
    if let Some(system) = system {
        self::system(out, system)?;
    }
    let parts = common::content_id(&[system.unwrap_or_default(), text]);
    let id = join(&[item, &parts]);
    out.row("responses")?
        .text("response", &id)
        .text("item", (!item.is_empty()).then_some(item))
        .text("system", system)
        .text("modality", "text")
        .int("n_chars", common::chars(text))
        .bool("blank", text.trim().is_empty())
        .text("text", text)
        .finish_once()?;
    Ok(id)
}

/// A conversation as what came before its last answer, and that answer.
pub(super) fn conversation(value: &Value) -> Option<(Value, String)> {
    match value {
        Value::String(text) => Some(match text.rsplit_once("\n\nAssistant:") {
            Some((before, answer)) => (
                Value::from(before),
                answer.strip_prefix(' ').unwrap_or(answer).to_owned(),
            ),
            None => (Value::Null, text.clone()),
        }),
        Value::Array(turns) => {
            let (last, before) = turns.split_last()?;
            Some((Value::Array(before.to_vec()), said(last)?))
        }
        _ => None,
    }
}

/// Two answers to one item, written.
#[derive(Debug, Default, Clone)]
pub(super) struct Pair {
    /// The item.
    pub(super) item: String,
    /// The systems a and b, where known.
    pub(super) systems: [Option<String>; 2],
    /// The responses a and b, where known.
    pub(super) responses: [Option<String>; 2],
}

impl Pair {
    /// Writes an item and two answers: system and text of each.
    pub(super) fn write(
        out: &mut Rows<'_>,
        item: String,
        answers: [(Option<&str>, Option<&str>); 2],
    ) -> Result<Self, Error> {
        let mut pair = Self {
            item,
            ..Self::default()
        };
        for (n, (system, text)) in answers.into_iter().enumerate() {
            if let Some(slot) = pair.systems.get_mut(n) {
                *slot = system.map(str::to_owned);
            }
            match (text, pair.responses.get_mut(n)) {
                (Some(text), Some(slot)) => *slot = Some(answer(out, &pair.item, system, text)?),
                _ => {
                    if let Some(system) = system {
                        self::system(out, system)?;
                    }
                }
            }
        }
        Ok(pair)
    }

    /// Starts a row of `comparisons` about this pair.
    pub(super) fn row<'r, 'a>(
        &self,
        out: &'r mut Rows<'a>,
        id: &str,
    ) -> Result<Row<'r, 'a>, Error> {
        let [system_a, system_b] = &self.systems;
        let [response_a, response_b] = &self.responses;
        let mut row = out.row("comparisons")?;
        row.text("comparison", id)
            .text("item", (!self.item.is_empty()).then_some(&self.item))
            .text("system_a", system_a.as_ref())
            .text("system_b", system_b.as_ref())
            .text("response_a", response_a.as_ref())
            .text("response_b", response_b.as_ref());
        Ok(row)
    }
}

/// The outcome a word stands for, in the words arenas and judges use.
pub(super) fn outcome(value: &Value) -> Option<&'static str> {
    let text = json::text(value)?;
    let text = text.trim().to_ascii_lowercase();
    let text = text.trim_start_matches("[[").trim_end_matches("]]");
    Some(match text {
        "a" | "model_a" | "model a" | "left" | "leftvote" | "text_a" | "a>b" | "a>>b"
        | "response_a" | "left_vote" => "a",
        "b" | "model_b" | "model b" | "right" | "rightvote" | "text_b" | "b>a" | "b>>a"
        | "response_b" | "right_vote" => "b",
        "tie" | "tievote" | "a=b" | "b=a" | "equal" | "tie_vote" | "a=b=good" => "tie",
        "both_bad" | "bothbad" | "bothbad_vote" | "tie (bothbad)" | "a=b=bad" => "both_bad",
        _ => return None,
    })
}

/// Sets the outcome; a verdict of other words leaves it NULL and stays in
/// `meta` under `name`.
pub(super) fn judge(row: &mut Row<'_, '_>, name: &str, value: Option<&Value>) {
    let Some(value) = value else { return };
    match outcome(value) {
        Some(outcome) => row.text("outcome", outcome),
        None => row.meta(name, value.clone()),
    };
}

/// `a` when the first is larger, `b` when the second is, otherwise `tie`.
pub(super) fn larger(a: f64, b: f64) -> &'static str {
    match a.partial_cmp(&b) {
        Some(std::cmp::Ordering::Greater) => "a",
        Some(std::cmp::Ordering::Less) => "b",
        _ => "tie",
    }
}

/// Writes every field not in `used` as a feature of `entity`.
pub(super) fn features(
    out: &mut Rows<'_>,
    entity: (&str, &str),
    record: &Record,
    used: &[&str],
) -> Result<(), Error> {
    for (name, value) in record.fields().filter(|(name, _)| !used.contains(name)) {
        common::feature(out, entity, name, value)?;
    }
    Ok(())
}

/// Parts of an id that are there, with `/` between.
pub(super) fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    parts.join("/")
}
