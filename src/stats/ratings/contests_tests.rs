//! Published examples and properties of the sequential methods.

use super::*;
use proptest::prelude::*;

#[test]
fn weighted_elo_is_zero_sum() {
    let mut elo = Elo::new(EloOptions::default(), 2).unwrap();
    elo.play(0, 1, 1.0, 2.0).unwrap();
    assert_eq!((elo.rating(0), elo.rating(1)), (1004.0, 996.0));
    assert!(elo.play(0, 1, 1.0, 1e308).is_err());
}

/// FIDE Handbook B.02 (2024), 8.3.3: 40 until 30 games, then 20, and 10 for
/// ever from 2400 on.
#[test]
fn fide_2024_development_coefficients() {
    let options = EloOptions {
        k: KFactor::Fide,
        init: 2380.0,
        ..EloOptions::default()
    };
    let mut elo = Elo::new(options, 2).unwrap();
    let change = |elo: &mut Elo, score: f64| {
        let before = (elo.rating(0), elo.rating(1));
        elo.play(0, 1, score, 1.0).unwrap();
        let p = 1.0 / (1.0 + crate::stats::num::pow(10.0, (before.1 - before.0) / 400.0));
        let up = (elo.rating(0) - before.0) / (score - p);
        let down = (elo.rating(1) - before.1) / (p - score);
        (up.round(), down.round())
    };
    for _ in 0..30 {
        assert_eq!(change(&mut elo, 0.6), (40.0, 40.0));
    }
    assert!(elo.rating(0) > 2400.0 && elo.rating(1) < 2400.0);
    assert_eq!(change(&mut elo, 0.0), (10.0, 20.0));
    while elo.rating(0) > 2390.0 {
        change(&mut elo, 0.0);
    }
    assert_eq!(change(&mut elo, 1.0).0, 10.0);
}

#[test]
fn phases_change_k_by_games_played() {
    let options = EloOptions {
        k: KFactor::Phases(vec![(1, 32.0), (2, 16.0), (3, 8.0)]),
        ..EloOptions::default()
    };
    let mut elo = Elo::new(options, 3).unwrap();
    elo.play(0, 1, 1.0, 1.0).unwrap();
    assert_eq!((elo.rating(0), elo.rating(1)), (1016.0, 984.0));
    // A newcomer has more at stake than its opponent in its second game.
    elo.play(2, 1, 0.0, 1.0).unwrap();
    let p = 1.0 / (1.0 + crate::stats::num::pow(10.0, -16.0 / 400.0));
    assert!((elo.rating(2) - (1000.0 - 32.0 * p)).abs() < 1e-12);
    assert!((elo.rating(1) - (984.0 + 16.0 * p)).abs() < 1e-12);
    let empty = EloOptions {
        k: KFactor::Phases(vec![]),
        ..EloOptions::default()
    };
    assert!(Elo::new(empty, 1).is_err());
}

/// Two games in two orders: the ensemble has exactly two members.
#[test]
fn an_ensemble_of_two_games_has_two_members() {
    let games = [
        Repeated {
            a: 0,
            b: 1,
            score: 1.0,
            games: 1,
        },
        Repeated {
            a: 1,
            b: 0,
            score: 1.0,
            games: 1,
        },
    ];
    let options = EloOptions {
        k: KFactor::Fixed(32.0),
        ..EloOptions::default()
    };
    let e = elo_ensemble(&games, 2, &options, 400, 1, 0.9).unwrap();
    // First win 16 points; the return win 32·σ(32·ln 10/400) = 17.4695…
    let second = 32.0 / (1.0 + crate::stats::num::pow(10.0, -32.0 / 400.0));
    let half = second - 16.0;
    assert!((e[0].lower - (1000.0 - half)).abs() < 1e-9, "{e:?}");
    assert!((e[0].upper - (1000.0 + half)).abs() < 1e-9, "{e:?}");
    assert!((e[0].mean + e[1].mean - 2000.0).abs() < 1e-9);
    assert!((e[0].mean - 1000.0).abs() < 4.0 * half / 20.0);
    assert!((e[0].spread - half).abs() < 0.02);
    assert_eq!((e[0].rank_lower, e[0].rank_upper), (1, 2));
    let again = elo_ensemble(&games, 2, &options, 400, 1, 0.9).unwrap();
    assert_eq!(e, again);
    assert_ne!(e, elo_ensemble(&games, 2, &options, 400, 2, 0.9).unwrap());
}

