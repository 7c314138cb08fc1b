//! `ingest`, killed before any system call that changes the disk, leaves the
//! old or the new snapshot, and a rerun completes.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::Place;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn head(place: &Place) -> String {
    let run = place.run(&["log", "--format", "tsv", "-q"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let snapshot = |line: &str| {
        line.split('\t')
            .find(|c| c.starts_with("sha256:"))
            .map(str::to_owned)
    };
    run.out.lines().find_map(snapshot).unwrap()
}

/// Runs the ingestion under strace, which kills it before the n-th such call of
/// one of its threads. Whether it completed; `None` where strace cannot do that.
fn killed(place: &Place, call: &str, n: usize) -> Option<bool> {
    let plain = place.command(&INGEST);
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-o", "/dev/null", "-e"])
        .arg(format!("trace={call}"))
        .arg("-e")
        .arg(format!("inject={call}:signal=KILL:when={n}"))
        .arg(plain.get_program())
        .args(plain.get_args())
        .current_dir(place.path())
        .env_remove("ARROVIAN_LAKE")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().ok().map(|status| status.success())
}

const INGEST: [&str; 5] = ["ingest", "pairwise", "more.csv", "--dataset", "more"];

#[test]
#[allow(clippy::print_stderr)]
fn an_ingestion_killed_anywhere_leaves_the_old_or_the_new_snapshot() {
    let before = Place::with_lake();
    before.write(
        "more.csv",
        "system_a,system_b,outcome\nwren,plain,b\nwren,heron,a\n",
    );
    let old = head(&before);
    let fresh = || {
        let place = Place::new();
        copy(before.path(), place.path());
        place
    };
    let done = fresh();
    if killed(&done, "linkat", 1_000_000) != Some(true) {
        eprintln!("skipped: strace cannot inject signals here");
        return;
    }
    let new = head(&done);
    assert_ne!(old, new);
    let mut kills = 0;
    for call in ["write", "fsync", "linkat", "unlink", "mkdir", "rename"] {
        for n in 1.. {
            let place = fresh();
            let completed = killed(&place, call, n).unwrap();
            let now = head(&place);
            assert!(now == new || !completed && now == old, "{call} {n}: {now}");
            let verify = place.run(&["verify"]);
            assert_eq!(verify.code, 0, "{call} {n}: {}", verify.err);
            let again = place.run(&INGEST);
            assert_eq!(again.code, 0, "{call} {n}: {}", again.err);
            assert_eq!(head(&place), new, "{call} {n}, after a rerun");
            if completed {
                break;
            }
            kills += 1;
        }
    }
    assert!(kills >= 20, "only {kills} kills");
}
