//! Vectors of independent implementations.

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
        check_eliminations(&case, &named, &pairwise);
        check_optimal(&case, &named, &pairwise);
    }
}

fn check_eliminations(case: &Case, named: &Named, pairwise: &Pairwise) {
    let profile = &named.profile;
    let winners = |rule: &str, member: &str, got: Vec<u32>| {
        named.check_winners(case, rule, &case.expected[rule][member], &got);
    };
    let (any, all) = (EliminationTies::Any, EliminationTies::All);
    let coombs = |ties, stop| profile.coombs(ties, stop).expect("few ties");
    winners("coombs", "winners_any_tie_break", coombs(any, true));
    winners("coombs", "winners_eliminate_all_tied", coombs(all, true));
    winners(
        "coombs",
        "winners_any_tie_break_without_majority_stop",
        coombs(any, false),
    );
    winners(
        "baldwin",
        "winners_any_tie_break",
        pairwise.baldwin(any).expect("few ties"),
    );
    winners(
        "baldwin",
        "winners_eliminate_all_tied",
        pairwise.baldwin(all).expect("few ties"),
    );
    winners(
        "nanson",
        "winners_strictly_below_average",
        pairwise.nanson(false),
    );
    winners(
        "nanson",
        "winners_at_or_below_average",
        pairwise.nanson(true),
    );
    let by_id = profile
        .instant_runoff(EliminationTies::ById)
        .expect("one universe");
    let every = profile.instant_runoff(any).expect("few ties");
    assert!(
        by_id.len() == 1 && every.contains(&by_id[0]),
        "{}",
        case.name
    );
}

fn check_optimal(case: &Case, named: &Named, pairwise: &Pairwise) {
    let e = &case.expected;
    if !e["bucklin"].is_null() {
        let got = named.profile.bucklin().expect("strict ballots");
        case.check_value(
            "bucklin round",
            &e["bucklin"]["round"],
            Some(f64::from(got.round)),
        );
        let scores = Scores {
            scores: got.scores,
            winners: got.winners,
        };
        named.check_scores(case, "bucklin", &e["bucklin"], &scores);
        let simplified = &e["bucklin"]["simplified_winners"];
        named.check_winners(
            case,
            "simplified bucklin",
            simplified,
            &got.simplified_winners,
        );
    }
    if !e["kemeny"].is_null() {
        let got = pairwise
            .kemeny()
            .expect("few ties")
            .expect("few alternatives");
        case.check_value("kemeny", &e["kemeny"]["distance"], Some(got.distance));
        let orders = e["kemeny"]["orders"].as_array().expect("orders");
        let mut wanted: Vec<Vec<u32>> = orders.iter().map(|order| named.list(order)).collect();
        wanted.sort_unstable();
        assert_eq!(got.orders, wanted, "{}", case.name);
    }
    if let Some(unique) = e["maximal_lottery"]["unique"].as_bool() {
        let got = pairwise.maximal_lottery().expect("alternatives");
        assert_eq!(got.unique, unique, "{}", case.name);
        if unique {
            let table = &e["maximal_lottery"];
            named.check_column(case, "lottery", table, "probability", &got.probabilities);
        }
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
    for (key, simple) in [("stable_voting", false), ("simple_stable_voting", true)] {
        let got = pairwise.stable_voting(simple).expect("few sets");
        winners(key, &e[key], &got);
    }
    named.check_scores(case, "copeland", &e["copeland"], &pairwise.copeland());
    check_ranked_pairs(case, named, pairwise);
}

fn check_ranked_pairs(case: &Case, named: &Named, pairwise: &Pairwise) {
    let e = &case.expected;
    let winners = |key: &str, expected: &Value, got: &[u32]| {
        named.check_winners(case, key, expected, got);
    };
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
