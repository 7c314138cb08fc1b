//! LLMBar: pairs with a gold label, and verdicts of models in both orders.
//!
//! `<subset>/dataset.json` lists the pairs, without ids, so an item is its
//! place in the list; `<subset>/evaluators/<judge>/<protocol>/result.json`
//! lists the same pairs in the same order, each with the rounds of a
//! protocol. The verdict is that of the last round holding a winner, which
//! names the output of the dataset, whichever was shown first.
//! Zeng et al. 2024, <https://arxiv.org/abs/2310.07641>.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct LlmBar;

static CARD: Card = Card {
    name: "llmbar",
    title: "LLMBar with verdicts of language models",
    licence: "MIT",
    licence_note: "the subsets FairEval, MT-Bench and LLMEval^2 are processed from datasets of others",
    citation: "Zeng et al. (2024), Evaluating Large Language Models at Evaluating Instruction Following, ICLR",
    url: "https://github.com/princeton-nlp/LLMBar",
    files: "Dataset/**/<subset>/dataset.json and <subset>/evaluators/<judge>/<protocol>/result.json",
    kinds: &["pairwise"],
    fills: &["items", "responses", "annotators", "comparisons"],
    caveats: &[
        "annotator 'gold' is the label of the dataset; it is also the item's reference, '1' or '2'",
        "a judge in two protocols is two annotators, <judge>/<protocol>; the protocol is also the cohort",
        "protocols of several rounds keep the earlier rounds in meta.rounds",
        "rating protocols break ties by the order shown; their scores are in score_a and score_b",
        "upstream does not say which system wrote an output",
    ],
    format_verified: true,
};

/// What a file is, by its name.
enum Part<'f> {
    Pairs(&'f str),
    Verdicts {
        subset: &'f str,
        judge: &'f str,
        protocol: &'f str,
    },
    Summary,
    Other,
}

fn part(file: &File) -> Part<'_> {
    match common::parts(file).as_slice() {
        [.., "statistics.json"] => Part::Summary,
        [.., subset, "dataset.json"] => Part::Pairs(subset),
        [.., subset, "evaluators", judge, protocol, "result.json"] => Part::Verdicts {
            subset,
            judge,
            protocol,
        },
        _ => Part::Other,
    }
}

/// Digests of the pairs of a subset, by number of the record.
type Pairs = BTreeMap<u64, String>;

impl Source for LlmBar {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        let mut subsets: BTreeMap<&str, Pairs> = BTreeMap::new();
        for file in input.files() {
            match part(file) {
                Part::Pairs(subset) => {
                    let pairs = pairs(file, subset, out)?;
                    if subsets.insert(subset, pairs).is_some() {
                        return Err(file.error(format!("one subset called '{subset}'")));
                    }
                }
                Part::Summary => common::skip(
                    out,
                    "statistics.json",
                    "it sums up the result.json beside it",
                ),
                Part::Other if !common::is_paperwork(file, out) => {
                    return Err(common::unknown(
                        file,
                        "<subset>/dataset.json, <subset>/evaluators/<judge>/<protocol>/result.json, statistics.json",
                    )
                    .hint("hand over a folder above the subset, so that its name is seen"));
                }
                Part::Verdicts { .. } | Part::Other => {}
            }
        }
        for file in input.files() {
            if let Part::Verdicts {
                subset,
                judge,
                protocol,
            } = part(file)
            {
                let pairs = subsets
                    .get(subset)
                    .ok_or_else(|| file.error(format!("{subset}/dataset.json among the files")))?;
                verdicts(file, [subset, judge, protocol], pairs, out)?;
            }
        }
        Ok(())
    }
}

/// A digest of what makes a pair.
fn digest(record: &Record) -> Result<String, Error> {
    let (input, one, two) = (
        record.text("input")?,
        record.text("output_1")?,
        record.text("output_2")?,
    );
    Ok(common::content_id(&[
        &input,
        &one,
        &two,
        &record.text("label")?,
    ]))
}

