//! Properties, definitions written out, and edges.

use proptest::prelude::*;

use super::*;

/// Alpha from its definition: every ordered pair of values.
fn alpha_by_pairs(rows: &[(u32, u32)], values: &[f64], level: Level<'_>) -> Option<f64> {
    let paired: Vec<(u32, u32)> = rows
        .iter()
        .copied()
        .filter(|row| rows.iter().filter(|other| other.0 == row.0).count() >= 2)
        .collect();
    let n = paired.len() as f64;
    let count = |k: usize| paired.iter().filter(|row| row.1 as usize == k).count() as f64;
    let difference = |a: usize, b: usize| match level {
        Level::Nominal => f64::from(u8::from(a != b)),
        Level::Interval => (values[a] - values[b]) * (values[a] - values[b]),
        Level::Ratio if a == b => 0.0,
        Level::Ratio => {
            let q = (values[a] - values[b]) / (values[a] + values[b]);
            q * q
        }
        Level::Circular(period) => {
            let sine =
                crate::stats::num::sin(core::f64::consts::PI * (values[a] - values[b]) / period);
            sine * sine
        }
        Level::Custom(matrix) => matrix[a * values.len() + b],
        Level::Ordinal => {
            let (low, high) = (a.min(b), a.max(b));
            let sum: f64 = (low..=high).map(count).sum();
            let d = if a == b {
                0.0
            } else {
                sum - (count(low) + count(high)) / 2.0
            };
            d * d
        }
    };
    let (mut observed, mut expected) = (0.0, 0.0);
    for (at, a) in paired.iter().enumerate() {
        for (other, b) in paired.iter().enumerate() {
            if at != other {
                let d = difference(a.1 as usize, b.1 as usize);
                expected += d / (n - 1.0);
                if a.0 == b.0 {
                    let m = paired.iter().filter(|row| row.0 == a.0).count() as f64;
                    observed += d / (m - 1.0);
                }
            }
        }
    }
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

#[test]
fn repeats_by_one_annotator_follow_the_stated_rule() {
    let rows = vec![(0, 0, 1), (0, 0, 0), (0, 1, 1), (0, 1, 1), (1, 0, 1)];
    let make = |rule| Ratings::new(2, 2, 2, rows.clone(), rule);
    assert_eq!(
        make(Repeats::Refuse),
        Err(RatingsError::Repeated {
            item: 0,
            annotator: 0
        })
    );
    let kept = |rule| make(rule).expect("ratings").rows().to_vec();
    assert_eq!(kept(Repeats::Lowest), [(0, 0, 0), (0, 1, 1), (1, 0, 1)]);
    assert_eq!(kept(Repeats::Highest), [(0, 0, 1), (0, 1, 1), (1, 0, 1)]);
    assert_eq!(kept(Repeats::Consistent), [(0, 1, 1), (1, 0, 1)]);
    assert_eq!(kept(Repeats::Keep).len(), 5);
}

#[test]
fn counts_and_ids_give_the_same_units() {
    let items = [2, 0, 0, 2, 2, 0];
    let levels = [1, 1, 0, 1, 0, 1];
    let by_id = Units::from_ids(3, 2, &items, &levels).expect("units");
    let counts = [
        (2, 1, 1),
        (0, 0, 1),
        (2, 0, 1),
        (0, 1, 2),
        (2, 1, 1),
        (1, 1, 0),
    ];
    assert_eq!(by_id, Units::from_counts(3, 2, counts).expect("units"));
    let rows = items
        .iter()
        .zip(levels)
        .enumerate()
        .map(|(at, (&i, l))| (i, at as u32, l))
        .collect();
    assert_eq!(
        by_id,
        Ratings::new(3, 6, 2, rows, Repeats::Refuse)
            .expect("ratings")
            .units()
    );
    assert!(Units::from_ids(3, 2, &[3], &[0]).is_err());
    assert!(Units::from_ids(3, 2, &[0], &[2]).is_err());
    assert!(Units::from_ids(3, 2, &[0, 1], &[1]).is_err());
}

#[test]
fn undefined_has_a_reason() {
    let units = Units::from_ids(2, 2, &[0, 1], &[0, 1]).expect("units");
    assert_eq!(
        krippendorff_alpha(&units, Level::Nominal, None),
        Err(Undefined::NoPairs)
    );
    assert_eq!(
        fleiss_kappa(&units, &Weights::None, 0.95),
        Err(Undefined::NoPairs)
    );
    let same = Units::from_ids(1, 2, &[0, 0], &[1, 1]).expect("units");
    assert_eq!(
        krippendorff_alpha(&same, Level::Ordinal, None),
        Err(Undefined::NoVariation)
    );
    let two = Units::from_ids(1, 2, &[0, 0], &[0, 1]).expect("units");
    assert!(matches!(
        krippendorff_alpha(&two, Level::Ratio, Some(&[-1.0, 1.0])),
        Err(Undefined::BadValue(_))
    ));
    assert!(matches!(
        krippendorff_alpha(&two, Level::Interval, None),
        Err(Undefined::BadOption(_))
    ));
    assert_eq!(
        Confusion::<u8>::new()
            .table()
            .1
            .cohen_kappa(&Weights::None, 0.95),
        Err(Undefined::NoData)
    );
}

fn judgements() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0_u32..8, 0_u32..5), 1..60)
}

