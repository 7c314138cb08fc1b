//! Profiles of textbooks and papers.

use super::axioms::{profile_of, rule_named};
use super::*;

fn winners(rule: &str, ballots: &str) -> String {
    let ids = rule_named(rule)(&profile_of(ballots)).expect("few ties");
    ids.iter().map(|&id| (b'a' + id as u8) as char).collect()
}

/// Condorcet (1785): three orders, each the last turned: everybody is beaten, and no rule
/// that treats the three alike can choose.
#[test]
fn condorcet_1785_cycle() {
    let cycle = "1 abc, 1 bca, 1 cab";
    assert_eq!(profile_of(cycle).pairwise().condorcet_winner(), None);
    for entry in AXIOMS {
        assert_eq!(winners(entry.rule, cycle), "abc", "{}", entry.rule);
    }
}

/// Schulze (2011), example 1: 45 ballots over a to e; the order is e a c b d.
#[test]
fn schulze_2011_45_ballots() {
    let ballots = "5 acbed, 5 adecb, 8 bedac, 3 cabed, 7 caebd, 2 cbade, 7 dceba, 8 ebadc";
    let pairwise = profile_of(ballots).pairwise();
    assert_eq!(pairwise.schulze_losses(Strength::Margins), [1, 3, 2, 4, 0]);
    assert_eq!(winners("schulze", ballots), "e");
    // The strongest paths between a and e are worth 24 and 25 votes.
    let paths = pairwise.beat_paths(Strength::WinningVotes);
    assert_eq!((paths[4], paths[4 * 5]), (24.0, 25.0));
}

/// The capital of Tennessee: Memphis, Nashville, Chattanooga, Knoxville as a to d.
#[test]
fn tennessee_capital() {
    let ballots = "42 abcd, 26 bcda, 15 cdba, 17 dcba";
    assert_eq!(winners("plurality", ballots), "a");
    assert_eq!(winners("instant_runoff", ballots), "d");
    for rule in [
        "borda", "bucklin", "coombs", "baldwin", "nanson", "copeland", "schulze", "river", "kemeny",
    ] {
        assert_eq!(winners(rule, ballots), "b", "{rule}");
    }
}

/// Saari (1995): fifteen people and milk, beer, wine (a, b, c). Plurality orders milk, beer,
/// wine; the pairwise order is the reverse.
#[test]
fn saari_1995_beverages() {
    let ballots = "6 acb, 5 bca, 4 cba";
    let profile = profile_of(ballots);
    assert_eq!(profile.plurality().expect("strict").scores, [6.0, 5.0, 4.0]);
    assert_eq!(profile.pairwise().ranked_pairs_by_id(), [2, 1, 0]);
    assert_eq!(
        (winners("plurality", ballots), winners("borda", ballots)),
        ("a".into(), "c".into())
    );
    assert_eq!(profile.pairwise().condorcet_loser(), Some(0));
}
