//! HPD v2 and 3DGen-Bench: choices and rankings of images, and of 3D objects.
//!
//! Wu et al. 2023, <https://arxiv.org/abs/2306.09341>; Zhang et al. 2025,
//! <https://arxiv.org/abs/2503.21745>.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named, Pair};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// HPD v2.
pub(super) static HPDV2: Named = Named {
    card: &Card {
        name: "hpdv2",
        title: "Human Preference Dataset v2 (HPD v2)",
        licence: "Apache-2.0",
        licence_note: "licence of the repository; prompts come from DiffusionDB and COCO captions",
        citation: "Wu et al. (2023), Human Preference Score v2: A Solid Benchmark for Evaluating Human Preferences of Text-to-Image Synthesis",
        url: "https://huggingface.co/datasets/ymhao/HPDv2",
        files: "train.json, test.json, benchmark/<style>.json",
        kinds: &["pairwise", "ranking"],
        fills: &[
            "items",
            "responses",
            "annotators",
            "comparisons",
            "rankings",
        ],
        caveats: &[
            "a test record has the average ranking, without annotator, and one ranking per person (raw_annotations)",
            "ranks count from 0 or 1 upstream: they are kept, the smallest being the best",
            "prompts have no key: items are made of the text",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let split = file.stem();
        match split {
            "train" | "test" => shape::each(file, out, |record, out| match record.get("rank") {
                None => choice(record, split, out),
                Some(_) => rankings(record, split, out),
            }),
            "anime" | "concept-art" | "paintings" | "photo" | "drawbench" => prompts(file, out),
            _ => Ok(false),
        }
    },
};

/// A file that is a list of prompts.
fn prompts(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let style = file.stem();
    shape::document(file, out, |record, value, out| {
        let list = value
            .as_array()
            .ok_or_else(|| record.error("value", "a list of prompts"))?;
        for (n, prompt) in list.iter().enumerate() {
            let prompt =
                json::text(prompt).ok_or_else(|| record.error("value", "a list of texts"))?;
            out.row("items")?
                .text("item", format!("benchmark/{style}/{n}"))
                .text("split", "benchmark")
                .text("category", style)
                .text("prompt", prompt)
                .finish()?;
        }
        Ok(())
    })
}

/// The images of a record, written.
fn images(record: &Record, item: &str, out: &mut Rows<'_>) -> Result<Vec<String>, Error> {
    let field = if record.has("image_path") {
        "image_path"
    } else {
        "file_path"
    };
    let mut ids = Vec::new();
    for path in record.list(field)? {
        let path = json::text(path).ok_or_else(|| record.error(field, "a list of paths"))?;
        let id = format!("{item}/{path}");
        out.row("responses")?
            .text("response", &id)
            .text("item", item)
            .text("uri", &*path)
            .text("modality", "image")
            .finish_once()?;
        ids.push(id);
    }
    Ok(ids)
}

fn choice(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = shape::item(out, None, record.value("prompt")?)?;
    let ids = images(record, &item, out)?;
    let [a, b] = ids.as_slice() else {
        return Err(record.error("file_path", "two paths"));
    };
    let prefers = record.list("human_preference")?;
    let outcome = match prefers
        .iter()
        .map(json::float)
        .collect::<Option<Vec<_>>>()
        .as_deref()
    {
        Some([a, b]) => shape::larger(*a, *b),
        _ => return Err(record.error("human_preference", "two numbers")),
    };
    let who = record.opt_text("user_hash")?;
    if let Some(who) = &who {
        common::annotator(out, who, "human_crowd", None)?;
    }
    let id = out.id(record);
    let responses = [Some(a.clone()), Some(b.clone())];
    let pair = Pair {
        item,
        responses,
        ..Pair::default()
    };
    let mut row = pair.row(out, &id)?;
    row.text("annotator", who)
        .text("outcome", outcome)
        .meta("split", split);
    let used = [
        "prompt",
        "file_path",
        "image_path",
        "human_preference",
        "user_hash",
    ];
    common::rest(&mut row, record, &used);
    row.finish()
}

fn rankings(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = shape::item(out, None, record.value("prompt")?)?;
    let ids = images(record, &item, out)?;
    let native = out.id(record);
    let average = (None, record.value("rank")?, None);
    let single = record.get("raw_annotations").and_then(Value::as_array);
    let single = single.into_iter().flatten().map(|one| {
        let who = one
            .get("user_hash")
            .and_then(json::text)
            .map(|w| w.into_owned());
        (who, one.get("rank").unwrap_or(&Value::Null), Some(one))
    });
    for (n, (who, ranks, raw)) in std::iter::once(average).chain(single).enumerate() {
        let ranks = ranks.as_array().filter(|r| r.len() == ids.len());
        let ranks = ranks.ok_or_else(|| {
            record.error("rank", format!("a rank for each of {} images", ids.len()))
        })?;
        let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        if let Some(who) = &who {
            common::annotator(out, who, "human_crowd", None)?;
        }
        // One person may rank the same images twice: the place tells them apart.
        let ranking = match &who {
            Some(_) => format!("{native}/{n}"),
            None => native.clone(),
        };
        for (id, rank) in ids.iter().zip(ranks) {
            let rank = json::float(rank).ok_or_else(|| record.error("rank", "numbers"))?;
            let mut row = out.row("rankings")?;
            row.text("ranking", &ranking)
                .text("entry", id)
                .text("item", &item)
                .text("response", id)
                .text("annotator", who.as_ref())
                .float("rank", rank)
                .int("n_ranked", count)
                .int("n_offered", count)
                .meta("split", split);
            for (key, value) in raw.and_then(Value::as_object).into_iter().flatten() {
                if !["rank", "user_hash"].contains(&key.as_str()) {
                    row.meta(key, value.clone());
                }
            }
            let used = [
                "prompt",
                "image_path",
                "file_path",
                "rank",
                "raw_annotations",
            ];
            common::rest(&mut row, record, &used);
            row.finish()?;
        }
    }
    Ok(())
}

/// 3DGen-Bench.
pub(super) static THREED: Named = Named {
    card: &Card {
        name: "threed_gen_bench",
        title: "3DGen-Bench: preferences and scores of generated 3D objects",
        licence: "NOASSERTION",
        licence_note: "see the repository",
        citation: "Zhang et al. (2025), 3DGen-Bench: Comprehensive Benchmark Suite for 3D Generative Models",
        url: "https://github.com/3DTopia/3DGen-Bench",
        files: "data/score_annotations/<split>.json, data/preference_annotation/<split>.json, prompts_510.json",
        kinds: &["rating", "pairwise"],
        fills: &["items", "systems", "responses", "ratings", "comparisons"],
        caveats: &[
            "keys of scores are <task>_<model>_<prompt index>; a model's name may hold '_'",
            "the shape of the preference files is a guess: two models (model_a, model_b), a prompt, and a verdict per dimension",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: threed,
};

fn threed(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let split = file.stem();
    if file.extension() != "json" {
        return Ok(false);
    }
    if shape::folder(file).starts_with("score") {
        out.each(common::map(file)?, |record, out| scored(record, split, out))?;
    } else if shape::folder(file).starts_with("preference") {
        return shape::each(file, out, |record, out| preferred(record, split, out));
    } else if split.starts_with("prompts") {
        return shape::document(file, out, |record, value, out| {
            let entries: Vec<(String, &Value)> = match value {
                Value::Array(list) => (0..)
                    .zip(list)
                    .map(|(n, v): (u32, _)| (n.to_string(), v))
                    .collect(),
                Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), v)).collect(),
                _ => return Err(record.error("value", "a list or an object of prompts")),
            };
            for (key, prompt) in entries {
                shape::item(out, Some(&format!("prompt/{key}")), prompt)?;
            }
            Ok(())
        });
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn scored(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let key = record.text("key")?;
    let parts = key.split_once('_').and_then(|(task, rest)| {
        let (model, prompt) = rest.rsplit_once('_')?;
        Some((task, model, prompt))
    });
    let (task, model, prompt) =
        parts.ok_or_else(|| record.error("key", "<task>_<model>_<prompt index>"))?;
    let item = format!("{task}/{prompt}");
    out.row("items")?
        .text("item", &item)
        .text("task", task)
        .text("parent", format!("prompt/{prompt}"))
        .finish_once()?;
    shape::system(out, model)?;
    out.row("responses")?
        .text("response", &*key)
        .text("item", &item)
        .text("system", model)
        .text("modality", "3d")
        .finish()?;
    let about = About {
        id: &key,
        item: Some(&item),
        system: Some(model),
        response: Some(&key),
        ..About::default()
    };
    for (name, value) in record.fields().filter(|(n, v)| *n != "key" && !v.is_null()) {
        let mut row = about.rating(out, name.trim_end_matches("_score"), value, None)?;
        row.meta("split", split).finish()?;
    }
    Ok(())
}

fn preferred(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let (a, b) = (
        "model_a|method_a|model1|method1|left",
        "model_b|method_b|model2|method2|right",
    );
    let (prompt, task) = ("prompt_id|prompt_idx|prompt|id", "task");
    let (left, right) = (shape::word(record, a)?, shape::word(record, b)?);
    let item = shape::join(&[
        &shape::maybe(record, task).unwrap_or_default(),
        &shape::word(record, prompt)?,
    ]);
    let pair = Pair::write(out, item, [(Some(&*left), None), (Some(&*right), None)])?;
    let native = out.id(record);
    let used: Vec<&str> = [a, b, prompt, task]
        .iter()
        .flat_map(|n| n.split('|'))
        .collect();
    let verdict = |v: &Value| shape::outcome(v).or_else(|| common::one_two(v));
    let found: Vec<(&str, &Value)> = record
        .fields()
        .filter(|(name, v)| !used.contains(name) && verdict(v).is_some())
        .collect();
    if found.is_empty() {
        return Err(record.wrong("a field per dimension with a verdict such as left, right, tie"));
    }
    let mut taken = used.clone();
    taken.extend(found.iter().map(|(name, _)| *name));
    for (aspect, value) in &found {
        let mut row = pair.row(out, &format!("{native}/{aspect}"))?;
        row.text("aspect", *aspect)
            .text("outcome", verdict(value))
            .meta("split", split);
        common::rest(&mut row, record, &taken);
        row.finish()?;
    }
    Ok(())
}
