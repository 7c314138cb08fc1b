//! Pools, juries, reliability and the models of annotators without vectors.

use proptest::prelude::*;

use super::*;
use crate::stats::agreement::{
    AlphaModel, Level, Ratings, Repeats, Undefined, Units, krippendorff_alpha,
};
use crate::stats::rng::Stream;

fn ratings(n: (usize, usize, usize), rows: &[(u32, u32, u32)]) -> Ratings {
    Ratings::new(n.0, n.1, n.2, rows.to_vec(), Repeats::Lowest).expect("ratings")
}

fn close(got: f64, wanted: f64) {
    assert!((got - wanted).abs() < 1e-12, "{got} is not {wanted}");
}

#[test]
fn small_pools_by_hand() {
    // Annotators 0..3 say 0, 0, 1; the candidate (3) says 0; the majority is 0.
    let all = ratings((1, 4, 2), &[(0, 0, 0), (0, 1, 0), (0, 2, 1), (0, 3, 0)]);
    let pool = Pool::new(&all, 3).expect("pool");
    let got = limited_pool(&pool, TiedVote::Share, 9).expect("sizes");
    let wanted = [(2.0 / 3.0, 5.0 / 6.0), (2.0 / 3.0, 1.0), (1.0, 1.0)];
    assert_eq!(got.len(), 3);
    for (row, (without, with)) in got.iter().zip(wanted) {
        close(row.accuracy, without);
        close(row.accuracy_with, with);
        assert_eq!(row.n_items, 1);
    }
    let got = limited_pool(&pool, TiedVote::Wrong, 1).expect("sizes");
    close(got[0].accuracy_with, 2.0 / 3.0);
    let got = limited_pool(&pool, TiedVote::Lowest, 2).expect("sizes");
    close(got[1].accuracy, 1.0);
}

#[test]
fn juries_by_hand() {
    // Truth 0, 1, 0, 1. Judge 0 is always right, 1 errs on the last, 2 on the first two.
    let rows = [
        (0, 0, 0),
        (1, 0, 1),
        (2, 0, 0),
        (3, 0, 1),
        (0, 1, 0),
        (1, 1, 1),
        (2, 1, 0),
        (3, 1, 0),
        (0, 2, 1),
        (1, 2, 0),
        (2, 2, 0),
        (3, 2, 1),
        (4, 0, 0),
    ];
    let all = ratings((5, 3, 2), &rows);
    let truth = [Some(0), Some(1), Some(0), Some(1), Some(0)];
    let got = juries(&all, &truth, TiedVote::Share, 3, 2).expect("juries");
    // Item 4 lacks verdicts.
    assert_eq!(got.n_items, 4);
    let best: Vec<(Vec<u32>, f64)> = got
        .sizes
        .iter()
        .map(|s| (s.best[0].members.clone(), s.best[0].accuracy))
        .collect();
    // Of two judges 0 and 1 tie on one of four items; of all three the majority is always right.
    assert_eq!(
        best,
        [(vec![0], 1.0), (vec![0, 1], 0.875), (vec![0, 1, 2], 1.0)]
    );
    // Pairs: 0-1 .875, 0-2 .75, 1-2 .625.
    close(got.sizes[1].mean, 0.75);
    assert_eq!(got.sizes[1].best[1].members, [0, 2]);
    assert_eq!(got.sizes[1].n_juries, 3);
    assert_eq!(
        juries(&all, &[None; 5], TiedVote::Share, 3, 2),
        Err(Undefined::NoPairs)
    );
}

#[test]
fn consistency_by_hand() {
    // Answers 0, 0, 1 and 0, 0; one single answer.
    let units = Units::from_counts(3, 2, [(0, 0, 2), (0, 1, 1), (1, 0, 2), (2, 1, 1)]);
    let got = self_consistency(&units.expect("units"), 0.95).expect("defined");
    close(got.consistency, 2.0 / 3.0);
    close(got.majority_share, 5.0 / 6.0);
    close(got.unanimous, 0.5);
    close(got.stderr.expect("two items"), 1.0 / 3.0);
    assert!((got.entropy - 0.459_147_917_027_245).abs() < 1e-12);
    assert_eq!((got.n, got.n_answers), (2, 5));
}

