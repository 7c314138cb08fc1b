//! Against exhaustive search and vectors, and at full size.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::stats::agreement::vectors::{cases, intern};
use crate::stats::choice::drawn::{around, uniform};
use crate::stats::choice::{Profile, Row};

const EFFORT: Effort = Effort { budget: 1_000_000 };

fn proved(pairwise: &Pairwise, cost: Cost) -> OptimalOrder {
    let got = pairwise.optimal_order(cost, EFFORT).expect("size");
    assert!(got.optimal && got.gap == 0.0 && got.lower_bound == got.distance);
    got
}

#[test]
fn uniform_30_by_101_is_solved() {
    for seed in 0..3 {
        let got = proved(&uniform(30, 101, seed).pairwise(), Cost::Margin);
        assert!(got.optima.is_some_and(|n| n >= 1));
    }
}

#[test]
fn near_transitive_105_by_14_is_solved() {
    for noise in [3.0, 15.0, 30.0] {
        proved(&around(105, 14, noise, 1).pairwise(), Cost::Margin);
    }
}

#[test]
fn without_budget_a_gap_is_stated() {
    let pairwise = uniform(40, 9, 5).pairwise();
    let quick = pairwise
        .optimal_order(Cost::Margin, Effort { budget: 0 })
        .expect("size");
    let best = proved(&pairwise, Cost::Margin);
    assert!(quick.lower_bound <= best.distance && best.distance <= quick.distance);
    assert_eq!(quick.gap, quick.distance - quick.lower_bound);
    assert!(quick.optima.is_none());
}

#[test]
fn beyond_the_exact_size_a_gap_is_stated() {
    let got = uniform(140, 5, 2)
        .pairwise()
        .optimal_order(Cost::Margin, EFFORT)
        .expect("size");
    assert!(!got.optimal && got.gap > 0.0 && got.lower_bound > 0.0);
}

fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for first in 0..n {
        for rest in permutations(n - 1) {
            let shifted = rest.iter().map(|&a| if a >= first { a + 1 } else { a });
            all.push(std::iter::once(first).chain(shifted).collect());
        }
    }
    all
}

/// All orders of least cost, ascending.
fn exhaustive(n: usize, cost: impl Fn(&[usize]) -> f64) -> (f64, Vec<Vec<u32>>) {
    let mut best = (f64::INFINITY, Vec::new());
    for order in permutations(n) {
        let c = cost(&order);
        if c < best.0 {
            best = (c, Vec::new());
        }
        if c == best.0 {
            best.1.push(order.iter().map(|&a| a as u32).collect());
        }
    }
    best
}

fn ranges(n: usize, orders: &[Vec<u32>]) -> Vec<(u32, u32)> {
    (0..n as u32)
        .map(|a| {
            let places = orders
                .iter()
                .map(|o| o.iter().position(|&b| b == a).expect("listed") as u32 + 1);
            (
                places.clone().min().expect("some"),
                places.max().expect("some"),
            )
        })
        .collect()
}

fn profiles() -> impl Strategy<Value = Profile> {
    (2_usize..=6).prop_flat_map(|n| {
        let ballot = proptest::collection::vec(proptest::option::weighted(0.9, 0_u8..6), n);
        proptest::collection::vec((ballot, 1_u8..4), 1..9).prop_map(move |ballots| {
            let mut rows = Vec::new();
            for (at, (ranks, weight)) in ballots.iter().enumerate() {
                for (alternative, rank) in ranks.iter().enumerate() {
                    if let Some(rank) = rank {
                        rows.push(Row {
                            ballot: at as u32,
                            alternative: alternative as u32,
                            rank: f64::from(*rank),
                            weight: f64::from(*weight),
                        });
                    }
                }
            }
            Profile::new(n, rows).expect("profile")
        })
    })
}

