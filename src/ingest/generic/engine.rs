//! From a planned record to rows: what all generic sources share.

use std::collections::BTreeSet;

use serde_json::Value;

use super::files;
use super::outcome::{Coding, Numbers, Said, read as read_outcome, says_more};
use super::plan::{Plan, Settings, Spec, Target, lookup, target_name};
use crate::ingest::{Error, File, Options, Record, Rows, json};
use crate::schema::Column;

/// Reads all files by a spec.
pub(super) fn read(
    spec: &'static Spec,
    input: &[&File],
    options: &Options,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let settings = Settings::new(spec, options)?;
    let mut reading = Reading {
        coding: options.param("coding").map(Coding::named).transpose()?,
        settings,
        input,
        options,
        plan: Planner::default(),
        suggested: false,
    };
    for file in input {
        let (records, fixed) = files::open(file, options)?;
        out.each(records, |record, out| {
            reading.planned(record, fixed, file)?;
            reading.record(record, fixed, out)
        })?;
    }
    reading.report(out)
}

/// The plan for the fields of the last record.
#[derive(Default)]
struct Planner {
    names: Vec<String>,
    plan: Option<Plan>,
    seen: BTreeSet<String>,
    used: BTreeSet<(String, String)>,
    unused: BTreeSet<String>,
}

impl Planner {
    fn plan(&mut self, settings: &Settings, record: &Record, fixed: bool) -> Result<&Plan, Error> {
        let same = self.plan.is_some()
            && self.names.len() == record.fields().count()
            && record
                .fields()
                .zip(&self.names)
                .all(|((name, _), known)| name == known);
        if !same {
            self.plan = None;
            self.names = record.fields().map(|(name, _)| name.to_owned()).collect();
            self.seen.extend(self.names.iter().cloned());
            let plan = settings.plan(record, fixed)?;
            for (target, native) in &plan.take {
                self.used
                    .insert((target_name(target).to_owned(), native.clone()));
            }
            self.unused
                .extend(plan.meta.iter().map(ToString::to_string));
            self.plan = Some(plan);
        }
        self.plan
            .as_ref()
            .ok_or_else(|| Error::fatal("a plan of the columns"))
    }
}

struct Reading<'i> {
    settings: Settings,
    input: &'i [&'i File],
    options: &'i Options,
    coding: Option<Coding>,
    plan: Planner,
    suggested: bool,
}

/// The values of one record, by target.
pub(super) struct Values<'r> {
    pub(super) main: Vec<(&'static Column, Value)>,
    pub(super) others: Vec<(&'static str, &'static Column, &'r Value)>,
    pub(super) texts: [Option<&'r Value>; 2],
    pub(super) prompt: Option<&'r Value>,
    pub(super) order: Option<&'r Value>,
    /// Native values whose canonical form says less, for `meta` (or `label`).
    pub(super) lost: Vec<(&'static Column, String, &'r Value)>,
}

impl Values<'_> {
    pub(super) fn get(&self, column: &str) -> Option<&Value> {
        self.main
            .iter()
            .find(|(c, _)| c.name == column)
            .map(|(_, v)| v)
            .filter(|v| !v.is_null())
    }

    pub(super) fn text(&self, column: &str) -> Option<String> {
        self.get(column)
            .and_then(json::text)
            .map(|t| t.into_owned())
    }

    pub(super) fn set(&mut self, column: &'static Column, value: Value) {
        match self.main.iter_mut().find(|(c, _)| c.name == column.name) {
            Some((_, old)) => *old = value,
            None => self.main.push((column, value)),
        }
    }
}

impl Reading<'_> {
    /// Makes sure that there is a plan for the record; the first time there is
    /// none, looks for columns that could be meant.
    fn planned(&mut self, record: &Record, fixed: bool, file: &File) -> Result<(), Error> {
        let Err(error) = self.plan.plan(&self.settings, record, fixed) else {
            return Ok(());
        };
        if std::mem::replace(&mut self.suggested, true) {
            return Err(error);
        }
        let (wanted, free) = self.settings.missing(record);
        Err(super::suggest::add(
            error,
            &wanted,
            &free,
            file,
            self.options,
        ))
    }

    fn record(&mut self, record: &Record, fixed: bool, out: &mut Rows<'_>) -> Result<(), Error> {
        let plan = self.plan.plan(&self.settings, record, fixed)?;
        let mut values = values(&self.settings, plan, record)?;
        let read = match self.settings.spec.value {
            "outcome" => self.outcome(record, &mut values),
            _ => Ok(()),
        };
        let Self {
            settings,
            plan: Planner {
                plan: Some(plan), ..
            },
            ..
        } = self
        else {
            return Err(Error::fatal("a plan of the columns"));
        };
        read.and_then(|()| super::emit::rows(settings, plan, record, values, out))
            .map_err(|error| native_name(error, plan))
    }

    /// Reads the outcome of a comparison, keeping what the file says in meta.
    fn outcome(&mut self, record: &Record, values: &mut Values<'_>) -> Result<(), Error> {
        let Some(column) = self.settings.table.column("outcome") else {
            return Ok(());
        };
        if let Some(value) = values.get("outcome").cloned() {
            let (a, b) = (values.text("system_a"), values.text("system_b"));
            let outcome = match read_outcome(&value, [a.as_deref(), b.as_deref()]) {
                Said::Outcome(outcome) => Some(outcome),
                Said::Number(number) => {
                    let coding = match self.coding {
                        Some(coding) => coding,
                        None => {
                            *self
                                .coding
                                .insert(scan(&self.settings, self.input, self.options)?)
                        }
                    };
                    coding.read(number)
                }
                Said::Unknown => None,
            };
            let outcome = outcome.ok_or_else(|| {
                let error = record.wrong(
                    "an outcome: a, b, tie, both_bad, the name of one of the systems, or empty",
                );
                let hint = format!(
                    "say what it means, in a mapping file: [values] outcome = {{ {} = \"tie\" }}",
                    Value::String(value_text(&value))
                );
                error.field("outcome").found(&json::show(&value)).hint(hint)
            })?;
            values.set(column, Value::String(outcome.to_owned()));
            return Ok(());
        }
        let said = self
            .plan
            .plan
            .as_ref()
            .is_some_and(|p| p.take.iter().any(|(t, _)| target_name(t) == "outcome"));
        if said || self.settings.constant("outcome").is_some() {
            return Ok(());
        }
        // Without a verdict: chosen and rejected, or two scores.
        let took = |name: &str, native: &str| {
            self.plan.plan.as_ref().is_some_and(|p| {
                p.take
                    .iter()
                    .any(|(t, n)| target_name(t) == name && n == native)
            })
        };
        if took("text_a", "chosen") && took("text_b", "rejected") {
            values.set(column, Value::String("a".to_owned()));
        } else if let (Some(a), Some(b)) = (
            values.get("score_a").and_then(json::float),
            values.get("score_b").and_then(json::float),
        ) {
            let outcome = if a > b {
                "a"
            } else if b > a {
                "b"
            } else {
                "tie"
            };
            values.set(column, Value::String(outcome.to_owned()));
        }
        Ok(())
    }

    /// Says what was recognised; refuses names that no file has.
    fn report(&self, out: &mut Rows<'_>) -> Result<(), Error> {
        if let Some(error) = self.settings.never_seen(&self.plan.seen) {
            return Err(error);
        }
        for (column, native) in &self.plan.used {
            out.note(format!("{column} is read from '{native}'"));
        }
        let used: BTreeSet<&String> = self.plan.used.iter().map(|(_, native)| native).collect();
        let unused: Vec<&str> = self
            .plan
            .unused
            .iter()
            .filter(|n| !used.contains(n))
            .map(String::as_str)
            .collect();
        if !unused.is_empty() {
            out.note(format!("kept in meta: {}", unused.join(", ")));
        }
        if let Some(coding) = self.coding {
            out.note(format!("numbers stand for outcomes as {}", coding.words()));
        }
        if self.settings.spec.value == "outcome"
            && !self.plan.used.iter().any(|(column, _)| column == "outcome")
        {
            out.note("there is no verdict column: 'chosen' is taken as the winner, or the higher of two scores");
        }
        Ok(())
    }
}

