//! Against following every order of ties, and at sizes where that is out of reach.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::Strength;
use super::super::drawn::{around, uniform};
use super::*;

/// Victories that are locked, as pairs; whether (a, b) may join them.
type Rule = fn(&BTreeSet<(usize, usize)>, usize, usize) -> bool;

fn leads(locked: &BTreeSet<(usize, usize)>, from: usize, to: usize) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut stack = vec![from];
    while let Some(at) = stack.pop() {
        if at == to {
            return true;
        }
        stack.extend(
            locked
                .iter()
                .filter(|pair| pair.0 == at && seen.insert(pair.1))
                .map(|pair| pair.1),
        );
    }
    false
}

fn ranked(locked: &BTreeSet<(usize, usize)>, a: usize, b: usize) -> bool {
    !leads(locked, b, a)
}

fn river(locked: &BTreeSet<(usize, usize)>, a: usize, b: usize) -> bool {
    !leads(locked, b, a) && locked.iter().all(|pair| pair.1 != b)
}

/// All sets of locked victories, over all orders of equal ones.
fn every_order(
    pairwise: &Pairwise,
    strength: Strength,
    rule: Rule,
) -> BTreeSet<BTreeSet<(usize, usize)>> {
    let mut states = BTreeSet::from([BTreeSet::new()]);
    for group in pairwise.victories(strength) {
        let mut stack: Vec<_> = states.into_iter().collect();
        let mut seen: BTreeSet<_> = stack.iter().cloned().collect();
        let mut done = BTreeSet::new();
        while let Some(state) = stack.pop() {
            let free = |&&(a, b): &&(usize, usize)| !state.contains(&(a, b)) && rule(&state, a, b);
            let next: Vec<_> = group.iter().filter(free).collect();
            for pair in &next {
                let mut more = state.clone();
                more.insert(**pair);
                if seen.insert(more.clone()) {
                    stack.push(more);
                }
            }
            if next.is_empty() {
                done.insert(state);
            }
        }
        states = done;
    }
    states
}

fn tops(n: usize, states: &BTreeSet<BTreeSet<(usize, usize)>>) -> Vec<u32> {
    let free = |state: &BTreeSet<(usize, usize)>, a: usize| state.iter().all(|pair| pair.1 != a);
    (0..n as u32)
        .filter(|&a| states.iter().any(|state| free(state, a as usize)))
        .collect()
}

fn check(pairwise: &Pairwise, strength: Strength) {
    let n = pairwise.alternatives();
    let states = every_order(pairwise, strength, ranked);
    let got = pairwise.ranked_pairs_with(strength).expect("few");
    assert_eq!(got.winners, tops(n, &states));
    // The order is there exactly when all orders of ties give one and the same complete one.
    let orders: BTreeSet<Vec<usize>> = states
        .iter()
        .map(|state| {
            (0..n)
                .map(|a| (0..n).filter(|&b| b != a && leads(state, a, b)).count())
                .collect()
        })
        .collect();
    let complete = |below: &Vec<usize>| (0..n).all(|k| below.contains(&k));
    let single = orders
        .first()
        .filter(|below| orders.len() == 1 && complete(below));
    let wanted = single.map(|below| {
        let mut ids: Vec<u32> = (0..n as u32).collect();
        ids.sort_by_key(|&a| std::cmp::Reverse(below[a as usize]));
        ids
    });
    assert_eq!(got.ranking, wanted);
    let rivers = every_order(pairwise, strength, river);
    assert_eq!(pairwise.river(strength).expect("few"), tops(n, &rivers));
}

proptest! {
    #[test]
    fn winners_are_those_of_every_order(
        n in 3_usize..6,
        margins in proptest::collection::vec(-2_i8..=2, 10),
    ) {
        let pairs = (0..n as u32).flat_map(|a| (0..a).map(move |b| (a, b)));
        let rows: Vec<(u32, u32, f64)> = pairs
            .zip(&margins)
            .map(|((a, b), &m)| if m < 0 { (b, a, f64::from(-m)) } else { (a, b, f64::from(m)) })
            .collect();
        let pairwise = Pairwise::from_preferences(n, &rows).expect("pairs");
        check(&pairwise, Strength::Margins);
    }

    #[test]
    fn winners_of_ballots_are_those_of_every_order(seed in 0_u64..1000, voters in 2_u32..6) {
        let pairwise = uniform(5, voters, seed).pairwise();
        for strength in [Strength::Margins, Strength::WinningVotes, Strength::Shares] {
            check(&pairwise, strength);
        }
    }
}

/// Eight alternatives and eleven ballots: with margins 1, 3, 5 … most victories tie.
#[test]
fn many_ties_are_settled() {
    for seed in 0..20 {
        let pairwise = uniform(8, 11, seed).pairwise();
        let ranked = pairwise.ranked_pairs().expect("settled");
        let rivers = pairwise.river(Strength::Margins).expect("settled");
        let free = pairwise.split_cycle();
        assert!(!ranked.winners.is_empty() && ranked.winners.iter().all(|a| free.contains(a)));
        assert!(!rivers.is_empty() && rivers.iter().all(|a| free.contains(a)));
    }
}

#[test]
fn sizes_of_leaderboards_are_settled() {
    for (n, voters) in [(15, 10), (20, 11), (30, 101)] {
        let pairwise = uniform(n, voters, 7).pairwise();
        assert!(!pairwise.ranked_pairs().expect("settled").winners.is_empty());
        assert!(
            !pairwise
                .river(Strength::Margins)
                .expect("settled")
                .is_empty()
        );
    }
    let pairwise = around(40, 9, 6.0, 2).pairwise();
    assert!(!pairwise.ranked_pairs().expect("settled").winners.is_empty());
}

#[test]
fn stable_voting_settles_leaderboards() {
    for (n, voters) in [(8, 11), (12, 10), (16, 101)] {
        let pairwise = uniform(n, voters, 7).pairwise();
        let free = pairwise.split_cycle();
        let got = pairwise.stable_voting(false).expect("settled");
        assert!(!got.is_empty() && got.iter().all(|a| free.contains(a)));
    }
}