/// Glickman (1999), section 3.3: 1464 and 151.4.
#[test]
fn glickman_1999_example() {
    let mut g = Glicko::new(GlickoOptions::default(), 4).unwrap();
    for (i, (rating, rd)) in [
        (1500.0, 200.0),
        (1400.0, 30.0),
        (1550.0, 100.0),
        (1700.0, 300.0),
    ]
    .into_iter()
    .enumerate()
    {
        g.set(i as u32, rating, rd);
    }
    for (opponent, score) in [(1, 1.0), (2, 0.0), (3, 0.0)] {
        g.play(0, opponent, score);
    }
    assert_eq!(g.end_period(), [0, 1, 2, 3]);
    let (rating, rd) = g.rating(0);
    assert_eq!(rating.round(), 1464.0);
    assert_eq!((rd * 10.0).round(), 1514.0);
}

/// Glickman (1999), section 3.2: with c = 34.6 a deviation of 50 takes about
/// 100 periods to become that of a new player, and never exceeds it.
#[test]
fn glicko_deviations_return_to_that_of_a_newcomer() {
    let mut g = Glicko::new(GlickoOptions::default(), 1).unwrap();
    g.set(0, 1500.0, 50.0);
    assert_eq!(g.rating(0), (1500.0, 50.0));
    g.skip_periods(101);
    assert!((g.rating(0).1 - 349.58).abs() < 0.1, "{:?}", g.rating(0));
    g.skip_periods(100);
    assert_eq!(g.rating(0).1, 350.0);
}

fn trueskill(players: usize) -> TrueSkill {
    TrueSkill::new(TrueSkillOptions::default(), players).unwrap()
}

fn shown(s: Skill) -> (f64, f64) {
    let three = |x: f64| (x * 1000.0).round() / 1000.0;
    (three(s.mu), three(s.var.sqrt()))
}

/// Moser (2010), "Computing your skill" and its tests; the same numbers as
/// Microsoft's calculators for Herbrich, Minka & Graepel (2006).
#[test]
fn herbrich_2006_two_players() {
    let mut t = trueskill(2);
    t.play(&[(0, 1.0), (1, 2.0)]).unwrap();
    assert_eq!(shown(t.skill(0)), (29.396, 7.171));
    assert_eq!(shown(t.skill(1)), (20.604, 7.171));
    let mut t = trueskill(2);
    t.play(&[(0, 1.0), (1, 1.0)]).unwrap();
    assert_eq!(shown(t.skill(0)), (25.0, 6.458));
    assert_eq!(shown(t.skill(1)), (25.0, 6.458));
}

/// As above: three and eight players, every one a newcomer.
#[test]
fn herbrich_2006_free_for_all() {
    let mut t = trueskill(3);
    t.play(&[(0, 1.0), (1, 2.0), (2, 3.0)]).unwrap();
    let got: Vec<_> = (0..3).map(|i| shown(t.skill(i))).collect();
    assert_eq!(got, [(31.675, 6.656), (25.0, 6.208), (18.325, 6.656)]);
    let mut t = trueskill(8);
    let contest: Vec<(u32, f64)> = (0..8).map(|i| (i, f64::from(i))).collect();
    t.play(&contest).unwrap();
    let got: Vec<_> = (0..8).map(|i| shown(t.skill(i))).collect();
    let want = [
        (36.771, 5.749),
        (32.242, 5.133),
        (29.074, 4.943),
        (26.322, 4.875),
        (23.678, 4.875),
        (20.926, 4.943),
        (17.758, 5.133),
        (13.229, 5.749),
    ];
    assert_eq!(got, want);
}

const START: [(f64, f64); 4] = [(25.0, 8.0), (30.0, 5.0), (20.0, 7.0), (27.0, 3.0)];

fn rated(options: WengLinOptions, contest: &[(u32, f64)]) -> Vec<(f64, f64)> {
    let mut w = WengLin::new(options, 4).unwrap();
    w.start(&START);
    w.play(contest).unwrap();
    let of = |i| (w.skill(i).mu, w.skill(i).var.sqrt());
    (0..4).map(of).collect()
}

fn near(got: &[(f64, f64)], want: &[(f64, f64)]) {
    for (g, w) in got.iter().zip(want) {
        assert!((g.0 - w.0).abs() < 1e-9, "{got:?} {want:?}");
        assert!((g.1 - w.1).abs() < 1e-9, "{got:?} {want:?}");
    }
}

