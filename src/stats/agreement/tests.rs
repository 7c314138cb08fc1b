//! Vectors of independent implementations, and properties.

use proptest::prelude::*;
use serde_json::Value;

use super::vectors::{Case, cases, intern, key};
use super::*;

/// A label that orders as SQL values do: numbers by value, text by code point.
type Label = (u64, String);

fn weights(case: &Case, numbers: &[f64]) -> Weights {
    let by_value = case.options["distance"] == "value";
    match case.options["weights"].as_str() {
        None | Some("none") => Weights::None,
        Some("linear") if by_value => Weights::LinearByValue(numbers.to_vec()),
        Some("linear") => Weights::Linear,
        Some("quadratic") if by_value => Weights::QuadraticByValue(numbers.to_vec()),
        Some("quadratic") => Weights::Quadratic,
        Some("ordinal") => Weights::Ordinal,
        other => panic!("{}: weights {other:?}", case.name),
    }
}

/// Exact sums of weights for the tests: multiples of 1/100 as integers.
#[derive(Clone, Default, Debug, PartialEq)]
struct Hundredths(u64);

impl Tally for Hundredths {
    const COUNTS: bool = false;
    fn merge(&mut self, other: &Self) {
        self.0 += other.0;
    }
    fn value(&self) -> f64 {
        self.0 as f64 / 100.0
    }
}

fn pair_table(case: &Case) -> (Vec<f64>, Table) {
    let xs = case.column("pairs", "x");
    let ys = case.column("pairs", "y");
    let pairs = xs
        .iter()
        .zip(&ys)
        .enumerate()
        .filter(|(_, (x, y))| !x.is_null() && !y.is_null());
    let mut all: Vec<Value> = xs.iter().chain(&ys).cloned().collect();
    all.retain(|v| !v.is_null());
    let numbers = intern(&all).1.iter().filter_map(Value::as_f64).collect();
    if let Some(weights) = case.input["pairs"]["weight"].as_array() {
        let mut table = Confusion::<Label, Hundredths>::new();
        for (at, (x, y)) in pairs {
            let weight = Hundredths((weights[at].as_f64().expect("weight") * 100.0).round() as u64);
            table.push_tally(key(x), key(y), &weight, 1);
        }
        (numbers, table.table().1)
    } else {
        let mut table = Confusion::<Label>::new();
        for (_, (x, y)) in pairs {
            table.push(key(x), key(y));
        }
        (numbers, table.table().1)
    }
}

#[test]
fn cohen_kappa_vectors() {
    for case in cases("agreement", "cohen_kappa") {
        let (numbers, table) = pair_table(&case);
        let got = table.cohen_kappa(&weights(&case, &numbers), 0.95);
        if case.expects_null("kappa") {
            assert_eq!(got, Err(Undefined::NoVariation), "{}", case.name);
            continue;
        }
        let got = got.unwrap_or_else(|e| panic!("{}: {e}", case.name));
        case.check("kappa", Some(got.kappa));
        case.check("n", Some(got.n as f64));
        case.check("observed_agreement", Some(got.observed_agreement));
        case.check("expected_agreement", Some(got.expected_agreement));
        case.check("stderr", got.stderr);
        case.check("stderr0", got.stderr0);
        case.check("lower", got.lower);
        case.check("upper", got.upper);
    }
}

#[test]
fn scott_pi_vectors() {
    for case in cases("agreement", "scott_pi") {
        let got = pair_table(&case).1.scott_pi(0.95).expect("defined");
        case.check("pi", Some(got.pi));
        case.check("stderr", got.stderr);
        case.check("n", Some(got.n as f64));
        case.check("observed_agreement", Some(got.observed_agreement));
        // The vectors carry the integer 0 for expected_agreement, which their own
        // pi and observed agreement contradict; check what these two imply.
        let pi = case.expected["pi"].as_f64().expect("pi");
        let observed = case.expected["observed_agreement"]
            .as_f64()
            .expect("observed");
        let implied = (observed - pi) / (1.0 - pi);
        assert!(
            (got.expected_agreement - implied).abs() < 1e-9,
            "{}",
            case.name
        );
    }
}

