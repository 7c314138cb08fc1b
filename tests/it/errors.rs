//! Exit codes, and what is said on which stream.

use crate::program::Place;

#[test]
fn results_go_to_stdout_and_nothing_else_does() {
    let place = Place::new();
    let run = place.run(&["sql", "SELECT 1 AS x"]);
    assert_eq!((run.code, run.out.as_str()), (0, "x\n1\n"));
    assert!(
        run.err.contains("result ") && run.err.contains("1 row"),
        "{}",
        run.err
    );
    let run = place.run(&["sql", "SELECT 1 AS x", "--quiet"]);
    assert_eq!(
        (run.code, run.out.as_str(), run.err.as_str()),
        (0, "x\n1\n", "")
    );
}

#[test]
fn a_wrong_column_is_shown_with_carets_and_a_hint() {
    let place = Place::new();
    place.write("v.csv", "winner,n\na,1\n");
    let run = place.run(&[
        "sql",
        "--table",
        "v=v.csv",
        "SELECT n\nFROM v WHERE winer = 'a'",
    ]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(
        run.err.starts_with("error: ") && run.err.contains("winer"),
        "{}",
        run.err
    );
    assert!(run.err.contains("--> sql:2:14"), "{}", run.err);
    assert!(
        run.err
            .contains(" 2 | FROM v WHERE winer = 'a'\n   |              ^^^^^"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("hint: ") && run.err.contains("winner"),
        "{}",
        run.err
    );
}

#[test]
fn errors_can_be_json() {
    let place = Place::new();
    let run = place.run(&["sql", "SELECT nothing", "--format", "json"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    let value: serde_json::Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(value["kind"], "query");
    assert_eq!(value["span"]["line"], 1);
    assert!(value["message"].as_str().unwrap().contains("nothing"));
    // Also where the command line itself is wrong.
    let run = place.run(&["sql", "SELECT 1", "--json", "--limt", "3"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    let value: serde_json::Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(value["kind"], "usage");
}

#[test]
fn usage_errors_are_2() {
    let place = Place::new();
    for arguments in [
        &["nonsense"][..],
        &["sql", "SELECT 1", "--format", "mardown"],
        &["sql", "SELECT 1", "-o", "answer.xyz"],
        &["run", "leaderbord/elo"],
        &["run", "leaderboard/elo", "--param", "dataste=x"],
        &["functions", "cohen_kapa"],
        &["schema", "comparison"],
        &["sql", "SELECT 1", "--timeout", "0"],
    ] {
        let run = place.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert_eq!(run.out, "", "{arguments:?}");
    }
    assert!(
        place
            .run(&["run", "leaderbord/elo"])
            .err
            .contains("did you mean leaderboard/elo?")
    );
    assert!(
        place
            .run(&["schema", "comparison"])
            .err
            .contains("did you mean comparisons?")
    );
    assert!(
        place
            .run(&["functions", "cohen_kapa"])
            .err
            .contains("did you mean cohen_kappa?")
    );
}

#[test]
fn what_is_not_there_is_3() {
    let place = Place::new();
    for arguments in [
        &["log"][..],
        &["show"],
        &["run", "leaderboard/elo", "--lake", "nowhere"],
        &["sql", "SELECT 1", "--at", "v1.0"],
        &["sql", "--table", "v=missing.csv", "SELECT 1"],
        &["sql", "-f", "missing.sql"],
        &["replay", "missing.json"],
        &["sql", "SELECT 1", "-o", "no/such/folder/x.csv"],
    ] {
        let run = place.run(arguments);
        assert_eq!(run.code, 3, "{arguments:?}: {}", run.err);
        assert!(run.err.starts_with("error: "), "{}", run.err);
    }
    assert!(place.run(&["show"]).err.contains("arrovian init"));
}

#[test]
fn a_missing_table_without_a_lake_says_so() {
    let run = Place::new().run(&["sql", "SELECT * FROM comparisons"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("no lake was found"), "{}", run.err);
}

#[test]
fn a_timeout_is_5() {
    let place = Place::new();
    let slow = "SELECT count(*) FROM generate_series(1, 4000000) a, generate_series(1, 4000000) b WHERE a.value % 7 = b.value % 5";
    let started = std::time::Instant::now();
    let run = place.run(&["sql", slow, "--timeout", "0.5"]);
    assert_eq!(run.code, 5, "{}", run.err);
    assert!(run.err.contains("0.5 s"), "{}", run.err);
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn a_broken_pipe_is_no_failure() {
    let place = Place::new();
    let mut command = place.command(&["sql", "SELECT value FROM generate_series(1, 500000)"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn sql_reads_and_never_writes() {
    let place = Place::new();
    for sql in [
        "CREATE TABLE t AS SELECT 1",
        "COPY (SELECT 1) TO 'x.csv'",
        "SELECT 1; SELECT 2",
        "",
    ] {
        let run = place.run(&["sql", sql]);
        assert_eq!(run.code, 1, "{sql}: {}", run.err);
    }
    assert!(std::fs::read_dir(place.path()).unwrap().next().is_none());
}

#[test]
fn what_cannot_be_reproduced_is_said_and_not_recorded() {
    let place = Place::new();
    let run = place.run(&["sql", "SELECT now() AS t"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("warning: not reproducible"), "{}", run.err);
    let run = place.run(&["sql", "SELECT now() AS t", "--record", "r.json"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{}", run.err);
    assert!(!place.path().join("r.json").exists());
}

#[test]
fn hostile_text_cannot_drive_the_terminal() {
    let place = Place::new();
    place.write("v.csv", "x\n\u{1b}]0;owned\u{7}\n");
    let run = place.run(&[
        "sql",
        "--table",
        "v=v.csv",
        "SELECT * FROM v",
        "--format",
        "table",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.contains("\\u{1b}]0;owned") && !run.out.contains('\u{1b}'),
        "{}",
        run.out
    );
    let run = place.run(&["sql", "SELECT 'a' + \u{1b}[31m"]);
    assert!(run.code != 0 && !run.err.contains('\u{1b}'), "{}", run.err);
}

#[test]
fn help_shows_examples_first_and_exit_codes() {
    let place = Place::new();
    let run = place.run(&["--help"]);
    assert_eq!(run.code, 0);
    let (examples, usage) = (
        run.out.find("Examples:").unwrap(),
        run.out.find("Usage:").unwrap(),
    );
    assert!(
        examples < usage && run.out.contains("4 verification failed"),
        "{}",
        run.out
    );
    for sub in [
        "init",
        "sources",
        "ingest",
        "log",
        "show",
        "tag",
        "sql",
        "run",
        "replay",
        "verify",
        "functions",
        "queries",
        "schema",
        "tour",
        "completions",
    ] {
        let run = place.run(&[sub, "--help"]);
        assert_eq!(run.code, 0, "{sub}");
        assert!(
            run.out.find("Example").unwrap() < run.out.find("Usage:").unwrap(),
            "{sub}: {}",
            run.out
        );
        let long = run.out.lines().find(|line| line.chars().count() > 79);
        assert!(long.is_none(), "{sub}: {long:?}");
    }
}

#[test]
fn completions_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        let run = Place::new().run(&["completions", shell]);
        assert!(run.code == 0 && run.out.contains("arrovian"), "{shell}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_is_130() {
    let place = Place::new();
    let slow = "SELECT count(*) FROM generate_series(1, 4000000) a, generate_series(1, 4000000) b WHERE a.value % 7 = b.value % 5";
    let mut command = place.command(&["sql", slow]);
    let mut child = command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    let sent = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn show_functions_lists_ours_and_the_built_in_ones_once() {
    let place = Place::new();
    let show = |sql: &str| {
        let run = place.run(&["sql", sql, "--format", "csv", "-q"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{sql}");
        run.out
    };
    let all = show("SHOW FUNCTIONS");
    for name in ["bradley_terry,", "median,", "sum,"] {
        let rows = all.lines().filter(|line| line.starts_with(name)).count();
        assert_eq!(rows, 1, "{name}");
    }
    assert!(show("SHOW FUNCTIONS LIKE 'krippen%'").contains("Agreement"));
    assert!(show("show functions ILIKE 'KRIPPEN%'").contains("krippendorff_alpha"));
    assert!(show("SHOW FUNCTIONS WHERE kind = 'aggregate' AND function = 'elo'").contains("elo"));
}

#[test]
fn long_chains_are_answered_or_refused_and_never_a_crash() {
    let place = Place::with_lake();
    let sum = |n: usize| format!("SELECT {}", vec!["1"; n].join(" + "));
    let or = |n: usize| format!("SELECT {}", vec!["false"; n].join(" OR "));
    let union = |n: usize| vec!["SELECT 1"; n].join(" UNION ALL ");
    let pipe = |n: usize| format!("FROM comparisons{}", " |> WHERE outcome = 'a'".repeat(n));
    for (sql, code) in [
        (sum(5_000), 0),
        (sum(20_000), 1),
        (or(5_000), 0),
        (or(20_000), 1),
        (union(1_000), 0),
        (union(5_000), 1),
        (pipe(100), 0),
        (pipe(500), 1),
        (
            format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000)),
            1,
        ),
        (
            format!(
                "SELECT count(*) FROM (VALUES {}) AS t(x)",
                vec!["(-1 - 1)"; 20_000].join(",")
            ),
            0,
        ),
    ] {
        place.write("q.sql", &sql);
        let run = place.run(&["sql", "-f", "q.sql", "-q", "--format", "csv"]);
        let start: String = sql.chars().take(60).collect();
        assert_eq!(
            run.code,
            code,
            "{} bytes, {start}: {}",
            sql.len(),
            run.err.chars().take(300).collect::<String>()
        );
    }
}

#[test]
fn sums_of_whole_numbers_do_not_wrap() {
    let place = Place::new();
    let run = |sql: &str| place.run(&["sql", sql, "-q", "--format", "csv"]);
    let values = "(VALUES (9223372036854775807, 1), (1, 1), (-2, 1)) AS t(x, k)";
    assert_eq!(
        run(&format!("SELECT sum(x) AS s FROM {values}")).out,
        "s\n9223372036854775806\n"
    );
    assert_eq!(
        run(&format!("SELECT k, sum(x) AS s FROM {values} GROUP BY k")).out,
        "k,s\n1,9223372036854775806\n"
    );
    for sql in [
        format!("SELECT sum(x) FROM {values} WHERE x > 0"),
        format!("SELECT k, sum(x) FROM {values} WHERE x > 0 GROUP BY k"),
        format!("SELECT sum(DISTINCT x) FROM {values} WHERE x > 0"),
        format!(
            "SELECT sum(x) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) FROM {values} WHERE x > 0"
        ),
    ] {
        let run = run(&sql);
        assert_eq!(run.code, 1, "{sql}: {}", run.out);
        assert!(
            run.err.contains("9223372036854775808"),
            "{sql}: {}",
            run.err
        );
    }
}

#[test]
fn groups_that_the_answer_cannot_show_are_refused() {
    let place = Place::new();
    place.write("v.csv", "system,system_a,system_b,outcome\ns,x,y,a\n");
    let ask = |by: &str| {
        let sql = format!("SELECT *\nFROM win_rate(v, by => {by})");
        let run = place.run(&["sql", "--table", "v=v.csv", &sql]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{by}");
        assert!(run.err.contains("--> sql:2:6"), "{}", run.err);
        run.err
    };
    let error = ask("system");
    assert!(
        error.contains("its answer has a column `system` of its own"),
        "{error}"
    );
    assert!(error.contains("by => system_group"), "{error}");
    let error = ask("(outcome, outcome)");
    assert!(error.contains("`by` names outcome twice"), "{error}");
}
