//! The contract is well formed and its page is up to date.

use super::*;

const RESERVED: &[&str] = &[
    "all",
    "and",
    "any",
    "as",
    "asc",
    "between",
    "by",
    "case",
    "cast",
    "check",
    "column",
    "constraint",
    "create",
    "cross",
    "current_date",
    "current_time",
    "current_user",
    "default",
    "desc",
    "distinct",
    "else",
    "end",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "in",
    "inner",
    "intersect",
    "interval",
    "into",
    "is",
    "join",
    "left",
    "like",
    "limit",
    "natural",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "primary",
    "references",
    "right",
    "select",
    "session_user",
    "set",
    "some",
    "table",
    "then",
    "to",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "when",
    "where",
    "window",
    "with",
];

#[test]
fn the_contract_is_well_formed() {
    for (at, (name, text)) in FILES.iter().enumerate() {
        let table = parse(name, text, at).expect(name);
        assert_eq!(table.name, *name);
        assert_eq!(table.columns[0].name, "dataset", "{name}");
        assert_eq!(table.key[0], "dataset", "{name}");
        let mut seen = std::collections::BTreeSet::new();
        for column in &table.columns {
            assert!(
                seen.insert(column.name.clone()),
                "{name}.{} twice",
                column.name
            );
            assert!(
                column
                    .name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
            );
            assert!(
                !RESERVED.contains(&column.name.as_str()),
                "{name}.{} is reserved in SQL",
                column.name
            );
            assert!(
                column.doc.ends_with(['.', '…']),
                "{name}.{}: prose ends with a full stop",
                column.name
            );
            if let Some(default) = &column.default {
                assert!(column.required && column.kind == Type::Text);
                assert!(column.check_text(default).is_ok());
            }
        }
        for key in &table.key {
            let column = table
                .column(key)
                .unwrap_or_else(|| panic!("{name}: key {key}"));
            assert!(column.required, "{name}: key {key} must be required");
        }
    }
    assert_eq!(tables().len(), FILES.len());
}

#[test]
fn columns_of_one_name_have_one_type_where_they_join() {
    for name in [
        "item",
        "system",
        "response",
        "annotator",
        "aspect",
        "cohort",
        "time",
        "round",
        "meta",
    ] {
        let mut kinds: Vec<Type> = tables()
            .iter()
            .filter_map(|t| t.column(name))
            .map(|c| c.kind)
            .collect();
        kinds.dedup();
        assert!(kinds.len() <= 1, "{name}: {kinds:?}");
    }
}

#[test]
#[allow(clippy::disallowed_methods)]
fn the_reference_page_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/schemas.md");
    let now = reference_markdown();
    if std::env::var("BLESS").is_ok() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference")).unwrap();
        std::fs::write(path, &now).unwrap();
    }
    let then = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        then == now,
        "docs/reference/schemas.md is stale: run the test again with BLESS=1"
    );
}