fn ratings_of(case: &Case) -> (Ratings, Vec<f64>) {
    let values = case.column("ratings", "value");
    let (items, item_names) = intern(&case.column("ratings", "item"));
    let (annotators, names) = intern(&case.column("ratings", "annotator"));
    let (levels, distinct) = intern(&values);
    let rows = (0..values.len()).filter(|&at| !values[at].is_null());
    let rows = rows
        .map(|at| (items[at], annotators[at], levels[at]))
        .collect();
    let ratings = Ratings::new(
        item_names.len(),
        names.len(),
        distinct.len(),
        rows,
        Repeats::Refuse,
    )
    .expect("ratings");
    (ratings, distinct.iter().filter_map(Value::as_f64).collect())
}

fn check_multi(
    method: &str,
    member: &str,
    run: impl Fn(&Ratings, &Weights) -> Result<Agreement, Undefined>,
) {
    for case in cases("agreement", method) {
        let (ratings, numbers) = ratings_of(&case);
        let got = run(&ratings, &weights(&case, &numbers))
            .unwrap_or_else(|e| panic!("{}: {e}", case.name));
        case.check(member, Some(got.coefficient));
        case.check("observed_agreement", Some(got.observed_agreement));
        case.check("expected_agreement", Some(got.expected_agreement));
        case.check("stderr", got.stderr);
        case.check("lower", got.lower);
        case.check("upper", got.upper);
        case.check("p_value", got.p_value);
        case.check("n_items", Some(got.n_items as f64));
    }
}

#[test]
fn fleiss_kappa_vectors() {
    check_multi("fleiss_kappa", "kappa", |r, w| {
        fleiss_kappa(&r.units(), w, 0.95)
    });
}

#[test]
fn conger_kappa_vectors() {
    check_multi("conger_kappa", "kappa", |r, w| conger_kappa(r, w, 0.95));
}

#[test]
fn gwet_ac1_vectors() {
    check_multi("gwet_ac1", "ac", |r, _| gwet_ac1(&r.units(), 0.95));
}

#[test]
fn gwet_ac2_vectors() {
    check_multi("gwet_ac2", "ac", |r, w| gwet_ac2(&r.units(), w, 0.95));
}

#[test]
fn brennan_prediger_vectors() {
    check_multi("brennan_prediger", "coefficient", |r, w| {
        brennan_prediger(&r.units(), w, 0.95)
    });
}

#[test]
fn percent_agreement_vectors() {
    for case in cases("agreement", "percent_agreement") {
        let got = percent_agreement(&ratings_of(&case).0.units());
        if case.expects_null("percent_agreement") {
            assert_eq!(got, Err(Undefined::NoPairs), "{}", case.name);
            continue;
        }
        let got = got.expect("defined");
        case.check("percent_agreement", Some(got.percent_agreement));
        case.check("percent_agreement_pooled_pairs", Some(got.pooled_pairs));
        case.check("n_items", Some(got.n_items as f64));
    }
}

#[test]
fn krippendorff_alpha_vectors() {
    for case in cases("agreement", "krippendorff_alpha") {
        let (ratings, numbers) = ratings_of(&case);
        let level = match case.options["level"].as_str() {
            Some("nominal") => Level::Nominal,
            Some("ordinal") => Level::Ordinal,
            Some("interval") => Level::Interval,
            _ => Level::Ratio,
        };
        let got = krippendorff_alpha(&ratings.units(), level, Some(&numbers));
        if case.expects_null("alpha") {
            let reason = got.expect_err(&case.name);
            assert!(
                matches!(reason, Undefined::NoPairs | Undefined::NoVariation),
                "{}",
                case.name
            );
            continue;
        }
        let got = got.unwrap_or_else(|e| panic!("{}: {e}", case.name));
        case.check("alpha", Some(got.alpha));
        case.check("observed_disagreement", Some(got.observed_disagreement));
        case.check("expected_disagreement", Some(got.expected_disagreement));
        case.check("n_units", Some(got.n_units as f64));
        case.check("n_values", Some(got.n_values as f64));
    }
}