/// Four players of different beliefs, neighbours only: Bradley–Terry by
/// openskill 5.1.1 (6.2 averages over a window instead), Thurstone–Mosteller
/// with a tie by the formulas in 50 digits.
#[test]
fn weng_lin_2011_partial_pairs() {
    let with = |model| WengLinOptions {
        model,
        ..WengLinOptions::default()
    };
    let bradley = with(WengLinModel::BradleyTerryPart);
    let got = rated(bradley, &[(1, 1.0), (0, 2.0), (3, 3.0), (2, 4.0)]);
    let want = [
        (26.138_319_730_095_71, 7.147_332_750_391_09),
        (30.875_587_082_281_527, 4.946_382_230_664_509_5),
        (18.341_615_440_476_915, 6.698_590_434_408_507),
        (26.829_243_768_090_016, 2.982_134_304_305_476_7),
    ];
    near(&got, &want);
    let thurstone = with(WengLinModel::ThurstoneMostellerPart);
    let got = rated(thurstone, &[(1, 1.0), (0, 2.0), (2, 3.0), (3, 3.0)]);
    let want = [
        (24.841_548_330_294_874, 6.445_202_937_059_712),
        (31.214_433_679_919_804, 4.878_859_484_000_789),
        (21.440_410_626_404_567, 5.012_823_166_465_568),
        (26.320_153_237_400_36, 2.955_389_362_820_289_6),
    ];
    near(&got, &want);
    // Of two players every pair is a neighbour.
    let full = with(WengLinModel::ThurstoneMostellerFull);
    for contest in [[(0, 1.0), (3, 2.0)], [(2, 1.0), (3, 1.0)]] {
        assert_eq!(rated(full, &contest), rated(thurstone, &contest));
    }
}

/// K-Sort Arena's update (full pairs, no drift, variance step of factor 1) by
/// its formulas in 50 digits.
#[test]
fn k_sort_of_four() {
    let options = WengLinOptions {
        model: WengLinModel::ThurstoneMostellerFull,
        tau: 0.0,
        gamma: Gamma::One,
        ..WengLinOptions::default()
    };
    let got = rated(options, &[(1, 1.0), (0, 2.0), (2, 3.0), (3, 3.0)]);
    let want = [
        (30.582_399_328_672_06, 2.388_121_563_247_355),
        (33.726_722_360_280_995, 3.882_717_250_878_365),
        (19.999_437_117_285_048, 2.414_021_068_126_855_2),
        (24.873_458_431_325_45, 2.638_939_611_660_334_5),
    ];
    near(&got, &want);
}

fn elo_mmr(variant: EloMmrVariant, players: usize) -> EloMmr {
    let options = EloMmrOptions {
        variant,
        ..EloMmrOptions::default()
    };
    EloMmr::new(options, players).unwrap()
}

/// Three newcomers by elommr 1.2.1: 1704.8667, 1500, 1295.1333.
#[test]
fn elo_mmr_of_three_newcomers() {
    let mut e = elo_mmr(EloMmrVariant::Logistic, 3);
    e.play(&[(0, 1.0), (1, 2.0), (2, 3.0)]).unwrap();
    let got: Vec<f64> = (0..3)
        .map(|i| (e.skill(i).mu * 1e4).round() / 1e4)
        .collect();
    assert_eq!(got, [1704.8667, 1500.0, 1295.1333]);
}

/// Two newcomers under normal performances: the winner's performance p solves
/// z = φ(z)/Φ(z), z = (p − 1500)/δ (0.50605…, 50 digits by mpmath), and the belief is the
/// precision-weighted mean.
#[test]
fn elo_mmx_of_two_newcomers() {
    let mut e = elo_mmr(EloMmrVariant::Normal, 2);
    e.play(&[(0, 1.0), (1, 2.0)]).unwrap();
    let (var, beta2) = (350.0 * 350.0 + 0.2 * 6400.0, 6.0 * 6400.0);
    let delta = f64::sqrt(var + beta2);
    let z = 0.506_054_468_989_181_f64;
    let mu = 1500.0 + delta * z * var / (var + beta2);
    let s = e.skill(0);
    assert!((s.mu - mu).abs() < 1e-6, "{} {mu}", s.mu);
    assert!((s.var - var * beta2 / (var + beta2)).abs() < 1e-6);
    assert!((s.mu + e.skill(1).mu - 3000.0).abs() < 1e-8);
}

