//! Fit quality, planning, connectivity, games, the legacy pairing. Numbers marked "numpy" were computed independently with
//! numpy and scipy from the definitions.

use super::*;
use crate::stats::num::{ln, ln_1p};

pub(super) fn near(got: f64, want: f64, slack: f64) {
    assert!((got - want).abs() <= slack, "got {got}, expected {want}");
}

pub(super) fn tally(rows: u64) -> Tally {
    Tally {
        rows,
        weight: rows as f64,
        weight_sq: rows as f64,
    }
}

pub(super) fn names(m: usize) -> Vec<String> {
    (0..m).map(|i| format!("s{i}")).collect()
}

pub(super) fn pair(i: usize, j: usize, w: [u64; 3]) -> FoldedPair {
    FoldedPair {
        i,
        j,
        wins_i: tally(w[0]),
        wins_j: tally(w[1]),
        ties: tally(w[2]),
    }
}

/// numpy: the published pairing of list indices, four systems.
#[test]
fn legacy_rank_centrality_repeats_the_fault() {
    let folded = Folded {
        systems: names(4),
        pairs: vec![
            pair(0, 1, [2, 0, 0]),
            pair(0, 2, [1, 0, 0]),
            pair(0, 3, [0, 1, 1]),
            pair(1, 2, [1, 1, 1]),
            pair(1, 3, [1, 0, 0]),
            pair(2, 3, [1, 0, 0]),
        ],
    };
    let o = CentralityOptions {
        tie: 1.0,
        alpha: 1.0,
        ..CentralityOptions::default()
    };
    let got = rank_centrality_legacy(&folded, &o).unwrap();
    let want = [
        0.361_557_699_178,
        0.202_145_927_693,
        0.245_848_171_582,
        0.190_448_201_547,
    ];
    for (s, w) in got.systems.iter().zip(want) {
        near(s.score.unwrap(), w, 1e-11);
    }
    // The pairing is right for three systems, so there the two agree.
    let three = Folded {
        systems: names(3),
        pairs: vec![
            pair(0, 1, [3, 1, 0]),
            pair(0, 2, [2, 1, 0]),
            pair(1, 2, [1, 4, 1]),
        ],
    };
    let (a, b) = (
        rank_centrality_legacy(&three, &o).unwrap(),
        rank_centrality_folded(&three, &o).unwrap(),
    );
    for (x, y) in a.systems.iter().zip(&b.systems) {
        near(x.score.unwrap(), y.score.unwrap(), 1e-12);
    }
    assert!(rank_centrality_legacy(&three, &CentralityOptions::default()).is_err());
}

/// A circle of 3 : 1 fits equal strengths: deviance 6 (3 ln 1.5 + ln 0.5), one
/// degree of freedom; Pearson 6 · 1/2 = 3.
#[test]
fn deviance_of_a_circle() {
    let circle = Folded {
        systems: names(3),
        pairs: vec![
            pair(0, 1, [3, 1, 0]),
            pair(0, 2, [1, 3, 0]),
            pair(1, 2, [3, 1, 0]),
        ],
    };
    let g = goodness_of_fit(&circle, &BradleyTerryOptions::default(), 5).unwrap();
    near(g.deviance.unwrap(), 6.0 * (3.0 * ln(1.5) + ln(0.5)), 1e-9);
    near(g.pearson.unwrap(), 3.0, 1e-9);
    assert_eq!((g.df, g.detail, g.n), (1, None, 12));
    near(g.deviance_p.unwrap(), 0.076_414, 1e-5);
    near(g.brier.unwrap(), 0.25, 1e-12);
    assert_eq!(g.bins.iter().map(|b| b.n).sum::<u64>(), 12);
    let half = Folded {
        pairs: vec![
            pair(0, 1, [3, 1, 2]),
            pair(0, 2, [1, 3, 0]),
            pair(1, 2, [3, 1, 0]),
        ],
        ..circle
    };
    let g = goodness_of_fit(&half, &BradleyTerryOptions::default(), 5).unwrap();
    assert!(g.deviance_p.is_none() && g.detail.unwrap().contains("half"));
    let o = BradleyTerryOptions {
        ties: Ties::Davidson,
        ..BradleyTerryOptions::default()
    };
    let g = goodness_of_fit(&half, &o, 5).unwrap();
    assert_eq!((g.df, g.detail), (6 - 2 - 1, None));
}

/// Two systems have as many parameters as data: no deviance under any model.
#[test]
fn a_saturated_model_has_no_deviance() {
    let two = Folded {
        systems: names(2),
        pairs: vec![pair(0, 1, [5, 2, 3])],
    };
    for ties in [Ties::Davidson, Ties::RaoKupper, Ties::Skip] {
        let o = BradleyTerryOptions {
            ties,
            ..BradleyTerryOptions::default()
        };
        let g = goodness_of_fit(&two, &o, 10).unwrap();
        near(g.deviance.unwrap(), 0.0, 1e-9);
        assert_eq!((g.df, g.deviance_p), (0, None));
        let (win, tie) = win_probabilities(
            g.fit.systems[0].theta.unwrap() - g.fit.systems[1].theta.unwrap(),
            ties,
            g.fit.tie_parameter,
        );
        let total = if ties == Ties::Skip { 7.0 } else { 10.0 };
        near(win, 5.0 / total, 1e-9);
        near(tie, if ties == Ties::Skip { 0.0 } else { 0.3 }, 1e-9);
    }
}

