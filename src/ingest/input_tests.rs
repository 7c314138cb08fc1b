//! Files are found, named, ordered and digested as promised.

use std::sync::atomic::Ordering;

use super::*;

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn files_are_walked_named_and_sorted() {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    };
    write("d/b/2.csv", b"x");
    write("d/b/1.csv.gz", b"abc");
    write("d/.hidden", b"no");
    let lone = write("z.jsonl", b"");
    let dir = root.path().join("d");
    let names = |paths: &[&Path]| -> Vec<String> {
        Input::from_paths(paths)
            .unwrap()
            .files()
            .iter()
            .map(|f| f.name().to_string())
            .collect()
    };
    assert_eq!(names(&[&dir, &lone]), ["b/1.csv", "b/2.csv", "z.jsonl"]);
    assert_eq!(names(&[&dir, &lone]), names(&[&lone, &dir]));
    let digests = Input::from_paths(&[&dir]).unwrap().digests().unwrap();
    assert_eq!(
        (
            digests[0].name.as_str(),
            digests[0].size,
            digests[0].sha256.as_str()
        ),
        ("b/1.csv.gz", 3, ABC)
    );
    // Two files of one name, and nothing at all.
    let error = Input::from_paths(&[&lone, &lone]).unwrap_err().to_string();
    assert!(error.contains("one file of each name"), "{error}");
    let same = ["x.csv", "x.csv-2", "x.csv.gz"].map(|name| (name, "x"));
    let error = Input::from_memory(same).unwrap_err().to_string();
    assert!(error.contains("found x.csv.gz"), "{error}");
    assert!(Input::from_paths::<&Path>(&[]).is_err());
    assert!(
        Input::from_paths(&[root.path().join("nothing")])
            .unwrap_err()
            .to_string()
            .contains("nothing")
    );
}

#[cfg(unix)]
#[test]
fn symlinks_inside_directories_are_refused() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("real"), "x").unwrap();
    std::os::unix::fs::symlink("real", root.path().join("link")).unwrap();
    let error = Input::from_paths(&[root.path()]).unwrap_err().to_string();
    assert!(
        error.contains("link") && error.contains("symlink"),
        "{error}"
    );
}

#[test]
fn digests_come_from_reading_or_from_a_pass() {
    for read_first in [false, true] {
        let input = Input::from_memory([("x", "abc")]).unwrap();
        if read_first {
            input.files()[0].text(10).unwrap();
        }
        assert_eq!(input.digests().unwrap()[0].sha256, ABC);
        assert_eq!(input.progress().load(Ordering::Relaxed), 3);
    }
    assert!(
        Input::from_memory([("x", "abc")]).unwrap().files()[0]
            .text(2)
            .is_err()
    );
}

#[test]
fn a_file_that_changes_between_two_readings_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("x.txt");
    std::fs::write(&path, "abc").unwrap();
    let input = Input::from_paths(&[&path]).unwrap();
    input.files()[0].text(10).unwrap();
    std::fs::write(&path, "abd").unwrap();
    assert!(
        input.files()[0]
            .text(10)
            .unwrap_err()
            .to_string()
            .contains("changed")
    );
}
