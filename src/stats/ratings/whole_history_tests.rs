//! Whole-history rating against whr 2.2.0 and by its own properties.

use super::*;

/// Games (first, second, score, time).
fn games(rows: &[(u32, u32, f64, f64)]) -> Vec<TimedGame> {
    let game = |&(a, b, score, time): &(u32, u32, f64, f64)| TimedGame {
        a,
        b,
        score,
        weight: 1.0,
        time,
    };
    rows.iter().map(game).collect()
}

fn at_zero() -> WholeHistoryOptions {
    WholeHistoryOptions {
        init: 0.0,
        ..WholeHistoryOptions::default()
    }
}

/// Checks (player, time, rating, stderr). The package subtracts 0.001 from the
/// curvature before it inverts it, which shows in its errors.
fn check(fit: &WholeHistory, want: &[(u32, f64, f64, f64)]) {
    assert!(fit.converged);
    assert_eq!(fit.moments.len(), want.len());
    for (m, w) in fit.moments.iter().zip(want) {
        assert_eq!((m.player, m.time), (w.0, w.1));
        assert!((m.rating - w.2).abs() < 1e-5, "{m:?} {w:?}");
        assert!((m.stderr / w.3 - 1.0).abs() < 2e-3, "{m:?} {w:?}");
    }
}

/// whr 2.2.0, w2 = 300.
#[test]
fn coulom_2008_three_games() {
    let fit = whole_history(
        &games(&[(0, 1, 1.0, 1.0), (0, 1, 0.0, 2.0), (0, 2, 1.0, 3.0)]),
        &at_zero(),
    )
    .unwrap();
    let want = [
        (0, 1.0, 65.412_769_399_2, 159.914_067_8),
        (0, 2.0, 64.952_556_457_2, 160.136_094_3),
        (0, 3.0, 65.434_266_641_4, 160.748_935_4),
        (1, 1.0, 32.355_785_001_3, 174.350_028_7),
        (1, 2.0, 33.297_708_127_5, 174.777_852_4),
        (2, 3.0, -99.551_041_799_5, 213.310_733),
    ];
    check(&fit, &want);
}

