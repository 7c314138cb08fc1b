//! The reference page of the shipped queries: every example on it is run.

use std::fmt::Write;
use std::path::Path;

use arrovian::engine::named::{NamedQuery, QUERIES, page};

use crate::matrix::{INGESTED, filled};

#[test]
fn every_query_has_an_executed_example() {
    let place = filled();
    let mut text = String::from(
        "# Queries\n\nGenerated from `queries/`; every example is run by the tests. `arrovian queries NAME` prints the SQL of \
one, `arrovian run NAME` runs it, `--record FILE` keeps the answer.\n\nThe examples are answered from this lake of made-up rows:\n\n```sh\narrovian init\n",
    );
    for line in INGESTED {
        let _ = writeln!(text, "arrovian ingest {line} --on-error quarantine");
    }
    text.push_str("```\n\n");
    for (name, sql) in QUERIES {
        let query = NamedQuery::parse(name, sql).unwrap();
        let given: Vec<String> = query
            .example
            .iter()
            .map(|(n, v)| format!("--param={n}={v}"))
            .collect();
        let mut arguments = vec!["run", name, "-q", "--format", "csv"];
        arguments.extend(given.iter().map(String::as_str));
        let run = place.run(&arguments);
        assert_eq!(run.code, 0, "{name}: {}", run.err);
        assert!(
            run.out.lines().count() > 1,
            "{name}: its example has no rows"
        );
        text.push_str(&page(&query, &run.out));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/queries.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == text,
        "docs/reference/queries.md is stale: run BLESS=1 cargo test --test it every_query_has"
    );
}
