//! Which native column fills which canonical one.
//!
//! Settings come from the user's mapping and the common names; a plan is made
//! for each set of field names met, so it is a function of the record alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::words::{Words, squash};
use crate::ingest::native::Native;
use crate::ingest::read::Run;
use crate::ingest::{Error, Options, Record, nearest};
use crate::schema::{self, Column, Table};

/// Where a native value goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// A column of the main table, and its place there.
    Main(usize, &'static Column),
    /// The text of a response: 0 the only one or a, 1 b.
    Text(usize),
    /// The prompt of the item.
    Prompt,
    /// A whole ranking, best first.
    Order,
    /// A column of `items`, `systems` or `annotators`, and its place there.
    Other(&'static Table, usize, &'static Column),
}

/// One canonical column and where it may come from.
#[derive(Debug)]
struct Wanted {
    name: String,
    target: Target,
    explicit: Option<String>,
    words: &'static [&'static str],
}

/// What one generic source needs.
pub(super) struct Spec {
    pub(super) table: &'static str,
    pub(super) words: &'static [Words],
    /// The column that holds the judgement.
    pub(super) value: &'static str,
    /// The column that takes the native column's name in a wide file.
    pub(super) wide: Option<&'static str>,
    /// Of each group at least one column must be found.
    pub(super) needs: &'static [&'static [&'static str]],
    /// Options it knows, beside those of reading.
    pub(super) params: &'static [&'static str],
    /// What columns hold where the user says nothing of them.
    pub(super) constants: &'static [(&'static str, &'static str)],
    /// Whether the lines of a file belong together unless they say otherwise.
    pub(super) by_file: bool,
}

/// Options every generic source knows.
const PARAMS: &[&str] = &[
    "delimiter",
    "header",
    "quotes",
    "records",
    "nested",
    "sheet",
    "wide",
    "columns",
    "revision",
];

/// The user's mapping, checked.
pub(super) struct Settings {
    pub(super) spec: &'static Spec,
    pub(super) table: &'static Table,
    /// The columns that name systems and annotators, and where those are described.
    pub(super) about: Vec<(usize, &'static Table)>,
    /// The column that names the row, and its place.
    pub(super) key: (usize, &'static Column),
    /// The column of the judgement, and its place.
    pub(super) value: (usize, &'static Column),
    wanted: Vec<Wanted>,
    constants: Vec<(usize, &'static Column, Value)>,
    values: BTreeMap<String, BTreeMap<String, String>>,
    wide: Vec<String>,
    /// The column that takes a wide column's name, and its place.
    pub(super) wide_into: Option<(usize, &'static Column)>,
}

/// Native columns by target, for one set of field names.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) take: Vec<Take>,
    /// The columns of a wide file, with their places among the fields.
    pub(super) wide: Vec<(Arc<str>, usize)>,
    /// What goes into meta, with its places among the fields.
    pub(super) meta: Vec<(Arc<str>, usize)>,
}

/// One value to take out of every record.
#[derive(Debug)]
pub(super) struct Take {
    pub(super) target: Target,
    /// The name of the field, or a dotted path.
    pub(super) native: String,
    /// The place of the field, or of the one the path starts at.
    field: usize,
    /// The names and list positions inside the field.
    path: Vec<String>,
}

impl Take {
    /// The value, NULL when it is absent.
    #[inline]
    pub(super) fn from<'r>(&self, record: &'r Record) -> Native<'r> {
        self.within(record.native(self.field))
    }

    /// The value in record `row` of a run, NULL when it is absent.
    #[inline(always)]
    pub(super) fn of<'r>(&self, run: &'r Run, row: usize) -> Native<'r> {
        let value = run.native(row, self.field);
        if self.path.is_empty() {
            value
        } else {
            self.within(value)
        }
    }

    /// The value at the path within that of the field.
    fn within<'r>(&self, value: Native<'r>) -> Native<'r> {
        self.path.iter().fold(value, |value, step| {
            let inner = match value {
                Native::Object(map) => map.get(step),
                Native::List(list) => step.parse::<usize>().ok().and_then(|at| list.get(at)),
                _ => None,
            };
            inner.map_or(Native::Null, Native::from)
        })
    }
}

