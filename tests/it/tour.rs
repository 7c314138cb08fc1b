//! The tour: works anywhere, twice, and touches nothing that is not its own.

use crate::program::Place;

#[test]
fn the_tour_works_in_an_empty_directory_and_again() {
    let place = Place::new();
    let run = place.run(&["tour"]);
    assert_eq!(run.code, 0, "{}\n{}", run.out, run.err);
    for expected in [
        "heron",
        "lower",
        "upper",
        "kappa",
        "first_rate",
        "the same, byte for byte",
        "arrovian sources",
    ] {
        assert!(run.out.contains(expected), "{expected}:\n{}", run.out);
    }
    assert!(run.out.lines().count() < 80, "short");
    let again = place.run(&["tour"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(again.out, run.out);
    // What it made is an ordinary lake with an ordinary record.
    let inside = place
        .command(&["replay", "paper.json"])
        .current_dir(place.path().join("arrovian-tour"))
        .output()
        .unwrap();
    assert_eq!(
        inside.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&inside.stderr)
    );
}

#[test]
fn the_tour_leaves_other_directories_alone() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("arrovian-tour")).unwrap();
    place.write("arrovian-tour/thesis.txt", "precious");
    let run = place.run(&["tour"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
    assert_eq!(place.read("arrovian-tour/thesis.txt"), "precious");
    assert_eq!(
        std::fs::read_dir(place.path().join("arrovian-tour"))
            .unwrap()
            .count(),
        1
    );
}
