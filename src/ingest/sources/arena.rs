//! Battles of arenas in the FastChat shape: two models, two conversations, a
//! winner. Chatbot Arena (the releases of 33, 55, 100 and 140 thousand),
//! MT-Bench judgements, WildVision, GenAI-Arena.
//!
//! Zheng et al. 2023, <https://arxiv.org/abs/2306.05685>; Lu et al. 2024,
//! <https://arxiv.org/abs/2406.11069>; Jiang et al. 2024,
//! <https://arxiv.org/abs/2406.04485>.

use serde_json::Value;

use super::shape::{self, DESCRIBED, Named, Pair, SCHEMA};
use super::{common, python};
use crate::ingest::{Card, Error, File, Record, Rows, json, read};

const TABLES: &[&str] = &["items", "systems", "responses", "annotators", "comparisons"];
const ANY: &str = "<name>.json, <name>.jsonl, <name>.parquet, <name>.csv";

const CARD: Card = Card {
    name: "",
    title: "",
    licence: "",
    licence_note: "",
    citation: "",
    url: "",
    files: ANY,
    kinds: &["pairwise"],
    fills: TABLES,
    caveats: &[],
    format_verified: false,
};

/// Chatbot Arena.
pub(super) static CHATBOT: Named = Named {
    card: &Card {
        name: "chatbot_arena",
        title: "Chatbot Arena (LMArena) battles",
        licence: "CC-BY-4.0",
        licence_note: "prompts of the 33k release CC-BY-4.0, model outputs CC-BY-NC-4.0; other releases have terms of their own",
        citation: "Chiang et al. (2024), Chatbot Arena: An Open Platform for Evaluating LLMs by Human Preference, ICML",
        url: "https://huggingface.co/datasets/lmsys/chatbot_arena_conversations",
        caveats: &[
            "model_a was shown on the left, so shown_order is 0",
            "the response is the last answer of a conversation; the whole conversation is in its meta where it has several turns",
            "battles without conversations, as used for the leaderboard, have no item",
            "the fields of the 33k release are those of the schema on its card; those of the others are not",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| battles(file, out, Style::Arena),
};

/// MT-Bench human judgements.
pub(super) static MT_BENCH: Named = Named {
    card: &Card {
        name: "mt_bench_human",
        title: "MT-Bench human and GPT-4 pairwise judgements",
        licence: "CC-BY-4.0",
        licence_note: "",
        citation: "Zheng et al. (2023), Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena, NeurIPS",
        url: "https://huggingface.co/datasets/lmsys/mt_bench_human_judgments",
        caveats: &[
            "items are <question_id>/<turn>: the answer compared is that of the turn judged",
            "the same judge may judge one pair more than once: each judgement is a row",
            SCHEMA,
        ],
        format_verified: true,
        ..CARD
    },
    read: |file, out| battles(file, out, Style::MtBench),
};

/// WildVision.
pub(super) static WILDVISION: Named = Named {
    card: &Card {
        name: "wildvision_arena",
        title: "WildVision Arena battles",
        licence: "NOASSERTION",
        licence_note: "see the dataset card; images and questions are users' own",
        citation: "Lu et al. (2024), WildVision: Evaluating Vision-Language Models in the Wild with Human Preferences, NeurIPS",
        url: "https://huggingface.co/datasets/WildVision/wildvision-arena-data",
        caveats: &[
            "images are not carried along: meta has their digest or path",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| battles(file, out, Style::Arena),
};

/// GenAI-Arena.
pub(super) static GENAI: Named = Named {
    card: &Card {
        name: "genai_arena",
        title: "GenAI-Arena votes for image generation, image editing and video generation",
        licence: "NOASSERTION",
        licence_note: "the vote set on Hugging Face is MIT, votes of the arena have no stated licence",
        citation: "Jiang et al. (2024), GenAI Arena: An Open Evaluation Platform for Generative Models, NeurIPS",
        url: "https://huggingface.co/datasets/TIGER-Lab/GenAI-Bench",
        caveats: &[
            "images and videos are not carried along: meta has their digest or path",
            "votes have no annotator in the published set",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| battles(file, out, Style::Arena),
};

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Arena,
    MtBench,
}

const USED: [&str; 18] = [
    "model_a|left_model|model_1",
    "model_b|right_model|model_2",
    "winner|vote_type|vote|type",
    "winner_model_a",
    "winner_model_b",
    "winner_tie",
    "conversation_a",
    "conversation_b",
    "prompt|question|instruction|source_prompt",
    "response_a",
    "response_b",
    "judge|judge_user_id|judge_hash",
    "turn",
    "language",
    "id|battle_id",
    "question_id",
    "tstamp|timestamp",
    "models",
];

fn battles(file: &File, out: &mut Rows<'_>, style: Style) -> Result<bool, Error> {
    let split = file.stem();
    shape::each(file, out, |record, out| battle(record, split, style, out))
}

/// Reads one battle.
fn battle(record: &Record, split: &str, style: Style, out: &mut Rows<'_>) -> Result<(), Error> {
    let name = |at: &str, names: &str| match record.at(&["models", at]).and_then(json::text) {
        Some(name) => Ok(name),
        None => shape::word(record, names),
    };
    let (a, b) = (
        name("0", "model_a|left_model|model_1")?,
        name("1", "model_b|right_model|model_2")?,
    );
    let turn = record.opt_int("turn").ok().flatten();
    let item = match (style, record.opt_text("question_id")?) {
        (Style::MtBench, Some(question)) => Some(shape::join(&[
            &question,
            &turn.map_or_else(String::new, |t| t.to_string()),
        ])),
        _ => None,
    };
    let pair = answers(record, item.as_deref(), (&a, &b), turn, out)?;
    let judge = judge(record, style, out)?;
    let native = shape::maybe(record, "id|battle_id").map(std::borrow::Cow::into_owned);
    let id = native.unwrap_or_else(|| out.id(record));
    let mut row = pair.row(out, &id)?;
    row.text("annotator", judge)
        .int("shown_order", (style == Style::Arena).then_some(0));
    let one_hot = ["winner_model_a", "winner_model_b", "winner_tie"].map(|f| record.opt_int(f));
    match one_hot {
        [Ok(Some(1)), _, _] => row.text("outcome", "a"),
        [_, Ok(Some(1)), _] => row.text("outcome", "b"),
        [_, _, Ok(Some(1))] => row.text("outcome", "tie"),
        _ => {
            let winner = shape::pick(record, "winner|vote_type|vote|type");
            shape::judge(&mut row, "winner", winner);
            &mut row
        }
    };
    row.text(
        "cohort",
        shape::maybe(record, "language").filter(|l| !l.is_empty()),
    );
    if let Some(time) = shape::pick(record, "tstamp|timestamp") {
        row.value("time", time);
    }
    row.meta("split", split)
        .meta("question_id", record.get("question_id").cloned())
        .meta("turn", record.get("turn").cloned());
    let used: Vec<&str> = USED.iter().flat_map(|names| names.split('|')).collect();
    common::rest(&mut row, record, &used);
    row.finish()
}

/// The judge of a battle, written once; a list of words is joined.
fn judge(record: &Record, style: Style, out: &mut Rows<'_>) -> Result<Option<String>, Error> {
    let name = match shape::pick(record, "judge|judge_user_id|judge_hash") {
        None => return Ok(None),
        Some(Value::Array(words)) => {
            let words: Vec<_> = words.iter().filter_map(json::text).collect();
            words.join("/")
        }
        Some(other) => json::text(other)
            .ok_or_else(|| record.error("judge", "text or a list of texts"))?
            .into_owned(),
    };
    let kind = match style {
        _ if name.starts_with("gpt") || name.starts_with("claude") => "llm",
        Style::MtBench => "human_expert",
        Style::Arena => "human_crowd",
    };
    let model = (kind == "llm").then(|| name.split('/').next().unwrap_or_default());
    common::annotator(out, &name, kind, model)?;
    Ok(Some(name))
}

/// A list of turns, or text that is one, in JSON or as Python prints it, as
/// the releases of 55 and 100 thousand have it.
fn turns(record: &Record, field: &str) -> Option<Vec<Value>> {
    match record.get(field)? {
        Value::Array(turns) => Some(turns.clone()),
        Value::String(text) => {
            let parsed = read::parse_json(text).ok();
            match parsed.or_else(|| python::literal(text)) {
                Some(Value::Array(turns)) => Some(turns),
                _ => Some(vec![Value::String(text.clone())]),
            }
        }
        _ => None,
    }
}

/// Writes the item and both answers, in whichever shape they come.
fn answers(
    record: &Record,
    item: Option<&str>,
    (a, b): (&str, &str),
    turn: Option<i64>,
    out: &mut Rows<'_>,
) -> Result<Pair, Error> {
    let of = |turns: &[Value], role: &str| -> Vec<Value> {
        let by = |t: &&Value| t.get("role").and_then(Value::as_str) == Some(role);
        turns.iter().filter(by).cloned().collect()
    };
    let talk = |field: &str| turns(record, field).filter(|t| t.iter().all(Value::is_object));
    let (asked, given, whole) = match (talk("conversation_a"), talk("conversation_b")) {
        (Some(left), Some(right)) => (
            of(&left, "user"),
            [of(&left, "assistant"), of(&right, "assistant")],
            [left, right],
        ),
        _ => {
            let prompt = ["prompt", "question", "instruction", "source_prompt"]
                .iter()
                .find_map(|field| turns(record, field));
            let given = ["response_a", "response_b"].map(|f| turns(record, f).unwrap_or_default());
            (prompt.unwrap_or_default(), given.clone(), given)
        }
    };
    if asked.is_empty() && given.iter().all(Vec::is_empty) {
        return Pair::write(out, String::new(), [(Some(a), None), (Some(b), None)]);
    }
    let until = turn
        .and_then(|t| usize::try_from(t).ok())
        .filter(|t| (1..=asked.len()).contains(t))
        .unwrap_or(asked.len());
    let asked = Value::Array(asked.into_iter().take(until).collect());
    let item = shape::item(out, item, &asked)?;
    let mut ids = [None, None];
    for (n, (system, answers)) in [a, b].into_iter().zip(&given).enumerate() {
        shape::system(out, system)?;
        let last = answers
            .get(until.saturating_sub(1))
            .or_else(|| answers.last());
        let Some(text) = last
            .and_then(shape::said)
            .or_else(|| last.map(|_| String::new()))
        else {
            continue;
        };
        let turns = whole.get(n).cloned().unwrap_or_default();
        let all = json::canonical(&Value::Array(turns.clone()));
        let id = format!("{item}/{}", common::content_id(&[system, &all]));
        let mut row = out.row("responses")?;
        row.text("response", &id)
            .text("item", &item)
            .text("system", system)
            .text("modality", "text")
            .int("n_chars", common::chars(&text))
            .bool("blank", text.trim().is_empty())
            .text("text", text);
        if answers.len() > 1 {
            row.meta("conversation", turns);
        }
        row.finish_once()?;
        if let Some(slot) = ids.get_mut(n) {
            *slot = Some(id);
        }
    }
    Ok(Pair {
        item,
        systems: [Some(a.to_owned()), Some(b.to_owned())],
        responses: ids,
    })
}
