//! HH-RLHF: pairs of conversations, one chosen, one rejected.
//!
//! A conversation is text with `\n\nHuman:` and `\n\nAssistant:` between
//! turns; what both have up to the last answer is the prompt.
//! Bai et al. 2022, <https://arxiv.org/abs/2204.05862>.

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source};

/// The source.
pub struct HhRlhf;

static CARD: Card = Card {
    name: "hh_rlhf",
    title: "HH-RLHF: helpfulness and harmlessness",
    licence: "MIT",
    licence_note: "",
    citation: "Bai et al. (2022), Training a Helpful and Harmless Assistant with Reinforcement Learning from Human Feedback",
    url: "https://github.com/anthropics/hh-rlhf",
    files: "<subset>/{train,test}.jsonl.gz",
    kinds: &["pairwise"],
    fills: &["items", "responses", "comparisons"],
    caveats: &[
        "response a is always the chosen one: outcome is 'a' in every row, and the order shown is not known",
        "items and responses have no key upstream: theirs are digests of the text",
        "where the two conversations differ before the last answer, the item is the chosen one's prompt, and meta.rejected_prompt has the other",
        "the text is offensive in places",
    ],
    format_verified: true,
};

const TURN: &str = "\n\nAssistant:";

impl Source for HhRlhf {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match (file.stem(), file.extension().as_str()) {
                ("train" | "test", "jsonl") => pairs(file, out)?,
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "<subset>/train.jsonl, <subset>/test.jsonl, or either with .gz",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// A conversation as prompt and last answer.
fn cut<'r>(record: &Record, field: &str, text: &'r str) -> Result<(&'r str, &'r str), Error> {
    text.rsplit_once(TURN)
        .map(|(prompt, answer)| (prompt, answer.strip_prefix(' ').unwrap_or(answer)))
        .ok_or_else(|| record.error(field, "a conversation with a turn of the assistant"))
}

/// Reads one split of one subset.
fn pairs(file: &File, out: &mut Rows<'_>) -> Result<(), Error> {
    let split = file.stem();
    let subset = common::parts(file)
        .into_iter()
        .rev()
        .nth(1)
        .unwrap_or_default()
        .to_owned();
    out.each(common::records(file)?, |record, out| {
        let (chosen, rejected) = (record.text("chosen")?, record.text("rejected")?);
        let (prompt, good) = cut(record, "chosen", &chosen)?;
        let (other, bad) = cut(record, "rejected", &rejected)?;
        let item = common::content_id(&[prompt]);
        out.row("items")?
            .text("item", &item)
            .text("prompt", prompt)
            .finish_once()?;
        let mut ids = Vec::with_capacity(2);
        for text in [good, bad] {
            let id = format!("{item}/{}", common::content_id(&[text]));
            out.row("responses")?
                .text("response", &id)
                .text("item", &item)
                .text("modality", "text")
                .int("n_chars", common::chars(text))
                .bool("blank", text.is_empty())
                .text("text", text)
                .finish_once()?;
            ids.push(id);
        }
        let number = record.number();
        let parts = [&*subset, split, &number.to_string()];
        let mut row = out.row("comparisons")?;
        row.text(
            "comparison",
            parts
                .into_iter()
                .filter(|p| !p.is_empty())
                .collect::<Vec<_>>()
                .join("/"),
        )
        .text("item", &item)
        .text("response_a", ids.first())
        .text("response_b", ids.get(1))
        .text("cohort", (!subset.is_empty()).then_some(&subset))
        .text("outcome", "a");
        row.meta("split", split);
        if other != prompt {
            row.meta("rejected_prompt", other);
        }
        common::rest(&mut row, record, &["chosen", "rejected"]);
        row.finish()
    })
}