/// Ebtekar & Liu (2021): the deviation of a player of many contests tends to
/// the limit, and however high a veteran's last place, its rating moves by a
/// bounded amount under logistic performances (robust response), by ever more
/// under normal ones.
#[test]
fn ebtekar_liu_2021_limit_and_robust_response() {
    let jump = |variant, strength: f64| {
        let mut e = elo_mmr(variant, 4);
        for k in 0..200 {
            let ranks: (f64, f64) = if k % 2 == 0 { (1.0, 2.0) } else { (2.0, 1.0) };
            let mut contest = [(0, ranks.0), (1, ranks.1)];
            contest.sort_by(|a, b| a.1.total_cmp(&b.1));
            e.play(&contest).unwrap();
        }
        assert!((e.skill(0).var.sqrt() - 80.0).abs() < 1e-6);
        let before = e.skill(0).mu;
        e.lift(2, strength);
        e.lift(3, strength);
        e.play(&[(0, 1.0), (2, 2.0), (3, 3.0)]).unwrap();
        e.skill(0).mu - before
    };
    let robust = |s| jump(EloMmrVariant::Logistic, s);
    let normal = |s| jump(EloMmrVariant::Normal, s);
    assert!((robust(9000.0) / robust(6000.0) - 1.0).abs() < 0.01);
    assert!(normal(9000.0) / normal(6000.0) > 1.5);
}

#[test]
fn contests_that_make_no_sense_are_refused() {
    let players = ["a".to_owned(), "b".to_owned()];
    let ids = ["m1".to_owned()];
    let group = |rows: &[(u32, u32, f64)]| Contests::group(rows, &ids, &players);
    let twice = group(&[(0, 0, 1.0), (0, 0, 2.0)]).unwrap_err().to_string();
    assert!(
        twice.contains("'a' occurs twice in contest 'm1'"),
        "{twice}"
    );
    assert!(group(&[(0, 0, f64::NAN)]).is_err());
    let alone = group(&[(0, 1, 1.0)]).unwrap();
    assert_eq!((alone.iter().count(), alone.singles()), (0, 1));
    let options = TrueSkillOptions {
        draw_probability: 0.0,
        ..TrueSkillOptions::default()
    };
    let mut t = TrueSkill::new(options, 2).unwrap();
    assert!(t.play(&[(0, 1.0), (1, 1.0)]).is_err());
    assert!(t.play(&[(0, 1.0), (1, 2.0)]).is_ok());
    // Differences beyond the range of numbers: an answer or an error, never NaN.
    let far = |model| {
        let options = WengLinOptions {
            model,
            ..WengLinOptions::default()
        };
        let mut w = WengLin::new(options, 2).unwrap();
        w.start(&[(1e308, 1.0), (-1e308, 1.0)]);
        let played = w.play(&[(0, 1.0), (1, 2.0)]);
        assert!(w.skill(0).mu.is_finite() && w.skill(0).var > 0.0);
        played
    };
    assert!(far(WengLinModel::PlackettLuce).is_ok());
    assert!(far(WengLinModel::ThurstoneMostellerFull).is_err());
}

/// W of an upset far out, by 50 digits: 1 − W is the variance of the tail.
#[test]
fn far_tails_do_not_cancel() {
    for (t, want) in [
        (-36.0, 0.999_231_944_519_026_6),
        (-38.0, 0.999_310_340_246_533_7),
        (-1e9, 1.0),
    ] {
        let w = weng_lin::exceed(t, 0.0).1;
        assert!((w - want).abs() < 1e-9, "{t}: {w}");
    }
}

/// A random contest: ranks of players 0 to n − 1, ties likely.
fn ranks() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(0..4_u8, 2..6)
}

fn sorted(ranks: &[u8], rename: impl Fn(usize) -> u32) -> Vec<(u32, f64)> {
    let mut c: Vec<(u32, f64)> = ranks
        .iter()
        .enumerate()
        .map(|(i, r)| (rename(i), f64::from(*r)))
        .collect();
    c.sort_by_key(|e| e.0);
    c.sort_by(|a, b| a.1.total_cmp(&b.1));
    c
}

