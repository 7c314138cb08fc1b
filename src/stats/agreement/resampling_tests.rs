//! What is computed from distinct items is what is computed from all of them.

use proptest::prelude::*;

use super::*;
use crate::stats::interval::Resampling;

const VALUES: [f64; 4] = [0.0, 1.0, 2.5, 7.0];
const MATRIX: [f64; 16] = [
    0.0, 1.0, 2.0, 3.0, //
    1.0, 0.0, 0.5, 1.0, //
    2.0, 0.5, 0.0, 4.0, //
    3.0, 1.0, 4.0, 0.0,
];
const LEVELS: [Level<'static>; 6] = [
    Level::Nominal,
    Level::Ordinal,
    Level::Interval,
    Level::Ratio,
    Level::Circular(10.0),
    Level::Custom(&MATRIX),
];

fn ratings(rows: &[(u32, u32, u32)]) -> Ratings {
    Ratings::new(7, 5, 4, rows.to_vec(), Repeats::Lowest).expect("ratings")
}

fn judgements() -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
    prop::collection::vec((0_u32..7, 0_u32..5, 0_u32..4), 2..40)
}

fn alpha(ratings: &Ratings, level: Level<'_>) -> Option<f64> {
    krippendorff_alpha(&ratings.units(), level, Some(&VALUES))
        .ok()
        .map(|a| a.alpha)
}

fn same(got: Option<f64>, wanted: Option<f64>) -> bool {
    match (got, wanted) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9 * b.abs().max(1.0),
        (a, b) => a.is_none() && b.is_none(),
    }
}

proptest! {
    #[test]
    fn coefficients_of_profiles_are_those_of_items(rows in judgements()) {
        let ratings = ratings(&rows);
        let units = ratings.units();
        let profiles = Profiles::new(&units);
        let at_counts = |statistic: &Statistic| {
            profiles.clone().statistic(statistic.clone()).expect("fits").value()
        };
        for level in LEVELS {
            let model = AlphaModel::new(level, 4, Some(&VALUES)).expect("model");
            prop_assert!(same(at_counts(&Statistic::Alpha(model)), alpha(&ratings, level)), "{level:?}");
        }
        for weights in [Weights::None, Weights::Linear, Weights::Custom(MATRIX.to_vec())] {
            let value = |r: Result<Agreement, Undefined>| r.ok().map(|a| a.coefficient);
            prop_assert!(same(at_counts(&Statistic::Fleiss(weights.clone())), value(fleiss_kappa(&units, &weights, 0.95))));
            prop_assert!(same(at_counts(&Statistic::Gwet(weights.clone())), value(gwet_ac2(&units, &weights, 0.95))));
            prop_assert!(same(
                at_counts(&Statistic::BrennanPrediger(weights.clone())),
                value(brennan_prediger(&units, &weights, 0.95))
            ));
        }
        let observed = percent_agreement(&units).ok().map(|a| a.percent_agreement);
        prop_assert!(same(at_counts(&Statistic::Observed(Weights::None)), observed));
        let pooled = percent_agreement(&units).ok().map(|a| a.pooled_pairs);
        prop_assert!(same(at_counts(&Statistic::Pooled(Weights::None)), pooled));
    }

    #[test]
    fn coefficients_that_ask_who_judged_are_those_of_items(rows in judgements()) {
        let ratings = ratings(&rows);
        for weights in [Weights::None, Weights::Linear, Weights::Custom(MATRIX.to_vec())] {
            let wanted = conger_kappa(&ratings, &weights, 0.95).ok().map(|a| a.coefficient);
            prop_assert!(same(conger_by_count(&ratings, &weights).expect("fits").value(), wanted));
        }
        for metric in [
            PairMetric::Percent,
            PairMetric::Kappa(Weights::None),
            PairMetric::Kappa(Weights::Quadratic),
            PairMetric::ScottPi,
            PairMetric::Pearson(VALUES.to_vec()),
            PairMetric::Spearman,
            PairMetric::KendallTau,
        ] {
            for least in [1, 3] {
                let wanted = mean_pairwise(&ratings, &metric, least).ok().map(|m| m.mean);
                let got = mean_pairwise_by_count(&ratings, &metric, least).expect("fits").expect("few");
                let mut got = got;
                prop_assert!(same(got.value(), wanted), "{metric:?} {wanted:?}");
            }
        }
    }

    #[test]
    fn coefficients_of_complete_designs_are_those_of_items(
        cells in prop::collection::vec(prop_oneof![(0_i32..4).prop_map(f64::from), -2.0_f64..2.0], 12),
    ) {
        // Items 0 and 3 are equal.
        let value = |item: usize, rater: usize| cells[item % 3 * 4 + rater];
        let rows = (0..4).flat_map(|i| (0..4).map(move |r| (i, r)));
        let rows = rows.map(|(i, r)| (i as u32, r as u32, value(i, r))).collect();
        let matrix = Matrix::from_long(rows).expect("complete");
        let at_counts = |which| matrix.statistic(which).expect("fits").value();
        let forms = matrix.icc(0.95).ok();
        for (form, mean, wanted) in [
            (1, false, forms.map(|f| f.icc1.icc)),
            (2, false, forms.map(|f| f.icc2.icc)),
            (3, false, forms.map(|f| f.icc3.icc)),
            (1, true, forms.map(|f| f.icc1k.icc)),
            (2, true, forms.map(|f| f.icc2k.icc)),
            (3, true, forms.map(|f| f.icc3k.icc)),
        ] {
            let got = at_counts(Complete::Icc { form, mean });
            let large = wanted.is_some_and(|w| w.abs() > 1e3);
            prop_assert!(large || same(got, wanted), "{form} {mean} {got:?} {wanted:?}");
        }
        prop_assert!(same(at_counts(Complete::KendallW), matrix.kendall_w().ok().map(|w| w.w)));
        let cronbach = matrix.cronbach_alpha(0.95).ok().map(|a| a.alpha);
        prop_assert!(cronbach.is_some_and(|a| a.abs() > 1e3) || same(at_counts(Complete::Cronbach), cronbach));
    }

    #[test]
    fn alpha_without_an_item_or_annotator_is_alpha_of_the_rest(rows in judgements()) {
        let all = ratings(&rows);
        let without = |keep: &dyn Fn(&(u32, u32, u32)) -> bool| {
            ratings(&all.rows().iter().copied().filter(|row| keep(row)).collect::<Vec<_>>())
        };
        for level in LEVELS {
            let model = AlphaModel::new(level, 4, Some(&VALUES)).expect("model");
            for item in item_disagreement(&all, &model).expect("items") {
                let wanted = alpha(&without(&|row| row.0 != item.item), level);
                prop_assert!(same(item.alpha_without, wanted), "{level:?} {item:?} {wanted:?}");
            }
            for annotator in annotator_disagreement(&all, &model).expect("annotators") {
                let wanted = alpha(&without(&|row| row.1 != annotator.annotator), level);
                prop_assert!(same(annotator.alpha_without, wanted), "{level:?} {annotator:?} {wanted:?}");
            }
        }
    }

    #[test]
    fn intervals_do_not_depend_on_the_numbering_of_items(rows in judgements(), shift in 0_u32..7) {
        let turned: Vec<(u32, u32, u32)> = rows.iter().map(|r| ((r.0 + shift) % 7, r.1, r.2)).collect();
        let options = Resampling { replicates: 40, seed: 3, level: 0.9 };
        let interval = |rows: &[(u32, u32, u32)]| {
            let model = AlphaModel::new(Level::Ordinal, 4, None).expect("model");
            Profiles::new(&ratings(rows).units()).statistic(Statistic::Alpha(model)).expect("fits").interval(options)
        };
        let got = interval(&rows);
        prop_assert_eq!(got, interval(&turned));
        if let Some(i) = got {
            prop_assert!(i.lower <= i.upper && i.upper <= 1.0 + 1e-12 && i.stderr >= 0.0);
        }
    }
}

