//! Clusters, links, fit quality, robustness, planning, mixtures, games and
//! length control. Numbers marked "numpy" were computed independently with
//! numpy and scipy from the definitions.

use super::clusters::ClusterCell;
use super::*;
use crate::stats::num::{exp, ln, ln_1p, logistic};
use crate::stats::rng::Stream;

fn near(got: f64, want: f64, slack: f64) {
    assert!((got - want).abs() <= slack, "got {got}, expected {want}");
}

fn tally(rows: u64) -> Tally {
    Tally {
        rows,
        weight: rows as f64,
        weight_sq: rows as f64,
    }
}

fn names(m: usize) -> Vec<String> {
    (0..m).map(|i| format!("s{i}")).collect()
}

/// Rows (a, b, score of a doubled, cluster) as folded counts and cluster cells.
fn clustered(m: usize, rows: &[(usize, usize, u8, Option<u32>)]) -> (Folded, Vec<ClusterCell>) {
    let mut counted = Vec::new();
    let mut cells = Vec::new();
    for &(a, b, twice, cluster) in rows {
        let outcome = match twice {
            2 => Outcome::A,
            0 => Outcome::B,
            _ => Outcome::Tie,
        };
        counted.push(Counted {
            a,
            b,
            outcome,
            tally: tally(1),
        });
        let slot = match (twice, a < b) {
            (1, _) => 2,
            (2, true) | (0, false) => 0,
            _ => 1,
        };
        cells.push(ClusterCell {
            cluster,
            i: a.min(b),
            j: a.max(b),
            slot,
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

fn pair(i: usize, j: usize, w: [u64; 3]) -> FoldedPair {
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

/// The fewest rows by trying all removals, on small data.
fn fewest(pairs: &[FoldedPair]) -> Option<u64> {
    let o = BradleyTerryOptions {
        errors: Errors::None,
        ..BradleyTerryOptions::default()
    };
    let fit = |pairs: &[FoldedPair]| {
        let folded = Folded {
            systems: names(3),
            pairs: pairs.to_vec(),
        };
        let f = bradley_terry_folded(&folded, &o).unwrap();
        let all: Option<Vec<f64>> = f.systems.iter().map(|s| s.theta).collect();
        all.filter(|_| f.converged)
    };
    let base = fit(pairs)?;
    let top = (0..3).max_by(|x, y| base[*x].total_cmp(&base[*y]))?;
    let cells: Vec<u64> = pairs
        .iter()
        .flat_map(|p| [p.wins_i.rows, p.wins_j.rows])
        .collect();
    let mut best = None;
    let total: u64 = cells.iter().map(|c| c + 1).product();
    for code in 0..total {
        let mut rest = code;
        let drop: Vec<u64> = cells
            .iter()
            .map(|c| {
                let d = rest % (c + 1);
                rest /= c + 1;
                d
            })
            .collect();
        let count: u64 = drop.iter().sum();
        if best.is_some_and(|b| b <= count) {
            continue;
        }
        let left: Vec<FoldedPair> = pairs
            .iter()
            .zip(drop.chunks(2))
            .map(|(p, d)| pair(p.i, p.j, [p.wins_i.rows - d[0], p.wins_j.rows - d[1], 0]))
            .collect();
        let Some(theta) = fit(&left) else { continue };
        if (0..3).any(|k| theta[k] > theta[top] + 1e-9) {
            best = Some(count);
        }
    }
    best
}

#[test]
fn robustness_finds_the_fewest_rows_on_small_data() {
    let (mut exact, mut cases) = (0, 0);
    for seed in 0..12 {
        let mut s = Stream::new(seed, 0, 0);
        let mut w = || [1 + s.below(4), 1 + s.below(4), 0];
        let pairs = vec![pair(0, 1, w()), pair(0, 2, w()), pair(1, 2, w())];
        let folded = Folded {
            systems: names(3),
            pairs: pairs.clone(),
        };
        let got = rank_robustness(&folded, 1, &BradleyTerryOptions::default()).unwrap();
        let Some(best) = fewest(&pairs) else { continue };
        let Some(flip) = got.flip else { continue };
        // What is returned is real.
        let mut left = pairs.clone();
        for d in &flip.dropped {
            let at = left
                .iter_mut()
                .find(|p| names(3)[p.i] == d.system_a && names(3)[p.j] == d.system_b)
                .unwrap();
            let cell = if d.slot == 0 {
                &mut at.wins_i
            } else {
                &mut at.wins_j
            };
            *cell = tally(cell.rows - d.rows);
        }
        let refit = bradley_terry_folded(
            &Folded {
                systems: names(3),
                pairs: left,
            },
            &BradleyTerryOptions::default(),
        )
        .unwrap();
        let theta = |n: &String| {
            refit
                .systems
                .iter()
                .find(|s| s.system == *n)
                .unwrap()
                .theta
                .unwrap()
        };
        assert!(theta(&flip.enters) > theta(&flip.leaves));
        assert!(flip.rows >= best, "an upper bound");
        cases += 1;
        exact += usize::from(flip.rows == best);
    }
    assert!(cases >= 8 && exact * 4 >= cases * 3, "{exact} of {cases}");
}

/// Huang et al. (2025): a lead of one vote in a thousand rests on very few rows.
#[test]
fn a_narrow_lead_rests_on_few_rows() {
    let folded = Folded {
        systems: names(3),
        pairs: vec![
            pair(0, 1, [501, 499, 0]),
            pair(0, 2, [700, 300, 0]),
            pair(1, 2, [700, 300, 0]),
        ],
    };
    let got = rank_robustness(&folded, 1, &BradleyTerryOptions::default()).unwrap();
    let flip = got.flip.unwrap();
    assert!(
        flip.rows <= 4 && flip.gap > 0.0 && flip.gap_after < 0.0,
        "{flip:?}"
    );
    assert_eq!((flip.leaves.as_str(), flip.enters.as_str()), ("s0", "s1"));
    let all = rank_robustness(&folded, 3, &BradleyTerryOptions::default()).unwrap();
    assert!(all.flip.is_none() && all.detail.is_some());
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
        table.outcome.push(Some(if s.uniform() < p {
            Outcome::A
        } else {
            Outcome::B
        }));
        table.x.extend([x, 1.0]);
    }
    let o = BradleyTerryOptions::default();
    let fit =
        |kind| bradley_terry_covariate_table(&names(4), &table, &["x", "first"], kind, &o).unwrap();
    let (raw, scaled) = (fit(Standardise::No), fit(Standardise::Scale));
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
    // Taking off the mean makes a constant vanish: collinear, no numbers.
    let z = fit(Standardise::ZScore);
    assert!(!z.converged && z.coefficients.iter().all(|c| c.value.is_none()));
}
