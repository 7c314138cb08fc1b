//! The released files, where they are at hand beside the project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::{Read, number, read, text};

/// The folder of one release; says so where it is absent.
#[allow(clippy::print_stderr)]
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

/// Reads a release whole, stopping at the first record that cannot be read.
fn whole(source: &str, folder: &Path) -> Read {
    read(source, &[folder]).unwrap_or_else(|e| panic!("{source}: {e}"))
}

/// Checks the number of rows of several tables.
fn counts(source: &str, folder: &str, expected: &[(&str, usize)]) {
    let Some(folder) = release(folder) else {
        return;
    };
    let read = whole(source, &folder);
    for (table, rows) in expected {
        assert_eq!(read.len(table), *rows, "{source}: {table}");
    }
}

#[test]
fn every_release_at_hand_is_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let Ok(entries) = std::fs::read_dir(&root) else {
        return;
    };
    let tests = include_str!("real.rs");
    for entry in entries.map(|e| e.unwrap()).filter(|e| e.path().is_dir()) {
        let name = entry.file_name().into_string().unwrap();
        let read = tests.contains(&format!("\"{name}\""));
        assert!(read, "no test reads {name}");
    }
}

#[test]
fn pandalm() {
    let Some(folder) = release("pandalm") else {
        return;
    };
    let read = whole("pandalm", &folder);
    assert_eq!([read.len("comparisons"), read.len("items")], [999 * 5, 170]);
    let of = |judge: &str, outcome: &str| {
        read.count("comparisons", |r| {
            text(r, "annotator") == judge && text(r, "outcome") == outcome
        })
    };
    let gpt = "gpt-3.5-turbo";
    assert_eq!(
        [of(gpt, "a"), of(gpt, "b"), of(gpt, "tie"), of(gpt, "")],
        [460, 476, 38, 25]
    );
    let mut votes = BTreeMap::<String, [u32; 3]>::new();
    for row in &read.table("comparisons") {
        if text(row, "annotator").starts_with("annotator") {
            let pair = text(row, "comparison")
                .split('/')
                .next()
                .unwrap()
                .to_owned();
            let at = ["tie", "a", "b"]
                .iter()
                .position(|o| *o == text(row, "outcome"))
                .unwrap();
            votes.entry(pair).or_default()[at] += 1;
        }
    }
    // The majority, as upstream's README counts it: three different votes are a tie.
    let mut majority = [0; 3];
    for counts in votes.values() {
        let at = counts.iter().position(|c| *c > 1).unwrap_or(0);
        majority[at] += 1;
    }
    assert_eq!(majority, [105, 422, 472]);
}

