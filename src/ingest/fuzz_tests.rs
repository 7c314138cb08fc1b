//! Fixtures, damaged at random places: an error or valid rows, never a panic.
//!
//! The damage is a function of the seed; `ARROVIAN_FUZZ=SECONDS` keeps on
//! with new seeds for so long per source (see `scripts/fuzz-ingest`), and a
//! failure names the seed.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;

use super::archive::tests::zip;
use super::*;
use crate::schema::{self, Table};

pub(super) struct Checked;

impl Sink for Checked {
    fn write(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), Error> {
        schema::validate(table, &batch).unwrap_or_else(|e| panic!("{e}"));
        Ok(())
    }
}

/// Numbers from a seed (xorshift64*).
pub(super) struct Dice(u64);

impl Dice {
    /// As good as independent for seeds that follow each other.
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % n.max(1)
    }
}

/// What breaks readers.
const TOKENS: &[&[u8]] = &[
    b"\"",
    b"'",
    b",",
    b"\t",
    b"\n",
    b"\r\n",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"\\",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\\ud800",
    b"\\u0000",
    b"null",
    b"NaN",
    b"1e999",
    b"-0.0",
    b"99999999999999999999999",
    b"-1",
    b"true",
    b"{}",
    b"[]",
    b"\"\"",
    b"a",
    b"model_a",
    b"tie",
    b"# NUMBER VOTERS: 9",
    b"{1,2}",
    b"\x1a\x1a\x1a",
    b"\xc3",
    b"  ",
];

pub(super) fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(6) {
            0 if !bytes.is_empty() => {
                let at = at.min(bytes.len() - 1);
                bytes[at] ^= 1 << dice.below(8);
            }
            1 => bytes.truncate(at),
            2 => {
                let token = TOKENS[dice.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
            3 => {
                let end = (at + dice.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + dice.below(60)).min(bytes.len());
                let part: Vec<u8> = bytes[at..end].to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            _ => {
                let token = TOKENS[dice.below(TOKENS.len())];
                let end = (at + token.len()).min(bytes.len());
                bytes.splice(at..end, token.iter().copied());
            }
        }
    }
}

/// The plain files below a directory, named relative to it.
pub(super) fn files(dir: &Path, prefix: &str, all: &mut Vec<(String, Vec<u8>)>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if ["expected", "README.md"].contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            files(&path, &format!("{prefix}{name}/"), all);
        } else {
            all.push((format!("{prefix}{name}"), std::fs::read(&path).unwrap()));
        }
    }
}

/// Names and bytes.
type Files = Vec<(String, Vec<u8>)>;

/// The cases of a source: its options and its files.
fn cases(source: &str) -> Vec<(Options, Files)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(source);
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    folders.retain(|p| p.is_dir());
    if dir.join("expected").exists() || dir.join("input").exists() {
        folders = vec![dir];
    }
    folders.sort();
    let mut cases = Vec::new();
    for folder in folders {
        let mut options = Options {
            on_error: OnError::Quarantine,
            ..Options::default()
        };
        let mut found = Vec::new();
        files(&folder, "", &mut found);
        found.retain(|(name, bytes)| {
            if name == "mapping.toml" {
                options
                    .map_file(std::str::from_utf8(bytes).unwrap())
                    .unwrap();
            }
            name != "mapping.toml"
        });
        for (name, _) in &mut found {
            if let Some(rest) = name.strip_prefix("input/") {
                *name = rest.to_owned();
            }
        }
        cases.push((options, found));
    }
    cases
}

/// Reads one damaged case; the same damage gives the same result.
fn once(source: &dyn Source, options: &Options, files: &[(String, Vec<u8>)], seed: u64) {
    let mut dice = Dice::new(seed);
    let mut files = files.to_vec();
    let which = dice.below(files.len());
    let packed = dice.below(8) == 0;
    if packed {
        let members: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(n, b)| (n.as_str(), b.as_slice()))
            .collect();
        files = vec![("x.zip".to_owned(), zip(&members))];
        damage(&mut files[0].1, &mut dice);
    } else {
        damage(&mut files[which].1, &mut dice);
    }
    let run = || {
        Input::from_memory(files.clone())
            .and_then(|input| ingest(source, &input, options, &mut Checked))
            .map_err(|e| e.to_string())
    };
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    let Ok(result) = result else {
        panic!("{} breaks down on seed {seed}", source.card().name);
    };
    if seed.is_multiple_of(16) {
        assert_eq!(
            result,
            run(),
            "{} differs on seed {seed}",
            source.card().name
        );
    }
}

#[test]
#[allow(clippy::disallowed_methods)]
fn damaged_fixtures_are_errors_or_rows() {
    let seconds: Option<u64> = std::env::var("ARROVIAN_FUZZ")
        .ok()
        .and_then(|s| s.parse().ok());
    let only = std::env::var("ARROVIAN_FUZZ_SOURCE").ok();
    for source in all() {
        let name = source.card().name;
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let cases = cases(name);
        let start = std::time::Instant::now();
        let mut seed = 0;
        loop {
            for (options, files) in cases.iter().filter(|(_, files)| !files.is_empty()) {
                seed += 1;
                once(source, options, files, seed);
            }
            match seconds {
                Some(seconds) if start.elapsed().as_secs() < seconds => {}
                None if seed < 60 => {}
                _ => break,
            }
        }
        if seconds.is_some() {
            println!("{name}: {seed} damaged inputs");
        }
    }
}
