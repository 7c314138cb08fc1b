//! Why We Need New Evaluation Metrics for NLG: medians of ratings, and
//! metrics, of generated utterances.
//!
//! One wide CSV. Novikova et al. 2017, <https://aclanthology.org/D17-1238>.

use super::common;
use crate::ingest::{Card, Error, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct NlgMetrics;

static CARD: Card = Card {
    name: "nlg_metrics",
    title: "NLG metrics and human ratings (EMNLP 2017)",
    licence: "MIT",
    licence_note: "licence of the repository",
    citation: "Novikova et al. (2017), Why We Need New Evaluation Metrics for NLG, EMNLP",
    url: "https://github.com/jeknov/EMNLP_17_submission",
    files: "emnlp_data_medians.csv",
    kinds: &["rating", "score"],
    fills: &[
        "items",
        "systems",
        "responses",
        "annotators",
        "ratings",
        "scores",
    ],
    caveats: &[
        "annotator 'median' is the median of three crowd workers, who are not in this file",
        "meta.bin and meta.bin2 are upstream's coarser scales of the same rating",
        "items and responses have no key upstream: theirs hold digests of meaning representation and text",
        "the direction of a metric is not stated",
    ],
    format_verified: true,
};

/// Aspects, and the columns of their coarser scales.
const ASPECTS: [(&str, &str, &str); 3] = [
    ("informativeness", "inf_bin", "inf_bin2"),
    ("naturalness", "nat_bin", "nat_bin2"),
    ("quality", "qual_bin", "qual_bin2"),
];
const TEXT: [&str; 6] = ["dataset", "system", "mr_type", "mr", "sys_ref", "domain"];

impl Source for NlgMetrics {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match common::base(file) {
                "emnlp_data_medians.csv" => {
                    common::annotator(out, "median", "human_crowd", None)?;
                    out.each(common::comma(file)?, utterance)?;
                }
                _ if common::is_paperwork(file, out) => {}
                _ => return Err(common::unknown(file, "emnlp_data_medians.csv")),
            }
        }
        Ok(())
    }
}

/// Reads one utterance.
fn utterance(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (set, system, mr) = (
        record.text("dataset")?,
        record.text("system")?,
        record.text("mr")?,
    );
    let text = record.text("sys_ref")?;
    let item = format!("{set}/{}", common::content_id(&[&mr]));
    let response = format!("{item}/{system}/{}", common::content_id(&[&text]));
    let mut row = out.row("items")?;
    row.text("item", &item)
        .text("task", &*set)
        .text("category", record.opt_text("mr_type")?)
        .text("prompt", mr);
    if let Some(domain) = record.get("domain") {
        row.meta("domain", domain.clone());
    }
    row.finish_once()?;
    common::system(out, &system, "model")?;
    out.row("responses")?
        .text("response", &response)
        .text("item", &item)
        .text("system", &*system)
        .text("modality", "text")
        .int("n_chars", common::chars(&text))
        .text("text", text)
        .finish()?;
    for (aspect, bin, bin2) in ASPECTS {
        let mut row = out.row("ratings")?;
        row.text("rating", format!("{response}/{aspect}"))
            .text("item", &item)
            .text("system", &*system)
            .text("response", &response)
            .text("annotator", "median")
            .text("aspect", aspect)
            .float("value", record.opt_float(aspect)?)
            .float("scale_min", 1.0)
            .float("scale_max", 6.0);
        for (key, column) in [("bin", bin), ("bin2", bin2)] {
            row.meta(key, record.get(column).cloned().unwrap_or_default());
        }
        row.finish()?;
    }
    let rated = |name: &str| ASPECTS.iter().any(|(a, b, c)| [*a, *b, *c].contains(&name));
    for (metric, native) in record
        .fields()
        .filter(|(name, _)| !TEXT.contains(name) && !rated(name))
    {
        let value = json::float(native);
        if value.is_none() && !native.is_null() {
            return Err(record.error(metric, "a number"));
        }
        out.row("scores")?
            .text("score", format!("{response}/{metric}"))
            .text("system", &*system)
            .text("task", &*set)
            .text("metric", metric)
            .text("item", &item)
            .text("response", &response)
            .float("value", value)
            .finish()?;
    }
    Ok(())
}
