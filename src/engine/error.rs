//! The engine's error: what went wrong, where in the SQL, and what to do.

use datafusion::common::DataFusionError;

/// What kind of failure it is; the exit code follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The query is wrong.
    Sql,
    /// The data does not allow an answer.
    Data,
    /// The call is wrong (an option, a parameter, a file that is not there).
    Usage,
    /// The lake, a snapshot or an object is not there.
    NotFound,
    /// Bytes are not what their digest says.
    Verification,
    /// A fault of this program.
    Internal,
}

/// A place in the SQL text, 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Line.
    pub line: u64,
    /// First column.
    pub column: u64,
    /// Column after the last one.
    pub end_column: u64,
}

/// A failure.
#[derive(Debug, Clone)]
pub struct Error {
    /// Its kind.
    pub kind: Kind,
    /// The primary line, without full stop.
    pub message: String,
    /// More about it.
    pub detail: Option<String>,
    /// What to do.
    pub hints: Vec<String>,
    /// Where in the SQL.
    pub span: Option<Span>,
    /// The SQL.
    pub sql: Option<String>,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        for hint in &self.hints {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl Error {
    /// An error of a kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            detail: None,
            hints: Vec::new(),
            span: None,
            sql: None,
        }
    }

    /// Adds what to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a place.
    pub fn at(mut self, span: Option<Span>) -> Self {
        self.span = self.span.or(span);
        self
    }

    /// Adds the SQL text.
    pub(super) fn of_sql(mut self, sql: &str) -> Self {
        self.sql = Some(sql.to_owned());
        self
    }
}

impl From<datafusion::sql::sqlparser::tokenizer::Span> for Span {
    fn from(s: datafusion::sql::sqlparser::tokenizer::Span) -> Self {
        let same_line = s.end.line == s.start.line;
        Self {
            line: s.start.line,
            column: s.start.column,
            end_column: if same_line {
                s.end.column.max(s.start.column + 1)
            } else {
                s.start.column + 1
            },
        }
    }
}

/// The place of a token, where the parser recorded one.
pub(super) fn span_of(s: datafusion::sql::sqlparser::tokenizer::Span) -> Option<Span> {
    (s.start.line > 0).then(|| s.into())
}

impl From<DataFusionError> for Error {
    fn from(e: DataFusionError) -> Self {
        if let Some(own) = own_error(&e) {
            return own;
        }
        let root = e.find_root();
        let kind = match root {
            DataFusionError::Plan(_)
            | DataFusionError::SQL(..)
            | DataFusionError::SchemaError(..) => Kind::Sql,
            DataFusionError::NotImplemented(_) | DataFusionError::Configuration(_) => Kind::Sql,
            DataFusionError::Internal(_) => Kind::Internal,
            _ => Kind::Data,
        };
        let text = root.message().into_owned();
        let text = match root {
            DataFusionError::SQL(parser, _) => parser
                .to_string()
                .trim_start_matches("sql parser error: ")
                .to_owned(),
            _ => text,
        };
        let mut lines = Vec::new();
        let mut error = Self::new(kind, "");
        for line in text.lines() {
            match line.strip_prefix("hint: ") {
                Some(hint) => error.hints.push(hint.to_owned()),
                None => lines.push(line),
            }
        }
        error.message = lines.join("\n").trim().trim_end_matches('.').to_owned();
        if let Some(d) = e.diagnostic() {
            error.span = d.span.map(|s| Span {
                line: s.start.line,
                column: s.start.column,
                end_column: if s.end.line == s.start.line {
                    s.end.column.max(s.start.column + 1)
                } else {
                    s.start.column + 1
                },
            });
            error
                .hints
                .extend(d.helps.iter().map(|h| h.message.clone()));
        }
        if error.span.is_none() {
            let (message, span) = split_position(&error.message);
            error.message = message;
            error.span = span;
        }
        error
    }
}

/// Takes ` at Line: 1, Column: 8` off a parser message.
fn split_position(message: &str) -> (String, Option<Span>) {
    let parse = || {
        let (head, tail) = message.rsplit_once(" at Line: ")?;
        let (line, column) = tail.split_once(", Column: ")?;
        let (line, column) = (line.trim().parse().ok()?, column.trim().parse().ok()?);
        Some((
            head.to_owned(),
            Span {
                line,
                column,
                end_column: column + 1,
            },
        ))
    };
    match parse() {
        Some((head, span)) => (head, Some(span)),
        None => (message.to_owned(), None),
    }
}

/// An error of this project that travelled through DataFusion.
fn own_error(e: &(dyn std::error::Error + 'static)) -> Option<Error> {
    let mut next = Some(e);
    while let Some(e) = next {
        if let Some(own) = e.downcast_ref::<Error>() {
            return Some(own.clone());
        }
        if let Some(lake) = crate::lake::LakeError::find(e) {
            return Some(lake.into());
        }
        next = match e.downcast_ref::<DataFusionError>() {
            Some(DataFusionError::External(inner)) => Some(inner.as_ref()),
            Some(DataFusionError::Shared(inner)) => Some(inner.as_ref()),
            Some(DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner)) => {
                Some(inner.as_ref())
            }
            Some(DataFusionError::Collection(all)) => {
                all.first().map(|e| e as &(dyn std::error::Error + 'static))
            }
            _ => e.source(),
        };
    }
    None
}

impl From<crate::lake::LakeError> for Error {
    fn from(e: crate::lake::LakeError) -> Self {
        Self::from(&e)
    }
}

impl From<&crate::lake::LakeError> for Error {
    fn from(e: &crate::lake::LakeError) -> Self {
        use crate::lake::ErrorKind;
        let kind = match e.kind() {
            ErrorKind::NotFound | ErrorKind::Unreachable => Kind::NotFound,
            ErrorKind::Verification => Kind::Verification,
            ErrorKind::Conflict | ErrorKind::Input => Kind::Data,
            ErrorKind::Unsupported => Kind::Usage,
        };
        Self::new(kind, e.to_string())
    }
}
