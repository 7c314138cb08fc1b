//! Vectors of independent implementations, and properties.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::stats::agreement::vectors::{Case, cases, intern};

fn pairs_of(case: &Case) -> Pairs {
    let rows = case
        .column("pairs", "x")
        .into_iter()
        .zip(case.column("pairs", "y"));
    Pairs::new(
        rows.filter_map(|(x, y)| Some((x.as_f64()?, y.as_f64()?)))
            .collect(),
    )
    .expect("pairs")
}

/// Checks a member that is either NULL, or a number, or an object with the given members.
fn check_all(case: &Case, name: &str, got: &[(&str, Option<f64>)]) {
    let Some(expected) = case.expected.get(name) else {
        return;
    };
    for &(member, value) in got {
        match expected {
            Value::Null => assert_eq!(value, None, "{} {name} {member}", case.name),
            Value::Object(members) => {
                if let Some(wanted) = members.get(member) {
                    case.check_value(&format!("{name}.{member}"), wanted, value);
                }
            }
            _ => case.check_value(name, expected, value),
        }
    }
}

#[test]
fn pair_vectors() {
    for case in cases("correlation", "pair") {
        let pairs = pairs_of(&case);
        let counts = pairs.counts();
        case.check("n", Some(pairs.n() as f64));
        let count = |value: u64| Some(value as f64);
        check_all(
            &case,
            "pairs",
            &[
                ("concordant", count(counts.concordant)),
                ("discordant", count(counts.discordant)),
                ("tied_x_only", count(counts.tied_x)),
                ("tied_y_only", count(counts.tied_y)),
                ("tied_both", count(counts.tied_both)),
            ],
        );
        let kendall = pairs.kendall(true);
        check_all(&case, "kendall_tau_a", &[("tau", kendall.tau_a)]);
        check_all(&case, "kendall_tau_c", &[("tau", kendall.tau_c)]);
        check_all(
            &case,
            "kendall_tau_b",
            &[
                ("tau", kendall.tau_b),
                ("p_value_asymptotic", kendall.p_value),
                ("p_value_exact", kendall.p_value_exact),
            ],
        );
        let pearson = pairs.pearson(0.95);
        check_all(
            &case,
            "pearson",
            &[
                ("r", pearson.map(|p| p.r)),
                ("p_value", pearson.and_then(|p| p.p_value)),
                ("lower", pearson.and_then(|p| p.lower)),
                ("upper", pearson.and_then(|p| p.upper)),
            ],
        );
        let spearman = pairs.spearman(0.95);
        check_all(
            &case,
            "spearman",
            &[
                ("rho", spearman.map(|s| s.rho)),
                ("p_value", spearman.and_then(|s| s.p_value)),
            ],
        );
        check_all(
            &case,
            "goodman_kruskal_gamma",
            &[("gamma", pairs.goodman_kruskal_gamma())],
        );
        if let Some(both) = case.expected.get("somers_d") {
            for (side, got) in [
                ("y_given_x", pairs.somers_d()),
                ("x_given_y", pairs.swapped().somers_d()),
            ] {
                case.check_value(side, &both[side]["d"], got.map(|d| d.d));
                case.check_value(side, &both[side]["p_value"], got.and_then(|d| d.p_value));
            }
        }
        let weighted = pairs.weighted_tau();
        check_all(
            &case,
            "weighted_tau",
            &[
                ("tau", weighted.map(|t| t.tau)),
                ("tau_ranked_by_x", weighted.map(|t| t.by_x)),
            ],
        );
    }
}

