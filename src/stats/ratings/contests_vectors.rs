//! Vectors of the sequential methods.

use super::vectors::{Case, cases, numbers, texts};
use super::*;
use serde_json::Value;

fn option(c: &Case, key: &str) -> f64 {
    c.options[key]
        .as_f64()
        .unwrap_or_else(|| panic!("option {key}"))
}

fn score(outcome: Option<Outcome>) -> Option<f64> {
    Some(match outcome? {
        Outcome::A => 1.0,
        Outcome::B => 0.0,
        Outcome::Tie | Outcome::BothBad => 0.5,
    })
}

/// Sorted distinct names, and the place of a name.
fn names(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = all.collect();
    names.sort();
    names.dedup();
    names
}

fn place(names: &[String], name: &str) -> u32 {
    names.binary_search_by(|n| n.as_str().cmp(name)).unwrap() as u32
}

/// Games (a, b, score) in the order of `key`, with the names of the systems and their keys.
type Games = (Vec<String>, Vec<(u32, u32, f64, f64)>);

fn games(c: &Case, key: &str) -> Games {
    let keys = numbers(&c.input["comparisons"][key]);
    let rows = c.comparisons();
    let all = names(rows.iter().flat_map(|r| [r.0.clone(), r.1.clone()]));
    let mut games: Vec<(u32, u32, f64, f64)> = rows
        .iter()
        .zip(keys)
        .filter_map(|((a, b, o, _), k)| Some((place(&all, a), place(&all, b), score(*o)?, k)))
        .collect();
    games.sort_by(|a, b| a.3.total_cmp(&b.3));
    (all, games)
}

/// Contests in `order_key` order.
fn contests(c: &Case) -> (Vec<String>, Contests) {
    let t = &c.input["results"];
    let id = ["contest", "match"].into_iter().find(|k| !t[*k].is_null());
    let (players, ids) = (texts(&t["player"]), texts(&t[id.unwrap()]));
    let (all, contests) = (names(players.iter().cloned()), names(ids.iter().cloned()));
    let keys = numbers(&t["order_key"]);
    let mut rows: Vec<(f64, u32, u32, f64)> = players
        .iter()
        .zip(&ids)
        .zip(numbers(&t["rank"]))
        .zip(keys)
        .map(|(((p, id), r), k)| (k, place(&contests, id), place(&all, p), r))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rows: Vec<(u32, u32, f64)> = rows.iter().map(|r| (r.1, r.2, r.3)).collect();
    let grouped = Contests::group(&rows, &contests, &all).unwrap();
    (all, grouped)
}

fn play(c: &Case, start: impl Fn(usize) -> Result<Box<dyn Online>, RatingError>) {
    let (all, contests) = contests(c);
    let mut method = start(all.len()).unwrap();
    for (_, entries) in contests.iter() {
        method.play(entries).unwrap();
    }
    compare(c, &all, |i| method.skill(i));
}

fn compare(c: &Case, all: &[String], skill: impl Fn(u32) -> Skill) {
    let of = |id: &str| skill(place(all, id));
    c.column("player", "mu", |s| Some(of(s).mu));
    c.column("player", "sigma", |s| Some(of(s).var.sqrt()));
    c.column("player", "exposure", |s| {
        Some(of(s).mu - 3.0 * of(s).var.sqrt())
    });
}

#[test]
fn elo_vectors() {
    cases("ratings", "elo", |c| {
        let (all, games) = games(c, "order_key");
        let options = EloOptions {
            k: KFactor::Fixed(option(c, "k")),
            scale: option(c, "scale"),
            base: option(c, "base"),
            init: option(c, "init"),
        };
        let mut elo = Elo::new(options, all.len()).unwrap();
        let mut n = vec![0.0; all.len()];
        for (a, b, s, _) in games {
            elo.play(a, b, s, 1.0).unwrap();
            n[a as usize] += 1.0;
            n[b as usize] += 1.0;
        }
        c.column("system", "rating", |s| Some(elo.rating(place(&all, s))));
        c.column("system", "n", |s| Some(n[place(&all, s) as usize]));
    });
}

