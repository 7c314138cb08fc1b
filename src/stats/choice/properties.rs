//! Properties, tie treatments and refusals.

use proptest::prelude::*;

use super::*;

fn row(ballot: u32, alternative: u32, rank: f64) -> Row {
    Row {
        ballot,
        alternative,
        rank,
        weight: 1.0,
    }
}

#[test]
fn borda_tie_treatments() {
    // 0 first, 1 and 2 tied, 3 last; 4 not ranked.
    let rows = vec![
        row(0, 0, 1.0),
        row(0, 1, 5.0),
        row(0, 2, 5.0),
        row(0, 3, 9.0),
    ];
    let profile = Profile::new(5, rows).expect("profile");
    let points = |ties, unranked| profile.borda(ties, unranked).scores;
    assert_eq!(
        points(BordaTies::Average, Unranked::Below),
        [4.0, 2.5, 2.5, 1.0, 0.0]
    );
    assert_eq!(
        points(BordaTies::Competition, Unranked::Below),
        [4.0, 3.0, 3.0, 1.0, 0.0]
    );
    assert_eq!(
        points(BordaTies::Last, Unranked::Below),
        [4.0, 2.0, 2.0, 1.0, 0.0]
    );
    assert_eq!(
        points(BordaTies::Dense, Unranked::Below),
        [4.0, 3.0, 3.0, 2.0, 1.0]
    );
    assert_eq!(
        points(BordaTies::Dense, Unranked::Zero),
        [4.0, 3.0, 3.0, 2.0, 0.0]
    );
}

#[test]
fn bad_ballots_are_refused() {
    let fails = |rows: Vec<Row>| Profile::new(2, rows).expect_err("refused");
    assert_eq!(
        fails(vec![row(0, 2, 1.0)]),
        ChoiceError::OutOfRange { id: 2, limit: 2 }
    );
    assert_eq!(
        fails(vec![row(7, 1, 1.0), row(7, 1, 2.0)]),
        ChoiceError::Repeated {
            ballot: 7,
            alternative: 1
        }
    );
    assert_eq!(
        fails(vec![row(0, 1, f64::NAN)]),
        ChoiceError::BadRank { ballot: 0 }
    );
    let heavy = |weight| Row {
        ballot: 0,
        alternative: 0,
        rank: 1.0,
        weight,
    };
    assert!(matches!(
        fails(vec![heavy(-1.0)]),
        ChoiceError::BadWeight { .. }
    ));
    assert!(matches!(
        fails(vec![heavy(2.0), row(0, 1, 2.0)]),
        ChoiceError::BadWeight { .. }
    ));
}

/// Ballots: for each a weight and a rank (or none) per alternative.
fn ballots() -> impl Strategy<Value = Vec<(u8, Vec<Option<u8>>)>> {
    let ballot = (
        1_u8..4,
        prop::collection::vec(prop::option::weighted(0.8, 0_u8..4), 5),
    );
    prop::collection::vec(ballot, 1..12)
}

fn rows_of(ballots: &[(u8, Vec<Option<u8>>)], rename: impl Fn(u32) -> u32) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, (weight, ranks)) in ballots.iter().enumerate() {
        for (alternative, rank) in ranks.iter().enumerate() {
            if let Some(rank) = rank {
                rows.push(Row {
                    ballot: at as u32,
                    alternative: rename(alternative as u32),
                    rank: f64::from(*rank),
                    weight: f64::from(*weight) * 0.1,
                });
            }
        }
    }
    rows
}

