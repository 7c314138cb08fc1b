//! GenAI-Bench (compositional): ratings of images, videos and 3D objects, and
//! metrics beside them.
//!
//! Files are JSON objects from a prompt's key to its models, whose values are
//! lists of ratings (`genai_image.json`, `stanfordt23d.json`), lists of one
//! mean (`t2vscore_*_score.json`) or named numbers stored as text
//! (`*_teaser.json`). Li et al. 2024, <https://arxiv.org/abs/2406.13743>.

use serde_json::Value;

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source, json};

/// The source.
pub struct GenAiBench;

static CARD: Card = Card {
    name: "genai_bench",
    title: "GenAI-Bench (compositional text-to-visual generation)",
    licence: "Apache-2.0",
    licence_note: "licence of the repository the files were released in",
    citation: "Li et al. (2024), GenAI-Bench: Evaluating and Improving Compositional Text-to-Visual Generation, CVPR Workshop",
    url: "https://github.com/linzhiqiu/t2v_metrics",
    files: "genai_image.json, genai_skills.json, genai_image_teaser.json, genai_video_teaser.json, datasets/{stanfordt23d,tifa160,t2vscore_alignment_score,t2vscore_quality_score}.json, datasets/{t2vscore_results,dsg_tifa160_anns}.csv",
    kinds: &["rating", "score"],
    fills: &[
        "items",
        "systems",
        "responses",
        "annotators",
        "ratings",
        "scores",
        "features",
    ],
    caveats: &[
        "a prompt's key and its field id differ in places: items use the key, the id is in meta",
        "raters are known by place in a list only; rater1 of two prompts need not be one person",
        "genai_image.json has ratings of 41 and 33 on a scale of 1 to 5: their value is NULL, label has the number",
        "genai_skills.json, from skill to numbers of prompts, was not at hand to check: it becomes features skill/<name> of the items of genai_image",
        "means over raters (t2vscore, 'human' of the teasers) are scores, not ratings",
    ],
    format_verified: true,
};

const EXPECTED: &str = "genai_image.json, genai_image_teaser.json, genai_video_teaser.json, stanfordt23d.json, tifa160.json, genai_skills.json, t2vscore_alignment_score.json, t2vscore_quality_score.json, t2vscore_results.csv, dsg_tifa160_anns.csv";

impl Source for GenAiBench {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match common::base(file) {
                "genai_image.json" => prompts(file, "genai_image", "image", out)?,
                "stanfordt23d.json" => prompts(file, "stanfordt23d", "3d", out)?,
                "genai_image_teaser.json" => teaser(file, "genai_image_teaser", out)?,
                "genai_video_teaser.json" => teaser(file, "genai_video_teaser", out)?,
                "t2vscore_alignment_score.json" => means(file, "human_alignment", out)?,
                "t2vscore_quality_score.json" => means(file, "human_quality", out)?,
                "t2vscore_results.csv" => out.each(common::comma(file)?, metrics)?,
                "genai_skills.json" => skills(file, out)?,
                "tifa160.json" => images(file, out)?,
                "dsg_tifa160_anns.csv" => out.each(common::comma(file)?, tifa_rating)?,
                _ if common::is_paperwork(file, out) => {}
                _ => return Err(common::unknown(file, EXPECTED)),
            }
        }
        Ok(())
    }
}

/// Writes the item of one entry; gives its id.
fn item(record: &Record, set: &str, out: &mut Rows<'_>) -> Result<String, Error> {
    let key = record.text("key")?;
    let item = format!("{set}/{key}");
    let mut row = out.row("items")?;
    row.text("item", &item)
        .text("task", set)
        .text("prompt", record.text("prompt")?);
    if record.opt_text("id")?.is_some_and(|id| *id != *key) {
        row.meta("id", record.value("id")?.clone());
    }
    common::rest(&mut row, record, &["key", "id", "prompt", "models"]);
    row.finish_once()?;
    Ok(item)
}

/// Reads lists of ratings.
fn prompts(file: &File, set: &str, modality: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    out.each(common::map(file)?, |record, out| {
        let item = item(record, set, out)?;
        for (system, values) in record.object("models")? {
            let values = values
                .as_array()
                .ok_or_else(|| record.error("models", "a list of ratings per model"))?;
            common::system(out, system, "model")?;
            let response = format!("{item}/{system}");
            out.row("responses")?
                .text("response", &response)
                .text("item", &item)
                .text("system", system)
                .text("modality", modality)
                .finish()?;
            for (n, native) in (1..).zip(values) {
                let rater = format!("{set}/rater{n}");
                common::annotator(out, &rater, "human", None)?;
                let number =
                    json::float(native).ok_or_else(|| record.error("models", "numbers"))?;
                let value = Some(number).filter(|v| (1.0..=5.0).contains(v));
                let mut row = out.row("ratings")?;
                row.text("rating", format!("{response}/rater{n}"))
                    .text("item", &item)
                    .text("system", system)
                    .text("response", &response)
                    .text("annotator", rater)
                    .float("value", value)
                    .float("scale_min", 1.0)
                    .float("scale_max", 5.0);
                if value.is_none() {
                    row.text("label", json::canonical(native));
                }
                row.finish()?;
            }
        }
        Ok(())
    })
}

