//! Length control, tied ballots, standardised covariates, real comparisons.

use super::leaderboard_tests::{names, near};
use super::vectors::cases;
use super::*;
use crate::stats::num::{exp, logistic};
use crate::stats::rng::Stream;

/// numpy: ten rows with difficulty; mean prediction at difference 0, sandwich.
#[test]
fn length_control_of_ten_rows() {
    let rows: Vec<LengthRow> = [
        (1.0, 5.0, 0.2),
        (0.0, -3.0, 1.1),
        (1.0, 8.0, -0.4),
        (1.0, -2.0, 0.3),
        (0.0, 1.0, 0.9),
        (0.5, 4.0, 0.0),
        (0.0, -6.0, 0.6),
        (1.0, 2.0, -1.0),
        (0.0, 3.0, 1.5),
        (1.0, -4.0, -0.7),
    ]
    .into_iter()
    .map(|(score, difference, difficulty)| LengthRow {
        score,
        difference,
        difficulty,
        weight: 1.0,
    })
    .collect();
    let got = length_controlled(&rows, 0.0, 0.95);
    near(got.controlled.unwrap(), 0.549_441_314_626_855_2, 1e-8);
    near(got.stderr.unwrap(), 0.146_843_637_725_513_32, 1e-7);
    near(got.length_effect.unwrap(), -0.390_570_349_344, 1e-7);
    near(got.length_sd.unwrap(), 4.214_261_501_141_095, 1e-12);
    near(got.win_rate.unwrap(), 0.55, 1e-15);
    assert_eq!((got.n, got.detail), (10, None));
    let reversed: Vec<LengthRow> = rows.iter().rev().copied().collect();
    assert_eq!(got, length_controlled(&reversed, 0.0, 0.95));
    let won: Vec<LengthRow> = rows
        .iter()
        .map(|r| LengthRow {
            score: 1.0,
            difficulty: 0.0,
            ..*r
        })
        .collect();
    let always = length_controlled(&won, 0.0, 0.95);
    assert!(always.controlled.is_none() && always.detail.is_some());
    assert_eq!(always.win_rate, Some(1.0));
    assert_eq!(length_controlled(&[], 0.0, 0.95).n, 0);
}

/// Breslow: two tied first places are two choices from all three.
#[test]
fn tied_ballots_by_breslow() {
    let mut tied = RankingCounts::new();
    let mut plain = RankingCounts::new();
    for (x, y, z) in [
        (1.0, 1.0, 2.0),
        (2.0, 1.0, 3.0),
        (3.0, 2.0, 1.0),
        (1.0, 2.0, 2.0),
    ] {
        let ballot = [("x", x), ("y", y), ("z", z)];
        tied.add_tied(&ballot, 1.0).unwrap();
        let _ = plain.add(&ballot, 1.0);
    }
    let o = BradleyTerryOptions::default();
    let fit = plackett_luce(&tied, Unranked::Absent, &o).unwrap();
    assert!(fit.converged);
    assert!(fit.alternatives.iter().all(|a| a.n == 4));
    // The gradient of the sum of choices vanishes at the estimate.
    let theta: Vec<f64> = fit.alternatives.iter().map(|a| a.theta.unwrap()).collect();
    let sets: [(usize, &[usize]); 8] = [
        (0, &[0, 1, 2]),
        (1, &[0, 1, 2]),
        (1, &[0, 1, 2]),
        (0, &[0, 2]),
        (2, &[0, 1, 2]),
        (1, &[0, 1]),
        (0, &[0, 1, 2]),
        (1, &[1, 2]),
    ];
    let mut g = [0.0; 3];
    let mut add = |chosen: usize, set: &[usize]| {
        let total: f64 = set.iter().map(|k| exp(theta[*k])).sum();
        g[chosen] += 1.0;
        for k in set {
            g[*k] -= exp(theta[*k]) / total;
        }
    };
    for (chosen, set) in sets {
        add(chosen, set);
    }
    add(2, &[1, 2]);
    for x in g {
        near(x, 0.0, 1e-8);
    }
    assert!(plackett_luce(&tied, Unranked::Below, &o).is_err());
}

