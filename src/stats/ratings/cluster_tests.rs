//! Clusters, the normal link, anchors and mixtures. Numbers marked "numpy" or
//! "scipy" were computed independently from the definitions.

use super::clusters::ClusterCell;
use super::leaderboard_tests::{names, near, tally};
use super::*;
use crate::stats::num::logistic;
use crate::stats::rng::Stream;

/// Rows (a, b, score of a doubled, cluster) as folded counts and cluster cells.
fn clustered(m: usize, rows: &[(usize, usize, u8, Option<u32>)]) -> (Folded, Vec<ClusterCell>) {
    let mut counted = Vec::new();
    let mut cells = Vec::new();
    for &(a, b, twice, cluster) in rows {
        let score = f64::from(twice) / 2.0;
        counted.push(Counted {
            a,
            b,
            score,
            tally: tally(1),
        });
        cells.push(ClusterCell {
            cluster,
            i: a.min(b),
            j: a.max(b),
            score,
            first: a < b,
            tally: tally(1),
        });
    }
    (Folded::from_counted(names(m), &counted), cells)
}

fn example() -> Vec<(usize, usize, u8, Option<u32>)> {
    vec![
        (0, 1, 2, Some(0)),
        (0, 1, 2, Some(0)),
        (1, 2, 2, Some(0)),
        (0, 2, 0, Some(1)),
        (0, 1, 0, Some(1)),
        (1, 2, 0, Some(1)),
        (2, 0, 0, Some(2)),
        (1, 0, 1, Some(2)),
        (1, 2, 2, Some(2)),
        (2, 1, 2, Some(3)),
        (0, 2, 2, Some(3)),
        (0, 2, 1, Some(3)),
        (1, 2, 1, None),
        (0, 1, 2, None),
    ]
}

fn errors_of(fit: &BradleyTerryFit) -> Vec<f64> {
    fit.systems
        .iter()
        .map(|s| s.theta_stderr.unwrap())
        .collect()
}

/// numpy: scores summed by cluster, two rows alone, factor 6/5.
#[test]
fn clusters_sum_their_scores_before_squaring() {
    let (folded, cells) = clustered(3, &example());
    let o = BradleyTerryOptions::default();
    let fit = bradley_terry_clustered(&folded, &cells, &o).unwrap();
    let theta = [0.458_807_689_812, -0.277_197_035_897, -0.181_610_653_915];
    let stderr = [0.572_923_477_192, 0.293_263_173_484, 0.547_551_036_24];
    for (s, (t, e)) in fit.systems.iter().zip(theta.iter().zip(stderr)) {
        near(s.theta.unwrap(), *t, 1e-9);
        near(s.theta_stderr.unwrap(), e, 1e-9);
    }
    let mut shuffled = cells.clone();
    Stream::new(3, 0, 0).shuffle(&mut shuffled);
    assert_eq!(
        fit,
        bradley_terry_clustered(&folded, &shuffled, &o).unwrap()
    );
}

/// A cluster per row is the plain sandwich times sqrt(n / (n − 1)); one cluster
/// has no error; doubled rows in the clusters change nothing.
#[test]
fn clusters_of_one_and_of_all() {
    let rows = example();
    let o = BradleyTerryOptions::default();
    let alone: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(k, r)| (r.0, r.1, r.2, Some(k as u32)))
        .collect();
    let (folded, cells) = clustered(3, &alone);
    let plain = errors_of(&bradley_terry_folded(&folded, &o).unwrap());
    let single = errors_of(&bradley_terry_clustered(&folded, &cells, &o).unwrap());
    let n = rows.len() as f64;
    for (p, s) in plain.iter().zip(&single) {
        near(*s, p * crate::stats::num::sqrt(n / (n - 1.0)), 1e-12);
    }
    let together: Vec<_> = rows.iter().map(|r| (r.0, r.1, r.2, Some(0))).collect();
    let (folded, cells) = clustered(3, &together);
    let fit = bradley_terry_clustered(&folded, &cells, &o).unwrap();
    assert!(
        fit.systems
            .iter()
            .all(|s| s.stderr.is_none() && s.rating.is_some())
    );
    let grouped: Vec<_> = rows.iter().filter(|r| r.3.is_some()).copied().collect();
    let doubled: Vec<_> = grouped.iter().chain(&grouped).copied().collect();
    let (one, two) = (clustered(3, &grouped), clustered(3, &doubled));
    let a = errors_of(&bradley_terry_clustered(&one.0, &one.1, &o).unwrap());
    let b = errors_of(&bradley_terry_clustered(&two.0, &two.1, &o).unwrap());
    for (x, y) in a.iter().zip(&b) {
        near(*x, *y, 1e-9);
    }
}

