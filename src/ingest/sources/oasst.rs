//! OpenAssistant conversation trees: as trees or as single messages. Ranks
//! of sibling answers, and labels of quality on every message.
//!
//! Köpf et al. 2023, <https://arxiv.org/abs/2304.07327>.

use serde_json::{Map, Value};

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::{Card, Error, Record, Rows, json};

/// The source.
pub(super) static OASST: Named = Named {
    card: &Card {
        name: "oasst",
        title: "OpenAssistant Conversations (OASST1, OASST2)",
        licence: "Apache-2.0",
        licence_note: "",
        citation: "Köpf et al. (2023), OpenAssistant Conversations: Democratizing Large Language Model Alignment, NeurIPS",
        url: "https://huggingface.co/datasets/OpenAssistant/oasst1",
        files: "<date>_oasst_{ready,all}.trees.jsonl.gz, <date>_oasst_{ready,all}.messages.jsonl.gz, or the messages as .parquet",
        kinds: &["ranking", "rating"],
        fills: &[
            "items",
            "systems",
            "responses",
            "annotators",
            "rankings",
            "ratings",
        ],
        caveats: &[
            "every message is a response; a message of a prompter is an item too, and its replies answer it",
            "rank counts from 0 upstream: it is one more here",
            "labels are means over reviewers from 0 to 1, with their number in meta.count",
            "hand over trees or messages, not both: they say the same",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        shape::each(file, out, |record, out| match record.get("prompt") {
            Some(Value::Object(root)) => {
                let mut tree = Map::new();
                for (name, value) in record.fields().filter(|(name, _)| *name != "prompt") {
                    tree.insert(name.to_owned(), value.clone());
                }
                message(record, root, None, &tree, out)
            }
            _ => {
                let flat = record
                    .fields()
                    .map(|(n, v)| (n.to_owned(), v.clone()))
                    .collect();
                message(record, &flat, None, &Map::new(), out)
            }
        })
    },
};

/// Fields with a place of their own.
const USED: [&str; 12] = [
    "message_id",
    "parent_id",
    "text",
    "role",
    "lang",
    "rank",
    "model_name",
    "replies",
    "labels",
    "user_id",
    "message_tree_id",
    "created_date",
];

/// Writes one message and those below it.
fn message(
    record: &Record,
    map: &Map<String, Value>,
    above: Option<&str>,
    tree: &Map<String, Value>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let text = |key: &str| map.get(key).and_then(json::text);
    let need =
        |key: &'static str| text(key).ok_or_else(|| record.error(key, "text in every message"));
    let (id, said, role) = (need("message_id")?, need("text")?, need("role")?);
    let parent = above.map(Into::into).or_else(|| text("parent_id"));
    let system = match (text("model_name"), &*role) {
        (Some(model), _) => Some((model, "model")),
        (None, "assistant") => Some(("human".into(), "human")),
        (None, _) => None,
    };
    if role == "prompter" {
        out.row("items")?
            .text("item", &*id)
            .text("prompt", &*said)
            .text("parent", parent.as_deref())
            .text("language", text("lang"))
            .finish()?;
    }
    if let Some((name, kind)) = &system {
        common::system(out, name, kind)?;
    }
    let user = text("user_id");
    if let Some(user) = &user {
        common::annotator(out, user, "human_crowd", None)?;
    }
    let mut row = out.row("responses")?;
    row.text("response", &*id)
        .text("item", parent.as_deref())
        .text("system", system.as_ref().map(|s| &*s.0))
        .text("modality", "text")
        .int("n_chars", common::chars(&said))
        .bool("blank", said.trim().is_empty())
        .text("text", &*said)
        .meta("role", &*role);
    for key in ["user_id", "lang", "created_date", "message_tree_id"] {
        row.meta(key, map.get(key).cloned());
    }
    for (key, value) in tree
        .iter()
        .chain(map)
        .filter(|(k, _)| !USED.contains(&k.as_str()))
    {
        row.meta(key, value.clone());
    }
    if let Some(id) = tree.get("message_tree_id") {
        row.meta("tree", id.clone());
    }
    row.finish()?;
    if let (Some(parent), Some(rank)) = (&parent, map.get("rank").and_then(json::float)) {
        out.row("rankings")?
            .text("ranking", &**parent)
            .text("entry", &*id)
            .text("item", &**parent)
            .text("response", &*id)
            .text("system", system.as_ref().map(|s| &*s.0))
            .float("rank", rank + 1.0)
            .meta("rank", rank)
            .finish()?;
    }
    labels(map, &id, parent.as_deref(), out)?;
    let replies = map.get("replies").and_then(Value::as_array);
    for reply in replies.into_iter().flatten() {
        let reply = reply
            .as_object()
            .ok_or_else(|| record.error("replies", "a list of messages"))?;
        message(record, reply, Some(&id), &Map::new(), out)?;
    }
    Ok(())
}

/// Labels as an object of objects, or as lists of names, values and counts.
fn labels(
    map: &Map<String, Value>,
    id: &str,
    item: Option<&str>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let Some(labels) = map.get("labels").and_then(Value::as_object) else {
        return Ok(());
    };
    let about = About {
        id,
        item,
        response: Some(id),
        ..About::default()
    };
    let list = |key: &str| labels.get(key).and_then(Value::as_array);
    let (Some(names), Some(values)) = (list("name"), list("value")) else {
        for (name, label) in labels {
            let value = label.get("value").unwrap_or(label);
            let mut row = about.rating(out, name, value, Some((0.0, 1.0)))?;
            row.meta("count", label.get("count").cloned()).finish()?;
        }
        return Ok(());
    };
    for (n, (name, value)) in names.iter().zip(values).enumerate() {
        let name = json::text(name).unwrap_or_default();
        let mut row = about.rating(out, &name, value, Some((0.0, 1.0)))?;
        let count = list("count").and_then(|c| c.get(n)).cloned();
        row.meta("count", count).finish()?;
    }
    Ok(())
}
