//! What a user sees when something goes wrong, and the exit code it means.
//!
//! Layers below say what happened; here that becomes `error:`, the place, the
//! line of SQL with carets under it, and `hint:` lines. With `--format json`
//! the same is one JSON object on stderr.

use std::fmt::Write as _;

use serde_json::json;

use crate::report::escape_controls;

/// What sort of failure; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The query is wrong or could not be run.
    Query,
    /// Input data is not what it should be.
    Data,
    /// Command line or configuration.
    Usage,
    /// Lake, snapshot, table, file or object is missing or out of reach.
    NotFound,
    /// A hash differs, a replay differs.
    Verification,
    /// `--timeout` was reached.
    Timeout,
    /// Ctrl-C.
    Interrupted,
    /// The reader of our output went away: not a failure.
    BrokenPipe,
    /// Our mistake.
    Internal,
}

impl Kind {
    /// Documented in the help; stable.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Query | Self::Data | Self::Internal => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Verification => 4,
            Self::Timeout => 5,
            Self::Interrupted => 130,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Data => "data",
            Self::Usage => "usage",
            Self::NotFound => "not-found",
            Self::Verification => "verification",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::BrokenPipe => "broken-pipe",
            Self::Internal => "internal",
        }
    }
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// File, query name or `sql`.
    pub(crate) name: String,
    /// From 1.
    pub(crate) line: u64,
    /// In characters, from 1.
    pub(crate) column: u64,
    /// One past the last character meant; at least `column + 1`.
    pub(crate) end_column: u64,
    /// The whole text, for the line to be shown.
    pub(crate) text: String,
}

/// One failure, ready to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) message: String,
    pub(crate) detail: Option<String>,
    pub(crate) hints: Vec<String>,
    pub(crate) place: Option<Box<Place>>,
}

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            detail: None,
            hints: Vec::new(),
            place: None,
        }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// A file that cannot be read or written; a missing one is `NotFound`.
    pub(crate) fn file(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::BrokenPipe => Kind::BrokenPipe,
            std::io::ErrorKind::NotFound => Kind::NotFound,
            _ => Kind::Data,
        };
        Self::new(kind, format!("cannot {doing} {}: {error}", path.display()))
    }

    /// Lines for a person, each ended; `colour` marks the first word only.
    pub(crate) fn render(&self, colour: bool) -> String {
        let mut text = String::new();
        let paint = |word: &str, code: &str| {
            if colour {
                format!("\x1b[{code}m{word}\x1b[0m")
            } else {
                word.to_owned()
            }
        };
        let mut lines = self.message.lines();
        let _ = writeln!(
            text,
            "{} {}",
            paint("error:", "1;31"),
            escape_controls(lines.next().unwrap_or("failed"))
        );
        for line in lines {
            let _ = writeln!(text, "  {}", escape_controls(line));
        }
        if let Some(place) = &self.place {
            render_place(place, &mut text);
        }
        for line in self.detail.iter().flat_map(|detail| detail.lines()) {
            let _ = writeln!(text, "  {}", escape_controls(line));
        }
        for hint in &self.hints {
            let mut lines = hint.lines();
            let _ = writeln!(
                text,
                "{} {}",
                paint("hint:", "1;36"),
                escape_controls(lines.next().unwrap_or_default())
            );
            for line in lines {
                let _ = writeln!(text, "      {}", escape_controls(line));
            }
        }
        text
    }

    /// One JSON object: `{kind, message, detail, hints, span}`.
    pub(crate) fn to_json(&self) -> String {
        let span = self.place.as_ref().map(|place| {
            json!({"name": place.name, "line": place.line, "column": place.column, "end_column": place.end_column})
        });
        json!({
            "kind": self.kind.name(),
            "message": self.message,
            "detail": self.detail,
            "hints": self.hints,
            "span": span,
        })
        .to_string()
    }
}

fn render_place(place: &Place, text: &mut String) {
    let number = place.line.to_string();
    let gap = " ".repeat(number.len());
    let _ = writeln!(
        text,
        " {gap}--> {}:{}:{}",
        escape_controls(&place.name),
        place.line,
        place.column
    );
    let index = usize::try_from(place.line.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(line) = place.text.lines().nth(index) else {
        return;
    };
    let skip = usize::try_from(place.column.saturating_sub(1))
        .unwrap_or(0)
        .min(line.chars().count());
    let marked = usize::try_from(place.end_column.saturating_sub(place.column))
        .unwrap_or(1)
        .max(1);
    let marked = marked.min(line.chars().count().saturating_sub(skip).max(1));
    // A tab is one character wide here as it is in the column count.
    let line: String = line
        .chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .collect();
    let _ = writeln!(text, " {gap} |");
    let _ = writeln!(text, " {number} | {}", escape_controls(&line));
    let _ = writeln!(text, " {gap} | {}{}", " ".repeat(skip), "^".repeat(marked));
}

impl From<crate::report::Error> for Failure {
    fn from(error: crate::report::Error) -> Self {
        let kind = if error.is_broken_pipe() {
            Kind::BrokenPipe
        } else {
            Kind::Data
        };
        Self::new(kind, error.to_string())
    }
}

/// The name nearest to `wrong`, if any is near enough to be meant.
pub(crate) fn nearest<'a>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    names
        .into_iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&wrong, &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, name)| *distance <= 1.max(name.chars().count() / 3))
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure() -> Failure {
        let mut failure = Failure::new(Kind::Query, "column \"winer\" does not exist")
            .hint("did you mean `winner`?");
        failure.place = Some(Box::new(Place {
            name: "q.sql".to_owned(),
            line: 2,
            column: 9,
            end_column: 14,
            text: "SELECT 1\n  WHERE winer = 'a'".to_owned(),
        }));
        failure
    }

    #[test]
    fn carets_stand_under_the_word() {
        let expected = "error: column \"winer\" does not exist\n  --> q.sql:2:9\n   |\n 2 |   WHERE winer = 'a'\n   |         ^^^^^\nhint: did you mean `winner`?\n";
        assert_eq!(failure().render(false), expected);
    }

    #[test]
    fn a_place_outside_the_text_is_no_panic() {
        let mut failure = failure();
        if let Some(place) = &mut failure.place {
            (place.line, place.column, place.end_column) = (9, 99, 2);
        }
        assert!(failure.render(false).contains("q.sql:9:99"));
        if let Some(place) = &mut failure.place {
            place.line = 1;
        }
        assert!(failure.render(false).contains('^'));
    }

    #[test]
    fn hostile_text_is_escaped() {
        let text = Failure::new(Kind::Data, "value \"\u{1b}]0;owned\u{7}\"").render(false);
        assert!(
            !text.contains('\u{1b}') && text.contains("\\u{1b}"),
            "{text}"
        );
    }

    #[test]
    fn json_has_the_documented_keys() {
        let value: serde_json::Value = serde_json::from_str(&failure().to_json()).unwrap();
        let keys: Vec<&str> = value
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys, ["detail", "hints", "kind", "message", "span"]);
        assert_eq!(value["span"]["end_column"], 14);
    }

    #[test]
    fn nearest_name() {
        let names = ["leaderboard/elo", "bias/position"];
        assert_eq!(nearest("leaderbord/elo", names), Some("leaderboard/elo"));
        assert_eq!(nearest("xyz", names), None);
    }
}