type Rule = (&'static str, fn(&Profile) -> Vec<u32>);

const RULES: [Rule; 10] = [
    ("borda", |p| {
        p.borda(BordaTies::Average, Unranked::Below).winners
    }),
    ("plurality", |p| p.plurality().expect("few ties").winners),
    ("copeland", |p| p.pairwise().copeland().winners),
    ("minimax", |p| {
        p.pairwise().minimax(Minimax::Margins).winners
    }),
    ("schulze", |p| p.pairwise().schulze(Strength::WinningVotes)),
    ("split cycle", |p| p.pairwise().split_cycle()),
    ("ranked pairs", |p| {
        p.pairwise().ranked_pairs().expect("few ties").winners
    }),
    ("smith", |p| p.pairwise().smith_set()),
    ("schwartz", |p| p.pairwise().schwartz_set()),
    ("runoff", |p| {
        p.instant_runoff(EliminationTies::Any).expect("few ties")
    }),
];

proptest! {
    #[test]
    fn anonymity_neutrality_and_condorcet_consistency(
        (ballots, other) in ballots().prop_flat_map(|b| (Just(b.clone()), Just(b).prop_shuffle())),
        turn in 1_u32..5,
    ) {
        let profile = Profile::new(5, rows_of(&ballots, |a| a)).expect("profile");
        let mut mixed = rows_of(&other, |a| a);
        mixed.reverse();
        prop_assert_eq!(&profile, &Profile::new(5, mixed).expect("profile"));
        let rename = move |a: u32| (a * 2 + turn) % 5;
        let renamed = Profile::new(5, rows_of(&ballots, rename)).expect("profile");
        let pairwise = profile.pairwise();
        let winner = pairwise.condorcet_winner();
        for (name, rule) in RULES {
            let winners = rule(&profile);
            prop_assert!(!winners.is_empty(), "{} has a winner", name);
            let mut moved: Vec<u32> = winners.iter().map(|&a| rename(a)).collect();
            moved.sort_unstable();
            prop_assert_eq!(moved, rule(&renamed), "{} is neutral", name);
            if let (Some(winner), false) = (winner, ["borda", "plurality", "runoff"].contains(&name)) {
                prop_assert_eq!(winners, vec![winner], "{} elects the Condorcet winner", name);
            }
        }
        let lottery = pairwise.maximal_lottery().expect("alternatives");
        prop_assert!((lottery.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        for b in 0..5_u32 {
            // No alternative beats the lottery.
            let against: f64 =
                (0..5).map(|a| lottery.probabilities[a as usize] * pairwise.margin(a, b)).sum();
            prop_assert!(against > -1e-9);
        }
        if lottery.unique {
            let other = renamed.pairwise().maximal_lottery().expect("alternatives");
            for a in 0..5 {
                prop_assert_eq!(lottery.probabilities[a as usize], other.probabilities[rename(a) as usize]);
            }
        }
        let subset = |small: &[u32], large: &[u32]| small.iter().all(|a| large.contains(a));
        prop_assert!(subset(&pairwise.schwartz_set(), &pairwise.smith_set()));
        prop_assert!(subset(&pairwise.schulze(Strength::Margins), &pairwise.split_cycle()));
        // Borda points are the pairwise weights plus half of what is left.
        let borda = profile.borda(BordaTies::Average, Unranked::Below).scores;
        for a in 0..5_u32 {
            let margins: f64 = (0..5).filter(|&b| b != a).map(|b| pairwise.margin(a, b)).sum();
            let wanted = 0.5 * (margins + 4.0 * profile.total_weight());
            prop_assert!((borda[a as usize] - wanted).abs() < 1e-9);
        }
    }

    #[test]
    fn raising_the_borda_winner_keeps_it_winning(ballots in ballots(), which in 0_usize..12) {
        let profile = Profile::new(5, rows_of(&ballots, |a| a)).expect("profile");
        let top = profile.borda(BordaTies::Average, Unranked::Below).winners[0];
        let mut better = ballots;
        let at = which % better.len();
        // Move it alone to the top of one ballot.
        for rank in better[at].1.iter_mut().flatten() {
            *rank += 1;
        }
        better[at].1[top as usize] = Some(0);
        let raised = Profile::new(5, rows_of(&better, |a| a)).expect("profile");
        prop_assert!(raised.borda(BordaTies::Average, Unranked::Below).winners.contains(&top));
    }
}
