//! Keyed pseudonyms for people.
//!
//! An identifier becomes the first 16 bytes of an HMAC-SHA256 (RFC 2104) over
//! the dataset, the sort of identifier and the identifier. Who has the key can
//! make the same pseudonyms again; who has not can neither undo nor guess
//! them. What is known not to be a person (a model, a metric, a rule, a
//! principle) keeps its name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::cells::{Cell, Cells};
use super::row::Staged;
use crate::ingest::input::hex;
use crate::ingest::{Error, json};
use crate::schema::{Table, Type};

/// Shortest key, in bytes.
const MIN_KEY: usize = 16;
/// Kinds of annotators that are no people.
const MACHINES: &[&str] = &["llm", "reward_model", "metric", "rule", "principle"];

/// Names, in lower case without separators, of native fields that hold an
/// identifier of a person.
const PERSONAL: &[&str] = &[
    "annotator",
    "annotatorid",
    "annotatorname",
    "defaultannotator",
    "email",
    "evaluatorid",
    "judgeuserid",
    "participant",
    "participantid",
    "programmerid",
    "rater",
    "raterid",
    "reviewerid",
    "reviewername",
    "subjectid",
    "turkid",
    "userid",
    "username",
    "worker",
    "workerid",
];

/// Whether a native field holds an identifier of a person, by its name.
fn is_personal(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    PERSONAL.contains(&plain.as_str())
}

/// The secret of pseudonyms; it is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PseudonymKey(Vec<u8>);

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(…)")
    }
}

impl PseudonymKey {
    /// A key from its bytes, white space at the ends left out.
    ///
    /// # Errors
    /// When it is shorter than 16 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, Error> {
        let bytes = bytes.trim_ascii();
        if bytes.len() < MIN_KEY {
            return Err(Error::fatal(format!("a key of at least {MIN_KEY} bytes"))
                .field("--pseudonymise")
                .hint(
                    "make one with `openssl rand -hex 32 > key` and keep it apart from the lake",
                ));
        }
        Ok(Self(bytes.to_vec()))
    }

    /// A digest that tells keys apart and says nothing about them.
    #[must_use]
    pub fn check(&self) -> String {
        hex(&hmac(&self.0, &[b"arrovian: which key"]))
    }
}

/// HMAC-SHA256 over parts, each preceded by its length.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let message: Vec<u8> = parts
        .iter()
        .flat_map(|p| {
            (p.len() as u64)
                .to_be_bytes()
                .into_iter()
                .chain(p.iter().copied())
        })
        .collect();
    hmac_sha256(key, &message)
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    let short;
    let key = if key.len() > block.len() {
        short = Sha256::digest(key);
        short.as_slice()
    } else {
        key
    };
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let pad = |byte: u8| block.map(|b| b ^ byte);
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize()
        .into()
}

/// Pseudonyms given in one ingestion.
pub(super) struct Pseudonyms {
    key: PseudonymKey,
    dataset: String,
    given: BTreeMap<(&'static str, String), String>,
    /// The pseudonyms given: they get no other.
    made: BTreeSet<String>,
    machines: BTreeSet<String>,
}

impl Pseudonyms {
    pub(super) fn new(key: PseudonymKey, dataset: &str) -> Self {
        Self {
            key,
            dataset: dataset.to_owned(),
            given: BTreeMap::new(),
            made: BTreeSet::new(),
            machines: BTreeSet::new(),
        }
    }

    /// How many identifiers were replaced.
    pub(super) fn count(&self) -> usize {
        self.given.len()
    }

    /// A digest that cannot be tried out without the key, for identifiers made
    /// of content in which people may be named.
    pub(super) fn digest(&self, content: &[u8]) -> [u8; 16] {
        let tag = hmac(&self.key.0, &[self.dataset.as_bytes(), b"content", content]);
        let mut short = [0; 16];
        for (to, from) in short.iter_mut().zip(tag) {
            *to = from;
        }
        short
    }

    /// The pseudonym of an identifier; none for what is no person, and for
    /// what is a pseudonym already.
    pub(super) fn of(&mut self, sort: &'static str, id: &str) -> Option<String> {
        if self.made.contains(id) || (sort == "annotator" && self.machines.contains(id)) {
            return None;
        }
        let known = (sort, id.to_owned());
        if let Some(pseudonym) = self.given.get(&known) {
            return Some(pseudonym.clone());
        }
        let parts = [self.dataset.as_bytes(), sort.as_bytes(), id.as_bytes()];
        let tag = hmac(&self.key.0, &parts);
        let pseudonym = format!("p{}", hex(tag.get(..16).unwrap_or_default()));
        self.given.insert(known, pseudonym.clone());
        self.made.insert(pseudonym.clone());
        Some(pseudonym)
    }

