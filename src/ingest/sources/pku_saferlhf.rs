//! PKU-SafeRLHF: which answer is better, which is safer, and what is wrong
//! with each.
//!
//! Ji et al. 2024, <https://arxiv.org/abs/2406.15513>.

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named, Pair};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// The source.
pub(super) static SAFE_RLHF: Named = Named {
    card: &Card {
        name: "pku_saferlhf",
        title: "PKU-SafeRLHF",
        licence: "CC-BY-NC-4.0",
        licence_note: "",
        citation: "Ji et al. (2024), PKU-SafeRLHF: Towards Multi-Level Safety Alignment for LLMs with Human Preference",
        url: "https://huggingface.co/datasets/PKU-Alignment/PKU-SafeRLHF",
        files: "data/<source>/{train,test}.jsonl, or the same as .jsonl.xz unpacked, .json or .parquet",
        kinds: &["pairwise", "label"],
        fills: &[
            "items",
            "systems",
            "responses",
            "comparisons",
            "labels",
            "features",
        ],
        caveats: &[
            "two comparisons per record: helpfulness and safety; response 0 is a",
            "labels of a response come again with each pair it is in: each is a row",
            "the text is offensive in places",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file: &File, out| {
        let split = file.stem();
        shape::each(file, out, |record, out| pair(record, split, out))
    },
};

fn pair(record: &Record, split: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let item = shape::item(out, None, record.value("prompt")?)?;
    let texts = [record.text("response_0")?, record.text("response_1")?];
    let [a, b] = &texts;
    let source = |n: &str| record.opt_text(&format!("response_{n}_source"));
    let (from_a, from_b) = (source("0")?, source("1")?);
    let answers = [
        (from_a.as_deref(), Some(&**a)),
        (from_b.as_deref(), Some(&**b)),
    ];
    let pair = Pair::write(out, item, answers)?;
    let native = out.id(record);
    let mut used = vec![
        "prompt",
        "response_0",
        "response_1",
        "response_0_source",
        "response_1_source",
        "better_response_id",
        "safer_response_id",
    ];
    let own: Vec<&str> = record
        .fields()
        .map(|(name, _)| name)
        .filter(|name| {
            let at = name.strip_prefix("is_").unwrap_or(name);
            at.starts_with("response_0_") || at.starts_with("response_1_")
        })
        .filter(|name| !used.contains(name))
        .collect();
    used.extend(&own);
    for (field, aspect) in [
        ("better_response_id", "helpfulness"),
        ("safer_response_id", "safety"),
    ] {
        let outcome = match record.opt_int(field)? {
            None => None,
            Some(0) => Some("a"),
            Some(1) => Some("b"),
            Some(-1) => Some("tie"),
            Some(_) => return Err(record.error(field, "0, 1 or -1")),
        };
        let mut row = pair.row(out, &format!("{native}/{aspect}"))?;
        row.text("aspect", aspect)
            .text("outcome", outcome)
            .meta("split", split);
        common::rest(&mut row, record, &used);
        row.finish()?;
    }
    for name in own {
        said(record, name, (&native, &pair), out)?;
    }
    Ok(())
}

/// What is said of one response by the field `name`.
fn said(
    record: &Record,
    name: &str,
    (native, pair): (&str, &Pair),
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let value = record.get(name).unwrap_or(&Value::Null);
    let at = usize::from(name.contains("response_1_"));
    let field = name.replace("response_0_", "").replace("response_1_", "");
    let field = if field == "is_safe" {
        field
    } else {
        field.trim_start_matches("is_").to_owned()
    };
    let id = format!("{native}/{at}");
    let about = About {
        id: &id,
        item: Some(&pair.item),
        system: pair.systems.get(at).and_then(Option::as_deref),
        response: pair.responses.get(at).and_then(Option::as_deref),
        ..About::default()
    };
    match value {
        Value::Null => {}
        digest if field == "sha256" => {
            let response = about.response.unwrap_or_default();
            common::feature(out, ("response", response), &field, digest)?;
        }
        Value::Object(map) => {
            for (category, on) in map {
                let on = json::boolean(on).map_or_else(|| on.clone(), Value::from);
                about
                    .label(out, &format!("{field}/{category}"), &on)?
                    .finish()?;
            }
        }
        other => about.label(out, &field, other)?.finish()?,
    }
    Ok(())
}