/// whr 2.2.0 on 40 games of five players with draws.
#[test]
fn coulom_2008_with_draws() {
    let rows = [
        (0, 3, 0.0, 1.0),
        (0, 2, 1.0, 1.0),
        (3, 0, 0.5, 1.0),
        (0, 4, 0.5, 1.0),
        (3, 1, 1.0, 1.0),
        (1, 3, 0.0, 2.0),
        (2, 0, 0.5, 2.0),
        (2, 4, 0.0, 2.0),
        (4, 1, 0.5, 2.0),
        (3, 4, 0.0, 2.0),
        (1, 3, 0.0, 3.0),
        (1, 3, 0.5, 3.0),
        (1, 2, 1.0, 3.0),
        (1, 2, 0.5, 3.0),
        (3, 2, 0.0, 3.0),
        (1, 3, 1.0, 3.0),
        (0, 3, 1.0, 3.0),
        (1, 3, 1.0, 4.0),
        (0, 4, 0.0, 4.0),
        (1, 4, 0.0, 4.0),
        (1, 4, 1.0, 4.0),
        (0, 1, 0.5, 5.0),
        (3, 1, 0.0, 5.0),
        (4, 2, 1.0, 5.0),
        (2, 4, 1.0, 5.0),
        (2, 3, 1.0, 5.0),
        (1, 0, 0.5, 5.0),
        (1, 4, 1.0, 6.0),
        (3, 2, 1.0, 6.0),
        (2, 4, 0.5, 6.0),
        (0, 2, 1.0, 6.0),
        (3, 0, 0.5, 6.0),
        (2, 3, 1.0, 6.0),
        (3, 1, 0.5, 6.0),
        (4, 2, 1.0, 6.0),
        (1, 0, 1.0, 8.0),
        (1, 2, 1.0, 8.0),
        (3, 1, 0.5, 8.0),
        (4, 2, 1.0, 9.0),
        (3, 2, 1.0, 9.0),
    ];
    let fit = whole_history(&games(&rows), &at_zero()).unwrap();
    let want = [
        (0, 1.0, -4.984_547, 95.544_352),
        (0, 2.0, -4.883_054, 95.359_491),
        (0, 3.0, -4.570_931, 95.372_551),
        (0, 4.0, -5.056_428, 95.596_300),
        (0, 5.0, -4.868_427, 96.021_356),
        (0, 6.0, -4.986_703, 96.884_274),
        (0, 8.0, -6.382_873, 99.468_970),
        (1, 1.0, 49.133_214, 81.273_878),
        (1, 2.0, 50.424_059, 79.996_527),
        (1, 3.0, 52.713_682, 79.062_929),
        (1, 4.0, 55.428_795, 78.974_091),
        (1, 5.0, 57.408_900, 79.416_313),
        (1, 6.0, 59.052_161, 80.381_395),
        (1, 8.0, 60.995_260, 82.957_563),
        (2, 1.0, -91.586_037, 88.095_756),
        (2, 2.0, -91.378_417, 86.991_971),
        (2, 3.0, -90.899_778, 86.232_197),
        (2, 5.0, -91.588_302, 85.751_190),
        (2, 6.0, -93.695_866, 86.010_002),
        (2, 8.0, -97.019_012, 88.342_739),
        (2, 9.0, -98.184_814, 89.640_141),
        (3, 1.0, -26.381_061, 79.881_485),
        (3, 2.0, -28.529_866, 78.961_933),
        (3, 3.0, -31.118_421, 78.364_211),
        (3, 4.0, -32.511_943, 78.655_036),
        (3, 5.0, -33.256_001, 79.083_923),
        (3, 6.0, -32.349_844, 79.843_056),
        (3, 8.0, -30.513_790, 82.767_556),
        (3, 9.0, -29.818_071, 84.362_114),
        (4, 1.0, 73.087_778, 96.653_035),
        (4, 2.0, 73.636_627, 95.777_725),
        (4, 4.0, 72.652_964, 95.246_234),
        (4, 5.0, 71.573_178, 95.640_098),
        (4, 6.0, 71.249_600, 96.393_471),
        (4, 9.0, 72.659_847, 100.384_331),
    ];
    check(&fit, &want);
}

/// With next to no drift a player has one strength: the mode of a static
/// Bradley–Terry model with the same prior. Two wins in three games and the
/// prior's pair: for equal opponents by symmetry r_b = −r_a, and the gradient
/// 2 − 3σ(2r) + 1 − 2σ(r) vanishes.
#[test]
fn without_drift_it_is_static() {
    let options = WholeHistoryOptions {
        w2: 1e-6,
        ..at_zero()
    };
    let rows = [(0, 1, 1.0, 1.0), (0, 1, 0.0, 5.0), (1, 0, 0.0, 9.0)];
    let fit = whole_history(&games(&rows), &options).unwrap();
    assert!(fit.converged);
    let unit = 400.0 / std::f64::consts::LN_10;
    for m in &fit.moments {
        let r = m.rating / unit * if m.player == 0 { 1.0 } else { -1.0 };
        let p = |x: f64| 1.0 / (1.0 + crate::stats::num::exp(-x));
        assert!((3.0 - 3.0 * p(2.0 * r) - 2.0 * p(r)).abs() < 1e-4, "{m:?}");
    }
}

/// A long one-sided record, and players that never meet, still converge.
#[test]
fn one_sided_and_disconnected_records_converge() {
    let mut rows: Vec<(u32, u32, f64, f64)> =
        (0..500).map(|k| (0, 1, 1.0, f64::from(k / 10))).collect();
    rows.extend((0..500).map(|k| (2, 3, f64::from(k % 2), f64::from(k % 7))));
    let fit = whole_history(&games(&rows), &WholeHistoryOptions::default()).unwrap();
    assert!(fit.converged && fit.iterations < 30, "{}", fit.iterations);
    let first = fit.moments[0];
    assert!(first.rating > 1200.0 && first.stderr > 0.0);
    assert!(whole_history(&[], &at_zero()).unwrap().moments.is_empty());
    let late = TimedGame {
        time: f64::INFINITY,
        ..games(&rows[..1])[0]
    };
    assert!(whole_history(&[late], &at_zero()).is_err());
}
