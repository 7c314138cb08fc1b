//! Named queries: SQL files with `--` front matter.
//!
//! ```text
//! -- title: Bradley-Terry leaderboard
//! -- question: How strong is each system?
//! -- param dataset: text = '*' — dataset to rank, * for all
//! -- citation: Bradley and Terry (1952).
//! -- chart: interval y=system x=score lower=lower upper=upper
//! -- empty: no comparison names two systems
//! -- example: dataset=tour
//! SELECT …
//! ```
//!
//! `empty` tells whoever gets no rows why.
//! `example` holds the parameters of the example on the reference page, the
//! defaults where it is not there. A test runs every example ([`page`]).
//!
//! Front matter ends at the first line that is none of these. A parameter
//! without `= default` must be given. The SQL is the whole file: front matter
//! is a comment to the engine, so places in errors are places in the file.

use std::collections::BTreeMap;

use super::{Error, Kind};

mod page;

pub use page::page;

/// Type of a parameter; checked before the query runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamType {
    /// Any text.
    Text,
    /// A 64-bit integer.
    Int,
    /// A finite number.
    Float,
    /// `true` or `false`.
    Bool,
}

impl ParamType {
    /// As written in front matter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Text, Self::Int, Self::Float, Self::Bool]
            .into_iter()
            .find(|t| t.name() == name)
    }

    fn accepts(self, value: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Int => value.parse::<i64>().is_ok(),
            Self::Float => value.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Bool => matches!(value, "true" | "false"),
        }
    }
}

/// One parameter of a named query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Name; `$name` in the SQL.
    pub name: String,
    /// Type.
    pub data_type: ParamType,
    /// Value where none is given; `None` means one must be given.
    pub default: Option<String>,
    /// Meaning.
    pub doc: String,
}

/// A query with its front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedQuery {
    /// `family/name` of a shipped query, path of a file.
    pub name: String,
    /// One line.
    pub title: String,
    /// The question it answers.
    pub question: String,
    /// Parameters, in the order written.
    pub params: Vec<Param>,
    /// Papers it follows.
    pub citations: Vec<String>,
    /// How its result is best drawn, such as `bar y=system x=score`.
    pub chart: Option<String>,
    /// What it means when there are no rows.
    pub empty: Option<String>,
    /// Parameters of the example on the reference page.
    pub example: BTreeMap<String, String>,
    /// The whole file.
    pub sql: String,
}

/// Name and text of every shipped query, in the order of listings.
pub static QUERIES: &[(&str, &str)] = &[
    (
        "leaderboard/bradley_terry",
        include_str!("../../queries/leaderboard/bradley_terry.sql"),
    ),
    (
        "leaderboard/all_methods",
        include_str!("../../queries/leaderboard/all_methods.sql"),
    ),
    (
        "leaderboard/elo",
        include_str!("../../queries/leaderboard/elo.sql"),
    ),
    (
        "leaderboard/win_rate",
        include_str!("../../queries/leaderboard/win_rate.sql"),
    ),
    (
        "leaderboard/borda",
        include_str!("../../queries/leaderboard/borda.sql"),
    ),
    (
        "agreement/inter_annotator",
        include_str!("../../queries/agreement/inter_annotator.sql"),
    ),
    (
        "agreement/human_vs_judge",
        include_str!("../../queries/agreement/human_vs_judge.sql"),
    ),
    (
        "agreement/krippendorff",
        include_str!("../../queries/agreement/krippendorff.sql"),
    ),
    (
        "agreement/rater_replacement",
        include_str!("../../queries/agreement/rater_replacement.sql"),
    ),
    (
        "agreement/annotator_quality",
        include_str!("../../queries/agreement/annotator_quality.sql"),
    ),
    (
        "bias/position",
        include_str!("../../queries/bias/position.sql"),
    ),
    ("bias/length", include_str!("../../queries/bias/length.sql")),
    (
        "tests/significance",
        include_str!("../../queries/tests/significance.sql"),
    ),
    (
        "leaderboard/consensus",
        include_str!("../../queries/leaderboard/consensus.sql"),
    ),
    (
        "bias/rank_flips",
        include_str!("../../queries/bias/rank_flips.sql"),
    ),
    (
        "games/cycles",
        include_str!("../../queries/games/cycles.sql"),
    ),
    (
        "fairness/committee",
        include_str!("../../queries/fairness/committee.sql"),
    ),
];

