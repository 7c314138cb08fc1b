//! What must hold for the list of named sources.

use crate::ingest::sources::SOURCES;

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
        let excerpts = card
            .caveats
            .contains(&"checked against excerpts of the release only");
        assert_eq!(card.format_verified, !excerpts, "{}", card.name);
    }
}