#[test]
fn rank_distance_vectors() {
    for case in cases("correlation", "rank_distance") {
        let ballots = case.column("rankings", "ballot");
        let (names, _) = intern(&case.column("rankings", "alternative"));
        let ranks = case.column("rankings", "rank");
        let side = |ballot: &Value| {
            let mut rows: Vec<(u32, f64)> = (0..names.len())
                .filter(|&at| &ballots[at] == ballot)
                .map(|at| (names[at], ranks[at].as_f64().expect("rank")))
                .collect();
            rows.sort_by_key(|row| row.0);
            rows.into_iter().map(|row| row.1).collect::<Vec<f64>>()
        };
        let distinct = intern(&ballots).1;
        let pairs = Pairs::from_columns(&side(&distinct[0]), &side(&distinct[1])).expect("pairs");
        let got = rank_distance(&pairs, 0.5).expect("distance");
        case.check("kendall_distance", Some(got.kendall));
        case.check("kendall_distance_normalized", got.kendall_normalized);
        case.check("spearman_footrule", Some(got.footrule));
        case.check("spearman_footrule_normalized", got.footrule_normalized);
        case.check("spearman_distance", Some(got.spearman));
    }
}

#[test]
fn rbo_vectors() {
    for case in cases("correlation", "rbo") {
        let ballots = case.column("rankings", "ballot");
        let (names, _) = intern(&case.column("rankings", "alternative"));
        let ranks = case.column("rankings", "rank");
        let side = |ballot: &Value| {
            let mut rows: Vec<(u64, u32)> = (0..names.len())
                .filter(|&at| &ballots[at] == ballot)
                .map(|at| (ranks[at].as_u64().expect("rank"), names[at]))
                .collect();
            rows.sort_unstable();
            rows.into_iter().map(|row| row.1).collect::<Vec<u32>>()
        };
        let distinct = intern(&ballots).1;
        let (a, b) = (side(&distinct[0]), side(&distinct[1]));
        let p = case.options["p"].as_f64().expect("p");
        let got = rbo(&a, &b, p).expect("rbo");
        assert_eq!(got, rbo(&b, &a, p).expect("rbo"), "symmetric");
        case.check("rbo_ext", got);
    }
}

#[test]
fn rank_methods() {
    let of = |method| ranks(&[5.0, -0.0, 0.0, 9.0], method).expect("ranks");
    assert_eq!(of(RankMethod::Average), [3.0, 1.5, 1.5, 4.0]);
    assert_eq!(of(RankMethod::Min), [3.0, 1.0, 1.0, 4.0]);
    assert_eq!(of(RankMethod::Max), [3.0, 2.0, 2.0, 4.0]);
    assert_eq!(of(RankMethod::Dense), [2.0, 1.0, 1.0, 3.0]);
    assert_eq!(
        ranks(&[1.0, f64::NAN], RankMethod::Min),
        Err(CorrelationError::NotANumber { row: 1 })
    );
}

/// Counts by visiting every pair of rows.
fn counts_by_pairs(rows: &[(f64, f64)]) -> PairCounts {
    let mut counts = PairCounts::default();
    for (at, a) in rows.iter().enumerate() {
        for b in &rows[..at] {
            let (x, y) = (a.0.total_cmp(&b.0), a.1.total_cmp(&b.1));
            *match (x.is_eq(), y.is_eq()) {
                (true, true) => &mut counts.tied_both,
                (true, false) => &mut counts.tied_x,
                (false, true) => &mut counts.tied_y,
                _ if x == y => &mut counts.concordant,
                _ => &mut counts.discordant,
            } += 1;
        }
    }
    counts
}

fn rows() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let value = || prop_oneof![(-4_i32..5).prop_map(f64::from), -3.0_f64..3.0];
    prop::collection::vec((value(), value()), 0..70)
}