fn shuffled<T: Clone + core::fmt::Debug + 'static>(
    rows: impl Strategy<Value = Vec<T>>,
) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    rows.prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
}

fn units_of(rows: &[(u32, u32)]) -> Units {
    let (items, levels): (Vec<u32>, Vec<u32>) = rows.iter().copied().unzip();
    Units::from_ids(8, 5, &items, &levels).expect("units")
}

const MATRIX: [f64; 25] = [
    0.0, 1.0, 0.5, 2.0, 3.0, //
    1.0, 0.0, 4.0, 1.0, 1.0, //
    0.5, 4.0, 0.0, 0.25, 2.0, //
    2.0, 1.0, 0.25, 0.0, 7.0, //
    3.0, 1.0, 2.0, 7.0, 0.0,
];

const LEVELS: [Level<'static>; 6] = [
    Level::Circular(1100.0),
    Level::Custom(&MATRIX),
    Level::Nominal,
    Level::Ordinal,
    Level::Interval,
    Level::Ratio,
];

proptest! {
    #[test]
    fn alpha_is_its_definition(rows in judgements(), whole in any::<bool>()) {
        let values = if whole { [0.0, 1.0, 2.0, 5.0, 9.0] } else { [0.0, 0.1, 0.25, 7.3, 1e3] };
        for level in LEVELS {
            let got = krippendorff_alpha(&units_of(&rows), level, Some(&values)).ok();
            let wanted = alpha_by_pairs(&rows, &values, level);
            prop_assert_eq!(got.is_some(), wanted.is_some());
            if let (Some(got), Some(wanted)) = (got, wanted) {
                prop_assert!((got.alpha - wanted).abs() < 1e-10 * wanted.abs().max(1.0));
                prop_assert!(got.alpha <= 1.0);
            }
        }
    }

    #[test]
    fn results_do_not_depend_on_rows_order_or_item_numbers(
        (rows, other) in shuffled(judgements()),
        shift in 0_u32..8,
    ) {
        let values = [0.3, 0.7, 1.1, 5.5, 9.25];
        let renumbered: Vec<(u32, u32)> = other.iter().map(|&(i, l)| ((i * 3 + shift) % 8, l)).collect();
        let (a, b) = (units_of(&rows), units_of(&renumbered));
        for level in LEVELS {
            prop_assert_eq!(
                krippendorff_alpha(&a, level, Some(&values)),
                krippendorff_alpha(&b, level, Some(&values))
            );
        }
        prop_assert_eq!(fleiss_kappa(&a, &Weights::Linear, 0.9), fleiss_kappa(&b, &Weights::Linear, 0.9));
        prop_assert_eq!(gwet_ac2(&a, &Weights::Ordinal, 0.9), gwet_ac2(&b, &Weights::Ordinal, 0.9));
        prop_assert_eq!(percent_agreement(&a), percent_agreement(&b));
        let rating = |rows: &[(u32, u32)], turn: u32| {
            let rows = rows.iter().map(|&(i, l)| (i, (i + l + turn) % 7, l)).collect();
            Ratings::new(8, 7, 5, rows, Repeats::Lowest).expect("ratings")
        };
        // The same annotators under other numbers, the same rows in another order.
        prop_assert_eq!(
            conger_kappa(&rating(&rows, 0), &Weights::Quadratic, 0.9),
            conger_kappa(&rating(&other, 3), &Weights::Quadratic, 0.9)
        );
    }

    #[test]
    fn nominal_coefficients_do_not_see_the_names_of_labels(rows in judgements(), turn in 1_u32..5) {
        let renamed: Vec<(u32, u32)> = rows.iter().map(|&(i, l)| (i, (l * 2 + turn) % 5)).collect();
        let (a, b) = (units_of(&rows), units_of(&renamed));
        let alpha = |u: &Units| krippendorff_alpha(u, Level::Nominal, None).map(|r| r.alpha);
        prop_assert_eq!(alpha(&a), alpha(&b));
        for (x, y) in [
            (fleiss_kappa(&a, &Weights::None, 0.95), fleiss_kappa(&b, &Weights::None, 0.95)),
            (gwet_ac1(&a, 0.95), gwet_ac1(&b, 0.95)),
        ] {
            prop_assert_eq!(x.is_ok(), y.is_ok());
            if let (Ok(x), Ok(y)) = (x, y) {
                prop_assert!((x.coefficient - y.coefficient).abs() < 1e-12 * x.coefficient.abs().max(1.0));
                prop_assert!(x.coefficient <= 1.0 + 1e-12);
                if let (Some(lower), Some(upper)) = (x.lower, x.upper) {
                    prop_assert!(lower <= x.coefficient && x.coefficient <= upper + 1e-12);
                }
            }
        }
    }

    #[test]
    fn kappa_merges_in_any_split_and_stays_in_range(
        (rows, other) in shuffled(prop::collection::vec((0_u8..5, 0_u8..5), 1..80)),
        cut in 0_usize..80,
        turn in 1_u8..5,
    ) {
        let count = |rows: &[(u8, u8)]| {
            let mut table = Confusion::<u8>::new();
            for &(x, y) in rows {
                table.push(x, y);
            }
            table
        };
        let whole = count(&rows);
        let cut = cut.min(other.len());
        let mut parts = count(&other[cut..]);
        parts.merge(&count(&other[..cut]));
        prop_assert_eq!(&whole, &parts);
        for weights in [Weights::None, Weights::Linear, Weights::Quadratic] {
            if let Ok(got) = whole.table().1.cohen_kappa(&weights, 0.95) {
                prop_assert!(got.kappa <= 1.0);
                prop_assert!(rows.iter().any(|(x, y)| x != y) || got.kappa == 1.0);
                prop_assert!(got.lower <= Some(got.kappa) && Some(got.kappa) <= got.upper);
            }
        }
        let renamed: Vec<(u8, u8)> = rows.iter().map(|&(x, y)| ((x * 3 + turn) % 5, (y * 3 + turn) % 5)).collect();
        let kappa = |rows: &[(u8, u8)]| count(rows).table().1.cohen_kappa(&Weights::None, 0.95).map(|k| k.kappa);
        prop_assert_eq!(kappa(&rows), kappa(&renamed));
        // Two raters without missing values: Conger's kappa is Cohen's.
        let triples = rows.iter().enumerate().flat_map(|(at, &(x, y))| {
            [(at as u32, 0, u32::from(x)), (at as u32, 1, u32::from(y))]
        });
        let ratings = Ratings::new(rows.len(), 2, 5, triples.collect(), Repeats::Refuse).expect("ratings");
        if let (Ok(cohen), Ok(conger)) = (kappa(&rows), conger_kappa(&ratings, &Weights::None, 0.95)) {
            prop_assert!((cohen - conger.coefficient).abs() < 1e-12);
        }
    }
}

