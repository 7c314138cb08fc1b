//! The released files, where they are at hand beside the project.

use std::path::{Path, PathBuf};

use super::{Read, number, read, text};

/// The folder of one release; says so where it is absent.
fn release(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no released files of {name} at {}",
        folder.display()
    );
    None
}

/// Reads a release whole.
fn whole(source: &str, folder: &Path) -> Read {
    let read = read(source, &[folder]).unwrap_or_else(|e| panic!("{source}: {e}"));
    assert_eq!(read.summary.quarantined, 0);
    eprintln!("{source}: {:?} {:?}", read.summary.rows, read.summary.notes);
    read
}

#[test]
fn pandalm() {
    let Some(folder) = release("pandalm") else {
        return;
    };
    let read = whole("pandalm", &folder);
    assert_eq!(read.table("comparisons").len(), 999 * 5);
    assert_eq!(read.table("items").len(), 170);
    let of = |judge: &str, outcome: &str| {
        read.count("comparisons", |r| {
            text(r, "annotator") == judge && text(r, "outcome") == outcome
        })
    };
    assert_eq!(
        [of("gpt-3.5-turbo", "a"), of("gpt-3.5-turbo", "b")],
        [460, 476]
    );
    assert_eq!(
        [of("gpt-3.5-turbo", "tie"), of("gpt-3.5-turbo", "")],
        [38, 25]
    );
    let mut votes = std::collections::BTreeMap::<&str, [u32; 3]>::new();
    for row in read
        .table("comparisons")
        .iter()
        .filter(|r| text(r, "annotator").starts_with("annotator"))
    {
        let pair = text(row, "comparison").split('/').next().unwrap();
        let at = ["tie", "a", "b"]
            .iter()
            .position(|o| *o == text(row, "outcome"))
            .unwrap();
        votes.entry(pair).or_default()[at] += 1;
    }
    // Majority, as upstream's README counts it.
    let mut majority = [0; 3];
    for counts in votes.values() {
        let most = *counts.iter().max().unwrap();
        if most > 1 {
            majority[counts.iter().position(|c| *c == most).unwrap()] += 1;
        } else {
            majority[0] += 1;
        }
    }
    assert_eq!(majority, [105, 422, 472]);
}

#[test]
fn imagenhub() {
    let Some(folder) = release("imagenhub") else {
        return;
    };
    let read = whole("imagenhub", &folder);
    let items = [
        (197, 7),
        (179, 4),
        (179, 9),
        (150, 2),
        (102, 3),
        (154, 3),
        (150, 5),
    ];
    assert_eq!(
        read.table("items").len(),
        items.iter().map(|(n, _)| n).sum::<usize>()
    );
    assert_eq!(
        read.table("responses").len(),
        items.iter().map(|(n, k)| n * k).sum::<usize>()
    );
    assert_eq!(
        read.table("ratings").len(),
        read.table("responses").len() * 3 * 2
    );
    assert_eq!(read.count("ratings", |r| number(r, "value").is_none()), 0);
    // README of the notebook: DALLE SC .58, PQ .62.
    for (aspect, published) in [("SC", 0.58), ("PQ", 0.62)] {
        let values: Vec<f64> = read
            .table("ratings")
            .iter()
            .filter(|r| text(r, "system") == "DALLE" && text(r, "aspect") == aspect)
            .filter_map(|r| number(r, "value"))
            .collect();
        let mean = values.iter().sum::<f64>() / 591.0;
        assert_eq!(
            (values.len(), (mean * 100.0).round() / 100.0),
            (591, published)
        );
    }
}

