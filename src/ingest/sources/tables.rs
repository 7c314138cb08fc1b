//! Tables of scores: one line per system (and instance), one column per
//! metric. Rankings of NLP systems, leaderboards of LMArena and of open
//! models, and prompts of Gecko with what is known of each.
//!
//! Colombo et al. 2022, <https://arxiv.org/abs/2202.03799>; Wiles et al.
//! 2024, <https://arxiv.org/abs/2404.16820>.

use serde_json::{Map, Value};

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::{Card, Error, File, Record, Rows, json};

const CARD: Card = Card {
    name: "",
    title: "",
    licence: "",
    licence_note: "",
    citation: "",
    url: "",
    files: "",
    kinds: &["score"],
    fills: &["systems", "scores"],
    caveats: &[],
    format_verified: false,
};

/// What are the best systems?
pub(super) static COLOMBO: Named = Named {
    card: &Card {
        name: "ranking_nlp_systems",
        title: "Scores of NLP systems on many tasks and utterances (Colombo et al.)",
        licence: "NOASSERTION",
        licence_note: "see the repository; scores come from several benchmarks",
        citation: "Colombo et al. (2022), What are the best systems? New perspectives on NLP Benchmarking, NeurIPS",
        url: "https://github.com/PierreColombo/RankingNLPSystems",
        files: "sample_df/<name>.csv, final_df/<name>.csv",
        fills: &["items", "systems", "scores"],
        caveats: &[
            "the name of the file is the task; columns that start with 'H:' are human judgements and metrics like any other",
            "a first column without a name is a running number and stays in meta.index",
            "pickle files of the release are not read",
            "glue.csv has an average among its columns (Score)",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| {
        let task = file.stem();
        match shape::is(file, &["csv"]) {
            true => shape::each(file, out, |record, out| wide(record, task, out)),
            false => Ok(false),
        }
    },
};

fn wide(record: &Record, task: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let (systems, items) = (
        "Model|System|system|model",
        "Utterance|utterance|doc_id|instance",
    );
    let system = shape::word(record, systems)?;
    shape::system(out, &system)?;
    let item = shape::maybe(record, items).map(|u| format!("{task}/{u}"));
    if let Some(item) = &item {
        out.row("items")?
            .text("item", item)
            .text("task", task)
            .finish_once()?;
    }
    let id = out.id_of(&[task, &system, item.as_deref().unwrap_or_default()]);
    let about = About {
        id: &id,
        item: item.as_deref(),
        system: Some(&system),
        task: Some(task),
        ..About::default()
    };
    let index = |name: &str| name == "column_1" || name.starts_with("Unnamed");
    let taken: Vec<&str> = [systems, items].iter().flat_map(|n| n.split('|')).collect();
    for (name, value) in record
        .fields()
        .filter(|(n, v)| !taken.contains(n) && !index(n) && !v.is_null())
    {
        let mut row = about.score(out, name, value)?;
        let number = record.fields().find(|(n, _)| index(n));
        row.meta("index", number.map(|(_, v)| v.clone())).finish()?;
    }
    Ok(())
}

/// LMArena leaderboards.
pub(super) static LMARENA: Named = Named {
    card: &Card {
        name: "lmarena_leaderboard",
        title: "LMArena leaderboard tables",
        licence: "Apache-2.0",
        licence_note: "licence of the space the tables are published in",
        citation: "Chiang et al. (2024), Chatbot Arena: An Open Platform for Evaluating LLMs by Human Preference, ICML",
        url: "https://huggingface.co/spaces/lmarena-ai/chatbot-arena-leaderboard",
        files: "leaderboard_table_<date>.csv, or tables with a column Model, model or model_name as .csv, .tsv, .json or .parquet",
        caveats: &[
            "the name of the file is the run, so that tables of several dates can be handed over together",
            "every column that holds a number is a score; a cell such as '+5/-4' or '1287 (±4)' leaves the value NULL and stays in meta",
            "the pickle files beside the tables are not read",
            DESCRIBED,
        ],
        ..CARD
    },
    read: table,
};

/// The Open LLM Leaderboard.
pub(super) static OPEN_LLM: Named = Named {
    card: &Card {
        name: "open_llm_leaderboard",
        title: "Open LLM Leaderboard: contents",
        licence: "NOASSERTION",
        licence_note: "see the dataset card",
        citation: "Fourrier et al. (2024), Open LLM Leaderboard v2, Hugging Face",
        url: "https://huggingface.co/datasets/open-llm-leaderboard/contents",
        files: "data/train-<part>.parquet, or a table with a column fullname, Model or model as .csv, .json or .jsonl",
        caveats: &[
            "systems are named by fullname where there is one; eval_name, which adds precision, is the run",
            "every column that holds a number is a score, sizes and counts included",
            DESCRIBED,
        ],
        ..CARD
    },
    read: table,
};

fn table(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let run = file.stem();
    shape::each(file, out, |record, out| line(record, run, out))
}

fn line(record: &Record, run: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let names = "fullname|key|Model|model|model_name|Model Name";
    let system = shape::word(record, names)?;
    shape::system(out, &system)?;
    let run = shape::maybe(record, "eval_name").unwrap_or(run.into());
    let native = out.id_of(&[&run, &system]);
    let own = |name: &str| record.get(name).and_then(json::text) == Some(system.clone());
    let mut texts = Map::new();
    for (name, value) in record.fields() {
        let key = names.split('|').any(|n| n == name) && own(name);
        if !key && name != "eval_name" && json::float(value).is_none() && !value.is_null() {
            texts.insert(name.to_owned(), value.clone());
        }
    }
    let about = About {
        id: &native,
        system: Some(&system),
        ..About::default()
    };
    let mut first = true;
    for (name, value) in record.fields().filter(|(_, v)| json::float(v).is_some()) {
        let mut row = about.score(out, name.trim(), value)?;
        row.text("run", &*run);
        if std::mem::take(&mut first) {
            for (key, text) in &texts {
                row.meta(key, text.clone());
            }
        }
        row.finish()?;
    }
    if first {
        return Err(record.wrong("at least one column with a number"));
    }
    Ok(())
}

/// Gecko.
pub(super) static GECKO: Named = Named {
    card: &Card {
        name: "gecko",
        title: "Gecko: prompts for text-to-image evaluation",
        licence: "Apache-2.0",
        licence_note: "licence of the code; other materials CC-BY-4.0",
        citation: "Wiles et al. (2024), Revisiting Text-to-Image Evaluation with Gecko: On Metrics, Prompts, and Human Ratings",
        url: "https://github.com/google-deepmind/gecko_benchmark_t2i",
        files: "prompts.csv",
        kinds: &["feature"],
        fills: &["items", "features"],
        caveats: &[
            "prompts only: images and human ratings were not released when the format was described",
            "dataset_id is <category>/<skill>:<part>; the skill is a tag",
            "whether raters agreed (max_disagreement_less_*) is a feature of 1 or 0",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| match common::base(file) {
        "prompts.csv" => shape::each(file, out, prompt),
        _ => Ok(false),
    },
};

fn prompt(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = record.text("prompt_id")?;
    let set = record.text("dataset_id")?;
    let category = set.split('/').next().unwrap_or_default();
    let mut row = out.row("items")?;
    row.text("item", &*item)
        .text("category", category)
        .texts("tags", [&*set])
        .text("split", record.opt_text("prompt_type")?);
    let flags: Vec<&str> = record
        .fields()
        .map(|(name, _)| name)
        .filter(|name| name.contains("max_disagreement"))
        .collect();
    let mut used = vec!["prompt_id", "dataset_id", "prompt_type"];
    used.extend(&flags);
    shape::fill(&mut row, record, &[("prompt", "prompt")], &used);
    row.finish()?;
    for flag in flags {
        let Some(value) = record.get(flag) else {
            continue;
        };
        let on = json::boolean(value).map(|on| Value::from(f64::from(u8::from(on))));
        common::feature(
            out,
            ("item", &item),
            flag,
            &on.unwrap_or_else(|| value.clone()),
        )?;
    }
    Ok(())
}
