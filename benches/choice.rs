//! What rules of social choice cost, without reading any file.
//!
//! `cargo bench --no-default-features --bench choice [-- NAME …]`: the best of several runs on one
//! thread, in milliseconds. NAME is a part of a line's name.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use arrovian::stats::choice::committees::{Quota, Request, Rule};
use arrovian::stats::choice::{Cost, Effort, Pairwise, Profile, Row, Strength};
use arrovian::stats::rng::Stream;
use std::hint::black_box;
use std::time::Instant;

/// How ballots come about.
#[derive(Clone, Copy)]
enum Draw {
    /// Every order is equally likely.
    Uniform,
    /// The order of the ids with noise of this size.
    Around(f64),
}

/// Complete ballots; with `weighted` every one has another weight.
fn rows(alternatives: u32, ballots: u32, draw: Draw, weighted: bool, seed: u64) -> Vec<Row> {
    let mut rows = Vec::with_capacity(alternatives as usize * ballots as usize);
    for ballot in 0..ballots {
        let mut stream = Stream::new(seed, ballot, 0);
        let weight = if weighted { stream.uniform() } else { 1.0 };
        for alternative in 0..alternatives {
            let rank = match draw {
                Draw::Uniform => stream.uniform(),
                Draw::Around(noise) => f64::from(alternative) + noise * stream.normal(),
            };
            rows.push(Row {
                ballot,
                alternative,
                rank,
                weight,
            });
        }
    }
    rows
}

struct Bench {
    wanted: Vec<String>,
}

impl Bench {
    fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|w| name.contains(w.as_str()))
    }

    /// Prints the best time of `runs`, and a remark on the result.
    fn line<T>(&self, name: &str, runs: usize, f: impl Fn() -> T, say: impl Fn(&T) -> String) {
        if !self.wants(name) {
            return;
        }
        let mut best = f64::INFINITY;
        let mut told = String::new();
        for _ in 0..runs {
            let start = Instant::now();
            let result = black_box(f());
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
            told = say(&result);
        }
        println!("{name:<58} {best:>10.3} ms  {told}");
    }
}

fn counting(bench: &Bench) {
    for (label, weighted) in [("equal weights", false), ("a weight each", true)] {
        let name = |what: &str| format!("{what}, 500 x 10,000, {label}");
        if !["ballots", "pairwise"]
            .iter()
            .any(|w| bench.wants(&name(w)))
        {
            continue;
        }
        let rows = rows(500, 10_000, Draw::Uniform, weighted, 1);
        let nothing = |_: &Profile| String::new();
        bench.line(
            &name("ballots from rows"),
            3,
            || Profile::new(500, rows.clone()).unwrap(),
            nothing,
        );
        let profile = Profile::new(500, rows).unwrap();
        bench.line(
            &name("pairwise"),
            3,
            || profile.pairwise(),
            |_| String::new(),
        );
    }
}

fn condorcet(bench: &Bench) {
    for (n, voters) in [(100_u32, 1_001_u32), (500, 10_000)] {
        let pairwise = Profile::new(n as usize, rows(n, voters, Draw::Uniform, false, 2))
            .unwrap()
            .pairwise();
        let name = |rule: &str| format!("{rule}, {n} x {voters} from margins");
        let winners = |w: &Vec<u32>| format!("{} winners", w.len());
        bench.line(
            &name("schulze"),
            5,
            || pairwise.schulze(Strength::Margins),
            winners,
        );
        bench.line(&name("split_cycle"), 5, || pairwise.split_cycle(), winners);
        bench.line(
            &name("ranked_pairs, ties by label"),
            5,
            || pairwise.ranked_pairs_by_id(),
            |_| String::new(),
        );
        bench.line(
            &name("ranked_pairs, any ties"),
            1,
            || pairwise.ranked_pairs(),
            |r| match r {
                Ok(found) => format!("{} winners", found.winners.len()),
                Err(error) => error.to_string(),
            },
        );
        bench.line(
            &name("river, any ties"),
            1,
            || pairwise.river(Strength::Margins),
            |r| match r {
                Ok(found) => format!("{} winners", found.len()),
                Err(error) => error.to_string(),
            },
        );
        bench.line(
            &name("maximal_lottery"),
            3,
            || pairwise.maximal_lottery_game(),
            |game| {
                format!(
                    "exact {}, exploitability {:e}",
                    game.exact, game.exploitability
                )
            },
        );
    }
}

fn orders(bench: &Bench) {
    let solve = |name: String, pairwise: &Pairwise| {
        let effort = Effort { budget: 1_000_000 };
        bench.line(
            &name,
            1,
            || pairwise.optimal_order(Cost::Margin, effort).unwrap(),
            |o| {
                format!(
                    "optimal {}, distance {}, gap {}, {} sets",
                    o.optimal, o.distance, o.gap, o.visited
                )
            },
        );
    };
    for n in [9_u32, 10, 12, 15, 20, 25, 30] {
        let pairwise = Profile::new(n as usize, rows(n, 101, Draw::Uniform, false, 3))
            .unwrap()
            .pairwise();
        solve(format!("kemeny, {n} x 101 uniform"), &pairwise);
    }
    for noise in [3.0, 15.0, 30.0] {
        let pairwise = Profile::new(105, rows(105, 14, Draw::Around(noise), false, 1))
            .unwrap()
            .pairwise();
        solve(
            format!("kemeny, 105 x 14 around an order, noise {noise}"),
            &pairwise,
        );
    }
    for (n, voters) in [(40_u32, 101_u32), (60, 14), (140, 14)] {
        let pairwise = Profile::new(n as usize, rows(n, voters, Draw::Uniform, false, 4))
            .unwrap()
            .pairwise();
        solve(format!("kemeny, {n} x {voters} uniform"), &pairwise);
    }
}

fn committees(bench: &Bench) {
    for (n, voters, k) in [
        (20_u32, 101_u32, 5_usize),
        (30, 101, 5),
        (40, 101, 5),
        (60, 101, 5),
    ] {
        let profile = Profile::new(n as usize, rows(n, voters, Draw::Uniform, false, 5)).unwrap();
        let request = Request {
            k,
            rule: Rule::ChamberlinCourant,
            groups: &[],
            approve: None,
            quota: Quota::Free,
            budget: 1_000_000,
        };
        let name = format!("chamberlin_courant, {k} of {n}, {voters} ballots");
        bench.line(
            &name,
            1,
            || profile.committees(&request).unwrap(),
            |c| {
                format!(
                    "exact {}, score {:?}, bound {:?}",
                    c.exact, c.score, c.bound
                )
            },
        );
    }
}

fn main() {
    let wanted = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let bench = Bench { wanted };
    counting(&bench);
    condorcet(&bench);
    orders(&bench);
    committees(&bench);
}