#[test]
fn complete_designs_at_their_edges() {
    let long = vec![
        (0, 0, 1.0),
        (0, 1, 1.0),
        (1, 0, 2.0),
        (1, 1, 2.0),
        (2, 0, 4.0),
        (2, 1, 4.0),
        (3, 0, 9.0),
    ];
    let matrix = Matrix::from_long(long).expect("matrix");
    assert_eq!((matrix.items(), matrix.dropped_items()), (3, 1));
    let icc = matrix.icc(0.95).expect("defined");
    for form in [
        icc.icc1, icc.icc2, icc.icc3, icc.icc1k, icc.icc2k, icc.icc3k,
    ] {
        assert_eq!(
            (form.icc, form.f, form.lower),
            (1.0, None, None),
            "perfect agreement"
        );
    }
    let same = Matrix::from_long(vec![(0, 0, 0.1), (0, 1, 0.1), (1, 0, 0.1), (1, 1, 0.1)])
        .expect("matrix");
    assert_eq!(same.icc(0.95), Err(Undefined::NoVariation));
    assert_eq!(same.kendall_w(), Err(Undefined::NoVariation));
    assert_eq!(
        Matrix::from_long(vec![(0, 0, 1.0)])
            .expect("matrix")
            .icc(0.95),
        Err(Undefined::NoPairs)
    );
    assert!(matches!(
        Matrix::from_long(vec![(0, 0, 1.0), (0, 0, 1.0)]),
        Err(Undefined::BadValue(_))
    ));
    assert!(matches!(
        Matrix::from_long(vec![(0, 0, f64::NAN)]),
        Err(Undefined::BadValue(_))
    ));
}

