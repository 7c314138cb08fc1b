//! The many ways in which files say who won a comparison.

use std::collections::BTreeSet;

use serde_json::Value;

use super::words::squash;
use crate::ingest::Error;
use crate::ingest::native::Native;

/// How numbers stand for outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// 0 tie, 1 a, 2 b.
    TieAB,
    /// 1 a, 2 b, 3 tie.
    ABTie,
    /// 1 a, 0.5 tie, 0 b.
    Score,
    /// 1 a, 0 tie, -1 b.
    Sign,
    /// 0 a, 1 b.
    Index,
}

/// Names of the codings, for the option `coding`.
const CODINGS: &[(&str, Coding, &str)] = &[
    ("tie_a_b", Coding::TieAB, "0 tie, 1 a, 2 b"),
    ("a_b_tie", Coding::ABTie, "1 a, 2 b, 3 tie"),
    ("score", Coding::Score, "1 a, 0.5 tie, 0 b"),
    ("sign", Coding::Sign, "1 a, 0 tie, -1 b"),
    ("index", Coding::Index, "0 a, 1 b"),
];

impl Coding {
    /// The coding called `name`.
    pub(super) fn named(name: &str) -> Result<Self, Error> {
        CODINGS
            .iter()
            .find(|(n, _, _)| *n == name)
            .map(|(_, coding, _)| *coding)
            .ok_or_else(|| {
                let known: Vec<String> = CODINGS
                    .iter()
                    .map(|(n, _, what)| format!("{n} ({what})"))
                    .collect();
                Error::fatal(format!("one of {}", known.join("; ")))
                    .field("coding")
                    .found(name)
            })
    }

    /// The coding in words.
    pub(super) fn words(self) -> String {
        CODINGS
            .iter()
            .find(|(_, c, _)| *c == self)
            .map_or_else(String::new, |(n, _, what)| format!("{n} ({what})"))
    }

    /// The only coding in which all these numbers occur.
    pub(super) fn of(seen: &Numbers) -> Result<Self, Error> {
        let within = |allowed: &[i64]| seen.halves.iter().all(|h| allowed.contains(h));
        let has = |half: i64| seen.halves.contains(&half);
        // In halves: 2 stands for 1, 1 for 0.5.
        if within(&[0, 2, 4]) && has(0) && has(4) {
            return Ok(Self::TieAB);
        }
        if within(&[2, 4, 6]) && (has(4) || has(6)) {
            return Ok(Self::ABTie);
        }
        if within(&[0, 1, 2]) && has(1) {
            return Ok(Self::Score);
        }
        if within(&[-2, 0, 2]) && has(-2) {
            return Ok(Self::Sign);
        }
        let shown: Vec<String> = seen.shown.iter().cloned().collect();
        let error =
            Error::fatal("numbers that can stand for outcomes in one way only").field("outcome");
        Err(error.found(&shown.join(", ")).hint(
            "say what they mean by the option coding: score (1 a, 0.5 tie, 0 b), index (0 a, 1 b), sign (1 a, 0 tie, -1 b), \
             tie_a_b (0 tie, 1 a, 2 b) or a_b_tie (1 a, 2 b, 3 tie); or map them under [values]",
        ))
    }

    /// What a number means.
    pub(super) fn read(self, number: f64) -> Option<&'static str> {
        let table: &[(f64, &'static str)] = match self {
            Self::TieAB => &[(0.0, "tie"), (1.0, "a"), (2.0, "b")],
            Self::ABTie => &[(1.0, "a"), (2.0, "b"), (3.0, "tie")],
            Self::Score => &[(1.0, "a"), (0.5, "tie"), (0.0, "b")],
            Self::Sign => &[(1.0, "a"), (0.0, "tie"), (-1.0, "b")],
            Self::Index => &[(0.0, "a"), (1.0, "b")],
        };
        table
            .iter()
            .find(|(n, _)| *n == number)
            .map(|(_, outcome)| *outcome)
    }
}

/// The distinct numbers met, a few of them.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    halves: BTreeSet<i64>,
    shown: BTreeSet<String>,
}

impl Numbers {
    /// Takes in one number.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn add(&mut self, number: f64) {
        let doubled = number * 2.0;
        // 99 stands for every number no coding knows.
        let half = if doubled.trunc() == doubled && doubled.abs() <= 6.0 {
            doubled as i64
        } else {
            99
        };
        self.halves.insert(half);
        if self.shown.len() < 12 {
            self.shown.insert(number.to_string());
        }
    }
}

/// What a native outcome says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Said {
    /// An outcome.
    Outcome(&'static str),
    /// A number, to be read by a [`Coding`].
    Number(f64),
    /// Nothing known.
    Unknown,
}

/// What words say; those heard are remembered, for a file has few.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary(Vec<(String, Option<&'static str>, bool)>);

impl Vocabulary {
    /// The outcome a text names, and whether it says more than that.
    fn hear(&mut self, text: &str) -> (Option<&'static str>, bool) {
        if let Some((_, outcome, more)) = self.0.iter().find(|(known, _, _)| known == text) {
            return (*outcome, *more);
        }
        let outcome = words(text.trim());
        let more = text.contains(">>") || text.contains("<<") || squash(text).contains("good");
        if self.0.len() < 32 && text.len() < 64 {
            self.0.push((text.to_owned(), outcome, more));
        }
        (outcome, more)
    }

