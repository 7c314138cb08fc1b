//! What a SQL function is: one static value that carries its signature, prose,
//! options, citations, an executed example and the code that computes it.
//!
//! Everything a user can read about a function (`functions NAME`,
//! `SHOW FUNCTIONS`, the reference page) and everything the engine needs
//! (argument coercion, state, result type) is derived from this value.

use arrow::datatypes::{DataType, Field, Fields};
use std::sync::Arc;

use super::options::Options;
use super::output::Output;
use super::state::rows::Rows;
use super::state::tally::Tally;

/// A SQL function.
#[derive(Debug)]
pub struct Function {
    /// Name in SQL, lower_snake, the field's standard term.
    pub name: &'static str,
    /// One imperative-free line without full stop.
    pub summary: &'static str,
    /// Edge cases: NULL, ties, empty input, degenerate data.
    pub details: &'static str,
    /// The formula, in plain text.
    pub formula: &'static str,
    /// Errors a call can raise.
    pub errors: &'static str,
    /// Column arguments, in order.
    pub params: &'static [Param],
    /// Named literal arguments, all with defaults.
    pub options: &'static [Opt],
    /// Whether `ORDER BY` inside the call (or `order_by`) is required.
    pub ordered: bool,
    /// The result.
    pub returns: Returns,
    /// Papers the definition follows.
    pub citations: &'static [&'static str],
    /// A query with its result, executed by the tests.
    pub example: Example,
    /// Queries over the made-up table `t` of the tests that together use every
    /// option that changes the way a result is computed: the determinism matrix
    /// runs them in every layout.
    pub calls: &'static [&'static str],
    /// The computation.
    pub body: Body,
}

/// A family of functions: the heading of listings, and one folder.
#[derive(Debug)]
pub struct Family {
    /// The heading.
    pub title: &'static str,
    /// Its functions, in the order of listings.
    pub functions: &'static [&'static Function],
}

/// A column argument.
#[derive(Debug)]
pub struct Param {
    /// Name, which is also the column looked for in the relation form.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a call must give it.
    pub required: bool,
    /// Whether the relation form takes the column of that name when there is one, though
    /// a call need not give it.
    pub found: bool,
    /// Meaning.
    pub doc: &'static str,
}

/// What a column argument holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A category or an id: text, number or boolean; equal numbers are equal labels.
    Label,
    /// A number; NaN is an error.
    Number,
    /// Several numbers, named: `name => (length, n_turns)`. A row with a NULL among them is left out.
    Numbers,
    /// Several columns of any kind, named, NULLs kept: the arguments of another function.
    Columns,
}

impl Kind {
    /// The word for it in signatures and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Number => "number",
            Self::Numbers => "numbers",
            Self::Columns => "columns",
        }
    }
}

impl Param {
    const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            required: true,
            found: false,
            doc,
        }
    }

    /// A required column of labels.
    pub const fn label(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Label, doc)
    }

    /// A required column of numbers.
    pub const fn number(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Number, doc)
    }

    /// One or more required columns of numbers.
    pub const fn numbers(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Numbers, doc)
    }

    /// One or more required columns of any kind.
    pub const fn columns(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Columns, doc)
    }

    /// The same, but a call may leave it out.
    pub const fn optional(self) -> Self {
        Self {
            required: false,
            ..self
        }
    }

    /// Optional, but the relation form takes the column of that name when there is one.
    pub const fn found(self) -> Self {
        Self {
            required: false,
            found: true,
            ..self
        }
    }
}

/// A named literal option.
#[derive(Debug)]
pub struct Opt {
    /// Name.
    pub name: &'static str,
    /// Allowed values.
    pub kind: OptKind,
    /// Default, as it would be written in SQL.
    pub default: Default,
    /// Meaning and unit.
    pub doc: &'static str,
}

/// The default of an option.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    /// Not set.
    Null,
    /// A number.
    Number(f64),
    /// A text.
    Text(&'static str),
    /// A truth value.
    Flag(bool),
}

