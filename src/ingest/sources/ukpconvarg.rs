//! UKPConvArg1: which of two arguments is more convincing.
//!
//! Read from the CSV folders, tab-separated without quoting: a file per topic
//! and side. `*-Ranking-CSV` has a score per argument, the others a gold
//! label per pair. The votes of single workers are in upstream's XML.
//! Habernal & Gurevych 2016, <https://aclanthology.org/P16-1150>.

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source};

/// The source.
pub struct UkpConvArg;

static CARD: Card = Card {
    name: "ukpconvarg",
    title: "UKPConvArg1: convincingness of arguments",
    licence: "CC-BY-4.0",
    licence_note: "",
    citation: "Habernal & Gurevych (2016), Which argument is more convincing? Analyzing and predicting convincingness of Web arguments using bidirectional LSTM, ACL",
    url: "https://github.com/UKPLab/acl2016-convincing-arguments",
    files: "data/UKPConvArg1Strict-CSV/*.csv, data/UKPConvArg1-Ranking-CSV/*.csv",
    kinds: &["pairwise", "score"],
    fills: &["items", "responses", "annotators", "comparisons", "scores"],
    caveats: &[
        "annotator 'gold' is the label estimated by MACE from five crowd votes; the votes themselves are in the XML files, which are not read",
        "'commond-good' in the name of one file is read as 'common-good', as the other folder spells it",
        "the score 'rank' is lower for a more convincing argument",
        "ids of topics and arguments are upstream's; a topic and side is an item, an argument a response",
    ],
    format_verified: true,
};

/// One file name of upstream's is misspelt in one of the two folders.
const MISSPELT: (&str, &str) = ("_advancing-the-commond-good", "_advancing-the-common-good");

impl Source for UkpConvArg {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            let folder = common::parts(file)
                .into_iter()
                .rev()
                .nth(1)
                .unwrap_or_default();
            match file.extension().as_str() {
                "csv" => read(file, folder, out)?,
                "xml" => common::skip(
                    out,
                    "*.xml",
                    "the folders of CSV files hold its gold labels",
                ),
                _ if common::is_paperwork(file, out) => {}
                _ => return Err(common::unknown(file, "<topic>_<side>.csv")),
            }
        }
        Ok(())
    }
}

/// Reads the file of one topic and side.
fn read(file: &File, folder: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let topic = file.stem().replace(MISSPELT.0, MISSPELT.1);
    let topic = topic.as_str();
    out.row("items")?
        .text("item", topic)
        .text("prompt", topic)
        .finish_once()?;
    out.each(common::plain(file)?, |record, out| {
        if record.has("label") {
            pair(record, topic, folder, out)
        } else {
            rank(record, topic, out)
        }
    })
}

/// Writes an argument, once.
fn argument(out: &mut Rows<'_>, topic: &str, id: &str, text: &str) -> Result<(), Error> {
    out.row("responses")?
        .text("response", id)
        .text("item", topic)
        .text("modality", "text")
        .int("n_chars", common::chars(text))
        .text("text", text)
        .finish_once()
}

/// Reads one pair.
fn pair(record: &Record, topic: &str, folder: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = record.text("#id")?;
    let Some((a, b)) = id.split_once('_') else {
        return Err(record.error("#id", "two arguments joined by '_'"));
    };
    let outcome = match record.text("label")?.as_ref() {
        "a1" => "a",
        "a2" => "b",
        "equal" => "tie",
        _ => return Err(record.error("label", "a1, a2 or equal")),
    };
    argument(out, topic, a, &record.text("a1")?)?;
    argument(out, topic, b, &record.text("a2")?)?;
    common::annotator(out, "gold", "human_crowd", None)?;
    let set = folder.trim_end_matches("-CSV");
    let mut row = out.row("comparisons")?;
    row.text(
        "comparison",
        if set.is_empty() {
            id.to_string()
        } else {
            format!("{set}/{id}")
        },
    )
    .text("item", topic)
    .text("response_a", a)
    .text("response_b", b)
    .text("annotator", "gold")
    .text("aspect", "convincingness")
    .text("outcome", outcome);
    common::rest(&mut row, record, &["#id", "label", "a1", "a2"]);
    row.finish()
}

/// Reads the score of one argument.
fn rank(record: &Record, topic: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let id = record.text("#id")?;
    argument(out, topic, &id, &record.text("argument")?)?;
    let mut row = out.row("scores")?;
    row.text("score", format!("{topic}/{id}/rank"))
        .text("metric", "rank")
        .text("item", topic)
        .text("response", &*id)
        .float("value", record.float("rank")?)
        .bool("higher_is_better", false);
    common::rest(&mut row, record, &["#id", "rank", "argument"]);
    row.finish()
}
