//! Vectors of independent implementations, papers' examples and properties.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::stats::agreement::vectors::{Case, cases};

fn paired(case: &Case) -> Vec<(f64, f64)> {
    let x = case.column("pairs", "x");
    let y = case.column("pairs", "y");
    let rows = x.iter().zip(&y);
    rows.filter_map(|(x, y)| Some((x.as_f64()?, y.as_f64()?)))
        .collect()
}

fn samples(case: &Case) -> (Vec<f64>, Vec<f64>) {
    let groups = case.column("groups", "group");
    let values = case.column("groups", "value");
    let of = |name: &str| {
        let rows = groups.iter().zip(&values).filter(|(g, _)| *g == name);
        rows.filter_map(|(_, v)| v.as_f64()).collect()
    };
    (of("x"), of("y"))
}

fn check_test(case: &Case, what: &str, expected: &Value, test: &Test) {
    for (member, got) in [
        ("t", test.statistic),
        ("df", test.df),
        ("p_value", test.p_value),
        ("lower", test.lower),
        ("upper", test.upper),
    ] {
        case.check_value(&format!("{what}.{member}"), &expected[member], got);
    }
}

#[test]
fn t_test_vectors() {
    for case in cases("tests", "t_test") {
        let (x, y) = samples(&case);
        for (name, equal) in [("welch", false), ("student", true)] {
            let test = two_sample_t(&x, &y, equal, 0.95, Alternative::TwoSided);
            case.check("mean_difference", test.estimate);
            check_test(&case, name, &case.expected[name], &test);
        }
        let greater = two_sample_t(&x, &y, false, 0.95, Alternative::Greater);
        case.check("welch_p_greater", greater.p_value);
        case.check("cohens_d", cohens_d(&x, &y, false, 0.95).estimate);
    }
}

#[test]
fn paired_t_vectors() {
    for case in cases("tests", "paired_t_test") {
        let rows = paired(&case);
        let test = paired_t(&rows, 0.95, Alternative::TwoSided);
        case.check("mean_difference", test.estimate);
        case.check("n", Some(test.n as f64));
        check_test(&case, "paired", &case.expected, &test);
    }
}