/// numpy: prior of 400 points, path 3 : 1, 2 : 1.
#[test]
fn next_pairs_by_expected_information() {
    let folded = Folded {
        systems: names(3),
        pairs: vec![pair(0, 1, [3, 1, 0]), pair(1, 2, [2, 1, 0])],
    };
    let l2 = 1.0 / (ln(10.0) * ln(10.0));
    let o = BradleyTerryOptions {
        l2,
        errors: Errors::Hessian,
        ..BradleyTerryOptions::default()
    };
    let fit = bradley_terry_folded(&folded, &o).unwrap();
    let got = next_pairs(&folded, &fit, 3);
    let want = [
        (0, 2, 0.142_810_709_938_605_78, 0.806_322_239_421_52, 0),
        (1, 2, 0.125_051_488_310_520_93, 0.625_982_927_335_369_3, 3),
        (0, 1, 0.098_520_965_437_856_11, 0.713_259_167_990_495_6, 4),
    ];
    for (g, w) in got.iter().zip(want) {
        assert_eq!((g.i, g.j, g.n), (w.0, w.1, w.4));
        near(g.gain, w.2, 1e-9);
        near(g.probability, w.3, 1e-9);
    }
    near(got[0].stderr, 1.454_955_654_744_519_5, 1e-8);
    assert_eq!(next_pairs(&folded, &fit, 1).len(), 1);
    near(
        got[0].gain,
        0.5 * ln_1p(
            0.806_322_239_421_52
                * (1.0 - 0.806_322_239_421_52)
                * 1.454_955_654_744_519_5
                * 1.454_955_654_744_519_5,
        ),
        1e-8,
    );
}

/// Sandwich-based rank intervals: told apart, and not.
#[test]
fn simultaneous_ranks_are_wider_than_the_arena_rule() {
    let league = |n: u64| Folded {
        systems: names(3),
        pairs: vec![
            pair(0, 1, [6 * n, 4 * n, 0]),
            pair(0, 2, [8 * n, 2 * n, 0]),
            pair(1, 2, [7 * n, 3 * n, 0]),
        ],
    };
    let ranks = |n: u64| {
        let fit = bradley_terry_folded(&league(n), &BradleyTerryOptions::default()).unwrap();
        fit.systems
            .iter()
            .map(|s| {
                (
                    s.rank_lower.unwrap(),
                    s.rank.unwrap(),
                    s.rank_upper.unwrap(),
                    s.rank_arena.unwrap(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(ranks(1000), [(1, 1, 1, 1), (2, 2, 2, 2), (3, 3, 3, 3)]);
    let few = ranks(1);
    assert_eq!(few[0].2, 3);
    assert!(few.iter().all(|r| r.0 <= r.1 && r.1 <= r.2 && r.3 <= r.1));
}

#[test]
fn standings_number_components_by_size() {
    let folded = Folded {
        systems: names(6),
        pairs: vec![
            pair(0, 1, [1, 0, 0]),
            pair(2, 3, [1, 1, 0]),
            pair(3, 4, [1, 0, 0]),
        ],
    };
    let got = standings(&folded, false);
    let of = |k: usize| {
        (
            got[k].component,
            got[k].part,
            got[k].opponents,
            got[k].status,
        )
    };
    assert_eq!(of(2), (1, 1, 1, Status::Ok));
    assert_eq!(of(3), (1, 1, 2, Status::Ok));
    assert_eq!(of(4), (1, 4, 1, Status::Winless));
    assert_eq!(of(0), (2, 2, 1, Status::Disconnected));
    assert_eq!(of(5), (3, 5, 0, Status::NoGames));
}

/// Balduzzi et al. (2018), section 3: rock-paper-scissors shares evenly, a copy
/// shares its original's weight and moves no rating, a dominant system takes all.
#[test]
fn nash_averages() {
    let margins = |n: usize, pairs: Vec<FoldedPair>| {
        let folded = Folded {
            systems: names(n),
            pairs,
        };
        nash_averaging(&folded, NashPayoff::Margin, 0.0).unwrap()
    };
    let rps = vec![
        pair(0, 1, [1, 0, 0]),
        pair(1, 2, [1, 0, 0]),
        pair(0, 2, [0, 1, 0]),
    ];
    let a = margins(3, rps.clone());
    assert!(a.converged);
    for (w, r) in a.weight.iter().zip(&a.rating) {
        near(*w, 1.0 / 3.0, 1e-7);
        near(*r, 0.0, 1e-7);
    }
    let mut copied = rps;
    // System 3 is a copy of system 2.
    copied.extend([pair(0, 3, [0, 1, 0]), pair(1, 3, [1, 0, 0])]);
    let b = margins(4, copied);
    for (w, want) in b
        .weight
        .iter()
        .zip([1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0])
    {
        near(*w, want, 1e-6);
    }
    let c = margins(
        3,
        vec![
            pair(0, 1, [3, 1, 0]),
            pair(0, 2, [9, 1, 0]),
            pair(1, 2, [1, 1, 0]),
        ],
    );
    near(c.weight[0], 1.0, 1e-6);
    near(c.rating[1], -0.5, 1e-5);
    near(c.rating[2], -0.8, 1e-5);
    // Weighted cycle: weights in proportion to the opposite edge (1, 2, 3 → 2 : 3 : 1).
    let d = margins(
        3,
        vec![
            pair(0, 1, [11, 9, 0]),
            pair(1, 2, [12, 8, 0]),
            pair(0, 2, [7, 13, 0]),
        ],
    );
    for (w, want) in d.weight.iter().zip([2.0 / 6.0, 3.0 / 6.0, 1.0 / 6.0]) {
        near(*w, want, 1e-6);
    }
    let none = Folded {
        systems: names(2),
        pairs: vec![pair(0, 1, [2, 2, 0])],
    };
    assert!(nash_averaging(&none, NashPayoff::LogOdds, 0.0).is_err());
    let even = nash_averaging(&none, NashPayoff::LogOdds, 1.0).unwrap();
    assert_eq!(even.weight, [0.5, 0.5]);
}