    /// Reads a native outcome; a system's own name means that it won.
    pub(super) fn read(&mut self, value: Native<'_>, systems: [Option<&str>; 2]) -> Said {
        if let Native::Bool(b) = value {
            return Said::Number(f64::from(u8::from(*b)));
        }
        if let Native::Text(text) = value {
            let name = Some(text.trim());
            if systems[0] != systems[1] {
                if systems[0] == name {
                    return Said::Outcome("a");
                }
                if systems[1] == name {
                    return Said::Outcome("b");
                }
            }
            if let (Some(outcome), _) = self.hear(text) {
                return Said::Outcome(outcome);
            }
        }
        value.float().map_or(Said::Unknown, Said::Number)
    }

    /// Whether a native outcome says more than who won: how clearly, or that
    /// both were good.
    pub(super) fn says_more(&mut self, value: Native<'_>) -> bool {
        matches!(value, Native::Text(text) if self.hear(text).1)
    }
}

/// Reads one native outcome by itself.
pub(super) fn read(value: &Value, systems: [Option<&str>; 2]) -> Said {
    Vocabulary::default().read(value.into(), systems)
}

fn words(text: &str) -> Option<&'static str> {
    let signs: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '[' | ']'))
        .collect();
    match signs.to_ascii_lowercase().as_str() {
        "a>b" | "a>>b" | "b<a" | "b<<a" => return Some("a"),
        "b>a" | "b>>a" | "a<b" | "a<<b" => return Some("b"),
        "a=b" | "b=a" | "a==b" => return Some("tie"),
        _ => {}
    }
    if !text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c.is_whitespace() || "_-()[].".contains(c))
    {
        return None;
    }
    Some(match squash(text).as_str() {
        "a" | "modela" | "systema" | "responsea" | "answera" | "assistanta" | "outputa"
        | "optiona" | "left" | "leftvote" | "first" | "model1" | "response1" | "output1"
        | "answer1" | "awins" | "aisbetter" => "a",
        "b" | "modelb" | "systemb" | "responseb" | "answerb" | "assistantb" | "outputb"
        | "optionb" | "right" | "rightvote" | "second" | "model2" | "response2" | "output2"
        | "answer2" | "bwins" | "bisbetter" => "b",
        "tie" | "tied" | "tievote" | "draw" | "equal" | "same" | "bothgood" | "tiebothgood" => {
            "tie"
        }
        "bothbad" | "tiebothbad" | "bothbadvote" => "both_bad",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_and_names() {
        for (text, outcome) in [
            ("model_a", "a"),
            ("Model B", "b"),
            ("[[A>B]]", "a"),
            ("[[B>>A]]", "b"),
            ("A=B", "tie"),
            ("tie (bothbad)", "both_bad"),
            ("Tie", "tie"),
            ("leftvote", "a"),
            ("[[B]]", "b"),
        ] {
            assert_eq!(
                read(&json!(text), [None, None]),
                Said::Outcome(outcome),
                "{text}"
            );
        }
        assert_eq!(
            read(&json!("gpt"), [Some("llama"), Some("gpt")]),
            Said::Outcome("b")
        );
        assert_eq!(
            read(&json!("b"), [Some("b"), Some("a")]),
            Said::Outcome("a")
        );
        assert_eq!(
            read(&json!("gpt"), [Some("gpt"), Some("gpt")]),
            Said::Unknown
        );
        assert_eq!(read(&json!("either"), [None, None]), Said::Unknown);
        assert_eq!(read(&json!("A > B?"), [None, None]), Said::Unknown);
        assert_eq!(read(&json!("1"), [None, None]), Said::Number(1.0));
        assert_eq!(read(&json!(true), [None, None]), Said::Number(1.0));
    }

    #[test]
    fn numbers_are_read_only_when_they_can_mean_one_thing() {
        let of = |list: &[f64]| {
            let mut seen = Numbers::default();
            list.iter().for_each(|n| seen.add(*n));
            Coding::of(&seen)
        };
        assert_eq!(of(&[0.0, 1.0, 2.0]).unwrap(), Coding::TieAB);
        assert_eq!(of(&[1.0, 2.0]).unwrap(), Coding::ABTie);
        assert_eq!(of(&[1.0, 3.0]).unwrap(), Coding::ABTie);
        assert_eq!(of(&[0.5, 0.0]).unwrap(), Coding::Score);
        assert_eq!(of(&[-1.0, 1.0]).unwrap(), Coding::Sign);
        for doubtful in [
            &[0.0, 1.0][..],
            &[1.0],
            &[0.0],
            &[0.0, 3.0],
            &[7.0],
            &[0.25, 0.0, 1.0],
            &[-1.0, 2.0],
        ] {
            let error = of(doubtful).unwrap_err().to_string();
            assert!(error.contains("option coding"), "{doubtful:?}: {error}");
        }
        assert_eq!(Coding::Index.read(0.0), Some("a"));
        assert_eq!(Coding::Score.read(0.25), None);
        assert!(
            Coding::named("scores")
                .unwrap_err()
                .to_string()
                .contains("0.5 tie")
        );
    }
}