proptest! {
    #[test]
    fn counts_are_their_definition(rows in rows()) {
        let rows: Vec<(f64, f64)> = rows.iter().map(|r| (r.0 + 0.0, r.1 + 0.0)).collect();
        let pairs = Pairs::new(rows.clone()).expect("pairs");
        prop_assert_eq!(pairs.counts(), counts_by_pairs(&rows));
        let (x, y) = pairs.dense();
        let by_row: Vec<i64> = pairs.rows().iter().map(|a| {
            pairs.rows().iter().map(|b| {
                let sign = |p: f64, q: f64| i64::from(p > q) - i64::from(p < q);
                sign(a.0, b.0) * sign(a.1, b.1)
            }).sum()
        }).collect();
        prop_assert_eq!(pairs.scores(x, y), by_row);
    }

    #[test]
    fn nothing_depends_on_row_order((rows, other) in rows().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle()))) {
        let (a, b) = (Pairs::new(rows).expect("pairs"), Pairs::new(other).expect("pairs"));
        prop_assert_eq!(a.rows(), b.rows());
        prop_assert_eq!(a.kendall(true), b.kendall(true));
    }

    #[test]
    fn symmetric_and_antisymmetric_under_reversal(rows in rows()) {
        let pairs = Pairs::new(rows.clone()).expect("pairs");
        let reversed = Pairs::new(rows.iter().map(|&(x, y)| (x, -y)).collect()).expect("pairs");
        let swapped = pairs.swapped();
        let (k, r, s) = (pairs.kendall(true), reversed.kendall(true), swapped.kendall(true));
        prop_assert_eq!((k.tau_a, k.tau_b, k.tau_c), (s.tau_a, s.tau_b, s.tau_c));
        let negative = |v: Option<f64>| v.map(|v| 0.0 - v);
        prop_assert_eq!((k.tau_a, k.tau_b, k.tau_c), (negative(r.tau_a), negative(r.tau_b), negative(r.tau_c)));
        prop_assert_eq!(k.p_value, r.p_value);
        prop_assert_eq!(k.p_value_exact, r.p_value_exact);
        let rho = |p: &Pairs| p.spearman(0.95).map(|s| s.rho);
        prop_assert_eq!(rho(&pairs), rho(&swapped));
        prop_assert_eq!(rho(&pairs), negative(rho(&reversed)));
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-12,
            (a, b) => a == b,
        };
        let r = |p: &Pairs| p.pearson(0.95).map(|s| s.r);
        prop_assert!(close(r(&pairs), r(&swapped)) && close(r(&pairs), negative(r(&reversed))));
        let weighted = |p: &Pairs| p.weighted_tau().map(|t| t.tau);
        prop_assert!(close(weighted(&pairs), weighted(&swapped)));
        for value in [k.tau_a, k.tau_b, r(&pairs), rho(&pairs), weighted(&pairs)].into_iter().flatten() {
            prop_assert!((-1.0..=1.0).contains(&value));
        }
        if let Some(p) = pairs.pearson(0.9) {
            prop_assert!(p.lower.is_none_or(|l| l <= p.r) && p.upper.is_none_or(|u| p.r <= u));
        }
    }

    #[test]
    fn rank_measures_do_not_see_a_monotone_change(rows in rows()) {
        let pairs = Pairs::new(rows.clone()).expect("pairs");
        let moved = Pairs::new(rows.iter().map(|&(x, y)| (x * 4.0 + 8.0, y * 0.5)).collect()).expect("pairs");
        prop_assert_eq!(pairs.kendall(true), moved.kendall(true));
        prop_assert_eq!(pairs.spearman(0.95), moved.spearman(0.95));
        prop_assert_eq!(pairs.somers_d(), moved.somers_d());
    }
}

#[test]
fn pearson_weighted_vectors() {
    for case in cases("correlation", "pearson_weighted") {
        let column = |name: &str| case.column("pairs", name).into_iter().map(|v| v.as_f64());
        let rows = column("x").zip(column("y")).zip(column("weight"));
        let mut rows: Vec<(f64, f64, f64)> =
            rows.filter_map(|((x, y), w)| Some((x?, y?, w?))).collect();
        let got = pearson_weighted(&rows).expect("numbers");
        case.check("r", got);
        rows.reverse();
        assert_eq!(pearson_weighted(&rows), Ok(got));
    }
    assert_eq!(
        pearson_weighted(&[(1.0, 2.0, 1.0), (1.0, 3.0, 1.0), (2.0, 3.0, 0.0)]),
        Ok(None)
    );
    assert!(pearson_weighted(&[(1.0, 2.0, -1.0)]).is_err());
}