proptest! {
    #[test]
    fn optimal_orders_are_those_of_exhaustive_search(profile in profiles()) {
        let pairwise = profile.pairwise();
        let n = pairwise.alternatives();
        for cost in [Cost::Margin, Cost::Majority] {
            let price = |a: usize, b: usize| match cost {
                Cost::Margin => pairwise.over(b as u32, a as u32),
                Cost::Majority => f64::from(u8::from(pairwise.beats(b, a))),
            };
            let (least, orders) = exhaustive(n, |order| {
                (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)))
                    .map(|(i, j)| price(order[i], order[j])).sum()
            });
            let got = proved(&pairwise, cost);
            prop_assert_eq!(got.distance, least);
            prop_assert_eq!(got.optima, Some(orders.len() as u64));
            prop_assert_eq!(&got.order, &orders[0]);
            prop_assert_eq!(got.places, Some(ranges(n, &orders)));
        }
    }

    #[test]
    fn footrule_is_that_of_exhaustive_search(profile in profiles()) {
        let n = profile.alternatives();
        let costs = profile.place_costs();
        let (least, orders) = exhaustive(n, |order| {
            (0..n).map(|p| costs[order[p] * n + p] as f64).sum()
        });
        let got = profile.footrule().expect("size");
        prop_assert_eq!(got.distance, exact::to_f64(least as i128, profile.unit - 1));
        prop_assert_eq!(&got.order, &orders[0]);
        prop_assert_eq!(got.unique, orders.len() == 1);
        prop_assert_eq!(got.places, ranges(n, &orders));
    }

    #[test]
    fn mc4_is_stationary(profile in profiles()) {
        let pairwise = profile.pairwise();
        let n = pairwise.alternatives();
        let shares = pairwise.mc4(0.05).expect("alternatives").shares;
        for b in 0..n {
            let mut inflow = 0.0;
            for (a, share) in shares.iter().enumerate() {
                let stay = (0..n).filter(|&c| !pairwise.beats(c, a)).count() as f64;
                let even = 1.0 / n as f64;
                let moves = if a == b { stay * even } else { even * f64::from(u8::from(pairwise.beats(b, a))) };
                inflow += share * (0.95 * moves + 0.05 * even);
            }
            prop_assert!((inflow - shares[b]).abs() < 1e-12, "{inflow} {}", shares[b]);
        }
    }
}

/// Dwork et al. 2001: the Condorcet winner of a transitive majority gathers most.
#[test]
fn mc4_follows_a_transitive_majority() {
    let shares = around(6, 9, 0.1, 1)
        .pairwise()
        .mc4(0.05)
        .expect("some")
        .shares;
    assert!(shares.windows(2).all(|w| w[0] > w[1]), "{shares:?}");
}

#[test]
fn choice_vectors() {
    for case in cases("choice", "profile") {
        let alternatives = case.column("rankings", "alternative");
        let mut all = alternatives.clone();
        if let Some(more) = case.input["alternatives"]["alternative"].as_array() {
            all.extend(more.iter().cloned());
        }
        let (ids, names) = intern(&all);
        let (ballots, _) = intern(&case.column("rankings", "ballot"));
        let number = |column: &str, at: usize| case.input["rankings"][column][at].as_f64();
        let rows = (0..alternatives.len())
            .map(|at| Row {
                ballot: ballots[at],
                alternative: ids[at],
                rank: number("rank", at).expect("rank"),
                weight: number("weight", at).unwrap_or(1.0),
            })
            .collect();
        let profile = Profile::new(names.len(), rows).expect("profile");
        let listed = |orders: &Value| -> Vec<Vec<u32>> {
            let id = |name: &Value| names.iter().position(|n| n == name).expect("name") as u32;
            let order = |o: &Value| o.as_array().expect("order").iter().map(id).collect();
            orders
                .as_array()
                .expect("orders")
                .iter()
                .map(order)
                .collect()
        };
        let kemeny = &case.expected["kemeny"];
        if !kemeny.is_null() {
            let got = proved(&profile.pairwise(), Cost::Margin);
            case.check_value("kemeny", &kemeny["distance"], Some(got.distance));
            let mut orders = listed(&kemeny["orders"]);
            orders.sort();
            assert_eq!(got.order, orders[0], "{}", case.name);
            assert_eq!(got.optima, Some(orders.len() as u64), "{}", case.name);
            assert_eq!(
                got.places,
                Some(ranges(names.len(), &orders)),
                "{}",
                case.name
            );
        }
        let footrule = &case.expected["footrule"];
        if !footrule.is_null() {
            let got = profile.footrule().expect("size");
            case.check_value("footrule", &footrule["distance"], Some(got.distance));
            if !footrule["orders"].is_null() {
                let mut orders = listed(&footrule["orders"]);
                orders.sort();
                assert_eq!(got.order, orders[0], "{}", case.name);
                assert_eq!(got.unique, orders.len() == 1, "{}", case.name);
            }
        }
    }
}

/// Beyond the exact size a lottery is solved in doubles; nobody gains against it.
#[test]
fn a_large_lottery_is_verified() {
    let game = uniform(120, 101, 9).pairwise().maximal_lottery_game();
    assert!(
        !game.exact && game.unique == Some(true) && game.exploitability < 1e-12,
        "{}",
        game.exploitability
    );
}

/// The same for 500 alternatives; run with `--ignored`, in release.
#[test]
#[ignore = "full size"]
fn lottery_of_500() {
    let game = uniform(500, 101, 9).pairwise().maximal_lottery_game();
    assert!(
        game.unique == Some(true) && game.exploitability < 1e-10,
        "{}",
        game.exploitability
    );
}
