//! Writes the rows of one record: the judgement, and what it is about.

use std::borrow::Cow;

use serde_json::Value;

use super::plan::{Plan, Settings};
use super::standings::stem;
use super::values::{Given, Values};
use crate::ingest::native::Native;
use crate::ingest::{Error, Record, Rows, content_id, json};

/// Writes all rows of a record.
pub(super) fn rows<'r>(
    settings: &'r Settings,
    plan: &'r Plan,
    record: &'r Record,
    mut values: Values<'r>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    describe(settings, record, &mut values, out)?;
    if settings.spec.table == "rankings" {
        return ranking(settings, plan, record, values, out);
    }
    let key = settings.key;
    if plan.wide.is_empty() {
        if values.text_at(key.0).is_none() {
            values.set(key, out.id(record));
        }
        return judgement(settings, plan, record, &values, out);
    }
    let id = values.text_at(key.0).map(Cow::into_owned);
    let id = id.unwrap_or_else(|| out.id(record));
    for (native, at) in &plan.wide {
        let cell = record.native(*at);
        if cell.is_null() {
            continue;
        }
        wide(settings, native, cell, &mut values)?;
        values.set(key, format!("{id}/{native}"));
        judgement(settings, plan, record, &values, out)?;
    }
    Ok(())
}

/// Puts one cell of a wide file into the values.
fn wide<'r>(
    settings: &'r Settings,
    native: &'r str,
    cell: Native<'r>,
    values: &mut Values<'r>,
) -> Result<(), Error> {
    let Some(into) = settings.wide_into else {
        return Err(Error::fatal("a column for the names of wide columns"));
    };
    let column = settings.value;
    values.set(into, native);
    values.lost.clear();
    let meaning = match settings.meaning(&column.1.name, cell) {
        None => Given::Native(cell),
        Some(text) => {
            values.lost.push((column.1, native, cell));
            if text.is_empty() {
                Given::Native(Native::Null)
            } else {
                text.into()
            }
        }
    };
    values.set(column, meaning);
    Ok(())
}

/// One row of the main table, and the systems and annotators in it.
fn judgement(
    settings: &Settings,
    plan: &Plan,
    record: &Record,
    values: &Values<'_>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    for (column, table) in &settings.about {
        let Some(id) = values.text_at(*column) else {
            continue;
        };
        let others = || values.others.iter().filter(|(t, _, _)| *t == table.name);
        if others().next().is_none() {
            out.named(table, &id)?;
            continue;
        }
        let mut row = out.row_of(table)?;
        row.native(1, Native::Text(&id));
        for (_, at, value) in others() {
            row.native(*at, *value);
        }
        row.finish_once()?;
    }
    let mut row = out.row_of(settings.table)?;
    for (at, value) in values.main() {
        row.native(at, value);
    }
    let kept = plan.meta.iter();
    let mut meta: Vec<(&str, Native<'_>)> = kept
        .map(|(name, at)| (&**name, record.native(*at)))
        .collect();
    for (column, native, value) in &values.lost {
        // Ratings have a place for the words behind the number.
        if settings.spec.table == "ratings"
            && column.name == "value"
            && values.get("label").is_none()
        {
            row.native(settings.column("label")?.0, *value);
        } else {
            meta.push((native, *value));
        }
    }
    meta.sort_by_key(|(name, _)| *name);
    row.native_meta(&meta);
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
            (Some(id), _) => id.into_owned(),
            (None, Some(prompt)) => content_id(&[prompt]),
            (None, None) => return Err(record.wrong("a column for 'item', to describe it")),
        };
        let mut row = out.row("items")?;
        row.text("item", id.as_str())
            .text("prompt", prompt.as_deref());
        for (_, at, value) in values.others.iter().filter(|(t, _, _)| *t == "items") {
            row.native(*at, *value);
        }
        row.finish_once()?;
        if let Ok(column) = settings.column("item") {
            values.set(column, id);
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
        let id = values
            .text(response)
            .map(Cow::into_owned)
            .unwrap_or_else(|| {
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
        if let Ok(column) = settings.column(response) {
            values.set(column, id);
        }
    }
    Ok(())
}

/// Text, or a list or object (such as turns of a chat) as canonical JSON.
fn words<'v>(record: &Record, field: &str, value: Native<'v>) -> Result<Cow<'v, str>, Error> {
    match value {
        Native::List(_) | Native::Object(_) => Ok(value.canonical().into()),
        other => other
            .text()
            .ok_or_else(|| record.wrong("text").field(field)),
    }
}

/// The rows of a ranking: one line per entry, one line per ballot, or wide.
fn ranking<'r>(
    settings: &'r Settings,
    plan: &'r Plan,
    record: &'r Record,
    mut values: Values<'r>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let column = |name: &str| settings.column(name);
    let one_line = values.order.is_some() || !plan.wide.is_empty();
    let ranking = match values.text("ranking") {
        Some(id) => id.into_owned(),
        None if one_line => out.id(record),
        None if settings.spec.by_file => stem(record.file()).to_owned(),
        None => {
            let names = ["item", "annotator", "aspect", "round", "cohort"];
            let parts: Vec<String> = names
                .iter()
                .map(|n| values.text(n).map_or_else(String::new, Cow::into_owned))
                .collect();
            if parts.iter().all(String::is_empty) {
                return Err(record
                    .wrong("a column for 'ranking', to tell which lines belong together")
                    .hint("say which by --map ranking=COLUMN; without it, 'item' and 'annotator' serve"));
            }
            out.private_id(&parts.iter().map(String::as_str).collect::<Vec<_>>())
        }
    };
    values.set(column("ranking")?, ranking);
    let kind = settings.wide_into.map_or("system", |(_, c)| &c.name);
    let entries: Vec<(String, Given<'r>)> = if let Some(order) = values.order {
        let entries = ordered(record, order)?;
        let n = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        values.set(column("n_ranked")?, Given::Made(n.into()));
        entries
            .into_iter()
            .map(|(name, rank)| (name, Given::Made(rank.into())))
            .collect()
    } else if !plan.wide.is_empty() {
        let cells = plan
            .wide
            .iter()
            .map(|(native, at)| (native.to_string(), record.native(*at)))
            .filter(|(_, cell)| !cell.is_null())
            .map(|(native, cell)| (native, Given::Native(cell)));
        cells.collect()
    } else {
        let entry = ["entry", "response", "system"]
            .iter()
            .find_map(|n| values.text(n).map(Cow::into_owned));
        let entry =
            entry.ok_or_else(|| record.wrong("a value for 'entry', 'response' or 'system'"))?;
        values.set(column("entry")?, entry);
        return judgement(settings, plan, record, &values, out);
    };
    for (name, rank) in entries {
        values.set(column(kind)?, name.clone());
        values.set(column("entry")?, name);
        values.set(column("rank")?, rank);
        judgement(settings, plan, record, &values, out)?;
    }
    Ok(())
}

/// Entries of a ballot with their ranks: a list (of lists where entries tie),
/// or text such as `x > y = z`. Entries that tie share the best rank.
fn ordered(record: &Record, order: Native<'_>) -> Result<Vec<(String, i64)>, Error> {
    let wrong = || {
        record
            .wrong("a list, best first, or text such as x > y = z")
            .field("order")
            .found(&order.show())
    };
    let groups: Vec<Vec<String>> = match order {
        Native::List(list) => list
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
        Native::Text(text) => text
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