/// Alpha from its definition: every ordered pair of values.
fn alpha_by_pairs(rows: &[(u32, u32)], values: &[f64], level: Level) -> Option<f64> {
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

const LEVELS: [Level; 4] = [
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

fn matrix_of(case: &Case, rows: &str, columns: &str) -> Matrix {
    let (items, _) = intern(&case.column("ratings", rows));
    let (raters, _) = intern(&case.column("ratings", columns));
    let values = case.column("ratings", "value");
    let long =
        (0..values.len()).filter_map(|at| Some((items[at], raters[at], values[at].as_f64()?)));
    Matrix::from_long(long.collect()).expect("matrix")
}

#[test]
fn icc_vectors() {
    for case in cases("agreement", "icc") {
        let got = matrix_of(&case, "item", "annotator")
            .icc(0.95)
            .expect("defined");
        for (form, icc) in [
            ("ICC1", got.icc1),
            ("ICC2", got.icc2),
            ("ICC3", got.icc3),
            ("ICC1k", got.icc1k),
            ("ICC2k", got.icc2k),
            ("ICC3k", got.icc3k),
        ] {
            let expected = &case.expected[form];
            for (member, value) in [
                ("icc", Some(icc.icc)),
                ("f", icc.f),
                ("df1", Some(icc.df1)),
                ("df2", Some(icc.df2)),
                ("p", icc.p_value),
                ("lower", icc.lower),
                ("upper", icc.upper),
            ] {
                assert!(
                    expected.get(member).is_some(),
                    "{} {form} {member}",
                    case.name
                );
                case.check_value(&format!("{form} {member}"), &expected[member], value);
            }
        }
    }
}

#[test]
fn kendall_w_vectors() {
    for case in cases("agreement", "kendall_w") {
        let got = matrix_of(&case, "item", "annotator").kendall_w();
        if case.expects_null("w") {
            assert_eq!(got, Err(Undefined::NoVariation), "{}", case.name);
            continue;
        }
        let got = got.expect("defined");
        case.check("w", Some(got.w));
        case.check("chi2", Some(got.chi2));
        case.check("df", Some(got.df));
        case.check("p_value", Some(got.p_value));
        case.check("n_items", Some(got.n_items as f64));
        case.check("n_raters", Some(got.n_raters as f64));
    }
}

#[test]
fn lin_ccc_vectors() {
    for case in cases("agreement", "lin_ccc") {
        let rows = case
            .column("pairs", "x")
            .into_iter()
            .zip(case.column("pairs", "y"));
        let rows = rows
            .filter_map(|(x, y)| Some((x.as_f64()?, y.as_f64()?)))
            .collect();
        let pairs = crate::stats::correlation::Pairs::new(rows).expect("pairs");
        let got = lin_ccc(&pairs, 0.95).expect("defined");
        case.check("ccc", Some(got.ccc));
        case.check("pearson", Some(got.pearson));
        case.check("bias_correction", got.bias_correction);
        case.check("stderr", got.stderr);
        case.check("lower", got.lower);
        case.check("upper", got.upper);
        case.check("n", Some(got.n as f64));
    }
}

#[test]
fn cronbach_alpha_vectors() {
    for case in cases("psychometrics", "cronbach_alpha") {
        let got = matrix_of(&case, "annotator", "item")
            .cronbach_alpha(0.95)
            .expect("defined");
        case.check("alpha", Some(got.alpha));
        case.check("lower", Some(got.lower));
        case.check("upper", Some(got.upper));
        case.check("n_persons", Some(got.n_rows as f64));
        case.check("n_items", Some(got.n_columns as f64));
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