#[test]
fn imagereward() {
    let Some(folder) = release("imagereward") else {
        return;
    };
    let read = whole("imagereward", &folder);
    assert_eq!(read.count("items", |r| text(r, "split") == "test"), 466);
    assert_eq!(
        read.count("items", |r| text(r, "split") == "benchmark"),
        100
    );
    assert_eq!(read.table("rankings").len(), 2720);
    let mut ballots = std::collections::BTreeMap::<&str, Vec<f64>>::new();
    for row in read.table("rankings") {
        ballots
            .entry(text(row, "ranking"))
            .or_default()
            .push(number(row, "rank").unwrap());
    }
    let (mut strict, mut all) = (0, 0);
    for ranks in ballots.values() {
        for (n, a) in ranks.iter().enumerate() {
            for b in ranks.iter().skip(n + 1) {
                all += 1;
                strict += usize::from((a - b).abs() > 0.5);
            }
        }
    }
    assert_eq!((ballots.len(), strict, all), (466, 6399, 7230));
}

/// A percentage of `statistics.json`, in tenths.
fn tenths(statistics: &serde_json::Value, key: &str) -> i64 {
    let text = statistics[key].as_str().unwrap();
    let percent = text
        .rsplit('=')
        .next()
        .unwrap()
        .trim()
        .trim_end_matches('%');
    (percent.parse::<f64>().unwrap() * 100.0).round() as i64
}