/// What an option may be.
#[derive(Debug, Clone, Copy)]
pub enum OptKind {
    /// A number within bounds, both included.
    Number {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
    },
    /// A whole number within bounds, both included.
    Integer {
        /// Least value.
        min: i64,
        /// Greatest value.
        max: i64,
    },
    /// One of several words.
    Choice(&'static [&'static str]),
    /// Any text.
    Text,
    /// true or false.
    Flag,
    /// A list of numbers, `[3, 1, 0]`.
    Numbers,
    /// A list of texts, `['low', 'high']`.
    Texts,
}

/// The type of a value that a function returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// 64-bit float.
    Float,
    /// 64-bit integer.
    Int,
    /// Text.
    Text,
    /// Boolean.
    Bool,
}

impl Type {
    /// The Arrow type.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Float => DataType::Float64,
            Self::Int => DataType::Int64,
            Self::Text => DataType::Utf8,
            Self::Bool => DataType::Boolean,
        }
    }

    /// The SQL name.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Float => "double",
            Self::Int => "bigint",
            Self::Text => "text",
            Self::Bool => "boolean",
        }
    }
}

/// What a function returns.
#[derive(Debug)]
pub enum Returns {
    /// One value.
    Value(Type),
    /// Several named values: a struct as an aggregate, one row in the relation form.
    Record(&'static [Out]),
    /// A table: a list of rows as an aggregate, rows in the relation form.
    Table(&'static [Out]),
}

/// An output column.
#[derive(Debug)]
pub struct Out {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub ty: Type,
    /// Meaning and unit.
    pub doc: &'static str,
}

impl Out {
    /// A column of floats.
    pub const fn float(name: &'static str, doc: &'static str) -> Self {
        Self {
            name,
            ty: Type::Float,
            doc,
        }
    }

    /// A column of integers.
    pub const fn int(name: &'static str, doc: &'static str) -> Self {
        Self {
            name,
            ty: Type::Int,
            doc,
        }
    }

    /// A column of texts.
    pub const fn text(name: &'static str, doc: &'static str) -> Self {
        Self {
            name,
            ty: Type::Text,
            doc,
        }
    }

    /// A column of truth values.
    pub const fn bool(name: &'static str, doc: &'static str) -> Self {
        Self {
            name,
            ty: Type::Bool,
            doc,
        }
    }
}

impl Returns {
    /// The named parts of the result; none for a value.
    pub fn columns(&self) -> &'static [Out] {
        match self {
            Self::Value(_) => &[],
            Self::Record(columns) | Self::Table(columns) => columns,
        }
    }

    /// The Arrow type of the aggregate's result.
    pub fn arrow(&self) -> DataType {
        match self {
            Self::Value(t) => t.arrow(),
            Self::Record(fields) => DataType::Struct(struct_fields(fields)),
            Self::Table(columns) => DataType::List(Arc::new(Field::new_list_field(
                DataType::Struct(struct_fields(columns)),
                true,
            ))),
        }
    }
}

/// The fields of one row of a table result.
pub fn struct_fields(columns: &[Out]) -> Fields {
    columns
        .iter()
        .map(|c| Field::new(c.name, c.ty.arrow(), true))
        .collect()
}

/// An executed example.
#[derive(Debug)]
pub struct Example {
    /// The query.
    pub sql: &'static str,
    /// Its result as CSV with a header.
    pub result: &'static str,
}

/// A computation fails with one primary line and, where there is one, a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong, lower case, without full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

/// How a function computes: the shape of its state and the code that finishes it.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// Counts of distinct argument tuples; the state is as large as the number
    /// of distinct tuples. All column arguments but `weight` are labels.
    Tally(fn(&Tally, &Options) -> Result<Output, Fault>),
    /// All rows, in canonical order: by the order key, then by every column.
    Rows(fn(&Rows, &Options) -> Result<Output, Fault>),
    /// All rows as they came; the code must not depend on their order
    /// (it counts them into cells first).
    Unsorted(fn(&Rows, &Options) -> Result<Output, Fault>),
}

impl Function {
    /// Whether the state is as large as the rows.
    pub fn keeps_rows(&self) -> bool {
        !matches!(self.body, Body::Tally(_))
    }