impl Settings {
    pub(super) fn new(spec: &'static Spec, options: &Options) -> Result<Self, Error> {
        let table = schema::table(spec.table)
            .ok_or_else(|| Error::fatal("a canonical table").found(spec.table))?;
        for name in options.params.keys() {
            if !PARAMS.contains(&name.as_str()) && !spec.params.contains(&name.as_str()) {
                let known: Vec<&str> = PARAMS.iter().chain(spec.params).copied().collect();
                return Err(
                    Error::fatal(format!("one of the options {}", known.join(", ")))
                        .field("option")
                        .found(name),
                );
            }
        }
        let mut wanted = Vec::new();
        for (name, words) in spec.words {
            let target = target(table, name).ok_or_else(|| unknown(spec, table, name))?;
            let explicit = options.mapping.columns.get(*name).cloned();
            wanted.push(Wanted {
                name: (*name).to_owned(),
                target,
                explicit,
                words,
            });
        }
        for (name, native) in &options.mapping.columns {
            if spec.words.iter().any(|(known, _)| known == name) {
                continue;
            }
            let target = target(table, name).ok_or_else(|| unknown(spec, table, name))?;
            wanted.push(Wanted {
                name: name.clone(),
                target,
                explicit: Some(native.clone()),
                words: &[],
            });
        }
        let mut constants = Vec::new();
        for (name, text) in &options.mapping.constants {
            let Some((at, column)) = placed(table, name).filter(|(at, _)| *at > 0) else {
                return Err(unknown(spec, table, name));
            };
            if options.mapping.columns.contains_key(name) {
                return Err(Error::fatal("a native column or a constant, not both").field(name));
            }
            constants.push((at, column, Value::String(text.clone())));
        }
        for (name, text) in spec.constants {
            let said = options.mapping.columns.contains_key(*name)
                || options.mapping.constants.contains_key(*name);
            if let Some((at, column)) = placed(table, name).filter(|_| !said) {
                constants.push((at, column, Value::String((*text).to_owned())));
            }
        }
        for name in options.mapping.values.keys() {
            if table.column(name).is_none() {
                return Err(unknown(spec, table, name));
            }
        }
        let wide = options
            .param("wide")
            .map(|w| w.split(',').map(|c| c.trim().to_owned()).collect())
            .unwrap_or_default();
        let into = options.param("columns").or(spec.wide);
        let wide_into = match into {
            Some(name) => Some(placed(table, name).ok_or_else(|| unknown(spec, table, name))?),
            None if options.param("wide").is_some() => {
                return Err(
                    Error::fatal("one judgement a line; this source has no wide form")
                        .field("wide"),
                );
            }
            None => None,
        };
        let known =
            |name: &str| placed(table, name).ok_or_else(|| Error::fatal("a column").found(name));
        let about = [
            ("system", "systems"),
            ("system_a", "systems"),
            ("system_b", "systems"),
            ("annotator", "annotators"),
        ];
        let about = about
            .iter()
            .filter_map(|(column, other)| Some((table.position(column)?, schema::table(other)?)));
        Ok(Self {
            spec,
            table,
            about: about.collect(),
            key: known(table.key.get(1).map_or("", String::as_str))?,
            value: known(spec.value)?,
            wanted,
            constants,
            values: options.mapping.values.clone(),
            wide,
            wide_into,
        })
    }

    /// Whether the file is wide: one column per aspect, metric or annotator.
    pub(super) const fn is_wide(&self) -> bool {
        !self.wide.is_empty()
    }

