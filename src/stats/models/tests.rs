//! Vectors of independent implementations, and properties.

use serde_json::Value;

use super::*;
use crate::stats::agreement::vectors::{Case, cases, intern};

fn names(case: &Case) -> Vec<String> {
    let table = case.input["table"].as_object().expect("table");
    let mut names: Vec<String> = table
        .keys()
        .filter(|k| k.starts_with('x'))
        .cloned()
        .collect();
    names.sort();
    names
}

fn column(case: &Case, name: &str) -> Vec<f64> {
    let values = case.column("table", name);
    values.iter().map(|v| v.as_f64().expect("number")).collect()
}

/// The design of the predictors, rows in a given order.
fn design(case: &Case, intercept: bool, backwards: bool) -> Result<Design, Unfit> {
    let columns: Vec<Vec<f64>> = names(case).iter().map(|name| column(case, name)).collect();
    let n = columns[0].len();
    let order: Vec<usize> = if backwards {
        (0..n).rev().collect()
    } else {
        (0..n).collect()
    };
    let cells: Vec<f64> = order
        .iter()
        .flat_map(|row| columns.iter().map(|c| c[*row]).collect::<Vec<f64>>())
        .collect();
    Design::new(&cells, columns.len(), n, intercept)
}

fn check(case: &Case, key: &str, got: impl Iterator<Item = Option<f64>>) {
    let wanted = case.expected["coefficients"][key]
        .as_array()
        .expect("column");
    let got: Vec<Option<f64>> = got.collect();
    assert_eq!(wanted.len(), got.len());
    for (wanted, got) in wanted.iter().zip(got) {
        case.check_value(key, wanted, got);
    }
}

#[test]
fn ols_vectors() {
    for case in cases("tests", "ols") {
        let y = column(&case, "y");
        let fitted = |errors, clusters| {
            design(&case, true, false).and_then(|d| ols(&d, &y, errors, clusters))
        };
        if case.expected["identifiable"] == Value::Bool(false) {
            assert_eq!(fitted(OlsErrors::Classical, None), Err(Unfit::Collinear(1)));
            continue;
        }
        let (ids, groups) = intern(&case.column("table", "cluster"));
        let plain = fitted(OlsErrors::Classical, None).expect("fit");
        check(
            &case,
            "coef",
            plain.coefficients.iter().map(|c| Some(c.estimate)),
        );
        let t = |c: &Coefficient| Some(c.estimate / c.stderr?);
        check(&case, "t", plain.coefficients.iter().map(t));
        check(
            &case,
            "p_value",
            plain.coefficients.iter().map(|c| {
                crate::stats::testing::t_p(
                    t(c)?,
                    plain.df,
                    crate::stats::testing::Alternative::TwoSided,
                )
            }),
        );
        for (key, errors) in [
            ("stderr", OlsErrors::Classical),
            ("stderr_hc0", OlsErrors::Hc0),
            ("stderr_hc1", OlsErrors::Hc1),
            ("stderr_hc2", OlsErrors::Hc2),
            ("stderr_hc3", OlsErrors::Hc3),
            ("stderr_cluster", OlsErrors::Cluster),
        ] {
            let clusters = (errors == OlsErrors::Cluster).then_some((&ids[..], groups.len()));
            let fit = fitted(errors, clusters).expect("fit");
            check(&case, key, fit.coefficients.iter().map(|c| c.stderr));
        }
        case.check("r_squared", plain.r_squared);
        case.check("adj_r_squared", plain.adjusted_r_squared);
        case.check("sigma", Some(plain.sigma));
        case.check("f", plain.f);
        case.check("f_p_value", plain.f_p_value);
        case.check("df_resid", Some(plain.df_residual));
        let mut backwards = y.clone();
        backwards.reverse();
        let reversed = ols(
            &design(&case, true, true).unwrap(),
            &backwards,
            OlsErrors::Hc3,
            None,
        );
        check(
            &case,
            "coef",
            reversed
                .unwrap()
                .coefficients
                .iter()
                .map(|c| Some(c.estimate)),
        );
    }
}