#[test]
fn partial_correlation_vectors() {
    for case in cases("correlation", "partial_correlation") {
        let names = case.options["covariates"].as_array().expect("covariates");
        let names = ["x", "y"]
            .into_iter()
            .chain(names.iter().filter_map(Value::as_str));
        let numbers = |name| {
            case.column("table", name)
                .iter()
                .map(|v| v.as_f64().expect("number"))
                .collect()
        };
        let mut columns: Vec<Vec<f64>> = names.map(numbers).collect();
        case.check("n", Some(columns[0].len() as f64));
        for (key, method) in [
            ("pearson", PartialMethod::Pearson),
            ("spearman", PartialMethod::Spearman),
        ] {
            let got = partial_correlation(&columns, method)
                .expect("numbers")
                .expect("defined");
            case.check_value(key, &case.expected[key]["r"], Some(got.r));
            case.check_value(key, &case.expected[key]["p_value"], got.p_value);
            columns.iter_mut().for_each(|column| column.reverse());
            assert_eq!(partial_correlation(&columns, method), Ok(Some(got)));
        }
        let mut doubled = columns.clone();
        doubled.push(columns[2].iter().map(|v| 2.0 * v + 1.0).collect());
        assert_eq!(
            partial_correlation(&doubled, PartialMethod::Pearson),
            Ok(None),
            "collinear"
        );
    }
}

/// Income and job satisfaction (Agresti 2002, table 2.8): gamma = .221 with error .117;
/// the other errors by the delta method on the cell shares, numerically.
#[test]
fn agresti_2002_job_satisfaction() {
    let table = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]];
    let mut rows = Vec::new();
    for (x, line) in table.iter().enumerate() {
        for (y, count) in line.iter().enumerate() {
            rows.extend(std::iter::repeat_n((x as f64, y as f64), *count));
        }
    }
    let pairs = Pairs::new(rows).expect("pairs");
    for (which, estimate, stderr) in [
        (
            Coefficient::TauB,
            0.152_352_151_346_596_88,
            0.081_836_065_714_370_69,
        ),
        (
            Coefficient::TauC,
            0.139_467_592_592_592_56,
            0.075_328_148_217_220_14,
        ),
        (
            Coefficient::Gamma,
            0.221_100_917_431_192_6,
            0.117_162_829_396_304_79,
        ),
        (
            Coefficient::SomersD,
            0.141_723_022_640_399_85,
            0.076_395_112_936_056_89,
        ),
    ] {
        let got = pairs.association(which, 0.95).expect("defined");
        assert!((got.estimate - estimate).abs() < 1e-12, "{which:?} {got:?}");
        assert!(
            (got.stderr.expect("error") - stderr).abs() < 1e-8,
            "{which:?} {got:?}"
        );
        let half = 1.959_963_984_540_054 * stderr;
        assert!((got.lower.expect("lower") - estimate + half).abs() < 1e-7);
    }
}

#[test]
fn association_agrees_with_the_plain_coefficients() {
    for case in cases("correlation", "pair") {
        let pairs = pairs_of(&case);
        let of = |which| pairs.association(which, 0.95).map(|a| a.estimate);
        let kendall = pairs.kendall(false);
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => assert!((a - b).abs() < 1e-14, "{} {a} {b}", case.name),
            (a, b) => assert_eq!(a, b, "{}", case.name),
        };
        close(of(Coefficient::TauA), kendall.tau_a);
        close(of(Coefficient::TauB), kendall.tau_b);
        close(of(Coefficient::TauC), kendall.tau_c);
        close(of(Coefficient::Gamma), pairs.goodman_kruskal_gamma());
        close(of(Coefficient::SomersD), pairs.somers_d().map(|d| d.d));
        if let (Some(got), Some(wanted)) = (
            pairs
                .association(Coefficient::SomersD, 0.95)
                .and_then(|a| a.p_value),
            pairs.somers_d().and_then(|d| d.p_value),
        ) {
            assert!((got - wanted).abs() < 1e-12, "{}", case.name);
        }
    }
}