    /// The constants given by the user.
    pub(super) fn constants(&self) -> &[(usize, &'static Column, Value)] {
        &self.constants
    }

    /// A column of the main table, and its place.
    pub(super) fn column(&self, name: &str) -> Result<(usize, &'static Column), Error> {
        placed(self.table, name).ok_or_else(|| Error::fatal("a column").found(name))
    }

    /// Whether the user gave a constant for a column.
    pub(super) fn constant(&self, name: &str) -> Option<&Value> {
        self.constants
            .iter()
            .find(|(_, c, _)| c.name == name)
            .map(|(_, _, v)| v)
    }

    /// Whether the user says of any value of a column what it means.
    pub(super) fn has_meanings(&self, column: &str) -> bool {
        self.values.contains_key(column)
    }

    /// What the user says a native value of a column means: `None` when
    /// nothing, an empty text for NULL.
    pub(super) fn meaning(&self, column: &str, value: Native<'_>) -> Option<&str> {
        let values = self.values.get(column)?;
        values.get(&*value.text()?).map(String::as_str)
    }

    /// Native columns the user named that `seen` does not hold.
    pub(super) fn never_seen(&self, seen: &BTreeSet<String>) -> Option<Error> {
        let missing = |native: &str| {
            !native.is_empty() && !seen.contains(native) && !seen.contains(root(native))
        };
        let names: Vec<&str> = seen.iter().map(String::as_str).collect();
        let mapped = self
            .wanted
            .iter()
            .filter_map(|w| Some((w.name.as_str(), w.words, w.explicit.as_deref()?)));
        let wide = self
            .wide
            .iter()
            .filter(|w| !w.contains('*'))
            .map(|w| ("wide", &[][..], w.as_str()));
        mapped
            .chain(wide)
            .find(|(_, _, native)| missing(native))
            .map(|(column, words, native)| {
                let mut error = not_there(column, words, native, &names);
                error.fatal = true;
                error
            })
    }

    /// The needed columns nothing was found for, and the native columns that
    /// are not taken.
    pub(super) fn missing(&self, record: &Record) -> (Vec<&'static str>, Vec<String>) {
        let plan = self.find(record);
        let missing = |group: &&&[&'static str]| !group.iter().any(|name| self.has(&plan, name));
        let wanted = self.spec.needs.iter().filter(missing);
        (
            wanted.flat_map(|group| group.iter().copied()).collect(),
            plan.meta.iter().map(|(name, _)| name.to_string()).collect(),
        )
    }

    /// Finds the native columns for the fields of `record`.
    pub(super) fn plan(&self, record: &Record, fixed: bool) -> Result<Plan, Error> {
        let plan = self.find(record);
        let natives: Vec<&str> = record.fields().map(|(name, _)| name).collect();
        self.check(&plan, record, &natives, fixed)?;
        Ok(plan)
    }

    fn find(&self, record: &Record) -> Plan {
        let natives = record.names().list();
        let squashed: Vec<String> = natives.iter().map(|n| squash(n)).collect();
        let place = |name: &str| natives.iter().position(|n| **n == *name);
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut plan = Plan::default();
        for wanted in &self.wanted {
            let Some(native) = wanted.explicit.as_deref().filter(|n| !n.is_empty()) else {
                continue;
            };
            let (field, path) = match place(native) {
                Some(field) => {
                    taken.insert(field);
                    (Some(field), "")
                }
                None => (
                    place(root(native)),
                    native.strip_prefix(root(native)).unwrap_or(""),
                ),
            };
            if let Some(field) = field {
                plan.take.push(Take {
                    target: wanted.target,
                    native: native.to_owned(),
                    field,
                    path: path.split('.').skip(1).map(str::to_owned).collect(),
                });
            }
        }
        let is_wide = |name: &str| self.wide.iter().any(|pattern| matches(pattern, name));
        for wanted in self.wanted.iter().filter(|w| w.explicit.is_none()) {
            if self.constant(&wanted.name).is_some()
                || (self.is_wide() && self.is_wide_column(wanted))
            {
                continue;
            }
            let found = wanted.words.iter().find_map(|word| {
                let at = squashed.iter().position(|s| s == word)?;
                Some((at, natives.get(at)?)).filter(|(at, _)| !taken.contains(at))
            });
            if let Some((field, native)) =
                found.filter(|(_, n)| !self.wide.iter().any(|w| **w == ***n))
            {
                taken.insert(field);
                plan.take.push(Take {
                    target: wanted.target,
                    native: native.to_string(),
                    field,
                    path: Vec::new(),
                });
            }
        }
        for (at, name) in natives.iter().enumerate() {
            if taken.contains(&at) {
                continue;
            }
            if is_wide(name) {
                plan.wide.push((Arc::clone(name), at));
            } else {
                plan.meta.push((Arc::clone(name), at));
            }
        }
        plan
    }

    /// Whether something fills a column.
    fn has(&self, plan: &Plan, name: &str) -> bool {
        self.constant(name).is_some()
            || plan
                .take
                .iter()
                .any(|take| target_name(&take.target) == name)
            || (!plan.wide.is_empty()
                && (name == self.spec.value || self.wide_into.is_some_and(|(_, c)| c.name == name)))
    }

    /// Whether a column is filled by the cells or names of wide columns.
    fn is_wide_column(&self, wanted: &Wanted) -> bool {
        wanted.name == self.spec.value || self.wide_into.is_some_and(|(_, c)| c.name == wanted.name)
    }

    fn check(
        &self,
        plan: &Plan,
        record: &Record,
        natives: &[&str],
        fixed: bool,
    ) -> Result<(), Error> {
        let wrong = |error: Error| {
            let error = Error {
                fatal: fixed,
                ..error
            };
            error.in_file(record.file()).at_record(record.number())
        };
        for group in self.spec.needs {
            if group.iter().any(|name| self.has(plan, name)) {
                continue;
            }
            let absent = group.iter().find_map(|name| {
                let wanted = self.wanted.iter().find(|w| w.name == *name)?;
                let native = wanted.explicit.as_deref().filter(|n| !n.is_empty())?;
                Some(not_there(name, wanted.words, native, natives))
            });
            if let Some(error) = absent {
                return Err(wrong(error));
            }
            let name = group.first().copied().unwrap_or_default();
            let known = self
                .wanted
                .iter()
                .find(|w| w.name == name)
                .map_or(&[][..], |w| w.words);
            // A file with very many columns must not make a very long error.
            let free = plan.meta.iter().map(|(n, _)| &**n).take(SHOWN * 4);
            let near = free
                .clone()
                .find(|n| nearest(&squash(n), known.iter().copied().chain([name])).is_some());
            let near = near.unwrap_or("COLUMN");
            let mut hint = format!(
                "the file has: {}; say which by --map {name}={near}",
                listed(natives)
            );
            if self.spec.wide.is_some() && name == self.spec.value {
                hint.push_str(", or name the columns of a wide file by the option wide");
            }
            let holder = record
                .fields()
                .find(|(_, v)| v.get(0).is_some_and(Value::is_object));
            if let Some((inside, _)) = holder.filter(|_| natives.len() < 10) {
                hint.push_str(&format!(
                    ", or by the option records={inside} if the records are in there"
                ));
            }
            return Err(wrong(
                Error::new(format!("a column for '{}'", group.join("' or '"))).hint(hint),
            ));
        }
        if self.is_wide() && plan.wide.is_empty() {
            let hint = format!("the file has: {}", listed(natives));
            return Err(wrong(
                Error::new("a column as named by the option wide")
                    .found(&self.wide.join(","))
                    .hint(hint),
            ));
        }
        Ok(())
    }
}

/// The error for a native column named by the user that `natives` does not
/// have; `words` are the common names of the canonical column.
fn not_there(column: &str, words: &[&str], native: &str, natives: &[&str]) -> Error {
    let few = || natives.iter().copied().take(SHOWN * 25);
    let near = few()
        .find(|n| words.contains(&squash(n).as_str()))
        .or_else(|| nearest(native, few()));
    let guess = near.map_or_else(String::new, |near| {
        format!("did you mean '{}'? ", crate::ingest::shorten(near, 60))
    });
    Error::new("the name of a column of the files")
        .field(column)
        .found(native)
        .hint(format!("{guess}there are: {}", listed(natives)))
}

/// Names shown in an error.
const SHOWN: usize = 40;

/// Some names, shortened, as one text.
fn listed(names: &[&str]) -> String {
    let mut shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|n| crate::ingest::shorten(n, 60))
        .collect();
    if names.len() > SHOWN {
        shown.push(format!("and {} more", names.len() - SHOWN));
    }
    shown.join(", ")
}

/// A column of a table, and its place.
fn placed(table: &'static Table, name: &str) -> Option<(usize, &'static Column)> {
    let at = table.position(name)?;
    Some((at, table.columns.get(at)?))
}

/// The field a dotted path starts at.
fn root(native: &str) -> &str {
    native.split_once('.').map_or(native, |(root, _)| root)
}

/// Whether `name` fits a pattern with at most one `*`.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}

/// The canonical name of a target.
pub(super) fn target_name(target: &Target) -> &'static str {
    match target {
        Target::Main(_, column) | Target::Other(_, _, column) => &column.name,
        Target::Text(0) => "text_a",
        Target::Text(_) => "text_b",
        Target::Prompt => "prompt",
        Target::Order => "order",
    }
}

