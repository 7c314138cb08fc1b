//! A process killed before any system call that changes the disk.
//!
//! Runs this test binary again under `strace`, which kills it before its n-th call, for
//! every n until the commit completes.

use super::*;
use std::path::Path;
use std::process::{Command, Stdio};

const LAKE: &str = "ARROVIAN_TEST_LAKE";

/// The killed process: adds a dataset to the lake named by the environment.
#[test]
#[ignore = "run by the test below"]
fn child() {
    let Some(at) = std::env::var_os(LAKE) else {
        return;
    };
    // One thread for all file work: strace counts the calls of each thread for itself.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime
        .max_blocking_threads(1)
        .thread_keep_alive(std::time::Duration::from_secs(600));
    runtime.build().unwrap().block_on(async {
        let lake = Lake::open(at.to_str().unwrap()).await.unwrap();
        ingest(&lake, "b", &shuffled(40, 1)).await.unwrap();
    });
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn strace(call: &str, action: &str, n: usize, lake: &Path) -> Option<bool> {
    Command::new("strace")
        .args([
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            &format!("trace={call}"),
        ])
        .args(["-e", &format!("inject={call}:{action}:when={n}")])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "lake::tests::kill::child",
            "--ignored",
            "--test-threads=1",
        ])
        .env(LAKE, lake)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()
        .map(|status| status.success())
}

/// For each call and each n: the old or the new snapshot, a clean lake, and a rerun that completes.
#[allow(clippy::print_stderr)] // a test says when it is skipped
fn interrupted(calls: &[&str], action: &str) {
    let directory = tempfile::tempdir().unwrap();
    let before = directory.path().join("before");
    let (old, new) = run(async {
        let lake = Lake::create(before.to_str().unwrap()).await.unwrap();
        let old = ingest(&lake, "a", &[1, 2, 3]).await.unwrap().id;
        let other = Lake::in_memory().await.unwrap();
        ingest(&other, "a", &[1, 2, 3]).await.unwrap();
        (old, ingest(&other, "b", &shuffled(40, 1)).await.unwrap().id)
    });
    let probe = directory.path().join("probe");
    copy(&before, &probe);
    if strace("linkat", "delay_enter=1", 1, &probe) != Some(true) {
        eprintln!("skipped: strace cannot inject faults here");
        return;
    }
    assert_eq!(
        run(async {
            Lake::open(probe.to_str().unwrap())
                .await?
                .resolve("main")
                .await
        })
        .unwrap(),
        new
    );
    let mut stops = 0;
    for call in calls {
        for n in 1.. {
            let at = directory.path().join(format!("{call}-{n}"));
            copy(&before, &at);
            let completed = strace(call, action, n, &at).unwrap();
            run(async {
                let lake = Lake::open(at.to_str().unwrap()).await.unwrap();
                let head = lake.resolve("main").await.unwrap();
                assert!(
                    head == new || !completed && head == old,
                    "{call} {n}: {head}"
                );
                let report = lake.verify(Depth::Rows).await.unwrap();
                assert!(report.is_clean(), "{call} {n}: {report:?}");
                assert_eq!(
                    ingest(&lake, "b", &shuffled(40, 2)).await.unwrap().id,
                    new,
                    "{call} {n}"
                );
                let report = lake.verify(Depth::Rows).await.unwrap();
                assert!(report.is_clean(), "{call} {n}, after a rerun: {report:?}");
            });
            if completed {
                break;
            }
            stops += 1;
        }
    }
    assert!(
        stops >= 4 * calls.len(),
        "only {stops} interruptions in {calls:?}"
    );
}

#[test]
fn a_kill_before_any_write_leaves_the_old_or_the_new_snapshot() {
    interrupted(&["linkat", "fsync", "unlink"], "signal=KILL");
}

#[test]
fn a_full_disk_at_any_write_leaves_the_old_or_the_new_snapshot() {
    interrupted(&["linkat", "fsync"], "error=ENOSPC");
}