#[test]
fn imagenhub() {
    let Some(folder) = release("imagenhub") else {
        return;
    };
    let read = whole("imagenhub", &folder);
    let tasks = [
        (197, 7),
        (179, 4),
        (179, 9),
        (150, 2),
        (102, 3),
        (154, 3),
        (150, 5),
    ];
    let cells: usize = tasks.iter().map(|(items, systems)| items * systems).sum();
    assert_eq!(
        read.len("items"),
        tasks.iter().map(|(items, _)| items).sum::<usize>()
    );
    assert_eq!(
        [read.len("responses"), read.len("ratings")],
        [cells, cells * 3 * 2]
    );
    let ratings = read.table("ratings");
    assert!(ratings.iter().all(|r| number(r, "value").is_some()));
    // The notebook in the release: DALLE SC .58, PQ .62.
    for (aspect, published) in [("SC", 0.58), ("PQ", 0.62)] {
        let values: Vec<f64> = ratings
            .iter()
            .filter(|r| text(r, "system") == "DALLE" && text(r, "aspect") == aspect)
            .filter_map(|r| number(r, "value"))
            .collect();
        assert_eq!(values.len(), 197 * 3);
        let mean = values.iter().sum::<f64>() / 591.0;
        assert!(
            ((mean * 100.0).round() / 100.0 - published).abs() < 1e-9,
            "{aspect}: {mean}"
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
    assert_eq!(read.len("rankings"), 2720);
    let mut ballots = BTreeMap::<String, Vec<f64>>::new();
    for row in &read.table("rankings") {
        ballots
            .entry(text(row, "ranking").to_owned())
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

/// A share of `statistics.json`, in hundredths of a per cent.
fn share(statistics: &Value, key: &str) -> i64 {
    let text = statistics[key].as_str().unwrap();
    let percent = text
        .rsplit('=')
        .next()
        .unwrap()
        .trim()
        .trim_end_matches('%');
    (percent.parse::<f64>().unwrap() * 100.0).round() as i64
}

/// `count` of `all`, in hundredths of a per cent.
fn per_cent(count: usize, all: usize) -> i64 {
    (count as f64 / all as f64 * 10_000.0).round() as i64
}

#[test]
fn llmbar_reproduces_the_statistics_of_every_judge() {
    let Some(folder) = release("llmbar") else {
        return;
    };
    let read = whole("llmbar", &folder);
    assert_eq!(read.len("items"), 100 + 66 + 200);
    let mut gold = BTreeMap::<String, String>::new();
    // By subset and annotator: item → outcomes in both orders.
    let mut judges = BTreeMap::<(String, String), BTreeMap<String, [String; 2]>>::new();
    for row in &read.table("comparisons") {
        let (item, outcome) = (
            text(row, "item").to_owned(),
            text(row, "outcome").to_owned(),
        );
        let subset = item.split('/').next().unwrap().to_owned();
        match (text(row, "annotator"), number(row, "shown_order")) {
            ("gold", None) => assert!(gold.insert(item, outcome).is_none()),
            (judge, Some(shown)) => {
                let verdicts = judges.entry((subset, judge.to_owned())).or_default();
                verdicts.entry(item).or_default()[shown as usize] = outcome;
            }
            (judge, None) => panic!("{judge} without an order"),
        }
    }
    assert_eq!(judges.len(), 44);
    for ((subset, judge), verdicts) in &judges {
        let set = if subset == "Natural" {
            "LLMBar"
        } else {
            "Processed"
        };
        let path = folder
            .join(set)
            .join(subset)
            .join("evaluators")
            .join(judge)
            .join("statistics.json");
        let statistics: Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let items = gold
            .keys()
            .filter(|item| item.starts_with(&format!("{subset}/")))
            .count();
        assert_eq!(verdicts.len(), items, "{subset} {judge}");
        let right = verdicts
            .iter()
            .map(|(item, v)| v.iter().filter(|o| **o == gold[item]).count())
            .sum();
        let equal = verdicts.values().filter(|v| v[0] == v[1]).count();
        // Upstream rounds to one digit; one verdict more or less is 25 hundredths or more.
        for (key, ours) in [
            ("correct_average", per_cent(right, 2 * items)),
            ("equal", per_cent(equal, items)),
        ] {
            assert!(
                (ours - share(&statistics, key)).abs() <= 5,
                "{subset} {judge} {key}: {ours}"
            );
        }
    }
}

#[test]
fn sight() {
    let Some(folder) = release("sight") else {
        return;
    };
    let read = whole("sight", &folder);
    let labels = read.table("labels");
    let full = |r: &&Map<String, Value>| text(r, "label").starts_with("full/");
    assert_eq!(
        labels
            .iter()
            .filter(full)
            .filter(|r| text(r, "field") == "setup")
            .count(),
        15_784
    );
    assert_eq!(
        read.count("items", |r| text(r, "item").starts_with("full/")),
        15_746
    );
    assert_eq!(
        read.count("items", |r| text(r, "item").starts_with("sample/")),
        289
    );
    // 20 columns of people, 64 of prompts.
    assert_eq!(labels.len() - labels.iter().filter(full).count(), 289 * 84);
    let of = |who: &str| -> BTreeMap<&str, &str> {
        let rows = labels
            .iter()
            .filter(|r| text(r, "annotator") == who && text(r, "field") == "general");
        rows.map(|r| (text(r, "item"), text(r, "value"))).collect()
    };
    // Cohen's kappa of general in results/0shot_IRR.txt: .7538169.
    let (one, two) = (of("H1"), of("H2"));
    let n = one.len() as f64;
    let agree = one
        .iter()
        .filter(|(item, value)| two[*item] == **value)
        .count() as f64
        / n;
    let yes = |l: &BTreeMap<&str, &str>| l.values().filter(|v| **v == "1").count() as f64 / n;
    let chance = yes(&one) * yes(&two) + (1.0 - yes(&one)) * (1.0 - yes(&two));
    assert!(((agree - chance) / (1.0 - chance) - 0.753_816_9).abs() < 1e-7);
}

#[test]
fn dsg() {
    counts(
        "dsg",
        "dsg",
        &[
            ("ratings", 3995),
            ("responses", 800),
            ("annotators", 5),
            ("items", 8182 + 920 + 1060 + 160),
        ],
    );
}

#[test]
fn genai_bench() {
    let Some(folder) = release("genai-bench-cmu") else {
        return;
    };
    let read = whole("genai_bench", &folder);
    let ratings = read.table("ratings");
    assert_eq!(ratings.len(), 527 * 18 + 60 * 18 + 3995);
    let odd: Vec<&str> = ratings
        .iter()
        .filter(|r| number(r, "value").is_none())
        .map(|r| text(r, "label"))
        .collect();
    assert_eq!(odd.len(), 2);
    assert!(odd.contains(&"41") && odd.contains(&"33"), "{odd:?}");
    assert_eq!(
        read.len("scores"),
        55 * 4 * 6 + 465 * 4 * 6 + 2543 * 2 + 2543 * 4
    );
}

#[test]
fn ukpconvarg() {
    counts(
        "ukpconvarg",
        "ukpconvarg",
        &[
            ("comparisons", 11_650),
            ("scores", 1052),
            ("responses", 1052),
            ("items", 32),
        ],
    );
}

#[test]
fn d3code() {
    let tables = [
        ("annotators", 4309),
        ("items", 4554),
        ("labels", 4590),
        ("features", 4309 * 6),
    ];
    counts("d3code", "d3code", &tables);
}

#[test]
fn hanna() {
    counts(
        "hanna",
        "hanna",
        &[
            ("scores", 11 * 254 * 96),
            ("labels", 300 * 6),
            ("systems", 11),
        ],
    );
}

#[test]
fn wmt_mqm() {
    counts(
        "wmt_mqm",
        "wmt-mqm",
        &[
            ("scores", 14_180 + 20_000 + 17_034 + 29_220),
            ("labels", 872 + 193),
        ],
    );
}

#[test]
fn hh_rlhf() {
    counts("hh_rlhf", "hh-rlhf", &[("comparisons", 2312)]);
}

#[test]
fn fine_grained_rlhf() {
    let Some(folder) = release("fine-grained-rlhf") else {
        return;
    };
    let read = whole("fine_grained_rlhf", &folder);
    assert_eq!([read.len("items"), read.len("responses")], [500, 2500]);
    let of = |outcome: &str| read.count("comparisons", |r| text(r, "outcome") == outcome);
    assert_eq!([of("a"), of("b"), of("tie"), of("")], [1577, 1039, 384, 0]);
    let marked = |value: &str| {
        read.count("labels", |r| {
            text(r, "field") == "error" && text(r, "value") == value
        })
    };
    assert_eq!(
        [marked("Irrelevant"), marked("Wrong-Grounding")],
        [909, 163]
    );
}

#[test]
fn nlg_metrics() {
    let tables = [
        ("ratings", 2460 * 3),
        ("scores", 2460 * 23),
        ("responses", 2460),
        ("items", 1180),
    ];
    counts("nlg_metrics", "nlg-metrics-emnlp17", &tables);
}

#[test]
fn eureka() {
    let Some(folder) = release("eureka") else {
        return;
    };
    let read = whole("eureka", &folder);
    assert_eq!(read.len("scores"), 887);
    let claude = |r: &Map<String, Value>| {
        text(r, "system") == "Claude-3-Opus" && text(r, "task") == "Geometric Reasoning (GeoMeter)"
    };
    let scores: Vec<f64> = read
        .table("scores")
        .iter()
        .filter(|r| claude(r))
        .filter_map(|r| number(r, "value"))
        .collect();
    assert!(
        scores.contains(&42.6) && scores.contains(&17.0),
        "{scores:?}"
    );
}

#[test]
fn music_arena() {
    counts(
        "music_arena",
        "music-arena",
        &[("scores", 97 * 3), ("systems", 13)],
    );
}

#[test]
fn subjective_qa() {
    counts(
        "subjective_qa",
        "subjectiveqa",
        &[("labels", 550 * 6), ("items", 550), ("annotators", 3)],
    );
}

#[test]
fn realhumaneval() {
    counts(
        "realhumaneval",
        "realhumaneval",
        &[
            ("responses", 1055),
            ("items", 17),
            ("annotators", 107),
            ("systems", 4),
        ],
    );
}

#[test]
fn sparse_feedback() {
    counts(
        "sparse_feedback",
        "sparse-feedback",
        &[("ratings", 99 + 83 + 53), ("comparisons", 118 + 46)],
    );
}

#[test]
fn themis_tara() {
    counts(
        "themis_tara",
        "themis-tara",
        &[("comparisons", 8839 - 4114), ("labels", 4114)],
    );
}
