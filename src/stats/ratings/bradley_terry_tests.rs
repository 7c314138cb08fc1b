//! Vectors and properties of the Bradley–Terry family.

use super::vectors::{Case, cases, texts};
use super::*;
use proptest::prelude::*;
use serde_json::Value;

fn options(c: &Case) -> BradleyTerryOptions {
    let number = |k: &str, d: f64| c.options[k].as_f64().unwrap_or(d);
    let base = BradleyTerryOptions::default();
    BradleyTerryOptions {
        ties: match c.options["ties"].as_str() {
            None | Some("half") => Ties::Half,
            Some("skip") => Ties::Skip,
            Some("davidson") => Ties::Davidson,
            Some("rao_kupper") => Ties::RaoKupper,
            Some(other) => panic!("ties {other}"),
        },
        l2: number("l2", 0.0),
        scale: number("scale", 400.0),
        init: number("init", 1000.0),
        level: number("confidence", 0.95),
        ..base
    }
}

fn of<'a>(fit: &'a BradleyTerryFit, id: &str) -> &'a SystemRating {
    fit.systems.iter().find(|s| s.system == id).expect("system")
}

fn run(c: &Case) {
    let counts = c.counts();
    let sandwich = bradley_terry(&counts, &options(c)).expect("fit");
    if c.expected["identifiable"] == Value::Bool(false) {
        let want: Vec<Vec<String>> = c.expected["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(texts)
            .collect();
        assert_eq!(sandwich.components, want, "{}", c.name);
        assert!(
            sandwich
                .systems
                .iter()
                .any(|s| s.status == Status::Disconnected)
        );
        return;
    }
    if c.expected["exists"] == Value::Bool(false) {
        for (key, status) in [
            ("unbounded_above", Status::Undefeated),
            ("unbounded_below", Status::Winless),
        ] {
            let want = texts(&c.expected[key]);
            for s in &sandwich.systems {
                assert_eq!(s.status == status, want.contains(&s.system), "{}", c.name);
                assert_eq!(s.rating.is_some(), s.status == Status::Ok);
            }
        }
        return;
    }
    assert!(sandwich.converged, "{}", c.name);
    let hessian = bradley_terry(
        &counts,
        &BradleyTerryOptions {
            errors: Errors::Hessian,
            ..options(c)
        },
    )
    .expect("fit");
    c.column("system", "theta", |s| of(&sandwich, s).theta);
    c.column("system", "elo", |s| of(&sandwich, s).rating);
    c.column("system", "rating", |s| of(&sandwich, s).rating);
    c.column("system", "lower", |s| of(&sandwich, s).lower);
    c.column("system", "upper", |s| of(&sandwich, s).upper);
    c.column("system", "n", |s| Some(of(&sandwich, s).n as f64));
    c.column("system", "stderr_sandwich", |s| {
        of(&sandwich, s).theta_stderr
    });
    if c.options["stderr"] == "sandwich" {
        c.column("system", "stderr", |s| of(&sandwich, s).stderr);
    } else {
        c.column("system", "stderr", |s| of(&hessian, s).theta_stderr);
    }
    let optional = |what: &str, got: Option<f64>| {
        if !c.expected[what].is_null() {
            c.close(what, got.expect("defined"), &c.expected[what]);
        }
    };
    optional("log_likelihood", sandwich.log_likelihood);
    optional("nu", sandwich.tie_parameter);
    optional("eta", sandwich.tie_parameter);
    optional("log_nu_stderr", hessian.log_tie_parameter_stderr);
}

#[test]
fn bradley_terry_vectors() {
    cases("ratings", "bradley_terry", run);
}

#[test]
fn davidson_vectors() {
    cases("ratings", "bradley_terry_davidson", run);
}

#[test]
fn rao_kupper_vectors() {
    cases("ratings", "bradley_terry_rao_kupper", run);
}

type Row = (usize, usize, u8, f64);

fn build(rows: &[Row], flip: bool) -> PairCounts {
    let mut counts = PairCounts::new();
    for &(a, b, o, w) in rows {
        let outcome = match (o, flip) {
            (0, false) | (1, true) => Outcome::A,
            (1, false) | (0, true) => Outcome::B,
            (2, _) => Outcome::Tie,
            _ => Outcome::BothBad,
        };
        counts
            .add(&format!("s{a}"), &format!("s{b}"), Some(outcome), w)
            .unwrap();
    }
    counts
}

/// Rows over six systems that surely have a finite maximum: a ring of wins.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let weight = prop_oneof![Just(1.0), Just(0.5), 0.01_f64..3.0];
    proptest::collection::vec((0..6_usize, 0..6_usize, 0..4_u8, weight), 0..60).prop_map(|mut v| {
        v.extend((0..6).map(|i| (i, (i + 1) % 6, 0, 1.0)));
        v
    })
}

