//! Rewriting inappropriate arguments: metrics of approaches, and studies with
//! people, whose slider from 0 to 8 compares two rewritings.
//!
//! Ziegenbein et al. 2024, <https://arxiv.org/abs/2406.03363>.

use super::common;
use super::shape::{self, About, DESCRIBED, Named, Pair};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// The source.
pub(super) static INAPPROPRIATE: Named = Named {
    card: &Card {
        name: "inappropriateness",
        title: "Rewriting inappropriate arguments: metrics and human studies",
        licence: "NOASSERTION",
        licence_note: "see the repository; arguments come from debate portals",
        citation: "Ziegenbein et al. (2024), LLM-based Rewriting of Inappropriate Argumentation using Reinforcement Learning from Machine Feedback, ACL",
        url: "https://github.com/timonziegenbein/inappropriateness-mitigation",
        files: "eval_<name>.csv, study_abs_results.csv, study_pairs_results.csv, study_writing_results.csv",
        kinds: &["score", "rating", "pairwise"],
        fills: &[
            "items",
            "systems",
            "responses",
            "annotators",
            "scores",
            "ratings",
            "comparisons",
        ],
        caveats: &[
            "slider_score from 0 to 8 means a below 4, a tie at 4, b above; strength is 4 minus the slider",
            "columns of the studies other than slider_score are not known for certain: the two sides, the rater and the argument go by several names",
            "numbers of the absolute study are ratings whatever their columns are called; texts of the writing study are responses of the system human",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: inappropriate,
};

fn inappropriate(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let stem = file.stem();
    if file.extension() != "csv" {
        return Ok(false);
    }
    if stem.starts_with("eval") {
        return shape::each(file, out, |record, out| {
            let system = shape::word(record, "model_name|model")?;
            shape::system(out, &system)?;
            let id = format!("{stem}/{system}");
            let about = About {
                id: &id,
                system: Some(&system),
                task: Some(stem),
                ..About::default()
            };
            let index = |n: &str| n.starts_with("column_") || n.starts_with("Unnamed");
            for (name, value) in record.fields() {
                if !["model_name", "model"].contains(&name) && !index(name) && !value.is_null() {
                    about.score(out, name, value)?.finish()?;
                }
            }
            Ok(())
        });
    }
    match stem.starts_with("study") {
        true => shape::each(file, out, |record, out| study(record, stem, out)),
        false => Ok(false),
    }
}

const SIDES: [&str; 2] = [
    "model_a|approach_a|source_a|a|left|model_1|first",
    "model_b|approach_b|source_b|b|right|model_2|second",
];
const WHO: &str = "annotator|annotator_id|worker_id|worker|user|user_id|prolific_id|participant";
const WHAT: &str = "post_id|argument_id|issue_id|item|item_id|id";

fn study(record: &Record, study: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let (who, what) = (shape::maybe(record, WHO), shape::maybe(record, WHAT));
    if let Some(who) = &who {
        common::annotator(out, who, "human_crowd", None)?;
    }
    let id = format!("{study}/{}", out.id(record));
    let found = |names: &str| {
        names
            .split('|')
            .find(|n| record.get(n).is_some())
            .map(str::to_owned)
    };
    let mut used: Vec<String> = [WHO, WHAT].iter().filter_map(|n| found(n)).collect();
    if let Some(slider) = record.get("slider_score") {
        let [a, b] = SIDES.map(|names| shape::maybe(record, names));
        used.extend(SIDES.iter().filter_map(|n| found(n)));
        used.push("slider_score".to_owned());
        let item = what.unwrap_or_default().into_owned();
        let pair = Pair::write(out, item, [(a.as_deref(), None), (b.as_deref(), None)])?;
        let place = json::float(slider).filter(|s| (0.0..=8.0).contains(s));
        let place = place.ok_or_else(|| record.error("slider_score", "a number from 0 to 8"))?;
        let mut row = pair.row(out, &id)?;
        row.text("annotator", who)
            .text("cohort", study)
            .float("strength", 4.0 - place)
            .text("outcome", shape::larger(4.0, place))
            .meta("slider_score", slider.clone());
        let used: Vec<&str> = used.iter().map(String::as_str).collect();
        common::rest(&mut row, record, &used);
        return row.finish();
    }
    let system = "model_name|model|approach|source|system";
    let name = shape::maybe(record, system);
    used.extend(found(system));
    if let Some(name) = &name {
        shape::system(out, name)?;
    }
    let about = About {
        id: &id,
        item: what.as_deref(),
        system: name.as_deref(),
        annotator: who.as_deref(),
        ..About::default()
    };
    if record.has("rewrite") {
        return rewritten(record, &id, who.as_deref(), out);
    }
    let index = |n: &str| n.starts_with("column_") || n.starts_with("Unnamed") || n == "a_id";
    let free = |n: &str| !used.iter().any(|u| u == n) && !index(n);
    let mut rows = 0;
    for (field, value) in record
        .fields()
        .filter(|(n, v)| free(n) && json::float(v).is_some())
    {
        let mut row = about.rating(out, field, value, None)?;
        row.text("cohort", study);
        for (key, text) in record
            .fields()
            .filter(|(n, v)| rows == 0 && free(n) && json::float(v).is_none())
        {
            row.meta(key, text.clone());
        }
        row.finish()?;
        rows += 1;
    }
    match rows {
        0 => Err(record.wrong("a column slider_score, or at least one column with a number")),
        _ => Ok(()),
    }
}

/// One argument that a person wrote anew.
fn rewritten(
    record: &Record,
    id: &str,
    who: Option<&str>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let item = record.text("post_id")?;
    out.row("items")?
        .text("item", &*item)
        .text("category", record.opt_text("issue")?)
        .text("prompt", record.opt_text("post_text")?)
        .finish_once()?;
    shape::system(out, "human")?;
    let text = record.opt_text("rewrite")?;
    let mut row = out.row("responses")?;
    row.text("response", id)
        .text("item", &*item)
        .text("system", "human")
        .text("modality", "text")
        .int("n_chars", text.as_deref().map(common::chars))
        .bool("blank", text.is_none())
        .text("text", text)
        .meta("annotator", who);
    let used = ["post_id", "issue", "post_text", "rewrite", "user_id"];
    common::rest(&mut row, record, &used);
    row.finish()
}
