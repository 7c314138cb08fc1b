//! Every command of the README works as it stands there.

use std::path::Path;
use std::process::Command;

use crate::program::Place;

/// The lines of all `sh` blocks.
fn commands(page: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in page.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside && !line.trim().is_empty() => found.push(line.to_owned()),
            _ => {}
        }
    }
    assert!(!inside, "a block is not closed");
    found
}

fn page(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// Runs the blocks in a directory that has nothing but the fixtures, in order,
/// with the program on the path.
#[test]
#[cfg(unix)]
fn every_block_of_the_readme_runs() {
    let place = Place::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    std::os::unix::fs::symlink(fixtures, place.path().join("fixtures")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_arrovian"));
    let path = format!(
        "{}:{}",
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut ran = 0;
    for line in commands(&page("README.md")) {
        // The two commands that build: the first runs the program, the second is this very run.
        let line = match line.strip_prefix("cargo run -- ") {
            Some(rest) => format!("arrovian {rest}"),
            None if line == "cargo test" => continue,
            None => line,
        };
        assert!(
            line.starts_with("arrovian "),
            "{line}: what kind of command is this?"
        );
        let output = Command::new("sh")
            .args(["-euc", &line])
            .current_dir(place.path())
            .env("PATH", &path)
            .env_remove("ARROVIAN_LAKE")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{line}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        ran += 1;
    }
    assert!(ran >= 12, "{ran}");
}

#[test]
fn the_gate_runs_the_readmes_test_command() {
    assert!(commands(&page("README.md")).contains(&"cargo test".to_owned()));
    assert!(page(".ci/run").lines().any(|line| line == "cargo test"));
}

/// Links between the pages lead somewhere.
#[test]
fn links_of_the_pages_lead_to_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "docs/determinism.md",
        "docs/lake-format.md",
    ] {
        let text = page(name);
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let local = !target.contains("://") && !target.starts_with('#');
            let folder = root.join(name);
            let to = folder.parent().unwrap().join(target);
            assert!(!local || to.exists(), "{name} links to {target}");
        }
    }
}
