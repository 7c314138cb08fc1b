//! Every format through the program, files and limits.

use crate::program::Place;

const SQL: &str = "SELECT * FROM (VALUES (1, 0.1 + 0.2, 'a|b'), (2, NULL, NULL)) AS t(n, x, s)";

#[test]
fn each_format_is_what_it_says() {
    let place = Place::new();
    let out = |format: &str| {
        let run = place.run(&["sql", SQL, "--format", format, "-q"]);
        assert_eq!(run.code, 0, "{format}: {}", run.err);
        run.out
    };
    assert_eq!(out("csv"), "n,x,s\n1,0.30000000000000004,a|b\n2,,\n");
    assert_eq!(out("auto"), out("csv"));
    assert_eq!(out("tsv"), "n\tx\ts\n1\t0.30000000000000004\ta|b\n2\t\t\n");
    assert_eq!(
        out("ndjson"),
        "{\"n\":1,\"x\":0.30000000000000004,\"s\":\"a|b\"}\n{\"n\":2,\"x\":null,\"s\":null}\n"
    );
    let json: serde_json::Value = serde_json::from_str(&out("json")).unwrap();
    assert_eq!(json[1]["n"], 2);
    assert!(
        out("table").contains("NULL") && out("table").contains("0.3"),
        "{}",
        out("table")
    );
    assert!(out("markdown").contains("a\\|b"), "{}", out("markdown"));
}

#[test]
fn json_is_short_for_the_format() {
    let place = Place::new();
    let long = place.run(&["sql", SQL, "--format", "json", "-q"]).out;
    assert_eq!(place.run(&["sql", SQL, "--json", "-q"]).out, long);
}

#[test]
fn a_suffix_chooses_the_format_of_a_file() {
    let place = Place::new();
    for name in [
        "a.csv",
        "a.md",
        "a.json",
        "a.ndjson",
        "a.parquet",
        "a.arrow",
        "a.txt",
        "a.tsv",
    ] {
        let run = place.run(&["sql", SQL, "-o", name]);
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{name}: {}", run.err);
        assert!(run.err.contains("2 rows written"), "{}", run.err);
    }
    assert!(place.read("a.csv").starts_with("n,x,s\n"));
    let bytes = std::fs::read(place.path().join("a.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1"));
    // What was written can be asked again, with every digit.
    let back = place.run(&[
        "sql",
        "--table",
        "t=a.parquet",
        "SELECT n, x, s FROM t",
        "-q",
    ]);
    assert_eq!(
        back.out, "n,x,s\n1,0.30000000000000004,a|b\n2,,\n",
        "{}",
        back.err
    );
    // No temporary is left beside the results.
    let hidden = std::fs::read_dir(place.path()).unwrap().filter(|e| {
        e.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with('.')
    });
    assert_eq!(hidden.count(), 0);
}

#[test]
fn a_failed_query_leaves_the_old_file() {
    let place = Place::new();
    place.write("a.csv", "precious\n");
    assert_eq!(place.run(&["sql", "SELECT nothing", "-o", "a.csv"]).code, 1);
    assert_eq!(place.read("a.csv"), "precious\n");
}

#[test]
fn a_limit_never_shortens_a_pipe() {
    let place = Place::new();
    let run = place.run(&[
        "sql",
        "SELECT value FROM generate_series(1, 1000)",
        "--limit",
        "5",
    ]);
    assert_eq!(
        (run.code, run.out.lines().count()),
        (0, 1001),
        "{}",
        run.err
    );
    assert!(run.err.contains("all 1,000 rows"), "{}", run.err);
}

#[test]
fn a_query_comes_from_argument_file_or_stdin() {
    let place = Place::new();
    place.write("q.sql", "SELECT 7 AS n");
    for run in [
        place.run(&["sql", "-f", "q.sql"]),
        place.pipe(&["sql", "-"], "SELECT 7 AS n"),
        place.pipe(&["sql"], "SELECT 7 AS n"),
        place.run(&["sql", "SELECT $n AS n", "--param", "n=7"]),
    ] {
        assert_eq!((run.code, run.out.as_str()), (0, "n\n7\n"), "{}", run.err);
    }
}

#[test]
fn several_files_can_be_tables() {
    let place = Place::new();
    place.write("l.csv", "id,a\n1,x\n2,y\n");
    place.write("r.ndjson", "{\"id\":2,\"b\":\"z\"}\n");
    let run = place.run(&[
        "sql",
        "--table",
        "l=l.csv",
        "--table",
        "r=r.ndjson",
        "SELECT a, b FROM l JOIN r ON l.id = r.id",
        "-q",
    ]);
    assert_eq!(
        (run.code, run.out.as_str()),
        (0, "a,b\ny,z\n"),
        "{}",
        run.err
    );
}

#[test]
fn threads_do_not_change_a_result() {
    let place = Place::with_lake();
    let digest = |threads: &str| {
        let run = place.run(&["run", "leaderboard/bradley_terry", "--threads", threads]);
        assert_eq!(run.code, 0, "{}", run.err);
        (
            run.out,
            run.err
                .split("result ")
                .nth(1)
                .unwrap()
                .split_whitespace()
                .next()
                .unwrap()
                .to_owned(),
        )
    };
    assert_eq!(digest("1"), digest("5"));
}
