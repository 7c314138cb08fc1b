//! Test support: reads the answers of independent implementations.

use serde_json::Value;

/// One case of `../shared/vectors`.
pub(crate) struct Case {
    pub name: String,
    pub tolerance: f64,
    pub options: Value,
    pub input: Value,
    pub expected: Value,
}

/// The cases of one method, in file name order; empty (with a message) where the vectors are absent.
pub(crate) fn cases(family: &str, method: &str) -> Vec<Case> {
    let folder = format!("{}/../shared/vectors/{family}", env!("CARGO_MANIFEST_DIR"));
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped {family}/{method}: {folder} is absent");
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .into_string()
                .expect("utf-8")
        })
        .collect();
    names.sort();
    names.retain(|name| name.starts_with(&format!("{method}__")));
    assert!(!names.is_empty(), "no vector of {family}/{method}");
    let read = |name: &String| {
        let text = std::fs::read_to_string(format!("{folder}/{name}")).expect("vector");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        Case {
            name: name.clone(),
            tolerance: value["tolerance"].as_f64().expect("tolerance"),
            options: value["options"].clone(),
            input: value["input"].clone(),
            expected: value["expected"].clone(),
        }
    };
    names.iter().map(read).collect()
}

impl Case {
    /// A column of an input table.
    pub fn column(&self, table: &str, column: &str) -> Vec<Value> {
        self.input[table][column]
            .as_array()
            .unwrap_or_else(|| panic!("{}: {table}.{column}", self.name))
            .clone()
    }

    /// Checks one expected scalar where the case has it.
    pub fn check(&self, key: &str, got: Option<f64>) {
        assert!(
            !(self.expects_null(key) && got.is_some()),
            "{} {key}: {got:?}, expected NULL",
            self.name
        );
        self.check_value(key, &self.expected[key], got);
    }

    /// Checks a value against an expected one; an absent expectation passes, NULL must be `None`.
    pub fn check_value(&self, what: &str, expected: &Value, got: Option<f64>) {
        if expected.is_null() {
            return;
        }
        let wanted = expected
            .as_f64()
            .unwrap_or_else(|| panic!("{} {what}: {expected}", self.name));
        let Some(got) = got else {
            panic!("{} {what}: nothing, expected {wanted}", self.name)
        };
        let allowed = self.tolerance * wanted.abs().max(1.0);
        assert!(
            (got - wanted).abs() <= allowed,
            "{} {what}: {got}, expected {wanted}",
            self.name
        );
    }

    /// True when the case says that `key` is NULL.
    pub fn expects_null(&self, key: &str) -> bool {
        self.expected.get(key).is_some_and(Value::is_null)
    }
}

/// A sortable key: numbers by value, then text by code point.
pub(crate) fn key(value: &Value) -> (u64, String) {
    match value.as_f64() {
        Some(number) => {
            let bits = number.to_bits();
            (
                if number < 0.0 { !bits } else { bits | 1 << 63 },
                String::new(),
            )
        }
        None => (
            u64::MAX,
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        ),
    }
}

/// Ids by sorted order, and the distinct values.
pub(crate) fn intern(values: &[Value]) -> (Vec<u32>, Vec<Value>) {
    let mut distinct: Vec<Value> = values.iter().filter(|v| !v.is_null()).cloned().collect();
    distinct.sort_by_key(key);
    distinct.dedup_by_key(|value| key(value));
    let ids = values
        .iter()
        .map(|v| {
            if v.is_null() {
                u32::MAX
            } else {
                distinct.partition_point(|d| key(d) < key(v)) as u32
            }
        })
        .collect();
    (ids, distinct)
}