#[test]
fn logistic_vectors() {
    for case in cases("tests", "logistic_regression") {
        let y: Vec<bool> = column(&case, "y").iter().map(|v| *v == 1.0).collect();
        let weights = case.input["table"]
            .get("weight")
            .map(|_| column(&case, "weight"));
        let settings = LogisticSettings {
            weights: weights.as_deref(),
            ..LogisticSettings::default()
        };
        let fitted = design(&case, true, false).and_then(|d| logistic(&d, &y, &settings));
        if case.expected["exists"] == Value::Bool(false) {
            assert_eq!(fitted, Err(Unfit::Separated));
            continue;
        }
        let fit = fitted.expect("fit");
        check(
            &case,
            "coef",
            fit.coefficients.iter().map(|c| Some(c.estimate)),
        );
        check(&case, "stderr", fit.coefficients.iter().map(|c| c.stderr));
        case.check("log_likelihood", Some(fit.log_likelihood));
        case.check("log_likelihood_null", Some(fit.log_likelihood_null));
        if case.expected["coefficients"]
            .get("stderr_sandwich_hc0")
            .is_some()
        {
            let settings = LogisticSettings {
                sandwich: true,
                ..settings
            };
            let fit = logistic(&design(&case, true, false).unwrap(), &y, &settings).unwrap();
            check(
                &case,
                "stderr_sandwich_hc0",
                fit.coefficients.iter().map(|c| c.stderr),
            );
        }
    }
}

#[test]
fn ordinal_vectors() {
    for case in cases("tests", "ordinal_logit") {
        let (levels, distinct) = intern(&case.column("table", "y"));
        let d = design(&case, true, false).expect("design");
        let fit = ordinal_logit(&d, &levels, distinct.len()).expect("fit");
        check(
            &case,
            "coef",
            fit.coefficients.iter().map(|c| Some(c.estimate)),
        );
        check(&case, "stderr", fit.coefficients.iter().map(|c| c.stderr));
        case.check("log_likelihood", Some(fit.log_likelihood));
        let cuts = &case.expected["cutpoints"];
        for (at, cut) in fit.cuts.iter().enumerate() {
            case.check_value("cut", &cuts["value"][at], Some(cut.estimate));
            case.check_value("cut stderr", &cuts["stderr"][at], cut.stderr);
        }
    }
}

const CELLS: [f64; 16] = [
    1.0, 0.5, 2.0, -1.0, 0.0, 1.5, -1.0, 0.3, 0.5, -0.7, 1.5, 2.0, -2.0, -1.0, -0.5, 0.2,
];
const YES: [bool; 8] = [true, true, false, false, true, false, false, true];

fn map(l1: f64, l2: f64) -> Logistic {
    let design = Design::new(&CELLS, 2, 8, true).expect("design");
    let settings = LogisticSettings {
        l1,
        l2,
        ..LogisticSettings::default()
    };
    logistic(&design, &YES, &settings).expect("fit")
}

/// scipy 1.17.1 `minimize` of the penalised likelihood, information by numpy.
#[test]
fn map_estimates() {
    let near = |got: &[Coefficient], want: &[f64], slack: f64| {
        for (got, want) in got.iter().zip(want) {
            assert!(
                (got.estimate - want).abs() < slack,
                "{got:?}, expected {want}"
            );
        }
    };
    let ridge = map(0.0, 1.0);
    near(
        &ridge.coefficients,
        &[0.137_298_529_2, 0.767_879_684_8, -0.838_869_253_7],
        1e-6,
    );
    for (got, want) in ridge
        .coefficients
        .iter()
        .zip([0.822_176_3, 0.585_315_4, 0.650_568_6])
    {
        assert!((got.stderr.unwrap() - want).abs() < 1e-5);
    }
    near(
        &map(0.5, 0.0).coefficients,
        &[0.331_257_3, 1.144_399_8, -1.329_594_2],
        1e-5,
    );
}

