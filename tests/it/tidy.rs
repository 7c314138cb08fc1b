//! The source tree keeps its own rules.

use std::path::{Path, PathBuf};

const LINES: usize = 600;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, suffix));
        } else if path.extension().is_some_and(|s| s == suffix) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut seen = 0;
    for folder in ["src", "tests"] {
        for path in files(&root().join(folder), "rs") {
            let lines = std::fs::read_to_string(&path).unwrap().lines().count();
            assert!(
                lines <= LINES,
                "{} has {lines} lines, at most {LINES} are allowed: split it",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen > 30);
}

#[test]
fn every_source_file_says_what_it_is() {
    for path in files(&root().join("src"), "rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("//! "),
            "{} has no module doc",
            path.display()
        );
        assert!(
            !text.contains("(to be written)"),
            "{} is not written",
            path.display()
        );
    }
}

#[test]
fn every_query_is_listed_and_has_front_matter() {
    let listed: Vec<&str> = arrovian::engine::named::QUERIES
        .iter()
        .map(|(name, _)| *name)
        .collect();
    let folder = root().join("queries");
    for path in files(&folder, "sql") {
        let name = path.strip_prefix(&folder).unwrap().with_extension("");
        let name = name.to_str().unwrap().replace('\\', "/");
        assert!(
            listed.contains(&name.as_str()),
            "{name} is not in engine::named::QUERIES"
        );
        let text = std::fs::read_to_string(&path).unwrap();
        for key in ["-- title: ", "-- question: ", "-- citation: ", "-- chart: "] {
            assert!(
                text.lines().any(|line| line.starts_with(key)),
                "{name} has no `{key}`"
            );
        }
    }
}