/// Clusters that all vote alike: the bootstrap of clusters agrees with the
/// robust sandwich, and is wider than that of rows.
#[test]
fn the_cluster_bootstrap_agrees_with_the_cluster_sandwich() {
    let mut rows = Vec::new();
    for c in 0..150_u32 {
        let mut s = Stream::new(8, 0, u64::from(c));
        let (a, b) = [(0, 1), (1, 2), (0, 2), (2, 3), (1, 3), (3, 0)][s.below(6) as usize];
        let twice = if s.uniform() < 0.55 { 2 } else { 0 };
        rows.extend(std::iter::repeat_n((a, b, twice, Some(c)), 4));
    }
    let (folded, cells) = clustered(4, &rows);
    let boot = BradleyTerryOptions {
        errors: Errors::Bootstrap,
        ..BradleyTerryOptions::default()
    };
    let b = bradley_terry_clustered(&folded, &cells, &boot).unwrap();
    let s = bradley_terry_clustered(&folded, &cells, &BradleyTerryOptions::default()).unwrap();
    let plain = bradley_terry_folded(&folded, &boot).unwrap();
    for ((b, s), p) in errors_of(&b)
        .iter()
        .zip(errors_of(&s))
        .zip(errors_of(&plain))
    {
        assert!((0.85..1.2).contains(&(b / s)), "{b} {s}");
        assert!((1.7..2.3).contains(&(b / p)), "{b} {p}");
    }
    let again = bradley_terry_clustered(&folded, &cells, &boot).unwrap();
    assert_eq!(b, again);
}

#[test]
fn an_anchor_takes_its_rating() {
    let (folded, _) = clustered(3, &example());
    let o = BradleyTerryOptions {
        anchor: Some("s1".into()),
        anchor_rating: Some(1234.0),
        ..BradleyTerryOptions::default()
    };
    let fit = bradley_terry_folded(&folded, &o).unwrap();
    near(fit.systems[1].rating.unwrap(), 1234.0, 1e-9);
    let free = bradley_terry_folded(&folded, &BradleyTerryOptions::default()).unwrap();
    let gap = |f: &BradleyTerryFit| f.systems[0].rating.unwrap() - f.systems[2].rating.unwrap();
    near(gap(&fit), gap(&free), 1e-9);
}

/// Two planted groups with opposite tastes are found again, whatever the order.
#[test]
fn a_mixture_finds_planted_groups() {
    let mut rows = Vec::new();
    let people = 40_u32;
    for u in 0..people {
        let mut s = Stream::new(21, 0, u64::from(u));
        let sign = if u % 5 < 3 { 1.0 } else { -1.0 };
        for _ in 0..25 {
            let i = s.below(4) as usize;
            let j = (i + 1 + s.below(3) as usize) % 4;
            let d = sign * 1.5 * (j as f64 - i as f64);
            let twice = if s.uniform() < logistic(d) { 2 } else { 0 };
            rows.push((i, j, twice, Some(u)));
        }
    }
    let (folded, cells) = clustered(4, &rows);
    let annotators: Vec<String> = (0..people).map(|u| format!("u{u:02}")).collect();
    let o = MixtureOptions {
        groups: 2,
        l2: 0.1,
        starts: 4,
        seed: 1,
        max_iterations: 500,
    };
    let fit = bradley_terry_mixture(&folded, &cells, &annotators, &o)
        .unwrap()
        .unwrap();
    assert!(fit.converged && fit.agreeing_starts > 1);
    near(fit.share[0], 0.6, 0.02);
    for (u, r) in fit.membership.iter().enumerate() {
        assert_eq!(r[0] > 0.5, u % 5 < 3, "{u}");
    }
    assert!(fit.theta[0].is_sorted_by(|a, b| a >= b));
    assert!(fit.theta[1].is_sorted_by(|a, b| a <= b));
    let mut shuffled = cells.clone();
    Stream::new(3, 0, 0).shuffle(&mut shuffled);
    let again = bradley_terry_mixture(&folded, &shuffled, &annotators, &o).unwrap();
    assert_eq!(Some(&fit), again.as_ref());
    let one = MixtureOptions { groups: 1, ..o };
    let single = bradley_terry_mixture(&folded, &cells, &annotators, &one)
        .unwrap()
        .unwrap();
    assert!(single.bic > fit.bic, "two groups are better");
    let plain = BradleyTerryOptions {
        l2: 0.1,
        errors: Errors::None,
        ..BradleyTerryOptions::default()
    };
    let plain = bradley_terry_folded(&folded, &plain).unwrap();
    for (a, b) in single.theta[0].iter().zip(&plain.systems) {
        near(*a, b.theta.unwrap(), 1e-8);
    }
}