#[test]
fn glicko2_vectors() {
    cases("ratings", "glicko2", |c| {
        let (all, games) = games(c, "period");
        let options = Glicko2Options {
            tau: option(c, "tau"),
            ..Glicko2Options::default()
        };
        let mut g = Glicko2::new(options, all.len()).unwrap();
        let t = &c.input["initial"];
        let columns = ["rating", "rd", "volatility"].map(|k| numbers(&t[k]));
        for (k, s) in texts(&t["system"]).iter().enumerate() {
            g.set(
                place(&all, s),
                Glicko2Rating {
                    rating: columns[0][k],
                    rd: columns[1][k],
                    volatility: columns[2][k],
                },
            );
        }
        let mut current = games[0].3;
        for (a, b, s, period) in games {
            if period > current {
                g.end_period();
                g.skip_periods((period - current) as u64 - 1);
                current = period;
            }
            g.play(a, b, s);
        }
        g.end_period();
        let of = |id: &str| g.rating(place(&all, id));
        c.column("system", "rating", |s| Some(of(s).rating));
        c.column("system", "rd", |s| Some(of(s).rd));
        c.column("system", "volatility", |s| Some(of(s).volatility));
    });
}

/// Ratings with the tied players of contest `k` in reverse order of name where
/// bit `k` of `flips` is set.
fn trueskill_case(c: &Case, flips: u32) -> (Vec<String>, TrueSkill) {
    let (all, contests) = contests(c);
    let options = TrueSkillOptions {
        mu: option(c, "mu"),
        sigma: option(c, "sigma"),
        beta: option(c, "beta"),
        tau: option(c, "tau"),
        draw_probability: option(c, "draw_probability"),
    };
    let mut t = TrueSkill::new(options, all.len()).unwrap();
    for (k, (_, entries)) in contests.iter().enumerate() {
        let mut entries = entries.to_vec();
        if flips >> k & 1 == 1 {
            entries.reverse();
            entries.sort_by(|a, b| a.1.total_cmp(&b.1));
        }
        t.play(&entries).unwrap();
    }
    (all, t)
}

/// In contests of more than two, the package's answer depends on the order of
/// tied players, which the cases do not record: exactly one order must fit.
#[test]
fn trueskill_vectors() {
    cases("ratings", "trueskill", |c| {
        let (all, contests) = contests(c);
        let open: Vec<usize> = contests
            .iter()
            .enumerate()
            .filter(|(_, (_, m))| m.len() > 2 && m.windows(2).any(|w| w[0].1 == w[1].1))
            .map(|(k, _)| k)
            .collect();
        let (ids, mu) = (
            texts(&c.expected["ratings"]["player"]),
            numbers(&c.expected["ratings"]["mu"]),
        );
        let fitting: Vec<TrueSkill> = (0..1_u32 << open.len())
            .map(|mask| {
                let bits = open.iter().enumerate();
                let flips = bits.fold(0, |f, (b, k)| f | (mask >> b & 1) << k);
                trueskill_case(c, flips).1
            })
            .filter(|t| {
                let all = ids.iter().zip(&mu);
                let mut close =
                    all.map(|(id, m)| (t.skill(place(&self::contests(c).0, id)).mu - m).abs());
                close.all(|d| d < 1e-6)
            })
            .collect();
        assert_eq!(fitting.len(), 1, "{}: orders that fit", c.name);
        compare(c, &all, |i| fitting[0].skill(i));
    });
}

fn weng_lin(c: &Case, model: WengLinModel) {
    let options = WengLinOptions {
        model,
        mu: option(c, "mu"),
        sigma: option(c, "sigma"),
        beta: option(c, "beta"),
        kappa: option(c, "kappa"),
        tau: option(c, "tau"),
        epsilon: c.options["epsilon"].as_f64().unwrap_or(0.1),
        ..WengLinOptions::default()
    };
    play(c, |n| Ok(Box::new(WengLin::new(options, n)?)));
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
        let options = EloMmrOptions {
            variant: EloMmrVariant::Logistic,
            mu: option(c, "mu0"),
            sigma: option(c, "sig0"),
            weight_limit: option(c, "weight_limit"),
            sigma_limit: option(c, "sig_limit"),
            transfer_speed: option(c, "transfer_speed"),
        };
        play(c, |n| Ok(Box::new(EloMmr::new(options, n)?)));
    });
}