#[test]
fn reliability_by_hand() {
    // Item 0: 0 0 0 1; item 1: 0 1 1 1; item 2: only annotator 0.
    let rows = [
        (0, 0, 0),
        (0, 1, 0),
        (0, 2, 0),
        (0, 3, 1),
        (1, 0, 0),
        (1, 1, 1),
        (1, 2, 1),
        (1, 3, 1),
        (2, 0, 1),
    ];
    let got = reliability(&ratings((3, 4, 2), &rows), Some(&[0.0, 1.0]), 0.95);
    // Without annotator 0 item 0 has 0 0 1 and item 1 has 1 1 1.
    assert_eq!((got[0].n, got[0].n_compared, got[0].n_equal), (3, 2, 1));
    // Without annotator 1: 0 0 1 and 0 1 1.
    assert_eq!((got[1].n_compared, got[1].n_equal), (2, 2));
    close(got[1].kappa.expect("defined"), 1.0);
    close(got[0].favourite_share, 2.0 / 3.0);
    // Annotator 1 says 0, 1; the others' means are 1/3, 2/3.
    close(got[1].correlation.expect("defined"), 1.0);
    assert_eq!(got[0].correlation, None);
}

/// Six tasks by five workers, as the survey of peers has them.
fn small() -> Ratings {
    let votes = ["00100", "11111", "00000", "11011", "01110", "22202"];
    let rows = (0..).zip(votes).flat_map(|(item, row)| {
        let labels = (0..).zip(row.bytes());
        labels.map(move |(annotator, b)| (item, annotator, u32::from(b - b'0')))
    });
    ratings((6, 5, 3), &rows.collect::<Vec<_>>())
}

fn tops(posterior: &[f64], k: usize) -> String {
    let top = |row: &[f64]| {
        let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        best.map_or(0, |b| b.0).to_string()
    };
    posterior.chunks_exact(k).map(top).collect()
}

const MACE: MaceOptions = MaceOptions {
    tolerance: 1e-8,
    max_iterations: 500,
    restarts: 5,
    smoothing: 0.1,
    seed: 7,
};

#[test]
fn labels_that_crowd_kit_infers() {
    let all = small();
    let identities: Vec<u64> = (0..5).collect();
    let fit = mace(&all, &identities, MACE).expect("labels");
    assert_eq!(tops(&fit.posterior, 3), "010112");
    let fit = glad(&all, 1e-8, 500).expect("labels");
    assert!(fit.converged);
    assert_eq!(tops(&fit.posterior, 3), "010112");
}

#[test]
fn more_steps_of_mace_never_lower_the_likelihood() {
    let (all, _) = simulated(&[0.9, 0.6, 0.4], 3);
    let identities = [5, 6, 7];
    let likelihood = |steps: u32, restarts: u32| {
        let options = MaceOptions {
            tolerance: 0.0,
            max_iterations: steps,
            restarts,
            smoothing: 0.0,
            seed: 3,
        };
        mace(&all, &identities, options)
            .expect("labels")
            .log_likelihood
    };
    let path: Vec<f64> = [1, 2, 4, 8, 16, 32]
        .map(|steps| likelihood(steps, 1))
        .to_vec();
    assert!(path.is_sorted_by(|a, b| *a <= *b + 1e-9), "{path:?}");
    assert!(likelihood(32, 6) >= path[5]);
}

/// 300 items, annotators right with these probabilities, else even among the others.
fn simulated(skills: &[f64], k: u32) -> (Ratings, Vec<u32>) {
    let mut rows = Vec::new();
    let mut truth = Vec::new();
    for item in 0..300_u32 {
        let mut stream = Stream::new(11, 0, u64::from(item));
        let real = stream.below(u64::from(k)) as u32;
        truth.push(real);
        for (annotator, &skill) in (0..).zip(skills) {
            let label = if stream.uniform() < skill {
                real
            } else {
                (real + 1 + stream.below(u64::from(k) - 1) as u32) % k
            };
            rows.push((item, annotator, label));
        }
    }
    (ratings((300, skills.len(), k as usize), &rows), truth)
}

