//! Surveys and experiments with people: the General Social Survey, ValuePrism,
//! DisElect, and a debate trial.
//!
//! Davern et al. 2024, <https://gss.norc.org>; Sorensen et al. 2024,
//! <https://arxiv.org/abs/2309.00779>; Williams et al. 2024,
//! <https://arxiv.org/abs/2408.06731>; Salvi et al. 2024,
//! <https://arxiv.org/abs/2403.14380>.

use serde_json::{Map, Value};

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::{Card, Error, Record, Rows};

/// The General Social Survey.
pub(super) static GSS: Named = Named {
    card: &Card {
        name: "gss",
        title: "General Social Survey, one column per question",
        licence: "NOASSERTION",
        licence_note: "public data of NORC; cite it, and do not try to identify respondents",
        citation: "Davern et al. (2024), General Social Survey 1972-2022, NORC at the University of Chicago",
        url: "https://gss.norc.org/get-the-data",
        files: "<name>.csv with columns year and id, exported from the Stata or SPSS file",
        kinds: &["label"],
        fills: &["annotators", "labels"],
        caveats: &[
            "every column but year, id, weights and attributes of the respondent is a label; an empty cell is no row",
            "the respondent is <year>/<id>, weighted by wtssps, wtssall, wtssnrps or wtssnr, the first there is; other weights are in annotators.meta",
            "Stata and SPSS files are not read: export them as CSV",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| match shape::is(file, &["csv", "tsv", "parquet"]) {
        true => shape::each(file, out, respondent),
        false => Ok(false),
    },
};

const WEIGHTS: &str = "wtssps|wtssall|wtssnrps|wtssnr|WTSSPS|WTSSALL|WTSSNRPS|WTSSNR|weight";
const PERSON: [&str; 12] = [
    "age", "sex", "race", "educ", "degree", "region", "income", "marital", "hispanic", "born",
    "cohort", "relig",
];

fn respondent(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (year, id) = (
        shape::word(record, "year|YEAR")?,
        shape::word(record, "id|ID|id_|respid")?,
    );
    let who = format!("{year}/{id}");
    let mut person = Map::new();
    let mut asked: Vec<(&str, &Value)> = Vec::new();
    let mut row = out.row("annotators")?;
    row.text("annotator", &who)
        .text("kind", "human")
        .text("cohort", &*year);
    let weight = WEIGHTS.split('|').find(|name| record.get(name).is_some());
    if let Some(value) = weight.and_then(|name| record.get(name)) {
        row.value("weight", value);
    }
    for (name, value) in record.fields().filter(|(_, v)| !v.is_null()) {
        let lower = name.to_lowercase();
        if ["year", "id", "id_", "respid"].contains(&lower.as_str()) || Some(name) == weight {
            continue;
        }
        if PERSON.contains(&lower.as_str()) {
            person.insert(lower, value.clone());
        } else if lower.starts_with("wt")
            || lower.starts_with("vstrat")
            || lower.starts_with("vpsu")
        {
            row.meta(name, value.clone());
        } else {
            asked.push((name, value));
        }
    }
    row.json(
        "demographics",
        &if person.is_empty() {
            Value::Null
        } else {
            Value::Object(person)
        },
    );
    row.finish()?;
    let about = About {
        id: &who,
        annotator: Some(&who),
        ..About::default()
    };
    for (question, value) in asked {
        let mut row = about.label(out, question, value)?;
        row.text("cohort", &*year).finish()?;
    }
    Ok(())
}

/// ValuePrism.
pub(super) static VALUEPRISM: Named = Named {
    card: &Card {
        name: "value_prism",
        title: "ValuePrism: values, rights and duties of situations",
        licence: "LicenseRef-AI2-ImpACT-MR",
        licence_note: "AI2 ImpACT License, medium risk; gated",
        citation: "Sorensen et al. (2024), Value Kaleidoscope: Engaging AI with Pluralistic Human Values, Rights, and Duties, AAAI",
        url: "https://huggingface.co/datasets/allenai/ValuePrism",
        files: "full/full.csv, {generative,relevance,valence,explanation,mixture}/<split>.csv",
        kinds: &["label"],
        fills: &["items", "annotators", "labels"],
        caveats: &[
            "an item is a situation; a label per value, right or duty: field <kind>/<text>, value the valence",
            "configurations with input and output only are read as labels of field <configuration>",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| {
        let set = shape::folder(file);
        let set = if set.is_empty() { file.stem() } else { set };
        shape::each(file, out, |record, out| value(record, set, out))
    },
};

fn value(record: &Record, set: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let judge = "gpt-4";
    common::annotator(out, judge, "llm", Some(judge))?;
    let native = out.id(record);
    if let (None, Some(input)) = (shape::pick(record, "situation|action"), record.get("input")) {
        let item = shape::item(out, None, input)?;
        let about = About {
            id: &native,
            item: Some(&item),
            annotator: Some(judge),
            ..About::default()
        };
        let mut row = about.label(out, set, record.value("output")?)?;
        common::rest(&mut row, record, &["input", "output"]);
        return row.finish();
    }
    let item = shape::item(out, None, shape::need(record, "situation|action")?)?;
    let (kind, text) = (
        shape::word(record, "vrd")?,
        shape::word(record, "text|vrd_text")?,
    );
    let about = About {
        id: &native,
        item: Some(&item),
        annotator: Some(judge),
        ..About::default()
    };
    let verdict = shape::pick(record, "valence|label")
        .cloned()
        .unwrap_or_default();
    let mut row = about.label(out, &format!("{kind}/{text}"), &verdict)?;
    let columns = [("rationale", "explanation")];
    let used = ["situation", "action", "vrd", "text", "vrd_text", "valence"];
    shape::fill(&mut row, record, &columns, &used);
    row.finish()
}

/// DisElect.
pub(super) static DISELECT: Named = Named {
    card: &Card {
        name: "diselect",
        title: "DisElect: refusals and humanness of election disinformation",
        licence: "NOASSERTION",
        licence_note: "see the repository",
        citation: "Williams et al. (2024), Large language models can consistently generate high-quality content for election disinformation operations",
        url: "https://arxiv.org/abs/2408.06731",
        files: "<name>.csv with a model, a prompt and a verdict (refusal), or with a rater, a text and a guess",
        kinds: &["label"],
        fills: &["items", "systems", "annotators", "labels"],
        caveats: &[
            "names of the columns are not known for certain: several are tried, and the error names those expected",
            "a refusal verdict has field refusal, a guess has field humanness",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| shape::each(file, out, diselect),
};

fn diselect(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let (systems, prompts) = (
        "model|system|source",
        "prompt|prompt_text|item|text|content",
    );
    let (raters, texts) = (
        "rater|participant|participant_id|annotator|judge",
        "response|output",
    );
    let (refusal, guess) = (
        "refusal|refused|verdict",
        "guess|humanness|judgement|judgment",
    );
    let item = shape::item(out, None, shape::need(record, prompts)?)?;
    let system = shape::maybe(record, systems);
    if let Some(system) = &system {
        common::system(
            out,
            system,
            if system == "human" { "human" } else { "model" },
        )?;
    }
    let rater = shape::maybe(record, raters);
    let (field, value) = match (shape::pick(record, refusal), shape::pick(record, guess)) {
        (Some(value), _) => ("refusal", value),
        (None, Some(value)) => ("humanness", value),
        _ => return Err(record.wrong(format!("a verdict ({refusal}) or a guess ({guess})"))),
    };
    if let Some(rater) = &rater {
        let kind = if field == "refusal" {
            "llm"
        } else {
            "human_crowd"
        };
        common::annotator(out, rater, kind, None)?;
    }
    let native = out.id(record);
    let about = About {
        id: &native,
        item: Some(&item),
        system: system.as_deref(),
        annotator: rater.as_deref(),
        ..About::default()
    };
    let mut row = about.label(out, field, value)?;
    let used: Vec<&str> = [
        systems,
        prompts,
        raters,
        if field == "refusal" { refusal } else { guess },
    ]
    .iter()
    .filter_map(|names| names.split('|').find(|n| record.get(n).is_some()))
    .collect();
    shape::fill(&mut row, record, &[("rationale", texts)], &used);
    row.finish()
}

/// Conversational persuasiveness.
pub(super) static PERSUASION: Named = Named {
    card: &Card {
        name: "debate_persuasion",
        title: "Conversational persuasiveness of GPT-4: agreement before and after a debate",
        licence: "NOASSERTION",
        licence_note: "see the release",
        citation: "Salvi et al. (2024), On the Conversational Persuasiveness of Large Language Models: A Randomized Controlled Trial",
        url: "https://github.com/frasalvi/debategpt",
        files: "<name>.csv with a participant, a treatment, a topic and the agreement before and after",
        kinds: &["rating"],
        fills: &["items", "systems", "annotators", "ratings"],
        caveats: &[
            "names of the columns are not known for certain: several are tried, and the error names those expected",
            "agreement is a rating with phase pre or post; the treatment is the system (kind arm)",
            "other columns, demographics included, are in meta of the rating of phase pre",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file, out| match shape::is(file, &["csv", "tsv"]) {
        true => shape::each(file, out, debate),
        false => Ok(false),
    },
};

fn debate(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let names = [
        (
            "participant|participantId|participant_id|playerID|player_id|id",
            "",
        ),
        ("treatment|treatmentType|treatment_type|condition|arm", ""),
        ("topic|topicId|topic_id|proposition|debate", ""),
        (
            "agreement_pre|agreementPreTreatment|pre|agreement_before|agreementPre",
            "pre",
        ),
        (
            "agreement_post|agreementPostTreatment|post|agreement_after|agreementPost",
            "post",
        ),
    ];
    let who = shape::word(record, names[0].0)?;
    let arm = shape::word(record, names[1].0)?;
    let topic = shape::maybe(record, names[2].0);
    common::annotator(out, &who, "human_crowd", None)?;
    common::system(out, &arm, "arm")?;
    if let Some(topic) = &topic {
        out.row("items")?.text("item", &**topic).finish_once()?;
    }
    let used: Vec<&str> = names
        .iter()
        .filter_map(|(names, _)| names.split('|').find(|n| record.get(n).is_some()))
        .collect();
    let native = out.id(record);
    let about = About {
        id: &native,
        item: topic.as_deref(),
        system: Some(&arm),
        annotator: Some(&who),
        ..About::default()
    };
    for (names, phase) in names.iter().filter(|(_, phase)| !phase.is_empty()) {
        let asked = names.split('|').any(|name| record.has(name));
        let value = match shape::pick(record, names) {
            None if asked => &Value::Null,
            _ => shape::need(record, names)?,
        };
        let mut row = about.rating(out, "agreement", value, Some((1.0, 5.0)))?;
        row.text("rating", format!("{native}/{phase}"))
            .text("phase", *phase);
        if *phase == "pre" {
            common::rest(&mut row, record, &used);
        }
        row.finish()?;
    }
    Ok(())
}
