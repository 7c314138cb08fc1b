//! Vectors of the sequential and graph methods.

use super::vectors::{Case, cases, numbers, texts};
use super::*;
use serde_json::Value;

fn option(c: &Case, key: &str) -> f64 {
    c.options[key]
        .as_f64()
        .unwrap_or_else(|| panic!("option {key}"))
}

/// Contests in `order_key` order, each a list of (player, rank).
fn contests(c: &Case) -> Vec<Vec<(String, f64)>> {
    let t = &c.input["results"];
    let mut out: std::collections::BTreeMap<u64, Vec<(String, f64)>> =
        std::collections::BTreeMap::new();
    let (players, ranks) = (texts(&t["player"]), numbers(&t["rank"]));
    for ((k, p), r) in numbers(&t["order_key"]).into_iter().zip(players).zip(ranks) {
        out.entry(k as u64).or_default().push((p, r));
    }
    out.into_values().collect()
}

fn play(c: &Case, mut one: impl FnMut(&[(&str, f64)])) {
    for contest in contests(c) {
        let rows: Vec<(&str, f64)> = contest.iter().map(|(p, r)| (p.as_str(), *r)).collect();
        one(&rows);
    }
}

fn skills(c: &Case, got: &[SkillRating]) {
    let of = |id: &str| got.iter().find(|r| r.player == id);
    c.column("player", "mu", |s| of(s).map(|r| r.mu));
    c.column("player", "sigma", |s| of(s).map(|r| r.sigma));
    c.column("player", "exposure", |s| {
        of(s).map(|r| r.mu - 3.0 * r.sigma)
    });
}

#[test]
fn elo_vectors() {
    cases("ratings", "elo", |c| {
        let mut elo = Elo::new(EloOptions {
            k: option(c, "k"),
            scale: option(c, "scale"),
            base: option(c, "base"),
            init: option(c, "init"),
            ..EloOptions::default()
        })
        .unwrap();
        let order = numbers(&c.input["comparisons"]["order_key"]);
        let mut rows: Vec<_> = c.comparisons().into_iter().zip(order).collect();
        rows.sort_by(|a, b| a.1.total_cmp(&b.1));
        for ((a, b, o, w), _) in rows {
            elo.play(&a, &b, o, w).unwrap();
        }
        let got = elo.ratings();
        let of = |id: &str| got.iter().find(|r| r.system == id);
        c.column("system", "rating", |s| of(s).map(|r| r.rating));
        c.column("system", "n", |s| of(s).map(|r| r.n as f64));
    });
}

#[test]
fn weighted_elo_is_zero_sum() {
    let mut elo = Elo::new(EloOptions::default()).unwrap();
    elo.play("a", "b", Some(Outcome::A), 2.0).unwrap();
    elo.play("a", "a", Some(Outcome::A), 1.0).unwrap();
    elo.play("a", "b", None, 1.0).unwrap();
    let r = elo.ratings();
    assert_eq!((r[0].rating, r[1].rating), (1004.0, 996.0));
    assert_eq!(r[0].n, 1);
    assert!(elo.play("a", "b", Some(Outcome::A), -1.0).is_err());
}

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

#[test]
fn glicko2_vectors() {
    cases("ratings", "glicko2", |c| {
        let mut g = Glicko2::new(Glicko2Options {
            tau: option(c, "tau"),
            ..Glicko2Options::default()
        })
        .unwrap();
        let t = &c.input["initial"];
        let columns = ["rating", "rd", "volatility"].map(|k| numbers(&t[k]));
        for (k, s) in texts(&t["system"]).iter().enumerate() {
            g.set(s, columns[0][k], columns[1][k], columns[2][k])
                .unwrap();
        }
        let periods = numbers(&c.input["comparisons"]["period"]);
        let mut rows: Vec<_> = c.comparisons().into_iter().zip(periods).collect();
        rows.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut current = rows[0].1;
        for ((a, b, o, _), period) in rows {
            while period > current {
                g.end_period();
                current += 1.0;
            }
            g.play(&a, &b, o);
        }
        g.end_period();
        let got = g.ratings();
        let of = |id: &str| got.iter().find(|r| r.system == id);
        c.column("system", "rating", |s| of(s).map(|r| r.rating));
        c.column("system", "rd", |s| of(s).map(|r| r.rd));
        c.column("system", "volatility", |s| of(s).map(|r| r.volatility));
    });
}

