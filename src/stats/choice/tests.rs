//! Vectors of independent implementations, and properties.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::stats::agreement::vectors::{Case, cases, intern};

struct Named {
    profile: Profile,
    names: Vec<Value>,
}

fn named(case: &Case, table: &str) -> Named {
    let alternatives = case.column(table, "alternative");
    let mut all = alternatives.clone();
    if let Some(more) = case.input["alternatives"]["alternative"].as_array() {
        all.extend(more.iter().cloned());
    }
    let (ids, names) = intern(&all);
    let (ballots, _) = intern(&case.column(table, "ballot"));
    let number = |column: &str, at: usize| case.input[table][column][at].as_f64();
    let row = |at: usize| Row {
        ballot: ballots[at],
        alternative: ids[at],
        rank: number("rank", at).unwrap_or(1.0),
        weight: number("weight", at).unwrap_or(1.0),
    };
    let rows = (0..alternatives.len()).map(row).collect();
    Named {
        profile: Profile::new(names.len(), rows).expect("profile"),
        names,
    }
}

impl Named {
    fn id(&self, name: &Value) -> u32 {
        self.names
            .iter()
            .position(|n| n == name)
            .expect("alternative") as u32
    }

    fn list(&self, expected: &Value) -> Vec<u32> {
        expected
            .as_array()
            .expect("list")
            .iter()
            .map(|name| self.id(name))
            .collect()
    }

    fn check_winners(&self, case: &Case, what: &str, expected: &Value, got: &[u32]) {
        if !expected.is_null() {
            let mut got = got.to_vec();
            got.sort_unstable();
            let mut wanted = self.list(expected);
            wanted.sort_unstable();
            assert_eq!(got, wanted, "{} {what}", case.name);
        }
    }

    fn check_scores(&self, case: &Case, what: &str, expected: &Value, got: &Scores) {
        if expected.is_null() {
            return;
        }
        self.check_winners(case, what, &expected["winners"], &got.winners);
        let table = &expected["scores"];
        self.check_column(case, what, table, "score", &got.scores);
    }

    fn check_column(&self, case: &Case, what: &str, table: &Value, column: &str, got: &[f64]) {
        let names = table["alternative"].as_array().expect("alternatives");
        for (at, name) in names.iter().enumerate() {
            let id = self.id(name) as usize;
            case.check_value(what, &table[column][at], Some(got[id]));
        }
    }
}

#[test]
fn profile_vectors() {
    for case in cases("choice", "profile") {
        let named = named(&case, "rankings");
        let profile = &named.profile;
        let e = &case.expected;
        let pairwise = profile.pairwise();
        let table = &e["pairwise"];
        for (at, a) in table["a"].as_array().expect("pairs").iter().enumerate() {
            let (a, b) = (named.id(a), named.id(&table["b"][at]));
            case.check_value(
                "a_over_b",
                &table["a_over_b"][at],
                Some(pairwise.over(a, b)),
            );
            case.check_value(
                "b_over_a",
                &table["b_over_a"][at],
                Some(pairwise.over(b, a)),
            );
            case.check_value("margin", &table["margin"][at], Some(pairwise.margin(a, b)));
        }
        check_condorcet(&case, &named, &pairwise);
        check_scoring(&case, &named);
    }
}

