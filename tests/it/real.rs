//! Published numbers from released files, through the program: files → lake → SQL.
//! Each test says so and passes where the files are not beside the project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::program::Place;

/// A lake that holds one release, read whole.
#[allow(clippy::print_stderr)]
pub(crate) fn ingested(source: &str, folder: &str) -> Option<Place> {
    let path = release(folder)?;
    let place = Place::new();
    assert_eq!(place.run(&["init"]).code, 0);
    let run = place.run(&["ingest", source, path.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    Some(place)
}

#[allow(clippy::print_stderr)]
fn release(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no released files at {}", path.display());
    None
}

/// The rows of a query, as text cells without the header.
pub(crate) fn rows(place: &Place, sql: &str) -> Vec<Vec<String>> {
    let run = place.run(&["sql", sql, "--format", "tsv", "-q"]);
    assert_eq!(run.code, 0, "{sql}\n{}", run.err);
    let lines = run.out.lines().skip(1);
    lines
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

pub(crate) fn number(cell: &str) -> f64 {
    cell.parse().unwrap_or_else(|_| panic!("{cell:?}"))
}

#[test]
fn pandalm_kappas_and_majorities_are_those_of_its_readme() {
    let Some(place) = ingested("pandalm", "pandalm") else {
        return;
    };
    let pairs = rows(
        &place,
        "WITH v AS (SELECT split_part(comparison, '/', 1) AS pair, annotator, outcome FROM comparisons \
         WHERE annotator LIKE 'annotator%') \
         SELECT x.annotator, y.annotator, round(cohen_kappa(x.outcome, y.outcome), 3) AS kappa \
         FROM v AS x JOIN v AS y ON x.pair = y.pair AND x.annotator < y.annotator \
         GROUP BY x.annotator, y.annotator ORDER BY 1, 2",
    );
    let kappas: Vec<f64> = pairs.iter().map(|r| number(&r[2])).collect();
    assert_eq!(kappas, [0.852, 0.879, 0.862], "{pairs:?}");
    // Three different votes are a tie there.
    let majority = rows(
        &place,
        "SELECT label, count(*) FROM (SELECT coalesce(majority_vote(outcome), 'tie') AS label FROM comparisons \
         WHERE annotator LIKE 'annotator%' GROUP BY split_part(comparison, '/', 1)) GROUP BY label ORDER BY label",
    );
    assert_eq!(majority.concat(), ["a", "422", "b", "472", "tie", "105"]);
}

#[test]
fn imagenhub_means_and_alphas_are_those_of_its_notebook() {
    let Some(place) = ingested("imagenhub", "imagenhub") else {
        return;
    };
    let means = rows(
        &place,
        "WITH r AS (SELECT split_part(item, '/', 1) AS task, system, item, annotator, \
           max(value) FILTER (WHERE aspect = 'SC') AS sc, max(value) FILTER (WHERE aspect = 'PQ') AS pq \
         FROM ratings GROUP BY system, item, annotator) \
         SELECT task, system, round(avg(sc), 2), round(avg(pq), 2), round(avg(sqrt(sc * pq)), 2) \
         FROM r GROUP BY task, system",
    );
    let of = |task: &str, system: &str| -> Vec<f64> {
        let found: Vec<_> = means
            .iter()
            .filter(|r| r[0] == task && r[1] == system)
            .collect();
        assert_eq!(found.len(), 1, "{task} {system}: {found:?}");
        found[0][2..].iter().map(|c| number(c)).collect()
    };
    assert_eq!(of("Text-To-Image", "DALLE"), [0.58, 0.62, 0.54]);
    assert_eq!(of("Text-To-Image", "Midjourney"), [0.67, 0.92, 0.73]);
    assert_eq!(of("Text-To-Image", "DALLE3"), [0.79, 0.79, 0.76]);
    assert_eq!(of("Text-To-Image", "SDXL"), [0.62, 0.64, 0.59]);
    assert_eq!(of("Text-Guided_IE", "MagicBrush"), [0.51, 0.65, 0.47]);
    let alphas = rows(
        &place,
        "SELECT split_part(item, '/', 1) AS task, system, \
           round(krippendorff_alpha(item, annotator, value, level => 'ordinal'), 2) AS alpha \
         FROM ratings WHERE aspect = 'SC' GROUP BY task, system",
    );
    let alpha = |task: &str, system: &str| {
        let mut found = alphas.iter().filter(|r| r[0] == task && r[1] == system);
        found.next().map(|r| r[2].clone()).unwrap()
    };
    for (task, system, published) in [
        ("Text-To-Image", "DALLE", "0.47"),
        ("Text-To-Image", "SD", "0.64"),
        ("Text-To-Image", "SDXL", "0.59"),
        ("Text-Guided_IE", "MagicBrush", "0.66"),
        ("Multi-Subject_IG", "CustomDiffusion", "0.89"),
        ("Text-Guided_IE", "SDEdit", "0.2"),
    ] {
        assert_eq!(alpha(task, system), published, "{task} {system}");
    }
    // Every rating of it is zero, so agreement beyond chance is 0/0: NULL.
    assert!(
        alphas.iter().any(|r| r[1] == "Imagic" && r[2].is_empty()),
        "{alphas:?}"
    );
}

#[test]
fn imagereward_has_its_strict_pairs() {
    let Some(place) = ingested("imagereward", "imagereward") else {
        return;
    };
    let found = rows(
        &place,
        "SELECT count(*) FILTER (WHERE x.rank <> y.rank), count(*), count(DISTINCT x.ranking) FROM rankings AS x \
         JOIN rankings AS y ON x.dataset = y.dataset AND x.ranking = y.ranking AND x.response < y.response",
    );
    assert_eq!(found.concat(), ["6399", "7230", "466"]);
}

#[test]
fn llmbar_judges_have_the_statistics_beside_their_results() {
    let Some(place) = ingested("llmbar", "llmbar") else {
        return;
    };
    let judges = rows(
        &place,
        "WITH v AS (SELECT split_part(c.item, '/', 1) AS subset, c.annotator AS judge, c.item, c.shown_order, c.outcome, \
           g.outcome AS gold FROM comparisons AS c JOIN comparisons AS g ON g.item = c.item AND g.annotator = 'gold' \
           WHERE c.annotator <> 'gold'), \
         p AS (SELECT subset, judge, item, count(*) FILTER (WHERE outcome = gold) AS hits, \
           min(outcome) FILTER (WHERE shown_order = 0) IS NOT DISTINCT FROM min(outcome) FILTER (WHERE shown_order = 1) AS equal \
           FROM v GROUP BY subset, judge, item) \
         SELECT subset, judge, sum(hits) / (2.0 * count(*)) * 100, count(*) FILTER (WHERE equal) * 100.0 / count(*) \
         FROM p GROUP BY subset, judge",
    );
    assert_eq!(judges.len(), 44);
    let folder = release("llmbar").unwrap();
    for judge in &judges {
        let set = if judge[0] == "Natural" {
            "LLMBar"
        } else {
            "Processed"
        };
        let path = folder
            .join(set)
            .join(&judge[0])
            .join("evaluators")
            .join(&judge[1])
            .join("statistics.json");
        let text = std::fs::read_to_string(&path).unwrap();
        let statistics: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
        for (key, cell) in [("correct_average", &judge[2]), ("equal", &judge[3])] {
            let published = statistics[key]
                .as_str()
                .unwrap()
                .rsplit('=')
                .next()
                .unwrap();
            let published = number(published.trim().trim_end_matches('%'));
            // They are published to one digit.
            assert!(
                (number(cell) - published).abs() <= 0.05 + 1e-9,
                "{judge:?} {key}: {published}"
            );
        }
    }
}

#[test]
fn sight_has_its_kappas_and_its_rows() {
    let Some(place) = ingested("sight", "sight") else {
        return;
    };
    let found = rows(
        &place,
        "SELECT x.field, round(cohen_kappa(x.value, y.value), 7) FROM labels AS x JOIN labels AS y \
         ON x.item = y.item AND x.field = y.field AND x.annotator = 'H1' AND y.annotator = 'H2' \
         GROUP BY x.field",
    );
    let kappa: BTreeMap<&str, f64> = found
        .iter()
        .map(|r| (r[0].as_str(), number(&r[1])))
        .collect();
    assert_eq!(kappa["general"], 0.753_816_9);
    for (field, published) in [
        ("confusion", 0.910_020_4),
        // From the counts 247, 1, 4, 34: 8394/9109.
        ("gratitude", 0.921_506_2),
        ("pedagogy", 0.787_066_6),
    ] {
        assert_eq!(kappa[field], published, "{field}");
    }
    let full = rows(
        &place,
        "SELECT count(*) FROM labels WHERE label LIKE 'full/%' AND field = 'setup'",
    );
    assert_eq!(full.concat(), ["15784"]);
}

#[test]
fn dsg_has_the_alphas_of_an_independent_computation() {
    let Some(place) = ingested("dsg", "dsg") else {
        return;
    };
    let alpha = |level: &str| {
        format!(
            "round(krippendorff_alpha(item || system, annotator, value, level => '{level}'), 3)"
        )
    };
    let sql = format!(
        "SELECT {}, {}, {} FROM ratings",
        alpha("nominal"),
        alpha("ordinal"),
        alpha("interval")
    );
    assert_eq!(rows(&place, &sql).concat(), ["0.397", "0.685", "0.684"]);
}

/// The rows of a shipped query, each by the names of its columns.
fn shipped(place: &Place, arguments: &[&str]) -> Vec<BTreeMap<String, String>> {
    let fixed = ["--format", "tsv", "-q"];
    let run = place.run(&[&["run"][..], arguments, &fixed].concat());
    assert_eq!(run.code, 0, "{arguments:?}\n{}", run.err);
    let mut lines = run.out.lines().map(|line| line.split('\t'));
    let names: Vec<&str> = lines.next().unwrap().collect();
    let row = |cells: std::str::Split<'_, char>| {
        let named = names.iter().zip(cells);
        named
            .map(|(n, c)| ((*n).to_owned(), c.to_owned()))
            .collect()
    };
    lines.map(row).collect()
}

#[test]
fn genai_bench_has_the_alphas_of_an_independent_computation() {
    let Some(place) = ingested("genai_bench", "genai-bench-cmu") else {
        return;
    };
    let sql = "WITH r AS (SELECT response, annotator, value, coalesce(value, CAST(label AS double)) AS typed \
               FROM ratings WHERE item LIKE 'genai_image/%') \
               SELECT count(*), count(value), \
               round(krippendorff_alpha(response, annotator, value, level => 'ordinal'), 3), \
               round(krippendorff_alpha(response, annotator, typed, level => 'ordinal'), 3), \
               round(krippendorff_alpha(response, annotator, typed, level => 'interval'), 3), \
               round(krippendorff_alpha(response, annotator, value, level => 'interval'), 3) FROM r";
    // The published interval alpha has a 41 and a 33 on a scale of five among its ratings, which
    // are no ratings here: without them it is that of the ordinal form.
    let found = rows(&place, sql).concat();
    assert_eq!(found, ["9486", "9484", "0.715", "0.715", "0.622", "0.711"]);
    let pairs = shipped(&place, &["tests/significance", "--param", "min_items=100"]);
    let of = |pair: &str| pairs.iter().find(|r| r["pair"] == pair).unwrap();
    let (far, near) = (of("DALLE_3 - SDXL_Turbo"), of("SDXL_Base - SDXL_Turbo"));
    assert!(
        number(&far["difference"]) > 0.6 && far["significant"] == "true",
        "{far:?}"
    );
    assert!(number(&near["difference"]).abs() < 0.1, "{near:?}");
    for row in &pairs {
        let p: Vec<f64> = ["p_t", "p_wilcoxon", "p_adjusted"]
            .map(|c| number(&row[c]))
            .into();
        assert!(
            p[1] <= p[2] && p.iter().all(|p| (0.0..=1.0).contains(p)),
            "{row:?}"
        );
    }
}

#[test]
fn shipped_queries_judge_the_judges_of_pandalm() {
    let Some(place) = ingested("pandalm", "pandalm") else {
        return;
    };
    // 697 of 999 pairs have the majority's verdict (25 could not be parsed), 667 of 999.
    let judges = shipped(
        &place,
        &["agreement/human_vs_judge", "--param", "dataset=pandalm"],
    );
    let brief: Vec<(&str, &str, f64)> = judges
        .iter()
        .map(|r| {
            (
                r["judge"].as_str(),
                r["n"].as_str(),
                number(&r["agreement"]) * number(&r["n"]),
            )
        })
        .map(|(judge, n, right)| (judge, n, right.round()))
        .collect();
    assert_eq!(
        brief,
        [
            ("gpt-3.5-turbo", "974", 697.0),
            ("pandalm-7b", "999", 667.0)
        ]
    );
    let pairs = shipped(
        &place,
        &["agreement/inter_annotator", "--param", "dataset=pandalm"],
    );
    let kappa = |x: &str, y: &str| {
        let pair = pairs.iter().find(|r| r["first"] == x && r["second"] == y);
        (number(&pair.unwrap()["kappa"]) * 1000.0).round()
    };
    assert_eq!(kappa("annotator1", "annotator2"), 852.0);
    assert_eq!(kappa("annotator1", "annotator3"), 879.0);
    assert_eq!(kappa("annotator2", "annotator3"), 862.0);
    let quality = shipped(
        &place,
        &["agreement/annotator_quality", "--param", "dataset=pandalm"],
    );
    assert_eq!(quality.len(), 5);
    for row in &quality {
        let person = row["annotator"].starts_with("annotator");
        // People agree with the others and pull agreement up, judges do neither.
        assert_eq!(number(&row["agreement"]) > 0.9, person, "{row:?}");
        assert_eq!(number(&row["influence"]) > 0.0, person, "{row:?}");
        assert_eq!(number(&row["competence"]) > 0.9, person, "{row:?}");
    }
    let replaced = shipped(
        &place,
        &["agreement/rater_replacement", "--param", "dataset=pandalm"],
    );
    assert_eq!(replaced.len(), 2);
    for row in &replaced {
        assert!(number(&row["delta"]) < -0.2, "{row:?}");
        assert!(
            number(&row["upper"]) < 0.0 && row["passed"] == "false",
            "{row:?}"
        );
        assert_eq!(
            (row["n_annotators"].as_str(), row["reason"].as_str()),
            ("3", "")
        );
    }
}

/// Ballots as the releases hold them: per annotator and item from ratings, per metric and item from
/// scores, per item from rankings of unnamed outputs; comparisons through `slater`.
#[test]
fn kemeny_is_proved_optimal_on_every_released_ballot_set() {
    let parts = [
        "SELECT dataset || '/' || aspect AS part, concat_ws('/', item, annotator) AS ballot, system AS alternative, -avg(value) AS place \
         FROM ratings WHERE system IS NOT NULL AND value IS NOT NULL GROUP BY dataset, aspect, item, annotator, system",
        "SELECT dataset AS part, concat_ws('/', task, metric, item) AS ballot, system AS alternative, \
         avg(CASE WHEN higher_is_better = false THEN value ELSE -value END) AS place \
         FROM scores WHERE system IS NOT NULL AND value IS NOT NULL GROUP BY dataset, task, metric, item, system",
        "SELECT dataset || '/' || item AS part, ranking AS ballot, entry AS alternative, rank AS place FROM rankings",
    ];
    for (source, folder, sets) in [
        ("imagenhub", "imagenhub", 2),
        ("genai_bench", "genai-bench-cmu", 2),
        ("dsg", "dsg", 1),
        ("nlg_metrics", "nlg-metrics-emnlp17", 2),
        ("hanna", "hanna", 1),
        ("eureka", "eureka", 1),
        ("wmt_mqm", "wmt-mqm", 1),
        ("music_arena", "music-arena", 1),
        ("imagereward", "imagereward", 466),
    ] {
        let Some(place) = ingested(source, folder) else {
            return;
        };
        let mut solved = 0;
        for part in parts {
            let sql = format!(
                "SELECT part, count(*), max(gap), bool_and(optimal) FROM kemeny(({part}), rank => place, by => part) GROUP BY part"
            );
            for row in rows(&place, &sql) {
                assert_eq!((&*row[2], &*row[3]), ("0.0", "true"), "{source}: {row:?}");
                solved += 1;
            }
        }
        assert!(solved >= sets, "{source}: {solved} ballot sets");
    }
    let Some(place) = ingested("pandalm", "pandalm") else {
        return;
    };
    let sql = "SELECT count(*), max(gap), bool_and(optimal) FROM slater((SELECT * FROM comparisons), cost => 'margin')";
    assert_eq!(rows(&place, sql), [["5", "0.0", "true"]]);
}

/// Rankings of unnamed outputs have nothing to compare: the answer says so and where to look.
#[test]
fn consensus_over_unnamed_outputs_says_why_it_is_empty() {
    let Some(place) = ingested("imagereward", "imagereward") else {
        return;
    };
    let run = place.run(&["run", "leaderboard/consensus", "--format", "csv"]);
    assert_eq!((run.code, run.out.lines().count()), (0, 1), "{}", run.out);
    assert!(
        run.err.contains("no rows: no ballot") && run.err.contains("source=ratings"),
        "{}",
        run.err
    );
}