fn value_text(value: &Value) -> String {
    json::text(value).map_or_else(|| json::canonical(value), |t| t.into_owned())
}

/// Takes the planned values out of a record, with the user's meanings.
fn values<'r>(settings: &Settings, plan: &Plan, record: &'r Record) -> Result<Values<'r>, Error> {
    let mut values = Values {
        main: Vec::new(),
        others: Vec::new(),
        texts: [None, None],
        prompt: None,
        order: None,
        lost: Vec::new(),
    };
    for (column, value) in settings.constants() {
        values.main.push((column, value.clone()));
    }
    for (target, native) in &plan.take {
        let Some(value) = lookup(record, native) else {
            continue;
        };
        match target {
            Target::Main(column) => {
                let says_less = match settings.meaning(&column.name, value) {
                    Some(_) => true,
                    None => column.name == "outcome" && says_more(value),
                };
                if says_less && !values.lost.iter().any(|(_, n, _)| n == native) {
                    values.lost.push((column, native.clone(), value));
                }
                let value = match settings.meaning(&column.name, value) {
                    Some("") => Value::Null,
                    Some(text) => Value::String(text.to_owned()),
                    None => one_or_zero(column, value).unwrap_or_else(|| value.clone()),
                };
                values.main.push((column, value));
            }
            Target::Text(slot) => {
                if let Some(place) = values.texts.get_mut(*slot) {
                    *place = Some(value);
                }
            }
            Target::Prompt => values.prompt = Some(value),
            Target::Order => values.order = Some(value),
            Target::Other(table, column) => values.others.push((&table.name, column, value)),
        }
    }
    Ok(values)
}

/// What came true, written as true or false, as a number.
fn one_or_zero(column: &Column, value: &Value) -> Option<Value> {
    if column.name != "truth" || json::float(value).is_some() {
        return None;
    }
    json::boolean(value).map(|b| Value::from(f64::from(u8::from(b))))
}

/// Names the native field where the fault is in a canonical column.
fn native_name(mut error: Error, plan: &Plan) -> Error {
    let native = error
        .field
        .as_ref()
        .and_then(|f| plan.take.iter().find(|(t, _)| target_name(t) == &**f));
    if let Some((_, native)) = native {
        error.field = Some(native.as_str().into());
    }
    error
}

/// Reads all files once to see which numbers stand for outcomes.
fn scan(settings: &Settings, input: &[&File], options: &Options) -> Result<Coding, Error> {
    let mut numbers = Numbers::default();
    let mut planner = Planner::default();
    for file in input {
        let (records, fixed) = files::open(file, options)?;
        for record in records {
            // What cannot be read is reported when it is read in earnest.
            let Ok(record) = record else { continue };
            let Ok(plan) = planner.plan(settings, &record, fixed) else {
                continue;
            };
            let values = values(settings, plan, &record)?;
            let Some(value) = values.get("outcome") else {
                continue;
            };
            let (a, b) = (values.text("system_a"), values.text("system_b"));
            if let Said::Number(number) = read_outcome(value, [a.as_deref(), b.as_deref()]) {
                numbers.add(number);
            }
        }
    }
    Coding::of(&numbers)
}
