//! What must hold for the list of named sources.

use arrow::array::RecordBatch;

use crate::ingest::sources::SOURCES;
use crate::ingest::sources::shape::DESCRIBED;
use crate::ingest::{Input, Options, ingest, source};
use crate::schema::Table;

#[test]
fn the_list_is_sorted_and_says_what_was_checked() {
    let names: Vec<&str> = SOURCES.iter().map(|s| s.card().name).collect();
    assert!(names.is_sorted(), "{names:?}");
    for source in SOURCES {
        let card = source.card();
        assert!(
            !card.licence.is_empty() && !card.caveats.is_empty(),
            "{}",
            card.name
        );
        assert!(card.url.starts_with("https://"), "{}", card.name);
        let unverified = card
            .caveats
            .contains(&"checked against excerpts of the release only")
            || card.caveats.contains(&DESCRIBED);
        assert_eq!(card.format_verified, !unverified, "{}", card.name);
    }
}

#[test]
fn a_file_of_another_release_is_refused_and_the_expected_ones_are_named() {
    for source in SOURCES {
        let card = source.card();
        let files = [
            ("folder/README.md", "about"),
            ("folder/strange.xyz", "1\t2\n"),
        ];
        let input = Input::from_memory(files.map(|(name, text)| (name, text.as_bytes()))).unwrap();
        let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
        let error = ingest(*source, &input, &Options::default(), &mut sink).unwrap_err();
        assert_eq!(
            error.file.as_deref(),
            Some("folder/strange.xyz"),
            "{}: {error}",
            card.name
        );
        assert!(
            error.fatal && error.expected.starts_with("one of the files "),
            "{}: {error}",
            card.name
        );
        assert!(error.hint.is_some(), "{}: {error}", card.name);
    }
}

#[test]
fn files_known_to_hold_no_feedback_are_passed_over_by_name() {
    let line = "{\"chosen\": \"\\n\\nAssistant: a\", \"rejected\": \"\\n\\nAssistant: b\"}";
    let files = [
        ("LICENSE", "free"),
        ("README.md", "about"),
        ("test.jsonl", line),
    ];
    let input = Input::from_memory(files.map(|(name, text)| (name, text.as_bytes()))).unwrap();
    let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
    let summary = ingest(
        source("hh_rlhf").unwrap(),
        &input,
        &Options::default(),
        &mut sink,
    )
    .unwrap();
    let skipped = [
        "LICENSE: skipped, it holds no feedback",
        "README.md: skipped, it holds no feedback",
    ];
    assert_eq!(summary.notes, skipped);
    assert_eq!(summary.rows.get("comparisons"), Some(&1));
}
