//! Lakes from the command line: ingest, history, tags, records, damage.

use crate::program::{Place, VOTES};

#[test]
fn ingest_twice_is_one_snapshot() {
    let place = Place::with_lake();
    let log = || place.run(&["log", "--format", "csv", "-q"]).out;
    let before = log();
    assert_eq!(before.lines().count(), 2, "{before}");
    let again = place.run(&["ingest", "pairwise", "votes.csv", "--dataset", "tour"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.err.contains("nothing new"), "{}", again.err);
    assert_eq!(log(), before);
    let rows = place.run(&["show", "--format", "csv", "-q"]).out;
    assert!(rows.contains("comparisons,tour,240"), "{rows}");
}

#[test]
fn the_order_of_lines_and_the_place_do_not_change_the_snapshot() {
    let id = |place: &Place| place.run(&["log", "--json", "-q"]).out;
    let snapshot = |text: &str| {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        value[0]["snapshot"].as_str().unwrap().to_owned()
    };
    let (one, two) = (Place::with_lake(), Place::with_lake());
    assert_eq!(snapshot(&id(&one)), snapshot(&id(&two)));
}

#[test]
fn a_lake_is_found_from_below_and_by_the_environment() {
    let place = Place::with_lake();
    let below = place.path().join("a").join("b");
    std::fs::create_dir_all(&below).unwrap();
    let output = place
        .command(&["show", "-q"])
        .current_dir(&below)
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let elsewhere = Place::new();
    let lake = place.path().join(".arrovian");
    let output = elsewhere
        .command(&["show", "-q"])
        .env("ARROVIAN_LAKE", &lake)
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        elsewhere
            .run(&["show", "--lake", lake.to_str().unwrap()])
            .code,
        0
    );
}