#[test]
fn mann_whitney_vectors() {
    for case in cases("tests", "mann_whitney") {
        let (x, y) = samples(&case);
        for (key, exact, continuity) in [
            ("p_value_exact", true, false),
            ("p_value_asymptotic", false, false),
            ("p_value_asymptotic_continuity", false, true),
        ] {
            let settings = RankSettings {
                exact: Some(exact),
                continuity,
                ..RankSettings::default()
            };
            let test = mann_whitney(&x, &y, &settings);
            case.check("u", test.statistic);
            case.check("common_language_effect", test.estimate);
            case.check(key, test.p_value);
            if !exact {
                let mirrored = mann_whitney(&y, &x, &settings).p_value;
                assert!((test.p_value.unwrap() - mirrored.unwrap()).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn wilcoxon_vectors() {
    for case in cases("tests", "wilcoxon_signed_rank") {
        let rows = paired(&case);
        for (name, zeros) in [
            ("wilcox", Zeros::Drop),
            ("pratt", Zeros::Pratt),
            ("zsplit", Zeros::Split),
        ] {
            for (word, continuity) in [("", false), ("continuity_", true)] {
                let settings = RankSettings {
                    exact: Some(false),
                    continuity,
                    ..RankSettings::default()
                };
                let test = wilcoxon_signed_rank(&rows, zeros, &settings);
                case.check("n", Some(test.n as f64));
                case.check(&format!("p_value_normal_{word}{name}"), test.p_value);
                if zeros == Zeros::Drop {
                    case.check("w_plus", test.statistic);
                }
            }
        }
        let exact = RankSettings {
            exact: Some(true),
            ..RankSettings::default()
        };
        let test = wilcoxon_signed_rank(&rows, Zeros::Drop, &exact);
        if !case.expected["p_value_exact"].is_null() {
            case.check("p_value_exact", test.p_value);
        }
    }
}

#[test]
fn mcnemar_vectors() {
    for case in cases("tests", "mcnemar") {
        let rows = paired(&case);
        let count = |x: f64, y: f64| rows.iter().filter(|row| **row == (x, y)).count() as u64;
        let (b, c) = (count(1.0, 0.0), count(0.0, 1.0));
        case.check("b", Some(b as f64));
        case.check("c", Some(c as f64));
        let n = rows.len() as u64;
        let exact = mcnemar(b, c, n, true, false, 0.95);
        case.check("p_value_exact", exact.p_value);
        case.check("odds_ratio", exact.estimate);
        for (suffix, continuity) in [("chi2", false), ("chi2_continuity", true)] {
            let test = mcnemar(b, c, n, false, continuity, 0.95);
            case.check(suffix, test.statistic);
            case.check(&format!("p_value_{suffix}"), test.p_value);
        }
    }
}

#[test]
fn chi_square_vectors() {
    for case in cases("tests", "chi2_independence") {
        let (rows, columns) = (case.column("table", "row"), case.column("table", "col"));
        let names = |of: &[Value]| {
            let mut names: Vec<String> = of.iter().map(Value::to_string).collect();
            names.sort();
            names.dedup();
            names
        };
        let (r, c) = (names(&rows), names(&columns));
        let mut counts = vec![vec![0.0; c.len()]; r.len()];
        for ((row, column), count) in rows.iter().zip(&columns).zip(case.column("table", "count")) {
            let at = |names: &[String], v: &Value| names.binary_search(&v.to_string()).unwrap();
            counts[at(&r, row)][at(&c, column)] = count.as_f64().unwrap();
        }
        let plain = chi_square(&counts, false, false).test;
        case.check("chi2", plain.statistic);
        case.check("df", plain.df);
        case.check("p_value", plain.p_value);
        case.check("cramers_v", plain.estimate);
        let g = chi_square(&counts, true, false).test;
        case.check("g", g.statistic);
        case.check("p_value_g", g.p_value);
        if r.len() == 2 && c.len() == 2 {
            let yates = chi_square(&counts, false, true).test;
            case.check("chi2_yates", yates.statistic);
            case.check("p_value_yates", yates.p_value);
            let whole = [0, 1].map(|i| [0, 1].map(|j| counts[i][j] as u64));
            let fisher = fisher_exact(whole, Alternative::TwoSided);
            case.check("fisher_p_value", fisher.p_value);
            let real = [0, 1].map(|i| [0, 1].map(|j| counts[i][j]));
            let odds = odds_ratio(real, false, 0.95);
            case.check("odds_ratio", odds.estimate);
            case.check("odds_ratio_lower", odds.lower);
            case.check("odds_ratio_upper", odds.upper);
        }
    }
}

#[test]
fn multiple_testing_vectors() {
    for case in cases("tests", "multiple_testing") {
        let given = case.column("p_values", "p");
        let p: Vec<f64> = given.iter().filter_map(Value::as_f64).collect();
        for (name, method) in [
            ("bonferroni", Adjustment::Bonferroni),
            ("holm", Adjustment::Holm),
            ("hochberg", Adjustment::Hochberg),
            ("benjamini_hochberg", Adjustment::BenjaminiHochberg),
            ("benjamini_yekutieli", Adjustment::BenjaminiYekutieli),
        ] {
            let mut got = adjust(&p, method).into_iter();
            let wanted = case.expected["adjusted"][name].as_array().unwrap();
            for (given, wanted) in given.iter().zip(wanted) {
                if given.is_null() {
                    assert!(wanted.is_null());
                } else {
                    case.check_value(name, wanted, got.next());
                }
            }
        }
    }
}

fn near(got: Option<f64>, want: f64) {
    let got = got.expect("defined");
    assert!(
        (got - want).abs() < 1e-10 * want.abs().max(1.0),
        "{got}, expected {want}"
    );
}

/// Fisher 1935: the lady tasting tea, all eight cups right.
#[test]
fn fisher_1935_lady_tasting_tea() {
    let all = fisher_exact([[4, 0], [0, 4]], Alternative::Greater);
    near(all.p_value, 1.0 / 70.0);
    assert_eq!(all.estimate, None);
    let three = fisher_exact([[3, 1], [1, 3]], Alternative::Greater);
    near(three.p_value, 17.0 / 70.0);
    near(three.estimate, 9.0);
    let none = fisher_exact([[0, 0], [3, 4]], Alternative::TwoSided);
    assert_eq!((none.p_value, none.detail.is_some()), (None, true));
}

/// scipy 1.17.1 `kruskal` and `friedmanchisquare`, `studentized_range.sf`.
#[test]
fn several_samples() {
    let groups: [&[f64]; 3] = [
        &[6.4, 6.8, 7.2, 8.3, 8.4, 9.1, 9.4, 9.7],
        &[2.5, 3.7, 4.9, 5.4, 5.9, 8.1, 8.2],
        &[1.3, 4.1, 4.9, 5.2, 5.5, 8.2],
    ];
    let values: Vec<f64> = groups.concat();
    let ids: Vec<u32> = (0..)
        .zip(groups)
        .flat_map(|(id, group)| vec![id; group.len()])
        .collect();
    let test = kruskal(&values, &ids, 3);
    near(test.statistic, 9.849_061_861_415_572);
    near(test.p_value, 0.007_266_133_800_809_759);
    let blocks: Vec<Block> = [
        [7, 9, 8],
        [6, 5, 7],
        [9, 7, 6],
        [8, 5, 5],
        [5, 5, 7],
        [6, 4, 6],
    ]
    .iter()
    .map(|block| block.iter().map(|v| f64::from(*v)).collect())
    .collect();
    let friedman = friedman(&blocks, 3);
    near(friedman.test.statistic, 1.142_857_142_857_142_8);
    near(friedman.test.p_value, 0.564_718_122_007_759_3);
    let pairs = nemenyi(&friedman.mean_ranks, friedman.blocks);
    near(Some(pairs[0].p_value), 0.661_763_261_135_641_3);
    near(Some(pairs[1].p_value), 1.0);
    assert!(kruskal(&[1.0, 1.0], &[0, 1], 2).detail.is_some());
    assert!(super::friedman(&[vec![1.0, 1.0]], 2).test.detail.is_some());
}

/// By the formulas, with numpy over all pairs.
#[test]
fn cliffs_delta_by_its_definition() {
    let test = cliffs_delta(
        &[1.0, 2.0, 2.0, 3.0, 5.0, 6.0],
        &[1.0, 1.0, 2.0, 4.0, 4.0],
        0.95,
    );
    near(test.estimate, 4.0 / 15.0);
    near(test.statistic, 0.124_444_444_444_444_48_f64.sqrt());
    near(test.lower, -0.392_999_218_676_090_6);
    near(test.upper, 0.745_116_884_932_864_9);
    assert!(cliffs_delta(&[], &[1.0], 0.95).detail.is_some());
}

#[test]
fn undefined_says_why() {
    let why = |test: Test| {
        assert_eq!(test.p_value, None);
        assert!(test.detail.is_some(), "{test:?}");
    };
    why(two_sample_t(
        &[],
        &[1.0],
        false,
        0.95,
        Alternative::TwoSided,
    ));
    why(two_sample_t(
        &[1.0, 1.0],
        &[1.0, 1.0],
        false,
        0.95,
        Alternative::TwoSided,
    ));
    why(paired_t(&[(1.0, 2.0)], 0.95, Alternative::TwoSided));
    why(mean_interval(&[], 0.95));
    why(mean_interval(&[3.0], 0.95));
    why(wilcoxon_signed_rank(
        &[(1.0, 1.0)],
        Zeros::Drop,
        &RankSettings::default(),
    ));
    why(mann_whitney(&[1.0], &[], &RankSettings::default()));
    why(chi_square(&[vec![3.0, 4.0]], false, false).test);
    why(mcnemar(0, 0, 4, false, false, 0.95));
    why(odds_ratio([[1.0, 0.0], [2.0, 3.0]], false, 0.95));
    assert!(
        odds_ratio([[1.0, 0.0], [2.0, 3.0]], true, 0.95)
            .lower
            .is_some()
    );
    assert!(cohens_d(&[1.0, 1.0], &[2.0], false, 0.95).detail.is_some());
}

fn values() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-6_i32..7).prop_map(|v| f64::from(v) / 2.0), 0..30)
}

proptest! {
    #[test]
    fn p_values_are_probabilities_and_rows_have_no_order(x in values(), y in values()) {
        let back = |v: &[f64]| v.iter().rev().copied().collect::<Vec<f64>>();
        let rows: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
        let rows_back: Vec<(f64, f64)> = rows.iter().rev().copied().collect();
        for alternative in [Alternative::TwoSided, Alternative::Greater, Alternative::Less] {
            let settings = RankSettings { alternative, ..RankSettings::default() };
            let tests = |x: &[f64], y: &[f64], rows: &[(f64, f64)]| vec![
                two_sample_t(x, y, false, 0.9, alternative),
                two_sample_t(x, y, true, 0.9, alternative),
                paired_t(rows, 0.9, alternative),
                mann_whitney(x, y, &settings),
                wilcoxon_signed_rank(rows, Zeros::Pratt, &settings),
                cliffs_delta(x, y, 0.9),
                cohens_d(x, y, true, 0.9),
            ];
            let all = tests(&x, &y, &rows);
            prop_assert_eq!(&all, &tests(&back(&x), &back(&y), &rows_back));
            for test in all {
                prop_assert!(test.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)), "{:?}", test);
                let estimate = test.estimate.unwrap_or(0.0);
                prop_assert!(test.lower.is_none_or(|l| l <= estimate + 1e-12), "{:?}", test);
                prop_assert!(test.upper.is_none_or(|u| estimate <= u + 1e-12), "{:?}", test);
            }
        }
    }

    #[test]
    fn exact_and_normal_signed_rank_agree(signs in prop::collection::vec(any::<bool>(), 30..50)) {
        let rows: Vec<(f64, f64)> = (1..).zip(&signs)
            .map(|(i, s)| (if *s { f64::from(i) } else { -f64::from(i) }, 0.0)).collect();
        let p = |exact| {
            let settings = RankSettings { exact: Some(exact), continuity: true, ..RankSettings::default() };
            wilcoxon_signed_rank(&rows, Zeros::Drop, &settings).p_value.unwrap()
        };
        prop_assert!((p(true) - p(false)).abs() < 0.02);
    }

    #[test]
    fn adjusted_values_keep_the_order(p in prop::collection::vec(0.0_f64..=1.0, 1..20)) {
        for method in [Adjustment::Bonferroni, Adjustment::Holm, Adjustment::Hochberg,
            Adjustment::BenjaminiHochberg, Adjustment::BenjaminiYekutieli] {
            let q = adjust(&p, method);
            for i in 0..p.len() {
                prop_assert!(q[i] >= p[i] && q[i] <= 1.0);
                for j in 0..p.len() {
                    prop_assert!(p[i] > p[j] || q[i] <= q[j]);
                }
            }
        }
    }
}
