//! FairEval: scores of GPT-4 in both orders, several times, beside a human
//! verdict per question.
//!
//! Wang et al. 2023, <https://arxiv.org/abs/2305.17926>.

use serde_json::Value;

use super::common;
use super::shape::{self, DESCRIBED, Named, Pair};
use crate::ingest::read::{CsvOptions, Header, csv};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// The source.
pub(super) static FAIREVAL: Named = Named {
    card: &Card {
        name: "faireval",
        title: "FairEval: position bias of language models as judges",
        licence: "Apache-2.0",
        licence_note: "licence of the repository; questions are those of Vicuna",
        citation: "Wang et al. (2023), Large Language Models are not Fair Evaluators",
        url: "https://github.com/i-Eval/FairEval",
        files: "question.jsonl, answer/answer_<model>.jsonl, review/review_<a>_<b>.json, human_review/<name>.txt",
        kinds: &["pairwise"],
        fills: &["items", "systems", "responses", "annotators", "comparisons"],
        caveats: &[
            "human verdicts have no key: line n of the text file is question n",
            "a review gives the mean score of both orders, and its text for every sample: samples become rows where they end in two numbers",
            "names of the two systems come from the name of the review file, after review_ and apart by '_' or '-'; without them they are assistant1 and assistant2",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let name = common::base(file);
        match file.extension().as_str() {
            "txt" => human(file, out),
            "jsonl" | "json" if name.starts_with("question") => shape::each(file, out, question),
            "jsonl" | "json" if name.starts_with("answer") => shape::each(file, out, answer),
            "jsonl" | "json" if name.starts_with("review") => {
                let (a, b) = systems(file.stem());
                shape::each(file, out, |record, out| review(record, (&a, &b), out))
            }
            _ => Ok(false),
        }
    },
};

/// The two systems in the name of a review file.
fn systems(stem: &str) -> (String, String) {
    let rest = stem
        .trim_start_matches("review")
        .trim_start_matches(['_', '-']);
    let mut parts = rest.split('_').filter(|p| !p.is_empty());
    match (parts.next(), parts.next()) {
        (Some(a), Some(b)) => (a.to_owned(), b.to_owned()),
        _ => ("assistant1".to_owned(), "assistant2".to_owned()),
    }
}

fn question(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let mut row = out.row("items")?;
    let columns = [
        ("item", "question_id"),
        ("prompt", "text"),
        ("category", "category"),
    ];
    shape::fill(&mut row, record, &columns, &[]);
    row.finish()
}

fn answer(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (item, model) = (
        record.text("question_id")?,
        shape::word(record, "model_id|model")?,
    );
    shape::system(out, &model)?;
    let text = record.text("text")?;
    let mut row = out.row("responses")?;
    row.text("response", format!("{item}/{model}"))
        .text("modality", "text")
        .int("n_chars", common::chars(&text))
        .bool("blank", text.trim().is_empty());
    let columns = [
        ("item", "question_id"),
        ("system", "model_id|model"),
        ("text", "text"),
    ];
    shape::fill(&mut row, record, &columns, &[]);
    row.finish()
}

/// The two numbers a review ends or starts with.
fn two(text: &str) -> Option<(f64, f64)> {
    let numbers = |line: &str| -> Option<(f64, f64)> {
        let words = line
            .split([' ', ',', '/', ':'])
            .filter_map(json::parse_float);
        let found: Vec<f64> = words.collect();
        match found.as_slice() {
            [a, b] => Some((*a, *b)),
            _ => None,
        }
    };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?;
    let last = lines.next_back();
    // The scores of the two assistants may be on lines of their own.
    let each: Vec<f64> = text
        .lines()
        .filter(|line| line.to_lowercase().contains("score"))
        .filter_map(|line| json::parse_float(line.rsplit([' ', ':']).next()?))
        .collect();
    match each.as_slice() {
        [a, b] => Some((*a, *b)),
        _ => last.and_then(numbers).or_else(|| numbers(first)),
    }
}

fn review(record: &Record, (a, b): (&str, &str), out: &mut Rows<'_>) -> Result<(), Error> {
    let item = record.text("question_id")?;
    let judge = shape::maybe(record, "eval_model|judge").unwrap_or("gpt-4".into());
    common::annotator(out, &judge, "llm", Some(&judge))?;
    let pair = Pair::write(out, item.to_string(), [(Some(a), None), (Some(b), None)])?;
    let mut row = pair.row(out, &format!("{item}/{a}/{b}/{judge}"))?;
    row.text("annotator", &*judge);
    let score = |at: &str| record.at(&["score", at]).and_then(json::float);
    // A failed parse is -1 upstream.
    let (left, right) = (
        score("0").filter(|s| *s >= 0.0),
        score("1").filter(|s| *s >= 0.0),
    );
    row.float("score_a", left)
        .float("score_b", right)
        .text("outcome", left.zip(right).map(|(l, r)| shape::larger(l, r)));
    if left.is_none() || right.is_none() {
        row.meta("score", record.get("score").cloned());
    }
    let used = [
        "question_id",
        "score",
        "review",
        "review_bpc",
        "eval_model",
        "judge",
    ];
    common::rest(&mut row, record, &used);
    row.finish()?;
    for (field, shown) in [("review", 0_i64), ("review_bpc", 1)] {
        let texts: Vec<&Value> = match record.get(field) {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        for (repeat, text) in (0_i64..).zip(texts) {
            let text =
                json::text(text).ok_or_else(|| record.error(field, "text or a list of texts"))?;
            let scores = two(&text).map(|(x, y)| if shown == 1 { (y, x) } else { (x, y) });
            let mut row = pair.row(out, &format!("{item}/{a}/{b}/{judge}/{shown}/{repeat}"))?;
            row.text("annotator", &*judge)
                .text("cohort", "sample")
                .int("shown_order", shown)
                .int("repeat", repeat)
                .float("score_a", scores.map(|s| s.0))
                .float("score_b", scores.map(|s| s.1))
                .text("outcome", scores.map(|s| shape::larger(s.0, s.1)))
                .text("rationale", text)
                .finish()?;
        }
    }
    Ok(())
}

/// Reads verdicts of people, one a line.
fn human(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let options = CsvOptions::default().delimiter(0x1f).literal_quotes();
    let options = options.header(Header::Names(vec!["verdict".to_owned()]));
    let set = file.stem();
    common::annotator(out, set, "human", None)?;
    let (a, b) = ("chatgpt", "vicuna13b");
    out.each(csv(file, &options)?, |record, out| {
        let item = record.number().to_string();
        let pair = Pair::write(out, item, [(Some(a), None), (Some(b), None)])?;
        let verdict = record.text("verdict")?;
        let mut row = pair.row(out, &format!("{}/{set}", pair.item))?;
        row.text("annotator", set).meta("verdict", &*verdict);
        match verdict.trim().to_lowercase().as_str() {
            "chatgpt" => row.text("outcome", "a"),
            "vicuna13b" | "vicuna" => row.text("outcome", "b"),
            "tie" => row.text("outcome", "tie"),
            _ => return Err(record.error("verdict", "CHATGPT, TIE or VICUNA13B")),
        };
        row.finish()
    })?;
    Ok(true)
}
