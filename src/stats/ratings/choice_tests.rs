//! Vectors and properties of Plackett–Luce and of covariates.

use super::vectors::{Case, cases, numbers, texts};
use super::*;
use serde_json::Value;
use std::collections::BTreeMap;

fn rankings(c: &Case) -> RankingCounts {
    let t = &c.input["rankings"];
    let mut ballots: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
    let (names, ranks) = (texts(&t["alternative"]), numbers(&t["rank"]));
    for ((b, a), r) in texts(&t["ballot"]).into_iter().zip(names).zip(ranks) {
        ballots.entry(b).or_default().push((a, r));
    }
    let mut counts = RankingCounts::new();
    let extra = &c.input["alternatives"]["alternative"];
    if !extra.is_null() {
        for a in texts(extra) {
            counts.offer(&a);
        }
    }
    for ballot in ballots.values() {
        let rows: Vec<(&str, f64)> = ballot.iter().map(|(a, r)| (a.as_str(), *r)).collect();
        counts.add(&rows, 1.0).unwrap();
    }
    counts
}

#[test]
fn plackett_luce_vectors() {
    cases("ratings", "plackett_luce", |c| {
        let unranked = if c.options["unranked"] == "below" {
            Unranked::Below
        } else {
            Unranked::Absent
        };
        let fit = plackett_luce(&rankings(c), unranked, &BradleyTerryOptions::default()).unwrap();
        if c.expected["exists"] == Value::Bool(false) {
            let want = texts(&c.expected["unbounded_below"]);
            for a in &fit.alternatives {
                assert_eq!(a.status == Status::Winless, want.contains(&a.alternative));
                assert_eq!(a.theta.is_some(), a.status == Status::Ok);
            }
            return;
        }
        assert!(fit.converged);
        let of = |id: &str| {
            fit.alternatives
                .iter()
                .find(|r| r.alternative == id)
                .unwrap()
        };
        c.column("alternative", "theta", |s| of(s).theta);
        c.column("alternative", "stderr", |s| of(s).theta_stderr);
        if !c.expected["log_likelihood"].is_null() {
            c.close(
                "log_likelihood",
                fit.log_likelihood.unwrap(),
                &c.expected["log_likelihood"],
            );
        }
    });
}

/// On ballots of two alternatives Plackett–Luce is Bradley–Terry.
#[test]
fn ballots_of_two_are_comparisons() {
    let (mut ballots, mut pairs) = (RankingCounts::new(), PairCounts::new());
    let mut parts = [RankingCounts::new(), RankingCounts::new()];
    for (k, (a, b, w)) in [
        ("x", "y", 2.0),
        ("y", "z", 1.0),
        ("z", "x", 0.3),
        ("y", "x", 1.0),
    ]
    .into_iter()
    .enumerate()
    {
        ballots.add(&[(b, 2.0), (a, 1.0)], w).unwrap();
        parts[k % 2].add(&[(a, 1.0), (b, 2.0)], w).unwrap();
        pairs.add(a, b, Some(Outcome::A), w).unwrap();
    }
    let [mut merged, other] = parts;
    merged.merge(&other);
    assert_eq!(merged, ballots);
    let o = BradleyTerryOptions {
        errors: Errors::Hessian,
        ..BradleyTerryOptions::default()
    };
    let p = plackett_luce(&ballots, Unranked::Absent, &o).unwrap();
    let b = bradley_terry(&pairs, &o).unwrap();
    for (x, y) in p.alternatives.iter().zip(&b.systems) {
        assert!((x.theta.unwrap() - y.theta.unwrap()).abs() < 1e-10);
        assert!((x.stderr.unwrap() - y.stderr.unwrap()).abs() < 1e-6);
        assert!(x.lower <= x.rating && x.rating <= x.upper);
    }
    assert!(ballots.add(&[("x", 1.0), ("y", 1.0)], 1.0).is_err());
}

fn covariate_rows(c: &Case) -> (Vec<CovariateRow>, Vec<String>) {
    let names = texts(&c.options["covariates"]);
    let columns: Vec<Vec<f64>> = names
        .iter()
        .map(|n| numbers(&c.input["comparisons"][n]))
        .collect();
    let rows = c
        .comparisons()
        .into_iter()
        .enumerate()
        .map(|(k, (a, b, outcome, weight))| CovariateRow {
            a,
            b,
            outcome,
            weight,
            x: columns.iter().map(|v| v[k]).collect(),
        });
    (rows.collect(), names)
}

#[test]
fn covariate_vectors() {
    cases("ratings", "bradley_terry_covariates", |c| {
        let (mut rows, names) = covariate_rows(c);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let o = BradleyTerryOptions {
            ties: if c.options["ties"] == "skip" {
                Ties::Skip
            } else {
                Ties::Half
            },
            ..BradleyTerryOptions::default()
        };
        let fit = bradley_terry_covariates(&rows, &names, &o).unwrap();
        assert!(fit.converged);
        let of = |id: &str| fit.systems.iter().find(|r| r.name == id).unwrap();
        c.column("system", "theta", |s| of(s).value);
        c.column("system", "stderr", |s| of(s).stderr);
        c.column("system", "stderr_sandwich", |s| of(s).stderr_sandwich);
        let t = &c.expected["coefficients"];
        for (k, e) in fit.coefficients.iter().enumerate() {
            assert_eq!(t["name"][k], e.name.as_str());
            c.close("coef", e.value.unwrap(), &t["coef"][k]);
            c.close("stderr", e.stderr.unwrap(), &t["stderr"][k]);
            if !t["stderr_sandwich"].is_null() {
                c.close(
                    "sandwich",
                    e.stderr_sandwich.unwrap(),
                    &t["stderr_sandwich"][k],
                );
            }
            assert!(e.lower <= e.value && e.value <= e.upper);
        }
        c.close(
            "log_likelihood",
            fit.log_likelihood.unwrap(),
            &c.expected["log_likelihood"],
        );
        crate::stats::rng::Stream::new(1, 0, 0).shuffle(&mut rows);
        assert_eq!(fit, bradley_terry_covariates(&rows, &names, &o).unwrap());
    });
}

#[test]
fn collinear_covariates_give_no_numbers() {
    let row = |a: &str, b: &str, x: f64| CovariateRow {
        a: a.into(),
        b: b.into(),
        outcome: Some(Outcome::A),
        weight: 1.0,
        x: vec![x, 2.0 * x],
    };
    let rows = [
        row("p", "q", 1.0),
        row("q", "p", 0.5),
        row("p", "q", -1.0),
        row("q", "p", -1.0),
    ];
    let fit =
        bradley_terry_covariates(&rows, &["u", "v"], &BradleyTerryOptions::default()).unwrap();
    assert!(!fit.converged);
    assert!(fit.coefficients.iter().all(|e| e.value.is_none()));
    assert!(bradley_terry_covariates(&rows, &["u"], &BradleyTerryOptions::default()).is_err());
}