    /// Replaces the people in the rows of one record: where they are named,
    /// in the identifiers made from their names, and in `meta`.
    pub(super) fn replace(&mut self, rows: &[Staged], cells: &mut Cells) {
        for row in rows {
            let (Some(id), Some(kind)) = (text(row, cells, "annotator"), text(row, cells, "kind"))
            else {
                continue;
            };
            let machine = row.table.name == "annotators" && MACHINES.contains(&kind);
            // Who got a pseudonym before keeps it.
            if machine && !self.given.contains_key(&("annotator", id.to_owned())) {
                self.machines.insert(id.to_owned());
            }
        }
        let mut pairs: BTreeMap<String, String> = BTreeMap::new();
        for row in rows {
            let about_annotator =
                row.table.name == "features" && text(row, cells, "kind") == Some("annotator");
            for (at, column) in row.table.columns.iter().enumerate() {
                let sort = match column.name.as_str() {
                    "annotator" if column.personal => "annotator",
                    "session" if column.personal => "session",
                    "entity" if about_annotator => "annotator",
                    "raw" | "value" if row.table.name == "quarantine" => {
                        cells.set(row.place, at, Cell::Null);
                        continue;
                    }
                    _ => continue,
                };
                if let Some(id) = cells.text_at(row.place, at).map(str::to_owned)
                    && let Some(pseudonym) = self.of(sort, &id)
                {
                    let cell = cells.text(&pseudonym);
                    cells.set(row.place, at, cell);
                    pairs.insert(id, pseudonym);
                }
            }
        }
        let mut named = Vec::new();
        for row in rows {
            let feature = text(row, cells, "feature").filter(|name| is_personal(name));
            if let (Some(_), Some(id)) = (feature, text(row, cells, "text")) {
                named.push(id.to_owned());
            } else if let Some(meta) = text(row, cells, "meta")
                && let Ok(meta) = serde_json::from_str::<Value>(meta)
            {
                persons(&meta, &mut named);
            }
        }
        for id in named {
            if let Some(pseudonym) = self.of("annotator", &id) {
                pairs.insert(id, pseudonym);
            }
        }
        if pairs.is_empty() {
            return;
        }
        for row in rows {
            let id = own_id(row.table);
            for (at, column) in row.table.columns.iter().enumerate() {
                let Some(text) = cells.text_at(row.place, at) else {
                    continue;
                };
                let told = if Some(at) == id
                    || (row.table.name == "features" && column.name == "entity")
                {
                    in_words(text, &pairs)
                } else if row.table.name == "features" && column.name == "text" {
                    match pairs.get(text) {
                        Some(pseudonym) => pseudonym.clone(),
                        None => continue,
                    }
                } else if column.kind == Type::Json
                    && column.name == "meta"
                    && let Ok(mut meta) = serde_json::from_str::<Value>(text)
                {
                    in_values(&mut meta, &pairs);
                    json::canonical(&meta)
                } else {
                    continue;
                };
                let cell = cells.text(&told);
                cells.set(row.place, at, cell);
            }
        }
    }
}

fn text<'c>(row: &Staged, cells: &'c Cells, column: &str) -> Option<&'c str> {
    cells.text_at(row.place, row.table.position(column)?)
}

/// The column that names a judgement, which may be made from who judged.
fn own_id(table: &Table) -> Option<usize> {
    let judged = ["comparisons", "ratings", "rankings", "labels", "events"];
    if !judged.contains(&table.name.as_str()) {
        return None;
    }
    table.position(table.key.get(1)?)
}

/// Replaces identifiers where they stand as whole words.
fn in_words(text: &str, pairs: &BTreeMap<String, String>) -> String {
    let mut out = text.to_owned();
    for (id, pseudonym) in pairs.iter().filter(|(id, _)| !id.is_empty()) {
        let mut done = String::with_capacity(out.len());
        let mut rest = out.as_str();
        while let Some(at) = rest.find(id.as_str()) {
            let (before, found) = rest.split_at(at);
            let after = found.get(id.len()..).unwrap_or_default();
            let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            done.push_str(before);
            let left = done.chars().next_back();
            if inside(left) || inside(after.chars().next()) {
                done.push_str(id);
            } else {
                done.push_str(pseudonym);
            }
            rest = after;
        }
        done.push_str(rest);
        out = done;
    }
    out
}

/// The identifiers in fields that hold those of people.
fn persons(value: &Value, named: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|v| persons(v, named)),
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::String(_) | Value::Number(_) if is_personal(name) => {
                        let id = json::text(value).map(|t| t.into_owned());
                        named.extend(id.filter(|id| !id.is_empty()));
                    }
                    inner => persons(inner, named),
                }
            }
        }
        _ => {}
    }
}

/// Replaces identifiers where they are a whole value.
fn in_values(value: &mut Value, pairs: &BTreeMap<String, String>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|v| in_values(v, pairs)),
        Value::Object(map) => map.values_mut().for_each(|v| in_values(v, pairs)),
        other => {
            let text = json::text(other).map(|t| t.into_owned());
            if let Some(pseudonym) = text.and_then(|t| pairs.get(&t)) {
                *other = Value::String(pseudonym.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_that_of_rfc_4231() {
        // Test cases 1, 2 and 6.
        for (key, message, tag) in [
            (
                &[0x0b; 20][..],
                &b"Hi There"[..],
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac_sha256(key, message)), tag);
        }
    }

    #[test]
    fn words_are_whole() {
        let pairs = BTreeMap::from([
            ("w1".to_owned(), "P".to_owned()),
            ("é".to_owned(), "Q".to_owned()),
        ]);
        assert_eq!(
            in_words("q/w1 w12 aw1 w1-w1 é éé", &pairs),
            "q/P w12 aw1 P-P Q éé"
        );
        assert_eq!(in_words("", &pairs), "");
    }

    #[test]
    fn keys_are_long_and_not_shown() {
        assert!(PseudonymKey::new(b"  short  \n").is_err());
        let key = PseudonymKey::new(b"0123456789abcdef\n").unwrap();
        assert_eq!(format!("{key:?}"), "PseudonymKey(…)");
        assert_eq!(
            key.check(),
            PseudonymKey::new(b"0123456789abcdef").unwrap().check()
        );
        assert_ne!(
            key.check(),
            PseudonymKey::new(b"0123456789abcdeg").unwrap().check()
        );
    }
}