/// scipy: probit fit and the root of the inverse information's diagonal.
#[test]
fn thurstone_case_v() {
    let (folded, _) = clustered(3, &example());
    let o = BradleyTerryOptions {
        link: Link::Probit,
        errors: Errors::Hessian,
        ..BradleyTerryOptions::default()
    };
    let fit = bradley_terry_folded(&folded, &o).unwrap();
    let theta = [0.285_205_650_466, -0.172_847_542_88, -0.112_358_107_586];
    let stderr = [0.288_625_335_228, 0.269_866_417_216, 0.282_397_340_036];
    for (s, (t, e)) in fit.systems.iter().zip(theta.iter().zip(stderr)) {
        near(s.theta.unwrap(), *t, 1e-7);
        near(s.theta_stderr.unwrap(), e, 1e-6);
    }
    let modelled = BradleyTerryOptions {
        ties: Ties::Davidson,
        ..o
    };
    assert!(bradley_terry_folded(&folded, &modelled).is_err());
}

/// The tail of the normal link is smooth where its two formulas meet.
#[test]
fn the_normal_link_holds_far_out() {
    let model = super::likelihood::Model::Probit;
    let slope = |d: f64| model.scores(d, 0.0)[0].0;
    // φ(x)/Φ(x) → −x − 1/x for x → −∞.
    for d in [-29.99, -30.01, -50.0, -1000.0] {
        near(slope(d) / (-d - 1.0 / d), 1.0, 1e-5);
    }
    assert!(slope(40.0) >= 0.0 && model.log_probabilities(40.0, 0.0)[0] <= 0.0);
}

/// numpy: weighted logistic regression with credits between 0 and 1, and its sandwich.
#[test]
fn graded_verdicts_are_fractional_logistic_regression() {
    let rows = [
        (0, 1, 0.25, 1.0),
        (0, 1, 0.9, 2.0),
        (1, 0, 0.6, 1.0),
        (1, 2, 0.7, 1.0),
        (2, 1, 0.35, 0.5),
        (0, 2, 1.0, 1.0),
        (2, 0, 0.8, 1.0),
        (0, 2, 0.5, 3.0),
        (1, 2, 0.0, 1.0),
    ];
    let (mut counted, mut cells) = (Vec::new(), Vec::new());
    for (a, b, score, weight) in rows {
        let tally = Tally {
            rows: 1,
            weight,
            weight_sq: weight * weight,
        };
        counted.push(Counted { a, b, score, tally });
        cells.push(ClusterCell {
            cluster: None,
            i: a.min(b),
            j: a.max(b),
            score,
            first: a < b,
            tally,
        });
    }
    let folded = Folded::from_counted(names(3), &counted);
    let mut o = BradleyTerryOptions::default();
    let fit = bradley_terry_clustered(&folded, &cells, &o).unwrap();
    near(fit.log_likelihood.unwrap(), -7.812_961_222_636_63, 1e-12);
    let expected = [
        (0.207_643_687_235_505_05, 0.286_779_013_653_796_7),
        (-0.270_186_602_885_841_3, 0.376_218_714_610_774_83),
        (0.062_542_915_650_336_22, 0.296_027_676_392_862_15),
    ];
    for (s, (theta, stderr)) in fit.systems.iter().zip(expected) {
        near(s.theta.unwrap(), theta, 1e-10);
        near(s.theta_stderr.unwrap(), stderr, 1e-10);
    }
    // A unit per row: every replicate keeps nine rows.
    o.errors = Errors::Bootstrap;
    o.replicates = 200;
    let drawn = bradley_terry_clustered(&folded, &cells, &o).unwrap();
    assert!(drawn.failed_replicates < 100);
    assert!(
        drawn
            .systems
            .iter()
            .all(|s| s.stderr.is_some_and(|e| e > 50.0))
    );
}
