//! PerSEval: distances between documents, users' summaries and models'
//! summaries, the summaries themselves, and published scores.
//!
//! Dasgupta et al. 2024, <https://arxiv.org/abs/2407.00453>.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// The source.
pub(super) static PERSEVAL: Named = Named {
    card: &Card {
        name: "perseval",
        title: "PerSEval and EGISES: distances of personalised summaries",
        licence: "NOASSERTION",
        licence_note: "see the repository; the summaries of users come from the PENS test set",
        citation: "Dasgupta et al. (2024), PerSEval: Assessing Personalization in Text Summarizers, TMLR",
        url: "https://github.com/KDM-LAB/Perseval-TMLR",
        files: "<measure>/{sum_doc,sum_sum,sum_user}.csv, <measure>/perseval_scores_final.csv, <name>.jsonl",
        kinds: &["edge", "score"],
        fills: &[
            "items",
            "systems",
            "responses",
            "annotators",
            "edges",
            "scores",
        ],
        caveats: &[
            "edges are of kind sum_doc, sum_sum or sum_user, with the folder (the measure) in front where there is one",
            "src and dst are <model>/<user>, the document, or user/<user>; the context is the document",
            "in perseval_scores_final.csv the columns that are numbers are shares of the data: the slice",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read,
};

fn read(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let folder = shape::folder(file);
    let stem = file.stem();
    let kind = ["sum_doc", "sum_sum", "sum_user"]
        .into_iter()
        .find(|k| stem.contains(k));
    match (file.extension().as_str(), kind) {
        ("csv", Some(kind)) => {
            let measure = shape::join(&[folder, kind]);
            shape::each(file, out, |record, out| {
                distance(record, &measure, kind, out)
            })
        }
        ("csv", None) if stem.contains("scores") => {
            shape::each(file, out, |record, out| scores(record, folder, out))
        }
        ("jsonl", _) => shape::each(file, out, summaries),
        _ => Ok(false),
    }
}

fn distance(record: &Record, measure: &str, kind: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let (doc, model) = (record.text("doc_id")?, record.text("origin_model")?);
    let user = out.person(&shape::word(record, "uid1|uid")?);
    let (src, dst) = match kind {
        "sum_sum" => (
            format!("{model}/{user}"),
            format!("{model}/{}", out.person(&record.text("uid2")?)),
        ),
        "sum_doc" => (format!("{model}/{user}"), doc.to_string()),
        _ => (format!("{model}/{user}"), format!("user/{user}")),
    };
    let weight = record.value("score")?;
    let number = json::float(weight);
    let mut row = out.row("edges")?;
    row.text("kind", measure)
        .text("src", src)
        .text("dst", dst)
        .text("context", &*doc)
        .float("weight", number)
        .meta("model", &*model)
        .meta("user", user.as_str());
    if number.is_none() {
        row.meta("score", weight.clone());
    }
    common::rest(
        &mut row,
        record,
        &["doc_id", "origin_model", "uid", "uid1", "uid2", "score"],
    );
    row.finish()
}

fn scores(record: &Record, measure: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let model = shape::word(record, "models|model|origin_model")?;
    shape::system(out, &model)?;
    let id = shape::join(&[measure, &model]);
    let about = About {
        id: &id,
        system: Some(&model),
        task: Some("perseval"),
        ..About::default()
    };
    let names = ["models", "model", "origin_model"];
    let known = |name: &str| {
        names.contains(&name) || name.starts_with("column_") || name.starts_with("Unnamed")
    };
    for (name, value) in record.fields().filter(|(n, v)| !known(n) && !v.is_null()) {
        let share = json::parse_float(name).is_some();
        let mut row = about.score(out, name, value)?;
        row.text("metric", if share { "perseval" } else { name })
            .text("slice", share.then_some(name))
            .text("run", (!measure.is_empty()).then_some(measure))
            .finish()?;
    }
    Ok(())
}

fn summaries(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let doc = record.text("doc_id")?;
    let mut row = out.row("items")?;
    let columns = [
        ("item", "doc_id"),
        ("prompt", "doc_text"),
        ("reference", "doc_summ"),
    ];
    shape::fill(&mut row, record, &columns, &["m_summary_dict"]);
    row.finish()?;
    for (user, texts) in record.object("m_summary_dict")? {
        let user = &out.person(user);
        common::annotator(out, user, "human", None)?;
        let texts = texts
            .as_object()
            .ok_or_else(|| record.error("m_summary_dict", "an object of texts per user"))?;
        for (model, text) in texts {
            let kind = if model == "user" { "human" } else { "model" };
            common::system(out, model, kind)?;
            let text = text.as_str().unwrap_or_default();
            out.row("responses")?
                .text("response", format!("{doc}/{model}/{user}"))
                .text("item", &*doc)
                .text("system", model)
                .text("modality", "text")
                .int("n_chars", common::chars(text))
                .bool("blank", text.trim().is_empty())
                .text("text", text)
                .meta("user", Value::from(user.as_str()))
                .finish()?;
        }
    }
    Ok(())
}
