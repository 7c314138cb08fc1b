//! Every released dataset at hand, whole, through the program: nothing is set
//! aside, and the tables have as many rows as its description says. Those
//! whose published numbers are computed in `real` are not read again here.

use std::path::Path;

use crate::program::Place;

/// Folder, source, and a query for every count its description gives.
type Release = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const RELEASES: &[Release] = &[
    (
        "genai-bench-cmu",
        "genai_bench",
        &[
            ("SELECT count(*) FROM ratings", "14561"),
            (
                "SELECT count(*) FROM scores WHERE system IS NULL AND item IS NULL",
                "0",
            ),
        ],
    ),
    (
        "wmt-mqm",
        "wmt_mqm",
        &[("SELECT count(DISTINCT system) > 20 FROM scores", "true")],
    ),
    (
        "ukpconvarg",
        "ukpconvarg",
        &[
            ("SELECT count(*) FROM comparisons", "11650"),
            ("SELECT count(*) FROM scores", "1052"),
        ],
    ),
    (
        "d3code",
        "d3code",
        &[
            ("SELECT count(*) FROM annotators", "4309"),
            ("SELECT count(*) FROM labels", "4590"),
        ],
    ),
    (
        "subjectiveqa",
        "subjective_qa",
        &[
            ("SELECT count(*) FROM items", "550"),
            ("SELECT count(DISTINCT annotator) FROM labels", "3"),
        ],
    ),
    (
        "sparse-feedback",
        "sparse_feedback",
        &[
            ("SELECT count(*) >= 99 FROM ratings", "true"),
            ("SELECT count(*) >= 118 FROM comparisons", "true"),
        ],
    ),
    (
        "themis-tara",
        "themis_tara",
        &[(
            "SELECT (SELECT count(*) FROM comparisons) + (SELECT count(*) FROM labels)",
            "8839",
        )],
    ),
    (
        "fine-grained-rlhf",
        "fine_grained_rlhf",
        &[
            ("SELECT count(*) FROM items", "500"),
            ("SELECT count(*) FROM comparisons", "3000"),
        ],
    ),
    (
        "hanna",
        "hanna",
        &[
            ("SELECT count(DISTINCT system) FROM scores", "11"),
            ("SELECT count(DISTINCT metric) FROM scores", "254"),
        ],
    ),
    (
        "nlg-metrics-emnlp17",
        "nlg_metrics",
        &[("SELECT count(*) FROM responses", "2460")],
    ),
    (
        "realhumaneval",
        "realhumaneval",
        &[
            ("SELECT count(*) FROM responses", "1055"),
            ("SELECT count(*) FROM items", "17"),
        ],
    ),
    (
        "eureka",
        "eureka",
        &[(
            "SELECT count(*) > 0 FROM scores WHERE system = 'Claude-3-Opus' AND value = 81.9",
            "true",
        )],
    ),
    (
        "hh-rlhf",
        "hh_rlhf",
        &[("SELECT count(*) FROM comparisons", "2312")],
    ),
    (
        "music-arena",
        "music_arena",
        &[("SELECT count(DISTINCT system) FROM scores", "13")],
    ),
];

#[test]
#[allow(clippy::print_stderr)]
fn every_release_is_read_whole_through_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let Ok(entries) = std::fs::read_dir(&root) else {
        eprintln!("skipped: no released files at {}", root.display());
        return;
    };
    let folders = entries.map(|e| e.unwrap()).filter(|e| e.path().is_dir());
    for folder in folders {
        let name = folder.file_name().into_string().unwrap();
        let known = RELEASES.iter().any(|(known, ..)| *known == name);
        let elsewhere = include_str!("real.rs").contains(&format!(", \"{name}\")"));
        assert!(known || elsewhere, "no test reads {name}");
    }
    let mut wrong = Vec::new();
    for (folder, source, counts) in RELEASES {
        let path = root.join(folder);
        if !path.is_dir() {
            eprintln!("skipped: no released files at {}", path.display());
            continue;
        }
        let place = Place::new();
        assert_eq!(place.run(&["init"]).code, 0);
        // Stopping at the first record that cannot be read is the default.
        let run = place.run(&["ingest", source, path.to_str().unwrap()]);
        assert_eq!(run.code, 0, "{folder}: {}", run.err);
        assert!(!run.out.contains("quarantine"), "{folder}: {}", run.out);
        for (sql, count) in *counts {
            let run = place.run(&["sql", sql, "--format", "tsv", "-q"]);
            let found = run.out.lines().nth(1).unwrap_or_default().to_owned();
            if found != *count {
                wrong.push(format!("{folder}: {sql}: {found}, not {count} {}", run.err));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