fn symmetric_methods() -> Vec<Box<dyn Online>> {
    let wl = |model| {
        let options = WengLinOptions {
            model,
            ..WengLinOptions::default()
        };
        Box::new(WengLin::new(options, 6).unwrap())
    };
    vec![
        wl(WengLinModel::BradleyTerryFull),
        wl(WengLinModel::ThurstoneMostellerFull),
        wl(WengLinModel::PlackettLuce),
        Box::new(elo_mmr(EloMmrVariant::Logistic, 6)),
        Box::new(elo_mmr(EloMmrVariant::Normal, 6)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Other names give the same ratings to the same players.
    #[test]
    fn names_do_not_matter(contests in proptest::collection::vec(ranks(), 1..6)) {
        let reversed = |i: usize| 5 - i as u32;
        for (mut plain, mut renamed) in symmetric_methods().into_iter().zip(symmetric_methods()) {
            for c in &contests {
                plain.play(&sorted(c, |i| i as u32)).unwrap();
                renamed.play(&sorted(c, reversed)).unwrap();
            }
            for i in 0..6 {
                let (x, y) = (plain.skill(i), renamed.skill(reversed(i as usize)));
                prop_assert!((x.mu - y.mu).abs() <= 1e-9 * x.mu.abs());
                prop_assert!((x.var - y.var).abs() <= 1e-9 * x.var);
            }
        }
    }

    /// Ebtekar & Liu (2021), aligned incentives: with the same past and the
    /// same opponents, a better place never gives a lower rating.
    #[test]
    fn ebtekar_liu_2021_a_better_place_never_hurts(
        past in proptest::collection::vec(ranks(), 0..5),
        rest in proptest::collection::vec(0..6_u8, 2..6),
        good in 0..6_u8,
        bad in 0..6_u8,
    ) {
        let (good, bad) = (good.min(bad), good.max(bad));
        for variant in [EloMmrVariant::Logistic, EloMmrVariant::Normal] {
            let rating = |place: u8| {
                let mut e = elo_mmr(variant, 6);
                for c in &past {
                    e.play(&sorted(c, |i| i as u32)).unwrap();
                }
                let mut last = rest.clone();
                last.push(place);
                e.play(&sorted(&last, |i| i as u32)).unwrap();
                e.skill(rest.len() as u32).mu
            };
            prop_assert!(rating(good) >= rating(bad) - 1e-9);
        }
    }

    /// With one K for all, the sum of Elo ratings stays.
    #[test]
    fn elo_keeps_its_sum(games in proptest::collection::vec((0..4_u32, 1..4_u32, 0..3_u8, 0.0..9.0_f64), 0..60)) {
        let options = EloOptions { k: KFactor::Fixed(32.0), ..EloOptions::default() };
        let mut elo = Elo::new(options, 4).unwrap();
        for (a, step, s, w) in games {
            elo.play(a, (a + step) % 4, f64::from(s) / 2.0, w).unwrap();
        }
        let sum: f64 = (0..4).map(|i| elo.rating(i)).sum();
        prop_assert!((sum - 4000.0).abs() < 1e-8);
    }

    /// Glicko: games of a period are rated together, whatever their order.
    #[test]
    fn glicko_periods_have_no_order(games in proptest::collection::vec((0..4_u32, 1..4_u32, 0..3_u8), 1..20)) {
        let rate = |games: &[(u32, u32, u8)]| {
            let mut one = Glicko::new(GlickoOptions::default(), 4).unwrap();
            let mut two = Glicko2::new(Glicko2Options::default(), 4).unwrap();
            for &(a, step, s) in games {
                one.play(a, (a + step) % 4, f64::from(s) / 2.0);
                two.play(a, (a + step) % 4, f64::from(s) / 2.0);
            }
            one.end_period();
            two.end_period();
            (0..4).map(|i| (one.rating(i).0, two.rating(i).rd)).collect::<Vec<_>>()
        };
        let mut reversed = games.clone();
        reversed.reverse();
        for (x, y) in rate(&games).iter().zip(rate(&reversed)) {
            prop_assert!((x.0 - y.0).abs() < 1e-8 && (x.1 - y.1).abs() < 1e-8);
        }
    }
}

/// Ties of many, and results against all expectation, settle.
#[test]
fn tied_free_for_alls_settle() {
    for draw_probability in [0.01, 0.1, 0.3, 0.9] {
        let options = TrueSkillOptions {
            draw_probability,
            ..TrueSkillOptions::default()
        };
        let mut t = TrueSkill::new(options, 6).unwrap();
        let mut state = 1_u64;
        for k in 0..300 {
            let contest: Vec<u8> = (0..6)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(7);
                    (state >> 62) as u8
                })
                .collect();
            let played = t.play(&sorted(&contest, |i| i as u32));
            assert!(
                played.is_ok(),
                "{draw_probability} {k} {contest:?}: {played:?}"
            );
        }
    }
}