fn check_condorcet(case: &Case, named: &Named, pairwise: &Pairwise) {
    let e = &case.expected;
    let single = |key: &str| {
        e.get(key)
            .map(|name| (!name.is_null()).then(|| named.id(name)))
    };
    assert_eq!(
        Some(pairwise.condorcet_winner()),
        single("condorcet_winner"),
        "{}",
        case.name
    );
    assert_eq!(
        Some(pairwise.condorcet_loser()),
        single("condorcet_loser"),
        "{}",
        case.name
    );
    let winners = |key: &str, expected: &Value, got: &[u32]| {
        named.check_winners(case, key, expected, got);
    };
    winners(
        "weak",
        &e["weak_condorcet_winners"],
        &pairwise.weak_condorcet_winners(),
    );
    winners("smith", &e["smith_set"], &pairwise.smith_set());
    winners("schwartz", &e["schwartz_set"], &pairwise.schwartz_set());
    for (key, covering) in [
        ("gillies", Covering::Gillies),
        ("bordes", Covering::Bordes),
        ("mckelvey", Covering::McKelvey),
        ("fishburn", Covering::Fishburn),
    ] {
        winners(
            key,
            &e["uncovered_set"][key],
            &pairwise.uncovered_set(covering),
        );
    }
    for (key, defeat) in [
        ("margins", Minimax::Margins),
        ("winning_votes", Minimax::WinningVotes),
        ("pairwise_opposition", Minimax::PairwiseOpposition),
    ] {
        named.check_scores(case, key, &e["minimax"][key], &pairwise.minimax(defeat));
    }
    for (key, strength) in [
        ("margins", Strength::Margins),
        ("winning_votes", Strength::WinningVotes),
    ] {
        let expected = &e["schulze"][key];
        winners("schulze", &expected["winners"], &pairwise.schulze(strength));
        let paths = pairwise.beat_paths(strength);
        for (at, from) in expected["strength"]["from"]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
        {
            let (a, b) = (
                named.id(from) as usize,
                named.id(&expected["strength"]["to"][at]) as usize,
            );
            let got = paths[a * named.names.len() + b];
            case.check_value("strength", &expected["strength"]["strength"][at], Some(got));
        }
    }
    winners(
        "split cycle",
        &e["split_cycle"]["winners"],
        &pairwise.split_cycle(),
    );
    if let Some(losers) = e["split_cycle"]["defeats"]["loser"].as_array() {
        let winner = &e["split_cycle"]["defeats"]["winner"];
        let mut wanted: Vec<(u32, u32)> = losers
            .iter()
            .enumerate()
            .map(|(at, loser)| (named.id(&winner[at]), named.id(loser)))
            .collect();
        wanted.sort_unstable();
        assert_eq!(pairwise.split_cycle_defeats(), wanted, "{}", case.name);
    }
    let ranked = pairwise.ranked_pairs().expect("few ties");
    winners(
        "ranked pairs",
        &e["ranked_pairs"]["winners"],
        &ranked.winners,
    );
    if !e["ranked_pairs"]["ranking"].is_null() {
        let by_id = pairwise.ranked_pairs_by_id();
        assert_eq!(ranked.ranking, Some(by_id), "{}", case.name);
        assert_eq!(
            ranked.ranking,
            Some(named.list(&e["ranked_pairs"]["ranking"])),
            "{}",
            case.name
        );
    }
    named.check_scores(case, "copeland", &e["copeland"], &pairwise.copeland());
}

fn check_scoring(case: &Case, named: &Named) {
    let e = &case.expected;
    let profile = &named.profile;
    let winners = |key: &str, expected: &Value, got: &[u32]| {
        named.check_winners(case, key, expected, got);
    };
    let scores = |key: &str, got: &Scores| named.check_scores(case, key, &e[key], got);
    scores("borda", &profile.borda(BordaTies::Average, Unranked::Below));
    scores("plurality", &profile.plurality().expect("plurality"));
    scores(
        "anti_plurality",
        &profile.anti_plurality().expect("anti-plurality"),
    );
    if !e["dowdall"].is_null() {
        scores("dowdall", &profile.dowdall().expect("no ties"));
    }
    if !e["mean_rank"].is_null() {
        let got = profile.mean_rank().expect("weight");
        named.check_column(case, "mean_rank", &e["mean_rank"], "mean_rank", &got);
    }
    let runoff = |ties| profile.instant_runoff(ties).expect("few ties");
    winners(
        "irv",
        &e["irv"]["winners_any_tie_break"],
        &runoff(EliminationTies::Any),
    );
    winners(
        "irv",
        &e["irv"]["winners_eliminate_all_tied"],
        &runoff(EliminationTies::All),
    );
}

#[test]
fn approval_vectors() {
    for case in cases("choice", "approval") {
        let named = named(&case, "approvals");
        named.check_scores(&case, "approval", &case.expected, &named.profile.approval());
    }
}

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