#[test]
fn models_find_who_is_good() {
    let skills = [0.95, 0.85, 0.7, 0.55, 0.4];
    let (all, truth) = simulated(&skills, 4);
    let right = |posterior: &[f64]| {
        let tops = posterior.chunks_exact(4).map(|row| {
            let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            best.map_or(9, |b| b.0 as u32)
        });
        tops.zip(&truth).filter(|(a, b)| a == *b).count()
    };
    let identities: Vec<u64> = (0..5).collect();
    let fit = mace(&all, &identities, MACE).expect("labels");
    let competence: Vec<f64> = fit.competence.iter().map(|c| c.expect("labels")).collect();
    assert!(competence.is_sorted_by(|a, b| a > b), "{competence:?}");
    // Right with probability c + (1 - c) / 4.
    for (c, skill) in competence.iter().zip(skills) {
        assert!((c + (1.0 - c) / 4.0 - skill).abs() < 0.08, "{c} {skill}");
    }
    assert!(right(&fit.posterior) > 280);
    let fit = glad(&all, 1e-6, 300).expect("labels");
    let ability: Vec<f64> = fit.ability.iter().map(|a| a.expect("labels")).collect();
    assert!(ability.is_sorted_by(|a, b| a > b), "{ability:?}");
    assert!(right(&fit.posterior) > 275);
    let map = FitOptions {
        right_prior: 2.0,
        wrong_prior: 1.0,
        class_prior: 1.0,
        ..FitOptions::default()
    };
    let fit = dawid_skene(&all, map).expect("labels");
    assert!(fit.converged && right(&fit.posterior) > 275);
    assert!(fit.errors.iter().flatten().all(|p| *p > 0.0 && *p < 1.0));
    let coin = one_coin(&all, map).expect("labels");
    for (got, skill) in coin.skills.iter().zip(skills) {
        assert!((got.expect("labels") - skill).abs() < 0.08);
    }
}

#[test]
fn the_candidate_that_is_always_right_replaces_everyone() {
    let (mut rows, truth) = {
        let (all, truth) = simulated(&[0.7, 0.7, 0.7], 4);
        (all.rows().to_vec(), truth)
    };
    rows.extend((0..).zip(&truth).map(|(item, &label)| (item, 3, label)));
    let all = ratings((300, 5, 4), &rows);
    let options = AltTestOptions {
        epsilon: 0.1,
        q: 0.05,
        min_items: 30,
        numbers: None,
    };
    let test = |candidate: u32, options| {
        let pool = Pool::new(&all, candidate).expect("pool");
        alternative_annotator_test(&pool, options)
    };
    let got = test(3, options).expect("test");
    close(got.winning_rate, 1.0);
    assert!(got.advantage > 0.9 && got.rows.len() == 3);
    // One of the others cannot replace the one who is always right.
    let got = test(
        0,
        AltTestOptions {
            epsilon: 0.0,
            ..options
        },
    )
    .expect("test");
    let best = got.rows.iter().find(|row| row.annotator == 3).expect("row");
    assert!(!best.replaced && best.p_value > 0.99);
    assert!(got.winning_rate < 1.0);
    let few = AltTestOptions {
        min_items: 301,
        ..options
    };
    assert_eq!(test(3, few), Err(Undefined::NoPairs));
    // Nobody with id 4: no shared item.
    assert_eq!(test(4, options), Err(Undefined::NoPairs));
}

fn alpha(all: &Ratings, level: Level<'_>) -> Option<f64> {
    let values = [1.0, 2.0, 3.5];
    krippendorff_alpha(&all.units(), level, Some(&values))
        .ok()
        .map(|a| a.alpha)
}

proptest! {
    #[test]
    fn swaps_are_what_rebuilding_gives(
        rows in prop::collection::vec((0_u32..6, 0_u32..5, 0_u32..3), 4..40),
    ) {
        let all = ratings((6, 5, 3), &rows);
        let pool = Pool::new(&all, 4).expect("pool");
        for level in [Level::Nominal, Level::Ordinal, Level::Interval] {
            let model = AlphaModel::new(level, 3, Some(&[1.0, 2.0, 3.5])).expect("model");
            let got = rater_swap(&pool, &model, Swap::Each, 0.95);
            let Some(before) = alpha(&pool.others, level) else {
                prop_assert!(got.is_err());
                continue;
            };
            let mut deltas = Vec::new();
            for annotator in 0..4 {
                let shares = |row: &&(u32, u32, u32)| row.1 == annotator && pool.candidate[row.0 as usize].is_some();
                if pool.others.rows().iter().any(|row| shares(&row)) {
                    let swapped: Vec<(u32, u32, u32)> = pool.others.rows().iter().map(|row| {
                        if shares(&row) { (row.0, row.1, pool.candidate[row.0 as usize].expect("said")) } else { *row }
                    }).collect();
                    deltas.extend(alpha(&ratings((6, 5, 3), &swapped), level).map(|a| a - before));
                }
            }
            match got {
                Ok(got) => {
                    let mean = deltas.iter().sum::<f64>() / deltas.len() as f64;
                    prop_assert!((got.delta - mean).abs() < 1e-9, "{level:?} {got:?} {deltas:?}");
                    prop_assert_eq!(got.n_swaps as usize, deltas.len());
                    prop_assert!(got.lower <= got.upper);
                }
                Err(_) => prop_assert!(deltas.is_empty()),
            }
        }
    }
}