proptest! {
    #[test]
    fn complete_designs_do_not_depend_on_numbering(
        values in prop::collection::vec(prop_oneof![Just(1.0), Just(2.5), -3.0_f64..3.0], 12),
        turn in 1_u32..4,
    ) {
        let long = |item: &dyn Fn(u32) -> u32, rater: &dyn Fn(u32) -> u32| {
            let row = |(at, &v): (usize, &f64)| (item(at as u32 / 3), rater(at as u32 % 3), v);
            Matrix::from_long(values.iter().enumerate().map(row).collect()).expect("matrix")
        };
        let plain = long(&|i| i, &|r| r);
        let other = long(&|i| (i + turn) % 4, &|r| 2 - r);
        prop_assert_eq!(plain.icc(0.95), other.icc(0.95));
        prop_assert_eq!(plain.kendall_w(), other.kendall_w());
        prop_assert_eq!(plain.cronbach_alpha(0.95), other.cronbach_alpha(0.95));
        if let Ok(w) = plain.kendall_w() {
            prop_assert!((0.0..=1.0).contains(&w.w));
        }
    }
}

#[test]
fn a_confidence_outside_its_range_gives_no_interval() {
    let units = units_of(&[(0, 0), (0, 1), (1, 1), (1, 1), (2, 0), (2, 2)]);
    for confidence in [0.0, 1.0, -1.0, 1.5, f64::NAN] {
        let got = fleiss_kappa(&units, &Weights::None, confidence).expect("defined");
        let limits = [got.lower, got.upper];
        assert!(
            confidence == 0.0 || limits == [None, None],
            "{confidence}: {limits:?}"
        );
        let table = Table::from_counts(&[vec![5, 1], vec![2, 4]]);
        let kappa = table
            .cohen_kappa(&Weights::None, confidence)
            .expect("defined");
        assert!(kappa.lower.is_none_or(f64::is_finite) && kappa.stderr.is_some());
    }
}
