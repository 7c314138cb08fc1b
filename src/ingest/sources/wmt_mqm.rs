//! WMT MQM: errors marked in translations, and mean scores of segments.
//!
//! No file is quoted CSV: a quotation mark is only a character.
//! `*.avg_seg_scores.tsv` mixes tabs and spaces between fields; the
//! `source-errors` of Chinese to English lack two columns its header names.
//! Freitag et al. 2021, <https://arxiv.org/abs/2104.14478>.

use serde_json::Value;

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Rows, Source, json};

/// The source.
pub struct WmtMqm;

static CARD: Card = Card {
    name: "wmt_mqm",
    title: "WMT MQM human evaluation",
    licence: "Apache-2.0",
    licence_note: "licence of the repository",
    citation: "Freitag et al. (2021), Experts, Errors, and Context: A Large-Scale Study of Human Evaluation for Machine Translation, TACL",
    url: "https://github.com/google/wmt-mqm-human-evaluation",
    files: "<test set>/<languages>/mqm_<test set>_<languages>.{tsv,avg_seg_scores.tsv,source-errors.tsv}",
    kinds: &["label", "score"],
    fills: &["items", "systems", "annotators", "labels", "scores"],
    caveats: &[
        "an error is a label: field is its category, value its severity; the marked target and the source are in meta",
        "scores are upstream's, negative: higher is better; 'None' is NULL",
        "names of systems differ between test sets and from the published tables",
        "source errors of newstest2020 zh-en have neither doc_id nor rater, whatever the header says",
    ],
    format_verified: true,
};

impl Source for WmtMqm {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            let name = common::base(file);
            let set = name
                .strip_prefix("mqm_")
                .and_then(|n| n.split('.').next())
                .map(|n| n.replace('_', "/"));
            match set {
                Some(set) if name.ends_with(".avg_seg_scores.tsv") => scores(file, &set, out)?,
                Some(set) if name.ends_with(".tsv") => errors(file, &set, out)?,
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "mqm_<test set>_<languages>.tsv, .avg_seg_scores.tsv, .source-errors.tsv",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Reads mean scores of segments.
fn scores(file: &File, set: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    out.each(
        common::lines(file, |line| line.split([' ', '\t']).collect())?,
        |record, out| {
            let (system, segment) = (record.text("system")?, record.text("seg_id")?);
            let native = record.value("mqm_avg_score")?;
            let value = json::float(native);
            if value.is_none() && native.as_str() != Some("None") {
                return Err(record.error("mqm_avg_score", "a number or None"));
            }
            let item = format!("{set}/{segment}");
            out.row("items")?
                .text("item", &item)
                .text("task", set)
                .finish_once()?;
            common::system(out, &system, "model")?;
            out.row("scores")?
                .text("score", format!("{item}/{system}"))
                .text("system", &*system)
                .text("task", set)
                .text("metric", "mqm")
                .text("item", &item)
                .float("value", value)
                .bool("higher_is_better", true)
                .finish()
        },
    )
}

/// Cuts a line of errors; a line without doc_id and rater, closed by a tab,
/// gets them empty.
fn cut(line: &str) -> Vec<&str> {
    let mut cells: Vec<&str> = line.split('\t').collect();
    if cells.len() == 8 && cells.last() == Some(&"") {
        cells.pop();
        cells.insert(2, "");
        cells.insert(4, "");
    }
    cells
}

/// Reads marked errors.
fn errors(file: &File, set: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let part = if file.name().ends_with(".source-errors.tsv") {
        "source-errors"
    } else {
        "errors"
    };
    out.each(common::lines(file, cut)?, |record, out| {
        let (system, segment) = (record.text("system")?, record.text("seg_id")?);
        let item = format!("{set}/{segment}");
        out.row("items")?
            .text("item", &item)
            .text("task", set)
            .finish_once()?;
        common::system(out, &system, "model")?;
        let rater = record.opt_text("rater")?;
        let annotator = rater.map(|r| format!("{set}/{r}"));
        if let Some(annotator) = &annotator {
            common::annotator(out, annotator, "human_expert", None)?;
        }
        let mut row = out.row("labels")?;
        row.text("label", format!("{set}/{part}/{}", record.number()))
            .text("item", &item)
            .text("system", &*system)
            .text("annotator", annotator)
            .text("field", record.text("category")?)
            .text("value", record.opt_text("severity")?);
        for (name, value) in record.fields() {
            if !["system", "seg_id", "rater", "category", "severity"].contains(&name)
                && *value != Value::Null
            {
                row.meta(name, value.clone());
            }
        }
        row.finish()
    })
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_line_without_two_columns_is_put_right() {
        assert_eq!(
            cut("S\td\t7\tsrc\ttgt\tcat\tMinor\t"),
            ["S", "d", "", "7", "", "src", "tgt", "cat", "Minor"]
        );
        assert_eq!(cut("S\td\t1\t7\tr\tsrc\ttgt\tcat\tMajor").len(), 9);
    }
}