/// Standardised covariates: the same fit, other units; constant ones are refused
/// by the fit, not by a made-up number.
#[test]
fn standardised_covariates_change_the_unit_only() {
    let mut table = CovariateTable::default();
    let mut s = Stream::new(17, 0, 0);
    for _ in 0..400 {
        let (a, b) = (s.below(4) as u32, s.below(4) as u32);
        let x = 3.0 + 5.0 * s.normal();
        let p = logistic(0.2 * (x - 3.0) + 0.3 * (f64::from(b) - f64::from(a)));
        table.a.push(a);
        table.b.push(b);
        table.score.push(f64::from(s.uniform() < p));
        table.x.to_mut().extend([x, 1.0]);
    }
    let o = BradleyTerryOptions::default();
    let fit = |table: &CovariateTable<'_>, kind| {
        bradley_terry_covariate_table(&names(4), table, &["x", "first"], kind, &o).unwrap()
    };
    let (raw, scaled) = (
        fit(&table, Standardise::No),
        fit(&table, Standardise::Scale),
    );
    assert!(raw.converged && scaled.converged);
    let used: Vec<f64> = (0..400)
        .filter(|r| table.a[*r] != table.b[*r])
        .map(|r| table.x[2 * r])
        .collect();
    let n = used.len() as f64;
    let mean = used.iter().sum::<f64>() / n;
    let sd = crate::stats::num::sqrt(used.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n);
    let (a, b) = (&raw.coefficients[0], &scaled.coefficients[0]);
    near(b.value.unwrap(), sd * a.value.unwrap(), 1e-9);
    near(
        b.stderr_sandwich.unwrap(),
        sd * a.stderr_sandwich.unwrap(),
        1e-9,
    );
    assert!(a.value.unwrap() > 0.1);
    for (x, y) in raw.systems.iter().zip(&scaled.systems) {
        near(x.rating.unwrap(), y.rating.unwrap(), 1e-6);
    }
    // A cluster per row is the sandwich times n / (n − 1); doubled clusters change nothing.
    let clustered = |table: &CovariateTable<'_>| {
        bradley_terry_covariate_table(&names(4), table, &["x", "first"], Standardise::No, &o)
            .unwrap()
    };
    table.cluster = (0..400).collect();
    let alone = clustered(&table);
    let share = crate::stats::num::sqrt(n / (n - 1.0));
    for (x, y) in alone.coefficients.iter().zip(&raw.coefficients) {
        near(
            x.stderr_sandwich.unwrap(),
            share * y.stderr_sandwich.unwrap(),
            1e-12,
        );
        near(x.stderr.unwrap(), y.stderr.unwrap(), 1e-12);
    }
    let mut twice = table.clone();
    twice.a.extend_from_within(..);
    twice.b.extend_from_within(..);
    twice.score.extend_from_within(..);
    twice.x.to_mut().extend_from_within(..);
    twice.cluster.extend_from_within(..);
    let doubled = clustered(&twice);
    for (x, y) in doubled.systems.iter().zip(&alone.systems) {
        near(x.stderr_sandwich.unwrap(), y.stderr_sandwich.unwrap(), 1e-9);
    }
    table.cluster = vec![0; 400];
    let one = clustered(&table);
    assert!(
        one.systems
            .iter()
            .all(|s| s.value.is_some() && s.lower.is_none())
    );
    table.cluster.clear();
    // Taking off the mean makes a constant vanish: collinear, no numbers.
    let z = fit(&table, Standardise::ZScore);
    assert!(!z.converged && z.coefficients.iter().all(|c| c.value.is_none()));
}