/// At the maximum the slope of the likelihood is the prior's, or within ± l1 where b = 0.
#[test]
fn lasso_meets_its_conditions() {
    for l1 in [0.1, 1.0, 2.5, 3.5, 50.0] {
        let fit = map(l1, 0.0);
        let b: Vec<f64> = fit.coefficients.iter().map(|c| c.estimate).collect();
        let mut slope = [0.0; 3];
        for (row, yes) in CELLS.chunks(2).zip(YES) {
            let p = crate::stats::num::logistic(b[0] + b[1] * row[0] + b[2] * row[1]);
            let gap = if yes { 1.0 - p } else { -p };
            slope[0] += gap;
            slope[1] += gap * row[0];
            slope[2] += gap * row[1];
        }
        assert!(slope[0].abs() < 1e-9);
        for t in [1, 2] {
            if b[t] == 0.0 {
                assert!(slope[t].abs() <= l1 + 1e-9);
                assert_eq!(fit.coefficients[t].stderr, None);
            } else {
                assert!(
                    (slope[t] - l1 * b[t].signum()).abs() < 1e-9,
                    "{l1} {b:?} {slope:?}"
                );
            }
        }
    }
    assert!(
        map(50.0, 0.0).coefficients[1..]
            .iter()
            .all(|c| c.estimate == 0.0)
    );
}

#[test]
fn what_cannot_be_fitted_says_why() {
    assert_eq!(
        Design::new(&[1.0, 2.0, 1.0, 3.0], 2, 2, true).unwrap_err(),
        Unfit::Collinear(0)
    );
    let line = |n: usize| (0..n).map(|v| v as f64).collect::<Vec<f64>>();
    let design = Design::new(&line(6), 1, 6, true).expect("design");
    let separated = [false, false, false, true, true, true];
    let plain = LogisticSettings::default();
    assert_eq!(logistic(&design, &separated, &plain), Err(Unfit::Separated));
    assert_eq!(logistic(&design, &[true; 6], &plain), Err(Unfit::Constant));
    // Quasi-separation: one value on both sides.
    let touching = [false, false, false, true, true, true];
    let shared = Design::new(&[0.0, 1.0, 2.0, 2.0, 3.0, 4.0], 1, 6, true).expect("design");
    assert_eq!(logistic(&shared, &touching, &plain), Err(Unfit::Separated));
    // A prior makes it finite.
    let prior = LogisticSettings {
        l2: 1.0,
        ..LogisticSettings::default()
    };
    assert!(logistic(&design, &separated, &prior).is_ok());
    assert_eq!(
        ordinal_logit(&design, &[0, 0, 1, 1, 2, 2], 3),
        Err(Unfit::Separated)
    );
    assert_eq!(ordinal_logit(&design, &[0; 6], 1), Err(Unfit::Constant));
    let two = Design::new(&line(2), 1, 2, true).expect("design");
    assert_eq!(
        ols(&two, &[1.0, 2.0], OlsErrors::Hc0, None),
        Err(Unfit::TooFewRows)
    );
}

/// A huge offset and unit change nothing but the unit.
#[test]
fn shifted_and_scaled_predictors() {
    let y: Vec<f64> = CELLS
        .chunks(2)
        .map(|r| 2.0 * r[0] - r[1] + (r[0] * r[1]).abs())
        .collect();
    let fit = |shift: f64, unit: f64| {
        let cells: Vec<f64> = CELLS.iter().map(|c| shift + unit * c).collect();
        ols(
            &Design::new(&cells, 2, 8, true).unwrap(),
            &y,
            OlsErrors::Hc3,
            None,
        )
        .unwrap()
    };
    let (a, b) = (fit(0.0, 1.0), fit(1e6, 1024.0));
    for t in [1, 2] {
        let (a, b) = (a.coefficients[t], b.coefficients[t]);
        assert!((a.estimate - b.estimate * 1024.0).abs() < 1e-9);
        assert!((a.stderr.unwrap() - b.stderr.unwrap() * 1024.0).abs() < 1e-9);
    }
}
