//! Which native column looks like a canonical one, judged by a few values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::files;
use super::outcome::{Said, read as read_outcome};
use crate::ingest::{Error, File, Options, json, shorten};

/// Records looked at.
const SAMPLE: usize = 200;
/// Values shown, and how many characters of each.
const SHOWN: (usize, usize) = (6, 24);

/// Distinct values of every native column in the first records.
struct Sample {
    columns: Vec<(String, BTreeMap<String, Value>)>,
    records: usize,
}

impl Sample {
    fn of(file: &File, options: &Options) -> Option<Self> {
        let (records, _) = files::open(file, options).ok()?;
        let mut sample = Self {
            columns: Vec::new(),
            records: 0,
        };
        for record in records.take(SAMPLE).flatten() {
            sample.records += 1;
            for (name, value) in record.fields() {
                let at = match sample.columns.iter().position(|(n, _)| n == name) {
                    Some(at) => at,
                    None if sample.columns.len() >= 256 => continue,
                    None => {
                        sample.columns.push((name.to_owned(), BTreeMap::new()));
                        sample.columns.len() - 1
                    }
                };
                if let Some((_, values)) = sample.columns.get_mut(at).filter(|_| !value.is_null()) {
                    let key = shorten(
                        &json::text(value)
                            .map_or_else(|| json::canonical(value), |t| t.into_owned()),
                        200,
                    );
                    values.entry(key).or_insert_with(|| value.clone());
                }
            }
        }
        Some(sample)
    }

    fn get(&self, name: &str) -> Option<&BTreeMap<String, Value>> {
        self.columns.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }
}

/// Adds to the error that no column was found for one of `wanted` which of the
/// `free` native columns look like it.
pub(super) fn add(
    mut error: Error,
    wanted: &[&str],
    free: &[String],
    file: &File,
    options: &Options,
) -> Error {
    let Some(sample) = Sample::of(file, options) else {
        return error;
    };
    let mut found = Vec::new();
    for column in wanted {
        for native in free {
            let Some(values) = sample.get(native) else {
                continue;
            };
            if !values.is_empty() && looks_like(column, native, values, &sample, free) {
                let shown: Vec<String> = values
                    .keys()
                    .take(SHOWN.0)
                    .map(|v| shorten(v, SHOWN.1))
                    .collect();
                let more = if values.len() > SHOWN.0 { ", …" } else { "" };
                found.push(format!(
                    "'{}' looks like {column}: values {}{more}; try --map {column}={}",
                    shorten(native, 80),
                    shown.join(", "),
                    shorten(native, 80)
                ));
                break;
            }
        }
    }
    if let (Some(hint), false) = (&mut error.hint, found.is_empty()) {
        hint.push_str("; ");
        hint.push_str(&found.join("; "));
    }
    error
}

fn looks_like(
    column: &str,
    native: &str,
    values: &BTreeMap<String, Value>,
    sample: &Sample,
    free: &[String],
) -> bool {
    let numbers = || -> Option<Vec<f64>> { values.values().map(json::float).collect() };
    let few_words = || {
        (2..=24).contains(&values.len())
            && values.len() * 3 <= sample.records.max(6)
            && values
                .values()
                .all(|v| v.as_str().is_some_and(|t| t.len() <= 40))
            && numbers().is_none()
    };
    match column {
        "outcome" => {
            values.len() <= 12 && {
                let word = |v: &&Value| matches!(read_outcome(v, [None, None]), Said::Outcome(_));
                let known = values.values().filter(word).count();
                known * 2 >= values.len() && known > values.len() / 2 - values.len() / 4
            }
        }
        // Both columns of a pair hold the same names.
        "system_a" | "system_b" => {
            numbers().is_none() && {
                let twin = |other: &&String| {
                    **other != native
                        && sample.get(other).is_some_and(|o| {
                            let shared = values.keys().filter(|v| o.contains_key(*v)).count();
                            shared > 0 && shared * 2 >= values.len().min(o.len())
                        })
                };
                let twin = free.iter().find(twin);
                let first = |other: &String| {
                    let place = |name: &str| free.iter().position(|n| n == name);
                    place(native) < place(other)
                };
                twin.is_some_and(|other| first(other) == (column == "system_a"))
            }
        }
        "score_a" | "score_b" => false,
        "rank" => numbers().is_some_and(|n| {
            n.contains(&1.0)
                && n.iter()
                    .all(|v| v.trunc() == *v && (1.0..=100.0).contains(v))
        }),
        "truth" => numbers().map_or_else(
            || values.values().all(|v| json::boolean(v).is_some()),
            |n| n.iter().all(|v| *v == 0.0 || *v == 1.0),
        ),
        "score" => numbers().is_some_and(|n| {
            n.iter().all(|v| (0.0..=1.0).contains(v)) && n.iter().any(|v| v.fract() != 0.0)
        }),
        "value" => numbers().is_some_and(|n| n.len() > 1),
        "order" => values
            .values()
            .all(|v| v.is_array() || v.as_str().is_some_and(|t| t.contains('>'))),
        "system" | "metric" | "action" => few_words(),
        _ => false,
    }
}