/// Writes one score.
fn score(
    out: &mut Rows<'_>,
    (item, system, metric): (&str, &str, &str),
    value: f64,
    higher: Option<bool>,
) -> Result<(), Error> {
    out.row("scores")?
        .text("score", format!("{item}/{system}/{metric}"))
        .text("system", system)
        .text("task", item.split('/').next())
        .text("metric", metric)
        .text("item", item)
        .float("value", value)
        .bool("higher_is_better", higher)
        .finish()
}

/// Reads named numbers stored as text.
fn teaser(file: &File, set: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    out.each(common::map(file)?, |record, out| {
        let item = item(record, set, out)?;
        for (system, numbers) in record.object("models")? {
            let numbers = numbers
                .as_object()
                .ok_or_else(|| record.error("models", "named numbers per model"))?;
            common::system(out, system, "model")?;
            for (metric, native) in numbers {
                let value = json::float(native)
                    .ok_or_else(|| record.error("models", format!("a number in '{metric}'")))?;
                score(
                    out,
                    (&item, system, metric),
                    value,
                    Some(!metric.ends_with("_rank")),
                )?;
            }
        }
        Ok(())
    })
}

/// Reads the numbers of the prompts that need a skill.
fn skills(file: &File, out: &mut Rows<'_>) -> Result<(), Error> {
    out.each(common::map(file)?, |record, out| {
        let skill = format!("skill/{}", record.text("key")?);
        for native in record.list("value")? {
            let key = match json::int(native) {
                Some(number) => format!("{number:05}"),
                None => return Err(record.error("value", "a list of numbers of prompts")),
            };
            let item = format!("genai_image/{key}");
            common::feature(out, ("item", &item), &skill, &Value::from(1.0))?;
        }
        Ok(())
    })
}

/// Reads lists of one mean each.
fn means(file: &File, metric: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    out.each(common::map(file)?, |record, out| {
        let item = item(record, "t2vscore", out)?;
        for (system, native) in record.object("models")? {
            let [native] = native.as_array().map(Vec::as_slice).unwrap_or_default() else {
                return Err(record.error("models", "a list of one mean per model"));
            };
            let value = json::float(native).ok_or_else(|| record.error("models", "numbers"))?;
            common::system(out, system, "model")?;
            score(out, (&item, system, metric), value, Some(true))?;
        }
        Ok(())
    })
}

/// Reads one line of metrics.
fn metrics(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (system, item) = (
        record.text("model_name")?,
        format!("t2vscore/{}", record.text("video_id")?),
    );
    out.row("items")?
        .text("item", &item)
        .text("task", "t2vscore")
        .text("prompt", record.text("prompt")?)
        .finish_once()?;
    common::system(out, &system, "model")?;
    let known = ["model_name", "video_id", "prompt"];
    for (metric, native) in record.fields().filter(|(name, _)| !known.contains(name)) {
        let value = json::float(native).ok_or_else(|| record.error(metric, "a number"))?;
        score(out, (&item, &system, metric), value, Some(true))?;
    }
    Ok(())
}

/// Reads the list of TIFA images.
fn images(file: &File, out: &mut Rows<'_>) -> Result<(), Error> {
    out.each(common::map(file)?, |record, out| {
        let (key, text_id) = (record.text("key")?, record.text("text_id")?);
        let Some(system) = key
            .strip_prefix(&*text_id)
            .and_then(|rest| rest.strip_prefix('_'))
        else {
            return Err(record.error("key", "text_id, '_' and the model"));
        };
        let item = format!("tifa160/{text_id}");
        let text: Option<&Value> = record.get("text");
        out.row("items")?
            .text("item", &item)
            .text("task", "tifa160")
            .text("prompt", text.and_then(Value::as_str))
            .finish_once()?;
        common::system(out, system, "model")?;
        let mut row = out.row("responses")?;
        row.text("response", &*key)
            .text("item", item)
            .text("system", system)
            .text("uri", record.opt_text("image_path")?)
            .text("modality", "image");
        common::rest(&mut row, record, &["key", "text_id", "image_path", "text"]);
        row.finish()
    })
}

/// Name of a model in `tifa160.json`, from its name in the ratings.
fn tifa_system(name: &str) -> String {
    match name.strip_prefix("sd").and_then(|v| v.split_once("dot")) {
        Some((major, minor)) => format!("stable_diffusion_v{major}_{minor}"),
        None => name.replace('-', "_"),
    }
}

/// Reads one rating of a TIFA image.
fn tifa_rating(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (source, native, worker) = (
        record.text("source_id")?,
        record.text("model_type")?,
        record.text("worker_id")?,
    );
    let system = tifa_system(&native);
    let response = format!("{source}_{system}");
    common::system(out, &system, "model")?;
    common::annotator(out, &worker, "human_crowd", None)?;
    let mut row = out.row("ratings")?;
    row.text("rating", format!("{response}/{worker}"))
        .text("item", format!("tifa160/{source}"))
        .text("system", system)
        .text("response", response)
        .text("annotator", worker)
        .text("aspect", "consistency")
        .float("value", record.float("answer")?)
        .float("scale_min", 1.0)
        .float("scale_max", 5.0);
    common::rest(&mut row, record, &["source_id", "worker_id", "answer"]);
    row.finish()
}
