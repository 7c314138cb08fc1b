//! SubjECTive-QA: answers in earnings calls, labelled by people and models.
//!
//! `llm_results/<FEATURE>/<model…>/<FEATURE>_<date>.csv_updated_file.csv`; the
//! model's label is `Rating`, taken by upstream out of `llm_responses`.
//! Pardawala et al. 2024, <https://arxiv.org/abs/2410.20651>.

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Rows, Source};

/// The source.
pub struct SubjectiveQa;

static CARD: Card = Card {
    name: "subjective_qa",
    title: "SubjECTive-QA: verdicts of language models",
    licence: "CC-BY-4.0",
    licence_note: "",
    citation: "Pardawala et al. (2024), SubjECTive-QA: Measuring Subjectivity in Earnings Call Transcripts' QA Through Six-Dimensional Feature Analysis, NeurIPS",
    url: "https://github.com/gtfintechlab/SubjECTive-QA",
    files: "benchmarking_results/llm_results/<FEATURE>/<model>/<FEATURE>_<date>.csv_updated_file.csv",
    kinds: &["label"],
    fills: &["items", "annotators", "labels"],
    caveats: &[
        "gold is the consensus of people; their single labels are published elsewhere",
        "value is upstream's Rating; the raw answer is the rationale",
        "items have no key upstream: theirs is a digest of question and answer",
    ],
    format_verified: true,
};

const USED: [&str; 5] = [
    "questions",
    "answers",
    "llm_responses",
    "actual_labels",
    "Rating",
];

impl Source for SubjectiveQa {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            let parts = common::parts(file);
            let feature = common::base(file).split('_').next().unwrap_or_default();
            let at = parts.iter().rposition(|part| *part == feature);
            let model = at
                .and_then(|at| parts.get(at + 1..parts.len().saturating_sub(1)))
                .unwrap_or_default();
            if !model.is_empty() && file.extension() == "csv" {
                verdicts(file, feature, &model.join("/"), out)?;
            } else if !common::is_paperwork(file, out) {
                return Err(common::unknown(
                    file,
                    "<FEATURE>/<model>/<FEATURE>_<date>.csv_updated_file.csv",
                )
                .hint(
                    "hand over the folder above the features, so that feature and model are seen",
                ));
            }
        }
        Ok(())
    }
}

/// Reads the verdicts of one model on one feature.
fn verdicts(file: &File, feature: &str, model: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    common::annotator(out, model, "llm", Some(model))?;
    out.each(common::comma(file)?, |record, out| {
        let (question, answer) = (record.text("questions")?, record.text("answers")?);
        let item = common::content_id(&[&question, &answer]);
        let mut row = out.row("items")?;
        row.text("item", &item)
            .text("prompt", question)
            .json("context", &serde_json::json!({ "answer": answer }));
        row.finish_once()?;
        let mut row = out.row("labels")?;
        row.text("label", format!("{feature}/{model}/{item}"))
            .text("item", &item)
            .text("annotator", model)
            .text("field", feature)
            .text("value", record.opt_text("Rating")?)
            .text("gold", record.opt_text("actual_labels")?)
            .text("rationale", record.opt_text("llm_responses")?);
        common::rest(&mut row, record, &USED);
        row.finish()
    })
}