/// Human verdicts on real pairs: the methods tell one story.
#[test]
fn methods_agree_on_pandalm() {
    cases("ratings", "average_win_rate", |c| {
        if !c.name.contains("pandalm") {
            return;
        }
        let folded = c.counts().folded(BothBad::Tie);
        let o = BradleyTerryOptions::default();
        let theta = |fit: BradleyTerryFit| -> Vec<f64> {
            fit.systems.iter().map(|s| s.theta.unwrap()).collect()
        };
        let score = |found: Centrality| -> Vec<f64> {
            found.systems.iter().map(|s| s.score.unwrap()).collect()
        };
        let probit = BradleyTerryOptions {
            link: Link::Probit,
            ..o.clone()
        };
        let central = CentralityOptions::default();
        let rates = win_rates_folded(&folded, &WinRateOptions::default()).unwrap();
        let nash = nash_averaging(&folded, NashPayoff::LogOdds, 0.5).unwrap();
        let boards = [
            theta(bradley_terry_folded(&folded, &o).unwrap()),
            theta(bradley_terry_folded(&folded, &probit).unwrap()),
            theta(newman_folded(&folded, &o).unwrap()),
            score(rank_centrality_folded(&folded, &central).unwrap()),
            score(pagerank_folded(&folded, &central).unwrap()),
            rates.iter().map(|r| r.average_win_rate.unwrap()).collect(),
        ];
        let best = |b: &Vec<f64>| (0..b.len()).max_by(|i, j| b[*i].total_cmp(&b[*j]));
        for (k, a) in boards.iter().enumerate() {
            assert_eq!(best(a), best(&boards[0]), "method {k}");
            for b in &boards {
                let mut discordant = 0;
                for i in 0..a.len() {
                    for j in 0..i {
                        discordant += usize::from((a[i] - a[j]) * (b[i] - b[j]) < 0.0);
                    }
                }
                assert!(discordant <= 1, "method {k}: {discordant} pairs");
            }
        }
        assert!(nash.converged && best(&nash.weight) == best(&boards[0]));
    });
}

/// The bootstrap of rows agrees with the sandwich, that of clusters with the
/// clustered one.
#[test]
fn covariate_bootstraps_agree_with_their_sandwiches() {
    let mut table = CovariateTable::default();
    let mut s = Stream::new(23, 0, 0);
    for row in 0..600 {
        let (a, b) = (s.below(3) as u32, s.below(3) as u32);
        // Rows of a cluster share much of their covariate.
        let x = s.normal() + f64::from(row / 10 % 2);
        let p = logistic(0.4 * x + 0.3 * (f64::from(b) - f64::from(a)));
        table.a.push(a);
        table.b.push(b);
        table.score.push(f64::from(s.uniform() < p));
        table.x.to_mut().push(x);
    }
    let fit = |table: &CovariateTable<'_>, errors| {
        let o = BradleyTerryOptions {
            errors,
            replicates: 300,
            ..BradleyTerryOptions::default()
        };
        bradley_terry_covariate_table(&names(3), table, &["x"], Standardise::No, &o).unwrap()
    };
    let near_enough = |p: &Estimate, q: &Estimate| {
        let ratio = p.error.unwrap() / q.error.unwrap();
        assert!((0.85..1.18).contains(&ratio), "{}: {ratio}", p.name);
        assert!(p.lower.unwrap() < p.upper.unwrap());
    };
    let compare = |table: &CovariateTable<'_>| {
        let (drawn, sandwich) = (fit(table, Errors::Bootstrap), fit(table, Errors::Sandwich));
        for (p, q) in drawn.systems.iter().zip(&sandwich.systems) {
            near_enough(p, q);
        }
        near_enough(&drawn.coefficients[0], &sandwich.coefficients[0]);
    };
    compare(&table);
    table.cluster = (0..600).map(|row| row / 10).collect();
    compare(&table);
    let none = fit(&table, Errors::None);
    assert!(
        none.systems
            .iter()
            .all(|e| e.error.is_none() && e.rating.is_some())
    );
}
