//! Pairs of a chosen and a rejected answer, in the shapes they come in: with
//! scores of an ensemble of reward models, as chats with one score each, as
//! `text`/`score` lists, and as the pairs and results of RewardBench.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named, Pair};
use crate::ingest::{Card, Error, File, Record, Rows, json};

const CARD: Card = Card {
    name: "",
    title: "",
    licence: "",
    licence_note: "",
    citation: "",
    url: "",
    files: "<name>.json, <name>.jsonl, <name>.parquet",
    kinds: &["pairwise"],
    fills: &["items", "systems", "responses", "comparisons", "features"],
    caveats: &[],
    format_verified: false,
};

/// HH-RLHF, cleaned, with scores of an ensemble.
pub(super) static STRENGTH: Named = Named {
    card: &Card {
        name: "hh_rlhf_strength",
        title: "HH-RLHF cleaned, with preference strength from ten reward models",
        licence: "NOASSERTION",
        licence_note: "made from HH-RLHF, which is MIT",
        citation: "Wang et al. (2024), Secrets of RLHF in Large Language Models Part II: Reward Modeling",
        url: "https://huggingface.co/datasets/fnlp/hh-rlhf-strength-cleaned",
        caveats: &[
            "response a is always the chosen one: outcome is 'a' in every row, and the order shown is not known",
            "scores of each reward model are features of the response, ensemble/<n>; score_a and score_b are their means as recomputed",
            "mean and standard deviation of the difference and the label of GPT-4 are in meta under upstream's names",
            DESCRIBED,
        ],
        ..CARD
    },
    read: pairs,
};

/// The mixture of 700 thousand pairs.
pub(super) static MIX: Named = Named {
    card: &Card {
        name: "preference_700k",
        title: "RLHFlow preference mixtures (preference_700K and its parts)",
        licence: "NOASSERTION",
        licence_note: "a mixture of datasets, each under terms of its own",
        citation: "Dong et al. (2024), RLHF Workflow: From Reward Modeling to Online RLHF, TMLR",
        url: "https://huggingface.co/datasets/hendrydong/preference_700K",
        caveats: &[
            "response a is always the chosen one: outcome is 'a' in every row, and the order shown is not known",
            "chosen_score and rejected_score are score_a and score_b; their scales differ between parts of the mixture",
            DESCRIBED,
        ],
        ..CARD
    },
    read: pairs,
};

fn pairs(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let split = file.stem();
    shape::each(file, out, |record, out| pair(record, split, out))
}

/// The numbers of a list; `None` when it is no list of numbers.
fn numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(json::float).collect()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Reads one pair of conversations.
fn pair(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let cut = |field: &str| {
        let value = record.value(field)?;
        shape::conversation(value)
            .ok_or_else(|| record.error(field, "a conversation that ends with an answer"))
    };
    let ((asked, good), (other, bad)) = (cut("chosen")?, cut("rejected")?);
    // Some parts of the mixtures hold the answers alone.
    let alone = asked.is_null() || asked.as_array().is_some_and(Vec::is_empty);
    let prompt = match record.get("prompt") {
        Some(prompt) if alone => prompt.clone(),
        _ => asked.clone(),
    };
    let item = shape::item(out, None, &prompt)?;
    let written = Pair::write(out, item, [(None, Some(&good)), (None, Some(&bad))])?;
    let id = out.id(record);
    let mut means = [None, None];
    let lists = ["chosen_score_list", "rejected_score_list"];
    for (n, field) in lists.into_iter().enumerate() {
        let Some(list) = record.get(field) else {
            continue;
        };
        let scores = numbers(list).ok_or_else(|| record.error(field, "a list of numbers"))?;
        if let Some(slot) = means.get_mut(n) {
            *slot = mean(&scores);
        }
        for (model, score) in scores.into_iter().enumerate() {
            let side = ["chosen", "rejected"].get(n).copied().unwrap_or_default();
            let feature = format!("ensemble/{side}/{model}");
            common::feature(out, ("comparison", &id), &feature, &Value::from(score))?;
        }
    }
    let mut row = written.row(out, &id)?;
    row.text("outcome", "a")
        .text("cohort", shape::maybe(record, "source|subset"));
    row.meta("split", split);
    let single = ["chosen_score|score_chosen", "rejected_score|score_rejected"];
    for ((column, names), mean) in ["score_a", "score_b"].into_iter().zip(single).zip(means) {
        match shape::pick(record, names) {
            Some(score) => row.value(column, score),
            None => row.float(column, mean),
        };
    }
    if other != asked {
        row.meta("rejected_prompt", other);
    }
    let mut used = vec!["chosen", "rejected", "source", "subset"];
    if alone {
        used.push("prompt");
    }
    used.extend(single.iter().flat_map(|names| names.split('|')));
    used.extend(lists);
    common::rest(&mut row, record, &used);
    row.finish()
}

