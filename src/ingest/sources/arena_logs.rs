//! Verdicts of judges over answers of models, in files whose path carries
//! keys: Arena-Hard, VideoAutoArena, and the votes of GenAI-Bench (TIGER-Lab).
//!
//! Li et al. 2024, <https://arxiv.org/abs/2406.11939>; Luo et al. 2024,
//! <https://arxiv.org/abs/2411.13281>.

use serde_json::Value;

use super::common;
use super::shape::{self, DESCRIBED, Named, Pair};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// Arena-Hard.
pub(super) static ARENA_HARD: Named = Named {
    card: &Card {
        name: "arena_hard",
        title: "Arena-Hard judgements",
        licence: "Apache-2.0",
        licence_note: "licence of the repository; questions come from users of Chatbot Arena",
        citation: "Li et al. (2024), From Crowdsourced Data to High-Quality Benchmarks: Arena-Hard and BenchBuilder Pipeline",
        url: "https://github.com/lmarena/arena-hard-auto",
        files: "question.jsonl, model_answer/<model>.jsonl, model_judgment/<judge>/<model>.jsonl",
        kinds: &["pairwise"],
        fills: &["items", "systems", "responses", "annotators", "comparisons"],
        caveats: &[
            "system_a is the baseline in every row; the first game shows it first, the second shows it second",
            "strength is 2 for >> and 1 for >, positive towards the baseline",
            "where the judgement names no baseline, system_a is 'baseline'",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: arena_hard,
};

fn arena_hard(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    if !shape::is(file, &["jsonl", "json"]) {
        return Ok(false);
    }
    if shape::within(file, "model_judgment") {
        return shape::each(file, out, judged);
    }
    if shape::within(file, "model_answer") {
        return shape::each(file, out, answered);
    }
    if !file.stem().starts_with("question") {
        return Ok(false);
    }
    shape::each(file, out, |record, out| {
        let mut row = out.row("items")?;
        let prompt = record.at(&["turns", "0"]).and_then(shape::said);
        let prompt = prompt.or_else(|| shape::maybe(record, "prompt").map(Into::into));
        row.text("prompt", prompt);
        let columns = [("item", "question_id|uid"), ("category", "category")];
        let one = record.list("turns").map_or(1, <[Value]>::len) == 1;
        let used: &[&str] = if one {
            &["turns", "prompt"]
        } else {
            &["prompt"]
        };
        shape::fill(&mut row, record, &columns, used);
        row.finish()
    })
}

fn answered(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let model = shape::word(record, "model_id|model")?;
    shape::system(out, &model)?;
    let turn = record.at(&["choices", "0", "turns", "0"]);
    let turn = turn.or_else(|| record.at(&["messages", "1"]));
    let text = turn.and_then(shape::said);
    let item = shape::word(record, "question_id|uid")?;
    let mut row = out.row("responses")?;
    row.text("response", format!("{item}/{model}"))
        .text("item", &*item)
        .text("system", &*model)
        .text("modality", "text")
        .int("n_chars", text.as_deref().map(common::chars))
        .int(
            "n_tokens",
            turn.and_then(|t| t.get("token_len")).and_then(json::int),
        )
        .bool("blank", text.as_deref().map(|t| t.trim().is_empty()))
        .text("text", text);
    let used = ["question_id", "model_id", "uid", "model"];
    common::rest(&mut row, record, &used);
    row.finish()
}

fn judged(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (item, model) = (
        shape::word(record, "question_id|uid")?,
        shape::word(record, "model|model_id")?,
    );
    let judge = shape::word(record, "judge")?;
    let base = shape::maybe(record, "baseline").unwrap_or("baseline".into());
    common::annotator(out, &judge, "llm", Some(&judge))?;
    let pair = Pair::write(
        out,
        item.to_string(),
        [(Some(&*base), None), (Some(&*model), None)],
    )?;
    for (game, n) in record.list("games")?.iter().zip(0_i64..) {
        let mut row = pair.row(out, &format!("{item}/{model}/{judge}/{n}"))?;
        row.text("annotator", &*judge).int("shown_order", n);
        let score = game.get("score").and_then(Value::as_str).map(str::trim);
        let strength = match score {
            Some("A>>B") => Some(2.0),
            Some("A>B") => Some(1.0),
            Some("A=B" | "B=A") => Some(0.0),
            Some("B>A") => Some(-1.0),
            Some("B>>A") => Some(-2.0),
            _ => None,
        };
        let strength = strength.map(|s: f64| if n == 1 { -s } else { s });
        row.float("strength", strength)
            .text("outcome", strength.map(|s| shape::larger(s, 0.0)))
            .text("rationale", game.get("judgment").and_then(Value::as_str));
        for (key, value) in game.as_object().into_iter().flatten() {
            if !(key == "judgment" && value.is_string()) {
                row.meta(key, value.clone());
            }
        }
        common::rest(
            &mut row,
            record,
            &[
                "question_id",
                "uid",
                "model",
                "model_id",
                "judge",
                "baseline",
                "games",
            ],
        );
        row.finish()?;
    }
    Ok(())
}

/// VideoAutoArena.
pub(super) static VIDEO: Named = Named {
    card: &Card {
        name: "video_auto_arena",
        title: "VideoAutoArena battles of video models, judged by GPT-4o",
        licence: "NOASSERTION",
        licence_note: "see the repository; videos come from LongVideoBench",
        citation: "Luo et al. (2024), VideoAutoArena: An Automated Arena for Evaluating Large Multimodal Models in Video Analysis through User Simulation",
        url: "https://github.com/VideoAutoArena/VideoAutoArena",
        files: "data/battle.history.w.judge.latest.json",
        kinds: &["pairwise"],
        fills: &["items", "systems", "responses", "annotators", "comparisons"],
        caveats: &[
            "one comparison per aspect; the overall verdict is a verdict of its own, not a sum",
            "a verdict is the last of A, B and tie that its text names, as upstream reads it",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        if !file.stem().starts_with("battle") {
            return Ok(false);
        }
        shape::each(file, out, video)
    },
};

const ASPECTS: [(&str, &str); 5] = [
    ("Overall Judge", "overall"),
    ("Instruction Following", "instruction_following"),
    ("Accuracy", "accuracy"),
    ("Relevance", "relevance"),
    ("Helpfulness", "helpfulness"),
];

fn video(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = shape::join(&[
        &shape::maybe(record, "video_id").unwrap_or_default(),
        &shape::word(record, "qid|question_id")?,
    ]);
    let asked = record.get("question").cloned().unwrap_or_default();
    shape::item(out, Some(&item), &asked)?;
    let (a, b) = (
        shape::word(record, "model a|model_a")?,
        shape::word(record, "model b|model_b")?,
    );
    let answer = |names: &str| shape::maybe(record, names);
    let (left, right) = (
        answer("model a answer|answer_a"),
        answer("model b answer|answer_b"),
    );
    let pair = Pair::write(
        out,
        item,
        [(Some(&*a), left.as_deref()), (Some(&*b), right.as_deref())],
    )?;
    let judge = "gpt-4o";
    common::annotator(out, judge, "llm", Some(judge))?;
    let id = out.id(record);
    for (native, aspect) in ASPECTS {
        let Some(verdict) = record.get(native) else {
            continue;
        };
        let text = json::text(verdict).unwrap_or_default();
        let outcome = if text.to_lowercase().contains("tie") {
            Some("tie")
        } else if text.contains('B') {
            Some("b")
        } else {
            text.contains('A').then_some("a")
        };
        let mut row = pair.row(out, &format!("{id}/{aspect}"))?;
        row.text("annotator", judge)
            .text("aspect", aspect)
            .text("outcome", outcome)
            .int("shown_order", 0)
            .text("rationale", shape::maybe(record, "GPT4o Judge response"))
            .meta("verdict", verdict.clone());
        let used = [
            "question",
            "qid",
            "model a",
            "model b",
            "model_a",
            "model_b",
            "model a answer",
            "model b answer",
            "answer_a",
            "answer_b",
            "GPT4o Judge response",
            "Overall Judge",
            "Instruction Following",
            "Accuracy",
            "Relevance",
            "Helpfulness",
        ];
        common::rest(&mut row, record, &used);
        row.finish()?;
    }
    Ok(())
}

/// GenAI-Bench votes of TIGER-Lab.
pub(super) static TIGER: Named = Named {
    card: &Card {
        name: "genai_bench_tiger",
        title: "GenAI-Bench (TIGER-Lab): verdicts of multimodal judges beside human votes",
        licence: "MIT",
        licence_note: "licence of the repository",
        citation: "Jiang et al. (2024), GenAI Arena: An Open Evaluation Platform for Generative Models, NeurIPS",
        url: "https://github.com/TIGER-AI-Lab/GenAI-Bench",
        files: "results/<task>/<judge>/pairwise.json, results/<task>/<judge>/pairwise.jsonl",
        kinds: &["pairwise"],
        fills: &["items", "annotators", "comparisons"],
        caveats: &[
            "results do not say which systems are compared: a is the left one",
            "a verdict that is null stays a row without outcome; upstream counts it as wrong",
            "the human vote comes again in the file of every judge and is written once",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let parts = common::parts(file);
        match parts.as_slice() {
            [.., task, judge, base] if base.starts_with("pairwise.json") => {
                shape::each(file, out, |record, out| vote(record, task, judge, out))
            }
            _ => Ok(false),
        }
    },
};

fn vote(record: &Record, task: &str, judge: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = format!("{task}/{}", shape::word(record, "idx|id")?);
    let prompts = [
        "prompt",
        "source_prompt",
        "target_prompt",
        "instruct_prompt",
    ];
    out.row("items")?
        .text("item", &item)
        .text("task", task)
        .text("prompt", shape::maybe(record, "prompt|instruct_prompt"))
        .meta("source_prompt", record.get("source_prompt").cloned())
        .meta("target_prompt", record.get("target_prompt").cloned())
        .finish_once()?;
    let pair = Pair {
        item,
        ..Pair::default()
    };
    common::annotator(out, "human", "human_crowd", None)?;
    common::annotator(out, judge, "llm", Some(judge))?;
    let mut row = pair.row(out, &format!("{}/human", pair.item))?;
    row.text("annotator", "human").text("aspect", "overall");
    shape::judge(&mut row, "human_vote", record.get("human_vote"));
    row.finish_once()?;
    let mut row = pair.row(out, &format!("{}/{judge}", pair.item))?;
    row.text("annotator", judge)
        .text("rationale", shape::maybe(record, "response"));
    shape::judge(&mut row, "model_vote", record.get("model_vote"));
    let mut used = vec!["idx", "id", "response", "model_vote", "human_vote"];
    used.extend(prompts);
    common::rest(&mut row, record, &used);
    row.finish()
}
