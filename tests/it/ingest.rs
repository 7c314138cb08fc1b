//! What is shown before an ingestion, and what comes out of the lake again.

use crate::program::Place;

const VOTES: &str = "id,model_a,model_b,winner,worker,note\n1,m,n,model_a,ann,x\n2,n,m,tie,joe,\n";

fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec![
        "ingest",
        "pairwise",
        "v.csv",
        "--map",
        "comparison=id",
        "--map",
        "annotator=worker",
    ];
    all.extend(more);
    all
}

#[test]
fn a_dry_run_shows_the_first_rows_and_what_goes_into_meta() {
    let place = Place::new();
    place.write("v.csv", VOTES);
    let run = place.run(&arguments(&["--dry-run"]));
    assert_eq!(run.code, 0, "{}", run.err);
    for words in [
        "comparisons: the first 2 of 2 rows",
        "outcome          a",
        "{\"note\":\"x\"}",
        "note: kept in meta: note",
        "note: outcome is read from 'winner'",
        "nothing committed",
    ] {
        assert!(run.err.contains(words), "{}\nshould say {words}", run.err);
    }
    place.write("w.csv", "left,right,said\nm,n,model_a\nn,m,tie\n");
    let run = place.run(&["ingest", "pairwise", "w.csv", "--dry-run"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.err
            .contains("'said' looks like outcome: values model_a, tie"),
        "{}",
        run.err
    );
}

#[test]
fn people_get_pseudonyms_on_request() {
    let place = Place::new();
    place.run(&["init"]);
    place.write("v.csv", VOTES);
    place.write("key", "a key that nobody guesses\n");
    place.write("short", "x");
    let run = place.run(&arguments(&["--pseudonymise", "short"]));
    assert_eq!(run.code, 2, "{}", run.err);
    let run = place.run(&arguments(&["--pseudonymise", "env:NO_SUCH_VARIABLE_HERE"]));
    assert_eq!(run.code, 2, "{}", run.err);
    let run = place.run(&arguments(&["--pseudonymise", "key"]));
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("2 identifiers of people are pseudonyms"),
        "{}",
        run.err
    );
    let sql = "SELECT count(*) AS n FROM comparisons WHERE annotator IN (SELECT annotator FROM annotators WHERE annotator LIKE 'p%')";
    let run = place.run(&["sql", sql, "-q"]);
    assert_eq!(run.out, "n\n2\n", "{}", run.err);
    let again = place.run(&arguments(&["--pseudonymise", "key"]));
    assert!(again.err.contains("nothing new"), "{}", again.err);
    // An empty key is none; another key gives other names and identifiers.
    place.write("blank", " \n");
    let run = place.run(&arguments(&["--pseudonymise", "blank"]));
    assert_eq!(run.code, 2, "{}", run.err);
    let names = |place: &Place| {
        let sql = "SELECT annotator FROM annotators ORDER BY 1";
        let out = place.run(&["sql", sql, "-q"]).out;
        let names = out.lines().skip(1).map(str::to_owned);
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let before = names(&place);
    place.write("other", "another key that nobody guesses\n");
    let run = place.run(&arguments(&["--pseudonymise", "other"]));
    assert_eq!(run.code, 0, "{}", run.err);
    let after = names(&place);
    assert!(after.len() == 2 && after.is_disjoint(&before), "{after:?}");
    // Nowhere in the lake is a key.
    let mut folders = vec![place.path().join(".arrovian")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let held = bytes.windows(14).any(|w| w == b"nobody guesses");
            assert!(!held, "{}", path.display());
        }
    }
}

#[test]
fn exported_pairs_keep_what_was_said_beside_the_outcome() {
    let place = Place::new();
    place.run(&["init"]);
    place.write(
        "v.csv",
        "comparison,item,model_a,model_b,winner,judge,shown_order,strength,prob_a,timestamp,rationale,extra\n\
         1,q1,m,n,model_a,ann,1,2.5,0.75,2024-05-01T10:00:00Z,short,x\n\
         2,q1,m,n,model_b,joe,0,-1,,,,\n3,q2,n,m,tie,ann,,,,,,\n",
    );
    let run = place.run(&["ingest", "pairwise", "v.csv", "--dataset", "there"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = place.run(&["export", "annotated-pairs", "-o", "pairs.json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let back = [
        "ingest",
        "annotated_pairs",
        "pairs.json",
        "--dataset",
        "back",
    ];
    let run = place.run(&back);
    assert_eq!(run.code, 0, "{}", run.err);
    let rows = |dataset: &str| {
        let sql = format!(
            "SELECT system_a, system_b, annotator, outcome, shown_order, strength, prob_a, time, rationale, meta \
             FROM comparisons WHERE dataset = '{dataset}' ORDER BY outcome"
        );
        place.run(&["sql", &sql, "-q", "--format", "csv"]).out
    };
    let there = rows("there");
    assert!(there.contains(",1,2.5,0.75,2024-05-01"), "{there}");
    // A tie needs a reason there, which is kept.
    let back = rows("back").replace(r#""{""no_pref_reason"":""tie""}""#, "");
    assert_eq!(back, there);
}

#[test]
fn licences_name_the_terms_of_every_table() {
    let place = Place::with_lake();
    let run = place.run(&["licences", "--format", "csv"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.starts_with("table,dataset,rows,licence,note,"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains(
            "comparisons,tour,240,not stated,The licence is that of the files handed over.,pairwise"
        ),
        "{}",
        run.out
    );
}

#[test]
fn annotated_pairs_leave_the_lake_and_come_back() {
    let place = Place::with_lake();
    let run = place.run(&["export", "annotated-pairs", "-o", "pairs.json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let text = std::fs::read_to_string(place.path().join("pairs.json")).unwrap();
    assert!(
        text.starts_with("{\"metadata\":{\"dataset_name\":\"tour\",\"version\":\"2.0\"},"),
        "{text}"
    );
    let run = place.run(&[
        "ingest",
        "annotated_pairs",
        "pairs.json",
        "--dataset",
        "back",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    let sql = "SELECT dataset, outcome, count(*) AS n FROM comparisons GROUP BY 1, 2 ORDER BY 1, 2";
    let out = place.run(&["sql", sql, "-q"]).out;
    let of = |dataset: &str| -> Vec<String> {
        let lines = out.lines().filter_map(|l| l.strip_prefix(dataset));
        lines.map(str::to_owned).collect()
    };
    assert!(!of("back").is_empty() && of("back") == of("tour"), "{out}");
    assert_eq!(place.run(&["export", "annotated-pairs"]).code, 2);
    let run = place.run(&["export", "annotated-pairs", "--dataset", "none"]);
    assert_eq!(run.code, 3, "{}", run.err);
}
