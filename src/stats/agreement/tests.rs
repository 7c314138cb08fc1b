//! Vectors of independent implementations.

use serde_json::Value;

use super::vectors::{Case, cases, intern, key};
use super::*;
use crate::stats::exact::ExactSum;

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
        let mut table = Confusion::<Label, ExactSum>::new();
        for (at, (x, y)) in pairs {
            let mut weight = ExactSum::new();
            weight.add(weights[at].as_f64().expect("weight"));
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
        case.check("lower", got.lower);
        case.check("upper", got.upper);
        case.check("n_persons", Some(got.n_rows as f64));
        case.check("n_items", Some(got.n_columns as f64));
    }
}
