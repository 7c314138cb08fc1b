//! PandaLM test set: pairs judged by three people and by models.
//!
//! `testset-v1.json` has the pairs and the people's verdicts; the other files
//! have one judge's verdicts each, joined by `idx`, of which there are a
//! thousand, so the pairs are kept in memory. A model's answers to the same
//! prompt differ between pairs, hence a response belongs to a pair.
//! Wang et al. 2023, <https://arxiv.org/abs/2306.05087>.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source, json as native};

/// The source.
pub struct PandaLm;

static CARD: Card = Card {
    name: "pandalm",
    title: "PandaLM test set v1",
    licence: "Apache-2.0",
    licence_note: "licence of the repository; the answers come from models with terms of their own",
    citation: "Wang et al. (2024), PandaLM: An Automatic Evaluation Benchmark for LLM Instruction Tuning Optimization, ICLR",
    url: "https://github.com/WeOpenML/PandaLM",
    files: "data/testset-v1.json, with any of data/*-testset-v1.json",
    kinds: &["pairwise"],
    fills: &["items", "systems", "responses", "annotators", "comparisons"],
    caveats: &[
        "verdicts are 0, 1, 2, 'Tie' or something else such as 'garbage', which becomes outcome NULL with the text in meta.verdict",
        "the same three columns of annotators are not said to be the same three people throughout",
        "items have no key upstream: theirs is a digest of application, instruction and input",
    ],
    format_verified: true,
};

const EXPECTED: &str = "testset-v1.json, gpt-3.5-turbo-testset-v1.json, pandalm-7b-testset-v1.json, testset-inference-v1.json, pipeline-sanity-check.json";
const PEOPLE: [&str; 3] = ["annotator1", "annotator2", "annotator3"];
const USED: [&str; 10] = [
    "idx",
    "motivation_app",
    "cmp_key",
    "instruction",
    "input",
    "response1",
    "response2",
    "annotator1",
    "annotator2",
    "annotator3",
];

/// What a judge's file refers to by `idx`.
struct Pair {
    item: String,
    a: String,
    b: String,
}

impl Source for PandaLm {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        let mut testset = None;
        let mut judges = Vec::new();
        for file in input.files() {
            match common::base(file) {
                "testset-v1.json" if testset.is_some() => return Err(common::second(file)),
                "testset-v1.json" => testset = Some(file),
                name @ ("testset-inference-v1.json" | "pipeline-sanity-check.json") => {
                    common::skip(
                        out,
                        name,
                        "it lists prompts only, those judged are in testset-v1.json",
                    );
                }
                name => match name.strip_suffix("-testset-v1.json") {
                    Some(judge) => judges.push((judge, file)),
                    None if common::is_paperwork(file, out) => {}
                    None => return Err(common::unknown(file, EXPECTED)),
                },
            }
        }
        let Some(testset) = testset else {
            return Err(Error::fatal("testset-v1.json among the files").field("input"));
        };
        for person in PEOPLE {
            common::annotator(out, person, "human", None)?;
        }
        let mut pairs = BTreeMap::new();
        out.each(common::records(testset)?, |record, out| {
            let (idx, pair) = pair(record, out)?;
            if pairs.insert(idx, pair).is_some() {
                return Err(record.error("idx", "each idx once"));
            }
            Ok(())
        })?;
        for (judge, file) in judges {
            verdicts(judge, file, &pairs, out)?;
        }
        Ok(())
    }
}

/// Reads one record of `testset-v1.json`.
fn pair(record: &Record, out: &mut Rows<'_>) -> Result<(i64, Pair), Error> {
    let idx = record.int("idx")?;
    let (application, instruction, input) = (
        record.text("motivation_app")?,
        record.text("instruction")?,
        record.text("input")?,
    );
    let key = record.text("cmp_key")?;
    let Some((a, b)) = key
        .split_once('_')
        .filter(|(a, b)| !a.is_empty() && !b.is_empty() && !b.contains('_'))
    else {
        return Err(record.error("cmp_key", "two systems joined by '_'"));
    };
    let item = common::content_id(&[&application, &instruction, &input]);
    let mut row = out.row("items")?;
    row.text("item", &item)
        .text("category", application)
        .text("prompt", instruction);
    if !input.is_empty() {
        row.json("context", &json!({ "input": input }));
    }
    row.finish_once()?;
    for (n, system) in [("1", a), ("2", b)] {
        common::system(out, system, "model")?;
        let field = format!("response{n}");
        let text = record.text(&field)?;
        let mut row = out.row("responses")?;
        row.text("response", format!("{idx}/{n}"))
            .text("item", &item)
            .text("system", system);
        row.text("modality", "text")
            .int("n_chars", common::chars(&text))
            .bool("blank", text.is_empty());
        if !record.value(&field)?.is_string() {
            row.meta("native", record.value(&field)?.clone());
        }
        row.text("text", text).finish()?;
    }
    let pair = Pair {
        item,
        a: a.to_owned(),
        b: b.to_owned(),
    };
    for person in PEOPLE {
        let verdict = record.value(person)?;
        let mut row = out.row("comparisons")?;
        judged(&mut row, idx, person, &pair, verdict);
        common::rest(&mut row, record, &USED);
        row.finish()?;
    }
    Ok((idx, pair))
}

/// Reads the verdicts of one judge, whose fields have a prefix of their own.
fn verdicts(
    judge: &str,
    file: &File,
    pairs: &BTreeMap<i64, Pair>,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    common::annotator(out, judge, "llm", Some(judge))?;
    out.each(common::records(file)?, |record, out| {
        let idx = record.int("idx")?;
        let pair = pairs
            .get(&idx)
            .ok_or_else(|| record.error("idx", "an idx of testset-v1.json"))?;
        let Some(result) = record
            .fields()
            .map(|(name, _)| name)
            .find(|name| name.ends_with("_result"))
        else {
            return Err(record.wrong("a field whose name ends with '_result'"));
        };
        let prefix = result.trim_end_matches("_result");
        let reason = format!("{prefix}_reason");
        let mut row = out.row("comparisons")?;
        judged(
            &mut row,
            idx,
            judge,
            pair,
            record.get(result).unwrap_or(&Value::Null),
        );
        row.text("rationale", record.opt_text(&reason)?);
        common::rest(&mut row, record, &["idx", result, &reason]);
        row.finish()
    })
}

/// The columns all verdicts share.
fn judged(
    row: &mut crate::ingest::Row<'_, '_>,
    idx: i64,
    annotator: &str,
    pair: &Pair,
    verdict: &Value,
) {
    let outcome = common::one_two(verdict);
    row.text("comparison", format!("{idx}/{annotator}"))
        .text("item", &pair.item)
        .text("system_a", &pair.a)
        .text("system_b", &pair.b)
        .text("response_a", format!("{idx}/1"))
        .text("response_b", format!("{idx}/2"))
        .text("annotator", annotator)
        .text("outcome", outcome);
    if outcome.is_none() {
        row.meta(
            "verdict",
            native::text(verdict).map_or(Value::Null, |t| Value::from(t.into_owned())),
        );
    }
}