/// Ratings with the tied players of match `k` in reverse order of name where
/// bit `k` of `flips` is set.
fn trueskill(c: &Case, flips: u32) -> Vec<SkillRating> {
    let mut t = TrueSkill::new(TrueSkillOptions {
        mu: option(c, "mu"),
        sigma: option(c, "sigma"),
        beta: option(c, "beta"),
        tau: option(c, "tau"),
        draw_probability: option(c, "draw_probability"),
    })
    .unwrap();
    for (k, mut contest) in contests(c).into_iter().enumerate() {
        contest.sort_by(|a, b| a.0.cmp(&b.0));
        if flips >> k & 1 == 1 {
            contest.reverse();
        }
        let rows: Vec<(&str, f64)> = contest.iter().map(|(p, r)| (p.as_str(), *r)).collect();
        t.play(&rows).unwrap();
    }
    t.ratings()
}

/// In matches of more than two, the package's answer depends on the order of
/// tied players, which the cases do not record: exactly one order must fit.
#[test]
fn trueskill_vectors() {
    cases("ratings", "trueskill", |c| {
        let open: Vec<usize> = contests(c)
            .iter()
            .enumerate()
            .filter(|(_, m)| {
                m.len() > 2 && m.iter().any(|x| m.iter().any(|y| x.0 < y.0 && x.1 == y.1))
            })
            .map(|(k, _)| k)
            .collect();
        let mu = numbers(&c.expected["ratings"]["mu"]);
        let fitting: Vec<Vec<SkillRating>> = (0..1_u32 << open.len())
            .map(|mask| {
                let bits = open.iter().enumerate();
                let flips = bits.fold(0, |f, (b, k)| f | (mask >> b & 1) << k);
                trueskill(c, flips)
            })
            .filter(|r| r.iter().zip(&mu).all(|(r, m)| (r.mu - m).abs() < 1e-6))
            .collect();
        assert_eq!(fitting.len(), 1, "{}: orders that fit", c.name);
        skills(c, &fitting[0]);
    });
}

fn weng_lin(c: &Case, model: WengLinModel) {
    let mut w = WengLin::new(WengLinOptions {
        model,
        mu: option(c, "mu"),
        sigma: option(c, "sigma"),
        beta: option(c, "beta"),
        kappa: option(c, "kappa"),
        tau: option(c, "tau"),
        epsilon: c.options["epsilon"].as_f64().unwrap_or(0.1),
    })
    .unwrap();
    play(c, |contest| w.play(contest).unwrap());
    skills(c, &w.ratings());
}

#[test]
fn weng_lin_bradley_terry_vectors() {
    cases("ratings", "weng_lin_bradley_terry_full", |c| {
        weng_lin(c, WengLinModel::BradleyTerryFull);
    });
}

#[test]
fn weng_lin_thurstone_mosteller_vectors() {
    cases("ratings", "weng_lin_thurstone_mosteller_full", |c| {
        weng_lin(c, WengLinModel::ThurstoneMostellerFull);
    });
}

#[test]
fn weng_lin_plackett_luce_vectors() {
    cases("ratings", "weng_lin_plackett_luce", |c| {
        weng_lin(c, WengLinModel::PlackettLuce);
    });
}

#[test]
fn elo_mmr_vectors() {
    cases("ratings", "elo_mmr", |c| {
        assert_eq!(c.options["split_ties"], Value::Bool(false));
        let mut e = EloMmr::new(EloMmrOptions {
            mu: option(c, "mu0"),
            sigma: option(c, "sig0"),
            weight_limit: option(c, "weight_limit"),
            sigma_limit: option(c, "sig_limit"),
            transfer_speed: option(c, "transfer_speed"),
        })
        .unwrap();
        play(c, |contest| e.play(contest).unwrap());
        skills(c, &e.ratings());
    });
}

#[test]
fn contests_that_make_no_sense_are_refused() {
    let mut w = WengLin::new(WengLinOptions::default()).unwrap();
    let twice = w.play(&[("a", 1.0), ("a", 2.0)]).unwrap_err();
    assert!(twice.to_string().contains("twice"));
    assert!(w.play(&[("a", f64::NAN), ("b", 2.0)]).is_err());
    assert!(w.ratings().is_empty());
    let mut t = TrueSkill::new(TrueSkillOptions {
        draw_probability: 0.0,
        ..TrueSkillOptions::default()
    })
    .unwrap();
    assert!(t.play(&[("a", 1.0), ("b", 1.0)]).is_err());
}
