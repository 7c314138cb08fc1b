//! Writes the rows of one record: the judgement, and what it is about.

use std::borrow::Cow;

use serde_json::Value;

use super::engine::Values;
use super::plan::{Plan, Settings, lookup};
use super::standings::stem;
use crate::ingest::{Error, Record, Rows, content_id, json};
use crate::schema::Column;

/// Writes all rows of a record.
pub(super) fn rows<'r>(
    settings: &Settings,
    plan: &Plan,
    record: &'r Record,
    mut values: Values<'r>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    describe(settings, record, &mut values, out)?;
    if settings.spec.table == "rankings" {
        return ranking(settings, plan, record, values, out);
    }
    let key = key_column(settings)?;
    let id = match values.text(&key.name) {
        Some(id) => id,
        None => out.id(record),
    };
    if plan.wide.is_empty() {
        values.set(key, Value::String(id));
        return judgement(settings, plan, record, &values, out);
    }
    for native in &plan.wide {
        let Some(cell) = lookup(record, native) else {
            continue;
        };
        wide(settings, native, cell, &mut values)?;
        values.set(key, Value::String(format!("{id}/{native}")));
        judgement(settings, plan, record, &values, out)?;
    }
    Ok(())
}

/// Puts one cell of a wide file into the values.
fn wide<'r>(
    settings: &Settings,
    native: &str,
    cell: &'r Value,
    values: &mut Values<'r>,
) -> Result<(), Error> {
    let column = settings.table.column(settings.spec.value);
    let (Some(into), Some(column)) = (settings.wide_into, column) else {
        return Err(Error::fatal("a column for the names of wide columns"));
    };
    values.set(into, Value::String(native.to_owned()));
    values.lost.clear();
    let meaning = match settings.meaning(&column.name, cell) {
        None => cell.clone(),
        Some(text) => {
            values.lost.push((column, native.to_owned(), cell));
            if text.is_empty() {
                Value::Null
            } else {
                Value::String(text.to_owned())
            }
        }
    };
    values.set(column, meaning);
    Ok(())
}

/// The last key column, the one that names the row.
fn key_column(settings: &Settings) -> Result<&'static Column, Error> {
    let key = settings
        .table
        .key
        .get(1)
        .and_then(|k| settings.table.column(k));
    key.ok_or_else(|| Error::fatal("a table with a key"))
}

/// One row of the main table, and the systems and annotators in it.
fn judgement(
    settings: &Settings,
    plan: &Plan,
    record: &Record,
    values: &Values<'_>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    for (column, table, name) in [
        ("system", "systems", "system"),
        ("system_a", "systems", "system"),
        ("system_b", "systems", "system"),
        ("annotator", "annotators", "annotator"),
    ] {
        let Some(id) = values.text(column) else {
            continue;
        };
        let mut row = out.row(table)?;
        row.text(name, id);
        for (_, other, value) in values.others.iter().filter(|(t, _, _)| *t == table) {
            row.value(&other.name, value);
        }
        row.finish_once()?;
    }
    let mut row = out.row(settings.spec.table)?;
    for (column, value) in &values.main {
        row.value(&column.name, value);
    }
    for native in &plan.meta {
        if let Some(value) = record.get(native) {
            row.meta(native, value.clone());
        }
    }
    for (column, native, value) in &values.lost {
        // Ratings have a place for the words behind the number.
        if settings.spec.table == "ratings"
            && column.name == "value"
            && values.get("label").is_none()
        {
            row.value("label", value);
        } else {
            row.meta(native, (*value).clone());
        }
    }
    row.finish()
}

/// Items and responses, and their ids where the file has only their text.
fn describe(
    settings: &Settings,
    record: &Record,
    values: &mut Values<'_>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let prompt = values
        .prompt
        .map(|v| words(record, "prompt", v))
        .transpose()?;
    let about = values.others.iter().any(|(table, _, _)| *table == "items");
    if prompt.is_some() || about {
        let id = match (values.text("item"), &prompt) {
            (Some(id), _) => id,
            (None, Some(prompt)) => content_id(&[prompt]),
            (None, None) => return Err(record.wrong("a column for 'item', to describe it")),
        };
        let mut row = out.row("items")?;
        row.text("item", id.as_str())
            .text("prompt", prompt.as_deref());
        for (_, column, value) in values.others.iter().filter(|(t, _, _)| *t == "items") {
            row.value(&column.name, value);
        }
        row.finish_once()?;
        if let Some(column) = settings.table.column("item") {
            values.set(column, Value::String(id));
        }
    }
    let pairs = settings.spec.value == "outcome";
    for (slot, response, system) in [
        (
            0,
            if pairs { "response_a" } else { "response" },
            if pairs { "system_a" } else { "system" },
        ),
        (1, "response_b", "system_b"),
    ] {
        let Some(value) = values.texts.get(slot).copied().flatten() else {
            continue;
        };
        let text = words(record, response, value)?;
        let (item, system) = (values.text("item"), values.text(system));
        let id = values.text(response).unwrap_or_else(|| {
            content_id(&[
                item.as_deref().unwrap_or(""),
                system.as_deref().unwrap_or(""),
                &text,
            ])
        });
        let length = i64::try_from(text.chars().count()).ok();
        out.row("responses")?
            .text("response", id.as_str())
            .text("item", item)
            .text("system", system)
            .text("text", &*text)
            .text("modality", "text")
            .int("n_chars", length)
            .bool("blank", text.trim().is_empty())
            .finish_once()?;
        if let Some(column) = settings.table.column(response) {
            values.set(column, Value::String(id));
        }
    }
    Ok(())
}

