//! What rules of social choice cost, without reading any file.
//!
//! `cargo bench --no-default-features --bench choice [-- NAME …]`: the best of several runs on one
//! thread, in milliseconds of its processor time. NAME is a part of a line's name.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs
)]

use arrovian::stats::choice::committees::{Quota, Request, Rule};
use arrovian::stats::choice::{
    ChoiceError, Cost, Effort, EliminationTies, Pairwise, Profile, Quota as StvQuota, Row, Strength,
};
use arrovian::stats::rng::Stream;
use std::hint::black_box;
use std::sync::OnceLock;
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

/// Seconds this thread has been on a processor, so that others on the machine do not count; where the
/// system does not tell, seconds on the clock.
fn cpu() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|t| t.split(' ').next()?.parse::<f64>().ok());
    let clock = || START.get_or_init(Instant::now).elapsed().as_secs_f64();
    nanoseconds.map_or_else(clock, |t| t * 1e-9)
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
            // The clock of a thread ticks every few milliseconds: short work is repeated.
            let (start, mut times) = (cpu(), 0.0);
            while times == 0.0 || cpu() - start < 0.05 {
                let result = black_box(f());
                told = say(&result);
                times += 1.0;
            }
            best = best.min((cpu() - start) * 1e3 / times);
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

/// Rules that follow every way of breaking ties, on few ballots: most margins tie.
fn ties(bench: &Bench) {
    for (n, voters) in [
        (8_u32, 11_u32),
        (15, 11),
        (20, 11),
        (20, 101),
        (30, 11),
        (50, 11),
        (100, 11),
    ] {
        let profile = Profile::new(n as usize, rows(n, voters, Draw::Uniform, false, 6)).unwrap();
        let pairwise = profile.pairwise();
        let name = |rule: &str| format!("every tie: {rule}, {n} x {voters}");
        let say = |r: &Result<Vec<u32>, ChoiceError>| match r {
            Ok(found) => format!("{} winners", found.len()),
            Err(error) => error.to_string(),
        };
        bench.line(
            &name("ranked_pairs"),
            1,
            || pairwise.ranked_pairs().map(|r| r.winners),
            say,
        );
        bench.line(&name("river"), 1, || pairwise.river(Strength::Margins), say);
        bench.line(
            &name("stable_voting"),
            1,
            || pairwise.stable_voting(false),
            say,
        );
        bench.line(
            &name("instant_runoff"),
            1,
            || profile.instant_runoff(EliminationTies::Any),
            say,
        );
        bench.line(
            &name("coombs"),
            1,
            || profile.coombs(EliminationTies::Any, true),
            say,
        );
        bench.line(
            &name("baldwin"),
            1,
            || pairwise.baldwin(EliminationTies::Any),
            say,
        );
        let stv = || profile.stv(3, StvQuota::Droop, EliminationTies::Any);
        bench.line(&name("stv, 3 seats"), 1, stv, |r| match r {
            Ok(found) => format!(
                "{} possible",
                found.seats.iter().filter(|s| s.possible).count()
            ),
            Err(error) => error.to_string(),
        });
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
    ties(&bench);
    orders(&bench);
    committees(&bench);
}