#[test]
fn meta_evaluation_vectors() {
    for case in cases("meta_evaluation", "metric_meta_evaluation") {
        let numbers = |name: &str| -> Vec<Option<f64>> {
            case.column("scores", name)
                .iter()
                .map(Value::as_f64)
                .collect()
        };
        let (human, metric) = (numbers("human"), numbers("metric"));
        let kept: Vec<usize> = (0..human.len())
            .filter(|i| human[*i].is_some() && metric[*i].is_some())
            .collect();
        let pick = |column: &[Option<f64>]| kept.iter().filter_map(|i| column[*i]).collect();
        let (x, y): (Vec<f64>, Vec<f64>) = (pick(&human), pick(&metric));
        let ids = |name: &str| -> Vec<u32> {
            let ids = intern(&case.column("scores", name)).0;
            kept.iter().map(|i| ids[*i]).collect()
        };
        for (name, measure) in [
            ("pearson", Measure::Pearson),
            ("spearman", Measure::Spearman),
            ("kendall_b", Measure::Kendall),
        ] {
            let system = of_means(&ids("system"), &x, &y, measure).expect("numbers");
            case.check_value(name, &case.expected["system_level"][name], system.estimate);
            for (level, column) in [("by_item", "item"), ("by_system", "system")] {
                let expected = &case.expected["segment_level"][level];
                let within =
                    |rule| mean_within(&ids(column), &x, &y, measure, rule).expect("numbers");
                let skip = within(UndefinedGroup::Skip);
                case.check_value(name, &expected[name], skip.estimate);
                case.check_value("groups", &expected["groups"], Some(skip.groups as f64));
                case.check_value(
                    "undefined",
                    &expected["undefined"],
                    Some(skip.undefined as f64),
                );
                let zero = within(UndefinedGroup::Zero).estimate;
                case.check_value(name, &expected[format!("{name}_undefined_as_zero")], zero);
                assert_eq!(
                    within(UndefinedGroup::Null).estimate.is_none(),
                    skip.undefined > 0
                );
            }
        }
    }
}

#[test]
fn point_biserial_is_pearson_with_tates_error() {
    let rows = [
        (true, 3.0),
        (true, 5.0),
        (false, 1.0),
        (false, 2.0),
        (false, 4.0),
    ];
    let got = point_biserial(&rows, 0.95)
        .expect("numbers")
        .expect("defined");
    let plain = Pairs::new(
        rows.iter()
            .map(|(b, v)| (f64::from(u8::from(*b)), *v))
            .collect(),
    );
    assert_eq!(
        got.r,
        plain.expect("pairs").pearson(0.95).expect("defined").r
    );
    // r² = 1/3, p q = .24: variance (2/3)² (1 - 1/2 + (1/3)/.96) / 5
    let variance: f64 = (2.0_f64 / 3.0) * (2.0 / 3.0) * (0.5 + (1.0 / 3.0) / 0.96) / 5.0;
    let half = 1.959_963_984_540_054 * variance.sqrt();
    assert!((got.lower.expect("lower") - (got.r - half)).abs() < 1e-12);
    assert_eq!(got.upper, Some((got.r + half).min(1.0)));
    assert_eq!(point_biserial(&[(true, 1.0), (true, 2.0)], 0.95), Ok(None));
}

#[test]
fn weighted_tau_test_is_reproducible() {
    let rows: Vec<(f64, f64)> = (0..30)
        .map(|i| (f64::from(i), f64::from(i * 7 % 11)))
        .collect();
    let of = |rows: Vec<(f64, f64)>| {
        weighted_tau_test(&Pairs::new(rows).expect("pairs"), 99, 5, 0.9).expect("numbers")
    };
    let got = of(rows.clone()).expect("defined");
    assert_eq!(Some(got), of(rows.into_iter().rev().collect()));
    assert!(got.p_value >= 0.01 && got.lower.expect("lower") <= got.upper.expect("upper"));
    let perfect = of((0..20).map(|i| (f64::from(i), f64::from(i))).collect()).expect("defined");
    assert_eq!((perfect.tau, perfect.p_value), (1.0, 0.01));
}