/// The sets of the MORE paper.
pub(super) static MORE: Named = Named {
    card: &Card {
        name: "more_preferences",
        title: "Preference sets of On Diversified Preferences (MORE)",
        licence: "NOASSERTION",
        licence_note: "made from datasets of others, each under terms of its own",
        citation: "Zeng et al. (2024), On Diversified Preferences of Large Language Model Alignment, EMNLP Findings",
        url: "https://github.com/dunzeng/MORE",
        files: "<domain>/<split>.json, <domain>/<split>.jsonl",
        caveats: &[
            "texts come best first: a is the first, b each later one; a list of more than two gives a row for every pair",
            "the domain is the folder or, without one, the name of the file, and becomes the cohort",
            "texts hold prompt and answer in one: items hold what comes before the last turn of the assistant",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| {
        let name = shape::folder(file);
        let domain = if name.is_empty() { file.stem() } else { name };
        let split = file.stem();
        shape::each(file, out, |record, out| {
            listed(record, (domain, split), out)
        })
    },
};

fn listed(record: &Record, (domain, split): (&str, &str), out: &mut Rows<'_>) -> Result<(), Error> {
    let texts = record.list("text")?;
    let scores = match record.get("score") {
        Some(list) => numbers(list).filter(|s| s.len() == texts.len()),
        None => Some(Vec::new()),
    };
    let scores = scores.ok_or_else(|| record.error("score", "a number for each text"))?;
    if texts.len() < 2 {
        return Err(record.error("text", "at least two texts"));
    }
    let cut: Option<Vec<_>> = texts.iter().map(shape::conversation).collect();
    let cut = cut.ok_or_else(|| record.error("text", "a list of texts"))?;
    let id = out.id(record);
    for (a, (prompt, first)) in cut.iter().enumerate() {
        for (b, (other, second)) in cut.iter().enumerate().skip(a + 1) {
            let item = shape::item(out, None, prompt)?;
            let pair = Pair::write(out, item, [(None, Some(first)), (None, Some(second))])?;
            let (left, right) = (scores.get(a).copied(), scores.get(b).copied());
            let mut row = pair.row(out, &format!("{id}/{a}/{b}"))?;
            let outcome = left.zip(right).map_or("a", |(l, r)| shape::larger(l, r));
            row.text("outcome", outcome)
                .float("score_a", left)
                .float("score_b", right)
                .text("cohort", domain)
                .meta("split", split);
            if other != prompt {
                row.meta("prompt_b", other.clone());
            }
            common::rest(&mut row, record, &["text", "score"]);
            row.finish()?;
        }
    }
    Ok(())
}

/// RewardBench.
pub(super) static REWARD_BENCH: Named = Named {
    card: &Card {
        name: "reward_bench",
        title: "RewardBench pairs and results of reward models",
        licence: "ODC-By-1.0",
        licence_note: "parts of the pairs come from datasets of others",
        citation: "Lambert et al. (2024), RewardBench: Evaluating Reward Models for Language Modeling",
        url: "https://huggingface.co/datasets/allenai/reward-bench",
        files: "data/<split>.parquet, eval-set-scores/<owner>/<model>.json, eval-set/<owner>/<model>.json",
        kinds: &["pairwise", "score"],
        fills: &[
            "items",
            "systems",
            "responses",
            "annotators",
            "comparisons",
            "scores",
        ],
        caveats: &[
            "response a is always the chosen one",
            "a result file without scores of single pairs fills scores, one row per subset",
            "equal scores are a tie here; upstream counts them as half or as wrong by version, see meta.result",
            DESCRIBED,
        ],
        ..CARD
    },
    read: reward_bench,
};

fn reward_bench(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    if !shape::is(file, &["parquet", "jsonl", "json", "csv"]) {
        return Ok(false);
    }
    let split = file.stem();
    shape::each(file, out, |record, out| {
        if record.has("chosen") && record.has("rejected") {
            return gold(record, split, out);
        }
        let model = shape::word(record, "model")?.into_owned();
        match shape::pick(record, "scores_chosen|score_chosen|results") {
            Some(Value::Array(_)) => results(record, &model, out),
            _ => sections(record, &model, out),
        }
    })
}

/// One pair with what is known to be right.
fn gold(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let subset = record.opt_text("subset")?.unwrap_or_default();
    let id = shape::join(&[&subset, &shape::word(record, "id")?]);
    let prompt = record.value("prompt")?;
    let mut row = out.row("items")?;
    row.text("item", &id)
        .text("category", &*subset)
        .text("split", split);
    match prompt {
        Value::String(text) => row.text("prompt", text),
        turns => row.json("context", turns),
    };
    row.finish_once()?;
    let last = |value: &Value| match value {
        Value::Array(turns) => turns.last().and_then(shape::said),
        other => shape::said(other),
    };
    let texts = ["chosen", "rejected"].map(|f| record.get(f).and_then(last));
    let [chosen, rejected] = &texts;
    let (a, b) = (
        shape::maybe(record, "chosen_model"),
        shape::maybe(record, "rejected_model"),
    );
    let answers = [
        (a.as_deref(), chosen.as_deref()),
        (b.as_deref(), rejected.as_deref()),
    ];
    let pair = Pair::write(out, id.clone(), answers)?;
    common::annotator(out, "gold", "rule", None)?;
    let mut row = pair.row(out, &format!("{id}/gold"))?;
    row.text("annotator", "gold").text("outcome", "a");
    row.text("cohort", &*subset).meta("split", split);
    let used = [
        "id",
        "subset",
        "prompt",
        "chosen",
        "rejected",
        "chosen_model",
        "rejected_model",
    ];
    common::rest(&mut row, record, &used);
    row.finish()
}

/// Lists of results of one model, one entry per pair.
fn results(record: &Record, model: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let kind = "reward_model";
    common::annotator(out, model, kind, Some(model))?;
    let list = |names: &str| shape::pick(record, names).and_then(Value::as_array);
    let n = [
        list("scores_chosen|score_chosen"),
        list("scores_rejected|score_rejected"),
        list("results"),
    ];
    let length = n.iter().flatten().map(|l| l.len()).max().unwrap_or(0);
    let columns: Vec<(&str, &Vec<Value>)> = record
        .fields()
        .filter_map(|(name, v)| Some((name, v.as_array()?)))
        .collect();
    if let Some((name, _)) = columns.iter().find(|(_, list)| list.len() != length) {
        return Err(record.error(name, format!("a list of {length}, one entry per pair")));
    }
    for at in 0..length {
        let cell = |name: &str| {
            let list = columns.iter().find(|(n, _)| *n == name)?.1;
            list.get(at)
        };
        let subset = cell("subset").and_then(json::text).unwrap_or_default();
        let key = cell("id").and_then(json::text);
        let item = shape::join(&[&subset, &key.unwrap_or_else(|| at.to_string().into())]);
        let number = |names: &str| names.split('|').find_map(cell).and_then(json::float);
        let (a, b) = (
            number("scores_chosen|score_chosen"),
            number("scores_rejected|score_rejected"),
        );
        let result = number("results");
        let outcome = match (a.zip(b), result) {
            (Some((a, b)), _) => Some(shape::larger(a, b)),
            (None, Some(r)) => Some(shape::larger(r, 0.5)),
            _ => None,
        };
        let pair = Pair {
            item,
            ..Pair::default()
        };
        let mut row = pair.row(out, &format!("{}/{model}", pair.item))?;
        row.text("annotator", model)
            .text("cohort", &*subset)
            .float("score_a", a)
            .float("score_b", b)
            .text("outcome", outcome);
        for (name, values) in &columns {
            let taken = ["id", "subset", "scores_chosen", "scores_rejected"].contains(name);
            if let Some(value) = values.get(at).filter(|v| !taken && !v.is_null()) {
                row.meta(
                    if *name == "results" { "result" } else { name },
                    value.clone(),
                );
            }
        }
        for (name, value) in record
            .fields()
            .filter(|(n, v)| *n != "model" && !v.is_array())
        {
            row.meta(name, value.clone());
        }
        row.finish()?;
    }
    Ok(())
}

/// Accuracy of one model per subset.
fn sections(record: &Record, model: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let texts: serde_json::Map<String, Value> = record
        .fields()
        .filter(|(name, v)| *name != "model" && !v.is_number() && !v.is_null())
        .map(|(name, v)| (name.to_owned(), v.clone()))
        .collect();
    let params = if texts.is_empty() {
        Value::Null
    } else {
        Value::Object(texts)
    };
    out.row("systems")?
        .text("system", model)
        .text("kind", "model")
        .json("params", &params)
        .finish_once()?;
    for (name, value) in record.fields().filter(|(_, v)| v.is_number()) {
        let id = format!("{model}/{name}");
        let about = About {
            id: &id,
            system: Some(model),
            task: Some("reward_bench"),
            ..About::default()
        };
        let mut row = about.score(out, "accuracy", value)?;
        row.text("slice", name).bool("higher_is_better", true);
        row.finish()?;
    }
    Ok(())
}