fn all_ties() -> [Ties; 5] {
    [
        Ties::Half,
        Ties::Skip,
        Ties::Duplicate,
        Ties::Davidson,
        Ties::RaoKupper,
    ]
}

fn with(ties: Ties) -> BradleyTerryOptions {
    BradleyTerryOptions {
        ties,
        ..BradleyTerryOptions::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_and_split_gives_the_same_bytes(rows in rows(), cut in 0..60_usize, seed in 0..1000_u64) {
        let whole = build(&rows, false);
        let mut shuffled = rows.clone();
        crate::stats::rng::Stream::new(seed, 0, 0).shuffle(&mut shuffled);
        let cut = cut.min(rows.len());
        let mut merged = build(&shuffled[cut..], false);
        merged.merge(&build(&shuffled[..cut], false));
        prop_assert_eq!(whole.canonical(), merged.canonical());
        prop_assert_eq!(whole.to_bytes(), merged.to_bytes());
        let read = PairCounts::from_bytes(&whole.to_bytes()).unwrap();
        prop_assert_eq!(read.to_bytes(), whole.to_bytes());
        let (a, b) = (bradley_terry(&whole, &with(Ties::Half)), bradley_terry(&merged, &with(Ties::Half)));
        prop_assert_eq!(a.unwrap(), b.unwrap());
    }

    #[test]
    fn swapped_outcomes_mirror_the_ratings(rows in rows()) {
        for ties in all_ties() {
            let a = bradley_terry(&build(&rows, false), &with(ties)).unwrap();
            let b = bradley_terry(&build(&rows, true), &with(ties)).unwrap();
            prop_assert!(a.converged && b.converged);
            for (x, y) in a.systems.iter().zip(&b.systems) {
                prop_assert!((x.theta.unwrap() + y.theta.unwrap()).abs() < 1e-8, "{ties:?}");
                prop_assert!((x.stderr.unwrap() - y.stderr.unwrap()).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn scale_and_shift_are_linear_and_intervals_contain_the_estimate(rows in rows(), factor in 0.1_f64..8.0) {
        let counts = build(&rows, false);
        let a = bradley_terry(&counts, &with(Ties::Half)).unwrap();
        let b = bradley_terry(&counts, &BradleyTerryOptions {
            scale: 400.0 * factor, init: 0.0, anchor: Some("s3".into()), ..with(Ties::Half)
        }).unwrap();
        let origin = a.systems[3].rating.unwrap();
        for (x, y) in a.systems.iter().zip(&b.systems) {
            prop_assert!(((x.rating.unwrap() - origin) * factor - y.rating.unwrap()).abs() < 1e-7);
            prop_assert!((x.stderr.unwrap() * factor - y.stderr.unwrap()).abs() < 1e-7);
            prop_assert_eq!((x.rank, x.rank_lower, x.rank_upper), (y.rank, y.rank_lower, y.rank_upper));
            prop_assert!(x.lower <= x.rating && x.rating <= x.upper);
            prop_assert!(x.rank_lower <= x.rank && x.rank <= x.rank_upper);
        }
    }

    #[test]
    fn multiplied_weights_keep_the_estimate(rows in rows()) {
        for ties in all_ties() {
            let heavier: Vec<Row> = rows.iter().map(|&(a, b, o, w)| (a, b, o, 4.0 * w)).collect();
            let a = bradley_terry(&build(&rows, false), &with(ties)).unwrap();
            let b = bradley_terry(&build(&heavier, false), &with(ties)).unwrap();
            for (x, y) in a.systems.iter().zip(&b.systems) {
                prop_assert!((x.theta.unwrap() - y.theta.unwrap()).abs() < 1e-8);
                prop_assert!((x.stderr.unwrap() - y.stderr.unwrap()).abs() < 1e-5, "sandwich is scale-free");
            }
        }
    }
}

/// `m` systems, every pair played, strengths spread over ±1.
fn league(m: usize, games: u64) -> PairCounts {
    let mut counts = PairCounts::new();
    for i in 0..m {
        for j in i + 1..m {
            let mut s = crate::stats::rng::Stream::new(5, i as u32, j as u64);
            let d = 2.0 * (i as f64 - j as f64) / m as f64;
            for _ in 0..games {
                let u = s.uniform();
                let outcome = if u < 0.2 {
                    Outcome::Tie
                } else if s.uniform() < crate::stats::num::logistic(d) {
                    Outcome::A
                } else {
                    Outcome::B
                };
                let (a, b) = (format!("m{i:04}"), format!("m{j:04}"));
                counts.add(&a, &b, Some(outcome), 1.0).unwrap();
            }
        }
    }
    counts
}

#[test]
fn bootstrap_agrees_with_the_sandwich_and_repeats() {
    let counts = league(12, 40);
    let boot = BradleyTerryOptions {
        errors: Errors::Bootstrap,
        ..BradleyTerryOptions::default()
    };
    let a = bradley_terry(&counts, &boot).unwrap();
    assert_eq!(a, bradley_terry(&counts, &boot).unwrap());
    let other = BradleyTerryOptions { seed: 1, ..boot };
    let c = bradley_terry(&counts, &other).unwrap();
    assert_ne!(a, c);
    let b = bradley_terry(&counts, &BradleyTerryOptions::default()).unwrap();
    assert_eq!(a.failed_replicates, 0);
    for (x, y) in a.systems.iter().zip(&b.systems) {
        assert_eq!(x.rating, y.rating);
        let ratio = x.stderr.unwrap() / y.stderr.unwrap();
        assert!((0.9..1.1).contains(&ratio), "{ratio}");
        assert!((x.lower.unwrap() - y.lower.unwrap()).abs() < 0.3 * y.stderr.unwrap());
    }
}

#[test]
fn bootstrap_of_a_hundred_systems_and_five_thousand_pairs() {
    let boot = BradleyTerryOptions {
        errors: Errors::Bootstrap,
        ..BradleyTerryOptions::default()
    };
    let fit = bradley_terry(&league(100, 10), &boot).unwrap();
    assert!(fit.converged && fit.failed_replicates == 0);
    assert!(fit.systems.iter().all(|s| s.stderr.is_some()));
}

#[test]
fn conjugate_gradients_agree_with_the_dense_fit() {
    let p = pairs_of(&league(40, 3).folded(BothBad::Tie));
    let problem = |m: usize| super::paired::Problem {
        m,
        pairs: p.clone(),
        model: super::likelihood::Model::Logistic,
        l2: 0.1,
    };
    // Systems that never played make the problem too large for the dense path.
    let (dense, sparse) = (
        problem(40).maximise(None, 50),
        problem(600).maximise(None, 50),
    );
    assert!(dense.converged && sparse.converged);
    for (a, b) in dense.theta.iter().zip(&sparse.theta) {
        assert!((a - b).abs() < 1e-8, "{a} {b}");
    }
}

#[test]
fn errors_without_dense_matrices_are_the_same() {
    let folded = league(30, 6).folded(BothBad::Tie);
    for model in [
        super::likelihood::Model::Logistic,
        super::likelihood::Model::Davidson,
    ] {
        let problem = super::paired::Problem {
            m: 30,
            pairs: pairs_of(&folded),
            model,
            l2: 0.0,
        };
        let s = problem.maximise(None, 50);
        assert!(s.converged);
        let dense = problem.covariance(&s.theta, s.phi).unwrap();
        let sparse = problem.covariance_by(false, &s.theta, s.phi).unwrap();
        let variances = |cov| {
            let mut out = Vec::new();
            problem.covariance_rows(cov, |k, row| out.push(row[k]));
            out
        };
        let pairs = [
            (variances(&dense), variances(&sparse)),
            (
                sandwich(&problem, &s, &dense),
                sandwich(&problem, &s, &sparse),
            ),
        ];
        for (a, b) in pairs {
            for (x, y) in a.iter().zip(&b) {
                assert!(*x > 0.0 && (x - y).abs() < 1e-10 * x, "{x} {y}");
            }
        }
    }
}

/// Systems that met their neighbours alone: conjugate gradients are slow, a sparse
/// factor takes over, and gives what the dense inverse gives.
#[test]
fn chains_of_systems_are_solved_with_a_sparse_factor() {
    let m = 520;
    let mut pairs = Vec::new();
    for i in 0..m {
        for step in 1..=3 {
            if i + step < m {
                let w = [(2 + i % 3) as f64, (1 + (i + step) % 4) as f64, 1.0];
                let (j, q) = (i + step, w);
                pairs.push(super::paired::Pair { i, j, w, q });
            }
        }
    }
    let model = super::likelihood::Model::Davidson;
    let problem = super::paired::Problem {
        m,
        pairs,
        model,
        l2: 0.0,
    };
    let s = problem.maximise(None, 50);
    assert!(s.converged);
    let dense = problem.covariance(&s.theta, s.phi).unwrap();
    let sparse = problem.covariance_by(false, &s.theta, s.phi).unwrap();
    assert!(sparse.is_sparse() && (dense.phi / sparse.phi - 1.0).abs() < 1e-10);
    problem.covariance_rows(&sparse, |k, row| {
        let expected = problem.covariance_row(&dense, k);
        let slack = 1e-9 * expected[k];
        assert!(
            row.iter()
                .zip(&expected)
                .all(|(x, y)| (x - y).abs() < slack)
        );
    });
}

fn sandwich(
    problem: &super::paired::Problem,
    s: &super::paired::Solution,
    cov: &super::paired::Covariance,
) -> Vec<f64> {
    let units =
        super::clusters::Units::of_cells(&problem.pairs, &vec![[1; 3]; problem.pairs.len()]);
    let scores = problem.scores(&s.theta, s.phi);
    (0..problem.m)
        .map(|k| {
            let row = problem.covariance_row(cov, k);
            units
                .quadratic(problem, &scores, &row, cov.with_phi(k))
                .unwrap()
        })
        .collect()
}

fn pairs_of(folded: &Folded) -> Vec<super::paired::Pair> {
    let one = |p: &FoldedPair| super::paired::Pair {
        i: p.i,
        j: p.j,
        w: [p.wins_i.weight, p.wins_j.weight, p.ties.weight],
        q: [p.wins_i.weight_sq, p.wins_j.weight_sq, p.ties.weight_sq],
    };
    folded.pairs.iter().map(one).collect()
}

#[test]
fn anchors_that_cannot_hold_are_refused() {
    let mut counts = build(&[(0, 1, 0, 1.0), (1, 0, 0, 1.0), (2, 0, 0, 1.0)], false);
    let anchored = |name: &str| BradleyTerryOptions {
        anchor: Some(name.into()),
        ..BradleyTerryOptions::default()
    };
    let unknown = bradley_terry(&counts, &anchored("nobody")).unwrap_err();
    assert!(unknown.to_string().contains("occurs in no comparison"));
    let unrated = bradley_terry(&counts, &anchored("s2")).unwrap_err();
    assert!(unrated.to_string().contains("undefeated"), "{unrated}");
    assert!(counts.add("a", "b", Some(Outcome::A), f64::NAN).is_err());
    let fit = bradley_terry(&PairCounts::new(), &BradleyTerryOptions::default()).unwrap();
    assert!(fit.systems.is_empty() && !fit.converged);
}

#[test]
fn damaged_states_are_refused() {
    let bytes = build(&[(0, 1, 0, 1.0), (1, 0, 2, 0.3)], false).to_bytes();
    for cut in 0..bytes.len() {
        assert!(PairCounts::from_bytes(&bytes[..cut]).is_err(), "{cut}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(PairCounts::from_bytes(&longer).is_err());
}
