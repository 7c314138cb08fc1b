//! Vectors of win rates and graph methods.

use super::vectors::{Case, cases};
use super::*;

#[test]
fn win_rate_vectors() {
    cases("ratings", "average_win_rate", |c| {
        let got = win_rates(&c.counts(), &WinRateOptions::default()).unwrap();
        let of = |id: &str| got.iter().find(|r| r.system == id).unwrap();
        c.column("system", "win_rate", |s| of(s).win_rate);
        c.column("system", "average_win_rate", |s| of(s).average_win_rate);
        c.column("system", "games", |s| Some(of(s).n as f64));
        for r in &got {
            assert!(r.lower <= r.win_rate && r.win_rate <= r.upper);
            assert!(r.average_lower <= r.average_win_rate && r.average_win_rate <= r.average_upper);
        }
    });
}

fn centrality(c: &Case) -> CentralityOptions {
    CentralityOptions {
        tie: if c.options["ties"] == "half" {
            0.5
        } else {
            0.0
        },
        alpha: c.options["alpha"].as_f64().unwrap_or(0.0),
        damping: c.options["damping"].as_f64().unwrap_or(0.85),
        ..CentralityOptions::default()
    }
}

fn scores(c: &Case, got: &Centrality) {
    assert!(got.converged, "{}", c.name);
    let of = |id: &str| got.systems.iter().find(|r| r.system == id).unwrap();
    c.column("system", "score", |s| of(s).score);
    c.column("system", "pi", |s| of(s).score);
    c.column("system", "theta", |s| of(s).theta);
}

#[test]
fn rank_centrality_vectors() {
    cases("ratings", "rank_centrality", |c| {
        scores(c, &rank_centrality(&c.counts(), &centrality(c)).unwrap());
    });
}

#[test]
fn pagerank_vectors() {
    cases("ratings", "pagerank", |c| {
        scores(c, &pagerank(&c.counts(), &centrality(c)).unwrap());
    });
}

#[test]
fn eigenvector_vectors() {
    cases("ratings", "eigenvector", |c| {
        scores(c, &eigenvector(&c.counts(), &centrality(c)).unwrap());
    });
}

#[test]
fn centralities_without_an_answer_say_so() {
    let mut counts = PairCounts::new();
    counts.add("a", "b", Some(Outcome::A), 1.0).unwrap();
    let o = CentralityOptions::default();
    let e = eigenvector(&counts, &o).unwrap();
    assert!(!e.converged && e.systems.iter().all(|s| s.score.is_none()));
    let r = rank_centrality(&counts, &o).unwrap();
    assert_eq!(r.systems[0].status, Status::Undefeated);
    assert_eq!(r.systems[0].score, None);
    let p = pagerank(&counts, &o).unwrap();
    assert!(p.converged && p.systems[0].score > p.systems[1].score);
    let empty = PairCounts::new();
    assert!(pagerank(&empty, &o).unwrap().systems.is_empty());
    assert!(eigenvector(&empty, &o).unwrap().systems.is_empty());
    assert!(rank_centrality(&empty, &o).unwrap().systems.is_empty());
}

#[test]
fn newman_vectors() {
    cases("ratings", "newman", |c| {
        let fit = newman(&c.counts(), &BradleyTerryOptions::default()).unwrap();
        let of = |id: &str| fit.systems.iter().find(|r| r.system == id).unwrap();
        c.column("system", "theta", |s| of(s).theta);
        c.close("v", fit.tie_parameter.unwrap(), &c.expected["v"]);
    });
}
