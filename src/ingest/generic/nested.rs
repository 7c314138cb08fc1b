//! Nested JSON as records: one record for each leaf.
//!
//! The option `nested=system,task,metric` names the levels from the outside
//! in. `{"m": {"t": {"accuracy": 0.5}}}` then is one record with the fields
//! system, task, metric and value. In a list the level is the position, from
//! 1; an object that is a leaf gives its entries as fields.

use std::sync::Arc;

use serde_json::Value;

use crate::ingest::read::{self, Format, JsonShape, Records};
use crate::ingest::{Error, File, Options, Record};

/// Most levels.
const MAX_LEVELS: usize = 16;

/// Opens a nested document; `levels` are names separated by commas.
pub(super) fn open(file: &File, levels: &str, options: &Options) -> Result<Records, Error> {
    let levels: Vec<Arc<str>> = levels.split(',').map(|l| l.trim().into()).collect();
    let named = levels.iter().all(|l| !l.is_empty());
    let mut sorted = levels.clone();
    sorted.sort();
    sorted.dedup();
    if !named || sorted.len() != levels.len() || levels.len() > MAX_LEVELS {
        return Err(Error::fatal(
            "names of the levels from the outside in, each once, such as system,task,metric",
        )
        .field("nested")
        .found(options.param("nested").unwrap_or_default()));
    }
    if levels.iter().any(|l| **l == *"value") {
        return Err(
            Error::fatal("levels not called 'value', for that is the leaf").field("nested"),
        );
    }
    let outer = match (options.param("records"), read::sniff(file)?) {
        (None | Some("*"), Format::JsonObjects | Format::Jsonl) => {
            read::json(file, JsonShape::Map)?
        }
        (None | Some("*"), Format::JsonList) => return listed(file, levels),
        (Some(name), Format::JsonObjects | Format::Jsonl) => {
            return inside(file, name, levels);
        }
        _ => return Err(file.error("one JSON document, for the option nested")),
    };
    Ok(Records::new(outer.flat_map(move |record| {
        leaves_of(record, &levels, |record| {
            let key = record.get("key")?.as_str()?.to_owned();
            let entry = super::files::entry(record);
            Some((key, entry))
        })
    })))
}

/// A list of objects: its level is the position.
fn listed(file: &File, levels: Vec<Arc<str>>) -> Result<Records, Error> {
    let outer = read::json(file, JsonShape::List)?;
    Ok(Records::new(outer.flat_map(move |record| {
        leaves_of(record, &levels, |record| {
            let fields = record.fields().map(|(n, v)| (n.to_owned(), v.clone()));
            Some((record.number().to_string(), Value::Object(fields.collect())))
        })
    })))
}

/// The levels start below one entry of the document.
fn inside(file: &File, name: &str, levels: Vec<Arc<str>>) -> Result<Records, Error> {
    let name = name.to_owned();
    let entries = read::json(file, JsonShape::Map)?;
    let end = file
        .error("an entry that holds the records")
        .field(name.as_str());
    let records = entries.flat_map(move |record| match record {
        Err(error) => vec![Err(error)],
        Ok(record) if record.get("key").is_some_and(|k| *k == *name) => {
            let mut leaves = Vec::new();
            let entry = super::files::entry(&record);
            walk(&record, &levels, &mut Vec::new(), &entry, &mut leaves);
            leaves
        }
        Ok(_) => Vec::new(),
    });
    let mut any = false;
    let mut ended = false;
    let mut records = records;
    Ok(Records::new(std::iter::from_fn(move || {
        let next = records.next();
        any |= next.is_some();
        if next.is_none() && !any && !std::mem::replace(&mut ended, true) {
            return Some(Err(end.clone()));
        }
        next
    })))
}

/// The leaves of one outer record.
fn leaves_of(
    record: Result<Record, Error>,
    levels: &[Arc<str>],
    split: impl Fn(&Record) -> Option<(String, Value)>,
) -> Vec<Result<Record, Error>> {
    let record = match record {
        Ok(record) => record,
        Err(error) => return vec![Err(error)],
    };
    let mut leaves = Vec::new();
    let Some((key, entry)) = split(&record) else {
        return vec![Err(record.wrong("an entry with a key"))];
    };
    walk(&record, levels, &mut vec![key], &entry, &mut leaves);
    leaves
}

/// Goes down to the leaves below `value`.
fn walk(
    record: &Record,
    levels: &[Arc<str>],
    path: &mut Vec<String>,
    value: &Value,
    leaves: &mut Vec<Result<Record, Error>>,
) {
    if path.len() == levels.len() {
        let mut fields: Vec<(Arc<str>, Value)> = levels
            .iter()
            .zip(path.iter())
            .map(|(level, step)| (Arc::clone(level), Value::String(step.clone())))
            .collect();
        match value {
            Value::Object(map) if map.keys().any(|k| levels.iter().any(|l| **l == **k)) => {
                let error = record.wrong("leaves without a field called like a level");
                leaves.push(Err(error.found(&path.join(" / ")).raw(&record.canonical())));
                return;
            }
            Value::Object(map) => {
                fields.extend(map.iter().map(|(n, v)| (n.as_str().into(), v.clone())));
            }
            other => fields.push(("value".into(), other.clone())),
        }
        leaves.push(Ok(Record::new(
            Arc::clone(record.file()),
            record.number(),
            fields,
        )));
        return;
    }
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                path.push(name.clone());
                walk(record, levels, path, inner, leaves);
                path.pop();
            }
        }
        Value::Array(list) => {
            for (at, inner) in list.iter().enumerate() {
                path.push((at + 1).to_string());
                walk(record, levels, path, inner, leaves);
                path.pop();
            }
        }
        Value::Null => {}
        _ => {
            let level = levels.get(path.len()).map_or("", |l| l);
            let error = record.wrong(format!("an object or a list at the level '{level}'"));
            let place = if path.is_empty() {
                "the document".to_owned()
            } else {
                path.join(" / ")
            };
            let error = error.raw(&record.canonical());
            leaves.push(Err(error.found(&crate::ingest::json::show(value)).hint(
                format!(
                    "below {place}; are there as many levels in the option nested as in the file?"
                ),
            )));
        }
    }
}
