//! The page on sources in the reference is written from the cards.

use std::fmt::Write as _;

use crate::ingest::sources::shape::SCHEMA;
use crate::ingest::{Card, all};

fn entry(card: &Card, page: &mut String) {
    let list = |items: &[&str]| {
        let quoted: Vec<String> = items.iter().map(|t| format!("`{t}`")).collect();
        quoted.join(", ")
    };
    let _ = write!(page, "\n## {}\n\n{}.\n\n", card.name, card.title);
    let mut line = |name: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(page, "- **{name}**: {text}");
        }
    };
    line("feedback", &card.kinds.join(", "));
    line("fills", &list(card.fills));
    line("files", &card.files.replace('<', "\\<").replace('*', "\\*"));
    let licence = match (card.licence, card.licence_note) {
        ("", note) => note.to_owned(),
        (licence, "") => licence.to_owned(),
        (licence, note) => format!("{licence}; {note}"),
    };
    line("licence", &licence);
    line("citation", card.citation);
    if !card.url.is_empty() {
        line("published at", &format!("<{}>", card.url));
    }
    let checked = if card.caveats.contains(&SCHEMA) {
        "checked against the published schema"
    } else {
        "checked against released files"
    };
    line(
        "format",
        if card.format_verified {
            checked
        } else {
            "unverified"
        },
    );
    if !card.caveats.is_empty() {
        page.push_str("\nKnow before use:\n\n");
    }
    for caveat in card.caveats {
        let _ = writeln!(page, "- {}", caveat.replace('<', "\\<").replace('*', "\\*"));
    }
}

fn page() -> String {
    let mut page = String::from(
        "# Sources\n\nWritten from the cards in `src/ingest`; change those, not this page.\n\n\
         `arrovian ingest NAME PATH…` reads the files of a source as upstream publishes them: files or folders,\n\
         `.gz` and `.zst` too. What has no column of its own goes into `meta`. *Unverified* formats were built from a\n\
         description or from excerpts: look at the notes of the ingestion and at the first rows.\n\n\
         | source | feedback | fills | format |\n|---|---|---|---|\n",
    );
    for card in all().map(|s| s.card()) {
        let format = if card.format_verified {
            "checked"
        } else {
            "unverified"
        };
        let _ = writeln!(
            page,
            "| [{0}](#{0}) | {1} | {2} | {format} |",
            card.name,
            card.kinds.join(", "),
            card.fills.join(", "),
        );
    }
    for source in all() {
        entry(source.card(), &mut page);
    }
    page
}

#[test]
#[allow(clippy::disallowed_methods)]
fn the_reference_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/sources.md");
    let page = page();
    if std::env::var("BLESS").is_ok() {
        std::fs::write(path, &page).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == page,
        "docs/reference/sources.md is stale: run the test again with BLESS=1"
    );
}