/// The shipped query called `name`, or whose last part is `name` where only
/// one has it; `None` where there is none.
///
/// # Errors
/// When its front matter cannot be read, which a test excludes.
pub fn find(name: &str) -> Option<Result<NamedQuery, Error>> {
    let exact = QUERIES.iter().find(|(full, _)| *full == name);
    let mut short = QUERIES
        .iter()
        .filter(|(full, _)| full.rsplit('/').next() == Some(name));
    let found = exact.or_else(|| short.next().filter(|_| short.next().is_none()))?;
    Some(NamedQuery::parse(found.0, found.1))
}

impl NamedQuery {
    /// Reads front matter.
    ///
    /// # Errors
    /// A line that cannot be read, a parameter named twice, no title.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let mut query = Self {
            name: name.to_owned(),
            title: String::new(),
            question: String::new(),
            params: Vec::new(),
            citations: Vec::new(),
            chart: None,
            empty: None,
            example: BTreeMap::new(),
            sql: text.to_owned(),
        };
        for (number, line) in text.lines().enumerate() {
            let Some(comment) = line.strip_prefix("--").map(str::trim) else {
                break;
            };
            let fail = |what: String| {
                Error::new(Kind::Usage, format!("{name}, line {}: {what}", number + 1))
                    .hint("front matter looks like `-- title: …` or `-- param name: text = 'default' — meaning`")
            };
            if let Some(param) = comment.strip_prefix("param ") {
                let param = Param::parse(param).map_err(fail)?;
                if query.params.iter().any(|p| p.name == param.name) {
                    return Err(fail(format!("parameter {} is declared twice", param.name)));
                }
                query.params.push(param);
                continue;
            }
            let Some((key, value)) = comment.split_once(':') else {
                break;
            };
            let value = value.trim().to_owned();
            match key.trim() {
                "title" => query.title = value,
                "question" => query.question = value,
                "citation" => query.citations.push(value),
                "chart" => query.chart = Some(value),
                "empty" => query.empty = Some(value),
                "example" => {
                    let pair = |word: &str| {
                        let (name, value) = word.split_once('=')?;
                        Some((name.to_owned(), value.to_owned()))
                    };
                    let pairs: Option<_> = value.split_whitespace().map(pair).collect();
                    query.example = pairs.ok_or_else(|| {
                        fail(format!(
                            "'{value}' is no example: write name=value name=value"
                        ))
                    })?;
                }
                _ => break,
            }
        }
        if query.title.is_empty() {
            name.clone_into(&mut query.title);
        }
        Ok(query)
    }

    /// The parameters to run with: those given, checked, and the defaults.
    ///
    /// # Errors
    /// An unknown name, a value that is not of its type, one missing.
    pub fn bind(
        &self,
        given: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Error> {
        for name in given.keys() {
            if !self.params.iter().any(|param| param.name == *name) {
                let known: Vec<&str> = self
                    .params
                    .iter()
                    .map(|param| param.name.as_str())
                    .collect();
                let known = if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                };
                return Err(Error::new(
                    Kind::Usage,
                    format!("{} has no parameter {name}", self.name),
                )
                .hint(format!("its parameters: {known}")));
            }
        }
        let mut bound = BTreeMap::new();
        for param in &self.params {
            let value = given
                .get(&param.name)
                .or(param.default.as_ref())
                .ok_or_else(|| {
                    Error::new(
                        Kind::Usage,
                        format!("{} needs a value for {}", self.name, param.name),
                    )
                    .hint(format!("--param {}=… ({})", param.name, param.doc))
                })?;
            if !param.data_type.accepts(value) {
                let kind = param.data_type.name();
                let text = format!("parameter {} is of type {kind}, not '{value}'", param.name);
                return Err(Error::new(Kind::Usage, text).hint(param.doc.clone()));
            }
            // A quoted text is text to the engine even where it looks like a number.
            let value = match param.data_type {
                ParamType::Text => format!("'{}'", value.replace('\'', "''")),
                _ => value.clone(),
            };
            bound.insert(param.name.clone(), value);
        }
        Ok(bound)
    }
}