    /// `name(a: text, b: text [, weight: number] [, option => default …] ORDER BY …) -> type`.
    pub fn signature(&self) -> String {
        let mut s = format!("{}(", self.name);
        for (i, p) in self.params.iter().enumerate() {
            let kind = p.kind.word();
            let sep = if i > 0 { ", " } else { "" };
            if p.required {
                s.push_str(&format!("{sep}{}: {kind}", p.name));
            } else {
                s.push_str(&format!(" [{sep}{}: {kind}]", p.name));
            }
        }
        for o in self.options {
            s.push_str(&format!(" [, {} => {}]", o.name, o.default_sql()));
        }
        if self.ordered {
            s.push_str(" ORDER BY key, …");
        }
        s.push_str(") -> ");
        match &self.returns {
            Returns::Value(t) => s.push_str(t.sql()),
            Returns::Record(_) | Returns::Table(_) => {
                let columns = self.returns.columns().iter().map(|c| c.name);
                let names: Vec<&str> = columns.collect();
                let shape = match self.returns {
                    Returns::Record(_) => "record",
                    _ => "table",
                };
                s.push_str(&format!("{shape}({})", names.join(", ")));
            }
        }
        s
    }

    /// Position of the option `name` in a full positional call, after the
    /// column arguments and the order key.
    pub(crate) fn option_position(&self, name: &str) -> Option<usize> {
        self.options
            .iter()
            .position(|o| o.name == name)
            .map(|i| self.params.len() + usize::from(self.ordered) * 2 + i)
    }

    /// Number of arguments of a full positional call: column arguments, for
    /// ordered functions the order key and its directions, then the options.
    pub(crate) fn arity(&self) -> usize {
        self.params.len() + usize::from(self.ordered) * 2 + self.options.len()
    }
}

impl Opt {
    const fn new(name: &'static str, kind: OptKind, default: Default, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            default,
            doc,
        }
    }

    /// One of several words.
    pub const fn choice(
        name: &'static str,
        words: &'static [&'static str],
        default: &'static str,
        doc: &'static str,
    ) -> Self {
        Self::new(name, OptKind::Choice(words), Default::Text(default), doc)
    }

    /// A number from `min` to `max`, both included.
    pub const fn number(
        name: &'static str,
        min: f64,
        max: f64,
        default: f64,
        doc: &'static str,
    ) -> Self {
        let kind = OptKind::Number { min, max };
        Self::new(name, kind, Default::Number(default), doc)
    }

    /// A whole number from `min` to `max`, both included.
    pub const fn integer(
        name: &'static str,
        min: i64,
        max: i64,
        default: i64,
        doc: &'static str,
    ) -> Self {
        let kind = OptKind::Integer { min, max };
        Self::new(name, kind, Default::Number(default as f64), doc)
    }

    /// Any text, not set by default.
    pub const fn text(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, OptKind::Text, Default::Null, doc)
    }

    /// true or false, false by default.
    pub const fn flag(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, OptKind::Flag, Default::Flag(false), doc)
    }

    /// A list of numbers, not set by default.
    pub const fn numbers(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, OptKind::Numbers, Default::Null, doc)
    }

    /// A list of texts, not set by default.
    pub const fn texts(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, OptKind::Texts, Default::Null, doc)
    }

    /// The same without a default: not set unless a call sets it.
    pub const fn unset(self) -> Self {
        Self {
            default: Default::Null,
            ..self
        }
    }

    /// The default as SQL text.
    pub fn default_sql(&self) -> String {
        match self.default {
            Default::Null => "NULL".into(),
            Default::Number(x) => format!("{x}"),
            Default::Text(t) => format!("'{t}'"),
            Default::Flag(b) => b.to_string(),
        }
    }

    /// The allowed values in words.
    pub fn allowed(&self) -> String {
        match self.kind {
            OptKind::Number { min, max } if min == f64::MIN && max == f64::MAX => "a number".into(),
            OptKind::Number { min, max } if max == f64::MAX => format!("a number, at least {min}"),
            OptKind::Number { min, max } => format!("a number from {min} to {max}"),
            OptKind::Integer { min, max } if max == i64::MAX => {
                format!("a whole number, at least {min}")
            }
            OptKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
            OptKind::Choice(words) => words
                .iter()
                .map(|w| format!("'{w}'"))
                .collect::<Vec<_>>()
                .join(", "),
            OptKind::Text => "a text".into(),
            OptKind::Flag => "true, false".into(),
            OptKind::Numbers => "a list of numbers".into(),
            OptKind::Texts => "a list of texts".into(),
        }
    }
}
