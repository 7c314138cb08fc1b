//! Reads test vectors: one file per case, answers of independent
//! implementations. Absent vectors are skipped with a message.
#![allow(clippy::print_stderr)]

use super::{Outcome, PairCounts};
use serde_json::Value;
use std::path::Path;

/// One case.
pub struct Case {
    pub name: String,
    pub options: Value,
    pub input: Value,
    pub expected: Value,
    tolerance: f64,
}

/// Runs `test` on every `<family>/<method>__*.json`; at least one must exist
/// when the directory does.
pub fn cases(family: &str, method: &str, test: impl Fn(&Case)) {
    let dir = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors")).join(family);
    let Ok(entries) = std::fs::read_dir(&dir) else {
        eprintln!("skipped: no test vectors in {}", dir.display());
        return;
    };
    let prefix = format!("{method}__");
    let mut files: Vec<_> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| {
            let name = p.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&prefix) && name.ends_with(".json")
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no vectors for {method}");
    for path in files {
        let text = std::fs::read_to_string(&path).expect("readable vector");
        let mut v: Value = serde_json::from_str(&text).expect("JSON vector");
        let case = Case {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            options: v["options"].take(),
            input: v["input"].take(),
            expected: v["expected"].take(),
            tolerance: v["tolerance"].as_f64().expect("tolerance"),
        };
        test(&case);
    }
}

/// A column of texts.
pub fn texts(column: &Value) -> Vec<String> {
    let list = column.as_array().expect("a column");
    list.iter()
        .map(|v| v.as_str().expect("text").to_owned())
        .collect()
}

/// A column of numbers.
pub fn numbers(column: &Value) -> Vec<f64> {
    let list = column.as_array().expect("a column");
    list.iter().map(|v| v.as_f64().expect("number")).collect()
}

/// Outcomes of a comparisons table.
pub fn outcomes(column: &Value) -> Vec<Option<Outcome>> {
    let list = column.as_array().expect("a column");
    list.iter()
        .map(|v| match v.as_str() {
            Some("a") => Some(Outcome::A),
            Some("b") => Some(Outcome::B),
            Some("tie") => Some(Outcome::Tie),
            None => None,
            Some(other) => panic!("outcome {other}"),
        })
        .collect()
}

impl Case {
    /// `got` equals `want` within the case's tolerance.
    pub fn close(&self, what: &str, got: f64, want: &Value) {
        let want = want.as_f64().expect("number expected");
        let slack = self.tolerance * want.abs().max(1.0);
        assert!(
            (got - want).abs() <= slack,
            "{}: {what}: got {got}, expected {want}",
            self.name
        );
    }

    /// Every expected value of `column` in the table `ratings` agrees with what
    /// `got` says about the system in `key`.
    pub fn column(&self, key: &str, column: &str, got: impl Fn(&str) -> Option<f64>) {
        let table = &self.expected["ratings"];
        if table[column].is_null() {
            return;
        }
        for (id, want) in texts(&table[key]).iter().zip(numbers(&table[column])) {
            let value = got(id).unwrap_or_else(|| panic!("{}: no {column} of {id}", self.name));
            self.close(&format!("{column} of {id}"), value, &Value::from(want));
        }
    }

    /// Rows (a, b, outcome, weight) of the comparisons table.
    pub fn comparisons(&self) -> Vec<(String, String, Option<Outcome>, f64)> {
        let t = &self.input["comparisons"];
        let weights = if t["weight"].is_null() {
            None
        } else {
            Some(numbers(&t["weight"]))
        };
        texts(&t["system_a"])
            .into_iter()
            .zip(texts(&t["system_b"]))
            .zip(outcomes(&t["outcome"]))
            .enumerate()
            .map(|(k, ((a, b), o))| (a, b, o, weights.as_ref().map_or(1.0, |w| w[k])))
            .collect()
    }

    /// The comparisons table as pair counts.
    pub fn counts(&self) -> PairCounts {
        let mut counts = PairCounts::new();
        for (a, b, o, w) in self.comparisons() {
            counts.add(&a, &b, o, w).expect("valid row");
        }
        counts
    }
}