impl Param {
    /// Reads `name: type = 'default' — meaning`.
    fn parse(text: &str) -> Result<Self, String> {
        let (name, rest) = text
            .split_once(':')
            .ok_or("a parameter needs `name: type`")?;
        let name = name.trim();
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(word) {
            return Err(format!(
                "'{name}' is no name for a parameter: use a-z, 0-9 and _"
            ));
        }
        let (declared, doc) = rest
            .split_once('—')
            .ok_or("a parameter needs its meaning after a `—`")?;
        let (kind, default) = match declared.split_once('=') {
            Some((kind, default)) => (kind.trim(), Some(default.trim())),
            None => (declared.trim(), None),
        };
        let data_type = ParamType::parse(kind)
            .ok_or_else(|| format!("'{kind}' is no type: use text, int, float or bool"))?;
        let default = default.map(|value| {
            match value.strip_prefix('\'').and_then(|v| v.strip_suffix('\'')) {
                Some(quoted) => quoted.replace("''", "'"),
                None => value.to_owned(),
            }
        });
        if let Some(value) = default.as_ref().filter(|value| !data_type.accepts(value)) {
            return Err(format!("the default '{value}' is not of type {kind}"));
        }
        Ok(Self {
            name: name.to_owned(),
            data_type,
            default,
            doc: doc.trim().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_once_and_complete() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
        let mut files = Vec::new();
        for family in std::fs::read_dir(&root).unwrap().map(Result::unwrap) {
            for file in std::fs::read_dir(family.path())
                .unwrap()
                .map(Result::unwrap)
            {
                let path = file.path().strip_prefix(&root).unwrap().with_extension("");
                files.push(path.to_str().unwrap().replace('\\', "/"));
            }
        }
        files.sort();
        let mut listed: Vec<String> = QUERIES.iter().map(|(name, _)| (*name).to_owned()).collect();
        listed.sort();
        assert_eq!(files, listed);
        for (name, text) in QUERIES {
            let query = NamedQuery::parse(name, text).unwrap();
            assert!(
                !query.question.is_empty() && !query.citations.is_empty() && query.chart.is_some(),
                "{name}"
            );
            for param in &query.params {
                assert!(
                    text.contains(&format!("${}", param.name)),
                    "{name} does not use {}",
                    param.name
                );
            }
            let bound = query.bind(&BTreeMap::new()).unwrap();
            assert_eq!(bound.len(), query.params.len());
            query.bind(&query.example).unwrap();
        }
    }

    const TEXT: &str = "-- title: T\n-- example: n=7 a=x\n-- param a: text = 'it''s' — an a\n-- param n: int — an n\n-- free comment\n-- title: no\nSELECT 1";

    #[test]
    fn front_matter_is_read_until_something_else() {
        let query = NamedQuery::parse("q", TEXT).unwrap();
        assert_eq!(query.title, "T");
        assert_eq!((&*query.example["n"], &*query.example["a"]), ("7", "x"));
        assert!(NamedQuery::parse("q", "-- example: n\nSELECT 1").is_err());
        assert_eq!(query.params[0].default.as_deref(), Some("it's"));
        assert_eq!(query.params[1].default, None);
        assert_eq!(query.sql, TEXT);
    }

    #[test]
    fn parameters_are_checked() {
        let query = NamedQuery::parse("q", TEXT).unwrap();
        let given = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect()
        };
        assert!(
            query
                .bind(&given(&[]))
                .unwrap_err()
                .message
                .contains("needs a value for n")
        );
        assert!(
            query
                .bind(&given(&[("n", "x")]))
                .unwrap_err()
                .message
                .contains("type int")
        );
        assert!(
            query
                .bind(&given(&[("n", "1"), ("m", "2")]))
                .unwrap_err()
                .message
                .contains("no parameter m")
        );
        assert_eq!(query.bind(&given(&[("n", "7")])).unwrap()["a"], "'it''s'");
    }

    #[test]
    fn wrong_front_matter_names_its_line() {
        let error =
            NamedQuery::parse("q", "-- title: T\n-- param a: number = 1 — x\n").unwrap_err();
        assert!(error.message.starts_with("q, line 2:"), "{}", error.message);
    }

    #[test]
    fn short_names_must_be_unique() {
        assert_eq!(find("borda").unwrap().unwrap().name, "leaderboard/borda");
        assert!(find("nothing").is_none());
    }
}