/// Text, or a list or object (such as turns of a chat) as canonical JSON.
fn words<'v>(record: &Record, field: &str, value: &'v Value) -> Result<Cow<'v, str>, Error> {
    match value {
        Value::Array(_) | Value::Object(_) => Ok(json::canonical(value).into()),
        other => json::text(other).ok_or_else(|| record.wrong("text").field(field)),
    }
}

/// The rows of a ranking: one line per entry, one line per ballot, or wide.
fn ranking<'r>(
    settings: &Settings,
    plan: &Plan,
    record: &'r Record,
    mut values: Values<'r>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let column = |name: &str| {
        settings
            .table
            .column(name)
            .ok_or_else(|| Error::fatal("a column").found(name))
    };
    let one_line = values.order.is_some() || !plan.wide.is_empty();
    let ranking = match values.text("ranking") {
        Some(id) => id,
        None if one_line => out.id(record),
        None if settings.spec.by_file => stem(record.file()).to_owned(),
        None => {
            let names = ["item", "annotator", "aspect", "round", "cohort"];
            let parts: Vec<String> = names
                .iter()
                .map(|n| values.text(n).unwrap_or_default())
                .collect();
            if parts.iter().all(String::is_empty) {
                return Err(record
                    .wrong("a column for 'ranking', to tell which lines belong together")
                    .hint("say which by --map ranking=COLUMN; without it, 'item' and 'annotator' serve"));
            }
            out.private_id(&parts.iter().map(String::as_str).collect::<Vec<_>>())
        }
    };
    values.set(column("ranking")?, Value::String(ranking));
    let kind = settings.wide_into.map_or("system", |c| c.name.as_str());
    let entries: Vec<(String, Value)> = if let Some(order) = values.order {
        let entries = ordered(record, order)?;
        let n = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        values.set(column("n_ranked")?, n.into());
        entries
            .into_iter()
            .map(|(name, rank)| (name, Value::from(rank)))
            .collect()
    } else if !plan.wide.is_empty() {
        let cells = plan
            .wide
            .iter()
            .filter_map(|native| Some((native.to_string(), lookup(record, native)?.clone())));
        cells.collect()
    } else {
        let entry = ["entry", "response", "system"]
            .iter()
            .find_map(|n| values.text(n));
        let entry =
            entry.ok_or_else(|| record.wrong("a value for 'entry', 'response' or 'system'"))?;
        values.set(column("entry")?, Value::String(entry));
        return judgement(settings, plan, record, &values, out);
    };
    for (name, rank) in entries {
        values.set(column(kind)?, Value::String(name.clone()));
        values.set(column("entry")?, Value::String(name));
        values.set(column("rank")?, rank);
        judgement(settings, plan, record, &values, out)?;
    }
    Ok(())
}

/// Entries of a ballot with their ranks: a list (of lists where entries tie),
/// or text such as `x > y = z`. Entries that tie share the best rank.
fn ordered(record: &Record, order: &Value) -> Result<Vec<(String, i64)>, Error> {
    let wrong = || {
        record
            .wrong("a list, best first, or text such as x > y = z")
            .field("order")
            .found(&json::show(order))
    };
    let groups: Vec<Vec<String>> = match order {
        Value::Array(list) => list
            .iter()
            .map(|entry| match entry {
                Value::Array(tied) => tied
                    .iter()
                    .map(|e| json::text(e).map(Cow::into_owned))
                    .collect(),
                one => json::text(one).map(|t| vec![t.into_owned()]),
            })
            .collect::<Option<_>>()
            .ok_or_else(wrong)?,
        Value::String(text) => text
            .split('>')
            .map(|g| g.split('=').map(|e| e.trim().to_owned()).collect())
            .collect(),
        _ => return Err(wrong()),
    };
    let mut entries = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for group in groups {
        let rank = i64::try_from(entries.len()).unwrap_or(i64::MAX - 1) + 1;
        for name in group {
            if name.is_empty() || !seen.insert(name.clone()) {
                return Err(wrong().hint("every entry has a name and comes once"));
            }
            entries.push((name, rank));
        }
    }
    Ok(entries)
}