/// Reads `dataset.json`.
fn pairs(file: &File, subset: &str, out: &mut Rows<'_>) -> Result<Pairs, Error> {
    common::annotator(out, "gold", "human_expert", None)?;
    let mut pairs = Pairs::new();
    out.each(common::records(file)?, |record, out| {
        let item = format!("{subset}/{}", record.number().saturating_sub(1));
        let outcome = match record.int("label")? {
            1 => "a",
            2 => "b",
            _ => return Err(record.error("label", "1 or 2")),
        };
        let mut row = out.row("items")?;
        row.text("item", &item)
            .text("category", subset)
            .text("prompt", record.text("input")?);
        row.text("reference", record.text("label")?);
        common::rest(
            &mut row,
            record,
            &["input", "output_1", "output_2", "label"],
        );
        row.finish()?;
        for n in ["1", "2"] {
            let text = record.text(&format!("output_{n}"))?;
            out.row("responses")?
                .text("response", format!("{item}/{n}"))
                .text("item", &item)
                .text("modality", "text")
                .int("n_chars", common::chars(&text))
                .bool("blank", text.is_empty())
                .text("text", text)
                .finish()?;
        }
        out.row("comparisons")?
            .text("comparison", format!("{item}/gold"))
            .text("item", &item)
            .text("response_a", format!("{item}/1"))
            .text("response_b", format!("{item}/2"))
            .text("annotator", "gold")
            .text("outcome", outcome)
            .finish()?;
        pairs.insert(record.number(), digest(record)?);
        Ok(())
    })?;
    Ok(pairs)
}

/// Reads one `result.json`.
fn verdicts(file: &File, names: [&str; 3], pairs: &Pairs, out: &mut Rows<'_>) -> Result<(), Error> {
    let [subset, judge, protocol] = names;
    let annotator = format!("{judge}/{protocol}");
    common::annotator(out, &annotator, "llm", Some(judge))?;
    out.each(common::records(file)?, |record, out| {
        if pairs.get(&record.number()) != Some(&digest(record)?) {
            return Err(record.wrong(format!(
                "the pair that is record {} of {subset}/dataset.json",
                record.number()
            )));
        }
        let item = format!("{subset}/{}", record.number().saturating_sub(1));
        let rounds = record.list("results")?;
        for (shown, order) in [(0, "swap = False"), (1, "swap = True")] {
            let verdict = verdict(record, rounds, order)?;
            let mut row = out.row("comparisons")?;
            row.text("comparison", format!("{item}/{annotator}/{shown}"))
                .text("item", &item)
                .text("response_a", format!("{item}/1"))
                .text("response_b", format!("{item}/2"))
                .text("annotator", &annotator)
                .text("cohort", protocol)
                .int("shown_order", shown)
                .text("outcome", verdict.outcome)
                .float("score_a", verdict.scores[0])
                .float("score_b", verdict.scores[1])
                .text("rationale", verdict.rationale);
            for (key, value) in verdict.meta {
                row.meta(&key, value);
            }
            common::rest(
                &mut row,
                record,
                &["input", "output_1", "output_2", "label", "results"],
            );
            row.finish()?;
        }
        Ok(())
    })
}

/// One verdict, taken out of the rounds of a protocol.
struct Verdict {
    outcome: Option<&'static str>,
    scores: [Option<f64>; 2],
    rationale: Option<String>,
    meta: Map<String, Value>,
}

/// The verdict of the last round that has one in this order.
fn verdict(record: &Record, rounds: &[Value], order: &str) -> Result<Verdict, Error> {
    let winner = |round: &Value| round.get(order).and_then(|o| o.get("winner")).is_some();
    let Some((last, round)) = rounds
        .iter()
        .enumerate()
        .rev()
        .find(|(_, round)| winner(round))
    else {
        return Err(record.error("results", format!("a round with '{order}' and its winner")));
    };
    let mut verdict = Verdict {
        outcome: None,
        scores: [None, None],
        rationale: None,
        meta: Map::new(),
    };
    for (key, value) in round
        .get(order)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        match (key.as_str(), value) {
            ("winner", Value::Null) => {}
            ("winner", value) => {
                verdict.outcome = common::one_two(value);
                if verdict.outcome.is_none() {
                    verdict.meta.insert("winner".to_owned(), value.clone());
                }
            }
            ("completion", Value::Array(list))
                if matches!(list.as_slice(), [Value::String(_), _]) =>
            {
                verdict.rationale = list.first().and_then(Value::as_str).map(str::to_owned);
                verdict.meta.insert(
                    "finish".to_owned(),
                    list.get(1).cloned().unwrap_or_default(),
                );
            }
            (key, value) => drop(verdict.meta.insert(key.to_owned(), value.clone())),
        }
    }
    for (key, value) in round
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| !key.starts_with("swap = "))
    {
        let score = value.get(0).and_then(json::float);
        match (key.as_str(), score) {
            ("score_1", Some(_)) => verdict.scores[0] = score,
            ("score_2", Some(_)) => verdict.scores[1] = score,
            _ => {}
        }
        verdict.meta.insert(key.clone(), value.clone());
    }
    let earlier: Vec<Value> = rounds
        .iter()
        .enumerate()
        .filter(|(n, _)| *n != last)
        .map(|(_, round)| round.get(order).unwrap_or(round).clone())
        .collect();
    if !earlier.is_empty() {
        verdict
            .meta
            .insert("rounds".to_owned(), Value::Array(earlier));
    }
    Ok(verdict)
}
