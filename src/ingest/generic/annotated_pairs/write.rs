//! Writes annotated pairs, one pair at a time.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::VERSION;
use crate::ingest::json::canonical;

/// Who annotated.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Annotator {
    /// Identifier, as in the annotations.
    pub id: String,
    /// The kind, as in the table `annotators`.
    pub kind: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// Further entries, such as the name.
    pub more: Map<String, Value>,
}

/// One side of a pair.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Side {
    /// The text.
    pub text: Option<String>,
    /// The system behind it.
    pub model: Option<String>,
    /// Further entries.
    pub more: Map<String, Value>,
}

/// One annotation with the pair it is about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Annotation {
    /// Identifier of the pair; annotations of one pair come together.
    pub pair: String,
    /// The prompt, as text or as turns.
    pub prompt: Option<Value>,
    /// Both responses.
    pub sides: [Side; 2],
    /// Who annotated.
    pub annotator: String,
    /// `a`, `b`, `tie`, `both_bad` or nothing.
    pub outcome: Option<String>,
    /// Further entries of the annotation, such as `no_pref_reason`.
    pub more: Map<String, Value>,
    /// Further entries of the pair, such as `metadata`.
    pub about_pair: Map<String, Value>,
}

/// A document being written. The same calls give the same bytes.
pub struct Writer<W> {
    out: W,
    open: Option<Map<String, Value>>,
    any: bool,
    pairs: u64,
}

impl<W: Write> Writer<W> {
    /// Starts a document with what is known of the annotators. The first one
    /// whose `more` says `default` is the default annotator.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn new(mut out: W, dataset: &str, annotators: &[Annotator]) -> io::Result<Self> {
        let mut metadata = Map::new();
        metadata.insert("version".to_owned(), VERSION.into());
        metadata.insert("dataset_name".to_owned(), dataset.into());
        let is_default = |a: &&Annotator| a.more.get("default") == Some(&Value::Bool(true));
        if let Some(default) = annotators.iter().find(is_default) {
            metadata.insert("default_annotator".to_owned(), default.id.as_str().into());
        }
        let mut known = Map::new();
        for annotator in annotators {
            let mut about = annotator.more.clone();
            about.remove("default");
            about
                .entry("name")
                .or_insert_with(|| annotator.id.as_str().into());
            about.insert(
                "description".to_owned(),
                annotator.description.clone().into(),
            );
            about
                .entry("type")
                .or_insert_with(|| kind(annotator.kind.as_deref()).into());
            known.insert(annotator.id.clone(), Value::Object(about));
        }
        writeln!(
            out,
            "{{\"metadata\":{},",
            canonical(&Value::Object(metadata))
        )?;
        writeln!(out, "\"annotators\":{},", canonical(&Value::Object(known)))?;
        write!(out, "\"comparisons\":[")?;
        Ok(Self {
            out,
            open: None,
            any: false,
            pairs: 0,
        })
    }

    /// Adds one annotation. Where the annotator spoke on the open pair before,
    /// the pair is written a second time, its identifier ending in `#2`.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn annotation(&mut self, said: &Annotation) -> io::Result<()> {
        let mut id = said.pair.clone();
        if let Some(open) = &self.open {
            let spoke = open
                .get("annotations")
                .is_some_and(|a| a.get(&said.annotator).is_some());
            let before = open.get("id").and_then(Value::as_str).unwrap_or_default();
            let same = before == id
                || before
                    .strip_prefix(id.as_str())
                    .and_then(|rest| rest.strip_prefix('#'))
                    .is_some_and(|n| n.parse::<u64>().is_ok());
            if same && spoke {
                let next = before
                    .strip_prefix(id.as_str())
                    .and_then(|rest| rest.strip_prefix('#'))
                    .and_then(|n| n.parse::<u64>().ok())
                    .unwrap_or(1)
                    + 1;
                id = format!("{id}#{next}");
                self.close()?;
            } else if !same {
                self.close()?;
            }
        }
        let open = self.open.get_or_insert_with(|| pair(&id, said));
        if let Some(Value::Object(annotations)) = open.get_mut("annotations") {
            annotations.insert(said.annotator.clone(), verdict(said));
        }
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(pair) = self.open.take() else {
            return Ok(());
        };
        let comma = if std::mem::replace(&mut self.any, true) {
            ","
        } else {
            ""
        };
        self.pairs += 1;
        write!(self.out, "{comma}\n{}", canonical(&Value::Object(pair)))
    }

    /// Ends the document; gives the number of pairs.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self) -> io::Result<u64> {
        self.close()?;
        writeln!(self.out, "\n]}}")?;
        self.out.flush()?;
        Ok(self.pairs)
    }
}

fn kind(kind: Option<&str>) -> &str {
    match kind {
        Some("human_crowd" | "human_expert") => "human",
        Some(kind) => kind,
        None => "unknown",
    }
}

fn pair(id: &str, said: &Annotation) -> Map<String, Value> {
    let mut pair = said.about_pair.clone();
    pair.insert("id".to_owned(), id.into());
    pair.insert(
        "prompt".to_owned(),
        said.prompt.clone().unwrap_or(Value::Null),
    );
    for (name, side) in ["response_a", "response_b"].iter().zip(&said.sides) {
        let mut map = side.more.clone();
        map.insert("text".to_owned(), side.text.clone().into());
        if let Some(model) = &side.model {
            map.insert("model".to_owned(), model.as_str().into());
        }
        pair.insert((*name).to_owned(), Value::Object(map));
    }
    pair.insert("annotations".to_owned(), json!({}));
    pair
}

fn verdict(said: &Annotation) -> Value {
    let mut map = said.more.clone();
    let pref = match said.outcome.as_deref() {
        Some(side @ ("a" | "b")) => Value::from(side),
        other => {
            if let Some(reason) = other {
                map.entry("no_pref_reason").or_insert_with(|| reason.into());
            }
            Value::Null
        }
    };
    map.insert("pref".to_owned(), pref);
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pair: &str, annotator: &str, outcome: Option<&str>) -> Annotation {
        Annotation {
            pair: pair.to_owned(),
            annotator: annotator.to_owned(),
            outcome: outcome.map(str::to_owned),
            prompt: Some("p".into()),
            ..Annotation::default()
        }
    }

    #[test]
    fn pairs_are_gathered_and_repeats_told_apart() {
        let mut bytes = Vec::new();
        let h = Annotator {
            id: "h".to_owned(),
            kind: Some("human_crowd".to_owned()),
            ..Annotator::default()
        };
        let mut writer = Writer::new(&mut bytes, "d", &[h]).unwrap();
        for one in [
            said("1", "h", Some("a")),
            said("1", "j", Some("tie")),
            said("1", "h", Some("b")),
            said("1", "h", None),
            said("2", "h", Some("both_bad")),
        ] {
            writer.annotation(&one).unwrap();
        }
        assert_eq!(writer.finish().unwrap(), 4);
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(document["annotators"]["h"]["type"], "human");
        let pairs = document["comparisons"].as_array().unwrap();
        let ids: Vec<&str> = pairs.iter().map(|p| p["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["1", "1#2", "1#3", "2"]);
        assert_eq!(
            pairs[0]["annotations"]["j"],
            json!({"pref": null, "no_pref_reason": "tie"})
        );
        assert_eq!(pairs[2]["annotations"]["h"], json!({"pref": null}));
    }
}
