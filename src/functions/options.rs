//! The literal options of one call, checked against the definition.

use arrow::array::{Array, ArrayRef};
use datafusion::common::ScalarValue;
use std::collections::BTreeMap;

use super::definition::{Default, Fault, Function, OptKind};

/// The options of one call: every option of the function, given or default.
#[derive(Debug, Clone)]
pub struct Options {
    function: &'static str,
    values: BTreeMap<&'static str, Setting>,
}

/// The value of one option.
#[derive(Debug, Clone, PartialEq)]
enum Setting {
    Null,
    Number(f64),
    Text(String),
    Flag(bool),
    Numbers(Vec<f64>),
    Texts(Vec<String>),
}

impl Options {
    /// Checks literal values, one for each option in definition order; NULL takes the default.
    pub(super) fn new(function: &Function, literals: &[ScalarValue]) -> Result<Self, Fault> {
        let mut values = BTreeMap::new();
        for (i, opt) in function.options.iter().enumerate() {
            let given = literals.get(i).filter(|v| !v.is_null());
            let value = match given {
                None => match opt.default {
                    Default::Null => Setting::Null,
                    Default::Number(x) => Setting::Number(x),
                    Default::Text(t) => Setting::Text(t.into()),
                    Default::Flag(b) => Setting::Flag(b),
                },
                Some(v) => check(opt.kind, v).ok_or_else(|| {
                    let mut fault = Fault::new(format!(
                        "{}: option `{}` is {v}, expected {}",
                        function.name,
                        opt.name,
                        opt.allowed()
                    ));
                    if let (OptKind::Choice(words), Some(text)) = (opt.kind, text_of(v)) {
                        fault.hint = nearest(&text, words.iter().copied())
                            .map(|w| format!("did you mean '{w}'?"));
                    }
                    fault
                })?,
            };
            values.insert(opt.name, value);
        }
        Ok(Self {
            function: function.name,
            values,
        })
    }

    /// A number; the definition gives it a default.
    pub fn number(&self, name: &str) -> Result<f64, Fault> {
        self.maybe_number(name)?.ok_or_else(|| self.missing(name))
    }

    /// A number that may be unset.
    pub fn maybe_number(&self, name: &str) -> Result<Option<f64>, Fault> {
        match self.values.get(name) {
            Some(Setting::Number(x)) => Ok(Some(*x)),
            Some(Setting::Null) => Ok(None),
            _ => Err(self.missing(name)),
        }
    }

    /// A whole number that is not negative.
    pub fn count(&self, name: &str) -> Result<u64, Fault> {
        Ok(self.number(name)? as u64)
    }

    /// A text; the definition gives it a default.
    pub fn text(&self, name: &str) -> Result<&str, Fault> {
        self.maybe_text(name)?.ok_or_else(|| self.missing(name))
    }

    /// A text that may be unset.
    pub fn maybe_text(&self, name: &str) -> Result<Option<&str>, Fault> {
        match self.values.get(name) {
            Some(Setting::Text(t)) => Ok(Some(t)),
            Some(Setting::Null) => Ok(None),
            _ => Err(self.missing(name)),
        }
    }

    /// A truth value.
    pub fn flag(&self, name: &str) -> Result<bool, Fault> {
        match self.values.get(name) {
            Some(Setting::Flag(b)) => Ok(*b),
            _ => Err(self.missing(name)),
        }
    }

    /// A list of numbers that may be unset.
    pub fn numbers(&self, name: &str) -> Result<Option<&[f64]>, Fault> {
        match self.values.get(name) {
            Some(Setting::Numbers(x)) => Ok(Some(x)),
            Some(Setting::Null) => Ok(None),
            _ => Err(self.missing(name)),
        }
    }

    /// A list of texts that may be unset.
    pub fn texts(&self, name: &str) -> Result<Option<&[String]>, Fault> {
        match self.values.get(name) {
            Some(Setting::Texts(x)) => Ok(Some(x)),
            Some(Setting::Null) => Ok(None),
            _ => Err(self.missing(name)),
        }
    }

    fn missing(&self, name: &str) -> Fault {
        Fault::new(format!("{}: option `{name}` has no value", self.function))
    }
}

/// The closest of some names, when it is close enough to be a slip.
pub fn nearest<'a>(name: &str, among: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    among
        .map(|n| (strsim::jaro_winkler(&wanted, &n.to_lowercase()), n))
        .filter(|(s, _)| *s > 0.8)
        .max_by(|x, y| x.0.total_cmp(&y.0).then_with(|| y.1.cmp(x.1)))
        .map(|(_, n)| n)
}

fn text_of(value: &ScalarValue) -> Option<String> {
    match value {
        ScalarValue::Utf8(Some(t))
        | ScalarValue::LargeUtf8(Some(t))
        | ScalarValue::Utf8View(Some(t)) => Some(t.clone()),
        _ => None,
    }
}

fn number_of(value: &ScalarValue) -> Option<f64> {
    match value.cast_to(&arrow::datatypes::DataType::Float64) {
        Ok(ScalarValue::Float64(Some(x))) if x.is_finite() && text_of(value).is_none() => Some(x),
        _ => None,
    }
}

fn check(kind: OptKind, value: &ScalarValue) -> Option<Setting> {
    match kind {
        OptKind::Number { min, max } => number_of(value)
            .filter(|x| *x >= min && *x <= max)
            .map(Setting::Number),
        OptKind::Integer { min, max } => number_of(value)
            .filter(|x| x.fract() == 0.0 && *x >= min as f64 && *x <= max as f64)
            .map(Setting::Number),
        OptKind::Choice(words) => text_of(value)
            .filter(|t| words.contains(&t.as_str()))
            .map(Setting::Text),
        OptKind::Text => text_of(value).map(Setting::Text),
        OptKind::Flag => match value {
            ScalarValue::Boolean(Some(b)) => Some(Setting::Flag(*b)),
            _ => None,
        },
        OptKind::Numbers => {
            let numbers = members(value)?.iter().map(number_of).collect();
            Option::<Vec<f64>>::map(numbers, Setting::Numbers)
        }
        OptKind::Texts => {
            let label = |v: &ScalarValue| {
                text_of(v)
                    .or_else(|| number_of(v).map(crate::functions::state::labels::number_label))
            };
            let texts = members(value)?.iter().map(label).collect();
            Option::<Vec<String>>::map(texts, Setting::Texts)
        }
    }
}

/// The members of `[a, b]` or `(a, b)`; a single value is a list of one.
fn members(value: &ScalarValue) -> Option<Vec<ScalarValue>> {
    let all = |array: &ArrayRef| {
        let cells = (0..array.len()).map(|i| ScalarValue::try_from_array(array, i));
        cells.collect::<Result<Vec<_>, _>>().ok()
    };
    match value {
        ScalarValue::List(list) => all(&list.value(0)),
        ScalarValue::LargeList(list) => all(&list.value(0)),
        ScalarValue::FixedSizeList(list) => all(&list.value(0)),
        ScalarValue::Struct(fields) => {
            let firsts = fields
                .columns()
                .iter()
                .map(|c| ScalarValue::try_from_array(c, 0));
            firsts.collect::<Result<Vec<_>, _>>().ok()
        }
        one => Some(vec![one.clone()]),
    }
}
