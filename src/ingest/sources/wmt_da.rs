//! WMT direct assessments: exports of Appraise, and the collection of all
//! years with one line per segment.
//!
//! Federmann 2018, <https://aclanthology.org/C18-2019>; Rei et al. 2020,
//! <https://arxiv.org/abs/2009.09025>.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::read::{CsvOptions, Header, csv};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// The source.
pub(super) static WMT_DA: Named = Named {
    card: &Card {
        name: "wmt_da",
        title: "WMT direct assessment",
        licence: "NOASSERTION",
        licence_note: "see the pages of the shared task of each year",
        citation: "Barrault et al. (2020), Findings of the 2020 Conference on Machine Translation, WMT; and the findings of other years",
        url: "https://www.statmt.org/wmt22/results.html",
        files: "<name>.scores.csv (Appraise, without header), <name>.csv with lp, src, mt, ref, score, raw; or the same as .tsv or .parquet",
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
            "an Appraise export has one line per judgement: user, system, segment, type, source and target language, score, document, whether it is a document's score, start and end",
            "type is TGT for a system, BAD for a damaged, REF for a reference and CHK for a repeated segment: it is the phase of the rating, and only TGT counts in results",
            "a line of the collection is a mean over raters: a score, z-standardised as score and raw as raw",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read,
};

/// The columns of an Appraise export.
const APPRAISE: [&str; 11] = [
    "user",
    "system",
    "segment",
    "type",
    "source",
    "target",
    "score",
    "document",
    "is_document",
    "start",
    "end",
];

fn read(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    if file.extension() == "csv" && file.stem().ends_with(".scores") {
        let options =
            CsvOptions::default().header(Header::Names(APPRAISE.map(str::to_owned).to_vec()));
        out.each(csv(file, &options)?, judgement)?;
        return Ok(true);
    }
    let set = file.stem();
    shape::each(file, out, |record, out| match record.has("lp") {
        true => segment(record, set, out),
        false => Err(record.wrong("a column 'lp'").hint(
            "an export of Appraise has no header: give its file a name that ends in .scores.csv",
        )),
    })
}

fn judgement(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (user, system) = (record.text("user")?, record.text("system")?);
    let pair = format!("{}-{}", record.text("source")?, record.text("target")?);
    let document = record.opt_text("document")?.unwrap_or_default();
    let item = shape::join(&[&pair, &document, &record.text("segment")?]);
    common::annotator(out, &user, "human_crowd", None)?;
    shape::system(out, &system)?;
    out.row("items")?
        .text("item", &item)
        .text("language", &pair)
        .text("parent", (!document.is_empty()).then_some(&*document))
        .finish_once()?;
    let native = out.id(record);
    let about = About {
        id: &native,
        item: Some(&item),
        system: Some(&system),
        annotator: Some(&user),
        ..About::default()
    };
    let score = record.value("score")?;
    let mut row = about.rating(out, "quality", score, Some((0.0, 100.0)))?;
    let columns = [("phase", "type"), ("time", "end")];
    let end = record.get("end").and_then(json::micros).is_some();
    let used = [
        "user", "system", "segment", "source", "target", "score", "document",
    ];
    let columns = if end { &columns[..] } else { &columns[..1] };
    shape::fill(&mut row, record, columns, &used);
    row.finish()
}

fn segment(record: &Record, set: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let pair = record.text("lp")?;
    let asked = record.text("src")?;
    let item = common::content_id(&[&pair, &asked]);
    let mut row = out.row("items")?;
    row.text("item", &item)
        .text("language", &*pair)
        .text("prompt", &*asked)
        .finish_once()?;
    let system = shape::maybe(record, "system|sys");
    let response = shape::answer(out, &item, system.as_deref(), &record.text("mt")?)?;
    let native = out.id(record);
    let about = About {
        id: &native,
        item: Some(&item),
        system: system.as_deref(),
        response: Some(&response),
        task: Some(set),
        ..About::default()
    };
    let metrics = ["score", "raw"];
    for metric in metrics.into_iter().filter(|m| record.get(m).is_some()) {
        let value = record.get(metric).unwrap_or(&Value::Null);
        let mut row = about.score(out, metric, value)?;
        row.bool("higher_is_better", true)
            .int("n", record.get("annotators").and_then(json::int));
        let used = [
            "lp",
            "src",
            "mt",
            "score",
            "raw",
            "annotators",
            "system",
            "sys",
        ];
        common::rest(&mut row, record, &used);
        row.finish()?;
    }
    Ok(())
}
