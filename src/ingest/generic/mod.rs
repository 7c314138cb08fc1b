//! Sources for a user's own files, with a column mapping.
//!
//! Columns are recognised by common names (which is reported) or named by the
//! user; native columns that are not taken go into `meta`.

mod ahead;
pub mod annotated_pairs;
mod columns;
#[cfg(test)]
mod columns_tests;
mod emit;
mod engine;
mod files;
#[cfg(test)]
mod forms_tests;
mod logs;
mod matrix;
mod nested;
mod outcome;
mod plan;
mod planner;
mod preflib;
mod standings;
mod suggest;
#[cfg(test)]
mod tests;
mod values;
mod words;

use super::{Card, Error, File, Input, Options, Rows, Source};
use plan::Spec;

/// The generic sources.
pub static SOURCES: &[&dyn Source] = &[
    &Generic {
        card: &PAIRWISE,
        spec: &PAIRWISE_SPEC,
    },
    &Generic {
        card: &RATINGS,
        spec: &RATINGS_SPEC,
    },
    &Generic {
        card: &RANKINGS,
        spec: &RANKINGS_SPEC,
    },
    &Generic {
        card: &SCORES,
        spec: &SCORES_SPEC,
    },
    &Generic {
        card: &LABELS,
        spec: &LABELS_SPEC,
    },
    &Generic {
        card: &logs::PREDICTIONS_CARD,
        spec: &logs::PREDICTIONS_SPEC,
    },
    &Generic {
        card: &logs::EVENTS_CARD,
        spec: &logs::EVENTS_SPEC,
    },
    &matrix::Matrix,
    &standings::Standings,
    &annotated_pairs::AnnotatedPairs,
    &preflib::PrefLib,
];

/// A source for one sort of judgement in any file format.
struct Generic {
    card: &'static Card,
    spec: &'static Spec,
}

impl Source for Generic {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn read(&self, input: &Input, options: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        let files: Vec<&File> = input.files().iter().collect();
        for file in &files {
            files::beside(file, options, out)?;
        }
        engine::read(self.spec, &files, options, out)
    }
}

const FILES: &str = "CSV, TSV, JSONL, JSON, Parquet or XLSX files, also as .gz, .zst or .zip; columns by --map, [values] and [constants]";

const OWN: Card = Card {
    name: "",
    title: "",
    licence: "",
    licence_note: "The licence is that of the files handed over.",
    citation: "",
    url: "",
    files: FILES,
    kinds: &[],
    fills: &[],
    caveats: &[
        "A line without a native key gets an id made from its content; the same line twice gets two ids.",
        "Columns are recognised by name; read the notes of the ingestion.",
    ],
    format_verified: true,
};

static PAIRWISE: Card = Card {
    name: "pairwise",
    title: "Pairwise comparisons in your own files",
    kinds: &["pairwise"],
    fills: &["comparisons", "items", "systems", "responses", "annotators"],
    caveats: &[
        "Numbers for outcomes are read only when they can mean one thing; otherwise say which by the option coding.",
        "Without a verdict column, 'chosen' counts as the winner, or the higher of two scores.",
        "A line without a native key gets an id made from its content; the same line twice gets two ids.",
    ],
    ..OWN
};

static PAIRWISE_SPEC: Spec = Spec {
    table: "comparisons",
    words: words::PAIRWISE,
    value: "outcome",
    wide: None,
    needs: &[
        &["outcome", "score_a", "text_a"],
        &["system_a", "response_a", "text_a"],
        &["system_b", "response_b", "text_b"],
    ],
    params: &["coding"],
    constants: &[],
    by_file: false,
};

static RATINGS: Card = Card {
    name: "ratings",
    title: "Ratings in your own files, long or wide",
    kinds: &["rating"],
    fills: &["ratings", "items", "systems", "responses", "annotators"],
    ..OWN
};

static RATINGS_SPEC: Spec = Spec {
    table: "ratings",
    words: words::RATINGS,
    value: "value",
    wide: Some("aspect"),
    needs: &[
        &["value"],
        &["item", "system", "response", "text", "prompt"],
    ],
    params: &[],
    constants: &[],
    by_file: false,
};

static RANKINGS: Card = Card {
    name: "rankings",
    title: "Rankings in your own files: one line per entry or per ballot, or wide",
    kinds: &["ranking"],
    fills: &["rankings", "items", "systems", "responses", "annotators"],
    ..OWN
};

static RANKINGS_SPEC: Spec = Spec {
    table: "rankings",
    words: words::RANKINGS,
    value: "rank",
    wide: Some("system"),
    needs: &[
        &["rank", "order"],
        &["entry", "system", "response", "order", "text"],
    ],
    params: &[],
    constants: &[],
    by_file: false,
};

static SCORES: Card = Card {
    name: "scores",
    title: "Scores of systems in your own files: long, wide, or nested JSON",
    kinds: &["score"],
    fills: &["scores", "items", "systems", "responses"],
    ..OWN
};

static SCORES_SPEC: Spec = Spec {
    table: "scores",
    words: words::SCORES,
    value: "value",
    wide: Some("metric"),
    needs: &[
        &["value"],
        &["metric"],
        &["system", "response", "item", "text"],
    ],
    params: &[],
    constants: &[],
    by_file: false,
};

static LABELS: Card = Card {
    name: "labels",
    title: "Labels and answers in your own files, long or wide",
    kinds: &["label"],
    fills: &["labels", "items", "systems", "responses", "annotators"],
    ..OWN
};

static LABELS_SPEC: Spec = Spec {
    table: "labels",
    words: words::LABELS,
    value: "value",
    wide: Some("field"),
    needs: &[
        &["value"],
        &["item", "system", "response", "text", "prompt"],
    ],
    params: &[],
    constants: &[],
    by_file: false,
};
