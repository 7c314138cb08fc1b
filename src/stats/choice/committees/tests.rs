//! Vectors, quotas, and exhaustive search.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::stats::agreement::vectors::{Case, cases, intern};
use crate::stats::choice::{EliminationTies, Quota as StvQuota, Row};

fn read(case: &Case, table: &str) -> (Profile, Vec<Value>) {
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
    (Profile::new(names.len(), rows).expect("profile"), names)
}

fn request(k: usize, rule: Rule) -> Request<'static> {
    Request {
        k,
        rule,
        groups: &[],
        approve: None,
        quota: Quota::Free,
        budget: 1_000_000,
    }
}

fn check(case: &Case, table: &str, rules: &[(&str, Rule)]) {
    let (profile, names) = read(case, table);
    let k = case.options["k"].as_u64().expect("k") as usize;
    for (name, rule) in rules {
        let expected = &case.expected[*name];
        assert!(!expected.is_null(), "{} {name}", case.name);
        let got = profile.committees(&request(k, *rule)).expect("committees");
        assert!(got.exact && !got.more, "{} {name}", case.name);
        case.check_value(name, &expected["score"], got.score);
        let id = |v: &Value| names.iter().position(|n| n == v).expect("name") as u32;
        let list = |c: &Value| {
            let mut ids: Vec<u32> = c.as_array().expect("committee").iter().map(id).collect();
            ids.sort_unstable();
            ids
        };
        let committees = expected["committees"].as_array().expect("committees");
        let mut wanted: Vec<Vec<u32>> = committees.iter().map(list).collect();
        wanted.sort_unstable();
        assert_eq!(got.committees, wanted, "{} {name}", case.name);
    }
}

#[test]
fn approval_vectors() {
    for case in cases("committees", "approval_committee") {
        check(
            &case,
            "approvals",
            &[
                ("av", Rule::Approval),
                ("cc", Rule::ApprovalChamberlinCourant),
                ("pav", Rule::Pav),
                ("seqpav", Rule::SeqPav),
                ("seqphragmen", Rule::SeqPhragmen),
                ("equal_shares", Rule::EqualShares),
            ],
        );
    }
}

#[test]
fn ranked_vectors() {
    for case in cases("committees", "ranked_committee") {
        check(
            &case,
            "rankings",
            &[
                ("sntv", Rule::Sntv),
                ("bloc", Rule::Bloc),
                ("k_borda", Rule::KBorda),
                ("chamberlin_courant_borda", Rule::ChamberlinCourant),
            ],
        );
        let (profile, names) = read(&case, "rankings");
        let k = case.options["k"].as_u64().expect("k") as usize;
        let got = profile
            .stv(k, StvQuota::Droop, EliminationTies::Any)
            .expect("few ties");
        case.check_value("stv", &case.expected["stv"]["quota"], Some(got.quota));
        let committees = case.expected["stv"]["committees"].as_array().expect("some");
        let seat = |name: &Value| {
            let within = |c: &&Value| c.as_array().expect("names").contains(name);
            let times = committees.iter().filter(within).count();
            (times == committees.len(), times > 0)
        };
        let seats: Vec<(bool, bool)> = got.seats.iter().map(|s| (s.elected, s.possible)).collect();
        let wanted: Vec<(bool, bool)> = names.iter().map(seat).collect();
        assert_eq!(seats, wanted, "{}", case.name);
    }
}

fn approvals(lists: &[&[u32]], n: usize) -> Profile {
    let rows = lists.iter().enumerate().flat_map(|(ballot, list)| {
        list.iter().map(move |&alternative| Row {
            ballot: ballot as u32,
            alternative,
            rank: 1.0,
            weight: 1.0,
        })
    });
    Profile::new(n, rows.collect()).expect("profile")
}

#[test]
fn quotas_hold() {
    let profile = approvals(&[&[0, 1, 2], &[0, 1, 2], &[0, 1, 2], &[3], &[4]], 6);
    let groups = [0, 0, 0, 1, 1, 1];
    for rule in [
        Rule::Approval,
        Rule::Pav,
        Rule::SeqPav,
        Rule::SeqPhragmen,
        Rule::EqualShares,
        Rule::KBorda,
    ] {
        for quota in [
            Quota::Proportional,
            Quota::Equal,
            Quota::Bounds { min: 1, max: 1 },
        ] {
            let mut ask = request(2, rule);
            ask.groups = &groups;
            ask.quota = quota;
            let got = profile.committees(&ask).expect("committees");
            assert!(!got.committees.is_empty());
            for c in &got.committees {
                assert!(c[0] < 3 && c[1] >= 3, "{rule:?} {quota:?} {c:?}");
            }
        }
    }
    let mut ask = request(3, Rule::Approval);
    ask.groups = &groups;
    ask.quota = Quota::Bounds { min: 2, max: 3 };
    assert_eq!(profile.committees(&ask), Err(CommitteeError::Quota));
}

