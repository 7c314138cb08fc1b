//! The values of one record, by what they are for.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde_json::Value;

use super::outcome::Vocabulary;
use super::plan::{Plan, Settings, Target};
use crate::ingest::Record;
use crate::ingest::native::Native;
use crate::schema::Column;

/// A value for a column: as it is in the file, or made.
pub(super) enum Given<'r> {
    Native(Native<'r>),
    Made(Value),
}

impl Given<'_> {
    fn native(&self) -> Native<'_> {
        match self {
            Self::Native(value) => *value,
            Self::Made(value) => value.into(),
        }
    }
}

impl<'r> From<&'r str> for Given<'r> {
    fn from(text: &'r str) -> Self {
        Self::Native(Native::Text(text))
    }
}

impl From<String> for Given<'_> {
    fn from(text: String) -> Self {
        Self::Made(Value::String(text))
    }
}

/// A column of the main table with its place, and the value it gets.
type Filled<'r> = (usize, &'static Column, Given<'r>);

/// The values of one record, by target.
#[derive(Default)]
pub(super) struct Values<'r> {
    main: Vec<Filled<'r>>,
    /// Values for other tables: the table, the place of the column, the value.
    pub(super) others: Vec<(&'static str, usize, Native<'r>)>,
    pub(super) texts: [Option<Native<'r>>; 2],
    pub(super) prompt: Option<Native<'r>>,
    pub(super) order: Option<Native<'r>>,
    /// Native values whose canonical form says less, for `meta` (or `label`).
    pub(super) lost: Vec<(&'static Column, &'r str, Native<'r>)>,
}

impl<'r> Values<'r> {
    /// The value of a column of the main table, unless it is NULL.
    pub(super) fn get(&self, column: &str) -> Option<Native<'_>> {
        self.main
            .iter()
            .find(|(_, c, _)| c.name == column)
            .map(|(_, _, value)| value.native())
            .filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, column: &str) -> Option<Cow<'_, str>> {
        self.get(column).and_then(Native::text)
    }

    /// The value of the column at a place of the main table, unless it is NULL.
    pub(super) fn get_at(&self, at: usize) -> Option<Native<'_>> {
        self.main
            .iter()
            .find(|(known, _, _)| *known == at)
            .map(|(_, _, value)| value.native())
            .filter(|value| !value.is_null())
    }

    pub(super) fn text_at(&self, at: usize) -> Option<Cow<'_, str>> {
        self.get_at(at).and_then(Native::text)
    }

    /// The places of the columns of the main table, and their values.
    pub(super) fn main(&self) -> impl Iterator<Item = (usize, Native<'_>)> {
        self.main.iter().map(|(at, _, value)| (*at, value.native()))
    }

    pub(super) fn set(
        &mut self,
        (at, column): (usize, &'static Column),
        value: impl Into<Given<'r>>,
    ) {
        let value = value.into();
        match self.main.iter_mut().find(|(known, _, _)| *known == at) {
            Some((_, _, old)) => *old = value,
            None => self.main.push((at, column, value)),
        }
    }
}

/// Takes the planned values out of a record, with the user's meanings.
pub(super) fn values<'r>(
    settings: &'r Settings,
    plan: &'r Plan,
    record: &'r Record,
    vocabulary: &mut Vocabulary,
) -> Values<'r> {
    let mut values = Values {
        main: Vec::with_capacity(settings.table.columns.len()),
        ..Values::default()
    };
    for (at, column, value) in settings.constants() {
        let given = Given::Native(value.into());
        values.main.push((*at, *column, given));
    }
    for take in &plan.take {
        let value = take.from(record);
        if value.is_null() {
            continue;
        }
        match take.target {
            Target::Main(at, column) => {
                let meaning = settings.meaning(&column.name, value);
                let says_less = match meaning {
                    Some(_) => true,
                    None => column.name == "outcome" && vocabulary.says_more(value),
                };
                if says_less && !values.lost.iter().any(|(_, n, _)| *n == take.native) {
                    values.lost.push((column, &take.native, value));
                }
                let given = match meaning {
                    Some("") => Given::Native(Native::Null),
                    Some(text) => text.into(),
                    None => Given::Native(one_or_zero(column, value).unwrap_or(value)),
                };
                values.main.push((at, column, given));
            }
            Target::Text(slot) => {
                if let Some(place) = values.texts.get_mut(slot) {
                    *place = Some(value);
                }
            }
            Target::Prompt => values.prompt = Some(value),
            Target::Order => values.order = Some(value),
            Target::Other(table, at, _) => values.others.push((&table.name, at, value)),
        }
    }
    values
}

/// What came true, written as true or false, as a number.
pub(super) fn one_or_zero(column: &Column, value: Native<'_>) -> Option<Native<'static>> {
    static NUMBERS: LazyLock<[Value; 2]> = LazyLock::new(|| [0.0.into(), 1.0.into()]);
    if column.name != "truth" || value.float().is_some() {
        return None;
    }
    let truth = value.boolean()?;
    NUMBERS.get(usize::from(truth)).map(Native::from)
}