#[test]
fn a_dry_run_needs_no_lake_and_commits_nothing() {
    let place = Place::new();
    place.write("votes.csv", VOTES);
    let run = place.run(&[
        "ingest",
        "pairwise",
        "votes.csv",
        "--dry-run",
        "--format",
        "csv",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("comparisons,240"), "{}", run.out);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn a_mapping_renames_columns() {
    let place = Place::new();
    place.run(&["init"]);
    place.write("mine.csv", "left one,right one,verdict\nx,y,a\ny,x,tie\n");
    let arguments = [
        "ingest",
        "pairwise",
        "mine.csv",
        "--map",
        "system_a=left one",
        "--map",
        "system_b=right one",
        "--map",
        "outcome=verdict",
    ];
    let run = place.run(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = place.run(&[
        "sql",
        "SELECT system_a, system_b, outcome FROM comparisons ORDER BY 1",
        "-q",
    ]);
    assert_eq!(
        run.out, "system_a,system_b,outcome\nx,y,a\ny,x,tie\n",
        "{}",
        run.err
    );
    place.write(
        "map.toml",
        "[columns]\nsystem_a = \"left one\"\nsystem_b = \"right one\"\noutcome = \"verdict\"\n",
    );
    let by_file = place.run(&["ingest", "pairwise", "mine.csv", "--map-file", "map.toml"]);
    assert_eq!(by_file.code, 0, "{}", by_file.err);
    assert!(by_file.err.contains("nothing new"), "{}", by_file.err);
    place.write("map.toml", "[colums]\n");
    assert_eq!(
        place
            .run(&["ingest", "pairwise", "mine.csv", "--map-file", "map.toml"])
            .code,
        2
    );
}

#[test]
fn bad_records_stop_or_are_set_aside() {
    let place = Place::new();
    place.run(&["init"]);
    place.write(
        "v.csv",
        "system_a,system_b,outcome,prob_a\nx,y,a,0.5\nx,y,b,seven\n",
    );
    let run = place.run(&["ingest", "pairwise", "v.csv"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.err.contains("v.csv") && run.err.contains("prob_a") && run.err.contains("seven"),
        "{}",
        run.err
    );
    assert_eq!(
        place.run(&["log", "-q"]).out.lines().count(),
        1,
        "nothing was committed"
    );
    let run = place.run(&["ingest", "pairwise", "v.csv", "--on-error", "quarantine"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("warning: 1 records"), "{}", run.err);
    let run = place.run(&["sql", "SELECT count(*) AS n FROM quarantine", "-q"]);
    assert_eq!(run.out, "n\n1\n", "{}", run.err);
}

#[test]
fn unknown_sources_and_missing_files() {
    let place = Place::with_lake();
    let run = place.run(&["ingest", "pairwis", "votes.csv"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("pairwise"), "{}", run.err);
    assert_eq!(place.run(&["ingest", "pairwise", "gone.csv"]).code, 3);
}

#[test]
fn a_tag_pins_a_snapshot() {
    let place = Place::with_lake();
    let tag = place.run(&["tag", "v1.0", "--message", "as submitted"]);
    assert_eq!(tag.code, 0, "{}", tag.err);
    assert!(tag.out.starts_with("sha256:"), "{}", tag.out);
    let short: String = VOTES
        .lines()
        .take(41)
        .map(|line| format!("{line}\n"))
        .collect();
    place.write("votes.csv", &short);
    assert_eq!(
        place
            .run(&["ingest", "pairwise", "votes.csv", "--dataset", "tour"])
            .code,
        0
    );
    let count = |arguments: &[&str]| {
        let mut all = vec!["sql", "SELECT count(*) AS n FROM comparisons", "-q"];
        all.extend_from_slice(arguments);
        place.run(&all).out
    };
    assert_eq!(count(&[]), "n\n40\n");
    assert_eq!(count(&["--at", "v1.0"]), "n\n240\n");
    assert_eq!(count(&["--at", tag.out.trim()]), "n\n240\n");
    // A tag never moves.
    assert_eq!(place.run(&["tag", "v1.0"]).code, 1);
    assert_eq!(place.run(&["sql", "SELECT 1", "--at", "v9"]).code, 3);
}

#[test]
fn a_record_replays_later_and_elsewhere() {
    let place = Place::with_lake();
    let first = place.run(&["run", "leaderboard/bradley_terry", "--record", "r.json"]);
    assert_eq!(first.code, 0, "{}", first.err);
    // The branch moves on; the record keeps to its snapshot.
    place.write("more.csv", "system_a,system_b,outcome\nwren,plain,b\n");
    assert_eq!(
        place
            .run(&["ingest", "pairwise", "more.csv", "--dataset", "more"])
            .code,
        0
    );
    let again = place.run(&["replay", "r.json"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(again.out, first.out);
    assert!(
        again.err.contains("same result, byte for byte"),
        "{}",
        again.err
    );
    // Another lake with the same rows has the same snapshot.
    let other = Place::with_lake();
    other.write("r.json", &place.read("r.json"));
    assert_eq!(other.run(&["replay", "r.json", "--threads", "1"]).code, 0);
    // A record of something else is found out.
    let text = place.read("r.json");
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let digest = value["result"]["digest"].as_str().unwrap().to_owned();
    let last = digest.chars().next_back().unwrap();
    let wrong = format!(
        "{}{}",
        &digest[..digest.len() - 1],
        if last == '0' { '1' } else { '0' }
    );
    value["result"]["digest"] = wrong.into();
    value["result"].as_object_mut().unwrap().remove("arrow");
    place.write("r.json", &value.to_string());
    let run = place.run(&["replay", "r.json"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(run.err.contains("differs"), "{}", run.err);
    place.write("r.json", "{}");
    assert_eq!(place.run(&["replay", "r.json"]).code, 2);
}

#[test]
fn damage_is_found_and_never_becomes_a_number() {
    let place = Place::with_lake();
    assert_eq!(place.run(&["verify"]).code, 0);
    let blobs = place.path().join(".arrovian/blobs/sha256");
    let parquet = walk(&blobs)
        .into_iter()
        .map(|path| (std::fs::read(&path).unwrap(), path))
        .filter(|(bytes, _)| bytes.starts_with(b"PAR1"))
        .max_by_key(|(bytes, _)| bytes.len());
    let (mut bytes, path) = parquet.expect("a slice");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    #[allow(clippy::permissions_set_readonly_false)]
    permissions.set_readonly(false);
    std::fs::set_permissions(&path, permissions).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let run = place.run(&["verify", "--format", "csv"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(run.out.contains(name), "{}", run.out);
    let run = place.run(&["run", "leaderboard/win_rate"]);
    assert_eq!((run.code, run.out.as_str()), (4, ""), "{}", run.err);
    assert!(run.err.contains(name), "{}", run.err);
    std::fs::remove_file(&path).unwrap();
    let run = place.run(&["run", "leaderboard/win_rate"]);
    assert_eq!((run.code, run.out.as_str()), (3, ""), "{}", run.err);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            files.extend(walk(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files
}

#[test]
fn every_shipped_query_runs_and_can_be_recorded() {
    let place = Place::with_lake();
    place.write(
        "rankings.csv",
        "ranking,system,rank\n1,x,1\n1,y,2\n2,y,1\n2,x,2\n3,x,1\n3,y,2\n",
    );
    let run = place.run(&["ingest", "rankings", "rankings.csv"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let list = place.run(&["queries", "--json", "-q"]).out;
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let mut seen = 0;
    for query in list.as_array().unwrap() {
        let name = query["query"].as_str().unwrap();
        let run = place.run(&["run", name, "--record", "r.json"]);
        assert_eq!(run.code, 0, "{name}: {}", run.err);
        assert!(
            run.out.lines().count() >= 1 && !run.out.contains("NaN"),
            "{name}: {}",
            run.out
        );
        seen += 1;
    }
    assert!(seen >= 9);
}

#[test]
fn show_lists_and_samples() {
    let place = Place::with_lake();
    let run = place.run(&["show", "comparisons", "--limit", "3", "-q"]);
    assert_eq!((run.code, run.out.lines().count()), (0, 4), "{}", run.err);
    let run = place.run(&["show", "comparison"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("did you mean comparisons?"), "{}", run.err);
}

#[test]
fn init_does_not_overwrite() {
    let place = Place::with_lake();
    assert_eq!(place.run(&["init"]).code, 2);
    assert_eq!(place.run(&["verify"]).code, 0);
}

#[test]
fn records_that_contradict_themselves_are_refused() {
    let place = Place::with_lake();
    let run = place.run(&["run", "leaderboard/win_rate", "--record", "r.json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let text = place.read("r.json");
    let edits: [fn(&mut serde_json::Value); 4] = [
        |v| v["sql"] = "SELECT 1".into(),
        |v| v["query"] = v["result"]["digest"].clone(),
        |v| v["result"]["rows"] = 1.into(),
        |v| v["result"]["columns"][0] = "x".into(),
    ];
    for edit in edits {
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        edit(&mut value);
        place.write("r.json", &value.to_string());
        let run = place.run(&["replay", "r.json"]);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{}", run.err);
        assert!(run.err.contains("contradicts itself"), "{}", run.err);
    }
}

#[test]
fn a_file_that_moved_is_named_anew_and_must_be_the_same() {
    let place = Place::new();
    place.write("v.csv", "x\n1\n2\n");
    let sql = "SELECT sum(x) AS s FROM v";
    let run = place.run(&["sql", "--table", "v=v.csv", sql, "--record", "r.json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    std::fs::rename(place.path().join("v.csv"), place.path().join("w.csv")).unwrap();
    assert_eq!(place.run(&["replay", "r.json"]).code, 1);
    assert_eq!(
        place.run(&["replay", "r.json", "--table", "v=w.csv"]).code,
        0
    );
    assert_eq!(
        place.run(&["replay", "r.json", "--table", "z=w.csv"]).code,
        2
    );
    place.write("w.csv", "x\n3\n");
    let run = place.run(&["replay", "r.json", "--table", "v=w.csv"]);
    assert_eq!(run.code, 4, "{}", run.err);
}

#[test]
fn a_dry_run_finds_what_a_commit_would() {
    let place = Place::with_lake();
    place.write(
        "twice.csv",
        "comparison,system_a,system_b,outcome\nc1,x,y,a\nc1,x,z,b\n",
    );
    place.write("none.csv", "system_a,system_b,outcome\n");
    let ingest = ["ingest", "pairwise", "--dataset", "tour"];
    for file in ["twice.csv", "none.csv"] {
        for dry in [&[][..], &["--dry-run"]] {
            let all: Vec<&str> = ingest
                .iter()
                .copied()
                .chain([file])
                .chain(dry.iter().copied())
                .collect();
            let run = place.run(&all);
            assert_eq!((run.code, run.out.as_str()), (1, ""), "{all:?} {}", run.err);
        }
    }
    let count = place.run(&[
        "sql",
        "SELECT count(*) FROM comparisons",
        "--format",
        "csv",
        "-q",
    ]);
    assert_eq!(count.out, "count(*)\n240\n");
}