#[test]
fn greedy_states_its_bound() {
    let profile = approvals(&[&[0, 1], &[1, 2], &[2, 3], &[3, 4], &[4, 0]], 5);
    let mut ask = request(2, Rule::ApprovalChamberlinCourant);
    ask.budget = 0;
    let got = profile.committees(&ask).expect("committees");
    assert!(!got.exact && got.score <= got.bound);
    let best = profile
        .committees(&request(2, Rule::ApprovalChamberlinCourant))
        .expect("committees");
    assert!(best.exact && best.score == Some(4.0) && got.bound >= best.score);
}

#[test]
fn quality_is_a_share_of_the_best() {
    let profile = approvals(&[&[0], &[0], &[1], &[2]], 3);
    let got = profile
        .committee_quality(&[1, 2], Rule::Approval, None, 1000)
        .expect("quality");
    assert_eq!(
        (got.score, got.best, got.ratio),
        (2.0, 3.0, Some(2.0 / 3.0))
    );
    assert_eq!((got.covered, got.total), (2.0, 4.0));
}

#[test]
fn ties_across_the_cut_are_refused() {
    let profile = approvals(&[&[0, 1]], 3);
    assert_eq!(
        profile.committees(&request(1, Rule::Bloc)),
        Err(CommitteeError::Ties { rule: "bloc" })
    );
}

#[test]
fn welfare_by_hand() {
    let got = welfare(&[(0, 1.0), (0, 4.0), (1, 2.0)]);
    assert_eq!(got.utilitarian, Some(7.0 / 3.0));
    assert!(got.nash.is_some_and(|x| (x - 2.0).abs() < 1e-14));
    assert_eq!(got.egalitarian, Some(1.0));
    assert_eq!(got.group_min, Some((1, 2.0)));
    assert_eq!(got.group_max, Some((0, 2.5)));
    assert_eq!(welfare(&[(0, -1.0)]).nash, None);
    assert_eq!(welfare(&[(0, 0.0), (0, 5.0)]).nash, Some(0.0));
}

#[test]
fn a_pool_of_one_mind_decides_for_others() {
    let pool = vec![vec![(0, 9.0), (1, 1.0)]];
    let target = vec![vec![(0, 2.0), (1, 8.0)], vec![(0, 4.0), (1, 8.0)]];
    for selection in [Selection::Mean, Selection::Choice, Selection::Veto] {
        let options = SimulationOptions {
            raters: 5,
            replicates: 20,
            selection,
            veto: 3.0,
            seed: 1,
        };
        let got = simulate_welfare(2, &pool, &target, &options);
        assert_eq!(got.target, vec![Some(3.0), Some(8.0)]);
        assert_eq!(got.chosen, vec![1.0, 0.0]);
        assert_eq!(got.welfare, vec![3.0; 20]);
    }
}

fn subsets(n: u32, k: usize) -> Vec<Vec<u32>> {
    (0_u32..1 << n)
        .filter(|s| s.count_ones() as usize == k)
        .map(|s| (0..n).filter(|a| s >> a & 1 == 1).collect())
        .collect()
}

proptest! {
    #[test]
    fn best_committees_are_those_of_exhaustive_search(
        lists in proptest::collection::vec(proptest::collection::vec(0_u32..6, 0..6), 1..8),
        k in 1_usize..5,
    ) {
        let lists: Vec<Vec<u32>> = lists.into_iter().map(|mut l| { l.sort_unstable(); l.dedup(); l }).collect();
        let slices: Vec<&[u32]> = lists.iter().map(Vec::as_slice).collect();
        let profile = approvals(&slices, 6);
        let groups = [0, 1, 0, 1, 0, 1];
        for (rule, quota) in [(Rule::Pav, Quota::Free), (Rule::ApprovalChamberlinCourant, Quota::Equal), (Rule::KBorda, Quota::Free)] {
            let mut ask = request(k, rule);
            ask.groups = &groups;
            ask.quota = quota;
            let objective = Objective::new(&profile, &ask).expect("objective");
            let fits = |s: &Vec<u32>| quota == Quota::Free || {
                let odd = s.iter().filter(|&&a| a % 2 == 1).count();
                (k / 2..=k.div_ceil(2)).contains(&odd)
            };
            let all: Vec<Vec<u32>> = subsets(6, k).into_iter().filter(fits).collect();
            let best = all.iter().map(|s| objective.score(s)).max().expect("some");
            let mut wanted: Vec<Vec<u32>> = all.into_iter().filter(|s| objective.score(s) == best).collect();
            wanted.sort_unstable();
            let got = profile.committees(&ask).expect("committees");
            prop_assert_eq!(got.committees, wanted);
            prop_assert!(got.exact && got.score == got.bound);
        }
    }
}