fn target(table: &'static Table, name: &str) -> Option<Target> {
    match name {
        "dataset" | "meta" => return None,
        "text" | "text_a" => return Some(Target::Text(0)),
        "text_b" => return Some(Target::Text(1)),
        "prompt" => return Some(Target::Prompt),
        "order" => return Some(Target::Order),
        _ => {}
    }
    if let Some((other, column)) = name.split_once('.') {
        let other = schema::table(other)
            .filter(|t| matches!(t.name.as_str(), "items" | "systems" | "annotators"))?;
        // With two systems in a row it would not be known which is described.
        other.key.get(1).and_then(|key| table.column(key))?;
        let (at, column) = placed(other, column)
            .filter(|(_, c)| !other.key.contains(&c.name) && c.name != "meta")?;
        return Some(Target::Other(other, at, column));
    }
    placed(table, name).map(|(at, column)| Target::Main(at, column))
}

fn unknown(spec: &Spec, table: &Table, name: &str) -> Error {
    let known: Vec<&str> = spec.words.iter().map(|(n, _)| *n).collect();
    let error = Error::fatal(format!(
        "a column of table '{}': {}",
        table.name,
        known.join(", ")
    ))
    .found(name);
    match nearest(name, known.iter().copied()) {
        Some(near) => error.hint(format!("did you mean '{near}'?")),
        None => error,
    }
}