#[test]
fn the_bootstrap_error_of_agreement_is_the_binomial_one() {
    // 60 of 100 items agree: the error of a share is √(.6 · .4 / 100) = .049.
    let rows: Vec<(u32, u32, u64)> = (0..100)
        .flat_map(|item| [(item, 0, 1), (item, u32::from(item >= 60), 1)])
        .collect();
    let units = Units::from_counts(100, 2, rows).expect("units");
    let options = Resampling {
        replicates: 4000,
        seed: 1,
        level: 0.95,
    };
    let statistic = Statistic::Observed(Weights::None);
    let got = Profiles::new(&units)
        .statistic(statistic)
        .expect("fits")
        .interval(options)
        .expect("defined");
    assert!((got.stderr - 0.048_99).abs() < 0.002, "{got:?}");
    assert!((got.lower - 0.504).abs() < 0.02 && (got.upper - 0.696).abs() < 0.02);
}

#[test]
fn every_pair_of_annotators_and_their_mean() {
    // Annotators 0 and 1 agree on 3 of 4 items, 0 and 2 on both shared ones; 1 and 2 on one of two.
    let rows = [
        (0, 0, 0),
        (0, 1, 0),
        (1, 0, 1),
        (1, 1, 1),
        (2, 0, 0),
        (2, 1, 0),
        (2, 2, 0),
        (3, 0, 1),
        (3, 1, 0),
        (3, 2, 1),
    ];
    let ratings = ratings(&rows);
    let pairs = agreement_matrix(&ratings, &PairMetric::Percent, 0.95).expect("pairs");
    let brief: Vec<(u32, u32, u64, f64)> = pairs
        .iter()
        .map(|p| (p.first, p.second, p.n, p.agreement))
        .collect();
    assert_eq!(brief, [(0, 1, 4, 0.75), (0, 2, 2, 1.0), (1, 2, 2, 0.5)]);
    let mean = mean_pairwise(&ratings, &PairMetric::Percent, 1).expect("mean");
    assert_eq!((mean.mean, mean.n_pairs), (0.75, 3));
    // Kappa: pair 0-1 has p_o = 3/4, p_e = 1/2 · 3/4 + 1/2 · 1/4 = 1/2, kappa 1/2; 0-2 has 1;
    // annotator 1 used one category on the two items shared with 2: p_o = p_e = 1/2, kappa 0.
    let kappa = PairMetric::Kappa(Weights::None);
    let mean = mean_pairwise(&ratings, &kappa, 1).expect("mean");
    assert!((mean.mean - 0.5).abs() < 1e-15, "{mean:?}");
    assert_eq!((mean.min, mean.max), (0.0, 1.0));
    assert_eq!(mean_pairwise(&ratings, &kappa, 9), Err(Undefined::NoPairs));
}
