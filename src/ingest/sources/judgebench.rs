//! JudgeBench: pairs with an objectively right answer, and verdicts of
//! judges and reward models in both orders.
//!
//! Names of files carry keys: `dataset=…,response_model=….jsonl` has pairs,
//! with `judge_name=…,judge_model=…` added it has verdicts too. The second
//! verdict was given with the responses exchanged, so its decision and scores
//! are turned round. Tan et al. 2025, <https://arxiv.org/abs/2410.12784>.

use serde_json::Value;

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct JudgeBench;

static CARD: Card = Card {
    name: "judgebench",
    title: "JudgeBench",
    licence: "MIT",
    licence_note: "licence of the repository; questions come from MMLU-Pro, LiveBench and LiveCodeBench",
    citation: "Tan et al. (2025), JudgeBench: A Benchmark for Evaluating LLM-based Judges, ICLR",
    url: "https://github.com/ScalerLab/JudgeBench",
    files: "data/dataset=*,response_model=*.jsonl, outputs/dataset=*,response_model=*,judge_name=*,judge_model=*.jsonl",
    kinds: &["pairwise"],
    fills: &["items", "systems", "responses", "annotators", "comparisons"],
    caveats: &[
        "annotator 'gold' is the objective label; it is also the item's reference",
        "meta.decision is the decision as given, before the second order is turned round",
        "a judgement upstream lists as null is a row with outcome NULL",
        "both responses of a pair come from one model",
        "checked against excerpts of the release only",
    ],
    format_verified: false,
};

const USED: [&str; 10] = [
    "pair_id",
    "original_id",
    "source",
    "question",
    "response_model",
    "response_A",
    "response_B",
    "label",
    "judge_name",
    "judgments",
];

impl Source for JudgeBench {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            let keys = common::base(file).trim_end_matches(".jsonl");
            let judge = (
                common::key(keys, "judge_name"),
                common::key(keys, "judge_model"),
            );
            match (
                file.extension().as_str(),
                common::key(keys, "response_model"),
                judge,
            ) {
                ("jsonl", Some(_), (None, None)) => {
                    out.each(common::records(file)?, |record, out| {
                        pair(record, out)?;
                        Ok(())
                    })?;
                }
                ("jsonl", Some(_), (Some(name), Some(model))) => verdicts(file, name, model, out)?,
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "dataset=…,response_model=….jsonl, dataset=…,response_model=…,judge_name=…,judge_model=….jsonl",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Writes the pair, once, with its gold label; gives its id.
fn pair(record: &Record, out: &mut Rows<'_>) -> Result<String, Error> {
    let (item, model, label) = (
        record.text("pair_id")?,
        record.text("response_model")?,
        record.text("label")?,
    );
    let outcome = match label.as_ref() {
        "A>B" => "a",
        "B>A" => "b",
        _ => return Err(record.error("label", "A>B or B>A")),
    };
    let pair = format!("{model}/{item}");
    let mut row = out.row("items")?;
    row.text("item", &pair)
        .text("category", record.text("source")?)
        .text("prompt", record.text("question")?);
    row.text("reference", &*label)
        .text("parent", record.opt_text("original_id")?);
    row.finish_once()?;
    common::system(out, &model, "model")?;
    for n in ["A", "B"] {
        let text = record.text(&format!("response_{n}"))?;
        out.row("responses")?
            .text("response", format!("{pair}/{n}"))
            .text("item", &pair)
            .text("system", &*model)
            .text("modality", "text")
            .int("n_chars", common::chars(&text))
            .bool("blank", text.is_empty())
            .text("text", text)
            .finish_once()?;
    }
    common::annotator(out, "gold", "rule", None)?;
    out.row("comparisons")?
        .text("comparison", format!("{pair}/gold"))
        .text("item", &pair)
        .text("system_a", &*model)
        .text("system_b", &*model)
        .text("response_a", format!("{pair}/A"))
        .text("response_b", format!("{pair}/B"))
        .text("annotator", "gold")
        .text("outcome", outcome)
        .finish_once()?;
    Ok(pair)
}

/// Reads the verdicts of one judge.
fn verdicts(file: &File, name: &str, model: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let annotator = format!("{name}/{model}");
    let kind = if name == "reward_model" {
        "reward_model"
    } else {
        "llm"
    };
    common::annotator(out, &annotator, kind, Some(model))?;
    out.each(common::records(file)?, |record, out| {
        let pair = pair(record, out)?;
        let system = record.text("response_model")?;
        let judgements = record.list("judgments")?;
        if judgements.is_empty() || judgements.len() > 2 {
            return Err(record.error("judgments", "one judgement, or two in both orders"));
        }
        for (shown, judgement) in (0_i64..).zip(judgements) {
            let mut row = out.row("comparisons")?;
            row.text("comparison", format!("{pair}/{annotator}/{shown}"))
                .text("item", &pair)
                .text("system_a", &*system)
                .text("system_b", &*system)
                .text("response_a", format!("{pair}/A"))
                .text("response_b", format!("{pair}/B"))
                .text("annotator", &annotator)
                .text("cohort", name)
                .int("shown_order", shown);
            if !judgement.is_null() && !judgement.is_object() {
                return Err(record.error("judgments", "a list of objects or null"));
            }
            judged(&mut row, judgement, shown == 1);
            common::rest(&mut row, record, &USED);
            row.finish()?;
        }
        Ok(())
    })
}

/// What one judgement says; `turned` when the responses were exchanged.
fn judged(row: &mut crate::ingest::Row<'_, '_>, judgement: &Value, turned: bool) {
    let decision = judgement.get("decision").unwrap_or(&Value::Null);
    let outcome = match (decision.as_str().map(str::trim), turned) {
        (Some("A>B"), false) | (Some("B>A"), true) => Some("a"),
        (Some("B>A"), false) | (Some("A>B"), true) => Some("b"),
        (Some("A=B"), _) => Some("tie"),
        _ => None,
    };
    row.text("outcome", outcome)
        .meta("decision", decision.clone());
    let Some(inner) = judgement.get("judgment").and_then(Value::as_object) else {
        if let Some(other) = judgement.get("judgment") {
            row.meta("judgment", other.clone());
        }
        return;
    };
    for (key, value) in inner {
        match key.as_str() {
            "response" => {
                let text = value.as_str().filter(|t| !t.is_empty());
                row.text("rationale", text);
            }
            "scores" => {
                let score = |at: usize| value.get(at).and_then(json::float);
                let (first, second) = (score(0), score(1));
                let (a, b) = if turned {
                    (second, first)
                } else {
                    (first, second)
                };
                row.float("score_a", a).float("score_b", b);
                if a.is_none() || b.is_none() {
                    row.meta("scores", value.clone());
                }
            }
            _ => {
                row.meta(key, value.clone());
            }
        }
    }
}