#[test]
fn llmbar_reproduces_upstreams_statistics() {
    let Some(folder) = release("llmbar") else {
        return;
    };
    let read = whole("llmbar", &folder);
    assert_eq!(read.table("items").len(), 100 + 66 + 200);
    let gold: std::collections::BTreeMap<&str, &str> = read
        .table("comparisons")
        .iter()
        .filter(|r| text(r, "annotator") == "gold")
        .map(|r| (text(r, "item"), text(r, "outcome")))
        .collect();
    let mut checked = 0;
    let mut rows = 0;
    for (subset, set) in [
        ("Natural", "LLMBar"),
        ("FairEval", "Processed"),
        ("MT-Bench", "Processed"),
    ] {
        let evaluators = folder.join(set).join(subset).join("evaluators");
        for judge in std::fs::read_dir(&evaluators).unwrap() {
            for protocol in std::fs::read_dir(judge.unwrap().path()).unwrap() {
                let path = protocol.unwrap().path();
                let annotator = path
                    .strip_prefix(&evaluators)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                let statistics: serde_json::Value = serde_json::from_str(
                    &std::fs::read_to_string(path.join("statistics.json")).unwrap(),
                )
                .unwrap();
                let prefix = format!("{subset}/");
                let mut verdicts = std::collections::BTreeMap::<&str, [&str; 2]>::new();
                for row in read.table("comparisons") {
                    if text(row, "annotator") == annotator && text(row, "item").starts_with(&prefix)
                    {
                        let shown = number(row, "shown_order").unwrap() as usize;
                        verdicts.entry(text(row, "item")).or_default()[shown] =
                            text(row, "outcome");
                        rows += 1;
                    }
                }
                let n = verdicts.len() as f64;
                let right: usize = verdicts
                    .iter()
                    .map(|(item, v)| v.iter().filter(|o| **o == gold[item]).count())
                    .sum();
                let equal = verdicts.values().filter(|v| v[0] == v[1]).count();
                let percent = |count: usize, of: f64| (count as f64 / of * 10000.0).round() as i64;
                let near = |a: i64, b: i64| (a - b).abs() <= 5;
                assert!(
                    near(
                        percent(right, 2.0 * n),
                        tenths(&statistics, "correct_average")
                    ),
                    "{subset} {annotator}"
                );
                assert!(
                    near(percent(equal, n), tenths(&statistics, "equal")),
                    "{subset} {annotator}: {equal} of {n}"
                );
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 44);
    assert_eq!(rows + gold.len(), read.table("comparisons").len());
}

#[test]
fn sight() {
    let Some(folder) = release("sight") else {
        return;
    };
    let read = whole("sight", &folder);
    let full = read.count("labels", |r| {
        text(r, "label").starts_with("full/") && text(r, "field") == "setup"
    });
    assert_eq!(full, 15_784);
    assert_eq!(
        read.count("items", |r| text(r, "item").starts_with("full/")),
        15_746
    );
    assert_eq!(
        read.count("items", |r| text(r, "item").starts_with("sample/")),
        289
    );
    // Columns that are labels: 20 of people, 64 of prompts.
    assert_eq!(
        read.count("labels", |r| text(r, "label").starts_with("sample/")),
        289 * 84
    );
    let labels = |who: &str| -> std::collections::BTreeMap<&str, &str> {
        let rows = read
            .table("labels")
            .iter()
            .filter(|r| text(r, "annotator") == who && text(r, "field") == "general");
        rows.map(|r| (text(r, "item"), text(r, "value"))).collect()
    };
    // Cohen's kappa of general, results/0shot_IRR.txt: .7538169.
    let (one, two) = (labels("H1"), labels("H2"));
    let n = one.len() as f64;
    let agree = one
        .iter()
        .filter(|(item, value)| two[*item] == **value)
        .count() as f64
        / n;
    let share = |l: &std::collections::BTreeMap<&str, &str>| {
        l.values().filter(|v| **v == "1").count() as f64 / n
    };
    let (p, q) = (share(&one), share(&two));
    let chance = p * q + (1.0 - p) * (1.0 - q);
    assert!(((agree - chance) / (1.0 - chance) - 0.753_816_9).abs() < 1e-7);
}

#[test]
fn the_other_releases_are_read_whole() {
    let expected: &[(&str, &str, &[(&str, usize)])] = &[
        ("dsg", "dsg", &[("ratings", 3995), ("responses", 800)]),
        (
            "genai_bench",
            "genai-bench-cmu",
            &[("ratings", 527 * 18 + 60 * 18 + 3995)],
        ),
        (
            "ukpconvarg",
            "ukpconvarg",
            &[
                ("comparisons", 11_650),
                ("scores", 1052),
                ("responses", 1052),
            ],
        ),
        (
            "d3code",
            "d3code",
            &[
                ("annotators", 4309),
                ("items", 4554),
                ("labels", 4590),
                ("features", 4309 * 6),
            ],
        ),
        (
            "hanna",
            "hanna",
            &[("scores", 11 * 254 * 96), ("labels", 300 * 6)],
        ),
        (
            "wmt_mqm",
            "wmt-mqm",
            &[
                ("scores", 14_180 + 20_000 + 17_034 + 29_220),
                ("labels", 872 + 193),
            ],
        ),
        ("hh_rlhf", "hh-rlhf", &[("comparisons", 2312)]),
        (
            "fine_grained_rlhf",
            "fine-grained-rlhf",
            &[("comparisons", 3000), ("items", 500)],
        ),
        (
            "nlg_metrics",
            "nlg-metrics-emnlp17",
            &[("ratings", 2460 * 3), ("responses", 2460), ("items", 1180)],
        ),
        ("eureka", "eureka", &[("scores", 887)]),
        ("music_arena", "music-arena", &[("scores", 97 * 3)]),
        (
            "subjective_qa",
            "subjectiveqa",
            &[("labels", 550 * 6), ("items", 550)],
        ),
        (
            "realhumaneval",
            "realhumaneval",
            &[("responses", 1055), ("items", 17)],
        ),
        (
            "sparse_feedback",
            "sparse-feedback",
            &[("ratings", 99 + 83 + 53), ("comparisons", 118 + 46)],
        ),
        (
            "themis_tara",
            "themis-tara",
            &[("comparisons", 8839 - 4114), ("labels", 4114)],
        ),
    ];
    for (source, folder, tables) in expected {
        let Some(folder) = release(folder) else {
            continue;
        };
        let read = whole(source, &folder);
        for (table, rows) in *tables {
            assert_eq!(read.table(table).len(), *rows, "{source}: {table}");
        }
    }
}
