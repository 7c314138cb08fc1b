//! Probabilities a reward is made of: APC, of statements on a persona, and
//! FLR, of follow-up utterances.
//!
//! Peng et al. 2024, <https://arxiv.org/abs/2405.07726>; Zhang et al. 2024,
//! <https://arxiv.org/abs/2409.13948>.

use super::common;
use super::shape::{self, DESCRIBED, Named};
use crate::ingest::{Card, Error, Record, Rows, json};

const CARD: Card = Card {
    name: "",
    title: "",
    licence: "NOASSERTION",
    licence_note: "",
    citation: "",
    url: "",
    files: "",
    kinds: &[],
    fills: &[],
    caveats: &[],
    format_verified: false,
};

/// APC.
pub(super) static APC: Named = Named {
    card: &Card {
        name: "apc",
        title: "APC: probabilities that statements on a persona matter and are kept to",
        licence_note: "see the repository",
        citation: "Peng et al. (2024), Quantifying and Optimizing Global Faithfulness in Persona-driven Role-playing, NeurIPS",
        url: "https://github.com/KomeijiForce/Active_Passive_Constraint_Koishiday_2024",
        files: "<name>.json, <name>.jsonl",
        kinds: &["edge", "rating"],
        fills: &["items", "responses", "systems", "edges", "ratings"],
        caveats: &[
            "edges go from the statement to the query (kinds relevant, irrelevant) and to the response (kinds contradicted, neutral, entailed), with the probability as weight; the context is the query",
            "relevance is [no, yes], inference is [contradicted, neutral, entailed]",
            "a number called human or human_score is a rating of the response",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| match shape::is(file, &["json", "jsonl"]) {
        true => shape::each(file, out, apc),
        false => Ok(false),
    },
};

fn apc(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let relevance = "relevance|relevance_probs|relevance_prob";
    let inference = "nli|nli_probs|entailment|nli_prob";
    let statement = shape::word(record, "statement|persona_statement")?;
    let query = shape::need(record, "query|question")?;
    let item = shape::item(out, None, query)?;
    let character = shape::maybe(record, "character|persona");
    let source = shape::join(&[&character.unwrap_or_default(), &statement]);
    let text = shape::word(record, "response|answer")?;
    let system = shape::maybe(record, "model|system");
    let response = shape::answer(out, &item, system.as_deref(), &text)?;
    let parts = [
        (relevance, &item, ["irrelevant", "relevant", ""]),
        (
            inference,
            &response,
            ["contradicted", "neutral", "entailed"],
        ),
    ];
    for (names, target, kinds) in parts {
        let list = shape::need(record, names)?;
        let probabilities = list
            .as_array()
            .map(|l| l.iter().map(json::float).collect::<Option<Vec<_>>>());
        let probabilities = probabilities
            .flatten()
            .filter(|p| p.len() == kinds.iter().filter(|k| !k.is_empty()).count());
        let probabilities = probabilities.ok_or_else(|| {
            record
                .wrong("a list of 2 (relevance) or 3 (inference) probabilities")
                .field(names.split('|').next().unwrap_or_default())
        })?;
        for (kind, weight) in kinds.into_iter().zip(probabilities) {
            let mut row = out.row("edges")?;
            row.text("kind", kind)
                .text("src", &source)
                .text("dst", target)
                .text("context", &item)
                .float("weight", weight);
            if kind == "entailed" {
                let used: Vec<&str> = [
                    relevance,
                    inference,
                    "statement|persona_statement",
                    "query|question",
                    "response|answer",
                    "model|system",
                    "character|persona",
                    "human_score|human",
                ]
                .iter()
                .flat_map(|n| n.split('|'))
                .collect();
                common::rest(&mut row, record, &used);
            }
            row.finish_once()?;
        }
    }
    if let Some(human) = shape::pick(record, "human_score|human") {
        let id = response.clone();
        let about = shape::About {
            id: &id,
            item: Some(&item),
            response: Some(&response),
            ..shape::About::default()
        };
        about.rating(out, "human", human, None)?.finish_once()?;
    }
    Ok(())
}

/// FLR.
pub(super) static FLR: Named = Named {
    card: &Card {
        name: "flr",
        title: "Follow-up likelihood as reward: log-likelihoods of follow-up utterances",
        licence_note: "see the repository",
        citation: "Zhang et al. (2024), Aligning Language Models Using Follow-up Likelihood as Reward Signal",
        url: "https://github.com/e0397123/FLR",
        files: "<benchmark>_accept<suffix>.json and <benchmark>_reject<suffix>.json, or the same as .jsonl",
        kinds: &["pairwise", "feature"],
        fills: &["responses", "features", "comparisons"],
        caveats: &[
            "line n of accept and line n of reject are one pair: the comparison says that a, the accepted one, is right",
            "features are follow_up/positive/<n> and follow_up/negative/<n> of the response",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| {
        let stem = file.stem().to_lowercase();
        let side = ["accept", "reject"].into_iter().find(|s| stem.contains(s));
        match side.filter(|_| shape::is(file, &["json", "jsonl"])) {
            Some(side) => shape::each(file, out, |record, out| follow_up(record, &stem, side, out)),
            None => Ok(false),
        }
    },
};

fn follow_up(record: &Record, stem: &str, side: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let set = stem.replace(side, "");
    let set = set.replace("__", "_");
    let pair = format!("{}/{}", set.trim_matches('_'), record.number());
    let response = format!("{pair}/{side}");
    let mut row = out.row("responses")?;
    row.text("response", &response)
        .text("text", shape::maybe(record, "response|text"));
    common::rest(
        &mut row,
        record,
        &["positive", "negative", "response", "text"],
    );
    row.finish()?;
    for sign in ["positive", "negative"] {
        for (n, value) in record.list(sign)?.iter().enumerate() {
            common::feature(
                out,
                ("response", &response),
                &format!("follow_up/{sign}/{n}"),
                value,
            )?;
        }
    }
    if side == "accept" {
        out.row("comparisons")?
            .text("comparison", &pair)
            .text("response_a", &response)
            .text("response_b", format!("{pair}/reject"))
            .text("outcome", "a")
            .finish()?;
    }
    Ok(())
}
