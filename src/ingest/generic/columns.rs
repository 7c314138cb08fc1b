//! Many records of one plan at once, column by column.
//!
//! It says what reading record by record says ([`super::engine`]), and leaves to it
//! every record that is not plain: values that do not fit, words that say more than
//! the canonical form.

use std::sync::Arc;

use super::engine::by_scores;
use super::outcome::{Coding, Said, Vocabulary};
use super::plan::{Plan, Settings, Take, Target};
use super::values::one_or_zero;
use crate::ingest::native::{Native, write_text};
use crate::ingest::read::Run;
use crate::ingest::rows::Columns;
use crate::schema::Table;

/// Whether all that a plan takes is for rows of the main table, one of each record.
pub(super) fn serve(settings: &Settings, plan: &Plan) -> bool {
    let plain = |take: &Take| match take.target {
        Target::Main(at, column) => {
            !settings.has_meanings(&column.name)
                && (column.name != "outcome" || at == settings.value.0)
        }
        _ => false,
    };
    let constant = |(at, _): &(usize, &Table)| settings.constants().iter().any(|(c, ..)| c == at);
    // Lines that belong together by what they say are no matter of one column.
    let named = settings.spec.table != "rankings" || has_key(settings, plan);
    named
        && plan.wide.is_empty()
        && plan.take.iter().all(plain)
        && settings.constant("outcome").is_none()
        && !settings.about.iter().any(constant)
}

/// Where the main table's column at a place comes from.
fn source(plan: &Plan, at: usize) -> Option<&Take> {
    let is = |take: &&Take| matches!(take.target, Target::Main(place, _) if place == at);
    plan.take.iter().find(is)
}

/// Where the names of systems and annotators come from, and the tables of these.
pub(super) fn names<'p>(settings: &Settings, plan: &'p Plan) -> Vec<(&'static Table, &'p Take)> {
    let about = settings.about.iter();
    about
        .filter_map(|(at, table)| Some((*table, source(plan, *at)?)))
        .collect()
}

/// Whether the records say what their rows are called.
pub(super) fn has_key(settings: &Settings, plan: &Plan) -> bool {
    is_said(settings, plan, settings.key.0)
}

/// Whether a field or a constant fills a column.
fn is_said(settings: &Settings, plan: &Plan, at: usize) -> bool {
    source(plan, at).is_some() || settings.constants().iter().any(|(c, ..)| *c == at)
}

/// Adds the rows of a run, but for keys made of content.
pub(super) fn map(
    settings: &Settings,
    plan: &Plan,
    run: &Run,
    (vocabulary, coding): (&mut Vocabulary, Option<Coding>),
    dataset: &str,
    rows: &mut Columns,
) {
    let count = run.len();
    rows.begin(count);
    for (at, _, value) in settings.constants() {
        rows.set(*at, std::iter::repeat_n(Some(value.into()), count));
    }
    let judged = (settings.spec.value == "outcome").then_some(settings.value.0);
    for take in &plan.take {
        let Target::Main(at, column) = take.target else {
            continue;
        };
        if judged != Some(at) {
            let values = (0..count).map(|row| take.of(run, row));
            rows.set(
                at,
                values.map(|value| Some(one_or_zero(column, value).unwrap_or(value))),
            );
        }
    }
    let column = |name: &str| source(plan, settings.table.position(name)?);
    if let Some(at) = judged {
        if let Some(take) = source(plan, at) {
            let systems = [column("system_a"), column("system_b")];
            rows.set(
                at,
                (0..count).map(|row| {
                    let value = take.of(run, row);
                    let systems = systems.map(|take| take.map_or(Native::Null, |t| t.of(run, row)));
                    outcome(value, systems, vocabulary, coding)
                }),
            );
        } else if let (Some(a), Some(b)) = (column("score_a"), column("score_b")) {
            let said = |row| {
                let (a, b) = (a.of(run, row).float()?, b.of(run, row).float()?);
                Some(by_scores(a, b))
            };
            let said = (0..count).map(said);
            rows.set(
                at,
                said.map(|said| Some(said.map_or(Native::Null, Native::Text))),
            );
        }
    }
    let entry = settings.table.position("entry");
    if let Some(at) = entry.filter(|at| !is_said(settings, plan, *at)) {
        let named = ["response", "system"].map(column);
        rows.set(
            at,
            (0..count).map(|row| {
                let mut values = named.iter().flatten().map(|take| take.of(run, row));
                Some(
                    values
                        .find(|value| !value.is_null())
                        .unwrap_or(Native::Null),
                )
            }),
        );
    }
    let mut kept: Vec<&(Arc<str>, usize)> = plan.meta.iter().collect();
    kept.sort_unstable();
    let keys: Vec<(String, usize)> = kept
        .into_iter()
        .map(|(name, at)| (key(name), *at))
        .collect();
    rows.meta(|row, out| {
        let mut any = false;
        for (key, at) in &keys {
            let value = run.native(row, *at);
            if !value.is_null() {
                out.push(if any { ',' } else { '{' });
                out.push_str(key);
                value.write(out);
                any = true;
            }
        }
        if any {
            out.push('}');
        }
        any
    });
    rows.fill(dataset, settings.key.0);
}

/// The key of an entry of a canonical JSON object, as [`crate::ingest::native::write_object`]
/// writes it; written once for many records, which say only their values.
fn key(name: &str) -> String {
    let mut key = String::new();
    write_text(name, &mut key);
    key.push(':');
    key
}

/// An outcome in canonical words; `None` where that does not say it all.
fn outcome<'r>(
    value: Native<'r>,
    systems: [Native<'r>; 2],
    vocabulary: &mut Vocabulary,
    coding: Option<Coding>,
) -> Option<Native<'r>> {
    if value.is_null() {
        return Some(value);
    }
    if vocabulary.says_more(value) {
        return None;
    }
    let [a, b] = systems.map(Native::text);
    match vocabulary.read(value, [a.as_deref(), b.as_deref()]) {
        Said::Outcome(outcome) => Some(outcome),
        Said::Number(number) => coding?.read(number),
        Said::Unknown => None,
    }
    .map(Native::Text)
}
